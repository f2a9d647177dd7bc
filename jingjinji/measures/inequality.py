"""Inequality between places: Lorenz and concentration curves; Gini, Theil, Williamson, Atkinson.

`values` are levels per head, one for each place; `weights` say how many people each level stands
for, such as residents, and default to one for each place. Both are lists, arrays or Series of n
numbers: two Series are matched by label, everything else by position. Every index is a number
without a unit that is zero when all places are equal and does not change when all values, or all
weights, are multiplied by the same number. A single place is allowed and has no inequality.
A ValueError says which argument is wrong: a value is missing, infinite or out of range, lengths or
labels differ, the weights add up to zero, or the weighted mean is zero.
"""

import numpy as np
import pandas as pd

from jingjinji.measures._checks import ANY, POSITIVE, ZERO_OR_MORE, Values, checked, inputs, settled


def relative(
    values: Values, weights: Values | None = None, accepted: str = ZERO_OR_MORE
) -> tuple[np.ndarray, np.ndarray]:
    """Return the values over their weighted mean, and the weights as shares: two arrays of shape (n,).

    Every index of this module is a formula in these two.
    """
    if np.ndim(values) == 0:
        raise ValueError(f"values must be a list, array or Series with one number a place; got {values!r}.")
    if weights is None:
        weights = np.ones(np.shape(values)[0])
    elif np.ndim(weights) == 0:
        raise ValueError(f"weights must be a list, array or Series with one number a place; got {weights!r}.")
    values, weights = map(np.asarray, inputs(values=(values, accepted), weights=(weights, ZERO_OR_MORE)))
    if weights.sum() == 0:
        raise ValueError("weights must add up to more than zero.")
    shares = weights / weights.sum()
    mean = shares @ values
    if mean == 0:
        raise ValueError("values must have a weighted mean greater than zero.")
    return values / mean, shares


def lorenz(values: Values, weights: Values | None = None) -> pd.DataFrame:
    """Return the Lorenz curve: cumulative shares from the poorest place to the richest.

    Parameters
    ----------
    values : zero or more, shape (n,), per head.
    weights : zero or more, shape (n,), such as residents; one for each place if left out.

    Returns
    -------
    DataFrame of n + 1 rows with columns `population` and `value`, from (0, 0) to (1, 1).

    >>> lorenz([1, 3]).to_numpy().tolist()
    [[0.0, 0.0], [0.5, 0.25], [1.0, 1.0]]
    """
    level, share = relative(values, weights)
    order = np.argsort(level, kind="stable")
    steps = pd.DataFrame({"population": share[order], "value": (share * level)[order]})
    return pd.concat([pd.DataFrame({"population": [0.0], "value": [0.0]}), steps.cumsum()], ignore_index=True)


def gini(values: Values, weights: Values | None = None) -> float:
    """Return the Gini index, from 0 to less than 1: one less twice the area under the Lorenz curve.

    It equals half the mean gap between any two people over the mean (Gini 1914). There is no
    correction n / (n - 1), so n equally large places reach at most 1 - 1 / n.
    Inputs as in `lorenz`. Answer keys: G01 to G05, G13.

    >>> round(gini([20, 50, 20, 10]), 4)
    0.3
    """
    return settled(_one_less_twice_the_area(lorenz(values, weights)))


def concentration_curve(values: Values, ranking: Values, weights: Values | None = None) -> pd.DataFrame:
    """Return cumulative shares like `lorenz`, but from the lowest `ranking` to the highest.

    Places with the same ranking are one step, so their order in the data does not matter.

    Parameters
    ----------
    values, weights : as in `lorenz`.
    ranking : finite numbers, shape (n,), such as income per head; only their order counts.

    Returns
    -------
    DataFrame of one row more than there are different rankings, columns as in `lorenz`.

    >>> concentration_curve([3, 1], ranking=[10, 20]).to_numpy().tolist()
    [[0.0, 0.0], [0.5, 0.75], [1.0, 1.0]]
    """
    if np.ndim(ranking) == 0:
        raise ValueError(f"ranking must be a list, array or Series with one number a place; got {ranking!r}.")
    given = {} if weights is None else {"weights": (weights, ZERO_OR_MORE)}
    values, ranking, *weights = inputs(values=(values, ZERO_OR_MORE), ranking=(ranking, ANY), **given)
    level, share = relative(values, *weights)
    steps = pd.DataFrame({"population": share, "value": share * level}).groupby(np.asarray(ranking)).sum()
    return pd.concat([pd.DataFrame({"population": [0.0], "value": [0.0]}), steps.cumsum()], ignore_index=True)


def concentration_index(values: Values, ranking: Values, weights: Values | None = None) -> float:
    """Return the concentration index, between -1 and 1 (Kakwani, Wagstaff and van Doorslaer 1997).

    One less twice the area under the concentration curve; the same as twice the covariance of
    values and fractional ranks over the mean. Above zero, places with a high ranking have more;
    below zero, places with a low one. It is the Gini index if places are ranked by the values
    themselves. Inputs as in `concentration_curve`.

    >>> concentration_index([3, 1], ranking=[10, 20])
    -0.25
    """
    return float(_one_less_twice_the_area(concentration_curve(values, ranking, weights)))


def theil_t(values: Values, weights: Values | None = None) -> float:
    """Return Theil T, from 0 to the logarithm of all people over those of the smallest place.

    It sums s ln(s / p) over places, with s a place's share of the total and p its share of the
    weights (Theil 1967). Inputs as in `lorenz`. Answer keys: G10b, G11.

    >>> round(theil_t([10, 10, 10, 20, 50]), 4)
    0.2502
    """
    level, share = relative(values, weights)
    held = level * share > 0  # x ln x goes to zero with x
    return settled((share * level)[held] @ np.log(level[held]))


def theil_l(values: Values, weights: Values | None = None) -> float:
    """Return Theil L, the mean log deviation: sums p ln(p / s) over places (Theil 1967).

    A zero would make it infinite, so values must be greater than zero; weights as in `lorenz`.
    Answer key: G10.

    >>> round(theil_l([10, 10, 10, 20, 50]), 4)
    0.2326
    """
    level, share = relative(values, weights, POSITIVE)
    return settled(-share @ np.log(level))


def williamson(values: Values, weights: Values | None = None) -> float:
    """Return the weighted coefficient of variation about the weighted mean (Williamson 1965).

    Inputs as in `lorenz`. Answer keys: D01, G15.

    >>> williamson([50, 150])
    0.5
    """
    level, share = relative(values, weights)
    return float(np.sqrt(share @ (level - 1) ** 2))


def atkinson(values: Values, weights: Values | None = None, aversion: float = 0.5) -> float:
    """Return the share of the total that could be given up if the rest were equal (Atkinson 1970).

    Parameters
    ----------
    values, weights : as in `lorenz`; values must be greater than zero if `aversion` is 1 or more.
    aversion : zero or more, a judgement: how much a loss of the poorest counts.

    >>> round(atkinson([10, 20, 30, 40, 50], aversion=1), 4)
    0.1316
    """
    if np.ndim(aversion):
        raise ValueError(f"aversion must be one number; got {aversion!r}.")
    aversion = checked("aversion", aversion, ZERO_OR_MORE)
    level, share = relative(values, weights, POSITIVE if aversion >= 1 else ZERO_OR_MORE)
    if aversion == 1:
        return settled(1 - np.exp(share @ np.log(level)))
    equal = float(share @ level ** (1 - aversion)) ** (1 / (1 - aversion))
    return settled(1 - equal)


def _one_less_twice_the_area(curve: pd.DataFrame) -> float:
    return 1 - (curve["population"].diff() * curve["value"].rolling(2).sum()).sum()
