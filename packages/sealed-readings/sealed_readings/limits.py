"""Limits, exact at the edge: for what numbers a reading holds, as its coder wrote it.

``> 50`` (50 does not hold), ``>= 21``, ``< 0``, ``<= 3``, ``= 21``, ``1.75 to 1.85`` (both ends hold) and
``1.75 to < 1.85`` (the upper one does not).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

HOLDS, FAILS, OPEN = "holds", "fails", "open"
_NUMBER = r"[-−]?\d[\d,]*(?:\.\d+)?"
_ONE = re.compile(rf"(>=|<=|>|<|=) ?({_NUMBER})")
_TWO = re.compile(rf"({_NUMBER}) to (< ?)?({_NUMBER})")


@dataclass(frozen=True)
class Limits:
    """Between what a number must lie; an end that is not `*_holds` is itself outside."""

    low: float = -inf
    high: float = inf
    low_holds: bool = True
    high_holds: bool = True

    def holds(self, number: float) -> bool:
        """Whether a number lies within."""
        above = number >= self.low if self.low_holds else number > self.low
        below = number <= self.high if self.high_holds else number < self.high
        return above and below

    def decide(self, low: float, high: float) -> str:
        """What follows for a number from `low` to `high`: it holds, fails, or is open as a limit cuts it.

        Examples
        --------
        >>> parse("> 50").decide(52, 58), parse("> 50").decide(27, 50), parse("> 50").decide(48, 53)
        ('holds', 'fails', 'open')
        """
        if self.holds(low) and self.holds(high):
            return HOLDS
        below = high < self.low or (high == self.low and not self.low_holds)
        above = low > self.high or (low == self.high and not self.high_holds)
        return FAILS if below or above else OPEN

    def say(self, write: Callable[[float], str]) -> str:
        """The limits in words, with numbers as `write` writes them: "more than 50", "1.75 to 1.85"."""
        low, high = write(self.low), write(self.high)
        if self.low == self.high:
            return low
        if self.high == inf:
            return f"{'at least' if self.low_holds else 'more than'} {low}"
        below = f"{'at most' if self.high_holds else 'less than'} {high}"
        return below if self.low == -inf else f"{low} to {high if self.high_holds else below}"


def parse(text: str) -> Limits:
    """The limits that a text says.

    Raises
    ------
    ValueError
        If it says none; the sentence has what is accepted.

    Examples
    --------
    >>> parse("> 50").holds(50), parse("1.75 to < 1.85").holds(1.75), parse("= 21").holds(21)
    (False, True, True)
    """
    if one := _ONE.fullmatch(text.strip()):
        sign, number = one[1], _read(one[2])
        low, high = number if sign[0] in ">=" else -inf, number if sign[0] in "<=" else inf
        return Limits(low, high, sign != ">", sign != "<")
    if two := _TWO.fullmatch(text.strip()):
        low, high = _read(two[1]), _read(two[3])
        if low <= high:
            return Limits(low, high, True, not two[2])
    accepted = "'> 50', '>= 21', '< 0', '<= 3', '= 21', '1.75 to 1.85' or '1.75 to < 1.85'"
    raise ValueError(f"{text!r} says no limits; write {accepted}")


def _read(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))
