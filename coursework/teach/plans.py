"""Plans of a term: which chapters to read in which week.

A plan takes the chapters that fit into a number of weeks with so many hours each, and never one without those
that its "You need" names. It covers as many parts of the book as possible, then as many claims. Chapters and
steps of the capstone are spread so that weeks are as even as possible.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from coursework import headings
from coursework.common import LOADER, MasterError
from coursework.teach import chapter

# Lengths of a term, in weeks, for which the book prints a plan, and hours a week beside the class.
TERMS, HOURS = (7, 10, 12, 14, 18), 5.0
# Steps of the capstone with their minutes, as in capstone/index.md: one a week at the end of the term.
CAPSTONE = (
    ("choose the question and the claims", 60),
    ("write readings, seal them, hand in the hash", 180),
    ("load, reproduce keys, compute", 150),
    ("placebo, and the curve of choices", 150),
    ("file the numbers, write the brief, check, hand in", 240),
)
# In the week after the term.
SWAP = ("swap: try to break one verdict of somebody else", 60)
CAPSTONE_MINUTES = sum(minutes for _, minutes in (*CAPSTONE, SWAP))

_YOU_NEED = re.compile(rf"^\*\*{headings.YOU_NEED}[.。]\*\*(.+)$", re.MULTILINE)
_LINK = re.compile(r"\{(doc|ref)\}`[^`<]*<(?:/?chapters/)?([\w-]+)>`")
_LABEL = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
_CITED = re.compile(r"\{footcite:[pt]\}`([^`]+)`")


@dataclass(frozen=True)
class Lesson:
    """A chapter in a plan. `needs` are stems of earlier chapters; preparations have an empty `part`."""

    stem: str
    title: str
    minutes: int
    needs: frozenset[str]
    part: str
    claims: frozenset[str]
    readings: tuple[str, ...] = ()
    assigned: str = ""

    @property
    def label(self) -> str:
        """Number and title, without what follows a colon."""
        title = self.title.partition(":")[0]
        return f"{int(self.stem[:2])}. {title}" if self.part else title


@dataclass(frozen=True)
class Week:
    """One week: chapters to read and practise, and a step of the capstone with its minutes."""

    number: int
    lessons: tuple[Lesson, ...]
    step: str = ""
    step_minutes: int = 0

    @property
    def minutes(self) -> int:
        """Minutes of a student's work beside the class."""
        return sum(lesson.minutes for lesson in self.lessons) + self.step_minutes


def read_lessons(root: Path) -> tuple[Lesson, ...]:
    """Read preparations and chapters, in the order of the contents."""
    parts = yaml.load((root / "_toc.yml").read_text(encoding="utf-8"), LOADER)["parts"]
    listed = {
        path.name: part["caption"] if part.get("numbered") else ""
        for part in parts
        for path in (root / entry["file"] for entry in part["chapters"])
        if path.parent.name == "chapters" and path.with_suffix(".md").is_file()
    }
    texts = {stem: (root / "chapters" / f"{stem}.md").read_text(encoding="utf-8") for stem in listed}
    labels = {label: stem for stem, text in texts.items() for label in _LABEL.findall(text)}
    with (root / "data/claims.csv").open(encoding="utf-8", newline="") as handle:
        claims = [(row["claim_id"], row.get("chapters", "").split()) for row in csv.DictReader(handle)]
    lessons = []
    for stem, part in listed.items():
        needed = _YOU_NEED.search(texts[stem])
        if part and not needed:
            line = f"**{headings.YOU_NEED}.** ..."
            raise MasterError(f"chapters/{stem}.md does not say what to know first: a line '{line}'")
        links = _LINK.findall(needed[1]) if needed and part else []
        needs = {labels.get(name, "") if kind == "ref" else name for kind, name in links}
        keys = (key.strip() for keys in _CITED.findall(texts[stem]) for key in keys.split(","))
        number = str(int(stem[:2])) if part else ""
        lesson = Lesson(
            stem,
            chapter.read_title(root, stem),
            sum(chapter.count_minutes(root, stem)),
            # A link to a chapter that is not in the book fails the build of the page.
            frozenset(needs & listed.keys()),
            part,
            frozenset(claim for claim, numbers in claims if number in numbers),
            tuple(dict.fromkeys(keys)),
            chapter.describe_assigned(root, stem),
        )
        lessons.append(lesson)
    return tuple(lessons)


def sort(lessons: Sequence[Lesson]) -> list[Lesson]:
    """Sort lessons so that each comes after what it needs, preparations as late as possible."""
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
    """Choose the lessons that fit into so many minutes, with all that they need, in an order to read them in.

    Maximises parts of the book, then claims, then lessons, in the least time.
    """
    ordered = sort(lessons)
    parts = sorted({lesson.part for lesson in ordered} - {""})
    claims = sorted({claim for lesson in ordered for claim in lesson.claims})
    sets = ([lesson.stem for lesson in ordered], parts, claims)
    bit = {name: 1 << place for names in sets for place, name in enumerate(names)}
    # Minutes, parts and claims of every possible choice. Sets are numbers with a bit for each member.
    reached = {0: (0, 0, 0)}
    for lesson in ordered:
        needs = sum(bit[name] for name in lesson.needs)
        part, own_claims = bit.get(lesson.part, 0), sum(bit[claim] for claim in lesson.claims)
        reached |= {
            chosen | bit[lesson.stem]: (spent + lesson.minutes, seen | part, covered | own_claims)
            for chosen, (spent, seen, covered) in reached.items()
            if needs & ~chosen == 0 and spent + lesson.minutes <= minutes
        }

    def value(chosen: int) -> tuple[int, ...]:
        spent, seen, covered = reached[chosen]
        # Ties go to the first lessons.
        return seen.bit_count(), covered.bit_count(), chosen.bit_count(), -spent, -chosen

    best = max(reached, key=value)
    return [lesson for lesson in ordered if best & bit[lesson.stem]]


def spread(minutes: Sequence[int], fixed: Sequence[int]) -> list[int]:
    """Number of lessons in each week, for the lessons' minutes in this order and the weeks' `fixed` minutes.

    Minimises the sum of squares of the weeks' minutes.
    """
    count = len(minutes)
    until = [sum(minutes[:number]) for number in range(count + 1)]
    best: list[tuple[float, tuple[int, ...]]] = [(0, ())] + [(float("inf"), ())] * count
    for more in fixed:
        best = [
            min(
                (cost + (until[last] - until[first] + more) ** 2, (*cut, first - last))
                for first, (cost, cut) in enumerate(best[: last + 1])
            )
            for last in range(count + 1)
        ]
    # Counts are negative, so that ties go to more lessons in earlier weeks.
    return [-number for number in best[count][1]]


def take(lessons: Sequence[Lesson], numbers: Sequence[str]) -> list[Lesson]:
    """Take the chapters of these numbers and all that they need, in an order to read them in."""
    stems = {str(int(lesson.stem[:2])): lesson.stem for lesson in lessons if lesson.part}
    if unknown := [number for number in numbers if number.lstrip("0") not in stems]:
        raise MasterError(f"there is no chapter {unknown[0]!r}; chapters are {', '.join(stems)}")
    taken = {stems[number.lstrip("0")] for number in numbers}
    ordered = sort(lessons)
    for lesson in reversed(ordered):
        taken |= lesson.needs if lesson.stem in taken else set()
    return [lesson for lesson in ordered if lesson.stem in taken]


def make_plan(
    lessons: Sequence[Lesson], weeks: int, hours: float = HOURS, chapters: Sequence[str] = ()
) -> list[Week]:
    """Plan the weeks of a term, and one more for the swap."""
    least = len(CAPSTONE) + 1
    if not least <= weeks <= 52 or not 1 <= hours <= 40:
        raise MasterError(
            f"a term has {least} to 52 weeks, with 1 to 40 hours each; not {weeks} with {hours:g}"
        )
    steps = [("", 0)] * (weeks - len(CAPSTONE)) + [*CAPSTONE]
    fixed = [minutes for _, minutes in steps]
    chosen = take(lessons, chapters) if chapters else choose(lessons, weeks * hours * 60 - sum(fixed))
    if not chapters and {lesson.part for lesson in chosen} != {lesson.part for lesson in lessons}:
        raise MasterError(
            f"{weeks} weeks of {hours:g} hours leave too little beside the capstone's "
            f"{CAPSTONE_MINUTES // 60}: some part of the book would have no chapter; give more HOURS"
        )
    made, rest = [], iter(chosen)
    cuts = spread([lesson.minutes for lesson in chosen], fixed)
    for number, (count, step) in enumerate(zip(cuts, steps), start=1):
        made.append(Week(number, tuple(next(rest) for _ in range(count)), *step))
    return [*made, Week(weeks + 1, (), *SWAP)]


def collect_facts(root: Path, lessons: tuple[Lesson, ...]) -> dict[str, dict]:
    """Facts of each chapter for the book's tables: title, objectives, minutes."""
    return {
        lesson.stem: {
            "title": lesson.title,
            "objectives": {str(n): text for n, text in chapter.read_objectives(root, lesson.stem).items()},
            "minutes": lesson.minutes,
            "parts": " + ".join(map(str, chapter.count_minutes(root, lesson.stem))),
            "assigned": lesson.assigned,
            "times": chapter.describe_times(root, lesson.stem),
        }
        for lesson in lessons
        if lesson.part
    }
