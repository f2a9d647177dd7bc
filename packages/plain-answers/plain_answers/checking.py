"""Check answers in a notebook: their values in practice, only their form in assessment.

An author's notebook runs with its solutions, and `answer` records their values. The notebook for
practice begins with ``check.use(...)``, which holds them sealed; `answer` then compares and
comments on known misconceptions. Seals can be opened, so practice carries no marks. The assessed
notebook begins with ``check.expect(...)``, which holds the form of each answer; `answer` then
records the value, and a program that never ran the notebook marks it.
"""

import json
import os
import sys
from collections.abc import Collection, Mapping
from typing import Any

from IPython.display import display

from plain_answers import ANSWER_MIME, charted, parsing
from plain_answers.judging import Answer, judge
from plain_answers.packages import list_absent
from plain_answers.recording import record
from plain_answers.rounding import rounded

MOST_SHOWN, LONGEST_SHOWN = 4, 60  # values of an answer that are told, and characters of one


class Checks:
    """The checks of one notebook.

    If the environment variable `recording_if` is 1, answers that are not sealed are recorded.
    """

    def __init__(self, recording_if: str = "") -> None:
        self._recording_if = recording_if
        self._sealed: dict[str, Answer] = {}
        self._expected: dict[str, dict[str, Any]] = {}
        self._packages: Collection[str] = ()
        self._told: set[str] = set()

    def use(self, sealed: str) -> None:
        """Load the sealed answers of a practice notebook from the text in its first cells.

        Raises `ValueError` if another version of the library sealed them.
        """
        try:
            self._sealed |= {name: Answer.read(raw) for name, raw in json.loads(sealed).items()}
        except TypeError:
            raise ValueError(
                "This notebook was made for another edition of the library that checks it: "
                "download both again."
            ) from None

    def expect(self, forms: str, packages: Collection[str] = ()) -> None:
        """Load the forms of answers of an assessed notebook from the text in its first cells.

        `packages` are those that the machine that marks has; others get a sentence, with the first
        answer.
        """
        self._expected |= json.loads(forms)
        self._packages = packages or self._packages

    def answer(
        self,
        name: str,
        value: object,
        within: float = 0,
        unit: str = "",
        asks: Mapping[str, str] | None = None,
    ) -> None:
        """Check one answer of an exercise, named by its number and what is asked for: ``"3.2
        rate"``.

        `value` is a number, text or truth value, or a list, mapping, Series or DataFrame of them;
        or a chart of Altair, of which mark, encodings and drawn rows are checked. `within` is the
        tolerance of a number, in its `unit`; 0 for texts and counts. `asks` has the mark and
        channels that the question of a chart states, as in ``{"mark": "line", "x": "year", "y":
        "share"}``; the remark on a wrong chart repeats them.

        Raises `AssertionError` if the value is missing or has the wrong shape, labels or kind and,
        in practice, if it is wrong. The message is one sentence that does not give the answer away.
        """
        if name in self._expected and self._packages:
            self._tell_of_absent()
        if name in self._sealed:
            finding = judge(self._sealed[name], value)
            if not finding.right:
                says = finding.says if finding.misconception else finding.sentence
                raise _make_error(says, name, finding.kind)
        elif self._recording_if and os.environ.get(self._recording_if) == "1":
            _show(record(name, value, within, unit, None, asks), f"answer {name}")
        elif name in self._expected:
            values = _read_form(name, value, self._expected[name], unit, within)
            _show({"name": name, "values": values}, f"{name}: recorded: {_say(values, unit)}.")
        else:
            raise AssertionError(
                f"Nothing is known of {name!r}: first run the cells at the top of the notebook."
            )

    def _tell_of_absent(self) -> None:
        """Name each package that the notebook imports and the machine that marks does not have,
        once."""
        names = vars(sys.modules["__main__"])
        for package in list_absent(names, {*self._packages, *self._told}):
            self._told.add(package)
            print(
                f"The machine that marks does not have {package}: code that uses it stops there, "
                "and the answer after it is not recorded."
            )

    def slip(self, name: str, value: object, says: str, within: float = 0) -> None:
        """Record the value of a misconception and the remark on it, in an author's notebook."""
        _show(record(name, value, within, "", says), f"answer {name}")


def _show(recorded: dict[str, Any], text: str) -> None:
    display({ANSWER_MIME: recorded, "text/plain": text}, raw=True)


def _say(values: Mapping[str, Any], unit: str) -> str:
    """Say what was read of an answer, so that a slip of the pen is seen before it is handed in."""
    if "mark" in values and "rows" in values:
        return charted.describe(values)
    labels = list(values)
    is_list = labels == [str(place) for place in range(1, len(labels) + 1)]
    shown = [
        _say_value(value) if is_list or not label else f"{label} {_say_value(value)}"
        for label, value in values.items()
    ]
    if len(shown) > MOST_SHOWN:
        return f"{len(shown)} values, the first {shown[0]}"
    if labels == [""] and unit and not isinstance(values[""], (str, bool)):
        return f"{shown[0]}{unit}" if unit.startswith("%") else f"{shown[0]} {unit}"
    return ", ".join(shown)


def _say_value(value: object) -> str:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{value:.10g}" if is_number else str(value)[:LONGEST_SHOWN]


def _make_error(sentence: str, name: str, kind: str) -> AssertionError:
    """Make the error that a reader sees, with fields for programs: `about`, the answer's name, and
    `kind`.

    A class of its own would put its name before the sentence in a notebook.
    """
    error = AssertionError(sentence)
    vars(error).update(about=name, kind=kind)
    return error


def _read_form(name: str, value: object, form: dict[str, Any], unit: str, within: float) -> Any:
    try:
        if form["kind"] != charted.CHART:
            options = form.get("options", ())
            return parsing.parse(value, form["kind"], form["labels"], unit, within, options)
        shown = charted.read(value, form["labels"], form["asks"])
        charted.check_form(shown, form["asks"], form.get("types", {}))
        return rounded(shown)
    except parsing.Unreadable as error:
        raise _make_error(f"{name} {error}.", name, error.kind) from None
