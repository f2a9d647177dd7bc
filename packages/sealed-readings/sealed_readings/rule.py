"""How a verdict is decided: readings of core and qualifiers, an outcome each, and the label that follows.

Nobody chooses a label: `decide` derives it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import isnan, nan

from sealed_readings import limits

HOLDS, FAILS, OPEN = limits.HOLDS, limits.FAILS, limits.OPEN
# Ids of labels: data, programs and style sheets have these, and `labels.csv` the words that a reader sees.
SUPPORTED, DEPENDS, NOT_SUPPORTED = "supported", "depends", "not-supported"
UNDECIDED, NOT_TESTABLE, UNEXAMINED = "open", "not-testable", "unexamined"
# What decides a reading: a number within limits, a dated document; or the reason why there is no reading.
NUMBER, DOCUMENT, NONE = "number", "document", "none"
KINDS, CORE = (NUMBER, DOCUMENT, NONE), "core"
OUTCOMES = (HOLDS, FAILS, OPEN)
# How the evidence lies to the claim's own date. Of another date it decides nothing.
DATES = OWN, BRACKETS, OTHER = "own", "brackets", "other"
# Who vouches for a source. What an interested party says, or what is only repeated, decides nothing ...
STANDINGS = MEASURED, OFFICIAL, PARTY, REPEATED = (
    *("measured by others", "official statistics"),
    *("interested party", "repeated"),
)
# ... but where the party's own word is what the reading asks for.
WORD_OF_PARTY = ("stated",)
DROPPED = "dropped"  # how `added` begins for a reading that left once numbers were known
# Units that are the name of a measure stand before the number: "rank 9", and not "9 rank".
NAMED = ("rank", "location quotient", "change", "ratio", "percentile")
FEWEST, MOST = 3, 6  # significant digits that a reader sees, and that are recorded


@dataclass(frozen=True)
class Reading:
    """One way to take a claim's core or one of its qualifiers: a row of `readings.csv`, and what was found.

    `documented` is the column `outcome`; number, interval, period and standings come from other tables.
    `start` and `end` are the years or days between which the number was measured, equal for one date; both
    are empty for what has no date, such as a distance.
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
        """For what numbers it holds; `ValueError` where `holds_if` says none."""
        return limits.parse(self.holds_if)

    @property
    def is_core(self) -> bool:
        """Whether it reads the sentence's own verb and object."""
        return self.part == CORE

    @property
    def is_dropped(self) -> bool:
        """Whether it left once numbers were known; the label without that stands beside."""
        return self.added.startswith(DROPPED)

    @property
    def seen(self) -> str:
        """What the evidence says, whoever vouches for it and of whatever date: holds, fails or open."""
        if self.kind == NUMBER:
            return OPEN if isnan(self.low) else self.limits.decide(self.low, self.high)
        return self.documented or OPEN

    @property
    def obstacle(self) -> str:
        """Why evidence that is there decides nothing; empty where it decides, and where there is none."""
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
        """Holds, fails or open; a row of the kind `NONE` is open."""
        return OPEN if self.kind == NONE or self.obstacle else self.seen

    @property
    def period(self) -> str:
        """When the number was measured: "2014 to 2019", "2022"; empty where no date belongs to it."""
        return self.end if self.start == self.end else f"{self.start} to {self.end}"

    @property
    def found(self) -> str:
        """The number with its interval, unit and period, as a card shows it; empty where there is none."""
        return ", ".join(filter(None, [self.measured, self.measured and self.period]))

    @property
    def measured(self) -> str:
        """The number with its interval and unit; empty where there is none."""
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
        """Between what the number must lie for the reading to hold; empty for a document."""
        return self.limits.say(self.write_whole) if self.kind == NUMBER else ""

    def write(self, number: float) -> str:
        """A found number as a reader sees it: as few digits as keep it on its side of the limits."""
        for digits in range(FEWEST, MOST):
            rounded = float(f"{number:.{digits}g}") if abs(number) < 10**digits else round(number)
            if self.limits.holds(rounded) == self.limits.holds(number):
                return self.write_whole(rounded)
        return self.write_whole(number)

    def write_whole(self, number: float) -> str:
        """All digits of a number, thousands set off."""
        return f"{number:.10g}" if self.unit == "year" else f"{number:,.10g}".replace("-", "−")


@dataclass(frozen=True)
class Decision:
    """The label of a claim, by its id, and what stands beside it.

    `failing` and `untested` are qualifiers, in the article's words; `open` of `of` readings are open.
    """

    label: str
    failing: tuple[str, ...] = ()
    untested: tuple[str, ...] = ()
    open: int = 0
    of: int = 0

    @property
    def remark(self) -> str:
        """What the label alone would hide: ``"together" not tested; 1 of 3 readings open``."""
        said = [f'"{part}" fails' for part in self.failing]
        said += [f'"{part}" not tested' for part in self.untested]
        if self.open:
            said.append(f"{self.open} of {self.of} reading{'s' * (self.of > 1)} open")
        return "; ".join(said)


def group_by_claim(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    """The readings of each claim that has any, in their order."""
    found: dict[str, list[Reading]] = {}
    for one in readings:
        found.setdefault(one.claim_id, []).append(one)
    return found


def decide(readings: Iterable[Reading]) -> Decision:
    """What follows from a claim's readings. A row of the kind `NONE` says why there is no reading.

    The core decides: every reading of it that evidence decides holds (supported), fails (not supported), or
    one does this and another that. A qualifier that fails makes a supported claim depend on the reading;
    one that nothing tested is named beside the label.
    """
    rows = [one for one in readings if not one.is_dropped]
    read = [one for one in rows if one.kind != NONE]
    core = {one.outcome for one in read if one.is_core}
    if not core:
        return Decision(NOT_TESTABLE)
    if core == {OPEN}:
        return Decision(UNDECIDED)
    left = sum(one.outcome == OPEN for one in read)
    if HOLDS not in core:
        return Decision(NOT_SUPPORTED, open=left, of=len(read))
    of_part: dict[str, set[str]] = {}
    for one in rows:
        if not one.is_core:
            of_part.setdefault(one.part, set()).add(one.outcome)
    failing = tuple(part for part, found in of_part.items() if FAILS in found)
    untested = tuple(part for part, found in of_part.items() if found == {OPEN})
    label = DEPENDS if FAILS in core or failing else SUPPORTED
    return Decision(label, failing, untested, left, len(read))


def decide_before(readings: Iterable[Reading]) -> Decision:
    """What would follow without the readings that came, and with those that left, once numbers were known."""
    rows = [one for one in readings if not one.added or one.is_dropped]
    return decide(replace(one, added="") for one in rows)


def label_of(readings: Iterable[Reading]) -> str:
    """The id of the label alone."""
    return decide(readings).label


def is_testable(readings: Iterable[Reading]) -> bool:
    """Whether a claim's core has a reading that evidence could contradict."""
    return any(one.is_core and one.kind != NONE for one in readings)
