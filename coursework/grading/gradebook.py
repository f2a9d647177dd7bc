"""nbgrader's gradebook: the same tables on SQLite or PostgreSQL, written one submission at a time.

What was graded is kept in `results/` first; the gradebook follows it and can be made again from it. One
submission is one transaction, so that two runs on one database leave whole submissions behind, whoever was last.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import sqlalchemy
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader import api, utils
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import URL, Connection, Engine, Table, event, insert, select, update
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InterfaceError, OperationalError

from coursework.grading.assignment import Assignment, grade_id
from coursework.grading.marks import Mark
from coursework.grading.progress import Progress, say
from coursework.grading.store import Result

COURSE = "default_course"  # nbgrader's own name for the only course
LONGEST_ID = 128
FORMS = "sqlite:///file, or postgresql://user@host/database"
QUIETLY = 2.0  # seconds of trouble of which nothing is said
TRIES = 20  # where another run writes the same rows
_STUDENT, _COURSE = api.Student.__table__, api.Course.__table__
_ASSIGNMENT, _NOTEBOOK = api.Assignment.__table__, api.Notebook.__table__
_BASE, _SOURCE = api.BaseCell.__table__, api.SourceCell.__table__
_SUBMITTED, _SUBMITTED_NOTEBOOK = api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__
_GRADE, _COMMENT = api.Grade.__table__, api.Comment.__table__
# Kinds of cells as nbgrader names them, each with a table that extends the one of all cells.
_KINDS = {"GradeCell": api.GradeCell.__table__, "SolutionCell": api.SolutionCell.__table__}


class GradebookError(Exception):
    """The gradebook cannot be used; the message says why, in one sentence."""


Rows = dict[str, dict[str, Any]]  # by the cell's name


def address(text: str) -> URL:
    """The database that somebody named.

    Raises
    ------
    GradebookError
        If it is neither SQLite nor PostgreSQL.
    """
    try:
        url = sqlalchemy.make_url(text)
    except ArgumentError:
        raise GradebookError(f"{text!r} is no database; accepted are {FORMS}.") from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database:
        return url
    raise GradebookError(f"{shown(url)!r} is no database for grades; accepted are {FORMS}.")


def file(folder: Path) -> URL:
    """The gradebook that lies in a folder of results."""
    return URL.create("sqlite", database=str(folder.absolute() / "gradebook.db"))


def shown(url: URL) -> str:
    """A database as a person names it, without its password."""
    return unquote(url.render_as_string()).replace("postgresql+psycopg", "postgresql", 1)


def connected(url: URL) -> Engine:
    """An engine whose transactions are whole on both databases."""
    if url.drivername != "sqlite":
        return sqlalchemy.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # Only its owner reads the marks.
    os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, 0o600))
    engine = sqlalchemy.create_engine(url)

    # Python's sqlite3 begins a transaction at the first change; what was read before could have changed by then.
    @event.listens_for(engine, "connect")
    def _plain(connection, _record) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class Gradebook:
    """The gradebook of one assignment; a context that closes its connections.

    `wait` is how many seconds the database may be away.
    """

    def __init__(self, url: URL, assignment: Assignment, wait: int) -> None:
        self._url, self._assignment, self.wait = url, assignment, wait
        self._graded = assignment.graded()
        self._held: dict[str, str] = {}
        self._down = False
        self.shown = shown(url)
        self.complete = True  # whether everything could be written

    def __enter__(self) -> Gradebook:
        try:
            self._engine = connected(self._url)
            self._attempt(lambda c: prepare(c, self._assignment), patient=False)
            self._held = self._attempt(self._digests, patient=False)
        except (DBAPIError, OSError) as error:
            raise GradebookError(f"The gradebook {self.shown} cannot be opened ({_reason(error)}).") from None
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def write_all(self, marked: list[tuple[Result, dict[str, Mark]]]) -> bool:
        """Write every submission that the gradebook does not hold as it should; whether there was one."""
        missing = [(result, marks) for result, marks in marked if self._differs(*self._wanted(result, marks))]
        progress = Progress(len(missing))
        written = False
        for result, marks in missing:
            written |= self.write(result, marks)
            progress.advance(f"{result.student} into the gradebook")
        progress.close()
        return written

    def write(self, result: Result, marks: dict[str, Mark]) -> bool:
        """Write one submission unless the gradebook holds it already; whether it was written.

        A database that is away is waited for; once it was away too long, that is said and nothing is written
        any more.
        """
        student, grades, comments = self._wanted(result, marks)
        if self._down or not self._differs(student, grades, comments):
            return False
        try:
            self._attempt(lambda c: _write(c, self._assignment.name, student, grades, comments))
        except DBAPIError as error:
            self.complete = False
            self._down = isinstance(error, (OperationalError, InterfaceError))
            away = "is away" if self._down else f"did not take {student}"
            say(
                f"The gradebook {self.shown} {away} ({_reason(error)}); all results are kept, and the next run "
                "writes what is missing into it."
            )
            return False
        self._held[student] = _digest(grades, comments)
        return True

    def _wanted(self, result: Result, marks: dict[str, Mark]) -> tuple[str, Rows, Rows]:
        """A student's id, and the rows that the submission should have: grades, and comments of a person."""
        grades, comments = {}, {}
        for name in self._graded.keys() & result.cells.keys():
            found, mark = result.cells[name].points, marks[name]
            grades[name] = {
                "auto_score": None if found is None else float(found),
                "manual_score": mark.points if found is None else None,
                "needs_manual_grade": mark.points is None,
            }
            comments[name] = {"manual_comment": _text(mark.comment) or None}
        return student_id(result.student), grades, comments

    def _differs(self, student: str, grades: Rows, comments: Rows) -> bool:
        return self._held.get(student) != _digest(grades, comments)

    def _attempt(self, act: Callable[[Connection], Any], patient: bool = True) -> Any:
        """Do something in one transaction, again and again while the database is away or another run is faster."""
        started, pause, told, clashes = time.monotonic(), 0.02, False, 0
        while True:
            try:
                with self._engine.begin() as connection:
                    done = act(connection)
                if told:
                    say("The gradebook is back.")
                return done
            except IntegrityError:
                clashes += 1
                if clashes == TRIES:
                    raise
            except (OperationalError, InterfaceError) as error:
                away = time.monotonic() - started
                if away > (self.wait if patient else QUIETLY):
                    raise
                if patient and away > QUIETLY and not told:
                    told = True
                    say(
                        f"The gradebook {self.shown} does not answer ({_reason(error)}); "
                        f"waiting up to {self.wait} seconds for it."
                    )
            time.sleep(pause)
            pause = min(2 * pause, 1.0)

    def _digests(self, connection: Connection) -> dict[str, str]:
        """What the gradebook holds of each student's submission, as a short value."""
        found: dict[str, tuple[Rows, Rows]] = defaultdict(lambda: ({}, {}))
        for place, rows in enumerate((grade_rows, comment_rows)):
            for row in rows(connection, self._assignment.name):
                values = dict(row)
                student, cell = values.pop("student"), values.pop("cell")
                found[student][place][cell] = values
        return {student: _digest(*rows) for student, rows in found.items()}


def student_id(student: str) -> str:
    """The id of a student in the gradebook: the name itself, unless a database could not hold it."""
    plain = _text(student)
    if plain == student and len(student) <= LONGEST_ID:
        return student
    digest = hashlib.sha256(student.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{plain[:60]}-{digest}"


def grade_rows(connection: Connection, assignment: str) -> list[sqlalchemy.RowMapping]:
    """Every grade of an assignment: student, cell, auto_score, manual_score, needs_manual_grade; in order."""
    return _rows(connection, assignment, _GRADE, "auto_score", "manual_score", "needs_manual_grade")


def comment_rows(connection: Connection, assignment: str) -> list[sqlalchemy.RowMapping]:
    """Every comment of an assignment: student, cell, manual_comment; in order."""
    return _rows(connection, assignment, _COMMENT, "manual_comment")


def _rows(connection: Connection, assignment: str, table: Table, *values: str) -> list:
    query = (
        select(
            _SUBMITTED.c.student_id.label("student"),
            _BASE.c.name.label("cell"),
            *(table.c[name] for name in values),
        )
        .join_from(table, _BASE, table.c.cell_id == _BASE.c.id)
        .join(_SUBMITTED_NOTEBOOK, table.c.notebook_id == _SUBMITTED_NOTEBOOK.c.id)
        .join(_SUBMITTED, _SUBMITTED_NOTEBOOK.c.assignment_id == _SUBMITTED.c.id)
        .join(_ASSIGNMENT, _SUBMITTED.c.assignment_id == _ASSIGNMENT.c.id)
        .where(_ASSIGNMENT.c.name == assignment)
    )
    # Sorted here: databases sort text by different rules.
    return sorted(connection.execute(query).mappings(), key=lambda row: (row["student"], row["cell"]))


def _text(text: str) -> str:
    """A text that both databases can hold."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _digest(grades: Rows, comments: Rows) -> str:
    # A cell without a comment may have a row for one or not.
    told = {name: row for name, row in comments.items() if row["manual_comment"]}
    return hashlib.sha256(repr((sorted(grades.items()), sorted(told.items()))).encode()).hexdigest()


def _write(connection: Connection, assignment: str, student: str, grades: Rows, comments: Rows) -> None:
    """Make one submission's rows what they should be."""
    locked = select(_STUDENT.c.id).where(_STUDENT.c.id == student).with_for_update()
    if connection.execute(locked).first() is None:
        connection.execute(insert(_STUDENT).values(id=student))
    of_assignment = _id(connection, _ASSIGNMENT, name=assignment)
    notebook = _id(connection, _NOTEBOOK, name=assignment, assignment_id=of_assignment)
    submitted = _made(connection, _SUBMITTED, assignment_id=of_assignment, student_id=student)
    place = _made(connection, _SUBMITTED_NOTEBOOK, assignment_id=submitted, notebook_id=notebook)
    cells = _cells(connection, notebook)
    _fill(connection, _GRADE, place, {cells["GradeCell", name]: row for name, row in grades.items()})
    # As in nbgrader, an answer has a row for a comment, empty or not; a test has one if there is a comment.
    answers = {cell: {"manual_comment": None} for (kind, _), cell in cells.items() if kind == "SolutionCell"}
    said = {
        cells.get(("SolutionCell", name), cells["GradeCell", name]): row for name, row in comments.items()
    }
    _fill(connection, _COMMENT, place, answers | said, needed=set(answers))


def _fill(
    connection: Connection, table: Table, notebook: str, rows: Rows, needed: set[str] | None = None
) -> None:
    """Insert or update rows of one submitted notebook, by the id of their cell.

    Rows that say nothing are inserted for the cells in `needed` only, or for all where it is None.
    """
    there = {
        row.cell_id: row for row in connection.execute(select(table).where(table.c.notebook_id == notebook))
    }
    for cell, values in rows.items():
        if cell not in there:
            if needed is not None and cell not in needed and not any(values.values()):
                continue
            new = {"id": api.new_uuid(), "notebook_id": notebook, "cell_id": cell}
            connection.execute(insert(table).values(**new, **values))
        elif any(getattr(there[cell], name) != value for name, value in values.items()):
            connection.execute(update(table).where(table.c.id == there[cell].id).values(**values))


def _id(connection: Connection, table: Table, **key: str) -> str | None:
    query = select(table.c.id).where(*(table.c[name] == value for name, value in key.items()))
    return connection.execute(query).scalar()


def _made(connection: Connection, table: Table, **key: str) -> str:
    """The id of the row with this key, which is made if it is not there."""
    found = _id(connection, table, **key)
    if found is None:
        found = api.new_uuid()
        connection.execute(insert(table).values(id=found, **key))
    return found


def _cells(connection: Connection, notebook: str) -> dict[tuple[str, str], str]:
    query = select(_BASE.c.type, _BASE.c.name, _BASE.c.id).where(_BASE.c.notebook_id == notebook)
    return {(kind, name): cell for kind, name, cell in connection.execute(query)}


def prepare(connection: Connection, assignment: Assignment) -> None:
    """Make the tables and the assignment's rows, or see that those that are there fit.

    Raises
    ------
    GradebookError
        If the tables are another nbgrader's, or the assignment has other cells.
    """
    if connection.dialect.name == "postgresql":
        # Two runs may come to an empty database at the same time.
        connection.execute(select(sqlalchemy.func.pg_advisory_xact_lock(0x6772616465)))
    ensure_schema(connection)
    if _id(connection, _COURSE, id=COURSE) is None:
        connection.execute(insert(_COURSE).values(id=COURSE))
    kernel = '{"display_name": "Python 3", "language": "python", "name": "python3"}'
    of_assignment = _id(connection, _ASSIGNMENT, name=assignment.name)
    if of_assignment is None:
        of_assignment = api.new_uuid()
        row = {"id": of_assignment, "name": assignment.name, "course_id": COURSE}
        connection.execute(insert(_ASSIGNMENT).values(row))
    notebook = _id(connection, _NOTEBOOK, name=assignment.name, assignment_id=of_assignment)
    if notebook is None:
        notebook = api.new_uuid()
        row = {"id": notebook, "name": assignment.name, "assignment_id": of_assignment, "kernelspec": kernel}
        connection.execute(insert(_NOTEBOOK).values(row))
        _add_cells(connection, notebook, assignment)
    _check_cells(connection, notebook, assignment)


def _add_cells(connection: Connection, notebook: str, assignment: Assignment) -> None:
    for (kind, name), values in _kinds(assignment).items():
        cell = api.new_uuid()
        connection.execute(insert(_BASE).values(id=cell, name=name, notebook_id=notebook, type=kind))
        connection.execute(insert(_KINDS[kind]).values(id=cell, **values))
    for name, cell in assignment.known().items():
        row = {
            "id": api.new_uuid(),
            "name": name,
            "cell_type": cell.cell_type,
            "locked": utils.is_locked(cell),
            "source": cell.source,
            "checksum": cell.metadata.nbgrader.get("checksum"),
            "notebook_id": notebook,
        }
        connection.execute(insert(_SOURCE).values(row))


def _check_cells(connection: Connection, notebook: str, assignment: Assignment) -> None:
    there, wanted = _cells(connection, notebook), _kinds(assignment)
    if changed := sorted({name for _, name in there.keys() ^ wanted.keys()}):
        raise GradebookError(
            f"The gradebook holds another version of {assignment.name} (cells {', '.join(changed[:4])}): name "
            f"another with --db, or take that version out: nbgrader db assignment remove {assignment.name} --force."
        )
    points = _KINDS["GradeCell"]
    for (kind, name), values in wanted.items():
        if kind == "GradeCell":
            other = (points.c.id == there[kind, name]) & (points.c.max_score != values["max_score"])
            if connection.execute(select(points.c.id).where(other)).first():
                connection.execute(update(points).where(other).values(max_score=values["max_score"]))


def _kinds(assignment: Assignment) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of the assignment's cells by kind and name; a cell may be of both kinds."""
    found = {}
    for cell in assignment.notebook.cells:
        if utils.is_grade(cell):
            points = float(cell.metadata.nbgrader.points)
            found["GradeCell", grade_id(cell)] = {"max_score": points, "cell_type": cell.cell_type}
        if utils.is_solution(cell):
            found["SolutionCell", grade_id(cell)] = {}
    return found


def ensure_schema(connection: Connection) -> None:
    """Make nbgrader's tables in an empty database.

    Raises
    ------
    GradebookError
        If there are tables, of another version.
    """
    scripts = migrations()
    context = MigrationContext.configure(connection)
    tables = sqlalchemy.inspect(connection).get_table_names()
    if not tables:
        api.Base.metadata.create_all(connection)
        context.stamp(scripts, "head")
    elif context.get_current_revision() != scripts.get_current_head():
        url = unquote(connection.engine.url.render_as_string())  # alembic takes no escaped characters
        raise GradebookError(
            f"The tables in {url} are of another version of nbgrader; save a copy, then run "
            f"'nbgrader db upgrade --CourseDirectory.db_url={url}'."
        )


def migrations() -> ScriptDirectory:
    """The versions of nbgrader's tables."""
    config = Config()
    config.set_main_option("script_location", ALEMBIC_DIR)
    return ScriptDirectory.from_config(config)


@contextmanager
def reading(url: URL) -> Iterator[Connection]:
    """A connection to a gradebook that is there already.

    Raises
    ------
    GradebookError
        If there is none.
    """
    if url.drivername == "sqlite" and not Path(url.database).is_file():
        raise GradebookError(f"There is no gradebook {url.database}.")
    engine = connected(url)
    try:
        with engine.begin() as connection:
            if not sqlalchemy.inspect(connection).has_table(_GRADE.name):
                raise GradebookError(f"{shown(url)} holds no gradebook.")
            yield connection
    except (OperationalError, InterfaceError) as error:
        raise GradebookError(f"The gradebook {shown(url)} cannot be read ({_reason(error)}).") from None
    finally:
        engine.dispose()


def _reason(error: Exception) -> str:
    told = str(getattr(error, "orig", None) or error).strip().splitlines()
    return (told or [type(error).__name__])[0][:200]
