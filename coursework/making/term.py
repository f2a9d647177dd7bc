"""What a plan of a term is shown as: the page with all that the book prints, and a calendar with dates."""

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from coursework.making import plans
from coursework.making.files import write_file
from coursework.making.plans import Lesson, PlanError, Week
from coursework.making.templates import fill

PAGE = "exercises/pages/plans.md"


def format_page(lessons: tuple[Lesson, ...]) -> str:
    """The page of all printed plans, with what each leaves out and the readings of each chapter."""
    printed = plans.list_plans(lessons)
    taken = {
        number: {one: week.number for week in plan for one in week.lessons}
        for number, plan in printed.items()
    }
    made = {"printed": printed, "taken": taken, "lessons": lessons, "ordered": plans.sort(lessons)}
    return f"{fill('plans.md', hours=plans.HOURS, **made)}\n"


def list_mondays(start: date, weeks: int, breaks: Sequence[date]) -> list[date]:
    """The first days of so many weeks, none of which holds a day of a break."""
    found, day = list[date](), start
    while len(found) < weeks:
        found += [] if any(day <= free < day + timedelta(7) for free in breaks) else [day]
        day += timedelta(7)
    return found


def _describe(root: Path, week: Week) -> str:
    from pybtex.backends.plaintext import Backend
    from pybtex.database import parse_file
    from pybtex.style.formatting.plain import Style

    works = parse_file(root / "references.bib")
    keys = list(dict.fromkeys(key for lesson in week.lessons for key in lesson.readings))
    lines = [f"About {week.minutes} minutes beside the class."]
    lines += [
        f"{lesson.label}: {lesson.minutes} minutes of reading and exercises." for lesson in week.lessons
    ]
    lines += [f"Capstone: {week.step}, {week.step_minutes} minutes."] if week.step else []
    lines += ["Readings:"] if keys else []
    lines += (
        [work.text.render(Backend()) for work in Style().format_bibliography(works, keys)] if keys else []
    )
    return "\n".join(lines)


def format_calendar(root: Path, plan: Sequence[Week], days: Sequence[date]) -> bytes:
    """A plan as a calendar (RFC 5545), an event of seven days for each week; the same bytes every time."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//course//plan of a term//EN")
    calendar.add("version", "2.0")
    for week, day in zip(plan, days, strict=True):
        event = Event()
        titles = [lesson.label for lesson in week.lessons] + ([f"capstone: {week.step}"] if week.step else [])
        event.add("summary", f"Week {week.number}: {'; '.join(titles)}")
        event.add("description", _describe(root, week))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(7))
        # When it was made counts for nothing here, and would make each file another one.
        event.add("dtstamp", datetime.combine(days[0], time(), UTC))
        event.add("uid", f"week-{week.number}-{day:%Y%m%d}@plan-of-{len(plan) - 1}-weeks")
        calendar.add_component(event)
    return calendar.to_ical()


def make_calendar(root: Path, weeks: int, start: str, hours: float, breaks: str = "") -> Path:
    """Write the calendar of a term into `_build`; returns its file.

    Raises `PlanError` where a day is none, or the course does not fit.
    """
    days = []
    for text in (start, *breaks.split()):
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            raise PlanError(f"{text!r} is no day; write one as 2027-03-01") from None
    plan = plans.make_plan(plans.read_lessons(root), weeks, hours)
    target = root / "_build" / f"calendar-{weeks}-weeks.ics"
    write_file(target, format_calendar(root, plan, list_mondays(days[0], len(plan), days[1:])))
    for week in plan:
        print(
            f"{week.number:4} {week.minutes:4} min  {'; '.join(one.label for one in week.lessons)}",
            file=sys.stderr,
        )
    return target
