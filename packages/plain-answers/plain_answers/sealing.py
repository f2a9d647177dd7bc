"""Seal answers: what is right, and what misconceptions give, becomes salted hashes.

The salt keeps equal answers from having equal hashes; it is no secret. A page or notebook that has the
hashes can tell right from wrong without a server, and a reader who wants the answer has to search for it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from plain_answers import charted
from plain_answers.hashing import find_place, hash_place
from plain_answers.judging import Answer, Slip, agree
from plain_answers.parsing import Values


def seal(answer: Answer, salt: str) -> Answer:
    """An answer whose values, and those of its slips, are hashes; `judge` takes it as it takes the open one.

    Raises
    ------
    ValueError
        Where a misconception gives the right answer, or an answer of another shape.
    """

    def hash_values(values: Values, exact: tuple[str, ...]) -> Values:
        places = {
            label: find_place(value, 0 if is_chart and charted.is_exact(label, exact) else answer.within)
            for label, value in values.items()
        }
        return {label: hash_place(place, label, answer.name, salt) for label, place in places.items()}

    def seal_slip(slip: Slip) -> Slip:
        if is_chart and "mark" not in slip.values:
            raise ValueError(f"{answer.name!r} is a chart, and what its misconceptions give must be one")
        if not is_chart and list(slip.values) != list(answer.values):
            given, asked = list(slip.values), list(answer.values)
            raise ValueError(f"a misconception of {answer.name!r} gives {given}, not {asked}")
        if agree(answer, slip.values):
            raise ValueError(f"{answer.name!r} cannot tell this misconception from the answer: {slip.says}")
        exact = find_exact(slip.values)
        return Slip(hash_values(slip.values, exact), slip.says, exact=exact)

    def find_exact(values: Values) -> tuple[str, ...]:
        return tuple(charted.exact(values)) if is_chart else ()

    is_chart = answer.kind == charted.CHART
    exact = find_exact(answer.values)
    values, *also = (hash_values(one, exact) for one in (answer.values, *answer.also))
    slips = tuple(map(seal_slip, answer.slips))
    return replace(answer, values=values, slips=slips, salt=salt, exact=exact, also=tuple(also))


def write(answers: Iterable[Answer]) -> dict[str, dict[str, Any]]:
    """Answers by name as plain JSON, of which `Answer.read` makes them; what is empty is left out."""

    def thin(fields: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in fields.items() if value or name in ("values", "within")}

    made = {}
    for answer in answers:
        fields = thin(asdict(answer))
        made[answer.name] = fields | {"slips": [thin(slip) for slip in fields.get("slips", ())]}
    return made


def pack(value: object) -> str:
    """Plain JSON in one word, so that neither a search of a page nor a glance at its source shows it."""
    return base64.b64encode(json.dumps(value, ensure_ascii=False).encode()).decode()
