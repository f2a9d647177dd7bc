"""How a verdict is decided: readings with a threshold, an outcome each, and the label that follows.

Nobody chooses a label: `label_of` derives it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import isnan

HOLDS, FAILS, OPEN = "holds", "fails", "open"
SUPPORTED, DEPENDS, NOT_SUPPORTED = "supported", "depends on the reading", "not supported"
UNDECIDED, NOT_TESTABLE = "open", "not testable as worded"
# What a row is of: a number with a threshold, a dated document, or the reason why there is no reading.
NUMBER, DOCUMENT, NONE = "number", "document", "none"
# Units that are the name of a measure stand before the number: "rank 9", and not "9 rank".
NAMED = ("rank", "location quotient", "change", "ratio", "percentile")


def decide(low: float, high: float, low_limit: float, high_limit: float) -> str:
    """The outcome of a number between `low` and `high`, where it must lie between two limits.

    A limit that is NaN does not bind.

    Examples
    --------
    >>> no_limit = float("nan")
    >>> decide(52, 58, 50, no_limit), decide(27, 27, 50, no_limit), decide(48, 53, 50, no_limit)
    ('holds', 'fails', 'open')
    """
    bottom = float("-inf") if isnan(low_limit) else low_limit
    top = float("inf") if isnan(high_limit) else high_limit
    if isnan(low) or isnan(high):
        return OPEN
    if bottom <= low and high <= top:
        return HOLDS
    return FAILS if high < bottom or low > top else OPEN


@dataclass(frozen=True)
class Reading:
    """One reasonable reading of a claim: a row of `readings.csv`."""

    claim_id: str
    family: str
    reading: str
    says: str
    against: str
    kind: str
    unit: str
    low_limit: float
    high_limit: float
    number: float
    number_low: float
    number_high: float
    documented: str
    sources: str
    independent: bool
    held_by: str
    decides: str
    note: str

    @property
    def interval(self) -> tuple[float, float]:
        """What the number may be: by rounding, vintage, definition or sampling."""
        low, high = (self.number if isnan(end) else end for end in (self.number_low, self.number_high))
        return low, high

    @property
    def outcome(self) -> str:
        """Holds, fails or open: by the number and its limits, or as a dated document has it."""
        if self.kind == NUMBER:
            return decide(*self.interval, self.low_limit, self.high_limit)
        return self.documented

    @property
    def found(self) -> str:
        """The number with its interval and unit, as a card shows it; empty where there is none."""
        low, high = self.interval
        if isnan(low):
            return ""
        ends = f"{self.shown(low)} to {self.shown(high)}"
        alone = self.shown(self.number) + (f" ({ends})" if low < high else "")
        number = ends if isnan(self.number) else alone
        if self.unit == "year":
            return number
        return f"{self.unit} {number}" if self.unit.startswith(NAMED) else f"{number} {self.unit}"

    @property
    def threshold(self) -> str:
        """Between what the number must lie for the reading to hold; empty for a document."""
        low, high = self.shown(self.low_limit), self.shown(self.high_limit)
        if low and high:
            return low if low == high else f"{low} to {high}"
        return f"at least {low}" if low else f"at most {high}" if high else ""

    def shown(self, number: float) -> str:
        """A number as a reader sees it: all its recorded digits, thousands set off; empty for NaN."""
        if isnan(number):
            return ""
        return f"{number:.10g}" if self.unit == "year" else f"{number:,.10g}".replace("-", "−")


def agrees(recorded: float, found: float) -> bool:
    """Whether a computed number is the recorded one at the digits that were recorded.

    Examples
    --------
    >>> agrees(1.81, 1.8078), agrees(1.81, 1.80)
    (True, False)
    """
    if isnan(recorded) or isnan(found):
        return False
    decimals = max(0, -int(Decimal(repr(float(recorded))).normalize().as_tuple().exponent))
    return abs(found - recorded) <= 0.5 * 10.0**-decimals + 1e-9


def label_of(readings: Iterable[Reading]) -> str:
    """The label of a claim with these readings. A row of the kind `NONE` is no reading.

    What holds by the article's own source alone is not supported by it: such a claim stays open.
    """
    tested = [reading for reading in readings if reading.kind != NONE]
    decided = {reading.outcome for reading in tested} - {OPEN}
    if not tested:
        return NOT_TESTABLE
    if decided == {HOLDS, FAILS}:
        return DEPENDS
    if decided == {FAILS}:
        return NOT_SUPPORTED
    independent = any(reading.independent and reading.outcome == HOLDS for reading in tested)
    return SUPPORTED if independent else UNDECIDED
