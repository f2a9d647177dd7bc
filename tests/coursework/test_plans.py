"""Plans of a term: what the table says, hours that fit, the capstone in its place, a calendar."""

import itertools
import re
from functools import cache

import pytest
from icalendar import Calendar

from coursework.common import MasterError
from coursework.teach import plans, term
from tests import browser as pages
from tests.pages.built import ROOT

TERMS = plans.list_terms(ROOT)


@cache
def read() -> tuple[plans.Lesson, ...]:
    return plans.read_lessons(ROOT)


def list_planned(weeks: int) -> list[int]:
    """Numbers of the lessons that the table gives to a term, written or not."""
    return [
        one for week in plans.read_table(ROOT)["terms"][weeks] for one in week.get("lessons", [])
    ]


@pytest.mark.parametrize("weeks", TERMS)
def test_a_plan_fits_its_hours_and_has_its_lessons_in_order(weeks):
    plan = plans.make_plan(ROOT, read(), weeks)
    planned = list_planned(weeks)
    table = plans.read_table(ROOT)
    assert len(plan) == weeks + 1 and planned == sorted({*planned})
    taken = [one.number for week in plan for one in week.lessons]
    assert taken == [number for number in planned if number in {one.number for one in read()}]
    minutes = [week.minutes for week in plan[:-1]]
    hours = table["hours"] * 60
    assert sum(minutes) <= weeks * hours
    assert max(minutes) <= 1.3 * hours
    assert [week.step for week in plan if week.step] == [
        step["does"] for step in table["capstone"].values()
    ]
    assert [week.step != "" for week in plan[-3:]] == [True, True, True]
    # Three lessons are read before claims are chosen, and the last is on causal comparison.
    assert len([one for week in plan if not week.step for one in week.lessons]) >= 3
    assert planned[0] == 1 and planned[-1] in {23, 24} and 23 in planned


@pytest.mark.parametrize("weeks", TERMS)
def test_exercises_left_to_choice_are_in_the_plan_and_none_is_marked(weeks):
    taken = [one for week in plans.make_plan(ROOT, read(), weeks) for one in week.lessons]
    choice = plans.list_choice(ROOT, weeks)
    assert {*choice} <= {number for one in taken for number in one.exercises}
    assert not {*choice} & {
        number for one in taken for number in re.findall(r"\d+\.\d+", one.assigned)
    }
    whole = {one.stem: one.minutes for one in read()}
    for one in taken:
        left = sum(one.exercises[number] for number in choice if number in one.exercises)
        assert one.minutes == whole[one.stem] - left


def test_a_longer_plan_has_what_a_shorter_one_has_and_the_longest_every_lesson():
    chosen = [{*list_planned(weeks)} for weeks in TERMS]
    assert all(few < more for few, more in itertools.pairwise(chosen))
    assert chosen[-1] == {*range(1, 25)} >= {one.number for one in read()}


def test_a_lesson_without_a_file_is_left_out_and_another_length_is_refused():
    first, *others = read()
    plan = plans.make_plan(ROOT, tuple(others), TERMS[0])
    assert first.number == 1 and 1 not in {one.number for week in plan for one in week.lessons}
    with pytest.raises(MasterError, match="no plan of 12 weeks, but of 7, 10, 16"):
        plans.make_plan(ROOT, read(), 12)


def test_a_calendar_has_days_that_move_only_where_a_class_falls_out(capsys):
    plan = plans.make_plan(ROOT, read(), 7)
    day = term.date(2027, 3, 1)
    free = [term.date(2027, 3, 9), term.date(2027, 3, 11)]
    days = term.list_classes(day, len(plan), free, "Thu")
    assert [f"{one:%a %m-%d}" for one in days[:3]] == ["Thu 03-04", "Thu 03-18", "Thu 03-25"]
    made = term.format_calendar(ROOT, plan, days)
    assert made == term.format_calendar(ROOT, plan, days)
    events = Calendar.from_ical(made).walk("VEVENT")
    assert len(events) == len({event["uid"] for event in events}) == 2 * len(plan)
    assert [f"{event['dtstart'].dt:%m-%d}" for event in events[:2]] == ["03-04", "03-18"]
    syllabus = term.format_syllabus(ROOT, plan, days)
    assert (
        "| 1 | 4 Mar 2027 | 1. " in syllabus and "| 18 Mar 2027 |\n| 2 | 18 Mar 2027 | " in syllabus
    )
    assert "**What counts.**" in syllabus and "make calendar" not in syllabus
    term.print_plan(read(), plan, days)
    printed = capsys.readouterr().out
    assert "Left out: lessons 2, " in printed
    assert "Thu 04 Mar 2027, due Thu 18 Mar" in printed and "swap" in printed
    for wrong, sentence in (
        ({"start": "soon"}, "'soon' is no day"),
        ({"start": "9999-12-31"}, "'9999-12-31' is in no year from 2000 to 2100"),
        ({"start": "0001-01-01"}, "'0001-01-01' is in no year from 2000 to 2100"),
        ({"weekday": "D"}, "'D' is no day of the week"),
        ({"breaks": "2027-05-06 May"}, "'May' is no day"),
    ):
        with pytest.raises(MasterError, match=sentence):
            term.make_calendar(ROOT, **{"weeks": 10, "start": "12.04.2027", **wrong})


def test_the_page_has_every_plan_and_every_reading():
    page = (pages.HTML / "exercises/pages/plans.html").read_text("utf-8")
    for weeks in TERMS:
        part = page.partition(f'id="a-term-of-{weeks}-weeks"')[2].partition("</section>")[0]
        rows = re.findall(r"<tr.*?</tr>", part, re.DOTALL)[1:]
        for week, row in zip(plans.make_plan(ROOT, read(), weeks), rows, strict=True):
            assert re.findall(r"chapters/(\w+)\.html", row) == [one.stem for one in week.lessons]
    cited = {key for lesson in read() for key in lesson.readings}
    listed = page.partition('id="references"')[2]
    assert len(cited) > 25 and listed.count("<aside") + listed.count('class="footnote') >= len(
        cited
    )
