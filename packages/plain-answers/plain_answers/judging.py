"""Decide whether an answer is right, by an open key or a sealed one.

A wrong answer gets one sentence: that of the misconception that leads to it, a hint at the sign, a
per cent or the decimal point, or that it is right for other parameters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from plain_answers import charted, parsing
from plain_answers.hashing import find_place, hash_place, list_places
from plain_answers.parsing import Plain, Values

# Added to the tolerance: keys are recorded to ten digits.
RELATIVE = 1e-9


@dataclass(frozen=True)
class Slip:
    """Values that a misconception leads to, a remark on it, and its name."""

    values: Values
    says: str
    name: str = ""
    exact: Sequence[str] = ()


@dataclass(frozen=True)
class Answer:
    """One answer of a key: the right values within `within`, and those of misconceptions.

    ``asks`` has the mark and channels that the question of a chart states. With a ``salt``, all
    values are seals; then ``kind`` is the kind of the open values, and ``exact`` lists the channels
    of a chart that are compared without a tolerance. Otherwise both follow from the values.
    ``also`` lists other right values, such as another word for the same place. ``options`` are
    texts among which the answer is to be found.
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
    options: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not self.kind:
            kind = charted.CHART if self.asks is not None else parsing.kind_of(self.values)
            object.__setattr__(self, "kind", kind)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """Make an answer from plain JSON."""
        return cls(**{**raw, "slips": tuple(Slip(**slip) for slip in raw.get("slips", ()))})

    @property
    def tolerance(self) -> str:
        """The tolerance as the end of a sentence; empty if there is none. Per cents differ by
        points."""
        unit = self.unit.replace(
            "%", f"percentage point{'s' * (self.within != 1)}", self.unit[:1] == "%"
        )
        return f" by more than {self.within:g} {unit}".rstrip() if self.within else ""


@dataclass(frozen=True)
class Finding:
    """Result of one answer; `says` is the end of a sentence about it.

    `refused` if it could not be parsed, for a reason of the `kind` that `Unreadable` has;
    `elsewhere` if it is right for other parameters. With a `misconception`, known by its name or
    its remark, `says` is a sentence of its own.
    """

    name: str
    right: bool
    says: str
    refused: bool = False
    elsewhere: bool = False
    misconception: str = ""
    kind: str = ""

    @property
    def sentence(self) -> str:
        """The whole remark on the answer, with its name."""
        return f"{self.name}{':' if self.misconception else ''} {self.says}"


def judge(answer: Answer, given: object, others: Iterable[Values] = ()) -> Finding:
    """Compare a student's answer, as it is or as it was recorded by label, with a key, sealed or
    not.

    `others` are values that would be right for other parameters.
    """

    def wrong(says: str, **more: Any) -> Finding:
        return Finding(answer.name, False, says, **more)

    try:
        parsed: Any = given
        if answer.kind == charted.CHART:
            charted.read(given, list(answer.values), answer.asks)
        else:
            labels = list(answer.values)
            parsed = parsing.parse(
                given, answer.kind, labels, answer.unit, answer.within, answer.options
            )
    except parsing.Unreadable as error:
        return wrong(f"{error}.", refused=True, kind=error.kind)
    if agree(answer, parsed):
        return Finding(answer.name, True, "is right.")
    fitting = [slip for slip in answer.slips if _describe_difference(answer, slip, parsed) is None]
    if slip := min(fitting, key=lambda slip: _count_steps(answer, slip, parsed), default=None):
        return wrong(slip.says, misconception=slip.name or slip.says)
    if any(_describe_difference(answer, Slip(values, ""), parsed) is None for values in others):
        what = "shows what is right" if answer.kind == charted.CHART else "is right"
        says = f"{what} for other values than this notebook's, so it was not found with it."
        return wrong(says, elsewhere=True)
    if answer.kind in (parsing.NUMBER, charted.CHART) and (undone := _explain_slip(answer, parsed)):
        return wrong(undone, misconception=undone)
    return wrong(f"{_describe_difference(answer, answer, parsed)}. {answer.hint}".rstrip())


def agree(answer: Answer, given: Any) -> bool:
    """Whether values are right."""
    rights: tuple[Answer | Slip, ...] = (answer, *(Slip(values, "") for values in answer.also))
    return any(_describe_difference(answer, right, given) is None for right in rights)


def _describe_difference(answer: Answer, right: Answer | Slip, given: Any) -> str | None:
    """Describe how an answer differs from right values as the end of a sentence; None if it does
    not."""
    if answer.kind != charted.CHART:
        same = set(given) == set(right.values) and all(
            _is_same(answer, label, value, right.values[label], answer.within)
            for label, value in given.items()
        )
        off = f"is off{answer.tolerance}" if answer.within else "is not what the data give"
        return None if same else off
    exact = right.exact if answer.salt else charted.exact(right.values)
    try:
        shown = charted.read(given, list(right.values), answer.asks, exact)
    except parsing.Unreadable:  # too many values for the channels of a misconception
        return "differs"
    found = [
        _describe_chart(answer, right, exact, reading) for reading in charted.list_readings(shown)
    ]
    return None if None in found else found[0]


def _describe_chart(
    answer: Answer, right: Answer | Slip, exact: Sequence[str], shown: Values
) -> str | None:
    """Describe how a chart differs from the right one."""

    def is_equal(label: str, right_label: str) -> bool:
        if label not in shown or right_label not in right.values:
            return False
        within = 0 if charted.is_exact(right_label, exact) else answer.within
        return _is_same(answer, right_label, shown[label], right.values[right_label], within)

    labels = list(right.values)
    return charted.difference(labels, shown, is_equal, answer.asks or {}, answer.tolerance)


def _is_same(answer: Answer, label: str, given: Plain, right: Plain, within: float) -> bool:
    if answer.salt:
        return _find_step(answer, label, given, right, within) is not None
    if isinstance(given, (bool, str)) or isinstance(right, (bool, str)):
        return type(given) is type(right) and find_place(given, 0) == find_place(right, 0)
    if not within:
        return find_place(given, 0) == find_place(right, 0)
    return abs(given - right) <= within + RELATIVE * max(1.0, abs(right))


def _find_step(answer: Answer, label: str, given: Plain, right: Plain, within: float) -> int | None:
    """Count the steps from an answer to the place of the right value; None if it is beyond the
    tolerance."""
    target = right if answer.salt else find_place(right, within)
    for step, place in enumerate(list_places(given, within)):
        if target == (hash_place(place, label, answer.name, answer.salt) if answer.salt else place):
            return step
    return None


def _count_steps(answer: Answer, slip: Slip, given: Any) -> int:
    """Distance to the values of a misconception: of two within the tolerance, the nearer one
    counts."""
    is_chart = answer.kind == charted.CHART
    shown = charted.read(given, list(slip.values), answer.asks) if is_chart else given
    pairs = ((label, shown[label], right) for label, right in slip.values.items() if label in shown)
    return sum(_find_step(answer, *pair, answer.within) or 0 for pair in pairs)


def _explain_slip(answer: Answer, given: Any) -> str:
    """Return the remark on a common slip that leads to these numbers, or to one channel of a
    chart's; empty if there is none."""
    if is_chart := answer.kind == charted.CHART:
        given = charted.read(given, list(answer.values), answer.asks)
    channels = charted.list_quantities(given) if is_chart else [list(given)]

    def fits(labels: list[str], factor: float) -> bool:
        scaled = {label: float(f"{float(given[label]) * factor:.12g}") for label in labels}
        return agree(answer, {**given, **scaled})

    for labels in channels:
        for factor, says in (
            parsing.SLIPS if not fits(labels, 0.0) else ()
        ):  # where 0 is right any would fit
            if fits(labels, factor):
                return says
    return ""
