"""The report on a class says what is known of a class that was made for it."""

import re

import numpy as np
import pytest
from notebook_grader import items, report_page
from scipy import stats

from tests.coursework import classes


@pytest.fixture(scope="module")
def known():
    return classes.make()


@pytest.fixture(scope="module")
def summary(known):
    return items.summarise(*known, classes.EXERCISES, classes.TITLES)


def test_shares_and_misconceptions_are_counted(summary):
    first, _, third, unreached, text = summary.items
    assert (first.right, first.marked, first.mean) == (30, 60, 0.5)
    assert first.misconceptions == ((classes.SHARES, 10),)
    assert (unreached.answered, unreached.count, unreached.right) == (0, 60, 0)
    assert (text.answered, text.marked, text.share) == (60, 0, None)
    assert {variant.place: (variant.count, variant.right) for variant in third.variants} == {
        1: (30, 30),
        2: (30, 0),
    }
    # The text waits, so totals are of 11 points: 4 for the good, 3 for some, 2 for a set of values.
    assert max(summary.totals) == 9 / 11


def test_discrimination_is_that_of_the_other_exercises(summary, known):
    results, _ = known
    points = np.array(
        [[results[s].cells[name].points for name in list(classes.EXERCISES)[:4]] for s in sorted(results)]
    )
    for column, item in enumerate(summary.items[:3]):
        rest = np.delete(points, column, axis=1).sum(axis=1)
        expected = stats.pearsonr(points[:, column], rest)
        assert item.discrimination == pytest.approx(expected.statistic)
        assert item.interval == pytest.approx(tuple(expected.confidence_interval()), abs=1e-6)
    assert summary.items[1].negative and not summary.items[2].negative
    assert summary.items[3].discrimination is None  # nobody has a point


def test_variants_are_told_apart_from_chance(summary):
    assert summary.unfair == {"tests-1-3"} and summary.items[2].chance == 1 / (items.SHUFFLES + 1)
    a, b = [1.0] * 6 + [0.0] * 6, [1.0] * 4 + [0.0] * 8
    exact = stats.fisher_exact([[6, 6], [4, 8]]).pvalue
    assert items.test_by_permutation([a, b]) == pytest.approx(exact, abs=0.03)


def test_the_page_says_it(tmp_path, known):
    page = tmp_path / "report.html"
    given = (classes.ASSIGNMENT, *known)
    assert report_page.write(page, *given)
    text = page.read_text(encoding="utf-8")
    for sentence in (
        "Teach again: “growth rates add up” (Exercise 1.1. Task 1), held by 10 of the 60 who answered.",
        "Exercise 1.2. Task 2: those who do well elsewhere do worse here",
        "Exercise 1.3. Task 3: its sets of values are not equally hard; set 3 is hardest",
        "Exercise 1.4. Task 4: nobody answered it.",
        "<code>year = 2012</code>",
        "60 students graded; answers of 60 wait for a person",
    ):
        assert sentence in text
    assert text.count("<figure>") == 5 == text.count("<figcaption>")
    # Nothing of it asks for anything, and nothing acts.
    assert not re.search(r"<script|\bsrc=|href=\"(?!similar)|@import|url\((?!#)", text)
    assert not report_page.write(page, *given)
    page.unlink()
    assert report_page.write(page, *given) and page.read_text(encoding="utf-8") == text


def test_small_classes_say_too_few():
    results, final = classes.make(4)
    text = report_page.render(classes.ASSIGNMENT, results, final)
    assert "too few (under 20)" in text and "Charts need 10 students or more." in text
    assert "not equally hard" not in text and "<figure>" not in text
    assert "Nothing stands out." in report_page.render(classes.ASSIGNMENT, {}, {})
