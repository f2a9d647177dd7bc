"""Grade one submission from its bytes: restore what may not change, run it in the sandbox, give points by
nbgrader's rules."""

from __future__ import annotations

import hashlib
import re
import time

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import LimitOutput

from coursework.grading import intake, store
from coursework.grading.assignment import Assignment, get_grade_id
from coursework.grading.limits import Limits
from coursework.grading.restore import restore
from coursework.grading.run import Run
from coursework.grading.watchdog import Stop

LONGEST_ANSWER = 5000
# What an error of a student's cell means to somebody who was not there.
_MEANINGS = (
    (r"Read-only file system|Permission denied", "It tried to write where it may not"),
    (r"Errno 28|No space left|File too large", "It wrote more than it may"),
    (r"MemoryError|cannot allocate memory|Unable to allocate", "It asked for more memory than it may have"),
    (r"Resource temporarily unavailable|can't start new thread", "It started more processes than it may"),
    (
        r"gaierror|URLError|ConnectionError|Network is unreachable|Connection refused",
        "It tried to use the network",
    ),
    (r"FileNotFoundError|No such file", "It asked for a file that is not there"),
    (r"CellTimeoutError", "A cell ran longer than it may and was interrupted"),
    (r"SystemExit|KeyboardInterrupt", "It stopped itself"),
)


def check_assignment(notebook: NotebookNode, assignment: Assignment) -> None:
    """Raise `Refused` if a notebook says that it is another assignment's."""
    named = intake.find_assignment(notebook)
    if named and named != assignment.name:
        raise intake.Refused(f"the notebook belongs to the assignment {named}, not {assignment.name}")


def grade(
    student: str,
    file: str,
    data: bytes,
    assignment: Assignment,
    limits: Limits,
    unsafe: bool = False,
    stop: Stop | None = None,
) -> tuple[store.Result, str]:
    """The result of one submission, and its executed notebook as text.

    Raises
    ------
    Refused
        If the bytes are no notebook of this assignment.
    SandboxError
        If the machine could not run it.
    Stopped
        If `stop` was set before the end.
    """
    started = time.monotonic()
    notebook = intake.parse(data)
    check_assignment(notebook, assignment)
    try:
        remarks = restore(notebook, assignment)
    except ValueError as error:
        raise intake.Refused(f"the notebook belongs to another assignment: {error}") from None
    run = Run(limits, stop)
    run.run(notebook, unsafe)
    remarks += _meanings(notebook) + run.remarks
    LimitOutput().preprocess(notebook, {})
    cells = {
        name: _points(cell, run.doubts.get(name, "")) for cell in notebook.cells if (name := _graded(cell))
    }
    remarks += _doubts(run.doubts, cells)
    result = store.Result(
        student=student,
        key=store.make_key(data, assignment.key, limits, unsafe),
        file=file,
        sha256=hashlib.sha256(data).hexdigest(),
        cells=cells,
        remarks=list(dict.fromkeys(remarks)),
        seconds=round(time.monotonic() - started, 1),
    )
    return result, nbformat.writes(notebook)


def _graded(cell: NotebookNode) -> str | None:
    return get_grade_id(cell) if utils.is_grade(cell) else None


def _points(cell: NotebookNode, doubt: str) -> store.Cell:
    try:
        points, out_of = utils.determine_grade(cell)
    except (ValueError, KeyError):
        out_of = float(cell.metadata.nbgrader.points)
        return store.Cell(None, out_of, doubt="the test displayed something that is no number of points")
    if doubt and points:
        return store.Cell(None, out_of, doubt=doubt)
    if points is None:
        return store.Cell(None, out_of, answer=cell.source[:LONGEST_ANSWER])
    return store.Cell(points, out_of)


def _doubts(found: dict[str, str], cells: dict[str, store.Cell]) -> list[str]:
    """What was noticed before tests, whether they were passed or not: one sentence for each kind."""
    by_kind: dict[str, list[str]] = {}
    for name, doubt in (found | {name: cell.doubt for name, cell in cells.items() if cell.doubt}).items():
        by_kind.setdefault(doubt, []).append(name)
    return [
        f"{', '.join(names)}: {doubt}"
        + (", so a person decides." if any(cells[n].doubt for n in names) else ".")
        for doubt, names in by_kind.items()
    ]


def _meanings(notebook: NotebookNode) -> list[str]:
    """What went wrong in the student's own cells, where its kind is known."""
    found = []
    for index, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or utils.is_grade(cell):
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                text = f"{output.ename}: {output.evalue}"
                meaning = next((text_of for pattern, text_of in _MEANINGS if re.search(pattern, text)), None)
                if meaning:
                    found.append(f"{meaning} (cell {index}, {text[:100]}).")
    return found
