"""Potential: how many people lie within reach of a place, and which place they choose.

A ValueError says in one sentence which argument is wrong.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from jingjinji.measures._checks import POSITIVE, ZERO_OR_MORE, checked, listed, require_series

Decay = Callable[[pd.DataFrame], pd.DataFrame]


def power(exponent: float) -> Decay:
    """Return the decay t ** -exponent, which has no unit of its own and falls slowly far away.

    >>> power(2)(10.0)
    0.01
    """
    checked("exponent", exponent, POSITIVE)
    return lambda time: time ** -float(exponent)


def exponential(scale: float) -> Decay:
    """Return the decay exp(-t / scale): each further `scale`, in the unit of time, leaves 37 %.

    >>> round(float(exponential(60)(60)), 2)
    0.37
    """
    checked("scale", scale, POSITIVE)
    return lambda time: np.exp(-time / scale)


def hansen(mass: pd.Series, time: pd.DataFrame, decay: Decay) -> pd.Series:
    """Return the potential of every place, sum_j mass_j * decay(time_ij), without its own mass.

    After Hansen (1959). The own mass is left out because its travel time is a guess on which the
    result would hang; add it yourself where you know that time.

    Parameters
    ----------
    mass : shape (n,), such as residents by place, zero or more.
    time : shape (m, n), from the row's place to the column's, greater than zero except from a
        place to itself; the columns are the places of `mass`.
    decay : from times to weights, such as `exponential(60)`.

    Returns
    -------
    Series of shape (m,), in the unit of `mass`.

    Raises
    ------
    ValueError
        If `mass` or `time` is no such table, or if they name different places.

    >>> people = pd.Series({"A": 100.0, "B": 60.0})
    >>> minutes = pd.DataFrame([[0, 30], [30, 0]], index=["A", "B"], columns=["A", "B"])
    >>> hansen(people, minutes, power(1)).round(2).to_dict()
    {'A': 2.0, 'B': 3.33}
    """
    return _pulls(mass, time, decay).sum(axis=1)


def huff(mass: pd.Series, time: pd.DataFrame, decay: Decay) -> pd.DataFrame:
    """Return the share of the trips from the row's place that goes to the column's, after Huff (1963).

    Each share is one term of the potential over the sum of all, so every row adds up to 1.
    With decay by the square, two shares stand in Reilly's (1931) ratio. Parameters and errors are those of
    `hansen`. Answer keys: T04, T06.
    """
    pulls = _pulls(mass, time, decay)
    return pulls.div(pulls.sum(axis=1), axis=0)


def _pulls(mass: pd.Series, time: pd.DataFrame, decay: Decay) -> pd.DataFrame:
    require_series("mass", mass)
    mass = checked("mass", mass, ZERO_OR_MORE)
    if not isinstance(time, pd.DataFrame) or time.empty:
        raise ValueError(f"time must be a DataFrame of places by places; got {type(time).__name__}.")
    if strangers := sorted(set(mass.index) ^ set(time.columns), key=str):
        raise ValueError(
            f"mass and the columns of time must name the same places; {listed(strangers)} differ."
        )
    own = np.equal.outer(time.index.to_numpy(object), time.columns.to_numpy(object))
    apart = time.astype(float).mask(own, np.inf)
    if not (apart > 0).to_numpy().all():
        raise ValueError(
            "time between two places must be greater than zero; only a place itself may be at 0."
        )
    return decay(apart) * mass[time.columns]
