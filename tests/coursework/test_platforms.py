"""What Moodle and Canvas pack is read, and marks and feedback go back in the form that they take."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook as Theirs
from notebook_grader import assignment, gradebook, intake, marks, people, returns, store
from notebook_grader.gradebook import Gradebook
from notebook_grader.store import Cell, Result

from tests.coursework import classes, hostile

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
    "moodle": ["Ann Årup_4711", "1002", "evil@example.org"],
    "canvas": ["årupann_5001", "zhang", "S1003"],
}


def write(database: str, small: assignment.Assignment, points: dict[str, float | None]) -> None:
    """A gradebook with these students; who has no points waits for a person."""
    with Gradebook(gradebook.parse_address(database), small, wait=60) as book:
        book.write(classes.marked(student, given=given) for student, given in points.items())


def run(platform: str, database: str, folder: Path, *more: str) -> int:
    listed = folder / "list.csv"
    if not listed.exists():
        listed.write_text(LISTS[platform], encoding="utf-8")
    out = ["--out", str(folder / "out.csv")]
    return returns.main([platform, str(listed), "--db", database, *out, *more])


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


@pytest.mark.parametrize(
    ("text", "students", "sentences"),
    [
        (
            MOODLE,
            ["1001", "ann@example.org", "nobody"],
            ["nobody is not in the list.", "ann@example.org is the same person as 1001."],
        ),
        (
            "First name,Last name,Email address\nAnn,Lee,a@x.org\nAnn,Lee,b@x.org\n",
            ["Ann Lee"],
            ["Ann Lee could be more than one in the list."],
        ),
    ],
)
def test_who_is_not_found_is_told_and_not_guessed(small, tmp_path, capsys, text, students, sentences):
    database = f"sqlite:///{tmp_path}/gradebook.db"
    write(database, small, dict.fromkeys(students, 1.0))
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    assert run("moodle", database, tmp_path) == 1
    told = capsys.readouterr().err
    assert [sentence for sentence in sentences if sentence not in told] == []


@pytest.mark.parametrize(
    ("platform", "text", "more", "sentence"),
    [
        (
            "moodle",
            "a,b\n1,2\n",
            [],
            "has no column Email address, ID number, Username or Identifier; wanted from Moodle is a ",
        ),
        ("moodle", "", [], "has no column Email address"),
        ("moodle", "Identifier,Full name,Grade\n", [], "has no column Last modified (grade)"),
        ("moodle", "Email address\n", [], "lists nobody"),
        ("moodle", None, [], "list.csv cannot be read (No such file or directory)."),
        ("moodle", MOODLE, ["--compare"], "has no column for any of these: 91_small"),
        ("moodle", MOODLE, ["--assignment", "99_none"], "has no assignment '99_none'; it has: 91_small"),
        ("moodle", MOODLE, ["--db", "sqlite:///none.db"], "There is no gradebook none.db."),
        (
            "moodle",
            "Email address,91_small\na@x.org,six\n",
            ["--compare"],
            "column '91_small': 'six' is no number",
        ),
        (
            "canvas",
            CANVAS.replace(",Section", ",Group"),
            [],
            "has no column Section; wanted from Canvas is an export",
        ),
        (
            "blackboard",
            MOODLE,
            [],
            "'blackboard' is no platform that takes marks; there are moodle and canvas.",
        ),
    ],
)
def test_one_sentence(small, tmp_path, capsys, monkeypatch, platform, text, more, sentence):
    monkeypatch.chdir(tmp_path)
    write("sqlite:///gradebook.db", small, {"1001": 1.0})
    if text is not None:
        Path("list.csv").write_text(text, encoding="utf-8")
    given = [platform, "list.csv", "--db", "sqlite:///gradebook.db", "--out", "out.csv", *more]
    assert returns.main(given) == 2
    told = capsys.readouterr().err
    assert sentence in told and told.count("\n") == 1
    assert not Path("out.csv").exists() and not Path("none.db").exists()


def test_other_forms_of_a_list(small, tmp_path):
    """Semicolons, a Chinese Moodle, and a file that is no text."""
    path = tmp_path / "list.csv"
    path.write_text("名;姓;电子邮件地址\n伟;张;zhang@example.org\n", encoding="utf-8-sig")
    listed = people.read_people("moodle", path)
    assert listed.match(["张伟", "zhang"]) == {"张伟": "is the same person as zhang"}
    path.write_bytes("名,姓,邮箱\n".encode("gbk"))
    with pytest.raises(people.ListError, match="is not UTF-8: save it as 'CSV UTF-8'"):
        people.read_people("moodle", path)


# As Moodle's offline grading worksheet has them (mod/assign/gradingtable.php).
WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,\
"Last modified (submission)","Last modified (grade)","Feedback comments"
Participant 4711,Ann Årup,ann@example.org,Submitted - 2 days 3 hours late,,12.00,Yes,"Monday","-",
Participant 4712,张 伟,zhang@example.org,Submitted for grading,3.00,12.00,Yes,"Monday","Friday",Old words
Participant 4713,Away Abroad,away@example.org,No submission,,12.00,Yes,"-","-",
"""
PACKED = {
    "Ann Årup_4711_assignsubmission_file/91_small.ipynb": ("Ann Årup_4711", "", ""),
    "张 伟_4712_assignsubmission_file_/91_small.ipynb": ("张 伟_4712", "", ""),
    "Group A-Bo Li_4714_assignsubmission_file_91_small.ipynb": ("Group A-Bo Li_4714", "", ""),
    "årupann_LATE_5001_88_91_small.ipynb": ("årupann_5001", "yes", "1"),
    "张伟_5002_91_91_small-1.ipynb": ("张伟_5002", "no", "2"),
    "LATE_anon_x7Qz2_93_91_small.ipynb": ("anon_x7Qz2", "yes", "1"),
}


def pack(path: Path, names) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return path


def result(student: str, file: str) -> Result:
    return Result(student, "key", file, "sha", {"tests-1-1": Cell(4.0, 4)})


def test_platforms_zips_are_read(tmp_path):
    """One student a submission, whatever stands in the name; what it tells of late and again is a column."""
    found = intake.collect(pack(tmp_path / "all.zip", PACKED), [hostile.NAME])
    files = {one.student: intake.choose(one, hostile.NAME).name for one in found}
    assert files == {student: name for name, (student, *_) in PACKED.items()}
    table = marks.format_grades(
        {student: result(student, file) for student, file in files.items()}, {}, {}, {"tests-1-1": 4.0}
    )
    rows = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    assert {row["student"]: (row["late"], row["attempt"]) for row in rows} == {
        student: (late, attempt) for student, late, attempt in PACKED.values()
    }


def test_a_new_attempt_is_the_same_student(tmp_path):
    """The last try counts, and which it is is not guessed; a text entry is no notebook."""
    names = ["bo_7_99_91_small.ipynb", "bo_7_100_91_small-1.ipynb", "cy_8_text.html"]
    names += ["di_2024_1_91_small.ipynb", "di_2024_2_91_small.ipynb"]
    bo, cy, di = intake.collect(pack(tmp_path / "all.zip", names), [hostile.NAME])
    assert (bo.student, intake.choose(bo, hostile.NAME).name) == ("bo_7", names[1])
    with pytest.raises(intake.Refused, match="no notebook is there, only cy_8_text.html"):
        intake.choose(cy, hostile.NAME)
    with pytest.raises(intake.Refused, match="2 notebooks could be meant"):
        intake.choose(di, hostile.NAME)


def graded(folder: Path, small, files: dict[str, str]) -> None:
    """A gradebook, results and feedback of these students; the last waits for a person."""
    write(f"sqlite:///{folder}/gradebook.db", small, dict.fromkeys(files, 3.5) | {list(files)[-1]: None})
    kept = store.Store(folder / hostile.NAME)
    for student, file in files.items():
        kept.save(result(student, file), "{}", b"")
        store.write(kept.find_file("feedback", student, ".html"), f"For {student}")


def send_back(platform: str, folder: Path, text: str) -> int:
    (folder / "list.csv").write_text(text, encoding="utf-8")
    return returns.main([platform, str(folder / "list.csv"), "--grades", str(folder)])


def test_moodles_worksheet_and_feedback(small, tmp_path, capsys):
    files = {"Ann Årup_4711": "Ann Årup_4711_assignsubmission_file/91_small.ipynb", "张 伟": "x", "away": "y"}
    graded(tmp_path, small, files)
    assert send_back("moodle", tmp_path, WORKSHEET) == 0
    told = capsys.readouterr().out
    assert "Ann Årup_4711 was late, as the worksheet says: Submitted - 2 days 3 hours late." in told
    text = (tmp_path / "moodle.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    # Nothing but grades is changed; who waits keeps what was there.
    expected = [list(row) for row in csv.reader(io.StringIO(WORKSHEET))]
    expected[1][4] = expected[2][4] = "7.50"
    assert rows == expected
    with zipfile.ZipFile(tmp_path / hostile.NAME / "feedback-moodle.zip") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            "Ann Årup_4711_assignsubmission_file/91_small-feedback.html": "For Ann Årup_4711",
            "张 伟_4712_assignsubmission_file/91_small-feedback.html": "For 张 伟",
        }
    before = (tmp_path / hostile.NAME / "feedback-moodle.zip").read_bytes()
    send_back("moodle", tmp_path, WORKSHEET)
    assert (tmp_path / hostile.NAME / "feedback-moodle.zip").read_bytes() == before
    assert send_back("moodle", tmp_path, WORKSHEET.replace("12.00", "100.00")) == 2
    assert "set the assignment's maximum grade in Moodle to 12." in capsys.readouterr().err


def test_canvas_feedback_names_user_and_file(small, tmp_path, capsys):
    files = {
        "årupann_5001": "årupann_LATE_5001_88_91_small.ipynb",
        "zhang": "zhang/91_small.ipynb",
        "S1003": "z",
    }
    graded(tmp_path, small, files)
    assert send_back("canvas", tmp_path, CANVAS) == 0
    assert "1 pages are not in it: they were not handed in by Canvas" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / hostile.NAME / "feedback-canvas.zip") as archive:
        assert archive.namelist() == ["årupann_LATE_5001_88_91_small-feedback.html"]
