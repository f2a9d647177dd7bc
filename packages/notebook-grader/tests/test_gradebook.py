"""The gradebook, on SQLite and PostgreSQL: the same rows, readable by nbgrader."""

import copy
import sqlite3
from dataclasses import replace

import pytest
import small
from nbformat.v4 import new_markdown_cell
from nbgrader import utils
from nbgrader.api import Gradebook
from notebook_grader import cells, gradebook
from notebook_grader.cells import get_grade_id
from notebook_grader.gradebook import GradebookError
from small import HELD, make_result


def read(database: str) -> dict:
    """Scores and comment of each cell, by student."""
    rows: dict = {}
    with theirs(database) as book:
        for submission in book.assignment_submissions(small.NAME):
            own = rows[submission.student.id] = {}
            comments = {one.name: one.manual_comment for one in submission.notebooks[0].comments}
            for one in submission.notebooks[0].grades:
                scores = one.auto_score, one.manual_score, one.needs_manual_grade
                own[one.name] = *scores, comments.get(one.name)
    return rows


def theirs(database: str) -> Gradebook:
    return Gradebook(database.replace("postgresql://", "postgresql+psycopg://"))


def test_what_is_written_is_read_and_written_once(database):
    everybody = [make_result("张伟 é"), make_result("ann", 2.5, given=3.5, comment="Well put.")]
    assert gradebook.write(database, HELD, everybody)
    assert not gradebook.write(database, HELD, everybody)
    rows = read(database)
    assert rows["ann"] == {
        "answer-1-5": (None, 3.5, False, "Well put."),
        "tests-1-1": (2.5, None, False, None),
        "tests-1-2": (3.0, None, False, None),
        "tests-1-3": (2.0, None, False, None),
        "tests-1-4": (2.0, None, False, None),
    }
    assert rows["张伟 é"]["answer-1-5"] == (None, None, True, None)
    # One mark is withdrawn, the others stay.
    assert gradebook.write(database, HELD, [everybody[0], make_result("ann", 2.5)])
    assert read(database)["ann"]["answer-1-5"] == (None, None, True, None)


def test_nbgrader_takes_it_as_its_own(database):
    gradebook.write(database, HELD, [make_result("ann", given=3.5)])
    with theirs(database) as book:
        submission = book.find_submission(small.NAME, "ann")
        assert (submission.score, submission.max_score, submission.needs_manual_grade) == (14.5, 16, False)
        book.update_or_create_student("ann", first_name="Ann")
        book.find_grade("tests-1-1", small.NAME, small.NAME, "ann").extra_credit = 1.0
        book.db.commit()
    gradebook.write(database, HELD, [make_result("ann", points=3, given=3.5)])
    with theirs(database) as book:
        assert book.find_submission(small.NAME, "ann").score == 13.5  # extra credit is no decision
        assert book.find_student("ann").first_name == "Ann"


def test_names_that_no_database_likes(database):
    odd = ["x" * 300, "a\0b", "a\udce9b", "'; DROP TABLE grade; --"]
    everybody = [make_result(name, comment="a\0b \udce9") for name in odd]
    assert gradebook.write(database, HELD, everybody) and not gradebook.write(database, HELD, everybody)
    rows = read(database)
    assert len(rows) == 4 and "'; DROP TABLE grade; --" in rows


def test_another_version_of_the_assignment_is_refused(database):
    gradebook.write(database, HELD, [make_result("ann")])
    changed = replace(HELD, notebook=copy.deepcopy(HELD.notebook))
    changed.notebook.cells = [one for one in changed.notebook.cells if get_grade_id(one) != "tests-1-2"]
    with pytest.raises(GradebookError, match=r"another version of 92_small \(cells tests-1-2\)"):
        gradebook.write(database, changed, [])
    assert "ann" in read(database)


@pytest.mark.parametrize(
    ("database", "sentence"),
    [
        ("mysql://root@host/grades", "The gradebook mysql://root@host/grades cannot be used"),
        ("nonsense", "The gradebook nonsense cannot be used"),
        ("sqlite://", "cannot be used"),
        ("postgresql://me:secret@127.0.0.1:1/grades", "me:***@127.0.0.1:1/grades cannot be used"),
    ],
)
def test_one_sentence(database, sentence):
    with pytest.raises(GradebookError) as caught:
        gradebook.write(database, HELD, [])
    assert sentence in str(caught.value) and "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_tables_of_another_nbgrader_are_refused_with_the_way_out(tmp_path):
    path = tmp_path / "gradebook.db"
    with sqlite3.connect(path) as old:
        old.execute("CREATE TABLE assignment (id TEXT PRIMARY KEY, name TEXT)")
    with pytest.raises(GradebookError, match="nbgrader db upgrade"):
        gradebook.write(f"sqlite:///{path}", HELD, [])


def test_cells_are_told_apart_as_nbgrader_does():
    for cell in [*HELD.notebook.cells, new_markdown_cell("A note.")]:
        for name in ("is_grade", "is_solution", "is_locked"):
            assert getattr(cells, name)(cell) == getattr(utils, name)(cell)
