"""Plans of a term: which chapters, in which week, computed from what each needs and how long it takes.

A plan takes the chapters that fit into a number of weeks with so many hours each, never one without those
that its "You need" names: first so that each part of the book has a chapter, then so that most claims are
judged. It spreads them, and the steps of the capstone, so that no week is longer than it must be.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from coursework.making import chapter, headings
from coursework.making.files import MasterError

# The lengths of a term for which the book prints a plan, and the hours a week beside the class that it fills.
TERMS, HOURS = (7, 10, 12, 14, 18), 4.0
# The capstone's steps with their minutes: one a week until the last; as capstone/index.md has them.
CAPSTONE = (
    ("choose the question and the claims", 60),
    ("write readings and seal them", 180),
    ("load, reproduce keys, compute", 150),
    ("placebo, and the curve of choices", 150),
    ("file the numbers, write the brief, check, hand in", 240),
)
# A week after the last one.
SWAP = ("swap: try to break one verdict of somebody else", 60)
CAPSTONE_MINUTES = sum(minutes for _, minutes in (*CAPSTONE, SWAP))

_YOU_NEED = re.compile(rf"^\*\*{headings.YOU_NEED}[.。]\*\*(.+)$", re.MULTILINE)
_LINK = re.compile(r"\{(doc|ref)\}`[^`<]*<(?:/?chapters/)?([\w-]+)>`")
_CITED = re.compile(r"\{footcite:[pt]\}`([^`]+)`")


@dataclass(frozen=True)
class Lesson:
    """A chapter as a plan sees it; `needs` names what comes before, `part` is empty for preparations."""

    stem: str
    title: str
    minutes: int
    needs: frozenset[str]
    part: str
    claims: frozenset[str]
    readings: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its number and title, without what follows a colon."""
        title = self.title.partition(":")[0]
        return f"{int(self.stem[:2])}. {title}" if self.part else title


@dataclass(frozen=True)
class Week:
    """What a week has: chapters to read and practise, and a step of the capstone with its minutes."""

    number: int
    lessons: tuple[Lesson, ...]
    step: str = ""
    step_minutes: int = 0

    @property
    def minutes(self) -> int:
        """All that a student does in it beside the class."""
        return sum(lesson.minutes for lesson in self.lessons) + self.step_minutes


class PlanError(MasterError):
    """A term into which the course does not fit; the message says what would."""


def read_lessons(root: Path) -> tuple[Lesson, ...]:
    """Preparations and chapters, in the order of the contents.

    Raises `MasterError` where a chapter says nothing of what it needs.
    """
    parts = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    listed = {
        path.name: part["caption"] if part.get("numbered") else ""
        for part in parts
        for path in (root / entry["file"] for entry in part["chapters"])
        if path.parent.name == "chapters" and path.with_suffix(".md").is_file()
    }
    texts = {stem: (root / "chapters" / f"{stem}.md").read_text(encoding="utf-8") for stem in listed}
    labels = {
        label: stem for stem, text in texts.items() for label in re.findall(r"^\(([\w-]+)\)=$", text, re.M)
    }
    claims: dict[int, set[str]] = {}
    with (root / "data/claims.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            for number in row.get("chapters", "").split():
                claims.setdefault(int(number), set()).add(row["claim_id"])
    lessons = []
    for stem, part in listed.items():
        said = _YOU_NEED.search(texts[stem])
        if part and not said:
            line = f"**{headings.YOU_NEED}.** ..."
            raise MasterError(f"chapters/{stem}.md does not say what to know first: a line '{line}'")
        links = _LINK.findall(said[1]) if said and part else []
        needs = {labels.get(name, "") if kind == "ref" else name for kind, name in links}
        read = dict.fromkeys(key.strip() for keys in _CITED.findall(texts[stem]) for key in keys.split(","))
        lesson = Lesson(
            stem,
            chapter.read_title(root, stem),
            sum(chapter.count_minutes(root, stem)),
            # A chapter that the book has not is nobody's need: a link to it fails the build of the page.
            frozenset(needs & listed.keys()),
            part,
            frozenset(claims.get(int(stem[:2]), ()) if part else ()),
            tuple(read),
        )
        lessons.append(lesson)
    return tuple(lessons)


def sort(lessons: Sequence[Lesson]) -> list[Lesson]:
    """In an order to read them in: each after what it needs, preparations as late as they can be.

    Raises `MasterError` where a lesson needs itself, by way of others or not, or one that is not there.
    """
    named, done, way = {lesson.stem: lesson for lesson in lessons}, dict[str, Lesson](), list[str]()

    def visit(stem: str) -> None:
        if stem in way or stem not in named:
            raise MasterError(f"{' needs '.join([*way, stem])}, which is not there or comes later")
        way.append(stem)
        for need in sorted(named[stem].needs - done.keys()):
            visit(need)
        done[way.pop()] = named[stem]

    for lesson in sorted(lessons, key=lambda lesson: (not lesson.part, lesson.stem)):
        if lesson.stem not in done:
            visit(lesson.stem)
    return list(done.values())


def choose(lessons: Sequence[Lesson], minutes: float) -> list[Lesson]:
    """The lessons that fit into so many minutes, each with all that it needs, in an order to read them in.

    First as many parts of the book as can be, then the most claims, then the most lessons in the least time.
    """
    ordered = sort(lessons)
    bit = {lesson.stem: 1 << number for number, lesson in enumerate(ordered)}
    # Each choice that can be reached, a bit for each lesson, with its minutes.
    reached = {0: 0}
    for lesson in ordered:
        needs = sum(bit[name] for name in lesson.needs)
        reached |= {
            has | bit[lesson.stem]: spent + lesson.minutes
            for has, spent in reached.items()
            if needs & ~has == 0 and spent + lesson.minutes <= minutes
        }

    def value(has: int) -> tuple[int, ...]:
        taken = [lesson for lesson in ordered if has & bit[lesson.stem]]
        claims = {claim for lesson in taken for claim in lesson.claims}
        # Of equal ones the first lessons.
        return len({one.part for one in taken} - {""}), len(claims), len(taken), -reached[has], -has

    best = max(reached, key=value)
    return [lesson for lesson in ordered if best & bit[lesson.stem]]


def spread(minutes: Sequence[int], given: Sequence[int]) -> list[int]:
    """How many of the lessons, of these minutes and in this order, each week has beside what is `given`.

    Such that the sum of squares of the weeks' minutes is least: no other way to cut the row is as even.
    """
    count = len(minutes)
    until = [sum(minutes[:number]) for number in range(count + 1)]
    best: list[tuple[float, tuple[int, ...]]] = [(0, ())] + [(float("inf"), ())] * count
    for fixed in given:
        best = [
            min(
                (cost + (until[last] - until[first] + fixed) ** 2, (*cut, first - last))
                for first, (cost, cut) in enumerate(best[: last + 1])
            )
            for last in range(count + 1)
        ]
    # Of equal ones the earlier: what is less, is more of them before.
    return [-number for number in best[count][1]]


def make_plan(lessons: Sequence[Lesson], weeks: int, hours: float = HOURS) -> list[Week]:
    """The weeks of a term, and one more for the swap.

    Raises `PlanError` where not even one chapter of each part fits beside the capstone.
    """
    least = len(CAPSTONE) + 1
    if not least <= weeks <= 52 or not 1 <= hours <= 40:
        raise PlanError(
            f"a term has {least} to 52 weeks, with 1 to 40 hours each; not {weeks} with {hours:g}"
        )
    steps = [("", 0)] * (weeks - len(CAPSTONE)) + [*CAPSTONE]
    given = [minutes for _, minutes in steps]
    chosen = choose(lessons, weeks * hours * 60 - sum(given))
    if {lesson.part for lesson in chosen} != {lesson.part for lesson in lessons}:
        raise PlanError(
            f"{weeks} weeks of {hours:g} hours leave too little beside the capstone's "
            f"{CAPSTONE_MINUTES // 60}: some part of the book would have no chapter; give more HOURS"
        )
    made, rest = [], iter(chosen)
    cuts = spread([lesson.minutes for lesson in chosen], given)
    for number, (count, step) in enumerate(zip(cuts, steps), start=1):
        made.append(Week(number, tuple(next(rest) for _ in range(count)), *step))
    return [*made, Week(weeks + 1, (), *SWAP)]


@cache
def list_plans(lessons: tuple[Lesson, ...]) -> dict[int, list[Week]]:
    """The plans that the book prints, by their number of weeks."""
    return {weeks: make_plan(lessons, weeks) for weeks in TERMS}


def collect_facts(root: Path, lessons: tuple[Lesson, ...]) -> dict[str, dict]:
    """What the book's tables say of each chapter: title, objectives, minutes, its week in each plan."""
    weeks = {
        str(number): {lesson.stem: week.number for week in plan for lesson in week.lessons}
        for number, plan in list_plans(lessons).items()
    }
    return {
        lesson.stem: {
            "title": lesson.title,
            "objectives": {str(n): text for n, text in chapter.read_objectives(root, lesson.stem).items()},
            "minutes": lesson.minutes,
            "times": chapter.describe_times(root, lesson.stem),
            "weeks": {number: plan.get(lesson.stem) for number, plan in weeks.items()},
        }
        for lesson in lessons
        if lesson.part
    }
