"""Decide whether an answer is right: the one place where marks come from.

It compares plain values with the key, in a process that never ran the student's code. An answer that is wrong
gets one sentence: that of the misconception which gives it, what a sign, a per cent or a decimal point did to
it, or that it belongs to the values of another notebook.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from notebook_grader.answers import drawn, reading
from notebook_grader.values import Values

# Apart from the tolerance: the key is recorded to ten digits.
RELATIVE = 1e-9
# How far a count may be off that has no tolerance, relative to itself: floats are no whole numbers.
COUNTED = 1e-6


@dataclass(frozen=True)
class Answer:
    """One answer of the key: what is right within `within`, and of each misconception what it gives, what to
    say of it and its name."""

    name: str
    values: Values
    within: float = 0
    unit: str = ""
    slips: tuple[tuple[Values, str, str], ...] = ()
    hint: str = ""
    # Of a chart, what its question says openly of mark and channels.
    asks: Mapping[str, str] | None = None

    @property
    def kind(self) -> str:
        """What its values are: numbers, texts, truth values, or all that a chart draws."""
        if self.asks is not None:
            return drawn.CHART
        value = next(iter(self.values.values()))
        kinds = {bool: reading.TRUTH, str: reading.TEXT}
        return kinds.get(type(value), reading.NUMBER)


@dataclass(frozen=True)
class Finding:
    """What became of one answer; `elsewhere` if it is right for the values of another notebook, and the name
    of the misconception that gives it."""

    name: str
    right: bool
    sentence: str
    elsewhere: bool = False
    misconception: str = ""


def judge(answer: Answer, given: Values | None, others: Iterable[Values] = ()) -> Finding:
    """Compare the values that a notebook gave with the key; `others` are right for other parameters."""

    def wrong(says: str, **more: bool | str) -> Finding:
        return Finding(answer.name, False, answer.name + says, **more)

    if given is None:
        return wrong(" was recorded more than once, with values that differ.")
    is_chart, labels = answer.kind == drawn.CHART, list(answer.values)
    try:
        if is_chart:
            drawn.read(given, labels)
        else:
            one = given[""] if set(given) == {""} else given
            given = reading.read(one, answer.kind, labels, answer.unit)
    except reading.Unreadable as error:
        return wrong(f" {error}.")
    found = _describe_difference(answer, answer.values, given)
    if found is None:
        return Finding(answer.name, True, f"{answer.name} is right.")
    for values, says, name in answer.slips:
        if _describe_difference(answer, values, given) is None:
            return wrong(f": {says}", misconception=name)
    if any(_describe_difference(answer, values, given) is None for values in others):
        what = "shows what is right" if is_chart else "is right"
        return wrong(
            f" {what} for other values than this notebook's, so it was not found with it.", elsewhere=True
        )
    if answer.kind == reading.NUMBER and (undone := _explain_slip(given, answer)):
        return wrong(f": {undone}", misconception=undone)
    return wrong(f" {found}. {answer.hint}".rstrip())


def _describe_difference(answer: Answer, right: Values, given: Values) -> str | None:
    """How values differ from those that would be right, as the end of a sentence; None if they do not."""
    if answer.kind != drawn.CHART:
        tolerance = f" by more than {answer.within:g} {answer.unit}".rstrip() if answer.within else ""
        return None if agree(given, right, answer.within) else f"is not what the data give{tolerance}"
    read, exact = drawn.read(given, list(right)), drawn.exact(right)

    def same(label: str) -> bool:
        within = 0 if drawn.is_exact(label, exact) else answer.within
        return label in read and label in right and _is_same(read[label], right[label], within)

    return drawn.difference(list(right), read, same, answer.asks)


def agree(given: Values, right: Values, within: float) -> bool:
    """Whether two answers have the same labels, and values that are the same within the tolerance."""
    return set(given) == set(right) and all(
        _is_same(given[label], value, within) for label, value in right.items()
    )


def _is_same(given: reading.Plain, right: reading.Plain, within: float) -> bool:
    if isinstance(right, bool) or isinstance(given, bool):
        return given is right
    if isinstance(right, str) or isinstance(given, str):
        return isinstance(right, type(given)) and reading.text(given) == reading.text(right)
    spare = RELATIVE if within else COUNTED
    return abs(given - right) <= within + spare * max(1.0, abs(right))


def _explain_slip(given: Values, answer: Answer) -> str | None:
    """What to say of a number that a common slip separates from the answer."""
    if not any(answer.values.values()):
        return None
    for factor, says in reading.SLIPS:
        try:
            undone = {label: float(value) * factor for label, value in given.items()}
        except OverflowError:
            continue
        if agree(undone, answer.values, answer.within):
            return says
    return None
