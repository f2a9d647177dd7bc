"""Growth: ratios, rates, index chains, contributions and what rounding hides.

Functions accept numbers, lists, one-dimensional arrays or Series. They return a Series if an
argument is one, else an array if an argument is a list or an array, else a number. Two Series are
matched by label, everything else by position. A ValueError names the argument that is wrong: a
value is missing, infinite or outside the range that a function states, or lengths or labels differ.
"""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from jingjinji.measures._checks import (
    ANY,
    POSITIVE,
    ZERO_OR_MORE,
    Result,
    Values,
    checked,
    inputs,
    labelled,
    listed,
)

_PRINTED = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?")


def ratio(start: Values, end: Values) -> Result:
    """Return the end value as a multiple of the start value (SNA 2008, chapter 15).

    A ratio of 1.8 means "1.8 times", which is 80 % more, not 180 % more. The same division gives a
    share (of a whole), a speed (distance over time) or an exchange rate.
    Answer keys: A07, A11, A12.

    Parameters
    ----------
    start : greater than zero, scalar or shape (n,).
    end : zero or more, scalar or shape (n,), in the unit of `start` for a ratio of growth.

    >>> ratio(start=50, end=90)
    1.8
    """
    start, end = inputs(start=(start, POSITIVE), end=(end, ZERO_OR_MORE))
    return end / start


def percent_change(start: Values, end: Values) -> Result:
    """Return the change from start to end in % of the start; inputs and errors as in `ratio`.

    >>> percent_change(start=50, end=90)
    80.0
    """
    start, end = inputs(start=(start, POSITIVE), end=(end, ZERO_OR_MORE))
    return (end - start) / start * 100


def cagr(start: Values, end: Values, periods: Values) -> Result:
    """Return the compound annual growth rate in % a year (Lequiller and Blades 2014).

    Answer key: A02.

    Parameters
    ----------
    start, end : greater than zero, scalar or shape (n,), in the same unit.
    periods : greater than zero, scalar or shape (n,). It counts the intervals, not the years
        listed: from 2013 to 2022 there are 9.

    >>> round(cagr(start=100, end=121, periods=2), 6)
    10.0
    """
    start, end, periods = inputs(
        start=(start, POSITIVE), end=(end, POSITIVE), periods=(periods, POSITIVE)
    )
    return ((end / start) ** (1 / periods) - 1) * 100


def chain(index_previous_100: pd.Series, base_year: int, base_value: float = 100.0) -> pd.Series:
    """Link year-on-year indices into levels, forwards and backwards from a base year.

    Chained levels of parts do not add up to the chained level of the whole (SNA 2008, chapter 15).

    Parameters
    ----------
    index_previous_100 : Series of n indices greater than zero (the year before = 100), labelled
        with n consecutive years as whole numbers in any order.
    base_year : the year whose level is `base_value`; it may be the year before the first index.
    base_value : greater than zero, in the unit that the levels are to have.

    Returns
    -------
    Series of n + 1 levels, from the year before the first index to the last year.

    >>> chain(pd.Series({2014: 110.0, 2015: 105.0}), base_year=2013).round(2).to_dict()
    {2013: 100.0, 2014: 110.0, 2015: 115.5}
    """
    (indices,) = labelled(index_previous_100=(index_previous_100, POSITIVE))
    indices = indices.sort_index()
    base_value = checked("base_value", base_value, POSITIVE)
    years = indices.index
    if not (pd.api.types.is_integer_dtype(years) and years.is_unique):
        raise ValueError("index_previous_100 must be labelled with whole-number years, each once.")
    if gaps := set(range(years[0], years[-1])) - set(years):
        raise ValueError(
            f"index_previous_100 must have consecutive years; there is none for {listed(gaps)}."
        )
    levels = pd.Series(
        np.cumprod([1.0, *indices / 100]),
        index=pd.RangeIndex(years[0] - 1, years[-1] + 1, name=years.name),
    )
    if base_year not in levels.index:
        raise ValueError(
            f"base_year must be from {years[0] - 1} to {years[-1]}; got {base_year!r}."
        )
    return levels / levels[base_year] * base_value


# Without equality, since comparing two Series gives a Series, not true or false.
@dataclass(frozen=True, eq=False)
class Contributions:
    """Parts of growth: `parts`, in percentage points, add up to `total`, the growth in %."""

    parts: pd.Series
    total: float


def contributions(start: pd.Series, end: pd.Series) -> Contributions:
    """Split the growth of a total into the contributions of its parts (SNA 2008, chapter 15).

    A contribution is the part's share of the total at the start times the part's growth, which
    equals its change over the total at the start. A part may therefore start from zero or be
    negative, as net exports can be. Levels must be additive, which chained real levels are not.

    Parameters
    ----------
    start, end : Series of shape (n,) with the same labels, one for each part, in the same unit. The
        parts of `start` must add up to more than zero.

    >>> contributions(pd.Series({"A": 60, "B": 40}), pd.Series({"A": 66, "B": 42})).parts.to_dict()
    {'A': 6.0, 'B': 2.0}
    """
    start, end = labelled(start=(start, ANY), end=(end, ANY))
    start_total = float(start.sum())
    if start_total <= 0:
        raise ValueError(f"start must add up to more than zero; got {start_total:g}.")
    return Contributions(
        parts=(end - start) / start_total * 100,
        total=(float(end.sum()) - start_total) / start_total * 100,
    )


@dataclass(frozen=True)
class Interval:
    """All values from `low` to `high`, both ends included, such as those that round to a figure.

    One interval over another, both above zero, gives the interval of all quotients of their
    members. Showing the range keeps a figure from claiming more than is known (Manski 2011).
    ValueError if an end is not finite, if the ends are in the wrong order, or if an interval in a
    quotient is not above zero.

    >>> print(rounding_interval("10.0") / rounding_interval("1.8"))
    5.378 to 5.743
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            raise ValueError(
                f"Interval needs two finite ends, the lower one first; got {self.low}, {self.high}."
            )

    @property
    def width(self) -> float:
        """The distance between the ends."""
        return self.high - self.low

    def contains(self, value: float) -> bool:
        """Return whether a value lies in the interval or on one of its ends."""
        return bool(self.low <= value <= self.high)

    def __truediv__(self, other: "Interval") -> "Interval":
        if not isinstance(other, Interval):
            return NotImplemented
        if self.low <= 0 or other.low <= 0:
            raise ValueError(f"Only intervals above zero can be divided; got {self} over {other}.")
        return Interval(self.low / other.high, self.high / other.low)

    def __str__(self) -> str:
        # Three digits of the width distinguish the ends and hide the rounding errors of binary
        # fractions.
        decimals = 2 - math.floor(math.log10(self.width)) if self.width else 15
        return f"{round(self.low, decimals):,.15g} to {round(self.high, decimals):,.15g}"


def rounding_interval(printed: str) -> Interval:
    """Return the values that round to a printed figure.

    Parameters
    ----------
    printed : the figure as text, because "1.8" and "1.80" differ in accuracy. A minus sign
        and commas between thousands are accepted. Every printed digit counts, including final
        zeros: "10" stands for 9.5 to 10.5.

    >>> rounding_interval("1.8")
    Interval(low=1.75, high=1.85)
    """
    figure = printed.strip().replace("\N{MINUS SIGN}", "-") if isinstance(printed, str) else ""
    match = _PRINTED.fullmatch(figure)
    if match is None:
        raise ValueError(
            f"printed must be a plain number as text, such as '1.8' or '-12,345'; got {printed!r}."
        )
    value = Decimal(figure.replace(",", ""))
    half_unit = Decimal(5).scaleb(-len(match[1] or "") - 1)
    return Interval(float(value - half_unit), float(value + half_unit))
