"""Marks go to a learning platform and come back the same."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from nbgrader.api import Gradebook as Theirs

from coursework.grading import assignment, gradebook, lms
from coursework.grading.gradebook import Gradebook
from coursework.grading.marks import Mark
from coursework.grading.store import Cell, Result

MOODLE = """\ufeff"First name","Last name","ID number","Email address",Groups
Ann,Årup,1001,ann@example.org,A
伟,张,1002,zhang@example.org,A
=cmd|' /C calc'!A1,Evil,1003,evil@example.org,B
Away,Abroad,1004,away@example.org,B
"""
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,91_small (77),Current Score
    Points Possible,,,,,12,(read only)
"Årup, Ann",5001,S1001,ann,One,,
"张, 伟",5002,S1002,zhang,One,3,
"Evil, =cmd|' /C calc'!A1",5003,S1003,evil,One,,
"Abroad, Away",5004,S1004,away,One,,
"Student, Test",5999,,hash,One,,
"""
LISTS = {"moodle": MOODLE, "canvas": CANVAS}
# What the platforms call their students' folders and files; one waits for a person.
NAMES = {
    "moodle": ["Ann Årup_4711_assignsubmission_file", "1002", "evil@example.org"],
    "canvas": ["arupann_LATE_5001_88", "zhang", "S1003"],
}


def write(database: str, small: assignment.Assignment, points: dict[str, float | None]) -> None:
    """A gradebook with these students; who has no points waits for a person."""
    with Gradebook(gradebook.parse_address(database), small, wait=60) as book:
        for student, given in points.items():
            cells = {
                "tests-1-1": Cell(4.0, 4),
                "tests-1-2": Cell(0.0, 3),
                "answer-1-3": Cell(None, 5, answer="Text"),
            }
            marks = {name: Mark(cell.points, "", "") for name, cell in cells.items()}
            marks["answer-1-3"] = Mark(given, "", "Text")
            book.write(Result(student, "key", "file", "sha", cells), marks)


def run(platform: str, database: str, folder: Path, *more: str) -> int:
    listed = folder / "list.csv"
    if not listed.exists():
        listed.write_text(LISTS[platform], encoding="utf-8")
    out = ["--out", str(folder / "out.csv")]
    return lms.main([platform, str(listed), "--db", database, *out, *more])


@pytest.mark.parametrize("platform", ["moodle", "canvas"])
def test_marks_go_out_and_come_back(database, small, tmp_path, capsys, platform):
    one, other, waits = NAMES[platform]
    write(database, small, {one: 3.5, other: 0.0, waits: None})
    assert run(platform, database, tmp_path) == 0
    assert "3 students with marks, of" in (said := capsys.readouterr().out)
    assert "1 submissions are left empty" in said
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    head = {"moodle": "Assignment: 91_small (Real)", "canvas": "91_small (77)"}[platform]
    assert rows[0][-1] == head and {len(row) for row in rows} == {len(rows[0])}
    if platform == "canvas":
        assert rows[0][:-1] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        assert rows.pop(1) == ["    Points Possible", "", "", "", "", "12"]
    assert [row[-1] for row in rows[1:4]] == ["7.5", "4", ""]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    # What the platform exports after it took this in says the same.
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    assert run(platform, database, tmp_path, "--compare") == 0
    assert "All marks of 3 students are the same." in capsys.readouterr().out
    (tmp_path / "list.csv").write_text(text.replace(",7.5", ",6"), encoding="utf-8")
    assert run(platform, database, tmp_path, "--compare") == 1
    assert f"{one}, 91_small: 7.5 in the gradebook, 6 on the platform." in capsys.readouterr().out


@pytest.mark.parametrize(("platform", "number"), [("moodle", "1001"), ("canvas", "5001")])
def test_names_of_the_list_are_kept(database, small, tmp_path, platform, number):
    write(database, small, {NAMES[platform][0]: 3.5})
    run(platform, database, tmp_path)
    with Theirs(gradebook.parse_address(database).render_as_string()) as theirs:
        student = theirs.find_student(NAMES[platform][0])
        assert (student.first_name, student.last_name, student.lms_user_id) == ("Ann", "Årup", number)


def test_who_is_not_in_the_list_is_told(small, tmp_path, capsys):
    database = f"sqlite:///{tmp_path}/gradebook.db"
    write(database, small, {"1001": 1.0, "ann@example.org": 2.0, "nobody": 3.0})
    assert run("moodle", database, tmp_path) == 1
    told = capsys.readouterr().err
    assert "nobody is not in the list." in told
    assert "ann@example.org is the same person as 1001." in told


def test_two_of_one_name_are_not_guessed(small, tmp_path, capsys):
    database = f"sqlite:///{tmp_path}/gradebook.db"
    write(database, small, {"Ann Lee": 1.0})
    (tmp_path / "list.csv").write_text(
        "First name,Last name,Email address\nAnn,Lee,a@x.org\nAnn,Lee,b@x.org\n"
    )
    assert run("moodle", database, tmp_path) == 1
    assert "Ann Lee could be more than one in the list." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "more", "sentence"),
    [
        (
            "a,b\n1,2\n",
            [],
            "is no list of participants from Moodle; wanted is a download of the participants",
        ),
        ("", [], "is no list of participants"),
        ("Email address\n", [], "lists nobody"),
        (MOODLE, ["--compare"], "has no column for any of these: 91_small"),
        (MOODLE, ["--assignment", "99_none"], "has no assignment '99_none'; it has: 91_small"),
        ("Email address,91_small\na@x.org,six\n", ["--compare"], "column '91_small': 'six' is no number"),
    ],
)
def test_one_sentence(small, tmp_path, capsys, text, more, sentence):
    database = f"sqlite:///{tmp_path}/gradebook.db"
    write(database, small, {"1001": 1.0})
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    assert run("moodle", database, tmp_path, *more) == 2
    told = capsys.readouterr().err
    assert sentence in told and told.count("\n") == 1 and not (tmp_path / "out.csv").exists()


def test_other_forms_of_a_list(small, tmp_path):
    """Semicolons, a Chinese Moodle, and a file that is no text."""
    path = tmp_path / "list.csv"
    path.write_text("名;姓;电子邮件地址\n伟;张;zhang@example.org\n", encoding="utf-8-sig")
    roster = lms.read_roster("moodle", path)
    assert roster.match(["张伟", "zhang"]) == {"张伟": "is the same person as zhang"}
    path.write_bytes("名,姓,邮箱\n".encode("gbk"))
    with pytest.raises(lms.LmsError, match="is not UTF-8: save it as 'CSV UTF-8'"):
        lms.read_roster("moodle", path)


def test_there_is_no_gradebook(tmp_path, capsys):
    (tmp_path / "list.csv").write_text(MOODLE, encoding="utf-8")
    assert run("moodle", f"sqlite:///{tmp_path}/none.db", tmp_path) == 2
    assert "There is no gradebook" in capsys.readouterr().err and not (tmp_path / "none.db").exists()
