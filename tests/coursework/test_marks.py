"""Notebooks that are marked give nothing away, and a class gets its own."""

import base64
import json
import re
import zipfile
from collections import Counter, defaultdict

import nbformat
import pytest
from notebook_grader import key, plain
from notebook_grader.assignment import sign
from plain_answers.judging import judge

from coursework import products
from coursework.masters import bounds, facts, roster
from coursework.masters.artefacts import Artefacts
from coursework.masters.master import Exercise, MasterError, read
from coursework.masters.seals import read_recorded
from tests.coursework.masters import ROOT, SOURCES, list_secrets, toy_cells, toy_master

MASTERS = [path.with_suffix(".ipynb") for path in SOURCES]


def test_numbers_that_are_typed_earn_a_quarter_of_an_assignment_at_most():
    """Where code is asked for there is a second set of values; what is read off is all that typing earns."""
    found = []
    for path in MASTERS:
        master = read(path)
        found += [fault for one in master.exercises for fault in bounds.find_misdeclared(one)]
        own = [(one, facts.make_fact(one)) for one in master.exercises if one.in_code]
        typed = sum(fact.typed_points if fact.needs_rerun else one.points for one, fact in own)
        most = sum(one.points for one in master.exercises if not one.by_hand)
        if 4 * typed > most:
            found.append(f"{path.stem}: {typed} of {most} points for numbers that are typed")
    assert found == []


def test_an_exercise_that_asks_for_code_and_knows_one_set_of_values_is_refused():
    cells = toy_cells()
    assert bounds.find_misdeclared(toy_master(cells).exercises[0]) == []
    cells["answer"].source = cells["answer"].source.replace("n = 2", "n = 1 + len('a')")
    (fault,) = bounds.find_misdeclared(toy_master(cells).exercises[0])
    assert "add variants or a cell of inputs" in fault


def test_words_that_mean_the_same_are_right_for_the_grader_too():
    (one,) = (one for one in read(ROOT / "exercises" / "09_moving.ipynb").exercises if one.number == "9.6")
    answer = key._make_answer(read_recorded(one.tests)[0], facts.make_fact(one), one.slips)
    assert judge(answer, {"": "天津市"}).right and not judge(answer, "北京").misconception
    assert judge(answer, "河北").misconception == one.misconceptions[0]
    one.facts["accepted"].pop("Hebei")
    assert "'Hebei' is an answer: add to 'accepted'" in bounds.find_out_of_bounds(one)[0]


def test_hints_are_written_for_one_exercise_and_right_options_have_no_favoured_place():
    hints, places = defaultdict(list), Counter()
    for one in (one for path in MASTERS for one in read(path).exercises):
        for hint in one.hints:
            hints[hint].append(one.number)
        places.update(letter for letter, c in one.choices.items() if "misconception" not in c)
        assert one.by_hand or 1 <= len(one.hints) <= 3
    assert {hint: where for hint, where in hints.items() if len(where) > 1} == {}
    assert max(places.values()) <= 1.4 * places.total() / 4 and min(places[k] for k in "ABCD") >= 4, places


def test_the_notebook_that_is_marked_has_nothing_to_break():
    """No hash, seal, hidden test or solution in any form: a program that opens seals finds none."""
    found = []
    for stem in (path.stem for path in MASTERS):
        source, text = (path.read_text("utf-8") for path in products.list_assignment(ROOT, stem))
        found += [f"{stem}: {word}" for word in re.findall(r"\b[0-9a-f]{8,}\b", text)]
        facts = json.loads(source)["metadata"]["course"]["exercises"].values()
        secrets = ["check.use", "### BEGIN", "salt", "check.slip", "misconception", "SEED"]
        secrets += [record for fact in facts for record, _ in fact["slips"]]
        found += [f"{stem}: {secret[:60]}" for secret in secrets if secret in text]
        practice = products.list_practice(ROOT, stem).notebook.read_text("utf-8")
        assert "check.use" in practice, "the notebook for practice has seals"
    assert found == []


def _read_published(text: str) -> str:
    """All that stands in a file which a reader gets, also what is packed in it."""
    found = json.loads(text)
    cells = ["".join(cell["source"]) for cell in found.get("cells", [])] or found["provided"]
    packed = re.findall(r":(?:check|model): (\S+)", "\n".join(cells))
    packed += [one["key"] for one in found.get("exercises", {}).values()]
    return "\n".join([*cells, *(base64.b64decode(one).decode().replace("\\n", "\n") for one in packed)])


def _list_names(exercise: Exercise) -> set[str]:
    return {record["name"] for record in read_recorded(exercise.tests)} if exercise.tests else set()


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_of_an_exercise_that_is_marked_nothing_is_published(path):
    """Neither solution nor seal nor slip is on the page, in what it fetches, or in the practice notebook.

    Every second one is marked, and then the others; what is practised stays as it was.
    """
    for first in (0, 1):
        master = read(path)
        for exercise in master.exercises[first::2]:
            exercise.facts["marked"] = True
        made = Artefacts(master, "wheel").make_practice("wheel", {})
        published = "\n".join(map(_read_published, made))
        given = [cell.source for cell in master.cells if not cell.metadata.get("nbgrader", {}).get("grade")]
        shown = re.sub("(?s)### BEGIN S.*?### END S", "", "\n".join(given))
        secrets = [(one.marked, list_secrets(one, shown) | _list_names(one)) for one in master.exercises]
        practised = set().union(*(own for marked, own in secrets if not marked))
        assert [one for m, own in secrets if m for one in own - practised if one in published] == []
        kept = set().union(*(_list_names(one) for one in master.exercises if not one.marked))
        assert [name for name in kept if name not in published] == []
        told = made.page.count("*This exercise is marked: neither this page nor")
        assert told == sum(one.marked for one in master.exercises)


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


def test_a_class_on_moodle_gets_its_notebooks_in_one_zip(tmp_path):
    head = "Identifier,Full name,Email address,Grade,Last modified (grade)"
    rows = ["Participant 4711,Ann Årup_B,ann@example.org,,-", "Participant 4712,张 伟,zhang@example.org,,-"]
    worksheet, keys = tmp_path / "class.csv", tmp_path / "keys"
    worksheet.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    students = roster.read_roster(worksheet)
    roster.write(ROOT / "exercises" / "03_gdp.ipynb", students, "wheel", tmp_path, keys)
    with zipfile.ZipFile(roster.pack_for_moodle(worksheet, tmp_path, "03_gdp")) as packed:
        owners = {
            name: json.loads(packed.read(name))["metadata"]["course"]["student"] for name in packed.namelist()
        }
    assert owners == {
        "Ann Årup B_4711_assignsubmission_file/03_gdp.ipynb": "ann@example.org",
        "张 伟_4712_assignsubmission_file/03_gdp.ipynb": "zhang@example.org",
    }
    worksheet.write_text("student\nann\n")
    assert roster.pack_for_moodle(worksheet, tmp_path, "03_gdp") is None


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
        ("student\n张伟\n".encode("gbk"), "is not UTF-8: save it as 'CSV UTF-8' and run again.$"),
        (None, r"class.csv cannot be read \(No such file or directory\).$"),
    ],
)
def test_a_class_that_cannot_be_read(tmp_path, data, sentence):
    if data is not None:
        (tmp_path / "class.csv").write_bytes(data)
    with pytest.raises(MasterError, match=sentence):
        roster.read_roster(tmp_path / "class.csv")
