"""A cohort's own numbers: whatever is drawn, its solution fits, others do not, and no case is degenerate."""

from __future__ import annotations

import contextlib
import copy
import io
import re
import shutil
from pathlib import Path

from tests.chapters import contract
import nbformat
import pandas as pd
import pytest
from tests.coursework import test_exercises

from coursework.grading import assignment, grade, intake
from coursework.making import cohort as cohorts
from coursework.making import everything, notebooks, seals
from coursework.making.master import Exercise, Master, MasterError, read
from jingjinji import check

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "exercises").glob("[0-9][0-9]_*.ipynb"))
COHORT, BEFORE = "2027-spring", "2026-autumn"
TERMS = [f"{year}-{term}" for year in range(2027, 2052) for term in ("spring", "autumn")]


class Bench:
    """Runs the cells of a master's exercises in this process, for many cohorts in little time."""

    def __init__(self, path: Path):
        self.master = read(path)
        self.opening: dict = {}
        for cell in self.master.provided:
            self._run(cell, self.opening)
        self.made: dict[tuple, Exercise] = {}

    @staticmethod
    def _run(cell, names: dict) -> None:
        if cell.cell_type == "code":
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(cell.source, "cell", "exec"), names)

    def start(self, exercise: Exercise) -> dict:
        """The names that an answer starts from: tables are copies, which a cell may change."""
        frames = (pd.DataFrame, pd.Series)
        names = {k: v.copy(deep=False) if isinstance(v, frames) else v for k, v in self.opening.items()}
        for cell in exercise.provided:
            self._run(cell, names)
        return names

    def with_values(self, exercise: Exercise, words: dict[str, str], monkeypatch) -> Exercise:
        """The exercise with these values, its solution, tests and misconceptions run and recorded."""
        key = (exercise.number, *words.values())
        if key not in self.made:
            self.made[key] = self._record(_put(exercise, words), monkeypatch)
        return self.made[key]

    def _record(self, exercise: Exercise, monkeypatch) -> Exercise:
        names = self.start(exercise)
        self._run(exercise.answer, names)
        for cell in [exercise.tests, *exercise.slips]:
            cell.outputs = []
            with monkeypatch.context() as patch:
                patch.setenv("JINGJINJI_BOOK", "1")
                patch.setattr(check, "_sealed", {})
                patch.setattr(check, "display", lambda data, raw, to=cell.outputs: to.append(_output(data)))
                self._run(cell, names if cell is exercise.tests else dict(names))
        return exercise

    def sealed(self, exercise: Exercise, name: str) -> dict:
        return seals.sealed_answers(Master(Path(name), self.master.opening, [exercise]))


def _output(data: dict):
    return nbformat.v4.new_output("display_data", data=data)


def _put(exercise: Exercise, words: dict[str, str]) -> Exercise:
    made = copy.deepcopy(exercise)
    made.facts = cohorts.drawn_facts(made.facts, words)
    for cell in [*made.question, *made.provided, made.answer, made.tests, *made.slips]:
        cohorts.put_into(cell, words)
    return made


def _accepts(sealed: dict, exercise: Exercise, monkeypatch) -> str:
    """What the checks of one cohort say to the answers of another: nothing where all are right."""
    monkeypatch.setattr(check, "_sealed", sealed)
    for record in seals.recorded(exercise.tests):
        values = record["values"]
        try:
            check.answer(record["name"], values[""] if list(values) == [""] else values)
        except AssertionError as error:
            return str(error)
    return ""


def _untouched(exercise: Exercise) -> Exercise:
    made = copy.deepcopy(exercise)
    solution = re.compile(r"### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)
    made.answer.source = solution.sub("", made.answer.source)
    return made


def _fits(bench: Bench, answer: Exercise, now: Exercise, sealed: dict, monkeypatch) -> bool:
    """Whether the answer of one exercise, copied into another cohort's notebook, passes its tests."""
    monkeypatch.setattr(check, "_sealed", sealed)
    names = bench.start(now)
    try:
        bench._run(answer.answer, names)
        bench._run(now.tests, names)
    except Exception:
        return False
    return True


@pytest.fixture(scope="module", params=SOURCES, ids=lambda path: path.stem)
def bench(request):
    return Bench(request.param)


def _varying(master: Master) -> list[Exercise]:
    return [exercise for exercise in master.exercises if "cohort" in exercise.facts]


def test_at_least_three_exercises_of_each_chapter_vary(bench):
    assert len(_varying(bench.master)) >= 3


def test_whatever_is_drawn_is_sound(bench, monkeypatch):
    """All combinations: the solution passes, starter code does not, misconceptions fail by their message."""
    for exercise in _varying(bench.master):
        for words in cohorts.variants(exercise.facts):
            made = bench.with_values(exercise, words, monkeypatch)
            told = f"{exercise.number} with {', '.join(words.values())}"
            assert cohorts.out_of_bounds(made) == [], told
            sealed = bench.sealed(made, "now")
            assert _fits(bench, made, made, sealed, monkeypatch), told
            assert not _fits(bench, _untouched(made), made, sealed, monkeypatch), told
            for cell in made.slips:
                for slip in seals.recorded(cell):
                    wrong = copy.deepcopy(made)
                    wrong.tests.outputs = [_output({check.ANSWER_MIME: slip})]
                    assert _accepts(sealed, wrong, monkeypatch) == slip["slip"], told


def test_no_cohort_can_use_the_answers_or_the_code_of_another(bench, monkeypatch):
    """All pairs of combinations, so any two cohorts, and the values that the masters print."""
    for exercise in _varying(bench.master):
        made = [bench.with_values(exercise, w, monkeypatch) for w in cohorts.variants(exercise.facts)]
        for now in made:
            sealed = bench.sealed(now, "now")
            for last in made:
                told = f"{exercise.number}: {last.facts['drawn']} for {now.facts['drawn']}"
                if last is not now:
                    assert _accepts(sealed, last, monkeypatch), f"the same answers in {told}"
                    assert not _fits(bench, last, now, sealed, monkeypatch), f"the old code passes in {told}"


@pytest.mark.parametrize("group", ["", "-b", "-x1"])
def test_cohorts_at_most_a_year_apart_differ(group):
    facts = {"exercise": "9.9", "cohort": {"year": list(range(2010, 2016))}}
    terms = [f"{y}-{t}{group}" for y in range(2027, 2040) for t in ("spring", "summer", "autumn", "winter")]
    drawn = [cohorts.draw(facts, term)["2010"] for term in terms]
    assert all(len(set(drawn[i : i + 5])) == 5 for i in range(len(drawn) - 4))
    assert "2010" not in drawn and set(drawn) == set("2011 2012 2013 2014 2015".split())
    assert drawn == [cohorts.draw(facts, term)["2010"] for term in terms]


def test_fifty_cohorts_draw_anew(bench):
    for exercise in _varying(bench.master):
        drawn = [cohorts.draw(exercise.facts, term) for term in TERMS]
        own, *others = cohorts.variants(exercise.facts)
        assert len(drawn) == 50 and all(words in others for words in drawn)
        assert all(last != now for last, now in zip([own, *drawn], drawn))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tianjin's GDP of 2013.", "Hebei's GDP of 2012."),
        ('gdp.loc[2013, "Tianjin"] * 0.2013', 'gdp.loc[2012, "Hebei"] * 0.2013'),
        ("2013.5 and 12013, Tianjiner, x2013", "2013.5 and 12013, Tianjiner, x2013"),
        ("From 2013 to 2012", "From 2012 to 2013"),
    ],
)
def test_whole_words_are_replaced_at_once(text, expected):
    assert cohorts.put(text, {"Tianjin": "Hebei", "2013": "2012", "2012": "2013"}) == expected


@pytest.mark.parametrize("name", ["", "spring", "2027-monsoon-b", "../2027", "2027 spring", "27-spring"])
def test_a_cohort_without_a_place_in_time_is_refused_in_one_sentence(name):
    with pytest.raises(MasterError, match="COHORT is a year, with a term"):
        cohorts.position(name)


# What the maker makes for a cohort


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A course of its own, in which everything was made for one cohort."""
    root = tmp_path_factory.mktemp("course")
    (root / "exercises").mkdir()
    for path in SOURCES:
        for file in (path, path.with_suffix(".md")):
            shutil.copy(file, root / "exercises")
    for name in ("jingjinji", "data", "_ext", "pyproject.toml"):
        (root / name).symlink_to(ROOT / name)
    with pytest.MonkeyPatch.context() as patch:
        wheel = root / everything.ASSIGNMENTS / everything.wheel_name(ROOT)
        patch.setattr(everything, "_wheel", lambda root: wheel)
        everything.make(root, cohort=COHORT)
        yield root


@pytest.fixture(params=[path.stem for path in SOURCES])
def of_cohort(made, request):
    return read(made / cohorts.FOLDER / COHORT / f"{request.param}.ipynb")


@pytest.mark.parametrize("stem", [path.stem for path in SOURCES[::4]])
def test_a_cohorts_notebook_runs_as_students_run_it(made, stem):
    """The maker has run all solutions; those above were checked against their hashes in this process."""
    _, source, release = everything.derived(made, stem, COHORT)
    done = test_exercises.run(contract.read(source).cells)
    assert [found for cell in done.cells for found in test_exercises.errors(cell)] == []
    assert contract.read(release).metadata["course"] == {"assignment": f"{stem}-{COHORT}"}


def test_a_cohorts_texts_give_nothing_away(made, of_cohort):
    test_exercises.test_no_message_gives_the_answer(of_cohort)
    page, _, release = everything.derived(made, of_cohort.stem, COHORT)
    shown = "\n".join(cell.source for path in (page, release) for cell in contract.read(path).cells)
    assert "### BEGIN" not in shown and "drawn:" not in shown
    assert contract.all_chart_problems(contract.read(of_cohort.path)) == []


def test_a_cohorts_questions_name_what_was_drawn(made, of_cohort):
    page, _, release = everything.derived(made, of_cohort.stem, COHORT)
    for exercise in of_cohort.exercises:
        question = "\n".join(cell.source for cell in [*exercise.question, *exercise.provided])
        words = [word for word in exercise.facts.get("drawn", []) if word in question]
        assert words or exercise.lines or "drawn" not in exercise.facts, exercise.number
        for path in (page, release):
            shown = "\n".join(cell.source for cell in contract.read(path).cells)
            assert [word for word in words if word not in shown] == []


def test_without_a_cohort_all_is_as_it_was(made):
    """The pages of a cohort give way to the masters' own; its assignments stay, to grade by."""
    assert everything.make(made) == len(SOURCES)
    assert everything.make(made) == 0
    for path in SOURCES:
        master = read(path)
        source = notebooks.source(master, everything.install_name(ROOT, master))
        page, own, release = everything.derived(made, path.stem)
        assert own.read_text(encoding="utf-8") == nbformat.writes(source) + "\n"
        assert COHORT not in page.read_text(encoding="utf-8") + release.read_text(encoding="utf-8")
        assert everything.derived(made, path.stem, COHORT)[1].exists()


def test_grading_tells_cohorts_apart(made):
    built = made / everything.ASSIGNMENTS
    name = f"03_gdp-{COHORT}"
    held = assignment.load(name, built)
    assert name in assignment.names(built)
    handed_in = contract.read(built / "release" / name / f"{name}.ipynb")
    assert intake.assignment_of(handed_in) == name
    grade.check_assignment(handed_in, held)
    handed_in.metadata["course"]["assignment"] = f"03_gdp-{BEFORE}"
    with pytest.raises(intake.Refused, match=f"belongs to the assignment 03_gdp-{BEFORE}, not {name}"):
        grade.check_assignment(handed_in, held)


# Badly declared values


def _spoil(tmp_path, change) -> str:
    notebook = contract.read(SOURCES[2])
    raw = next(cell for cell in notebook.cells if cell.cell_type == "raw")
    changed = change(raw.source)
    assert changed != raw.source
    raw.source = changed
    nbformat.write(notebook, tmp_path / "03_gdp.ipynb")
    with pytest.raises(MasterError) as error:
        cohorts.check(read(tmp_path / "03_gdp.ipynb"))
    return str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (r"place: \[Tianjin", "place: [Atlantis", "the question does not say 'Atlantis', the first value"),
        (r"place: .*", "place: [Tianjin, Hebei]", "declare more values: 5 combinations besides"),
        (r"place: .*", "place: [[Tianjin, 2013], [Hebei]]", "do not all have as many words as the first"),
        (r"lift: \[8, 60\]", "lift: [8, 9]", "'3.1 lift' is 45.213, outside 8 to 9"),
        (r"  3.1 lift: .*", "", "no bounds are stated for the number '3.1 lift'"),
    ],
)
def test_a_badly_declared_cohort_is_refused_in_one_sentence(tmp_path, old, new, says):
    assert says in _spoil(tmp_path, lambda text: re.sub(old, new, text))
