"""Parameters of exercises: whatever is drawn has its own answers, and none of them is degenerate."""

import copy
import os
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from notebook_grader import assignment, grade, plain
from plain_answers import checking

from coursework import everything, needs, products
from coursework.course import COURSE
from coursework.lint import answers
from coursework.masters import bounds, parameters, seals, variant
from coursework.masters.in_page import SOLUTION
from coursework.masters.master import Exercise, Master, MasterError, parse, read
from jingjinji import check
from tests.chapters import contract
from tests.coursework import masters

SOURCES = [source.with_suffix(".ipynb") for source in masters.SOURCES]
SOME = SOURCES[2::5]  # of which everything is made for a cohort, which takes its time
COHORT, BEFORE = "2027-spring", "2026-autumn"


def copy_names(names: dict) -> dict:
    """Names for a run of their own: tables are copies, which a cell may change."""
    frames = (pd.DataFrame, pd.Series)
    return {k: v.copy(deep=False) if isinstance(v, frames) else v for k, v in names.items()}


@dataclass
class Version:
    """An exercise with one combination of values, run and recorded; names before its answer."""

    exercise: Exercise
    before: dict

    def passes(self, answer: str) -> bool:
        """Whether code earns the points."""
        names, cells = copy_names(self.before), (nbformat.v4.new_code_cell(answer), self.exercise.tests)
        return not any(masters.run_cell(cell, names) for cell in cells)


class Bench:
    """Runs a master's exercises in this process, for each combination of their values."""

    def __init__(self, path: Path) -> None:
        self.path, self.master, self.notebook = path, read(path), contract.read(path)
        for cell in contract.code_cells(self.notebook):
            cell.outputs = []  # each version records its own
        self.opening: dict = {}
        for cell in self.master.provided:
            assert masters.run_cell(cell, self.opening) == ""

    def list_versions(self) -> dict[str, list[Version]]:
        """Each exercise that a program judges, in every combination of its values: its own come first."""
        found: dict[str, list[Version]] = {}
        counts = {
            one.number: len(parameters.list_combinations(one.values, one.facts.get("variants") or {}))
            for one in self.master.exercises
            if one.tests
        }
        for place in range(max(counts.values())):
            for exercise in self._set_values(place):
                if place < counts.get(exercise.number, 0):
                    found.setdefault(exercise.number, []).append(self._run(exercise))
        return found

    def _set_values(self, place: int) -> list[Exercise]:
        def choose(facts: dict, own: parameters.Values) -> parameters.Values:
            all_ = parameters.list_combinations(own, facts["variants"])
            return all_[place % len(all_)]

        notebook = copy.deepcopy(self.notebook)
        variant.set_values(notebook, choose)
        return parse(self.path, notebook).exercises

    def _run(self, exercise: Exercise) -> Version:
        """Run solution, tests and misconceptions as the course does; their cells hold what was recorded."""
        before = copy_names(self.opening)
        # The letters of lines are with the solution, and not among the given cells.
        for cell in [*([exercise.parameters] if exercise.parameters else []), *exercise.provided]:
            assert masters.run_cell(cell, before) == ""
        after = copy_names(before)
        with pytest.MonkeyPatch.context() as patch, masters.sealed():
            patch.setenv("JINGJINJI_BOOK", "1")
            patch.setattr(checking, "display", lambda data, raw: outputs.append({"data": data}))
            for number, cell in enumerate([exercise.answer, exercise.tests, *exercise.slips]):
                cell.outputs = outputs = []
                fault = masters.run_cell(cell, after if number < 2 else copy_names(after))
                assert fault == "", exercise.number
        return Version(exercise, before)

    def seal(self, exercise: Exercise) -> dict:
        """The sealed answers of one exercise."""
        return seals.seal_answers(Master(Path("now"), self.master.opening, [exercise]))


def _verdict(records: list[dict]) -> str:
    """What the checks say to recorded answers: nothing where all are right."""
    for record in records:
        values = record["values"]
        try:
            check.answer(record["name"], values[""] if list(values) == [""] else values)
        except AssertionError as error:
            return str(error)
    return ""


def _list_misconceptions(exercise: Exercise) -> list[dict]:
    """What each misconception gives and is told, those of wrong choices too."""
    right, *_ = seals.read_recorded(exercise.tests)
    chosen = [
        {"name": right["name"], "values": {"": letter}, "slip": choice["says"]}
        for letter, choice in exercise.choices.items()
        if "misconception" in choice
    ]
    return [*chosen, *(record for cell in exercise.slips for record in seals.read_recorded(cell))]


def _find_unsound(bench: Bench, version: Version, others: list[Exercise]) -> list[str]:
    """What is wrong with one version of an exercise, beside its other versions."""
    now = version.exercise
    found = bounds.find_out_of_bounds(now)
    with masters.sealed(bench.seal(now)):
        # Its tests have run, and recorded what they asked.
        if said := _verdict(seals.read_recorded(now.tests)):
            found.append(f"the solution fails: {said}")
        if version.passes(SOLUTION.sub("", now.answer.source)):
            found.append("the starter code passes")
        for slip in _list_misconceptions(now):
            if (said := _verdict([slip])) != slip["slip"]:
                found.append(f"{said!r} in place of {slip['slip']!r}")
        alike = [other for other in others if not _verdict(seals.read_recorded(other.tests))]
    return found + [f"the same answers as {other.parameters.source}" for other in alike]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_combination_is_sound_and_none_has_the_answers_of_another(path):
    """Solutions pass, starter code fails, each misconception has its own message, the book's values first.

    And no answer of any combination stands in the chapter.
    """
    printed = answers.Printed(contract.read(contract.CHAPTERS / path.name))
    bench, found = Bench(path), []
    versions = bench.list_versions()
    assert sum(len(own) > 1 for own in versions.values()) >= 3, "three exercises or more of a chapter vary"
    for number, all_ in versions.items():
        for one in all_:
            faults = _find_unsound(bench, one, [other.exercise for other in all_ if other is not one])
            faults += [says for _, says in answers.list_printed(printed, [one.exercise])]
            found += [f"{number} with {one.exercise.values}: {fault}" for fault in faults]
    assert found == []


# What is drawn


OWN, OTHERS = {"year": 2010, "place": "Tianjin"}, {"year": list(range(2011, 2016))}


def test_cohorts_at_most_a_year_apart_differ_and_none_draws_the_masters_values():
    terms = [f"{y}-{t}" for y in range(2027, 2052) for t in ("spring", "summer", "autumn", "winter")]
    for group in ("", "-b", "-x1"):
        drawn, again = (
            [variant.draw("9.9", OWN, OTHERS, *variant.parse_cohort(term + group))["year"] for term in terms]
            for _ in range(2)
        )
        assert all(len(set(drawn[i : i + 5])) == 5 for i in range(len(drawn) - 4))
        assert set(drawn) == set(OTHERS["year"])
        assert drawn == again


def test_a_seed_and_a_place_draw_without_a_cohort():
    """For a class, a student or a second run: another secret gives another order of the same values."""
    orders = {
        seed: tuple(variant.draw("9.9", OWN, OTHERS, seed, i)["year"] for i in range(5))
        for seed in map(str, range(20))
    }
    assert len(set(orders.values())) > 10
    assert all(sorted(order) == OTHERS["year"] for order in orders.values())


@pytest.mark.parametrize("name", ["", "spring", "2027-monsoon-b", "../2027", "2027 spring", "27-spring"])
def test_a_cohort_without_a_place_in_time_is_refused_in_one_sentence(name):
    with pytest.raises(MasterError, match="COHORT is a year, with a term"):
        variant.parse_cohort(name)


def test_a_cell_of_parameters_reads_back():
    cell = 'place, year = "Tianjin", 2013\nslope = -0.02\nfirst, second = "AB"'
    values = parameters.read(cell)
    assert parameters.write(values) == cell
    bound = {"place": "Tianjin", "year": 2013, "slope": -0.02, "first": "A", "second": "B"}
    assert parameters.assign_names(values) == bound
    text = {"a": ["{{ place }}: {{ '{:,}'.format(year) }}"], "n": 2}
    assert parameters.fill(text, {"place": "Hebei", "year": 2013}) == {"a": ["Hebei: 2,013"], "n": 2}


# Badly declared values


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (r"Now take one place, .*|\{\{ province \}\}'s", "", "does not use the parameter 'province'"),
        (r"(?<!= )province\b(?! =)(?=[\]\)])", '"Tianjin"', "the code does not use the parameter 'province'"),
        (r"province: \[.*", "province: [Hebei]", "declare more values: 5 combinations besides"),
        (r"province: \[Hebei, .*?,", "province: [Hebei, Hebei,", "a value is declared twice"),
        (r"province: \[", "town: [", "binds 'province', the raw cell has variants of 'town'"),
        (r"(place, start_year: \[\[Tianjin), 2011\]", r"\1]", "does not have as many values"),
        (r"to_percent(.*): \[DCEAB", r"to_percent\1: [DCEAA", "must give every line a letter"),
        (r'province = "Tianjin"', "province = gdp.columns[1]", "binds names to plain values, a line each"),
        (r"\{\{ province \}\}", "{{ provinces }}", "cannot be filled: 'provinces' is undefined"),
        (r"lift: \[8, 60\]", "lift: [8, 9]", "'3.1 lift' is 52.0124, outside 8 to 9"),
        (r"  3.1 lift: .*", "", "no bounds are stated for the number '3.1 lift'"),
        (r"revision = \.\.\.", "province = 1", "another cell binds its parameter 'province' too"),
    ],
)
def test_badly_declared_values_are_refused_in_one_sentence(old, new, says):
    path = masters.ROOT / "exercises" / "03_gdp.ipynb"
    notebook, changed = contract.read(path), 0
    for cell in notebook.cells:
        cell.source, count = re.subn(old, new, cell.source)
        changed += count
    assert changed
    with pytest.raises(MasterError) as error:
        bounds.check(parse(path, notebook))
    assert says in str(error.value) and "03_gdp" in str(error.value)


# What the maker makes for a cohort


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A course of its own, in which everything was made for one cohort, once for all tests."""
    root = masters.lay_out_course(tmp_path_factory.mktemp("course"), [path.stem for path in SOME])
    everything.make(root, cohort=COHORT)
    return root


@pytest.mark.slow
@pytest.mark.xdist_group("cohort")
def test_what_a_cohort_gets_names_its_values_and_gives_nothing_away(made):
    found = []
    for path in SOME:
        master = read(made / variant.FOLDER / COHORT / path.name)
        assert masters.given_away(master) == []
        assert contract.all_chart_problems(contract.read(master.path)) == []
        release = products.list_assignment(made, master.stem, COHORT).release
        assert contract.read(release).metadata["course"] == {"assignment": master.name}
        own = {exercise.number: exercise.values for exercise in read(path).exercises}
        shown = "\n".join(cell.source for cell in contract.read(release).cells)
        found += [f"{path.stem} shows {secret}" for secret in ("### BEGIN", "{{", "{%") if secret in shown]
        for exercise in master.exercises:
            if exercise.values and exercise.values == own[exercise.number]:
                found.append(f"{exercise.number} has the master's own values")
            texts = [cell.source for cell in [*exercise.question, *exercise.provided]]
            found += [f"{path.stem} lacks {text}" for text in texts if text not in shown]
    assert found == []


@pytest.mark.slow
@pytest.mark.xdist_group("cohort")
def test_a_cohorts_solutions_earn_full_points_and_grading_tells_cohorts_apart(made):
    built = made / products.ASSIGNMENTS
    for path in SOME:
        source = products.list_assignment(made, path.stem, COHORT).source
        earned, _, raised = masters.run(contract.read(source).cells)
        assert earned and raised == []
    name = f"03_gdp-{COHORT}"
    held = assignment.load(name, built, made / "keys", COURSE)
    assert name in assignment.list_names(built)
    handed_in = contract.read(built / "release" / name / f"{name}.ipynb")
    assert plain.find_assignment(handed_in) == name
    grade.check_assignment(handed_in, held)
    handed_in.metadata["course"]["assignment"] = f"03_gdp-{BEFORE}"
    with pytest.raises(plain.Refused, match=f"belongs to the assignment 03_gdp-{BEFORE}, not {name}"):
        grade.check_assignment(handed_in, held)


@pytest.mark.slow
@pytest.mark.xdist_group("cohort")
def test_making_goes_by_content_and_a_cohort_lies_beside_the_others(made):
    """Touched files make nothing stale, changed or lost ones do; a cohort's assignments stay, pages too."""
    page = products.list_practice(made, "03_gdp").page
    source, release = products.list_assignment(made, "03_gdp")
    of_cohort = products.list_assignment(made, "03_gdp", COHORT).source
    kept = of_cohort.read_bytes()
    wheel = made / products.ASSIGNMENTS / needs.name_wheel(made)
    assert everything.make(made, cohort=COHORT) == 0
    assert everything.make(made) == len(SOME)
    assert everything.make(made, cohort=COHORT) == 0
    assert COHORT not in page.read_text(encoding="utf-8") + release.read_text(encoding="utf-8")
    assert of_cohort.read_bytes() == kept
    for file in [*made.glob("exercises/*"), wheel]:
        if file.is_file():
            os.utime(file, (1, 1))
    packed = wheel.read_bytes()
    assert everything.make(made) == 0
    release.unlink()
    source.write_text("spoiled", encoding="utf-8")
    assert everything.make(made) == 1
    assert release.exists() and source.read_text(encoding="utf-8") != "spoiled"
    wheel.unlink()
    everything.make(made)
    assert wheel.read_bytes() == packed, "the wheel is the same, byte for byte"
    assert list(made.rglob("*.part")) == []
