"""The rule that derives a verdict from the readings of a claim's core and qualifiers.

Nobody chooses a label: `decide` derives it from the outcome of each reading.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isnan, nan
from typing import NamedTuple

from sealed_readings import limits, periods

HOLDS, FAILS, OPEN = OUTCOMES = limits.HOLDS, limits.FAILS, limits.OPEN
# Ids of labels, as data, programs and style sheets use them; `labels.csv` has the words that readers see.
SUPPORTED, CORRECTED, DEPENDS, NOT_SUPPORTED = "true", "corrected", "depends", "not-borne-out"
UNDECIDED, NOT_TESTABLE, UNEXAMINED = "unchecked", "opinion", "unexamined"
# Kinds of readings: decided by a number within limits, or by a dated document; or the reason for having none.
NUMBER, DOCUMENT, NONE = KINDS = "number", "document", "none"
# Parts other than qualifiers. `SAID` (also a way): whether somebody said so, which never turns a label.
CORE, SAID = "core", "said"
# Ways with a meaning of their own: a rank decides nothing, and a slip of a word makes no claim false.
PLACEBO, WORDING, COME_ABOUT = "placebo", "wording", "come-about"
FOR, AGAINST = SPEAKS = "for", "against"  # what a passage of a document does
# Who vouches for a source. An interested party's word or a repetition decides nothing ...
MEASURED, OFFICIAL, COMPUTED = DECIDING = "measured by others", "official statistics", "computed here"
PARTY, REPEATED = "interested party", "repeated"
STANDINGS = *DECIDING, PARTY, REPEATED
ARTICLE = "the article's own"  # standing of the article itself, which no table or figure may have
# ... unless the party's own word is what the reading asks for.
WORD_OF_PARTY = ("stated", SAID)
# Families of claims on a value: what was known when the article was printed decides.
OF_THEIR_TIME = ("value", "count")
# Why evidence decides nothing, and how it is named where a claim is open.
_OBSTACLES = {
    periods.OTHER: ("the evidence is of another date", "nearest evidence"),
    PARTY: ("it rests on an interested party", "told by interested parties"),
    REPEATED: ("it rests on a source that only repeats it", "repeated by others"),
    ARTICLE: ("it rests on the article itself", "by the article's own numbers"),
    "": ("it rests on a source without a standing", "by sources without a standing"),
}
CONTRADICTION = "documents contradict each other"
# Starts of `added`: a reading dropped once numbers were known; a qualifier that became a slip of a word.
DROPPED, REWEIGHED = "dropped", "reweighed"
# Units that are names of measures are written before the number: "rank 9", not "9 rank".
NAMED = ("location quotient", "change", "ratio", "percentile")
RANK = "rank"  # "rank 9 of 31 by size"
FEWEST, MOST = 3, 6  # significant digits that are shown at least, and that are recorded


class Passage(NamedTuple):
    """What a passage does, the standing of its document, and the first and last date of what it tells."""

    speaks: str
    standing: str
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class Reading:
    """One way to read a claim's core or a qualifier: a row of `readings.csv` with its evidence.

    Fields with a default come from other tables. `start` and `end` are the years or days between which the
    number was measured, equal for a single date and empty without one, and `known` is since when it is known.
    `standings` are those of `sources`, `today` is the date of the article.
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
    known: str = ""
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
        """Why the reading is printed beside the label and decides nothing; empty if it may decide."""
        if self.is_dropped:
            return "dropped once numbers were known"
        if self.way == PLACEBO and self.kind != NONE:
            return "a rank, which decides nothing"
        late = self.family in OF_THEIR_TIME and periods.is_after(self.known, self.today)
        return f"known only since {self.known}" if late else ""

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
            return OPEN if isnan(self.low) or self.is_rank else self.limits.decide(self.low, self.high)
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
            return CONTRADICTION if standing in self.accepted else _OBSTACLES[standing][0]
        if (hindrance := self.hindrance) is None:
            return ""
        period = f": {self.period}" if hindrance == periods.OTHER and self.period else ""
        return _OBSTACLES[hindrance][0] + period

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


@dataclass(frozen=True)
class Decision:
    """Id of a claim's label, the remark beside it, and the number of open readings.

    The remark says what the label alone would hide: ``"together" not tested; 1 of 3 readings open``.
    `nearest` is what other evidence shows of an open claim; the remark has it too.
    """

    label: str
    remark: str = ""
    open: int = 0
    nearest: str = ""


def group_by_claim(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    """Group readings by claim, in their order."""
    groups: dict[str, list[Reading]] = {}
    for one in readings:
        groups.setdefault(one.claim_id, []).append(one)
    return groups


def decide(readings: Iterable[Reading]) -> Decision:
    """Derive the label from a claim's readings.

    The core decides: all its decided readings hold (supported), all its readings fail (not supported), or
    some hold and others fail or are contradicted by documents (depends). Where those that are decided fail
    and others are open, the claim is open, as a fair reading is left. A qualifier of which every decided
    reading fails makes a supported claim depend on the reading, unless only a slip of a word fails
    (corrected). The remark names qualifiers whose readings part or that nothing tested, and whether somebody
    said so. A row of the kind `NONE` gives the reason for having no reading.
    """
    if not (readings := list(readings)):
        return Decision(UNEXAMINED)
    said = _say_said([one for one in readings if one.part == SAID and not one.is_dropped])
    rows = [one for one in readings if one.part != SAID and not one.beside]
    read = [one for one in rows if one.is_testable]
    core = [one for one in read if one.is_core]
    if not is_testable(readings):
        return Decision(NOT_TESTABLE, said)
    outcomes = {one.outcome for one in core if one.way != WORDING} or {one.outcome for one in core}
    if HOLDS not in outcomes and outcomes != {FAILS}:
        nearest = _describe_nearest(core)
        return Decision(UNDECIDED, "; ".join(filter(None, [nearest, said])), nearest=nearest)
    left = sum(one.outcome == OPEN for one in read)
    remarks = [f"{left} of {len(read)} reading{'s' * (len(read) > 1)} open"] if left else []
    if {one.outcome for one in core if one.way == COME_ABOUT} == {OPEN}:
        remarks.insert(0, "stated; whether it came about: open")
    remarks += filter(None, [said])
    if HOLDS not in outcomes:
        return Decision(NOT_SUPPORTED, "; ".join(remarks), left)
    parts: dict[str, list[Reading]] = {}
    for one in rows:
        if not one.is_core or one.way == WORDING or one.obstacle == CONTRADICTION:
            parts.setdefault(f"reading {one.reading}" if one.is_core else f'"{one.part}"', []).append(one)
    states = {name: _describe_part(of) for name, of in parts.items()}
    named = [f"{name} {state}" for name, state in states.items() if state]
    failing = [one for name in parts if states[name] == FAILS for one in parts[name] if one.outcome == FAILS]
    label = CORRECTED if failing else SUPPORTED
    parted = FAILS in outcomes or any(one.obstacle == CONTRADICTION for one in core)
    if parted or any(one.way != WORDING for one in failing):
        label = DEPENDS
    return Decision(label, "; ".join([*named, *remarks]), left)


def _describe_part(readings: Sequence[Reading]) -> str:
    """What readings of one qualifier say together; empty if it holds in every reading that is decided."""
    outcomes = {one.outcome for one in readings}
    if HOLDS in outcomes:
        return "depends on the reading" if FAILS in outcomes else ""
    if FAILS in outcomes:
        return FAILS
    return "is contradicted" if any(one.obstacle == CONTRADICTION for one in readings) else "not tested"


def _say_said(rows: Sequence[Reading]) -> str:
    """Whether it was said, in words; empty if no reading asks for it."""
    decided = [one.outcome for one in rows if one.outcome != OPEN]
    outcome = decided[0] if len({*decided}) == 1 else _count_holding(decided) if decided else OPEN
    return f"that it was said: {outcome}" if rows else ""


def _count_holding(outcomes: Sequence[str]) -> str:
    """Describe outcomes: "fails in 6 of 6" if none holds, "holds in 2 of 3" otherwise."""
    holding = outcomes.count(HOLDS)
    return f"{HOLDS if holding else FAILS} in {holding or len(outcomes)} of {len(outcomes)}"


def _describe_nearest(core: Sequence[Reading]) -> str:
    """What evidence shows of an open core that may not decide it, by obstacle."""
    same = find_same(core)
    distinct = [one for one in core if one.reading not in same]
    decided = [one.outcome for one in distinct if one.outcome == FAILS and one.way != WORDING]
    parts = [f"{_count_holding(decided)} that evidence decides"] if decided else []
    parts += [CONTRADICTION] if any(one.obstacle == CONTRADICTION for one in core) else []
    for hindrance, (_, words) in _OBSTACLES.items():
        if not (group := [one for one in distinct if one.hindrance == hindrance]):
            continue
        if hindrance == periods.OTHER:
            dated = [one.ends for one in group if one.ends[1]] or [("", "")]
            period = _say_period(min(start for start, _ in dated), max(end for _, end in dated))
            words += f", of {period}" if period else ", without a date"
        parts.append(f"{words}: {_count_holding([one.seen for one in group])}")
    return "; ".join(parts)


def find_same(readings: Iterable[Reading]) -> dict[str, str]:
    """Redundant readings of one claim's core, by letter, each with the letter of the earlier one.

    A number reading is redundant if number, interval, period and outcome are those of an earlier one.
    """
    first: dict[str, str] = {}
    same = {}
    for one in readings:
        if one.is_core and one.kind == NUMBER and not one.beside and not isnan(one.low):
            found = one.number, one.low, one.high, one.start, one.end, one.outcome, one.seen
            if (letter := first.setdefault(repr(found), one.reading)) != one.reading:
                same[one.reading] = letter
    return same


def restore_sealed(readings: Iterable[Reading]) -> list[Reading]:
    """Readings as they were before any number was known."""
    rows = [one for one in readings if not one.added or one.added.startswith((DROPPED, REWEIGHED))]
    ways = ["qualifier" if one.added.startswith(REWEIGHED) else one.way for one in rows]
    return [replace(one, added="", way=way) for one, way in zip(rows, ways, strict=True)]


def label_of(readings: Iterable[Reading]) -> str:
    """Id of the label that follows from a claim's readings."""
    return decide(readings).label


def is_testable(readings: Iterable[Reading]) -> bool:
    """Whether the core has a reading that evidence could decide."""
    return any(one.is_core and one.is_testable for one in readings)


def _say_period(start: str, end: str) -> str:
    return end if start == end else f"{start} to {end}"
