"""Plans of a term: which lessons to read in which week, as the table `exercises/plans.yml` says."""

import re
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import yaml

from coursework.common import LOADER, MasterError, list_lessons
from coursework.teach import chapter

TABLE = "exercises/plans.yml"
_CITED = re.compile(r"\{footcite:[pt]\}`([^`]+)`")


@dataclass(frozen=True)
class Lesson:
    """A lesson in a plan, with what it and its checks cite and the exercises that are handed in.

    `exercises` has the minutes of each exercise by its number, such as "7.3".
    """

    stem: str
    title: str
    minutes: int
    readings: tuple[str, ...] = ()
    assigned: str = ""
    exercises: dict[str, int] = field(default_factory=dict, hash=False, compare=False)

    @property
    def number(self) -> int:
        """Number of the lesson."""
        return int(self.stem[:2])

    @property
    def label(self) -> str:
        """Number and title, without what follows a colon."""
        return f"{self.number}. {self.title.partition(':')[0]}"


@dataclass(frozen=True)
class Week:
    """One week: lessons to read and practise, and a step of the capstone with its minutes."""

    number: int
    lessons: tuple[Lesson, ...]
    step: str = ""
    step_minutes: int = 0

    @property
    def minutes(self) -> int:
        """Minutes of a student's work beside the class."""
        return sum(lesson.minutes for lesson in self.lessons) + self.step_minutes


@cache
def read_table(root: Path) -> dict:
    """Parse the table of plans."""
    return yaml.load((root / TABLE).read_text(encoding="utf-8"), LOADER)


def read_lessons(root: Path) -> tuple[Lesson, ...]:
    """Read all lessons, in their order."""
    return tuple(_read_lesson(root, source) for source in list_lessons(root))


def _read_lesson(root: Path, source: Path) -> Lesson:
    checks = source.with_name(f"{source.stem}_checks.md")
    pages = [page for page in (source, checks) if page.is_file()]
    cited = [keys for page in pages for keys in _CITED.findall(page.read_text(encoding="utf-8"))]
    keys = (key.strip() for keys in cited for key in keys.split(","))
    title = chapter.read_title(root, source.stem)
    minutes = sum(chapter.count_minutes(root, source.stem))
    assigned = chapter.describe_assigned(root, source.stem)
    exercises = chapter.read_exercise_minutes(root, source.stem)
    return Lesson(source.stem, title, minutes, tuple(dict.fromkeys(keys)), assigned, exercises)


def list_terms(root: Path) -> list[int]:
    """Lengths, in weeks, of the terms for which there is a plan."""
    return sorted(read_table(root)["terms"])


def list_choice(root: Path, weeks: int) -> list[str]:
    """Numbers of the exercises that the plan of a term leaves to those who have time."""
    return read_table(root)["choice"].get(weeks, [])


def _leave_choice(lesson: Lesson, choice: list[str]) -> Lesson:
    """The lesson without the minutes of the exercises that a plan leaves to choice."""
    left = sum(lesson.exercises.get(exercise, 0) for exercise in choice)
    return replace(lesson, minutes=lesson.minutes - left)


def make_plan(root: Path, lessons: tuple[Lesson, ...], weeks: int) -> list[Week]:
    """The plan of a term of so many weeks, without lessons that are not written yet.

    Minutes are those without exercises left to choice. The last week follows the term.
    """
    table = read_table(root)
    choice = list_choice(root, weeks)
    written = {lesson.number: _leave_choice(lesson, choice) for lesson in lessons}
    if weeks not in table["terms"]:
        known = ", ".join(map(str, list_terms(root)))
        raise MasterError(
            f"there is no plan of {weeks} weeks, but of {known}; write one into {TABLE}"
        )
    plan = []
    for number, week in enumerate(table["terms"][weeks], start=1):
        step = table["capstone"].get(week.get("capstone"), {"does": "", "minutes": 0})
        read = tuple(written[one] for one in week.get("lessons", []) if one in written)
        plan.append(Week(number, read, step["does"], step["minutes"]))
    return plan


def collect_facts(root: Path, lessons: tuple[Lesson, ...]) -> dict[str, dict]:
    """What the book's tables say of each lesson: title, deck, minutes, and what is handed in."""
    return {
        lesson.stem: {
            "title": lesson.title,
            "deck": chapter.read_deck(root, lesson.stem),
            "minutes": lesson.minutes,
            "apart": chapter.count_minutes(root, lesson.stem),
            "assigned": lesson.assigned,
            "times": chapter.describe_times(root, lesson.stem),
        }
        for lesson in lessons
    }
