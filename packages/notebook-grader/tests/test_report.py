"""The report on a class says what is known of a class that was made for it."""

import re

import numpy as np
import pytest
import small
from notebook_grader import items, report_page
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


def test_the_page_says_it_and_is_written_once(tmp_path, known):
    page = tmp_path / "report.html"
    assert report_page.write(page, small.HELD, *known)
    text = page.read_text(encoding="utf-8")
    for sentence in (
        f"Teach again: “{small.SHARES}” (Exercise 1.1. Task 1), held by 10 of the 60 who answered.",
        "Exercise 1.4. Task 4: nobody answered it.",
        "Exercise 1.2. Task 2: those who do well elsewhere do worse here (−0.",
        "Exercise 1.3. Task 3: its sets of values are not equally hard; set 3 is hardest, 100 points",
        "60 students graded; answers of 60 wait for a person",
    ):
        assert sentence in text
    assert text.count('class="bar"') == 4 + 1 + 10 and text.count('class="rule"') == 4 + 3 + 2
    # Nothing of it asks for anything, and nothing acts.
    assert not re.search(r"<script|\bsrc=|href=|@import|url\((?!#)", text)
    assert not report_page.write(page, small.HELD, *known)
    page.unlink()
    assert report_page.write(page, small.HELD, *known) and page.read_text(encoding="utf-8") == text


def test_small_classes_say_too_few():
    text = report_page.render(small.HELD, *small.make_class(4))
    assert "too few (under 20)" in text and text.count('class="track"') == 0
    assert "not equally hard" not in text
    text = report_page.render(small.HELD, {}, {}, told=["3 answers were marked by two persons."])
    assert "Nothing stands out." in text and "<li>3 answers were marked by two persons." in text
