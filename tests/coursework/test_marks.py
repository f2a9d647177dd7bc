"""Marks that hold: the judge, fair reading, and what hostile submissions get out of the grader."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notebook_grader import assignment, intake, store, values
from notebook_grader.grade import find_owner, grade
from notebook_grader.judge import judge
from notebook_grader.key import Key
from notebook_grader.limits import Limits
from plain_answers.judging import Answer
from plain_answers.recording import ANSWER_MIME

from coursework.making import notebooks, roster
from coursework.making.master import MasterError, read
from tests.coursework import attackers, hostile, marked
from tests.coursework.lab import QUICK, grade_here, grades, needs_sandbox

ROOT = Path(__file__).parents[2]


def test_the_judge_knows_other_notebooks_and_answers_that_came_twice():
    rate = Answer("1.1 rate", {"": 6.0}, 0.01, "%")
    assert judge(rate, {"": 6.0}).right
    found = judge(rate, {"": 7.5}, [{"": 7.5}])
    assert found.elsewhere and "right for other values than this notebook's" in found.sentence
    assert judge(rate, None).sentence == "1.1 rate was recorded more than once, with values that differ."


def _output(name: object, found: object) -> dict:
    return {"output_type": "display_data", "data": {ANSWER_MIME: {"name": name, "values": found}}}


def test_only_plain_values_leave_the_sandbox():
    odd = [
        [],
        {},
        {"": []},
        {"": None},
        {"": {}},
        {"": float("nan")},
        {"": float("inf")},
        {"": 10**400},
        {"": "x" * 2000},
        5,
    ]
    odd += [{str(n): n for n in range(6000)}, {"x" * 2000: 1}]
    outputs = [
        *(_output("1.1 rate", one) for one in odd),
        _output(["x"], {"": 1}),
        {"data": 3},
        {"data": {ANSWER_MIME: []}},
    ]
    assert values.read_answers(outputs) == {}
    assert values.read_answers([*outputs, _output("1.1 rate", {"": 6})]) == {"1.1 rate": {"": 6}}
    twice = [_output("1.1 rate", {"": one}) for one in (6, 7, 6)]
    assert values.read_answers(twice) == {"1.1 rate": None}


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("marked")
    return marked.build(folder)


@pytest.fixture(scope="session")
def loaded(small):
    return assignment.load(marked.NAME, small, small / "keys")


def _graded(loaded, notebook, student: str = "ann"):
    limits = Limits(cell_seconds=10, seconds=60, memory=1024)
    return grade(student, "x.ipynb", nbformat.writes(notebook).encode(), loaded, limits)


@needs_sandbox
def test_method_and_number(loaded):
    """Right, typed and wrong answers; what is shown comes from the judge, not from the notebook."""
    cases = {
        "right": ({}, [4, 3, 2, 2]),
        "typed": ({"rate": "rate = 6.0", "mean": "def mean(x):\n    return 2"}, [2, 0, 2, 2]),
        "wrong": (attackers.WRONG, [0, 0, 2, 0]),
        "misled": (
            {"rate": "rate = (1 - start / end) * 100", "choice": 'choice = "A"', "parts": "parts = ..."},
            [0, 3, 0, 0],
        ),
    }
    for name, (answers, points) in cases.items():
        result, notebook = _graded(loaded, marked.submission(**answers))
        assert [result.cells[f"tests-1-{n}"].points for n in range(1, 5)] == points, name
        assert result.version == loaded.version
        shown = hostile.cell_of(nbformat.reads(notebook, as_version=4), "tests-1-1").outputs
        assert len(shown) == 1 and (name == "right") == (shown[0].output_type == "stream")
    held = {name: cell.misconceptions for name, cell in result.cells.items() if cell.misconceptions}
    assert held == {"tests-1-1": ["the last is the hundred"], "tests-1-3": ["lies"]}
    assert [name for name, cell in result.cells.items() if not cell.answered] == ["tests-1-4"]
    secret = loaded.key.secret
    assert secret not in notebook


@pytest.mark.slow
@needs_sandbox
@settings(max_examples=5, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_random_patching_never_raises_a_mark(loaded, seed):
    """Replace things at random, of everything that can be reached in the student's process."""
    patch = f"""\
import gc, random, sys, types
dice = random.Random({seed})
answers = [lambda *a, **k: None, lambda *a, **k: True, lambda *a, **k: {{"": 6.0}}]
answers += [lambda *a, **k: a[0] if a else 6.0]
owners = [m for m in list(sys.modules.values()) if isinstance(m, types.ModuleType)]
shell = get_ipython()
owners += [check, shell, shell.kernel, type(shell), shell.display_pub, __builtins__]
for owner in dice.choices(owners[-6:], k=4) + dice.choices(owners, k=60):
    names = [n for n in dir(owner) if callable(getattr(owner, n, None)) and n not in ("setattr", "__class__")]
    if names:
        try: setattr(owner, dice.choice(names), dice.choice(answers))
        except Exception: pass"""
    result, _ = _graded(loaded, marked.submission(**attackers.WRONG | {"rate": f"rate = 1.0\n{patch}"}))
    assert sum(cell.points or 0 for cell in result.cells.values()) <= 2, result


def _run(folder: Path, kinds: dict[str, attackers.Kind], small: Path, out: Path, code: int = 0) -> None:
    for student, kind in kinds.items():
        hostile.write(folder / student / f"{marked.NAME}.ipynb", kind.notebook)
    grade_here(folder, small, out, *QUICK, code=code)


def _faults(out: Path, kinds: dict[str, attackers.Kind]) -> list[str]:
    """Where a mark or its sentence is not what a submission deserves."""
    marks, report = grades(out), (out / "report.txt").read_text(encoding="utf-8")
    found = []
    for student, kind in kinds.items():
        line = next((text for text in report.splitlines() if text.startswith(f"{student}: ")), "")
        page = (out / "feedback" / f"{student}.html").read_text(encoding="utf-8")
        if marks[student]["points"] != f"{kind.points:g}":
            found.append(f"{student}: {marks[student]['points']} points instead of {kind.points:g}: {line}")
        if kind.sentence not in line and kind.sentence not in page:
            found.append(f"{student}: {kind.sentence!r} is not said: {line}")
        if re.search(
            r"<script|<link|<iframe|<style>(?s:.*)<style>|<[^>]*\bon\w+=|<[^>]*\bsrc=\"(?!data:)", page
        ):
            found.append(f"{student}: the feedback page could act")
        if len(page) > 12_000_000:
            found.append(f"{student}: a feedback page of {len(page)} characters")
    return found


@pytest.mark.slow
@needs_sandbox
def test_a_class_of_attackers(small, tmp_path):
    """More than sixty kinds get what their own right answers earn, honest students what they deserve."""
    assert len(attackers.KINDS) > 60
    _run(tmp_path / "in", attackers.CLASS, small, tmp_path / "out")
    assert _faults(tmp_path / "out", attackers.CLASS) == []


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
            record for fact in source.metadata["course"]["exercises"].values() for record in fact["slips"]
        ]
        found += [f"{path.stem}: {secret[:60]}" for secret in secrets if secret in text]
        graded = [cell for cell in notebooks.make_practice(source).cells if "check.use" in cell.source]
        assert graded, "the notebook for practice has seals"
    assert found == []


def test_personal_notebooks(tmp_path):
    """Each student's values are others than the book's; whose a notebook is, nobody can forge."""
    executed, keys = ROOT / "exercises" / "03_gdp.ipynb", tmp_path / "keys"
    (tmp_path / "class.csv").write_text("mail,student\n" + "".join(f"x,s{n}\n" for n in range(12)))
    students = roster.read_roster(tmp_path / "class.csv")
    assert roster.write(executed, students, "wheel", tmp_path, keys) == len(students) == 12
    own = {exercise.parameters.source for exercise in read(executed).exercises if exercise.parameters}
    made = {}
    for student in students:
        path = tmp_path / roster.FOLDER / "03_gdp" / student / "03_gdp.ipynb"
        notebook = made[student] = nbformat.read(path, as_version=4)
        assert not {cell.source for cell in notebook.cells} & own
    assert len({"".join(cell.source for cell in notebook.cells) for notebook in made.values()}) > 9
    secret = (keys / "secret").read_text()
    held = assignment.Assignment("03_gdp", made["s1"], Key("", secret, (), {}), frozenset(students))
    assert find_owner("s1", made["s1"], held) == ("s1", [])
    assert find_owner("s2", made["s1"], held)[0] == "s2"
    assert find_owner("12345_s1", made["s1"], held)[0] == "s1"
    made["s1"].metadata["course"]["student"] = "s3"
    with pytest.raises(intake.Refused, match="nobody in the class has this name"):
        find_owner("12345_s1", made["s1"], held)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"mail\nx\n", "has none of the columns student, id number, "),
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


def test_names_that_platforms_and_browsers_change(tmp_path):
    flat = ["ann_1_2_03_gdp-1.ipynb", "bob_03_gdp (1).ipynb", "cy/03_gdp-1.ipynb", "cy/03_gdp-2.ipynb"]
    for name in [*flat, ".dot/03_gdp.ipynb", "d/.ipynb_checkpoints/03_gdp.ipynb", "d/03_gdp.ipynb"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    collected = intake.collect(tmp_path, ["03_gdp", "04_gaps"])
    chosen = {one.student: intake.choose(one, "03_gdp").name for one in collected}
    assert chosen == {
        ".dot": ".dot/03_gdp.ipynb",
        "ann_1": flat[0],
        "bob": flat[1],
        "cy": flat[3],
        "d": "d/03_gdp.ipynb",
    }


@pytest.mark.slow
@needs_sandbox
def test_one_key_one_table(tmp_path):
    """A changed key grades everybody anew, from kept files; marks of an old key are in no table."""
    built, out = marked.build(tmp_path / "built"), tmp_path / "out"
    kinds = {name: attackers.honest(text=name) for name in ("ann", "bob")}
    _run(tmp_path / "in", kinds, built, out)
    first = {result.student: result.version for result in store.read_results(out).values()}
    shutil.rmtree(tmp_path / "in" / "ann")

    def change_key(hint: str) -> None:
        made = marked.source()
        made.metadata["course"]["exercises"]["tests-1-1"] |= {"hint": hint}
        hostile.write(built / "source" / marked.NAME / f"{marked.NAME}.ipynb", made)

    change_key("Another hint.")
    _run(tmp_path / "in", {}, built, out)
    second = {result.student: result.version for result in store.read_results(out).values()}
    assert len({*second.values()}) == 1 and second.keys() == first.keys() and second["ann"] != first["ann"]
    assert {row["points"] for row in grades(out).values()} == {"11"}
    shutil.rmtree(out / "submissions")
    change_key("A third hint.")
    _run(tmp_path / "in", {}, built, out, code=1)
    marks = grades(out)
    assert (marks["bob"]["points"], marks["ann"]["points"], marks["ann"]["status"]) == (
        "11",
        "",
        "not graded",
    )
    assert "ann: Not graded. The grader could not run it: its marks are by an earlier key." in (
        out / "report.txt"
    ).read_text(encoding="utf-8")
