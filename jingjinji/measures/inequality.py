"""Inequality between places: Gini, concentration, Theil and Williamson indices.

`values` are levels per head, one for each place; `weights` are the number of people in each place,
such as residents, and default to one for each place. Both are lists, arrays or Series of n numbers:
two Series are matched by label, everything else by position. Every index is a number without a unit
that is zero when all places are equal and does not change when all values, or all weights, are
multiplied by the same number. A single place is allowed and has no inequality. A ValueError names
the argument that is wrong: a value is missing, infinite or out of range, lengths or labels differ,
the weights add up to zero, or the weighted mean is zero.
"""

import numpy as np
import pandas as pd

from jingjinji.measures._checks import ANY, POSITIVE, ZERO_OR_MORE, Values, settled, vectors


def relative(
    values: Values, weights: Values | None = None, accepted: str = ZERO_OR_MORE
) -> tuple[np.ndarray, np.ndarray]:
    """Return the values over their weighted mean, and the weights as shares: two arrays of shape
    (n,).

    Every index of this module is a formula in these two.
    """
    values, weights = vectors(values=(values, accepted), weights=(weights, ZERO_OR_MORE))
    values = np.asarray(values)
    weights = np.ones(len(values)) if weights is None else np.asarray(weights)
    if weights.sum() == 0:
        raise ValueError("weights must add up to more than zero.")
    shares = weights / weights.sum()
    mean = shares @ values
    if mean == 0:
        raise ValueError("values must have a weighted mean greater than zero.")
    return values / mean, shares


def gini(values: Values, weights: Values | None = None) -> float:
    """Return the Gini index, from 0 to less than 1: one minus twice the area under the Lorenz
    curve.

    It equals half the mean gap between any two people over the mean (Gini 1914). There is no
    correction n / (n - 1), so n equally large places reach at most 1 - 1 / n.
    Answer keys: G01 to G05, G13.

    Parameters
    ----------
    values : zero or more, shape (n,), per head.
    weights : zero or more, shape (n,), such as residents; one for each place if left out.

    >>> round(gini([20, 50, 20, 10]), 4)
    0.3
    """
    level, share = relative(values, weights)
    return settled(_area_index(level, share, level))


def concentration_index(values: Values, ranking: Values, weights: Values | None = None) -> float:
    """Return the concentration index, between -1 and 1 (Kakwani, Wagstaff and van Doorslaer 1997).

    One minus twice the area under the concentration curve, which is the Lorenz curve with places
    sorted by `ranking` instead. Above zero, places with a high ranking have more; below zero,
    places with a low one. Ranked by the values themselves, it is the Gini index.

    Parameters
    ----------
    values, weights : as in `gini`.
    ranking : finite numbers, shape (n,), such as income per head; only their order counts, and
        places with
        the same ranking form one step.

    >>> concentration_index([3, 1], ranking=[10, 20])
    -0.25
    """
    values, ranking, weights = vectors(
        values=(values, ZERO_OR_MORE), ranking=(ranking, ANY), weights=(weights, ZERO_OR_MORE)
    )
    level, share = relative(values, weights)
    return _area_index(level, share, np.asarray(ranking))


def _area_index(level: np.ndarray, share: np.ndarray, ranking: np.ndarray) -> float:
    """Return one minus twice the area under the curve of cumulative shares, from the lowest ranking
    on."""
    steps = pd.DataFrame({"population": share, "value": share * level}).groupby(ranking).sum()
    heights = 2 * steps["value"].cumsum() - steps["value"]  # the sum of both ends of each step
    return 1 - float((steps["population"] * heights).sum())


def theil_t(values: Values, weights: Values | None = None) -> float:
    """Return Theil T, from 0 to the logarithm of total population over that of the smallest place.

    It sums s ln(s / p) over places, with s a place's share of the total and p its share of the
    weights (Theil 1967). Inputs as in `gini`. Answer keys: G10b, G11.

    >>> round(theil_t([10, 10, 10, 20, 50]), 4)
    0.2502
    """
    level, share = relative(values, weights)
    positive = level * share > 0  # x ln x goes to zero with x
    return settled((share * level)[positive] @ np.log(level[positive]))


def theil_l(values: Values, weights: Values | None = None) -> float:
    """Return Theil L, the mean log deviation: sums p ln(p / s) over places (Theil 1967).

    A zero would make it infinite, so values must be greater than zero; weights as in `gini`.
    Answer key: G10.

    >>> round(theil_l([10, 10, 10, 20, 50]), 4)
    0.2326
    """
    level, share = relative(values, weights, POSITIVE)
    return settled(-share @ np.log(level))


def williamson(values: Values, weights: Values | None = None) -> float:
    """Return the weighted coefficient of variation about the weighted mean (Williamson 1965).

    Inputs as in `gini`. Answer key: G15.

    >>> williamson([50, 150])
    0.5
    """
    level, share = relative(values, weights)
    return float(np.sqrt(share @ (level - 1) ** 2))
