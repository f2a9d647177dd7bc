"""Record answers, in the outputs of a notebook or in memory."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from plain_answers import ANSWER_MIME, charted
from plain_answers.judging import Answer, Slip
from plain_answers.parsing import Values, elements
from plain_answers.rounding import rounded
from plain_answers.sealing import seal, write

Accepted = Mapping[str, Iterable[str]] | None


def record(
    name: str,
    value: object,
    within: float = 0,
    unit: str = "",
    says: str | None = None,
    asks: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Make the record of a solution's answer or, with the remark `says`, of a misconception's.

    The other parameters are those of `Checks.answer`. Numbers are rounded to ten digits.
    """
    is_chart = charted.is_chart(value)
    values = rounded(charted.read(value, asks=asks) if is_chart else elements(value))
    made = {"name": name, "values": values, "within": within, "unit": unit, "slip": says}
    return made | ({"asks": dict(asks or {})} if is_chart else {})


def read_records(outputs: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Read the records among the outputs of a cell."""
    bundles = (output.get("data", {}) for output in outputs)
    return [bundle[ANSWER_MIME] for bundle in bundles if ANSWER_MIME in bundle]


def spell(values: Values, accepted: Accepted) -> list[Values]:
    """List the values of an answer and, if it is one text, of the other texts that are accepted for
    it."""
    text = values.get("")
    others = (accepted or {}).get(text, ()) if isinstance(text, str) else ()
    return [values, *({"": other} for other in others)]


def make_answer(
    recorded: Mapping[str, Any],
    slips: Iterable[Mapping[str, Any]] = (),
    hint: str = "",
    accepted: Accepted = None,
) -> Answer:
    """Make the answer of a record, with the slips of the same name.

    `accepted` maps texts to others that mean the same; it applies to slips, too.
    """
    fields = {part: value for part, value in recorded.items() if part != "slip"}
    named = (slip for slip in slips if slip["name"] == recorded["name"])
    wrong = [
        Slip(values, slip["slip"]) for slip in named for values in spell(slip["values"], accepted)
    ]
    _, *also = spell(recorded["values"], accepted)
    return Answer(**fields, slips=tuple(wrong), hint=hint, also=tuple(also))


class Recorder:
    """Replacement for `Checks` where a page runs a solution: it collects answers and compares
    nothing."""

    def __init__(self, accepted: Accepted = None) -> None:
        self._accepted = accepted
        self._answers: list[dict[str, Any]] = []
        self._slips: list[dict[str, Any]] = []

    def answer(
        self, name: str, value: object, within: float = 0, unit: str = "", **asked: Any
    ) -> None:
        """Collect an answer of the solution; see `Checks.answer`."""
        self._answers.append(record(name, value, within, unit, **asked))

    def slip(self, name: str, value: object, says: str, within: float = 0) -> None:
        """Collect the value of a misconception; see `Checks.slip`."""
        self._slips.append(record(name, value, within, says=says))

    def sealed(self) -> str:
        """Return the sealed answers as the text that `Checks.use` loads, without hints."""
        answers = (
            make_answer(record, self._slips, accepted=self._accepted) for record in self._answers
        )
        return json.dumps(write(seal(answer, "here") for answer in answers))
