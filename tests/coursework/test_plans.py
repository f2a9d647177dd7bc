"""Plans of a term: prerequisites first, even weeks, the capstone in its place, a calendar."""

import itertools
import re
from functools import cache

import pytest
from icalendar import Calendar

from coursework.common import MasterError
from coursework.teach import plans, term
from coursework.teach.plans import Lesson
from tests import browser as pages
from tests.pages.built import ROOT


@cache
def read() -> list[Lesson]:
    return plans.read_lessons(ROOT)


def is_in_order(lessons: list[Lesson]) -> bool:
    return all(one.needs <= {before.stem for before in lessons[:n]} for n, one in enumerate(lessons))


def worth(lessons: list[Lesson]) -> tuple[int, int]:
    claims = {claim for one in lessons for claim in one.claims}
    return len({one.part for one in lessons} - {""}), len(claims)


@pytest.mark.parametrize("minutes", [0, 250, 500, 750, 1000])
def test_a_choice_fits_holds_what_it_needs_and_is_worth_most(minutes):
    lessons = read()[:12]
    choices = (list(taken) for size in range(13) for taken in itertools.combinations(lessons, size))
    fit = [taken for taken in choices if sum(one.minutes for one in taken) <= minutes and is_in_order(taken)]
    chosen = sorted(plans.choose(lessons, minutes), key=lessons.index)
    assert chosen in fit and worth(chosen) == max(map(worth, fit))


@pytest.mark.parametrize("weeks", (*plans.TERMS, 8, 20))
def test_the_plans_of_this_course(weeks):
    plan = plans.make_plan(read(), weeks)
    taken = [one for week in plan for one in week.lessons]
    assert is_in_order(taken) and "01_reading" in {one.stem for one in plan[0].lessons}
    assert {one.part for one in read()} == {one.part for one in taken}
    assert len(plan) == weeks + 1 and max(week.minutes for week in plan) <= 90 * plans.HOURS
    steps = [week.number for week in plan if week.step]
    assert steps == list(range(weeks - 4, weeks + 2))
    assert sum(week.step_minutes for week in plan) == plans.CAPSTONE_MINUTES
    # Three chapters are read before claims are chosen.
    assert len([one for week in plan[: steps[0] - 1] for one in week.lessons if one.part]) >= 3


def test_circular_and_missing_needs_are_refused(tmp_path):
    circle = [Lesson(a, a, 9, frozenset({b}), "I", frozenset()) for a, b in ("xy", "yx")]
    with pytest.raises(MasterError, match="x needs y needs x"):
        plans.sort(circle)
    for weeks, hours in ((5, 4), (7, 2), (60, 4), (12, 0)):
        with pytest.raises(MasterError):
            plans.make_plan(read(), weeks, hours)
    for name in ("_toc.yml", "data/claims.csv", "chapters/03_gdp.md", "chapters/03_gdp.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        text = (ROOT / name).read_text("utf-8").replace("**You need.**", "**Know.**")
        (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(MasterError, match=r"03_gdp.md does not say what to know first"):
        plans.read_lessons(tmp_path)


def test_a_plan_of_chosen_chapters_has_what_they_need_on_days_that_move_only_where_a_class_falls_out(capsys):
    chosen = plans.take(read(), ["1", "17"])
    assert is_in_order(chosen) and {"01_reading", "17_differences"} < {one.stem for one in chosen}
    assert len(chosen) < len(read())
    plan = plans.make_plan(read(), 9, chapters=["1", "17"])
    assert [one for week in plan for one in week.lessons] == chosen
    day, free = term.date(2027, 3, 1), [term.date(2027, 3, 9), term.date(2027, 3, 11)]
    days = term.list_classes(day, len(plan), free, "Thu")
    assert [f"{one:%a %m-%d}" for one in days[:3]] == ["Thu 03-04", "Thu 03-18", "Thu 03-25"]
    made = term.format_calendar(ROOT, plan, days)
    assert made == term.format_calendar(ROOT, plan, days)
    events = Calendar.from_ical(made).walk("VEVENT")
    assert len(events) == len({event["uid"] for event in events}) == 20
    assert [f"{event['dtstart'].dt:%m-%d}" for event in events[:2]] == ["03-04", "03-18"]
    term.print_plan(read(), plan, days, ["1", "17"])
    printed = capsys.readouterr().out
    assert "Added, since what you chose needs it: " in printed and "Left out: chapters 2, " in printed
    assert "Thu 04 Mar 2027, due Thu 18 Mar" in printed and "swap" in printed
    for wrong, sentence in (
        ({"start": "soon"}, "'soon' is no day"),
        ({"hours": "few"}, "'few' is no number of hours"),
        ({"weekday": "D"}, "'D' is no day of the week"),
        ({"chapters": "1 91"}, "no chapter '91'"),
    ):
        with pytest.raises(MasterError, match=sentence):
            term.make_calendar(ROOT, **{"weeks": 12, "start": "12.04.2027", "hours": "3,5", **wrong})


def test_the_page_has_every_plan_and_every_reading():
    page = (pages.HTML / "exercises/pages/plans.html").read_text("utf-8")
    for weeks in plans.TERMS:
        part = page.partition(f'id="a-term-of-{weeks}-weeks"')[2].partition("</section>")[0]
        rows = re.findall(r"<tr.*?</tr>", part, re.DOTALL)[1:]
        for week, row in zip(plans.make_plan(read(), weeks), rows, strict=True):
            assert re.findall(r"chapters/(\w+)\.html", row) == [one.stem for one in week.lessons]
    cited = {key for lesson in read() for key in lesson.readings}
    listed = page.partition('id="references"')[2]
    assert len(cited) > 40 and listed.count("<aside") + listed.count('class="footnote') >= len(cited)
