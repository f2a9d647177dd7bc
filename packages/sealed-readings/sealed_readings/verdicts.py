"""Verdicts as editors gave them, in words that a newspaper could print: rows of `verdicts.csv`.

An aim has two verdicts, and so has a sentence that quotes somebody: `second` is the other question.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sealed_readings.labels import LABELS

if TYPE_CHECKING:
    from sealed_readings.rule import Reading

TRUE, CORRECTED, DEPENDS, NOT_BORNE_OUT = "true", "corrected", "depends", "not-borne-out"
UNCHECKED, OPINION = "unchecked", "opinion"
UNEXAMINED = "unexamined"  # no verdict yet
GIVEN = (TRUE, CORRECTED, DEPENDS, NOT_BORNE_OUT, UNCHECKED, OPINION)
YES = "yes"
AS_FAR = ", as far as could be checked"
MOST_WORDS = 30  # in a plain sentence
MOST_READINGS = 3


@dataclass(frozen=True)
class Given:
    """The verdict on one claim.

    `sentence` says how the article's sentence stands, in at most `MOST_WORDS` words. `as_far` is
    "yes" if something of the core is open. `depends_on` names the choice of a verdict that depends
    on one, `corrected` is the sentence as it should be printed. `readings` are the letters of at
    most three sealed readings: what counts against the claim is theirs. `state_media` says for what
    the evidence rests on state media, and `without` is the verdict if one leaves them out.
    """

    claim_id: str
    verdict: str
    as_far: str
    depends_on: str
    corrected: str
    sentence: str
    evidence: str
    readings: str
    second: str
    second_verdict: str
    second_as_far: str
    second_depends_on: str
    state_media: str
    without: str

    @property
    def label(self) -> str:
        """The first verdict in words."""
        return say_verdict(self.verdict, self.as_far, self.depends_on)

    @property
    def second_label(self) -> str:
        """The second verdict in words; empty if only one question is asked."""
        if not self.second:
            return ""
        return say_verdict(self.second_verdict, self.second_as_far, self.second_depends_on)

    @property
    def on_state_media(self) -> str:
        """What rests on state media, and whether the verdict would change without them; empty if
        nothing."""
        if not self.state_media:
            return ""
        words = say_verdict(self.without)
        change = (
            "the verdict stays"
            if self.without == self.verdict
            else f"the verdict would be “{words}”"
        )
        return f"Rests on {self.state_media}. Without them {change}."


def say_verdict(verdict: str, as_far: str = "", depends_on: str = "") -> str:
    """Words of a verdict, such as "depends on prices: 1.8 at current prices"."""
    words = LABELS[verdict].words.replace("…", depends_on or "the reading")
    return words + AS_FAR if as_far == YES else words


def find_problems(given: Given, readings: Iterable["Reading"]) -> Iterator[str]:
    """Problems of one verdict in a sentence each; `readings` are those of its claim."""
    yield from _find_in_words(given)
    yield from _find_in_labels(given)
    letters = given.readings.split()
    known = {one.reading for one in readings}
    if len(letters) > MOST_READINGS:
        yield f"it names {len(letters)} readings; at most {MOST_READINGS} are shown"
    for letter in letters:
        if letter not in known:
            yield f"there is no reading {letter!r}"
    if given.verdict != OPINION and not letters:
        yield "it names no reading, so that nothing says what counts against the claim"


def _find_in_words(given: Given) -> Iterator[str]:
    for column in ("sentence", "evidence"):
        if not getattr(given, column).strip():
            yield f"`{column}` is empty"
    if (words := len(given.sentence.split())) > MOST_WORDS:
        yield f"the sentence has {words} words; at most {MOST_WORDS} can be read at once"


def _find_in_labels(given: Given) -> Iterator[str]:
    needed = [given.verdict]
    needed += [given.second_verdict] if given.second or given.second_verdict else []
    needed += [given.without] if given.state_media or given.without else []
    for verdict in needed:
        if verdict not in GIVEN:
            yield f"{verdict!r} is no verdict; there are {', '.join(GIVEN)}"
    pairs = [(given.verdict, given.depends_on), (given.second_verdict, given.second_depends_on)]
    for verdict, depends_on in pairs:
        if (verdict == DEPENDS) != bool(depends_on):
            yield f"{verdict!r} on {depends_on!r}: exactly a verdict that depends names its choice"
    if (given.verdict == CORRECTED) != bool(given.corrected):
        yield "exactly a verdict with a correction has the corrected sentence"
    if given.as_far == YES and given.verdict in (UNCHECKED, OPINION):
        yield f"{given.verdict!r} cannot be so only as far as could be checked"
