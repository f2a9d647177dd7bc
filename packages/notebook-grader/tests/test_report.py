"""The report on a class says what is known of a class that was made for it."""

import re
from dataclasses import replace

import numpy as np
import pytest
import small
from notebook_grader import decisions, items, report
from notebook_grader.decisions import Mark
from notebook_grader.fact import Fact, read_objectives
from scipy import stats

EXERCISES = {"tests-1-1": 4.0, "tests-1-2": 3.0, "tests-1-3": 2.0, "tests-1-4": 2.0, "answer-1-5": 5.0}


@pytest.fixture(scope="module")
def known():
    return small.make_class()


@pytest.fixture(scope="module")
def summary(known):
    return items.summarise(*known, EXERCISES, small.TITLES)


def test_shares_and_misconceptions_are_counted(summary):
    first, _, third, unreached, text = summary.items
    assert (first.right, first.marked, first.mean) == (30, 60, 0.5)
    assert first.misconceptions == ((small.SHARES, 10),)
    assert (unreached.answered, unreached.count, unreached.right) == (0, 60, 0)
    assert (text.answered, text.marked, text.share) == (60, 0, None)
    assert {one.index: (one.count, one.right) for one in third.variants} == {1: (30, 30), 2: (30, 0)}
    # The text waits, so totals are of 11 points: 4 for the good, 3 for some, 2 for a set of values.
    assert max(summary.totals) == 9 / 11


def test_discrimination_is_that_of_the_other_exercises(summary, known):
    results, _ = known
    points = np.array(
        [[results[s].cells[name].points for name in list(EXERCISES)[:4]] for s in sorted(results)]
    )
    for column, item in enumerate(summary.items[:3]):
        rest = np.delete(points, column, axis=1).sum(axis=1)
        expected = stats.pearsonr(points[:, column], rest)
        assert item.discrimination == pytest.approx(expected.statistic)
        assert item.interval == pytest.approx(tuple(expected.confidence_interval()), abs=1e-6)
    assert summary.items[1].negative and not summary.items[2].negative
    assert summary.items[3].discrimination is None  # nobody has a point


def test_variants_are_told_apart_from_chance(summary):
    assert summary.unfair == {"tests-1-3"} and summary.items[2].chance < 1e-9


def test_the_page_says_it_and_is_the_same_each_time(known):
    text = report.render(small.HELD, *known)
    assert text == report.render(small.HELD, *known)
    for sentence in (
        f"Teach again: “{small.SHARES}” (Exercise 1.1. Task 1), held by 10 of the 60 who answered.",
        "Exercise 1.4. Task 4: nobody answered it.",
        "Exercise 1.2. Task 2: those who do well elsewhere do worse here (−0.",
        "Exercise 1.3. Task 3: its sets of values are not equally hard; set 3 is hardest, 100 points",
        "60 students graded; answers of 60 wait for a person",
    ):
        assert sentence in text
    assert text.count('class="bar"') == 4 + 1 + 1 + 10 and text.count('class="rule"') == 4 + 3 + 2
    # Nothing of it asks for anything, and nothing acts.
    assert not re.search(r"<script|\bsrc=|href=|@import|url\((?!#)", text)


def test_objectives_markers_and_what_waits(known):
    """Wu gives half of the points less than Li for the same text, of which twelve wait, two of them again."""
    results, final = known
    final = {student: dict(own) for student, own in final.items()}
    for number, own in enumerate(final.values()):
        given, by = (None, "Li") if number < 12 else (5.0 - number % 2, "Li") if number < 36 else (2.0, "Wu")
        again = f"{decisions.CHANGED} 3." if number < 2 else ""
        own["answer-1-5"] = Mark(given, again, f"Text {number}", by=by)
    words = {"**Name** the hundred": ["tests-1-1"], "**Weigh** it": ["tests-1-2", "answer-1-5"]}
    counted = items.summarise(results, final, EXERCISES, small.TITLES, words)
    first, second = counted.objectives
    assert (first.out_of, first.mean, first.below) == (4, 0.5, 30)
    assert (second.out_of, [item.name for item in second.items]) == (3, ["tests-1-2", "answer-1-5"])
    li, wu = counted.markers
    assert (li.name, li.count, wu.count) == ("Li", 24, 24) and li.differs and wu.differs
    assert wu.apart == pytest.approx(-0.5) and li.mean == pytest.approx(0.9)
    assert [(item.name, count, again) for item, count, again in counted.waiting] == [("answer-1-5", 12, 2)]
    text = report.render(replace(small.HELD, objectives=words), results, final)
    for sentence in (
        "Wu gave 50 points of a hundred less than others for the same exercises",
        "Met least: “Name the hundred”, with 50% of its points; 30 of the class have less than half",
        "12 students have no final mark yet; report.txt names them",
        "−50% (−",
    ):
        assert sentence in text, sentence


def test_objectives_are_read_from_the_authors_notebook():
    made = small.source(small.FACTS | {"tests-1-4": Fact("1.4", objectives=("2", "1"))})
    made.metadata["course"]["objectives"] = {"1": "Name it", "2": "Weigh it", "3": "Nobody asks"}
    assert read_objectives(made) == {"Name it": ["tests-1-4"], "Weigh it": ["tests-1-4"]}


def test_small_classes_say_too_few():
    text = report.render(small.HELD, *small.make_class(4))
    assert "too few (under 20)" in text and text.count('class="track"') == 0
    assert "not equally hard" not in text
    text = report.render(small.HELD, {}, {}, told=["3 answers were marked by two persons."])
    assert "Nothing stands out." in text and "<li>3 answers were marked by two persons." in text
