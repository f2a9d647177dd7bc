"""Limits within which a reading holds, exact at the edge.

``> 50`` (50 does not hold), ``>= 21``, ``< 0``, ``<= 3``, ``= 21``, ``1.75 to 1.85`` (both ends
hold) and ``1.75 to < 1.85`` (the upper end does not).
"""

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
    """An interval of numbers; an end belongs to it if `low_holds` or `high_holds` says so."""

    low: float = -inf
    high: float = inf
    low_holds: bool = True
    high_holds: bool = True

    def holds(self, number: float) -> bool:
        """Whether a number lies within the limits."""
        above = number >= self.low if self.low_holds else number > self.low
        below = number <= self.high if self.high_holds else number < self.high
        return above and below

    def decide(self, low: float, high: float) -> str:
        """Outcome for a number that lies from `low` to `high`: holds, fails, or open if a limit is
        between.

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
        """Describe the limits, with numbers formatted by `write`: "more than 50", "1.75 to
        1.85"."""
        low = write(self.low)
        high = write(self.high)
        if self.low == self.high:
            return low
        if self.high == inf:
            return f"{'at least' if self.low_holds else 'more than'} {low}"
        below = f"{'at most' if self.high_holds else 'less than'} {high}"
        return below if self.low == -inf else f"{low} to {high if self.high_holds else below}"


def parse(text: str) -> Limits:
    """Parse limits; `ValueError` if the text has none.

    Examples
    --------
    >>> parse("> 50").holds(50), parse("1.75 to < 1.85").holds(1.75), parse("= 21").holds(21)
    (False, True, True)
    """
    if match := _ONE.fullmatch(text.strip()):
        sign = match[1]
        number = _parse_number(match[2])
        low = number if sign[0] in ">=" else -inf
        high = number if sign[0] in "<=" else inf
        return Limits(low, high, sign != ">", sign != "<")
    if match := _TWO.fullmatch(text.strip()):
        low = _parse_number(match[1])
        high = _parse_number(match[3])
        if low <= high:
            return Limits(low, high, True, not match[2])
    accepted = "'> 50', '>= 21', '< 0', '<= 3', '= 21', '1.75 to 1.85' or '1.75 to < 1.85'"
    raise ValueError(f"{text!r} has no limits; write {accepted}")


def _parse_number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))
