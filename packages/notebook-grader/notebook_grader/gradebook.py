"""Write nbgrader's own gradebook from the files, at the end of each run.

Its address is SQLite in the folder of results by default, or any database that SQLAlchemy has a driver for,
such as PostgreSQL. Anything missing is written by the next run.
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

# A row of the gradebook: points of a test, points given by a person, whether a person still has to give them,
# extra credit (unused), deduction for lateness from the whole, and the person's comment.
Row = tuple[float | None, float | None, bool, float | None, float, str]
SCORES = ("auto_score", "manual_score", "needs_manual_grade", "extra_credit")


class GradebookError(ValueError):
    """The gradebook cannot be used; the message is one sentence."""


def name_default(folder: Path) -> str:
    """Address of the gradebook in a folder of results."""
    return f"sqlite:///{folder.absolute() / 'gradebook.db'}"


@contextmanager
def open_gradebook(address: str) -> Iterator[Gradebook]:
    """Open or create the gradebook at an address. Raises `GradebookError` if it cannot be used."""
    # nbgrader logs the traceback of each error, which is reported here in a sentence.
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
                raise OSError("it does not name a file")
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
    """Write every submission that the gradebook lacks or holds otherwise; returns whether there was one.

    Raises `GradebookError` if it cannot be written, or holds another version of the assignment.
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
        comment = mark.comment.replace("\0", "").encode("utf-8", "replace").decode() if name in texts else ""
        rows[name] = result.cells[name].points, by_hand, mark.points is None, None, view.off, comment
    return rows


def read_rows(book: Gradebook, assignment: str) -> dict[str, dict[str, Row]]:
    """Read the rows of an assignment, by student and graded cell."""
    rows: dict[str, dict[str, Row]] = defaultdict(dict)
    selected = _select(book, assignment, api.Comment, api.Comment.manual_comment)
    comments = {(student, cell): text or "" for student, cell, text in selected}
    columns = *(getattr(api.Grade, name) for name in SCORES), api.SubmittedNotebook.late_submission_penalty
    for student, cell, *points, late in _select(book, assignment, api.Grade, *columns):
        rows[student][cell] = (*points, late or 0.0, comments.get((student, cell), ""))
    return dict(rows)


def _select(book: Gradebook, assignment: str, kind: Any, *columns: object) -> list[tuple]:
    query = book.db.query(api.SubmittedAssignment.student_id, api.BaseCell.name, *columns).select_from(kind)
    query = query.join(kind.cell).join(kind.notebook).join(api.SubmittedAssignment)
    ours = api.SubmittedAssignment.assignment_id == book.find_assignment(assignment).id
    return [tuple(row) for row in query.filter(ours)]


def make_student_id(student: str) -> str:
    """Id of a student in the gradebook: the name, unless a database could not hold it."""
    return student if student.isprintable() and len(student) <= LONGEST_ID else make_file_name(student + "\0")


def _prepare(book: Gradebook, assignment: Assignment, solutions: set[str]) -> None:
    """Create the rows of an assignment, or check that the existing ones fit."""
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
                f"The gradebook holds another version of {name} (cells {', '.join(changed[:4])}): choose "
                f"another with --db, or remove that version: nbgrader db assignment remove {name} --force."
            )
    for cell, points in graded.items():
        book.update_or_create_grade_cell(cell, name, name, max_score=points, cell_type=cells[cell].cell_type)
    for cell in solutions:
        book.update_or_create_solution_cell(cell, name, name)
    for cell, source in cells.items():
        facts = {"cell_type": source.cell_type, "locked": is_locked(source), "source": source.source}
        book.update_or_create_source_cell(cell, name, name, checksum=utils.compute_checksum(source), **facts)
