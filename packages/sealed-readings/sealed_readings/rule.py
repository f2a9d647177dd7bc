"""The rule that derives a verdict from the readings of a claim's core and qualifiers.

Nobody chooses a label: `decide` derives it from the outcome of each reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import isnan, nan

from sealed_readings import limits

HOLDS, FAILS, OPEN = OUTCOMES = limits.HOLDS, limits.FAILS, limits.OPEN
# Ids of labels, as data, programs and style sheets use them; `labels.csv` has the words that readers see.
SUPPORTED, DEPENDS, NOT_SUPPORTED = "supported", "depends", "not-supported"
UNDECIDED, NOT_TESTABLE, UNEXAMINED = "open", "not-testable", "unexamined"
# Kinds of readings: decided by a number within limits, or by a dated document; or the reason for having none.
NUMBER, DOCUMENT, NONE = KINDS = "number", "document", "none"
CORE = "core"
# How the evidence lies to the claim's own date. Evidence of another date decides nothing.
OWN, BRACKETS, OTHER = DATES = "own", "brackets", "other"
# Who vouches for a source. An interested party's word or a repetition decides nothing ...
STANDINGS = MEASURED, OFFICIAL, PARTY, REPEATED = (
    *("measured by others", "official statistics"),
    *("interested party", "repeated"),
)
# ... unless the party's own word is what the reading asks for.
WORD_OF_PARTY = ("stated",)
DROPPED = "dropped"  # start of `added` in a reading that was dropped once numbers were known
# Units that are names of measures are written before the number: "rank 9", not "9 rank".
NAMED = ("rank", "location quotient", "change", "ratio", "percentile")
FEWEST, MOST = 3, 6  # significant digits that are shown at least, and that are recorded


@dataclass(frozen=True)
class Reading:
    """One way to read a claim's core or a qualifier: a row of `readings.csv` with its result.

    `documented` is the column `outcome`; number, interval, period and standings come from other tables.
    `start` and `end` are the years or days between which the number was measured, equal for a single date
    and empty for numbers without a date, such as distances.
    """

    claim_id: str
    phrase: str
    family: str
    part: str
    way: str
    reading: str
    says: str
    against: str
    kind: str
    unit: str
    holds_if: str
    documented: str
    sources: str
    date: str
    held_by: str
    decides: str
    added: str
    note: str
    number: float = nan
    low: float = nan
    high: float = nan
    start: str = ""
    end: str = ""
    standings: tuple[str, ...] = ()

    @cached_property
    def limits(self) -> limits.Limits:
        """Limits within which the reading holds; `ValueError` if `holds_if` has none."""
        return limits.parse(self.holds_if)

    @property
    def is_core(self) -> bool:
        """Whether the reading is of the sentence's own verb and object."""
        return self.part == CORE

    @property
    def is_dropped(self) -> bool:
        """Whether the reading was dropped once numbers were known."""
        return self.added.startswith(DROPPED)

    @property
    def seen(self) -> str:
        """Outcome by the evidence alone, regardless of its date and standing."""
        if self.kind == NUMBER:
            return OPEN if isnan(self.low) else self.limits.decide(self.low, self.high)
        return self.documented or OPEN

    @property
    def obstacle(self) -> str:
        """Why the evidence decides nothing; empty if it decides or if there is none."""
        if self.kind == NONE or self.seen == OPEN:
            return ""
        if self.date not in (OWN, BRACKETS):
            return "the evidence is of another date"
        accepted = (MEASURED, OFFICIAL, PARTY) if self.way in WORD_OF_PARTY else (MEASURED, OFFICIAL)
        if {*accepted} & {*self.standings}:
            return ""
        if PARTY in self.standings:
            return "only an interested party says so"
        return "the source only repeats it" if REPEATED in self.standings else "it is the article's own"

    @property
    def outcome(self) -> str:
        """Holds, fails or open; rows of the kind `NONE` are open."""
        return OPEN if self.kind == NONE or self.obstacle else self.seen

    @property
    def period(self) -> str:
        """Period of the number, such as "2014 to 2019" or "2022"; empty if it has no date."""
        return self.end if self.start == self.end else f"{self.start} to {self.end}"

    @property
    def found(self) -> str:
        """The number with its interval, unit and period; empty if there is none."""
        return ", ".join(filter(None, [self.measured, self.measured and self.period]))

    @property
    def measured(self) -> str:
        """The number with its interval and unit; empty if there is none."""
        if isnan(self.low):
            return ""
        number = ends = f"{self.write(self.low)} to {self.write(self.high)}"
        if not isnan(self.number):
            number = self.write(self.number) + (f" ({ends})" if self.low < self.high else "")
        if self.unit == "year":
            return number
        return f"{self.unit} {number}" if self.unit.startswith(NAMED) else f"{number} {self.unit}"

    @property
    def threshold(self) -> str:
        """The limits in words; empty for a document."""
        return self.limits.say(self.write_whole) if self.kind == NUMBER else ""

    def write(self, number: float) -> str:
        """Format a number with as few digits as keep it on its side of the limits."""
        for digits in range(FEWEST, MOST):
            rounded = float(f"{number:.{digits}g}") if abs(number) < 10**digits else round(number)
            if self.limits.holds(rounded) == self.limits.holds(number):
                return self.write_whole(rounded)
        return self.write_whole(number)

    def write_whole(self, number: float) -> str:
        """Format all digits of a number, with a thousands separator."""
        return f"{number:.10g}" if self.unit == "year" else f"{number:,.10g}".replace("-", "−")


@dataclass(frozen=True)
class Decision:
    """Id of a claim's label, the remark beside it, and the number of open readings.

    The remark says what the label alone would hide: ``"together" not tested; 1 of 3 readings open``.
    """

    label: str
    remark: str = ""
    open: int = 0


def group_by_claim(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    """Group readings by claim, in their order."""
    groups: dict[str, list[Reading]] = {}
    for one in readings:
        groups.setdefault(one.claim_id, []).append(one)
    return groups


def decide(readings: Iterable[Reading]) -> Decision:
    """Derive the label from a claim's readings.

    The core decides: all its decided readings hold (supported), all fail (not supported), or some hold and
    some fail (depends). A failing qualifier makes a supported claim depend on the reading; a qualifier that
    nothing tested is named in the remark. A row of the kind `NONE` gives the reason for having no reading.
    """
    if not (readings := list(readings)):
        return Decision(UNEXAMINED)
    rows = [one for one in readings if not one.is_dropped]
    read = [one for one in rows if one.kind != NONE]
    core = {one.outcome for one in read if one.is_core}
    if not core:
        return Decision(NOT_TESTABLE)
    if core == {OPEN}:
        return Decision(UNDECIDED)
    left = sum(one.outcome == OPEN for one in read)
    remarks = [f"{left} of {len(read)} reading{'s' * (len(read) > 1)} open"] if left else []
    if HOLDS not in core:
        return Decision(NOT_SUPPORTED, "".join(remarks), left)
    qualifiers: dict[str, set[str]] = {}
    for one in rows:
        if not one.is_core:
            qualifiers.setdefault(one.part, set()).add(one.outcome)
    failing = [f'"{part}" fails' for part, outcomes in qualifiers.items() if FAILS in outcomes]
    untested = [f'"{part}" not tested' for part, outcomes in qualifiers.items() if outcomes == {OPEN}]
    label = DEPENDS if FAILS in core or failing else SUPPORTED
    return Decision(label, "; ".join([*failing, *untested, *remarks]), left)


def decide_before(readings: Iterable[Reading]) -> Decision:
    """Derive the label from the readings as they were before any number was known."""
    rows = [one for one in readings if not one.added or one.is_dropped]
    return decide(replace(one, added="") for one in rows)


def label_of(readings: Iterable[Reading]) -> str:
    """Id of the label that follows from a claim's readings."""
    return decide(readings).label


def is_testable(readings: Iterable[Reading]) -> bool:
    """Whether the core has a reading that evidence could contradict."""
    return any(one.is_core and one.kind != NONE for one in readings)
