"""Potential: how many people live within reach of a place, and which place they choose.

A ValueError names the argument that does not have the form or range that a function states.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from jingjinji.measures._checks import POSITIVE, ZERO_OR_MORE, checked, labelled, listed

Decay = Callable[[pd.DataFrame], pd.DataFrame]


def power(exponent: float) -> Decay:
    """Return the decay function t ** -exponent, which falls slowly at long distances.

    >>> power(2)(10.0)
    0.01
    """
    checked("exponent", exponent, POSITIVE)
    return lambda time: time ** -float(exponent)


def exponential(scale: float) -> Decay:
    """Return the decay function exp(-t / scale): each further `scale`, in the unit of time, leaves
    37 %.

    >>> round(float(exponential(60)(60)), 2)
    0.37
    """
    checked("scale", scale, POSITIVE)
    return lambda time: np.exp(-time / scale)


def hansen(mass: pd.Series, time: pd.DataFrame, decay: Decay) -> pd.Series:
    """Return the potential of every place, sum_j mass_j * decay(time_ij), without its own mass.

    After Hansen (1959). A place's own mass is left out because its travel time would be a guess
    that dominates the result; add it yourself where you know that time.

    Parameters
    ----------
    mass : shape (n,), such as residents by place, zero or more.
    time : shape (m, n), from the row's place to the column's, greater than zero except from a
        place to itself; the columns are the places of `mass`.
    decay : function from times to weights, such as `exponential(60)`.

    Returns
    -------
    Series of shape (m,), in the unit of `mass`.

    >>> people = pd.Series({"A": 100.0, "B": 60.0})
    >>> minutes = pd.DataFrame([[0, 30], [30, 0]], index=["A", "B"], columns=["A", "B"])
    >>> hansen(people, minutes, power(1)).round(2).to_dict()
    {'A': 2.0, 'B': 3.33}
    """
    return _pulls(mass, time, decay).sum(axis=1)


def huff(mass: pd.Series, time: pd.DataFrame, decay: Decay) -> pd.DataFrame:
    """Return the share of the trips from the row's place that goes to the column's, after Huff
    (1963).

    Each share is one term of the potential over the sum of all terms, so every row adds up to 1.
    With `power(2)`, the ratio of two shares is Reilly's (1931). Parameters and errors as in
    `hansen`. Answer keys: T04, T06.
    """
    pulls = _pulls(mass, time, decay)
    return pulls.div(pulls.sum(axis=1), axis=0)


def _pulls(mass: pd.Series, time: pd.DataFrame, decay: Decay) -> pd.DataFrame:
    (mass,) = labelled(mass=(mass, ZERO_OR_MORE))
    if not isinstance(time, pd.DataFrame) or time.empty:
        raise ValueError(
            f"time must be a DataFrame of places by places; got {type(time).__name__}."
        )
    if unmatched := set(mass.index) ^ set(time.columns):
        raise ValueError(
            f"mass and the columns of time must have the same places; {listed(unmatched)} differ."
        )
    to_itself = np.equal.outer(time.index.to_numpy(object), time.columns.to_numpy(object))
    between = time.astype(float).mask(to_itself, np.inf)
    if not (between > 0).to_numpy().all():
        raise ValueError("time between two places must be greater than zero.")
    return decay(between) * mass[time.columns]
