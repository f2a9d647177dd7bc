"""nbgrader's own gradebook, which follows the files: what they say at the end of a run is what it holds.

An address says where it is: SQLite in the folder of results by default, or any database that SQLAlchemy has a
driver for, such as PostgreSQL. What is lost, or could not be written, the next run writes.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from nbgrader import api, utils
from nbgrader.api import Gradebook
from sqlalchemy.exc import SQLAlchemyError

from notebook_grader import compat
from notebook_grader.assignment import Assignment
from notebook_grader.cells import is_locked, is_solution
from notebook_grader.decisions import MACHINE, View
from notebook_grader.store import Result, make_file_name

LONGEST_ID = 128
KERNEL = '{"display_name": "Python 3", "language": "python", "name": "python3"}'

# What a submission holds by cell: points of a test, points that a person gave, whether a person still has to
# give them, extra credit (none is ours), what lateness takes off the whole, and what the person said.
Row = tuple[float | None, float | None, bool, float | None, float, str]
SCORES = ("auto_score", "manual_score", "needs_manual_grade", "extra_credit")


class GradebookError(ValueError):
    """The gradebook cannot be used; the message says why, in one sentence."""


def name_default(folder: Path) -> str:
    """The address of the gradebook in a folder of results."""
    return f"sqlite:///{folder.absolute() / 'gradebook.db'}"


@contextmanager
def open_gradebook(address: str) -> Iterator[Gradebook]:
    """The gradebook at an address, made if it is not there. Raises `GradebookError` if it cannot be used."""
    # nbgrader logs the whole trace of each error, which is told here in a sentence.
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)
    compat.find_alembic()
    shown = address
    try:
        url = sqlalchemy.make_url(address)
        shown = url.render_as_string()
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        if url.drivername == "sqlite":
            if not url.database:
                raise OSError("it names no file")
            path = Path(url.database)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # only its owner reads the marks
        with Gradebook(url.render_as_string(hide_password=False)) as book:
            yield book
    except (SQLAlchemyError, api.InvalidEntry, ImportError, OSError) as error:
        lines = str(getattr(error, "orig", None) or error).strip().splitlines()
        reason = (lines or [type(error).__name__])[0][:200]
        raise GradebookError(
            f"The gradebook {shown} cannot be used ({reason}). If another version of nbgrader made it, save "
            "a copy and run 'nbgrader db upgrade'."
        ) from None


def write(address: str, assignment: Assignment, marked: Iterable[tuple[Result, View]]) -> bool:
    """Write every submission that the gradebook does not hold as it should; returns whether there was one.

    Raises `GradebookError` where that cannot be done, or where it holds another version of the assignment.
    """
    name = assignment.name
    texts = {cell for cell, source in assignment.list_cells().items() if is_solution(source)}
    should = {make_student_id(result.student): _make_rows(result, view, texts) for result, view in marked}
    with open_gradebook(address) as book:
        _prepare(book, assignment, texts)
        held = read_rows(book, name)
        changed = sorted(student for student, rows in should.items() if held.get(student) != rows)
        for student in changed:
            book.update_or_create_student(student)
            notebook = book.update_or_create_submission(name, student).notebooks[0]
            for grade in notebook.grades:
                *scores, notebook.late_submission_penalty, _ = should[student][grade.name]
                for score, value in zip(SCORES, scores, strict=True):
                    setattr(grade, score, value)
            for comment in notebook.comments:
                comment.manual_comment = should[student].get(comment.name, ("",))[-1] or None
            book.db.commit()
    return bool(changed)


def _make_rows(result: Result, view: View, texts: set[str]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for name, mark in view.marks.items():
        by_hand = mark.points if mark.by != MACHINE else None
        said = mark.comment.replace("\0", "").encode("utf-8", "replace").decode() if name in texts else ""
        rows[name] = result.cells[name].points, by_hand, mark.points is None, None, view.off, said
    return rows


def read_rows(book: Gradebook, assignment: str) -> dict[str, dict[str, Row]]:
    """What a gradebook holds of an assignment, by student and graded cell."""
    found: dict[str, dict[str, Row]] = defaultdict(dict)
    comments = _select(book, assignment, api.Comment, api.Comment.manual_comment)
    said = {(student, cell): text or "" for student, cell, text in comments}
    columns = *(getattr(api.Grade, name) for name in SCORES), api.SubmittedNotebook.late_submission_penalty
    for student, cell, *points, late in _select(book, assignment, api.Grade, *columns):
        found[student][cell] = (*points, late or 0.0, said.get((student, cell), ""))
    return dict(found)


def _select(book: Gradebook, assignment: str, kind: Any, *columns: object) -> list[tuple]:
    query = book.db.query(api.SubmittedAssignment.student_id, api.BaseCell.name, *columns).select_from(kind)
    query = query.join(kind.cell).join(kind.notebook).join(api.SubmittedAssignment)
    ours = api.SubmittedAssignment.assignment_id == book.find_assignment(assignment).id
    return [tuple(row) for row in query.filter(ours)]


def make_student_id(student: str) -> str:
    """The id of a student in the gradebook: the name itself, unless a database could not hold it."""
    return student if student.isprintable() and len(student) <= LONGEST_ID else make_file_name(student + "\0")


def _prepare(book: Gradebook, assignment: Assignment, solutions: set[str]) -> None:
    """Make the rows of an assignment, or see that those that are there fit."""
    name, cells, graded = assignment.name, assignment.list_cells(), assignment.list_points()
    book.update_or_create_assignment(name)
    try:
        there = book.find_notebook(name, name)
    except api.MissingEntry:
        book.add_notebook(name, name, kernelspec=KERNEL)
    else:
        held = {cell.name for cell in there.grade_cells}, {cell.name for cell in there.solution_cells}
        if changed := sorted((held[0] ^ graded.keys()) | (held[1] ^ solutions)):
            raise GradebookError(
                f"The gradebook holds another version of {name} (cells {', '.join(changed[:4])}): name "
                f"another with --db, or take that version out: nbgrader db assignment remove {name} --force."
            )
    for cell, points in graded.items():
        book.update_or_create_grade_cell(cell, name, name, max_score=points, cell_type=cells[cell].cell_type)
    for cell in solutions:
        book.update_or_create_solution_cell(cell, name, name)
    for cell, source in cells.items():
        facts = {"cell_type": source.cell_type, "locked": is_locked(source), "source": source.source}
        book.update_or_create_source_cell(cell, name, name, checksum=utils.compute_checksum(source), **facts)
