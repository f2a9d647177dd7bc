"""Networks: the shortest times among places that roads and lines join.

A ValueError says in one sentence which argument is wrong.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from jingjinji.measures._checks import POSITIVE, ZERO_OR_MORE, checked, listed


def shortest_times(ways: pd.DataFrame, legs: pd.DataFrame, access: float = 0.0) -> pd.DataFrame:
    """Return the shortest times between all places, by direct ways, by rides on legs, or by both in turn.

    A ride over several legs needs no change; `access` is spent once before it and once after it.

    Parameters
    ----------
    ways : shape (n, n), time of the direct way from the row's place to the column's, with the same places
        as rows and columns; zero or more.
    legs : one row a leg, with the columns `start`, `end` and `minutes`, used in both directions.
    access : time to a station, and again from it.

    Raises
    ------
    ValueError
        If `ways` is no such table, or a leg ends at a place that it does not have.

    >>> ways = pd.DataFrame([[0, 90, 99], [90, 0, 60], [99, 60, 0]], index=list("ABC"), columns=list("ABC"))
    >>> legs = pd.DataFrame({"start": ["A"], "end": ["B"], "minutes": [20]})
    >>> shortest_times(ways, legs, access=5).loc["A"].tolist()
    [0.0, 30.0, 90.0]
    """
    if not isinstance(ways, pd.DataFrame) or list(ways.index) != list(ways.columns) or ways.empty:
        raise ValueError("ways must be a DataFrame with the same places as rows and columns, in one order.")
    direct = np.asarray(checked("ways", ways.to_numpy(float).ravel(), ZERO_OR_MORE)).reshape(ways.shape)
    checked("access", access, ZERO_OR_MORE)
    if strangers := sorted({*legs["start"], *legs["end"]} - set(ways.index)):
        raise ValueError(f"legs must join places of ways; {listed(strangers)} is none.")
    rides = np.full(ways.shape, np.inf)
    if len(legs):
        starts, ends = ways.index.get_indexer(legs["start"]), ways.index.get_indexer(legs["end"])
        minutes = np.asarray(checked("minutes", legs["minutes"].to_numpy(float), POSITIVE))
        np.minimum.at(rides, (starts, ends), minutes)
        np.minimum.at(rides, (ends, starts), minutes)
    best = np.minimum(direct, _closed(rides) + 2 * access)
    np.fill_diagonal(best, 0)
    return pd.DataFrame(_closed(best), index=ways.index, columns=ways.columns)


def both_ways(pairs: pd.DataFrame, column: str, places: pd.Index) -> pd.DataFrame:
    """Return a column of a table of pairs as a square of places, the same from A to B as from B to A.

    Parameters
    ----------
    pairs : one row for each two places, with the columns `origin`, `destination` and `column`.
    column : what the square holds; it is zero from a place to itself.
    places : the rows and columns of the square, in their order.

    Raises
    ------
    ValueError
        If two of the places have no row.

    >>> pairs = pd.DataFrame({"origin": ["A"], "destination": ["B"], "hours": [1.5]})
    >>> both_ways(pairs, "hours", pd.Index(["B", "A"])).loc["B"].tolist()
    [0.0, 1.5]
    """
    half = pairs.pivot(index="origin", columns="destination", values=column)
    half = half.reindex(index=places, columns=places)
    square = half.combine_first(half.T).to_numpy(float, copy=True)
    np.fill_diagonal(square, 0)
    if missing := {places[i] for i in np.argwhere(np.isnan(square)).ravel()}:
        raise ValueError(
            f"pairs must have a row for each two places; some of {listed(sorted(missing))} have none."
        )
    return pd.DataFrame(square, index=places, columns=places)


def _closed(times: np.ndarray) -> np.ndarray:
    """Shortest times when one may pass through any other place (Floyd and Warshall)."""
    for via in range(len(times)):
        times = np.minimum(times, times[:, [via]] + times[[via], :])
    return times
