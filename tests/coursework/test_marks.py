"""Notebooks that are marked give nothing away, and a class gets its own."""

import re
from pathlib import Path

import nbformat
import pytest
from notebook_grader import plain
from notebook_grader.assignment import sign
from plain_answers.sealing import pack

from coursework.making import derived, notebooks, page, roster
from coursework.making.master import MasterError, read
from coursework.making.seals import read_recorded

ROOT = Path(__file__).parents[2]


def test_the_notebook_that_is_marked_has_nothing_to_break():
    """No hash, seal, hidden test or solution in any form: a program that opens seals finds none."""
    found = []
    for path in sorted((ROOT / "exercises").glob("[0-9][0-9]_*.ipynb")):
        master = read(path)
        source = notebooks.make_source(master, "wheel")
        text = nbformat.writes(notebooks.release(source, master, "wheel"))
        found += [f"{path.stem}: {word}" for word in re.findall(r"\b[0-9a-f]{8,}\b", text)]
        secrets = ["check.use", "### BEGIN", "salt", "check.slip", "misconception", "SEED"]
        secrets += [
            record for fact in source.metadata["course"]["exercises"].values() for record, _ in fact["slips"]
        ]
        found += [f"{path.stem}: {secret[:60]}" for secret in secrets if secret in text]
        graded = [cell for cell in notebooks.make_practice(source).cells if "check.use" in cell.source]
        assert graded, "the notebook for practice has seals"
    assert found == []


def test_of_an_exercise_that_is_marked_nothing_is_published():
    """Neither solution nor seal nor slip is on the page, in what it fetches, or in the practice notebook."""
    master = read(ROOT / "exercises" / "03_gdp.ipynb")
    for exercise in master.exercises:
        exercise.facts["marked"] = True
    texts = derived.make_practice(master, "wheel", "wheel", {"objectives": dict.fromkeys("12345", "look")})
    for one in master.exercises:
        secrets = [cell.source for cell in (one.answer, *one.slips) if one.in_code and cell]
        secrets += [record["name"] for record in read_recorded(one.tests)] if one.tests else []
        secrets += [pack(one.answer.source)] if one.by_hand else []
        assert not [secret for secret in secrets if any(secret in text for text in texts)]
    assert texts.page.count(page.MARKED.strip("*")) == len(master.exercises)
    assert '"exercises":{}' in texts.fetched


def test_personal_notebooks(tmp_path):
    """Each student's values are others than the book's; each notebook proves whose it is."""
    executed, keys = ROOT / "exercises" / "03_gdp.ipynb", tmp_path / "keys"
    (tmp_path / "class.csv").write_text("mail,student\n" + "".join(f"x,s{n}\n" for n in range(12)))
    students = roster.read_roster(tmp_path / "class.csv")
    assert roster.write(executed, students, "wheel", tmp_path, keys) == len(students) == 12
    own = {exercise.parameters.source for exercise in read(executed).exercises if exercise.parameters}
    made, secret = set(), (keys / "secret").read_text()
    for student in students:
        path = tmp_path / roster.FOLDER / "03_gdp" / student / "03_gdp.ipynb"
        notebook = nbformat.read(path, as_version=4)
        assert not {cell.source for cell in notebook.cells} & own
        assert plain.find_owner(notebook) == (student, sign(secret, "03_gdp", student))
        made.add("".join(cell.source for cell in notebook.cells))
    assert len(made) > 9


def test_a_class_as_the_platforms_list_it(tmp_path):
    """People by id or address, with all their names; what is no person in a list of Canvas is none."""
    moodle = "First name,Last name,Email address\nAnn,Lee,a@x.org\nAnn,Lee,b@x.org\n"
    canvas = "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
    canvas += '"Lee, Ann",5001,S1,,One\n"Lee, Ann",5002,S2,,One\n'
    for text, students, known in ((moodle, ["a@x.org", "b@x.org"], "b"), (canvas, ["S1", "S2"], "5002")):
        (tmp_path / "class.csv").write_text(text)
        found = roster.read_roster(tmp_path / "class.csv")
        assert list(found) == students and {"Ann Lee", known} <= {*found[students[1]]}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"mail\nx\n", "has no column 'student', and is no list as Moodle or Canvas offer it"),
        (b"student\n", "names nobody$"),
        (b"student\nann\nann\n", "names ann twice$"),
        ("student\n张伟\n".encode("gbk"), "is not UTF-8: save it as 'CSV UTF-8'.$"),
        (None, r"class.csv cannot be read \(No such file or directory\).$"),
    ],
)
def test_a_class_that_cannot_be_read(tmp_path, data, sentence):
    if data is not None:
        (tmp_path / "class.csv").write_bytes(data)
    with pytest.raises(MasterError, match=sentence):
        roster.read_roster(tmp_path / "class.csv")
