"""Seal answers: what a solution and its misconceptions gave becomes salted hashes, as `check.use` takes them.

The salt keeps equal answers from having equal hashes; it is no secret. A page or notebook that has the
hashes can tell right from wrong without a server, and a reader who wants the answer has to search for it.
"""

from __future__ import annotations

import json
import numbers
from collections.abc import Mapping

from jingjinji import check, drawn


def kind_of(record: dict) -> str:
    """What the values of an answer are. Raises `ValueError` where they are of several kinds."""
    if "asks" in record:
        return drawn.CHART
    kinds = {
        "truth value" if isinstance(v, bool) else "number" if isinstance(v, numbers.Real) else "text"
        for v in record["values"].values()
    }
    if len(kinds) != 1:
        raise ValueError(f"an answer must be of one kind, not {', '.join(sorted(kinds)) or 'nothing'}")
    return kinds.pop()


def _seal_values(salt: str, record: dict, within: float, *, wide: bool) -> dict[str, list[str]]:
    """The hashes by label: all cells within the tolerance (`wide`), or the value's own cell."""
    sealed = {}
    exact = drawn.exact(record["values"]) if "asks" in record else None
    for label, value in record["values"].items():
        spared = exact is not None and drawn.is_exact(label, exact)
        cells = check.grid(value, 0 if spared else within)
        chosen = cells if wide else [check.middle(cells)]
        sealed[label] = [check.seal(salt, record["name"], label, cell) for cell in chosen]
    return sealed


def seal_answer(record: dict, slips: list[dict], salt: str, hint: str) -> dict:
    """One answer as `check.use` takes it, from its record and those of its misconceptions.

    Raises `ValueError` where a misconception gives the right answer, or an answer of another shape.
    """
    name, within = record["name"], record["within"]
    right = _seal_values(salt, record, within, wide=True)
    entry = {
        "salt": salt,
        "within": within,
        "unit": record["unit"],
        "labels": list(record["values"]),
        "kind": kind_of(record),
        "right": right,
        "slips": [],
        "hint": hint,
    }
    is_chart = entry["kind"] == drawn.CHART
    if is_chart:
        entry |= {"asks": record["asks"], "exact": drawn.exact(record["values"])}
    for slip in slips:
        if is_chart != ("asks" in slip):
            raise ValueError(f"{name!r} is a chart, and so must be what its misconceptions give")
        if not is_chart and list(slip["values"]) != entry["labels"]:
            raise ValueError(
                f"a misconception of {name!r} gives {list(slip['values'])}, not {entry['labels']}"
            )
        wrong = _seal_values(salt, slip, within, wide=False)
        if all(label in wrong and wrong[label][0] in right[label] for label in right):
            raise ValueError(f"{name!r} cannot tell this misconception from the answer: {slip['slip']}")
        known = {"says": slip["slip"], "values": wrong}
        entry["slips"].append(known | ({"exact": drawn.exact(slip["values"])} if is_chart else {}))
    return entry


class Recorder:
    """Stands in for `check` where a page runs a solution: it takes what is given and compares nothing."""

    def __init__(self) -> None:
        self._answers: list[dict] = []
        self._slips: list[dict] = []

    def answer(
        self,
        name: str,
        value: object,
        within: float = 0,
        unit: str = "",
        asks: Mapping[str, str] | None = None,
    ) -> None:
        """Take one answer of the solution; see `check.answer`."""
        self._answers.append(check.record(name, value, within, unit, asks=asks))

    def slip(self, name: str, value: object, says: str, within: float = 0) -> None:
        """Take what one misconception gives; see `check.slip`."""
        self._slips.append(check.record(name, value, within, says=says))

    def sealed(self) -> str:
        """All that was taken, as the text that `check.use` takes; hints are given apart."""
        made = {}
        for one in self._answers:
            slips = [slip for slip in self._slips if slip["name"] == one["name"]]
            made[one["name"]] = seal_answer(one, slips, "", "")
        return json.dumps(made)
