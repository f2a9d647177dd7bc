"""The gradebook, on SQLite and on PostgreSQL: the same rows, whatever happens to those who write them."""

import multiprocessing
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from nbgrader.api import Gradebook as Theirs
from nbgrader.dbutil import ALEMBIC_DIR
from notebook_grader import assignment, gradebook
from notebook_grader.gradebook import Gradebook, GradebookError
from notebook_grader.marks import Mark
from notebook_grader.store import Cell, Result

from tests.coursework import hostile
from tests.coursework.classes import marked
from tests.waiting import until


def opened(database: str, small: assignment.Assignment, wait: int = 60) -> Gradebook:
    return Gradebook(gradebook.parse_address(database), small, wait)


def write(database: str, small: assignment.Assignment, *submissions: tuple[Result, dict[str, Mark]]) -> bool:
    """What a run does with these submissions; whether it wrote one."""
    with opened(database, small) as book:
        return book.write(submissions)


def grades(database: str) -> list[tuple]:
    with gradebook.open_tables(gradebook.parse_address(database)) as tables:
        return tables.list_grades(hostile.NAME)


def comments(database: str) -> list[tuple]:
    with gradebook.open_tables(gradebook.parse_address(database)) as tables:
        return tables.list_comments(hostile.NAME)


def test_what_is_written_is_read(database, small):
    assert write(database, small, marked("张伟 é"), marked("ann", 2.5, given=3.5, comment="Well put."))
    assert grades(database) == [
        ("ann", "answer-1-3", None, 3.5, False),
        ("ann", "tests-1-1", 2.5, None, False),
        ("ann", "tests-1-2", 0.0, None, False),
        ("张伟 é", "answer-1-3", None, None, True),
        ("张伟 é", "tests-1-1", 4.0, None, False),
        ("张伟 é", "tests-1-2", 0.0, None, False),
    ]
    assert comments(database) == [("ann", "answer-1-3", "Well put.")]


def test_nbgrader_takes_it_as_its_own(database, small):
    write(database, small, marked("ann", given=3.5))
    url = gradebook.parse_address(database).render_as_string(hide_password=False)
    with Theirs(url) as theirs:
        submission = theirs.find_submission(hostile.NAME, "ann")
        assert (submission.score, submission.max_score, submission.needs_manual_grade) == (7.5, 12, False)
        theirs.update_or_create_student("ann", first_name="Ann")
        theirs.find_grade("tests-1-1", hostile.NAME, hostile.NAME, "ann").extra_credit = 1.0
        theirs.db.commit()
    write(database, small, marked("ann", points=3, given=3.5))
    with Theirs(url) as theirs:
        assert theirs.find_submission(hostile.NAME, "ann").score == 7.5
        assert theirs.find_student("ann").first_name == "Ann"


def test_what_is_there_is_not_written_again(database, small):
    everybody = [marked(f"s{number}") for number in range(5)]
    with opened(database, small) as book:
        assert book.write(everybody)
        assert not book.write(everybody)
    assert not write(database, small, *everybody)
    assert write(database, small, *everybody[1:], marked("s0", points=1))
    assert [row[2] for row in grades(database) if row[:2] == ("s0", "tests-1-1")] == [1.0]


def test_a_mark_that_is_taken_back(database, small):
    with opened(database, small) as book:
        book.write([marked("ann", given=3.5, comment="Good")])
        book.write([marked("ann")])
    assert grades(database)[0] == ("ann", "answer-1-3", None, None, True)
    assert comments(database) == []


def test_a_comment_on_a_test(database, small):
    result, marks = marked("ann")
    result.cells["tests-1-1"] = Cell(None, 4, doubt="odd")
    marks["tests-1-1"] = Mark(2.0, "Read it.", "[odd]")
    assert write(database, small, (result, marks)) and not write(database, small, (result, marks))
    assert comments(database) == [("ann", "tests-1-1", "Read it.")]
    assert grades(database)[1] == ("ann", "tests-1-1", None, 2.0, False)


def test_names_that_no_database_likes(database, small):
    odd = ["x" * 300, "a\0b", "a\udce9b", "'; DROP TABLE grade; --"]
    everybody = [marked(name, comment="a\0b \udce9") for name in odd]
    with opened(database, small) as book:
        assert book.write(everybody) and book.complete
    assert not write(database, small, *everybody)
    rows = grades(database)
    assert len({row[0] for row in rows}) == 4 and len(rows) == 12
    assert ("'; DROP TABLE grade; --", "tests-1-1", 4.0, None, False) in rows


def write_five_times(database: str, small: assignment.Assignment, points: float) -> None:
    """Another run: it gives every test of eight students the same points, and the text too."""
    with opened(database, small) as book:
        for turn in range(5):
            for number in range(8):
                given = points + turn % 2
                result, marks = marked(f"s{number}", given, given=given)
                result.cells["tests-1-2"].points = given
                assert book.write([(result, marks)])
    assert book.complete


@pytest.mark.slow
def test_two_runs_write_at_the_same_time(database, small):
    """From an empty database on, the same students: no row is lost or double, and no submission is a
    mixture."""
    fork = multiprocessing.get_context("fork")
    runs = [fork.Process(target=write_five_times, args=(database, small, points)) for points in (1.0, 3.0)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(120)
        assert run.exitcode == 0
    rows = grades(database)
    assert [row[:2] for row in rows] == [
        (f"s{n}", cell) for n in range(8) for cell in ("answer-1-3", "tests-1-1", "tests-1-2")
    ]
    for text, one, other in zip(rows[::3], rows[1::3], rows[2::3]):
        assert one[2] == other[2] == text[3] and text[3] in (1.0, 3.0), (text, one, other)


@pytest.mark.slow
def test_the_database_stops_and_starts(server, small, capfd):
    """Under a run, and before another begins."""
    database = server.database()

    def stopped(act: Callable[[], object]) -> None:
        """Do something while the server is away, which comes back once it is missed."""

        def is_missed() -> bool:
            nonlocal told
            told += capfd.readouterr().err
            return "does not answer" in told

        told = ""
        server.stop()
        waiting = threading.Thread(target=act)
        waiting.start()
        until(is_missed, "the gradebook says that it waits", 60)
        server.start()
        waiting.join(60)
        told += capfd.readouterr().err
        assert told.count("does not answer") == 1 and told.count("The gradebook is back.") == 1

    with opened(database, small) as book:
        book.write([marked("before")])
        stopped(lambda: book.write([marked("during")]))
        book.write([marked("after")])
        assert book.complete
    stopped(lambda: write(database, small, marked("begun")))
    assert {row[0] for row in grades(database)} == {"before", "during", "after", "begun"}


@pytest.mark.slow
def test_a_database_that_stays_away_loses_nothing(server, small, capfd):
    database = server.database()
    everybody = [marked(f"s{number}") for number in range(3)]
    with opened(database, small, wait=1) as book:
        book.write([everybody[0]])
        server.stop()
        assert not book.write(everybody)
        assert not book.complete
    told = capfd.readouterr().err
    assert told.count("is away (") == 1 and "the next run writes what is missing" in told
    server.start()
    assert write(database, small, *everybody)
    assert {row[0] for row in grades(database)} == {"s0", "s1", "s2"}


@pytest.mark.parametrize(
    ("database", "sentence"),
    [
        (
            "mysql://root@host/grades",
            "'mysql://root@host/grades' is no database for grades; accepted are sqlite",
        ),
        ("nonsense", "'nonsense' is no database; accepted are sqlite:///file, or postgresql"),
        ("sqlite://", "accepted are"),
        ("postgresql://me:secret@127.0.0.1:1/grades", "me:***@127.0.0.1:1/grades cannot be opened"),
    ],
)
def test_one_sentence(small, database, sentence):
    with pytest.raises(GradebookError) as caught, opened(database, small, wait=1):
        pass
    assert sentence in str(caught.value) and "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_version_of_the_assignment(database, small, tmp_path):
    write(database, small, marked("ann"))
    changed = assignment.load(hostile.NAME, hostile.build(tmp_path / "built"))
    changed.notebook.cells = [c for c in changed.notebook.cells if assignment.get_grade_id(c) != "tests-1-2"]
    with pytest.raises(GradebookError, match=r"another version of 91_small \(cells tests-1-2\)"):
        opened(database, changed).__enter__()
    assert len(grades(database)) == 3


@pytest.mark.slow
def test_tables_of_an_older_nbgrader_are_upgraded(database, small):
    """As the message says, with nbgrader's own command; who is in it stays."""
    url = gradebook.parse_address(database)
    engine = gradebook.create_engine(url)
    with engine.begin() as connection:
        gradebook.ensure_schema(connection)
        connection.execute(sqlalchemy.text("INSERT INTO student (id, first_name) VALUES ('ann', 'Ann')"))
        # Back to the version before: nbgrader's last change brought courses.
        context = MigrationContext.configure(connection)
        with Operations(context).batch_alter_table("assignment") as assignments:
            assignments.drop_column("course_id")
        connection.execute(sqlalchemy.text("DROP TABLE course"))
        config = Config()
        config.set_main_option("script_location", ALEMBIC_DIR)
        scripts = ScriptDirectory.from_config(config)
        context.stamp(scripts, scripts.get_revision(scripts.get_current_head()).down_revision)
    engine.dispose()
    with pytest.raises(GradebookError, match="another version of nbgrader") as caught:
        opened(database, small).__enter__()
    command = re.search("'nbgrader (db upgrade .*)'", str(caught.value))[1]
    # nbgrader calls alembic by its name.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [sys.executable, "-m", "nbgrader", *command.split()],
        check=True,
        capture_output=True,
        cwd="/tmp",
        env={**os.environ, "PATH": path},
    )
    assert write(database, small, marked("ann"))
    assert len(grades(database)) == 3
    with Theirs(url.render_as_string()) as theirs:
        assert theirs.find_student("ann").first_name == "Ann"
