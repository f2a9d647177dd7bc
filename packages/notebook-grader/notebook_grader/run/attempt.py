"""One run of a submission: given cells restored, executed in the sandbox, recorded answers read."""

import copy
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from nbformat import NotebookNode
from plain_answers.parsing import Values

from notebook_grader.assignments.assignment import Assignment
from notebook_grader.cells import get_grade_id, is_grade, is_locked
from notebook_grader.course import Course
from notebook_grader.limits import Limits
from notebook_grader.run import absent, literals
from notebook_grader.run.notebook import run
from notebook_grader.run.restore import restore
from notebook_grader.run.values import read_answers
from notebook_grader.tables import read_table

VERSION = platform.python_version()
SHOWN = 300  # characters of a student's error or value that are quoted
# Explanations of errors in students' cells, by pattern.
_MEANINGS = read_table(Path(__file__).with_name("meanings.csv"))[1]


@dataclass(frozen=True)
class Terms:
    """What all submissions of a class are graded by: the assignment with its key, and the limits of
    a run."""

    assignment: Assignment
    course: Course
    limits: Limits
    unsafe: bool = False


@dataclass(frozen=True)
class Evidence:
    """Answers that one cell recorded, by name, and the error that stopped it; None marks an answer
    that was recorded with different values."""

    recorded: Mapping[str, Values | None]
    failure: str


@dataclass(frozen=True)
class Attempt:
    """One run of a submission: the executed notebook, the variant of each exercise, the cells by
    grade id with the evidence in them, and remarks on restored cells and on the run.
    """

    notebook: NotebookNode
    variants: Mapping[str, int]
    cells: Mapping[str, NotebookNode]
    evidence: Mapping[str, Evidence]
    restored: list[str]
    noticed: list[str]

    @classmethod
    def make(
        cls,
        submission: NotebookNode,
        variants: Mapping[str, int],
        terms: Terms,
        patience: int,
        again: bool,
    ) -> Self:
        """Run a submission with the parameters of these variants and, if run `again`, with random
        inputs.

        Raises `Refused` if it has no cell of the assignment, `SandboxError` if it could not be run.
        """
        notebook = copy.deepcopy(submission)
        restored = restore(
            notebook, terms.assignment.choose_variants(variants, random_inputs=again)
        )
        left_out = absent.leave_out(notebook, terms.course.path)
        literals.follow(notebook, terms.assignment.key.facts, variants)
        notebook, noticed = run(notebook, terms.course, terms.limits, terms.unsafe, patience)
        told = [] if again else left_out  # once, by the first run's numbers of cells
        noticed = told + _explain_errors(notebook) + noticed + _find_warnings(notebook)
        cells = {name: cell for cell in notebook.cells if (name := get_grade_id(cell))}
        evidence = {
            name: Evidence(read_answers(cell.outputs), _find_failure(cell))
            for name, cell in cells.items()
            if cell.cell_type == "code" and is_locked(cell)
        }
        return cls(notebook, variants, cells, evidence, restored, noticed)


def _find_failure(cell: NotebookNode) -> str:
    """The error that stopped a check, as the student's own process reports it."""
    for output in cell.outputs:
        if output.output_type == "error":
            text = (
                output.evalue
                if output.ename == "AssertionError"
                else f"{output.ename}: {output.evalue}"
            )
            return f"The check stopped: {text}"[:SHOWN].replace("\n", " ")
    return ""


def _find_warnings(notebook: NotebookNode) -> list[str]:
    checks = [(place, cell) for place, cell in enumerate(notebook.cells, start=1) if is_grade(cell)]
    places = [
        str(n)
        for n, cell in checks
        if any(o.get("name") == "stderr" for o in cell.get("outputs", []))
    ]
    remark = (
        f"Warnings were printed by the checks' cells (cell {', '.join(places)}); they cost nothing."
    )
    return [remark] if places else []


def _find_meaning(text: str) -> str:
    """What an error of a known kind means; empty if its kind is not known."""
    for row in _MEANINGS:
        if found := re.search(row["pattern"], text):
            return row["says"].format(python=VERSION, **found.groupdict())
    return ""


def _explain_errors(notebook: NotebookNode) -> list[str]:
    """Explain errors of known kinds in the student's own cells."""
    remarks = []
    for place, cell in enumerate(notebook.cells, start=1):
        for output in [] if cell.cell_type != "code" or is_grade(cell) else cell.outputs:
            if output.output_type == "error":
                text = f"{output.ename}: {output.evalue}"[:10_000]
                if meaning := _find_meaning(text):
                    remarks.append(f"{meaning} (cell {place}, {text[:100]}).")
    return remarks
