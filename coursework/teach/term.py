"""Plans of a term as a page of the book, and with dates as a calendar file and as a part of the
syllabus."""

import itertools
import re
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from coursework.build.record import write_file
from coursework.common import MasterError, fill
from coursework.teach import plans
from coursework.teach.plans import Lesson, Week

PAGE = "exercises/pages/plans.md"
SYLLABUS = "pages/syllabus_text.md"
_PLACE = re.compile(r"^\*\*Plan\.\*\*.*$", re.MULTILINE)

# Years that a term can be in. Another year is a slip of the hand, and after 9999 there is no day to
# add.
YEARS = range(2000, 2101)


def format_page(root: Path, lessons: tuple[Lesson, ...]) -> str:
    """Render the page of all plans, with what each leaves out and the readings of each lesson."""
    printed = {weeks: plans.make_plan(root, lessons, weeks) for weeks in plans.list_terms(root)}
    taken = {
        number: {lesson.stem: week.number for week in plan for lesson in week.lessons}
        for number, plan in printed.items()
    }
    choice = {weeks: plans.list_choice(root, weeks) for weeks in printed}
    hours = plans.read_table(root)["hours"]
    page = fill(
        "plans.md", hours=hours, printed=printed, taken=taken, choice=choice, lessons=lessons
    )
    return f"{page}\n"


def read_day(text: str) -> date:
    """Read a day of a term. Raises `MasterError` if it is none."""
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            day = datetime.strptime(text, form).date()
        except ValueError:
            continue
        if day.year not in YEARS:
            raise MasterError(
                f"{text!r} is in no year from {YEARS[0]} to {YEARS[-1]}, in which a term can be"
            )
        return day
    raise MasterError(f"{text!r} is no day; write one as 2027-03-01, and part several by spaces")


def list_classes(
    start: date, count: int, breaks: Collection[date], weekday: str = ""
) -> list[date]:
    """List the days of so many classes, once a week from `start` on, but for those that fall on a
    break."""
    first = start
    if weekday:
        days = [start + timedelta(number) for number in range(7)]
        fitting = [
            day
            for day in days
            if f"{day:%A}".lower().startswith(weekday.lower()) and len(weekday) > 2
        ]
        if not fitting:
            raise MasterError(
                f"{weekday!r} is no day of the week; write Mon, Tue, Wed, Thu, Fri, Sat or Sun"
            )
        first = fitting[0]
    classes = (first + timedelta(7 * number) for number in itertools.count())
    return list(itertools.islice((day for day in classes if day not in breaks), count))


def _name(week: Week) -> str:
    titles = [
        one.label + f" (assignment: {one.assigned})" * bool(one.assigned) for one in week.lessons
    ]
    titles += [f"capstone: {week.step}"] if week.step else []
    return "; ".join(titles) or "free"


def _describe(root: Path, week: Week) -> str:
    from pybtex.backends.plaintext import Backend
    from pybtex.database import parse_file
    from pybtex.style.formatting.plain import Style

    works = parse_file(root / "references.bib")
    keys = list(dict.fromkeys(key for lesson in week.lessons for key in lesson.readings))
    lines = [f"About {week.minutes} minutes beside the class."]
    lines += [
        f"{one.label}: {one.minutes} minutes to read and run, with exercises."
        for one in week.lessons
    ]
    lines += [f"Capstone: {week.step}, {week.step_minutes} minutes."] if week.step else []
    if keys:
        listed = Style().format_bibliography(works, keys)
        lines += ["Readings:", *(work.text.render(Backend()) for work in listed)]
    return "\n".join(lines)


def format_calendar(root: Path, plan: Sequence[Week], days: Sequence[date]) -> bytes:
    """Format a plan as a calendar (RFC 5545): each class, and when what is read for it is due.

    Exercises and steps of the capstone are due on the day of the next class. The same bytes every
    time.
    """
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//course//plan of a term//EN")
    calendar.add("version", "2.0")
    for week, day in zip(plan, days, strict=True):
        for kind, at, text in (
            ("week", day, f"Week {week.number}: {_name(week)}"),
            ("due", find_deadline(days, day), f"Due: {_name(week)}"),
        ):
            event = Event()
            event.add("summary", text)
            event.add("description", _describe(root, week))
            event.add("dtstart", at)
            event.add("dtend", at + timedelta(1))
            # The time of making would make every file different.
            event.add("dtstamp", datetime.combine(days[0], time(), UTC))
            event.add("uid", f"{kind}-{week.number}-{day:%Y%m%d}@plan-of-{len(plan) - 1}-weeks")
            calendar.add_component(event)
    return calendar.to_ical()


def format_syllabus(root: Path, plan: Sequence[Week], days: Sequence[date]) -> str:
    """The course's syllabus, with a plan and its dates in the place of the line on it."""
    form = "%-d %b %Y"
    rows = [
        (week, f"{day:{form}}", f"{find_deadline(days, day):{form}}")
        for week, day in zip(plan, days, strict=True)
    ]
    schedule = fill("schedule.md", rows=rows)
    return _PLACE.sub(lambda _: schedule, (root / SYLLABUS).read_text(encoding="utf-8"))


def find_deadline(days: Sequence[date], day: date) -> date:
    """The day of the next class, and a week later for the last one."""
    return next((later for later in days if later > day), day + timedelta(7))


def print_plan(lessons: Sequence[Lesson], plan: Sequence[Week], days: Sequence[date]) -> None:
    """Print each week with its dates, and what the plan leaves out."""
    taken = {lesson.number for week in plan for lesson in week.lessons}
    if skipped := [str(one.number) for one in lessons if one.number not in taken]:
        print(f"Left out: lessons {', '.join(skipped)}.")
    print("Exercises and the capstone's steps are due on the day of the next class.")
    for week, day in zip(plan, days, strict=True):
        due = find_deadline(days, day)
        print(
            f"{week.number:3}  {day:%a %d %b %Y}, due {due:%a %d %b}  {week.minutes:4} min "
            f" {_name(week)}"
        )


def make_calendar(root: Path, weeks: int, start: str, breaks: str = "", weekday: str = "") -> Path:
    """Print the plan of a term, and write calendar and syllabus into `_build`. Returns the
    calendar."""
    first, *free = map(read_day, (start, *re.findall(r"[^\s,;]+", breaks)))
    lessons = plans.read_lessons(root)
    plan = plans.make_plan(root, lessons, weeks)
    days = list_classes(first, len(plan), free, weekday)
    target = root / "_build" / f"calendar-{weeks}-weeks.ics"
    write_file(target, format_calendar(root, plan, days))
    write_file(target.with_name(f"syllabus-{weeks}-weeks.md"), format_syllabus(root, plan, days))
    print_plan(lessons, plan, days)
    return target
