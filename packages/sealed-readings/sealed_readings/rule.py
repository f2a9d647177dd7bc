"""Readings of a claim's core and qualifiers, and the rule that decides each by its evidence.

The verdict is an editor's (`verdicts.py`). Of a claim without one, `label_of` says what its
readings say.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import isnan, nan
from typing import NamedTuple

from sealed_readings import limits, periods, verdicts

HOLDS, FAILS, OPEN = OUTCOMES = limits.HOLDS, limits.FAILS, limits.OPEN
# Kinds of readings: decided by a number within limits, or by a dated document; or the reason for
# having none.
NUMBER, DOCUMENT, NONE = KINDS = "number", "document", "none"
# Parts other than qualifiers. `SAID` (also a way): whether somebody said so, which never turns a
# label.
CORE, SAID = "core", "said"
# Ways with a meaning of their own: a rank decides nothing, and a slip of a word makes no claim
# false.
PLACEBO, WORDING = "placebo", "wording"
FOR, AGAINST = SPEAKS = "for", "against"  # what a passage of a document does
# Who vouches for a source. An interested party's word or a repetition decides nothing ...
MEASURED, OFFICIAL, COMPUTED = DECIDING = (
    "measured by others",
    "official statistics",
    "computed here",
)
PARTY, REPEATED = "interested party", "repeated"
STANDINGS = *DECIDING, PARTY, REPEATED
ARTICLE = "the article's own"  # standing of the article itself, which no table or figure may have
# ... unless the party's own word is what the reading asks for.
WORD_OF_PARTY = ("stated", SAID)
# Why evidence decides nothing.
_OBSTACLES = {
    periods.OTHER: "the evidence is of another date",
    PARTY: "it rests on an interested party",
    REPEATED: "it rests on a source that only repeats it",
    ARTICLE: "it rests on the article itself",
    "": "it rests on a source without a standing",
}
CONTRADICTION = "documents contradict each other"
# Starts of `added`: a reading dropped once numbers were known; a qualifier that became a slip of a
# word.
DROPPED, REWEIGHED = "dropped", "reweighed"
# Units that are names of measures are written before the number: "rank 9", not "9 rank".
NAMED = ("location quotient", "change", "ratio", "percentile")
RANK = "rank"  # "rank 9 of 31 by size"
FEWEST, MOST = 3, 6  # significant digits that are shown at least, and that are recorded


class Passage(NamedTuple):
    """What a passage does, the standing of its document, and the first and last date of what it
    tells."""

    speaks: str
    standing: str
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class Reading:
    """One way to read a claim's core or a qualifier: a row of `readings.csv` with its evidence.

    Fields with a default come from other tables. `start` and `end` are the years or days between
    which the number was measured, equal for a single date and empty without one.
    `standings` are those of `sources`, `today` is the date of the article.
    """

    claim_id: str
    phrase: str
    part: str
    way: str
    reading: str
    says: str
    against: str
    kind: str
    unit: str
    holds_if: str
    asks: str
    sources: str
    also: str
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
    passages: tuple[Passage, ...] = ()
    today: str = ""

    @cached_property
    def limits(self) -> limits.Limits:
        """Limits within which the reading holds; `ValueError` if `holds_if` has none."""
        return limits.Limits() if self.is_rank else limits.parse(self.holds_if)

    @property
    def is_core(self) -> bool:
        """Whether the reading is of the sentence's own verb and object."""
        return self.part == CORE

    @property
    def is_dropped(self) -> bool:
        """Whether the reading was dropped once numbers were known."""
        return self.added.startswith(DROPPED)

    @property
    def is_rank(self) -> bool:
        """Whether the reading is a placebo without a limit."""
        return self.way == PLACEBO and not self.holds_if

    @property
    def is_testable(self) -> bool:
        """Whether evidence could decide the reading."""
        return self.kind != NONE and self.way != PLACEBO and not self.is_dropped

    @property
    def beside(self) -> str:
        """Why the reading is printed beside the label and decides nothing; empty if it may
        decide."""
        if self.is_dropped:
            return "dropped once numbers were known"
        is_placebo = self.way == PLACEBO and self.kind != NONE
        return "a rank, which decides nothing" if is_placebo else ""

    @property
    def accepted(self) -> tuple[str, ...]:
        """Standings of sources that may decide the reading."""
        return (*DECIDING, PARTY) if self.way in WORD_OF_PARTY else DECIDING

    @cached_property
    def heard(self) -> list[Passage]:
        """Passages that speak for or against; only those of accepted standing, if there are any."""
        speaking = [one for one in self.passages if one.speaks]
        return [one for one in speaking if one.standing in self.accepted] or speaking

    @cached_property
    def ends(self) -> tuple[str, str]:
        """First and last date of the evidence; empty if it has no date."""
        if self.kind != DOCUMENT:
            return self.start, self.end
        dated = [one for one in self.heard if one.end] or [Passage("", "")]
        return min(one.start for one in dated), max(one.end for one in dated)

    @property
    def date(self) -> str:
        """How the evidence lies to the date that is asked, one of `periods.DATES`.

        What had happened early has happened; what had not may have by the day that is asked.
        """
        asked = self.asks
        if self.kind == NUMBER and self.seen == FAILS:
            asked = asked.removeprefix(periods.BY)
        return periods.compare(asked, *self.ends, self.today)

    @property
    def seen(self) -> str:
        """Outcome by the evidence alone, regardless of its date and standing."""
        if self.kind == NUMBER:
            return (
                OPEN if isnan(self.low) or self.is_rank else self.limits.decide(self.low, self.high)
            )
        spoken = {one.speaks for one in self.heard}
        return OPEN if len(spoken) != 1 else HOLDS if spoken == {FOR} else FAILS

    @property
    def hindrance(self) -> str | None:
        """What keeps the evidence from deciding, a key of `_OBSTACLES`; None if nothing does."""
        if self.kind == NONE or self.seen == OPEN:
            return None
        if self.date == periods.OTHER:
            return periods.OTHER
        of = self.standings if self.kind == NUMBER else [one.standing for one in self.heard]
        refused = [one for one in of if one not in self.accepted]
        return (refused[0] if refused[0] in _OBSTACLES else "") if refused else None

    @property
    def obstacle(self) -> str:
        """Why the evidence decides nothing, in words; empty if it decides or if there is none."""
        if self.kind == DOCUMENT and len({one.speaks for one in self.heard}) > 1:
            standing = self.heard[0].standing
            return CONTRADICTION if standing in self.accepted else _OBSTACLES[standing]
        if (hindrance := self.hindrance) is None:
            return ""
        period = f": {self.period}" if hindrance == periods.OTHER and self.period else ""
        return _OBSTACLES[hindrance] + period

    @property
    def outcome(self) -> str:
        """Holds, fails or open; rows of the kind `NONE` are open, and a rank has no outcome."""
        if self.is_rank and self.kind != NONE:
            return ""
        return OPEN if self.kind == NONE or self.hindrance is not None else self.seen

    @property
    def period(self) -> str:
        """Period of the evidence, such as "2014 to 2019" or "2022"; empty if it has no date."""
        return _say_period(*self.ends)

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
        if self.unit.startswith(RANK):
            return f"{RANK} {number}{self.unit.removeprefix(RANK)}"
        return f"{self.unit} {number}" if self.unit.startswith(NAMED) else f"{number} {self.unit}"

    @property
    def threshold(self) -> str:
        """The limits in words; empty for a document or a rank."""
        return self.limits.say(self.write_whole) if self.kind == NUMBER and not self.is_rank else ""

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


def group_by_claim(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    """Group readings by claim, in their order."""
    groups: dict[str, list[Reading]] = {}
    for one in readings:
        groups.setdefault(one.claim_id, []).append(one)
    return groups


def restore_sealed(readings: Iterable[Reading]) -> list[Reading]:
    """Readings as they were before any number was known."""
    rows = [one for one in readings if not one.added or one.added.startswith((DROPPED, REWEIGHED))]
    ways = ["qualifier" if one.added.startswith(REWEIGHED) else one.way for one in rows]
    return [replace(one, added="", way=way) for one, way in zip(rows, ways, strict=True)]


def label_of(readings: Iterable[Reading]) -> str:
    """Id of the label that a claim's readings speak for, where no editor has given a verdict.

    What is open is left out. If the core holds and a qualifier fails, or some of the core fails, it
    depends; if only a slip of a word fails, it is true with a correction.
    """
    if not (readings := list(readings)):
        return verdicts.UNEXAMINED
    if not is_testable(readings):
        return verdicts.OPINION
    rows = [one for one in readings if one.part != SAID and not one.beside and one.is_testable]
    core = {one.outcome for one in rows if one.is_core and one.way != WORDING} - {OPEN}
    failing = [one for one in rows if one.outcome == FAILS]
    if HOLDS not in core:
        return verdicts.NOT_BORNE_OUT if core else verdicts.UNCHECKED
    if any(one.way != WORDING for one in failing):
        return verdicts.DEPENDS
    return verdicts.CORRECTED if failing else verdicts.TRUE


def is_testable(readings: Iterable[Reading]) -> bool:
    """Whether the core has a reading that evidence could decide."""
    return any(one.is_core and one.is_testable for one in readings)


def _say_period(start: str, end: str) -> str:
    return end if start == end else f"{start} to {end}"
