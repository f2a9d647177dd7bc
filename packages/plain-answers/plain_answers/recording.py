"""Record answers: as an output of a notebook's cell, or in place of one."""

from __future__ import annotations

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
    """What a solution's answer was, or that of a misconception, of which `says` is what to look at.

    The other parameters are those of `Checks.answer`. Numbers are kept to ten digits.
    """
    is_chart = charted.is_chart(value)
    values = rounded(charted.read(value, asks=asks) if is_chart else elements(value))
    made = {"name": name, "values": values, "within": within, "unit": unit, "slip": says}
    return made | ({"asks": dict(asks or {})} if is_chart else {})


def read_records(outputs: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What `record` made, out of the outputs of a cell as the notebook's format has them."""
    bundles = (output.get("data", {}) for output in outputs)
    return [bundle[ANSWER_MIME] for bundle in bundles if ANSWER_MIME in bundle]


def spell(values: Values, accepted: Accepted) -> list[Values]:
    """The values of an answer, and where they are one text, those of the texts that are accepted for it."""
    one = values.get("")
    return [values, *({"": text} for text in (accepted or {}).get(one if isinstance(one, str) else "", ()))]


def make_answer(
    recorded: Mapping[str, Any],
    slips: Iterable[Mapping[str, Any]] = (),
    hint: str = "",
    accepted: Accepted = None,
) -> Answer:
    """The answer of a record, with those of `slips` that are filed under its name.

    `accepted` has, by a text, other texts that mean the same; it holds for what misconceptions give, too.
    """
    fields = {part: value for part, value in recorded.items() if part != "slip"}
    own = [slip for slip in slips if slip["name"] == recorded["name"]]
    wrong = [Slip(values, slip["slip"]) for slip in own for values in spell(slip["values"], accepted)]
    _, *also = spell(recorded["values"], accepted)
    return Answer(**fields, slips=tuple(wrong), hint=hint, also=tuple(also))


class Recorder:
    """Stands in for `Checks` where a page runs a solution: it takes what is given and compares nothing."""

    def __init__(self, accepted: Accepted = None) -> None:
        self._accepted = accepted
        self._answers: list[dict[str, Any]] = []
        self._slips: list[dict[str, Any]] = []

    def answer(self, name: str, value: object, within: float = 0, unit: str = "", **asked: Any) -> None:
        """Take one answer of the solution; see `Checks.answer`."""
        self._answers.append(record(name, value, within, unit, **asked))

    def slip(self, name: str, value: object, says: str, within: float = 0) -> None:
        """Take what one misconception gives; see `Checks.slip`."""
        self._slips.append(record(name, value, within, says=says))

    def sealed(self) -> str:
        """All that was taken, as the text that `Checks.use` takes; hints are given apart."""
        made = (make_answer(one, self._slips, accepted=self._accepted) for one in self._answers)
        return json.dumps(write(seal(answer, "here") for answer in made))
