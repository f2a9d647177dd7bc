"""Seal answers: right values and those of misconceptions become salted hashes.

The salt gives equal answers different hashes; it is not secret. A page or notebook with the hashes
can tell right from wrong without a server, and readers do not see the answer by accident.
"""

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
    """Replace the values of an answer and its slips by hashes; `judge` takes sealed and open
    answers alike.

    Raises `ValueError` if a misconception leads to the right answer, or to one of another shape.
    """

    def hash_values(values: Values) -> Values:
        exact = find_exact(values)
        places = {
            label: find_place(
                value, 0 if is_chart and charted.is_exact(label, exact) else answer.within
            )
            for label, value in values.items()
        }
        return {
            label: hash_place(place, label, answer.name, salt) for label, place in places.items()
        }

    def seal_slip(slip: Slip) -> Slip:
        if is_chart and "mark" not in slip.values:
            raise ValueError(
                f"{answer.name!r} is a chart, and what its misconceptions give must be one"
            )
        if not is_chart and list(slip.values) != list(answer.values):
            labels = list(slip.values)
            expected = list(answer.values)
            raise ValueError(f"a misconception of {answer.name!r} gives {labels}, not {expected}")
        if agree(answer, slip.values):
            raise ValueError(
                f"{answer.name!r} cannot tell this misconception from the answer: {slip.says}"
            )
        return Slip(hash_values(slip.values), slip.says, exact=find_exact(slip.values))

    def find_exact(values: Values) -> tuple[str, ...]:
        return tuple(charted.exact(values)) if is_chart else ()

    is_chart = answer.kind == charted.CHART
    values, *also = map(hash_values, (answer.values, *answer.also))
    slips = tuple(map(seal_slip, answer.slips))
    exact = find_exact(answer.values)
    return replace(answer, values=values, slips=slips, salt=salt, exact=exact, also=tuple(also))


def write(answers: Iterable[Answer]) -> dict[str, dict[str, Any]]:
    """Write answers by name as plain JSON for `Answer.read`, without empty fields."""

    def thin(fields: dict[str, Any]) -> dict[str, Any]:
        return {
            name: value for name, value in fields.items() if value or name in ("values", "within")
        }

    written = {}
    for answer in answers:
        fields = thin(asdict(answer))
        written[answer.name] = fields | {"slips": [thin(slip) for slip in fields.get("slips", ())]}
    return written


def pack(value: object) -> str:
    """Encode plain JSON, so that neither a search of a page nor a glance at its source shows it."""
    return base64.b64encode(json.dumps(value, ensure_ascii=False).encode()).decode()
