"""Composite indices: scaling, weights, aggregation, coupling coordination, and how far ranks depend
on them.

A table has a row for each place (or place and year) and a column for each indicator. The steps are
those of the handbook of the OECD and the JRC (Nardo et al. 2008). Each choice is an argument,
because each is a judgement. A ValueError names the argument that is wrong: a number is missing or
outside the range that a function states, labels differ, or an indicator is constant where it must
not be.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from jingjinji.measures._checks import (
    ANY,
    POSITIVE,
    SHARE,
    ZERO_OR_MORE,
    checked,
    checked_frame,
    listed,
)

Directions = Mapping[str, int]
_SHIFT = 0.01  # lowest value in a geometric mean, which is zero if one of its values is


def min_max(table: pd.DataFrame, directions: Directions) -> pd.DataFrame:
    """Return (x - lowest) / (highest - lowest) of each column, from 0 (worst) to 1 (best).

    Parameters
    ----------
    table : finite numbers, shape (n, k). To compare years, put all years into one table.
    directions : by indicator, 1 if more is better and -1 if less is better, in any order.

    >>> min_max(pd.DataFrame({"income": [10, 20, 30]}), {"income": 1})["income"].tolist()
    [0.0, 0.5, 1.0]
    """
    table, signs = _directed(table, directions, ANY)
    turned = table * signs
    return (turned - turned.min()) / _spread(turned.max() - turned.min())


def z_scores(table: pd.DataFrame, directions: Directions) -> pd.DataFrame:
    """Return each column minus its mean, over its standard deviation (divided by n); more is
    better.

    Parameters and errors as in `min_max`.

    >>> z_scores(pd.DataFrame({"gap": [1, 3]}), {"gap": -1})["gap"].tolist()
    [1.0, -1.0]
    """
    table, signs = _directed(table, directions, ANY)
    turned = table * signs
    return (turned - turned.mean()) / _spread(turned.std(ddof=0))


def distance_to_best(table: pd.DataFrame, directions: Directions) -> pd.DataFrame:
    """Return x / highest if more is better and lowest / x if less is better: above 0 and at most 1.

    The numbers of `table` must be greater than zero; otherwise as in `min_max`.

    >>> distance_to_best(pd.DataFrame({"income": [10, 20]}), {"income": 1})["income"].tolist()
    [0.5, 1.0]
    """
    table, signs = _directed(table, directions, POSITIVE)
    turned = table**signs  # lowest / x is (1 / x) / (highest 1 / x)
    return turned / turned.max()


def entropy_weights(table: pd.DataFrame) -> pd.Series:
    """Return w_j = (1 - e_j) / sum(1 - e), with e_j = -sum p ln p / ln n and p the shares of column
    j.

    Columns that differ most between the rows weigh most (Shannon's entropy). 0 ln 0 is taken as 0,
    so the zeros of `min_max` are allowed, and a constant column weighs 0.

    Parameters
    ----------
    table : zero or more, shape (n, k) with n of 2 or more; no column of zeros, and not all columns
        constant.

    Answer keys: E01, E02, E03.

    >>> entropy_weights(pd.DataFrame({"differs": [1, 3], "constant": [2, 2]})).tolist()
    [1.0, 0.0]
    """
    table = checked_frame("table", table, ZERO_OR_MORE)
    if len(table) < 2:
        raise ValueError("table must have two rows or more.")
    if empty := list(table.columns[table.sum() == 0]):
        raise ValueError(f"every column must hold a number above zero; {listed(empty)} does not.")
    shares = table / table.sum()
    logs = np.log(shares.where(shares > 0, 1.0))
    entropy = -(shares * logs).sum() / np.log(len(table))
    information = (1 - entropy).mask(table.nunique() == 1, 0.0)
    if not information.any():
        raise ValueError("at least one column must differ between the rows.")
    return information / information.sum()


def aggregate(table: pd.DataFrame, weights: pd.Series, mean: str = "arithmetic") -> pd.Series:
    """Return the weighted mean of each row.

    Parameters
    ----------
    table : scaled indicators, shape (n, k); zero or more for a geometric mean.
    weights : a Series, zero or more, with the labels of the columns; scaled to sum to 1.
    mean : "arithmetic", where a high value compensates for a low one, or "geometric", where it does
        so
        less and nothing compensates for a zero.

    >>> rows = pd.DataFrame({"a": [0.2], "b": [0.8]})
    >>> equal = pd.Series({"a": 1, "b": 1})
    >>> float(aggregate(rows, equal)[0]), round(float(aggregate(rows, equal, "geometric")[0]), 2)
    (0.5, 0.4)
    """
    if mean not in ("arithmetic", "geometric"):
        raise ValueError(f"mean must be 'arithmetic' or 'geometric'; got {mean!r}.")
    table = checked_frame("table", table, ANY if mean == "arithmetic" else ZERO_OR_MORE)
    shares = _shares(weights, table.columns)
    if mean == "arithmetic":
        return table @ shares
    positive = shares[shares > 0]
    return (table[positive.index] ** positive).prod(axis=1)


def coupling(systems: pd.DataFrame, corrected: bool = False) -> pd.Series:
    """Return how similar the systems of each row are, from 0 to 1 (identical).

    The standard form is n (U_1 ... U_n)^(1/n) / (U_1 + ... + U_n). The corrected form (Wang et al.
    2021) is sqrt[(1 - mean of |U_i - U_j| over pairs) (product of U_i / largest U)^(1 / (n - 1))].

    Parameters
    ----------
    systems : shares from 0 to 1, shape (rows, n) with n of 2 or more, not all 0 in a row.
    corrected : True for the corrected form.

    Answer keys: K01, K02, K04.

    >>> coupling(pd.DataFrame([[0.6, 0.6], [0.2, 0.8]])).round(2).tolist()
    [1.0, 0.8]
    >>> coupling(pd.DataFrame([[0.6, 0.6], [0.2, 0.8]]), corrected=True).round(2).tolist()
    [1.0, 0.32]
    """
    systems = checked_frame("systems", systems, SHARE)
    count = systems.shape[1]
    if count < 2:
        raise ValueError("systems must have two columns or more.")
    largest = systems.max(axis=1)
    if undefined := list(largest.index[largest == 0]):
        raise ValueError(f"coupling is not defined where all systems are 0: {listed(undefined)}.")
    if not corrected:
        return count * systems.prod(axis=1) ** (1 / count) / systems.sum(axis=1)
    left, right = np.triu_indices(count, 1)
    values = systems.to_numpy()
    mean_gap = np.abs(values[:, left] - values[:, right]).mean(axis=1)
    return np.sqrt((1 - mean_gap) * systems.div(largest, axis=0).prod(axis=1) ** (1 / (count - 1)))


def coupling_coordination(
    systems: pd.DataFrame, weights: pd.Series | None = None, corrected: bool = False
) -> pd.DataFrame:
    """Return columns coupling (C), level (T, the weighted mean) and degree (D = sqrt(C T)) for each
    row.

    Parameters and errors as in `coupling`; `weights` as in `aggregate`, equal if left out.

    >>> coupling_coordination(pd.DataFrame([[0.25, 0.25]])).iloc[0].tolist()
    [1.0, 0.25, 0.5]
    """
    similarity = coupling(systems, corrected)
    level = aggregate(systems, pd.Series(1.0, systems.columns) if weights is None else weights)
    return pd.DataFrame(
        {"coupling": similarity, "level": level, "degree": np.sqrt(similarity * level)}
    )


@dataclass(frozen=True)
class Recipe:
    """One way to compute an index: a scaling, a mean and weights; an omitted indicator weighs 0."""

    scaling: str
    mean: str
    weighting: str
    weights: pd.Series


SCALINGS = {"min-max": min_max, "z-score": z_scores, "distance to best": distance_to_best}


def score(table: pd.DataFrame, directions: Directions, recipe: Recipe) -> pd.Series:
    """Return the index of each row by a recipe; more is better.

    For a geometric mean, min-max scales to 0.01 to 1, so that one lowest value does not make
    the index zero. Other parameters as in `min_max`.
    """
    scaled = SCALINGS[recipe.scaling](table, directions)
    if recipe.mean == "geometric" and recipe.scaling == "min-max":
        scaled = _SHIFT + (1 - _SHIFT) * scaled
    return aggregate(scaled, recipe.weights, recipe.mean)


def _directed(
    table: pd.DataFrame, directions: Directions, accepted: str
) -> tuple[pd.DataFrame, pd.Series]:
    table = checked_frame("table", table, accepted)
    if unmatched := set(directions) ^ set(table.columns):
        raise ValueError(
            f"directions must name the indicators of the table; {listed(unmatched)} differ."
        )
    signs = pd.Series(dict(directions))[table.columns]
    if not signs.isin([1, -1]).all():
        raise ValueError("every direction must be 1 (more is better) or -1 (less is better).")
    return table, signs


def _spread(spread: pd.Series) -> pd.Series:
    if constant := list(spread.index[spread == 0]):
        raise ValueError(
            f"every indicator must differ between the rows; {listed(constant)} does not."
        )
    return spread


def _shares(weights: pd.Series, columns: pd.Index) -> pd.Series:
    if not isinstance(weights, pd.Series) or set(weights.index) != set(columns):
        raise ValueError(f"weights must be a Series with the labels {listed(columns)}.")
    weights = checked("weights", weights, ZERO_OR_MORE)[columns]
    if weights.sum() == 0:
        raise ValueError("weights must add up to more than zero.")
    return weights / weights.sum()
