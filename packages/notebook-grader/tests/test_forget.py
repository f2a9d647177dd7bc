"""Forget a student: nothing of them is left, all others stay to the byte, and a failure changes
nothing."""

import json
import zipfile
from pathlib import Path

import pytest
import small
from filelock import FileLock
from notebook_grader import files
from notebook_grader.__main__ import main
from notebook_grader.judge.cell import Cell
from notebook_grader.marks import agreement, decisions, forget, manual, report, store

ANN, OTHER, IRISH = "Ann Lee_4711", "Ann Leeson", "Pat O'Brien"
LEFT = {OTHER, IRISH, "=cai"}
TEXT = {
    ANN: "Ann's own text,\nof two lines.",
    OTHER: "Another.",
    IRISH: "A third.",
    "=cai": "A fourth.",
}
PARTICIPANTS = """\
First name,Surname,ID number,Email address
Ann,Lee,4711,ann.lee@example.org
Ann,Leeson,4712,leeson@example.org
Pat,O'Brien,4713,pat@example.org
"""


def lay(folder: Path) -> None:
    """Lay an assignment's folder of results as a run leaves it."""
    held = decisions.open_table(folder)
    for student, text in TEXT.items():
        cells = {"tests-1-1": Cell(4.0, 4), "answer-1-5": Cell(None, 5, text)}
        small.keep(
            folder, store.Result(student, "", "a.ipynb", "x", cells, version=small.HELD.version)
        )
        for place in ("submissions", "notebooks", "feedback", "code/answer-1-5"):
            path = folder / place / f"{store.make_file_name(student)}.ipynb"
            files.write(path, text)
        held.add([small.decide(student, 4.0, f"Said of {student}.")])
    decisions.open_table(folder, file=agreement.SECOND).add([small.decide(ANN, 3.0, "Second.")])
    results = store.read_results(folder)
    views = {student: held.view(result) for student, result in results.items()}
    points = {"tests-1-1": 4.0, "answer-1-5": 5.0}
    files.write(folder / manual.MANUAL, manual.format_manual(results, held))
    files.write(
        folder / "grades.csv", manual.format_grades(results, views, {"Zoë": "late"}, points)
    )
    told = [f"Handed in nothing, of the list: {ANN}, Zoë."]
    files.write(
        folder / "report.txt",
        report.format_report(folder.name, results, views, {}, {}, listed=told),
    )
    facts = {"refused": {ANN: ["broken", "a.ipynb"]}, "members": {"Zoë": OTHER}, "out_of": 9}
    files.write(folder / store.FACTS, json.dumps(facts))
    with zipfile.ZipFile(folder / "feedback-moodle.zip", "w") as packed:
        packed.writestr("Ann Lee_4711.html", "Ann")


@pytest.fixture
def grades(tmp_path):
    """A folder of two assignments, with the platform's list and what was written for it."""
    folder = tmp_path / "grades"
    for name in ("01_one", "02_two"):
        lay(folder / name)
    files.write(folder / "list.csv", PARTICIPANTS)
    files.write(
        folder / "moodle.csv", PARTICIPANTS.replace("\n", ",4\n").replace("address,4", "address,01")
    )
    return folder


def read_all(folder: Path) -> dict[str, bytes]:
    """Read all files but those that only lock."""
    paths = [
        path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("lock")
    ]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def run(grades: Path, *students: str) -> int:
    return main(["forget", "--grades", str(grades), *students])


def test_nothing_of_a_student_is_left_and_all_others_stay(grades, capsys):
    before = read_all(grades)
    assert run(grades, ANN) == 0
    said = capsys.readouterr().out
    after = read_all(grades)
    for name, data in after.items():
        assert ANN.encode() not in data and b"ann.lee@" not in data and b"4711" not in data, name
        assert "Ann Lee" not in name.replace(OTHER, "")
        assert "Ann's own text" not in data.decode()
    gone = {name for name in before if name not in after}
    kinds = ("submissions", "notebooks", "results", "feedback", "code/answer-1-5")
    assert {name.partition("/")[2].rpartition("/")[0] for name in gone} == {*kinds, ""}
    assert all(ANN in name or name.endswith("feedback-moodle.zip") for name in gone)
    for name in ("01_one", "02_two"):
        assert {*store.read_results(grades / name)} == LEFT
        table = decisions.open_table(grades / name, True)
        assert {*table.rows} == LEFT and table.rows[OTHER][-1].reason == f"Said of {OTHER}."
        assert b"Handed in nothing, of the list: [forgotten], Zo" in after[f"{name}/report.txt"]
        assert f"{OTHER}: ".encode() in after[f"{name}/report.txt"]
        assert json.loads(after[f"{name}/{store.FACTS}"])["members"] == {"Zoë": OTHER}
    # Other rows stay to the byte.
    for name in ("01_one/decisions.csv", "01_one/grades.csv", "list.csv", "moodle.csv"):
        left = before[name].splitlines(True)
        kept = after[name].splitlines(True)
        assert kept == [line for line in left if line in kept] and len(kept) < len(left), name
    assert f"Removed of {ANN}:" in said and "01_one/decisions.csv: 4 rows" in said
    assert "It cannot reach what is elsewhere: the zip that was graded" in said
    assert "Look into these" not in said
    assert run(grades, ANN) == 2  # there is nobody of this name any more


def test_several_at_once_and_names_that_are_no_plain_words(grades):
    assert run(grades, IRISH, "=cai") == 0
    assert {*store.read_results(grades / "01_one")} == {ANN, OTHER}
    assert b"pat@" not in read_all(grades)["list.csv"]


def test_what_still_has_the_name_is_told_and_one_of_the_same_name_stays(grades, capsys):
    (grades / "notes.txt").write_text("Ann Lee came to see me.")
    small.keep(grades / "02_two", store.Result("Ann Lee_4800", "", "a.ipynb", "", {}, version="x"))
    assert run(grades, ANN) == 0
    said = capsys.readouterr().out
    assert "notes.txt" in said.partition("Look into these")[2]
    assert "Ann Lee_4800 in 02_two has the same name and stays" in said
    assert "Ann Lee_4800" in store.read_results(grades / "02_two")


@pytest.mark.parametrize(
    ("student", "sentence"),
    [
        ("Ann Lee", "give the whole name; there are Ann Lee_4711"),
        ("ann", "Nobody is called 'ann' here"),
        (OTHER, "Zoë would lose their marks of 01_one, which are by the file of Ann Leeson"),
    ],
)
def test_who_is_not_plain_or_counts_for_others_is_a_sentence(grades, capsys, student, sentence):
    before = read_all(grades)
    assert run(grades, student) == 2
    assert sentence in capsys.readouterr().err and read_all(grades) == before


def test_a_command_that_fails_changes_nothing(grades, monkeypatch, capsys):
    (grades / "02_two" / "results" / f"{OTHER}.json").write_text("{")
    before = read_all(grades)
    assert run(grades, ANN) == 2 and read_all(grades) == before
    lay(grades / "02_two")
    before = read_all(grades)
    rename = Path.rename
    done = []

    def fail(path, target):
        done.append(path)
        if len(done) == 9:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(forget.Path, "rename", fail)
    assert run(grades, ANN) == 2 and len(done) == 9
    assert read_all(grades) == before
    assert "No space left on device" in capsys.readouterr().err


def test_a_run_that_is_writing_is_not_disturbed(grades, capsys):
    before = read_all(grades)
    with FileLock(grades / "01_one" / ".lock"):
        assert run(grades, ANN) == 2
    assert "A grading run is writing to" in capsys.readouterr().err and read_all(grades) == before
