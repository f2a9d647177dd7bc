"""Decide whether an answer is right: the one judge, whether it holds the key or only its seal.

An answer that is wrong gets one sentence: that of the misconception which gives it, what a sign, a per cent
or a decimal point did to it, or that it belongs to other parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plain_answers import charted, parsing
from plain_answers.hashing import find_place, hash_place, list_places
from plain_answers.parsing import Plain, Values

# Apart from the tolerance: a key is recorded to ten digits.
RELATIVE = 1e-9


@dataclass(frozen=True)
class Slip:
    """What a misconception gives, what to say of it, and its name."""

    values: Values
    says: str
    name: str = ""
    exact: Sequence[str] = ()


@dataclass(frozen=True)
class Answer:
    """One answer of a key: what is right within `within`, and what misconceptions give.

    ``asks`` is, of a chart, what its question says openly of mark and channels. Where there is a ``salt`` all
    values are seals; then ``kind`` says what they were, and ``exact``, of a chart, which channels must be met
    without a tolerance. Else both follow from the values. ``also`` has other values that are as right, such
    as another word for the same place.
    """

    name: str
    values: Values
    within: float = 0
    unit: str = ""
    slips: Sequence[Slip] = ()
    hint: str = ""
    asks: Mapping[str, str] | None = None
    salt: str = ""
    kind: str = ""
    exact: Sequence[str] = ()
    also: Sequence[Values] = ()

    def __post_init__(self) -> None:
        if not self.kind:
            kind = charted.CHART if self.asks is not None else parsing.kind_of(self.values)
            object.__setattr__(self, "kind", kind)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Answer:
        """An answer from plain JSON: its fields, and those of its slips."""
        return cls(**{**raw, "slips": tuple(Slip(**slip) for slip in raw.get("slips", ()))})

    @property
    def tolerance(self) -> str:
        """The tolerance in words, as a sentence ends; empty where there is none."""
        return f" by more than {self.within:g} {self.unit}".rstrip() if self.within else ""


@dataclass(frozen=True)
class Finding:
    """What became of one answer, as the end of a sentence about it.

    `refused` if it could not be parsed, `elsewhere` if it is right for other parameters. `misconception` is
    the name of the one that gives it, or what a common slip did to the number; then `says` stands alone.
    """

    name: str
    right: bool
    says: str
    refused: bool = False
    elsewhere: bool = False
    misconception: str = ""

    @property
    def sentence(self) -> str:
        """All that is to be said of the answer, with its name."""
        return f"{self.name}{':' if self.misconception else ''} {self.says}"


def judge(answer: Answer, given: object, others: Iterable[Values] = ()) -> Finding:
    """Compare what was given with a key.

    Parameters
    ----------
    answer
        The key, sealed or not.
    given
        What a student gave: a number, a text, a list, a table, a chart; or the values that were recorded of
        one, by label.
    others
        Values that would be right for other parameters.
    """

    def wrong(says: str, **more: Any) -> Finding:
        return Finding(answer.name, False, says, **more)

    try:
        parsed: Any = given
        if answer.kind == charted.CHART:
            charted.read(given, list(answer.values), answer.asks)
        else:
            parsed = parsing.parse(given, answer.kind, list(answer.values), answer.unit)
    except parsing.Unreadable as error:
        return wrong(f"{error}.", refused=True)
    fault = _describe_difference(answer, answer, parsed)
    if fault is None or _is_also_right(answer, parsed):
        return Finding(answer.name, True, "is right.")
    fitting = [slip for slip in answer.slips if _describe_difference(answer, slip, parsed) is None]
    if slip := min(fitting, key=lambda one: _count_steps(answer, one, parsed), default=None):
        return wrong(slip.says, misconception=slip.name or slip.says)
    if any(_describe_difference(answer, Slip(values, ""), parsed) is None for values in others):
        what = "shows what is right" if answer.kind == charted.CHART else "is right"
        says = f"{what} for other values than this notebook's, so it was not found with it."
        return wrong(says, elsewhere=True)
    if answer.kind == parsing.NUMBER and (undone := _explain_slip(answer, parsed)):
        return wrong(undone, misconception=undone)
    return wrong(f"{fault}. {answer.hint}".rstrip())


def agree(answer: Answer, given: Values) -> bool:
    """Whether recorded values are right."""
    return _describe_difference(answer, answer, given) is None or _is_also_right(answer, given)


def _is_also_right(answer: Answer, given: Any) -> bool:
    return any(_describe_difference(answer, Slip(values, ""), given) is None for values in answer.also)


def _describe_difference(answer: Answer, right: Answer | Slip, given: Any) -> str | None:
    """How what was given differs from values that would be right, as a sentence ends; None if it does not."""
    if answer.kind != charted.CHART:
        same = set(given) == set(right.values) and all(
            _is_same(answer, label, value, right.values[label], answer.within)
            for label, value in given.items()
        )
        off = f"is off{answer.tolerance}" if answer.within else "is not what the data give"
        return None if same else off
    labels = list(right.values)
    try:
        shown = charted.read(given, labels, answer.asks)
    except parsing.Unreadable:  # too many rows, where a misconception shows more channels
        return "differs"
    exact = right.exact if answer.salt else charted.exact(right.values)

    def is_same(label: str) -> bool:
        within = 0 if charted.is_exact(label, exact) else answer.within
        both = label in shown and label in right.values
        return both and _is_same(answer, label, shown[label], right.values[label], within)

    return charted.difference(labels, shown, is_same, answer.asks or {}, answer.tolerance)


def _is_same(answer: Answer, label: str, given: Plain, right: Plain, within: float) -> bool:
    if answer.salt:
        return _find_step(answer, label, given, right, within) is not None
    if isinstance(given, (bool, str)) or isinstance(right, (bool, str)):
        return type(given) is type(right) and find_place(given, 0) == find_place(right, 0)
    if not within:
        return find_place(given, 0) == find_place(right, 0)
    return abs(given - right) <= within + RELATIVE * max(1.0, abs(right))


def _find_step(answer: Answer, label: str, given: Plain, right: Plain, within: float) -> int | None:
    """At which of the places around what was given, nearest first, a right value lies; None if at none."""
    wanted = right if answer.salt else find_place(right, within)
    for step, place in enumerate(list_places(given, within)):
        if wanted == (hash_place(place, label, answer.name, answer.salt) if answer.salt else place):
            return step
    return None


def _count_steps(answer: Answer, slip: Slip, given: Any) -> int:
    """How far off what a misconception gives is: of two within the tolerance the nearer one speaks."""
    is_chart = answer.kind == charted.CHART
    shown = charted.read(given, list(slip.values), answer.asks) if is_chart else given
    pairs = ((label, shown[label], right) for label, right in slip.values.items())
    return sum(_find_step(answer, *pair, answer.within) or 0 for pair in pairs)


def _explain_slip(answer: Answer, given: Values) -> str:
    """What to say of a number that a common slip separates from the answer; empty where nothing does."""
    if agree(answer, dict.fromkeys(given, 0.0)):
        return ""  # a tenth of any number would be as right
    for factor, says in parsing.SLIPS:
        if agree(answer, {label: float(value) * factor for label, value in given.items()}):
            return says
    return ""
