"""nbgrader's gradebook: the same tables on SQLite or PostgreSQL, written while the grading goes on.

Results are kept in `results/` first; the gradebook follows them and can be made again from them. A
transaction holds whole submissions, those that are there when it begins, so two runs on one database leave
whole submissions behind, whoever was last.
"""

import hashlib
import logging
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote

import sqlalchemy
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader import api, utils
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import URL, Connection, Engine, event, select
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from notebook_grader.assignment import Assignment
from notebook_grader.marks import Mark
from notebook_grader.progress import Progress, show_message
from notebook_grader.store import Result

LONGEST_ID = 128
ACCEPTED = "sqlite:///file, or postgresql://user@host/database"
SILENT_SECONDS = 2.0  # trouble that ends sooner is not worth a message
AWAY = (OperationalError, InterfaceError)
BATCH = 50  # submissions in one transaction
GRADE_COLUMNS = ("auto_score", "manual_score", "needs_manual_grade")
KERNEL = '{"display_name": "Python 3", "language": "python", "name": "python3"}'


class GradebookError(Exception):
    """The gradebook cannot be used; the message says why, in one sentence."""


def parse_address(text: str) -> URL:
    """The database that somebody named.

    Raises
    ------
    GradebookError
        If it is neither SQLite nor PostgreSQL.
    """
    try:
        url = sqlalchemy.make_url(text)
    except ArgumentError:
        raise GradebookError(f"{text!r} is no database; accepted are {ACCEPTED}.") from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database:
        return url
    raise GradebookError(f"{describe(url)!r} is no database for grades; accepted are {ACCEPTED}.")


def make_default_address(folder: Path) -> URL:
    """The gradebook that lies in a folder of results."""
    return URL.create("sqlite", database=str(folder.absolute() / "gradebook.db"))


def describe(url: URL) -> str:
    """A database as a person names it, without its password."""
    return unquote(url.render_as_string()).replace("postgresql+psycopg", "postgresql", 1)


def create_engine(url: URL) -> Engine:
    """An engine whose transactions are whole on both databases."""
    if url.drivername != "sqlite":
        return sqlalchemy.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # Only its owner reads the marks.
    os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, 0o600))
    engine = sqlalchemy.create_engine(url)

    # Python's sqlite3 begins a transaction at the first change; what was read before could have changed by
    # then.
    @event.listens_for(engine, "connect")
    def _leave_transactions_to_us(connection, _record) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class Tables(api.Gradebook):
    """nbgrader's own gradebook within one transaction: what it commits becomes a savepoint of that."""

    def __init__(self, connection: Connection) -> None:
        self.engine, self.course_id, self.authenticator = connection.engine, "default_course", None
        self.db = Session(
            connection, join_transaction_mode="create_savepoint", autoflush=False, expire_on_commit=False
        )

    def __exit__(self, kind: type | None, *_: object) -> None:
        if kind is None:
            self.db.commit()
        self.db.close()

    def list_grades(self, assignment: str) -> list[tuple]:
        """Every grade of an assignment: student, cell, auto_score, manual_score, needs_manual_grade; in
        order."""
        return self._select_rows(assignment, api.Grade, *GRADE_COLUMNS)

    def list_comments(self, assignment: str) -> list[tuple]:
        """Every comment of an assignment that says something: student, cell, manual_comment; in order."""
        return [row for row in self._select_rows(assignment, api.Comment, "manual_comment") if row[-1]]

    def _select_rows(self, assignment: str, kind: type, *columns: str) -> list[tuple]:
        query = (
            select(
                api.SubmittedAssignment.student_id, api.BaseCell.name, *(getattr(kind, c) for c in columns)
            )
            .select_from(kind)
            .join(kind.cell)
            .join(kind.notebook)
            .join(api.SubmittedNotebook.assignment)
            .join(api.SubmittedAssignment.assignment)
            .where(api.Assignment.name == assignment)
        )
        # Sorted here: databases sort text by different rules.
        return sorted((tuple(row) for row in self.db.execute(query)), key=lambda row: row[:2])


# What one submission should hold by cell: the values of GRADE_COLUMNS, and what a person said.
Held = tuple[dict[str, tuple], dict[str, str]]


class Gradebook:
    """The gradebook of one assignment; a context that closes its connections.

    `wait` is how many seconds the database may be away.
    """

    def __init__(self, url: URL, assignment: Assignment, wait: int) -> None:
        self._url, self._assignment, self.wait = url, assignment, wait
        self._graded = assignment.list_graded_cells()
        self._written: dict[str, Held] = {}  # what the gradebook holds by student
        self._down = False
        self.name = describe(url)
        self.complete = True  # whether everything could be written

    def __enter__(self) -> Self:
        # nbgrader logs the whole trace of each error; what a person needs to know is said by `show_message`.
        logging.getLogger("tornado.application").setLevel(logging.CRITICAL)
        try:
            self._engine = create_engine(self._url)
            self._retry(lambda c: prepare_tables(c, self._assignment))
            self._written = self._retry(self._read)
        except (DBAPIError, OSError) as error:
            raise GradebookError(f"The gradebook {self.name} cannot be opened ({_explain(error)}).") from None
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def write(self, marked: Iterable[tuple[Result, dict[str, Mark]]]) -> bool:
        """Write every submission that the gradebook does not hold as it should; whether there was one.

        A database that is away is waited for; once it was away too long, that is said and nothing is written
        any more.
        """
        should = {make_student_id(result.student): self._make_rows(result, marks) for result, marks in marked}
        # In the same order everywhere, so that two runs do not wait for each other's rows.
        rows = sorted(one for one in should.items() if self._written.get(one[0]) != one[1])
        progress = Progress(len(rows) if len(rows) > BATCH else 0)
        written = False
        for start in range(0, len(rows), BATCH):
            written |= self._write(rows[start : start + BATCH])
            progress.advance("into the gradebook", len(rows[start : start + BATCH]))
        progress.close()
        return written

    def _write(self, rows: list[tuple[str, Held]]) -> bool:
        """Write these in one transaction, or one by one where that fails; whether one was written."""
        if self._down:
            return False
        try:
            self._retry(lambda c: _write(c, self._assignment.name, rows))
        except DBAPIError as error:
            self._down = isinstance(error, AWAY)
            if len(rows) > 1 and not self._down:
                written = [self._write([row]) for row in rows]
                return any(written)
            self.complete = False
            away = "is away" if self._down else f"did not take {rows[0][0]}"
            show_message(
                f"The gradebook {self.name} {away} ({_explain(error)}); all results are kept, and the next "
                "run writes what is missing into it."
            )
            return False
        self._written |= dict(rows)
        return True

    def _make_rows(self, result: Result, marks: dict[str, Mark]) -> Held:
        grades, comments = {}, {}
        for name in self._graded.keys() & result.cells.keys():
            points, mark = result.cells[name].points, marks[name]
            by_hand = mark.points if points is None else None
            grades[name] = (None if points is None else float(points), by_hand, mark.points is None)
            if comment := _make_storable(mark.comment):
                comments[name] = comment
        return grades, comments

    def _retry(self, act: Callable[[Connection], Any]) -> Any:
        """Do something in one transaction, again while the database is away or another run is faster."""
        started, pause, told = time.monotonic(), 0.02, False
        while True:
            try:
                with self._engine.begin() as connection:
                    done = act(connection)
                if told:
                    show_message("The gradebook is back.")
                return done
            except (DBAPIError, api.InvalidEntry) as raised:
                # nbgrader raises its own error while it handles the database's.
                error = raised.__context__ if isinstance(raised, api.InvalidEntry) else raised
            waited = time.monotonic() - started
            if waited > self.wait or not isinstance(error, (*AWAY, IntegrityError)):
                raise error
            if waited > SILENT_SECONDS and isinstance(error, AWAY) and not told:
                told = True
                show_message(
                    f"The gradebook {self.name} does not answer ({_explain(error)}); "
                    f"waiting up to {self.wait} seconds for it."
                )
            time.sleep(pause)
            pause = min(2 * pause, 1.0)

    def _read(self, connection: Connection) -> dict[str, Held]:
        held: dict[str, Held] = defaultdict(lambda: ({}, {}))
        with Tables(connection) as tables:
            for student, cell, *values in tables.list_grades(self._assignment.name):
                held[student][0][cell] = tuple(values)
            for student, cell, comment in tables.list_comments(self._assignment.name):
                held[student][1][cell] = comment
        return held


def make_student_id(student: str) -> str:
    """The id of a student in the gradebook: the name itself, unless a database could not hold it."""
    plain = _make_storable(student)
    if plain == student and len(student) <= LONGEST_ID:
        return student
    digest = hashlib.sha256(student.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{plain[:60]}-{digest}"


def _make_storable(text: str) -> str:
    """A text that both databases can hold."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _write(connection: Connection, assignment: str, rows: list[tuple[str, Held]]) -> None:
    """Make the rows of these submissions what they should be."""
    with Tables(connection) as tables:
        for student, (grades, comments) in rows:
            if tables.db.get(api.Student, student, with_for_update=True) is None:
                tables.add_student(student)
            notebook = tables.update_or_create_submission(assignment, student).notebooks[0]
            for grade in notebook.grades:
                if grade.name in grades:
                    grade.auto_score, grade.manual_score, grade.needs_manual_grade = grades[grade.name]
            # nbgrader has a comment for each answer; one on a test is added where a person wrote it.
            there = {comment.name: comment for comment in notebook.comments}
            for cell in notebook.notebook.grade_cells:
                if cell.name in comments and cell.name not in there:
                    there[cell.name] = api.Comment(cell_id=cell.id, notebook_id=notebook.id)
                    tables.db.add(there[cell.name])
            for name, comment in there.items():
                comment.manual_comment = comments.get(name)


def prepare_tables(connection: Connection, assignment: Assignment) -> None:
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
    name = assignment.name
    with Tables(connection) as tables:
        tables.check_course()
        tables.update_or_create_assignment(name)
        try:
            tables.find_notebook(name, name)
        except api.MissingEntry:
            tables.add_notebook(name, name, kernelspec=KERNEL)
            _add_cells(tables, assignment)
        _check_cells(tables, assignment)


def _add_cells(tables: Tables, assignment: Assignment) -> None:
    name = assignment.name
    for cell, grade in assignment.list_graded_cells().items():
        points = float(grade.metadata.nbgrader.points)
        tables.add_grade_cell(cell, name, name, max_score=points, cell_type=grade.cell_type)
    for cell, source in assignment.list_cells().items():
        if utils.is_solution(source):
            tables.add_solution_cell(cell, name, name)
        tables.add_source_cell(
            cell,
            name,
            name,
            cell_type=source.cell_type,
            locked=utils.is_locked(source),
            source=source.source,
            checksum=source.metadata.nbgrader.get("checksum"),
        )


def _check_cells(tables: Tables, assignment: Assignment) -> None:
    notebook = tables.find_notebook(assignment.name, assignment.name)
    there = {("grade", cell.name) for cell in notebook.grade_cells}
    there |= {("solution", cell.name) for cell in notebook.solution_cells}
    graded = assignment.list_graded_cells()
    wanted = {("grade", name) for name in graded}
    wanted |= {
        ("solution", name) for name, cell in assignment.list_cells().items() if utils.is_solution(cell)
    }
    if changed := sorted({name for _, name in there ^ wanted}):
        raise GradebookError(
            f"The gradebook holds another version of {assignment.name} (cells {', '.join(changed[:4])}): "
            "name another with --db, or take that version out: "
            f"nbgrader db assignment remove {assignment.name} --force."
        )
    for cell in notebook.grade_cells:
        cell.max_score = float(graded[cell.name].metadata.nbgrader.points)


def ensure_schema(connection: Connection) -> None:
    """Make nbgrader's tables in an empty database.

    Raises
    ------
    GradebookError
        If there are tables, of another version.
    """
    config = Config()
    config.set_main_option("script_location", ALEMBIC_DIR)
    scripts = ScriptDirectory.from_config(config)
    context = MigrationContext.configure(connection)
    if not sqlalchemy.inspect(connection).get_table_names():
        api.Base.metadata.create_all(connection)
        context.stamp(scripts, "head")
    elif context.get_current_revision() != scripts.get_current_head():
        url = unquote(connection.engine.url.render_as_string())  # alembic takes no escaped characters
        raise GradebookError(
            f"The tables in {url} are of another version of nbgrader; save a copy, then run "
            f"'nbgrader db upgrade --CourseDirectory.db_url={url}'."
        )


@contextmanager
def open_tables(url: URL) -> Iterator[Tables]:
    """The tables of a gradebook that is there already.

    Raises
    ------
    GradebookError
        If there is none.
    """
    if url.drivername == "sqlite" and not Path(url.database).is_file():
        raise GradebookError(f"There is no gradebook {url.database}.")
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            if not sqlalchemy.inspect(connection).has_table(api.Grade.__tablename__):
                raise GradebookError(f"{describe(url)} holds no gradebook.")
            with Tables(connection) as tables:
                yield tables
    except AWAY as error:
        raise GradebookError(f"The gradebook {describe(url)} cannot be read ({_explain(error)}).") from None
    finally:
        engine.dispose()


def _explain(error: Exception) -> str:
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return (lines or [type(error).__name__])[0][:200]
