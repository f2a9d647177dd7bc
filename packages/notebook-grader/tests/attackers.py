"""Hostile, careless and odd submissions to the small assignment, by class, with the points that
each deserves.

An attacker's own answers are wrong but for the choice, which earns 2 points; so more than 2 would
be stolen. Most stand in `attackers.toml`; here are those that are no code.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_output
from notebook_grader.course import PLAIN
from small import RATE, changed, find_cell, submission

WRONG = {
    "rate": "rate = 1.0",
    "mean": "def mean(x):\n    return 0",
    "parts": 'parts = {"a": 0, "b": 0}',
}
TOLD = tomllib.loads(Path(__file__).with_name("attackers.toml").read_text(encoding="utf-8"))
PRELUDES = TOLD.pop("preludes")
FORKS = TOLD["resources"]["forks"]["code"]


@dataclass(frozen=True)
class Kind:
    """A submission, the points that it earns without a person, and parts of the report's line or
    page."""

    notebook: nbformat.NotebookNode
    points: float
    sentences: tuple[str, ...] = ()


def make(
    code: str = "",
    prelude: str = "",
    right: bool = False,
    points: float | None = None,
    says: str | Sequence[str] = (),
    text: Sequence[tuple[str, int]] = (),
    **answers: str,
) -> Kind:
    """Make a kind from its entry in `attackers.toml`."""
    own = ({} if right else WRONG) | answers
    if text:  # parts, each with how often it is repeated
        own["text"] = "".join(part * count for part, count in text)
    if code:
        own["rate"] = f"{PRELUDES.get(prelude, '')}{code}\n{own.get('rate', RATE)}"
    told = (says,) if isinstance(says, str) else tuple(says)
    return Kind(submission(**own), points if points is not None else 11 if right else 2, told)


def altered(*changes, says: str = "") -> Kind:
    """Wrong answers in a notebook that was altered."""
    return Kind(changed(lambda made: [change(made) for change in changes], **WRONG), 2, (says,))


def _set(name: str, key: str, value: object):
    def change(made) -> None:
        find_cell(made, name).metadata.nbgrader[key] = value

    return change


def _drop(*names: str):
    def change(made) -> None:
        made.cells = [cell for cell in made.cells if cell.metadata.nbgrader.grade_id not in names]

    return change


def _write(name: str, source: str, cell_type: str = "code"):
    def change(made) -> None:
        cell = find_cell(made, name)
        cell.source = source
        cell.cell_type = cell_type

    return change


def _forge_outputs(made) -> None:
    record = {"application/vnd.answer+json": {"name": "1.1 rate", "values": {"": 6.0}}}
    find_cell(made, "tests-1-1").outputs = [new_output("display_data", data=record)]


def _copy_tests(made) -> None:
    copy = new_code_cell(
        PRELUDES["record"] + "record('1.1 rate', 6.0)",
        metadata=dict(find_cell(made, "tests-1-1").metadata),
    )
    made.cells.insert(4, copy)


FORGED_METADATA = {
    "points raised, tests skipped, output forged, another kernel": altered(
        _set("tests-1-1", "points", 100),
        lambda made: find_cell(made, "tests-1-2").metadata.update(tags=["skip-execution"]),
        _forge_outputs,
        lambda made: made.metadata.update(
            kernelspec={"name": "bash", "display_name": "x", "language": "sh"}
        ),
    ),
    "names that are none, a course that is a list": altered(
        _set("tests-1-1", "grade_id", ["x"]),
        _set("answer-1-1", "grade_id", 7),
        lambda made: made.cells[4].metadata.update(nbgrader="mine"),
        lambda made: made.metadata.update(course=[1]),
    ),
    "tests made an answer": altered(_set("tests-1-1", "solution", True)),
    "tests, forms and parameters edited": altered(
        _write("tests-1-1", "pass"),
        _write("forms", f"{PLAIN.checks}\ncheck.expect('{{}}')"),
        _write("given-1-1", "start, end = 100.0, 101.0"),
        says="replaced by the original: forms, given-1-1, tests-1-1.",
    ),
    "tests deleted": altered(_drop("tests-1-1", "tests-1-2", "tests-1-4"), says="put back"),
    "tests copied": altered(_copy_tests, says="Copied cells"),
    "answer made Markdown": Kind(
        changed(_write("answer-1-1", "rate = 6.0", "markdown")), 9, ("typed",)
    ),
    "renamed cells": Kind(
        changed(_set("answer-1-1", "grade_id", "mine")), 11, ("mine as answer-1-1",)
    ),
}
CLASSES = {
    **{group: {name: make(**one) for name, one in kinds.items()} for group, kinds in TOLD.items()},
    "forged metadata": FORGED_METADATA,
}
KINDS = {
    f"{group}, {name}": kind for group, kinds in CLASSES.items() for name, kind in kinds.items()
}

# All kinds in one class, with honest students whose marks must not be affected.
CLASS = KINDS | {
    f"honest {number}": make(right=True, text=[("Answer ", number)]) for number in range(1, 4)
}
