"""Plans of a term as a page of the book, and as a calendar file with dates."""

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from coursework.build.record import write_file
from coursework.common import MasterError, fill
from coursework.teach import plans
from coursework.teach.plans import Lesson, Week

PAGE = "exercises/pages/plans.md"


def format_page(lessons: tuple[Lesson, ...]) -> str:
    """Render the page of all printed plans, with what each leaves out and the readings of each chapter."""
    printed = plans.list_plans(lessons)
    taken = {
        number: {lesson: week.number for week in plan for lesson in week.lessons}
        for number, plan in printed.items()
    }
    made = {"printed": printed, "taken": taken, "lessons": lessons, "ordered": plans.sort(lessons)}
    return f"{fill('plans.md', hours=plans.HOURS, **made)}\n"


def list_mondays(start: date, weeks: int, breaks: Sequence[date]) -> list[date]:
    """First days of so many weeks, skipping weeks that contain a day of `breaks`."""
    mondays, day = list[date](), start
    while len(mondays) < weeks:
        mondays += [] if any(day <= free < day + timedelta(7) for free in breaks) else [day]
        day += timedelta(7)
    return mondays


def _describe(root: Path, week: Week) -> str:
    from pybtex.backends.plaintext import Backend
    from pybtex.database import parse_file
    from pybtex.style.formatting.plain import Style

    works = parse_file(root / "references.bib")
    keys = list(dict.fromkeys(key for lesson in week.lessons for key in lesson.readings))
    lines = [f"About {week.minutes} minutes beside the class."]
    lines += [f"{one.label}: {one.minutes} minutes to read and run, with exercises." for one in week.lessons]
    lines += [f"Capstone: {week.step}, {week.step_minutes} minutes."] if week.step else []
    if keys:
        listed = Style().format_bibliography(works, keys)
        lines += ["Readings:", *(work.text.render(Backend()) for work in listed)]
    return "\n".join(lines)


def format_calendar(root: Path, plan: Sequence[Week], days: Sequence[date]) -> bytes:
    """Format a plan as a calendar (RFC 5545), an event for each week; the same bytes every time."""
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
        # The time of making would make every file different.
        event.add("dtstamp", datetime.combine(days[0], time(), UTC))
        event.add("uid", f"week-{week.number}-{day:%Y%m%d}@plan-of-{len(plan) - 1}-weeks")
        calendar.add_component(event)
    return calendar.to_ical()


def make_calendar(root: Path, weeks: int, start: str, hours: float, breaks: str = "") -> Path:
    """Write the calendar of a term into `_build`. Returns its file.

    Raises `MasterError` if a day is not a date, or the course does not fit.
    """
    days = []
    for text in (start, *breaks.split()):
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            raise MasterError(f"{text!r} is no day; write one as 2027-03-01") from None
    plan = plans.make_plan(plans.read_lessons(root), weeks, hours)
    target = root / "_build" / f"calendar-{weeks}-weeks.ics"
    write_file(target, format_calendar(root, plan, list_mondays(days[0], len(plan), days[1:])))
    for week in plan:
        labels = "; ".join(lesson.label for lesson in week.lessons)
        print(f"{week.number:4} {week.minutes:4} min  {labels}", file=sys.stderr)
    return target
