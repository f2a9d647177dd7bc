"""Checks in a notebook: right or wrong in practice, in the right form or not in assessment.

An author's notebook runs with its solutions in place, and `answer` records their values. The notebook for
practice opens with a cell ``check.use(...)`` that holds them sealed; `answer` then compares and, where a
value is that of a misconception, says what to look at. Whoever wants to can open such seals, so practice
carries no marks. The assessed notebook opens with ``check.expect(...)`` instead, which says in what form each
answer must be. `answer` then notes the value; what it is worth is decided outside, by a program that never
ran the notebook.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from IPython.display import display

from plain_answers import ANSWER_MIME, charted, parsing
from plain_answers.judging import Answer, judge
from plain_answers.recording import record
from plain_answers.rounding import rounded


class Checks:
    """The checks of one notebook.

    Where an environment variable with the name `recording_if` is 1, answers that are not sealed are recorded.
    """

    def __init__(self, recording_if: str = "") -> None:
        self._recording_if = recording_if
        self._sealed: dict[str, Answer] = {}
        self._expected: dict[str, dict[str, Any]] = {}

    def use(self, sealed: str) -> None:
        """Take the sealed answers of a practice notebook, as the text that its first cells hold.

        Raises
        ------
        ValueError
            Where they were sealed by another edition of the library.
        """
        try:
            self._sealed |= {name: Answer.read(raw) for name, raw in json.loads(sealed).items()}
        except TypeError:
            raise ValueError(
                "This notebook was made for another edition of the library that checks it: "
                "take both anew from where you got them."
            ) from None

    def expect(self, forms: str) -> None:
        """Take the forms that the answers of an assessed notebook must have, as its first cells hold them."""
        self._expected |= json.loads(forms)

    def answer(
        self,
        name: str,
        value: object,
        within: float = 0,
        unit: str = "",
        asks: Mapping[str, str] | None = None,
    ) -> None:
        """Check one answer of an exercise.

        Parameters
        ----------
        name
            The exercise's number and what is asked for, as in ``"3.2 rate"``.
        value
            A number, text or truth value, or a list, mapping, Series or DataFrame of them; or a chart of
            Altair, of which mark, encodings and drawn rows are checked.
        within
            How far a number may be off, in its own unit; 0 for texts and counts.
        unit
            Unit of the value, for the reader.
        asks
            Of a chart, what the question says openly: ``{"mark": "line", "x": "year", "y": "share"}``. A
            wrong chart is answered with it.

        Raises
        ------
        AssertionError
            Where the value is missing, has the wrong shape, labels or kind and, in practice, where it is that
            of a known misconception or differs from the solution. One sentence, which does not give the
            answer.
        """
        if name in self._sealed:
            found = judge(self._sealed[name], value)
            if not found.right:
                raise AssertionError(found.says if found.misconception else found.sentence)
        elif self._recording_if and os.environ.get(self._recording_if) == "1":
            _show(record(name, value, within, unit, None, asks), f"answer {name}")
        elif name in self._expected:
            values = _read_form(name, value, self._expected[name], unit)
            _show({"name": name, "values": values}, f"{name}: recorded, in the right form.")
        else:
            raise AssertionError(
                f"Nothing is known of {name!r}: first run the cells at the top of the notebook."
            )

    def slip(self, name: str, value: object, says: str, within: float = 0) -> None:
        """Record, in an author's notebook, what a misconception gives and what its holder should look at."""
        _show(record(name, value, within, "", says), f"answer {name}")


def _show(recorded: dict[str, Any], said: str) -> None:
    display({ANSWER_MIME: recorded, "text/plain": said}, raw=True)


def _read_form(name: str, value: object, form: dict[str, Any], unit: str) -> Any:
    try:
        if form["kind"] != charted.CHART:
            return parsing.parse(value, form["kind"], form["labels"], unit)
        shown = charted.read(value, form["labels"], form["asks"])
        charted.check_types(shown, form.get("types", {}))
        return rounded(shown)
    except parsing.Unreadable as error:
        raise AssertionError(f"{name} {error}.") from None
