"""A cohort's own numbers: whatever is drawn, the solution fits, last cohort's does not, and no case is degenerate."""

from __future__ import annotations

import contextlib
import copy
import io
import json
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from exercises.making import cohort as cohorts
from exercises.making import seals
from exercises.making.master import Exercise, Master, MasterError, read
from jingjinji import check

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "exercises").glob("[0-9][0-9]_*.ipynb"))
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
                patch.setattr(check, "display", lambda data, raw, into=cell.outputs: into.append(_output(data)))
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


def _fits(bench: Bench, answer: Exercise, now: Exercise, sealed: dict, monkeypatch) -> bool:
    """Whether one cohort's solution, copied into another's notebook, passes its tests."""
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
    """All combinations: the solution passes, each misconception fails by its own message, bounds hold."""
    for exercise in _varying(bench.master):
        for words in cohorts.variants(exercise.facts):
            made = bench.with_values(exercise, words, monkeypatch)
            told = f"{exercise.number} with {', '.join(words.values())}"
            assert cohorts.out_of_bounds(made) == [], told
            sealed = bench.sealed(made, "now")
            assert _fits(bench, made, made, sealed, monkeypatch), told
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
