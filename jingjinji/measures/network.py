"""Networks: the shortest travel times between places that roads and railway lines connect.

A ValueError names the argument that does not have the form or range that a function states.
"""

import numpy as np
import pandas as pd

from jingjinji.measures._checks import POSITIVE, ZERO_OR_MORE, checked, checked_frame, listed


def shortest_times(ways: pd.DataFrame, legs: pd.DataFrame, access: float = 0.0) -> pd.DataFrame:
    """Return the shortest times between all places by direct ways, by train, or by both in turn.

    A ride over several legs needs no change; `access` is spent once before it and once after it.

    Parameters
    ----------
    ways : shape (n, n), time of the direct way from the row's place to the column's, zero or more,
        with the
        same places as rows and columns in the same order.
    legs : one row for each leg between two places of `ways`, with the columns `start`, `end` and
    `minutes`;
        used in both directions.
    access : time to a station, and again from it, in the unit of `ways` and `minutes`.

    >>> names = list("ABC")
    >>> minutes = [[0, 90, 99], [90, 0, 60], [99, 60, 0]]
    >>> ways = pd.DataFrame(minutes, index=names, columns=names)
    >>> legs = pd.DataFrame({"start": ["A"], "end": ["B"], "minutes": [20]})
    >>> shortest_times(ways, legs, access=5).loc["A"].tolist()
    [0.0, 30.0, 90.0]
    """
    direct = checked_frame("ways", ways, ZERO_OR_MORE).to_numpy()
    if list(ways.index) != list(ways.columns):
        raise ValueError("ways must have the same places as rows and columns, in the same order.")
    checked("access", access, ZERO_OR_MORE)
    if unknown := {*legs["start"], *legs["end"]} - set(ways.index):
        raise ValueError(f"legs must connect places of ways, which lacks {listed(unknown)}.")
    rides = np.full(ways.shape, np.inf)
    if len(legs):
        starts = ways.index.get_indexer(legs["start"])
        ends = ways.index.get_indexer(legs["end"])
        minutes = np.asarray(checked("minutes", legs["minutes"].to_numpy(float), POSITIVE))
        np.minimum.at(rides, (starts, ends), minutes)
        np.minimum.at(rides, (ends, starts), minutes)
    best = np.minimum(direct, _shortest_paths(rides) + 2 * access)
    np.fill_diagonal(best, 0)
    return pd.DataFrame(_shortest_paths(best), index=ways.index, columns=ways.columns)


def both_ways(pairs: pd.DataFrame, column: str, places: pd.Index) -> pd.DataFrame:
    """Return a column of a table of pairs as a symmetric matrix of places.

    Parameters
    ----------
    pairs : one row for each two places, with the columns `origin`, `destination` and `column`.
    column : values of the matrix; its diagonal is zero.
    places : rows and columns of the matrix, in order.

    >>> pairs = pd.DataFrame({"origin": ["A"], "destination": ["B"], "hours": [1.5]})
    >>> both_ways(pairs, "hours", pd.Index(["B", "A"])).loc["B"].tolist()
    [0.0, 1.5]
    """
    half = pairs.pivot(index="origin", columns="destination", values=column)
    half = half.reindex(index=places, columns=places)
    matrix = half.combine_first(half.T).to_numpy(float, copy=True)
    np.fill_diagonal(matrix, 0)
    if incomplete := {places[i] for i in np.argwhere(np.isnan(matrix)).ravel()}:
        raise ValueError(
            f"pairs must have a row for each two places; one is missing for {listed(incomplete)}."
        )
    return pd.DataFrame(matrix, index=places, columns=places)


def _shortest_paths(times: np.ndarray) -> np.ndarray:
    """Return shortest times when a path may pass through any other place (Floyd and Warshall)."""
    for via in range(len(times)):
        times = np.minimum(times, times[:, [via]] + times[[via], :])
    return times
