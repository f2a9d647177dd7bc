"""The report on a class with known properties."""

import re
from dataclasses import replace

import numpy as np
import pytest
import small
from notebook_grader.assignments.fact import Fact, read_objectives
from notebook_grader.marks import items, report
from notebook_grader.marks.decisions import Mark

EXERCISES = small.HELD.list_points()


@pytest.fixture(scope="module")
def known():
    return small.make_class()


def test_shares_discrimination_and_misconceptions_of_exercises(known):
    results, _ = known
    summary = items.summarise(*known, EXERCISES, small.TITLES)
    first, second, third, unreached, text = summary.items
    assert (first.right, first.marked, first.mean) == (30, 60, 0.5)
    assert first.misconceptions == ((small.SHARES, 10),)
    assert (unreached.answered, unreached.count, unreached.right) == (0, 60, 0)
    assert (text.answered, text.marked, text.share) == (60, 0, None)
    # The text waits, so totals are of 11 points: 4 for the better half, 3 for some, 2 for others.
    assert max(summary.totals) == 9 / 11
    points = [
        [result.cells[name].points for name in list(EXERCISES)[:4]] for result in results.values()
    ]
    for column, item in enumerate(summary.items[:3]):
        rest = np.delete(points, column, axis=1).sum(axis=1)
        assert item.discrimination == pytest.approx(
            np.corrcoef(np.transpose(points)[column], rest)[0, 1]
        )
    assert (
        second.negative and not third.negative and unreached.discrimination is None
    )  # nobody has a point


def test_the_page_shows_the_findings_and_is_reproducible(known):
    text = report.render(small.HELD, *known)
    assert text == report.render(small.HELD, *known)
    for sentence in (
        f"Teach again: “{small.SHARES}” (Exercise 1.1. Task 1), held by 10 of the 60 who answered.",
        "Exercise 1.4. Task 4: nobody answered it.",
        "Exercise 1.2. Task 2: students who do well elsewhere do worse here (−0.",
        "60 students graded; answers of 60 wait for a person",
    ):
        assert sentence in text
    assert text.count('class="bar"') == 4 + 1 + 1 + 10
    # No scripts, no external resources.
    assert not re.search(r"<script|\bsrc=|href=|@import|url\((?!#)", text)
    small_class = report.render(small.HELD, *small.make_class(4))
    assert "too few (under 20)" in small_class and small_class.count('class="track"') == 0
    for count, taught in ((14, False), (16, True)):  # two hold it, then three
        said = report.render(small.HELD, *small.make_class(count))
        assert (f"Teach again: “{small.SHARES}”" in said) == taught
    results, final = small.make_class(40)  # of 40 seven hold it, of whom four learn
    for result in [one for one in results.values() if one.cells["tests-1-1"].misconceptions][:4]:
        result.cells["tests-1-1"].misconceptions.clear()
    said = report.render(small.HELD, results, final)
    assert (
        "Nothing to teach again: no misconception is held by 3 students and 10% of those who"
        in said
    )
    assert "Nothing stands out." in report.render(small.HELD, {}, {})


def test_objectives_and_what_waits(known):
    """Twelve texts wait, two of them because the answer changed after it was marked."""
    results, final = known
    final = {student: dict(marks) for student, marks in final.items()}
    for number, marks in enumerate(final.values()):
        points = None if number < 12 else 5.0
        marks["answer-1-5"] = Mark(points, "", f"Text {number}", by="Li", is_outdated=number < 2)
    words = {"**Name** the hundred": ["tests-1-1"], "**Weigh** it": ["tests-1-2", "answer-1-5"]}
    summary = items.summarise(results, final, EXERCISES, small.TITLES, words)
    first, second = summary.objectives
    assert (first.out_of, first.mean, first.below) == (4, 0.5, 30)
    assert (second.out_of, [item.name for item in second.items]) == (3, ["tests-1-2", "answer-1-5"])
    assert [(item.name, count, again) for item, count, again in summary.waiting] == [
        ("answer-1-5", 12, 2)
    ]
    text = report.render(replace(small.HELD, objectives=words), results, final)
    assert "“Name the hundred”, with 50% of its points; 30 of the class have less than half" in text
    assert "12 students have no final mark yet; report.txt names them" in text


def test_equal_files_are_told_but_not_within_a_group():
    results = {name: small.make_result(name)[0] for name in ("ann", "bob", "cy")}
    views = {name: small.make_result(name)[1] for name in results}
    text = report.format_report("a", results, views, {}, {}, groups=[{"ann", "bob"}, {"cy"}])
    told = re.findall("(.*): .*file as that of (.*)\\.\n", text)
    assert told == [("ann", "cy"), ("bob", "cy"), ("cy", "ann, bob")]


def test_objectives_are_read_from_the_authors_notebook():
    made = small.source(small.FACTS | {"tests-1-4": Fact("1.4", objectives=("2", "1"))})
    made.metadata["course"]["objectives"] = {"1": "Name it", "2": "Weigh it", "3": "Nobody asks"}
    assert read_objectives(made) == {"Name it": ["tests-1-4"], "Weigh it": ["tests-1-4"]}
