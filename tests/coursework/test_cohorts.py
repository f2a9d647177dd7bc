"""Parameters of exercises: whatever is drawn has its own answers, and none of them is
degenerate."""

import copy
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from notebook_grader.assignments import assignment
from notebook_grader.hand_in import admission, plain
from plain_answers import checking

from coursework import everything, needs, products
from coursework.course import COURSE
from coursework.lint import answers
from coursework.masters import bounds, parameters, seals, variant
from coursework.masters.master import SOLUTION, Exercise, Master, MasterError, parse, read
from jingjinji import check
from tests.chapters import contract
from tests.coursework import masters

SOURCES = [source.with_suffix(".ipynb") for source in masters.SOURCES]
SOME = SOURCES[2::5]  # everything is made for a cohort of these, which takes its time
COHORT, BEFORE = "2027-spring", "2026-autumn"


def copy_names(names: dict) -> dict:
    """Names for a separate run: tables are copied, as a cell may change them."""
    frames = (pd.DataFrame, pd.Series)
    return {k: v.copy(deep=False) if isinstance(v, frames) else v for k, v in names.items()}


def run_versions(path: Path) -> dict[str, list[Exercise]]:
    """Run each exercise that a program judges in every combination of its values.

    The answer, tests and misconceptions of each version hold what they recorded. The first of
    several has the book's values, and what the notebook stores.
    """
    versions: dict[str, list[Exercise]] = {}
    notebook = contract.read(path)
    opening = {}
    first = read(path)
    assert not any(masters.run_cell(cell, opening) for cell in first.provided)
    combinations = {
        exercise.number: parameters.list_combinations(
            exercise.values, exercise.facts.get("variants") or {}
        )
        for exercise in first.exercises
        if exercise.tests
    }
    for place in range(max(map(len, combinations.values()))):

        def choose(facts: dict, own: parameters.Values, place: int = place) -> parameters.Values:
            values = parameters.list_combinations(own, facts["variants"])
            return values[place % len(values)]

        varied = copy.deepcopy(notebook)
        variant.set_values(varied, choose)
        for exercise in parse(path, varied).exercises:
            if place < len(combinations.get(exercise.number, [])):
                if place or len(combinations[exercise.number]) == 1:
                    _run(exercise, copy_names(opening))
                versions.setdefault(exercise.number, []).append(exercise)
    return versions


def _run(exercise: Exercise, names: dict) -> None:
    """Run the cells of an exercise as the course does; they must not fail, and starter code
    must."""
    # Cells given with a choice are only read, and the letters of lines are in the solution.
    if exercise.parameters or not masters.LETTER.search(exercise.answer.source):
        cells = [*([exercise.parameters] if exercise.parameters else []), *exercise.provided]
        assert not any(masters.run_cell(cell, names) for cell in cells)
    starter = nbformat.v4.new_code_cell(SOLUTION.sub("", exercise.answer.source))
    blank = copy_names(names)
    with pytest.MonkeyPatch.context() as patch, masters.sealed():
        failed = masters.run_cell(starter, blank) or masters.run_cell(exercise.tests, blank)
        assert failed, f"{exercise.number}: the starter code passes"
        patch.setenv("JINGJINJI_BOOK", "1")
        patch.setattr(checking, "display", lambda data, raw: outputs.append({"data": data}))
        for number, cell in enumerate([exercise.answer, exercise.tests, *exercise.slips]):
            cell.outputs = outputs = []
            assert not masters.run_cell(cell, names if number < 2 else copy_names(names)), (
                exercise.number
            )


def _judge(records: list[dict]) -> str:
    """Message of the checks on recorded answers, empty if all are right."""
    for record in records:
        values = record["values"]
        try:
            check.answer(record["name"], values[""] if list(values) == [""] else values)
        except AssertionError as error:
            return str(error)
    return ""


def _find_faults(exercise: Exercise, versions: list[Exercise]) -> list[str]:
    """List the faults of one version of an exercise, beside its other versions."""
    faults = bounds.find_out_of_bounds(exercise)
    right = seals.read_recorded(exercise.tests)
    mistakes = [record for cell in exercise.slips for record in seals.read_recorded(cell)]
    mistakes += [
        {"name": right[0]["name"], "values": {"": letter}, "slip": choice["says"]}
        for letter, choice in exercise.choices.items()
        if "misconception" in choice
    ]
    with masters.sealed(seals.seal_answers(Master(Path("now"), [], [exercise]))):
        if message := _judge(right):
            faults.append(f"the solution fails: {message}")
        for mistake in mistakes:
            if (message := _judge([mistake])) != mistake["slip"]:
                faults.append(f"{message!r} in place of {mistake['slip']!r}")
        for other in versions:
            if other is not exercise and not _judge(seals.read_recorded(other.tests)):
                faults.append(f"the same answers as {other.parameters.source}")
    return faults


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_combination_is_sound_and_none_has_the_answers_of_another(path):
    """Solutions pass, starter code fails, each misconception has its own message.

    And no answer of any combination stands in the chapter.
    """
    printed = answers.Printed(contract.read(contract.CHAPTERS / path.name))
    by_exercise = run_versions(path)
    faults = []
    assert any(len(versions) > 1 for versions in by_exercise.values()), "no exercise varies"
    for number, versions in by_exercise.items():
        for exercise in versions:
            messages = _find_faults(exercise, versions)
            messages += [message for _, message in answers.list_printed(printed, [exercise])]
            faults += [f"{number} with {exercise.values}: {message}" for message in messages]
    assert faults == []


OWN, OTHERS = {"year": 2010, "place": "Tianjin"}, {"year": list(range(2011, 2016))}


def test_cohorts_at_most_a_year_apart_differ_and_none_draws_the_masters_values():
    terms = [
        f"{y}-{t}" for y in range(2027, 2052) for t in ("spring", "summer", "autumn", "winter")
    ]
    for group in ("", "-b", "-x1"):
        cohorts = [variant.parse_cohort(term + group) for term in terms]
        drawn, again = (
            [variant.draw("9.9", OWN, OTHERS, *c)["year"] for c in cohorts] for _ in range(2)
        )
        assert all(len({*drawn[i : i + 5]}) == 5 for i in range(len(drawn) - 4))
        assert {*drawn} == {*OTHERS["year"]} and drawn == again
    # Another seed, such as a student's, gives another order of the same values.
    orders = {
        tuple(variant.draw("9.9", OWN, OTHERS, str(s), i)["year"] for i in range(5))
        for s in range(20)
    }
    assert len(orders) > 10 and all(sorted(order) == OTHERS["year"] for order in orders)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            r"Now take one place, .*|\{\{ province \}\}'s",
            "",
            "does not use the parameter 'province'",
        ),
        (
            r"(?<!= )province\b(?! =)(?=[\]\)])",
            '"Tianjin"',
            "the code does not use the parameter 'province'",
        ),
        (r"province: \[.*", "province: [Hebei]", "declare more values: 5 combinations besides"),
        (r"province: \[Hebei, .*?,", "province: [Hebei, Hebei,", "a value is declared twice"),
        (r"province: \[", "town: [", "binds 'province', the raw cell has variants of 'town'"),
        (r"(place, start_year: \[\[Tianjin), 2011\]", r"\1]", "does not have as many values"),
        (r"take_2022(.*): \[BDFACE", r"take_2022\1: [BDFACC", "must give every line a letter"),
        (
            r'province = "Tianjin"',
            "province = gdp.columns[1]",
            "binds names to plain values, a line each",
        ),
        (r"\{\{ province \}\}", "{{ provinces }}", "cannot be filled: 'provinces' is undefined"),
        (r"lift: \[8, 60\]", "lift: [8, 9]", "'4.1 lift' is 52.0124, outside 8 to 9"),
        (r"  4.1 lift: .*", "", "no bounds are stated for the number '4.1 lift'"),
        (r"revision = \.\.\.", "province = 1", "another cell binds its parameter 'province' too"),
    ],
)
def test_badly_declared_values_are_refused_in_one_sentence(old, new, message):
    path = masters.ROOT / "exercises" / "04_vintages.ipynb"
    notebook = contract.read(path)
    changed = 0
    for cell in notebook.cells:
        cell.source, count = re.subn(old, new, cell.source)
        changed += count
    assert changed
    with pytest.raises(MasterError) as error:
        bounds.check(parse(path, notebook))
    assert message in str(error.value) and "04_vintages" in str(error.value)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A course of some chapters, made for one cohort."""
    root = masters.lay_out_course(tmp_path_factory.mktemp("course"), [path.stem for path in SOME])
    everything.make(root, cohort=COHORT)
    return root


@pytest.mark.slow
@pytest.mark.xdist_group("cohort")
def test_a_cohorts_notebook_names_its_values_and_gives_nothing_away_and_its_solutions_earn_all(
    made,
):
    for path in SOME:
        master = read(made / variant.FOLDER / COHORT / path.name)
        assert masters.given_away(master) == []
        assert contract.all_chart_problems(contract.read(master.path)) == []
        source, release = products.list_assignment(made, master.stem, COHORT)
        assert contract.read(release).metadata["course"] == {"assignment": master.name}
        earned, raised = masters.run(contract.read(source).cells)
        assert earned and raised == []
        shown = "\n".join(cell.source for cell in contract.read(release).cells)
        assert not re.search(r"### BEGIN|\{\{|\{%", shown)
        for exercise, original in zip(master.exercises, read(path).exercises, strict=True):
            assert not exercise.values or exercise.values != original.values, exercise.number
            assert all(cell.source in shown for cell in [*exercise.question, *exercise.provided])


@pytest.mark.slow
@pytest.mark.xdist_group("cohort")
def test_grading_tells_cohorts_apart_and_a_cohort_lies_beside_the_others(made):
    stem = SOME[0].stem
    built = made / products.ASSIGNMENTS
    name = f"{stem}-{COHORT}"
    assert name in assignment.list_names(built)
    handed_in = contract.read(built / "release" / name / f"{name}.ipynb")
    admission.check_assignment(handed_in, assignment.load(name, built, made / "keys", COURSE).name)
    handed_in.metadata["course"]["assignment"] = f"{stem}-{BEFORE}"
    with pytest.raises(
        plain.Refused, match=f"belongs to the assignment {stem}-{BEFORE}, not {name}"
    ):
        admission.check_assignment(handed_in, name)
    page = products.list_practice(made, stem).page
    release = products.list_assignment(made, stem).release
    of_cohort = products.list_assignment(made, stem, COHORT).source
    wheel = made / products.ASSIGNMENTS / needs.name_wheel(made)
    kept = of_cohort.read_bytes()
    packed = wheel.read_bytes()
    assert [everything.make(made, cohort=cohort) for cohort in (COHORT, "", COHORT)] == [
        0,
        len(SOME),
        0,
    ]
    assert COHORT not in page.read_text(encoding="utf-8") + release.read_text(encoding="utf-8")
    assert of_cohort.read_bytes() == kept
    release.unlink()
    wheel.unlink()
    assert everything.make(made) == 1 and release.exists()
    assert wheel.read_bytes() == packed, "the wheel is the same, byte for byte"
