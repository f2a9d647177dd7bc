"""Write nbgrader's own gradebook from the files, at the end of each run.

Its address is SQLite in the folder of results by default, or any database that SQLAlchemy has a driver for,
such as PostgreSQL. Anything missing is written by the next run.
"""

import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

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
    changed, graded = False, assignment.list_points()
    texts = {cell for cell, source in assignment.list_cells().items() if is_solution(source)}
    with open_gradebook(address) as book:
        _prepare(book, assignment, texts)
        for result, view in marked:
            submission = _open_submission(book, assignment.name, result.student)
            with book.db.no_autoflush:  # so that changes are still seen as such below
                _fill(submission.notebooks[0], result, view, graded)
                changed |= any(map(book.db.is_modified, book.db.dirty))
            book.db.commit()
    return changed


def _fill(notebook: api.SubmittedNotebook, result: Result, view: View, graded: Collection[str]) -> None:
    earned = sum(mark.points or 0 for mark in view.marks.values())
    notebook.late_submission_penalty = max(round(earned - view.points, 2), 0)
    for grade in notebook.grades:
        mark = view.marks[grade.name]
        grade.auto_score, grade.extra_credit = result.cells[grade.name].points, None
        grade.manual_score = mark.points if mark.by != MACHINE else None
        grade.needs_manual_grade = mark.points is None
    for comment in notebook.comments:
        text = view.marks[comment.name].comment if comment.name in graded else ""
        comment.manual_comment = text.replace("\0", "").encode("utf-8", "replace").decode() or None


def _open_submission(book: Gradebook, assignment: str, student: str) -> api.SubmittedAssignment:
    usable = student.isprintable() and len(student) <= LONGEST_ID  # by any database
    name = student if usable else make_file_name(student + "\0")
    try:
        return book.find_submission(assignment, name)
    except api.MissingEntry:
        book.update_or_create_student(name)
        return book.update_or_create_submission(assignment, name)


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
