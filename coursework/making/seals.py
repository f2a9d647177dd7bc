"""Seal the answers of a master: what its solutions and misconceptions gave becomes salted hashes.

The salt keeps equal answers from having equal hashes; it is no secret. A page or notebook that has the
hashes can tell right from wrong without a server, and a reader who wants the answer has to search for it.
"""

from __future__ import annotations

import hashlib
import numbers

from nbformat import NotebookNode

from coursework.making.errors import MasterError
from coursework.making.master import Exercise, Master
from jingjinji import check, drawn


def recorded(cell: NotebookNode) -> list[dict]:
    """What `check.answer` and `check.slip` recorded when a cell of the master ran."""
    bundles = [output.get("data", {}) for output in cell.get("outputs", [])]
    return [bundle[check.ANSWER_MIME] for bundle in bundles if check.ANSWER_MIME in bundle]


def kind_of(record: dict) -> str:
    """What the values of an answer are. Raises `MasterError` where they are of several kinds."""
    if "asks" in record:
        return drawn.CHART
    values = record["values"]
    kinds = {
        "truth value" if isinstance(v, bool) else "number" if isinstance(v, numbers.Real) else "text"
        for v in values.values()
    }
    if len(kinds) != 1:
        raise MasterError(f"an answer must be of one kind, not {', '.join(sorted(kinds)) or 'nothing'}")
    return kinds.pop()


def _sealed_values(salt: str, record: dict, within: float, *, wide: bool) -> dict[str, list[str]]:
    """The hashes by label: all cells within the tolerance (`wide`), or the value's own cell."""
    sealed = {}
    exact = drawn.exact(record["values"]) if "asks" in record else None
    for label, value in record["values"].items():
        spared = exact is not None and drawn.is_exact(label, exact)
        cells = check.grid(value, 0 if spared else within)
        chosen = cells if wide else [check.middle(cells)]
        sealed[label] = [check.seal(salt, record["name"], label, cell) for cell in chosen]
    return sealed


def sealed_answers(master: Master) -> dict[str, dict]:
    """Every answer of a master by its name, in the form that `jingjinji.check.use` takes.

    Raises
    ------
    MasterError
        Where the tests record no answer, or a misconception gives the right answer, an answer of
        another shape, or none.
    """
    sealed: dict[str, dict] = {}
    for exercise in master.exercises:
        if exercise.by_hand:
            continue
        try:
            sealed |= _sealed_exercise(master, exercise)
        except MasterError as error:
            raise MasterError(f"{master.path.name}: exercise {exercise.number}: {error}") from None
    return sealed


def _sealed_exercise(master: Master, exercise: Exercise) -> dict[str, dict]:
    answers = recorded(exercise.tests)
    if not answers:
        raise MasterError("the tests record no answer: call check.answer in them, then 'make notebooks'")
    slips = [record for cell in exercise.slips for record in recorded(cell)]
    slips += _wrong_choices(exercise, answers[0])
    if silent := [c.metadata["misconception"] for c in exercise.slips if not recorded(c)]:
        raise MasterError(f"the misconception {silent[0]!r} records nothing: call check.slip in its cell")
    if strange := {slip["name"] for slip in slips} - {record["name"] for record in answers}:
        raise MasterError(f"a misconception is filed under {strange.pop()!r}, which no test checks")
    return {record["name"]: _sealed_answer(master, exercise, record, slips) for record in answers}


def _wrong_choices(exercise: Exercise, answer: dict) -> list[dict]:
    return [
        {"name": answer["name"], "values": {"": letter}, "slip": choice["says"]}
        for letter, choice in exercise.choices.items()
        if "misconception" in choice
    ]


def _sealed_answer(master: Master, exercise: Exercise, record: dict, slips: list[dict]) -> dict:
    name, within = record["name"], record["within"]
    salt = hashlib.sha256(f"{master.name}|{name}".encode()).hexdigest()[:12]
    right = _sealed_values(salt, record, within, wide=True)
    entry = {
        "salt": salt,
        "within": within,
        "unit": record["unit"],
        "labels": list(record["values"]),
        "kind": kind_of(record),
        "right": right,
        "slips": [],
        "hint": " ".join(exercise.hints),
    }
    is_chart = entry["kind"] == drawn.CHART
    if is_chart:
        entry |= {"asks": record["asks"], "exact": drawn.exact(record["values"])}
    for slip in slips:
        if slip["name"] != name:
            continue
        if is_chart != ("asks" in slip):
            raise MasterError(f"{name!r} is a chart, and so must be what its misconceptions give")
        if not is_chart and list(slip["values"]) != entry["labels"]:
            raise MasterError(
                f"a misconception of {name!r} gives {list(slip['values'])}, not {entry['labels']}"
            )
        wrong = _sealed_values(salt, slip, within, wide=False)
        if all(label in wrong and wrong[label][0] in right[label] for label in right):
            raise MasterError(f"{name!r} cannot tell this misconception from the answer: {slip['slip']}")
        known = {"says": slip["slip"], "values": wrong}
        entry["slips"].append(known | ({"exact": drawn.exact(slip["values"])} if is_chart else {}))
    return entry
