"""Breaks: the date at which the mean of a series shifts, and how surprising the shift is.

The date minimises the sum of squares around two means over all dates; with one break that is the
estimator of Bai and Perron (1998). A ValueError names the argument that is out of range.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from jingjinji.measures._checks import ANY, labelled


@dataclass(frozen=True)
class MeanBreak:
    """One shift of the mean: the labels on both sides of it, the two means, and its F statistic."""

    last_before: Any
    first_after: Any
    mean_before: float
    mean_after: float
    statistic: float


def mean_break(series: pd.Series, shortest: int = 3) -> MeanBreak:
    """Return the break that leaves the smallest sum of squares around two means.

    `statistic` is the F statistic of Chow (1960) at that date. The date was chosen because the
    statistic is largest there, so tables of F do not apply (Andrews 1993): see `break_p_value`.
    Answer key: B01.

    Parameters
    ----------
    series : Series of n finite numbers in order of time, with n at least twice `shortest`, that
        vary on at
        least one side of the break.
    shortest : minimum number of values on each side, 2 or more.

    >>> shift = mean_break(pd.Series([1, 2, 1, 5, 6, 5], index=range(2011, 2017)))
    >>> shift.last_before, shift.first_after, round(shift.statistic, 2)
    (2013, 2014, 72.0)
    """
    (series,) = labelled(series=(series, ANY))
    if not (isinstance(shortest, int) and shortest >= 2):
        raise ValueError(f"shortest must be a whole number, 2 or more; got {shortest!r}.")
    if len(series) < 2 * shortest:
        raise ValueError(f"series must hold {2 * shortest} values or more; it holds {len(series)}.")
    values = series.to_numpy()
    position = shortest + int(_gains(values[None, :], shortest)[0].argmax())
    before = values[:position]
    after = values[position:]
    residual = ((before - before.mean()) ** 2).sum() + ((after - after.mean()) ** 2).sum()
    if not residual:
        raise ValueError("series must vary on at least one side of the break.")
    gain = ((values - values.mean()) ** 2).sum() - residual
    return MeanBreak(
        last_before=series.index[position - 1],
        first_after=series.index[position],
        mean_before=float(before.mean()),
        mean_after=float(after.mean()),
        statistic=float(gain / (residual / (len(values) - 2))),
    )


def break_p_value(
    series: pd.Series,
    persistence: float = 0.0,
    shortest: int = 3,
    draws: int = 9999,
    seed: int = 2014,
) -> float:
    """Return how often a series without a break has a largest F statistic as high as this one.

    Simulated series are x_t = persistence * x_{t-1} + e_t with normal e_t: no break, only memory.
    With persistence 0 the values are independent, the case of Andrews (1993). A lasting shift and a
    slow drift look alike (Perron 1989), so the answer depends on the persistence that is assumed.

    Parameters
    ----------
    series, shortest : as in `mean_break`.
    persistence : 0 or more and below 1, no unit.
    draws : number of simulated series, 1 or more.
    seed : seed of the random numbers; the same seed gives the same answer.

    Returns
    -------
    float
        (1 + number of draws as high or higher) / (1 + draws).
    """
    if not 0 <= persistence < 1:
        raise ValueError(f"persistence must be 0 or more and below 1; got {persistence!r}.")
    if not (isinstance(draws, int) and draws > 0):
        raise ValueError(f"draws must be a whole number, 1 or more; got {draws!r}.")
    observed = mean_break(series, shortest).statistic
    shocks = np.random.default_rng(seed).standard_normal((draws, len(series)))
    # The first value is drawn from the stationary distribution, so that all have the same variance.
    simulated = np.empty_like(shocks)
    simulated[:, 0] = shocks[:, 0] / np.sqrt(1 - persistence**2)
    for t in range(1, len(series)):
        simulated[:, t] = persistence * simulated[:, t - 1] + shocks[:, t]
    total = ((simulated - simulated.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    gain = _gains(simulated, shortest).max(axis=1)
    largest_f = gain / ((total - gain) / (len(series) - 2))
    return float((1 + (largest_f >= observed).sum()) / (1 + draws))


def _gains(rows: np.ndarray, shortest: int) -> np.ndarray:
    """Return by how much a break at each date lowers the sum of squares, shape (rows, dates)."""
    count = rows.shape[1]
    sizes = np.arange(shortest, count - shortest + 1)  # values before the break
    sums = (rows - rows.mean(axis=1, keepdims=True)).cumsum(axis=1)[:, sizes - 1]
    return sums**2 / sizes + sums**2 / (count - sizes)
