"""Exercises: answers that stand in the chapter or give themselves away, objectives that no machine
marks."""

import itertools
import math
import re
from collections.abc import Iterable, Iterator
from html import unescape

from nbformat import NotebookNode

from coursework.common import list_code_cells, list_tags
from coursework.lint.chapter import Chapter, Finding
from coursework.lint.charts import list_glued, list_tables
from coursework.lint.run import find_text_table
from coursework.masters.master import Exercise
from coursework.masters.seals import read_recorded
from coursework.teach import chapter as announced
from jingjinji.charts import CHART_MIME
from jingjinji.claims import VERDICT_MIME

_LONGER = 1.2  # the right option over the longest wrong one: what a guesser sees at once
_NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.(\d+))?")


def _count_digits(text: str) -> int:
    """Significant digits of a number."""
    return len(re.sub(r"^[-0.]*|\.|0*e.*|(?<!\.)0+$", "", text))


class Printed:
    """Every number that a chapter shows: in texts as printed, in charts as stored."""

    def __init__(self, notebook: NotebookNode) -> None:
        self.exact: list[float] = []
        texts = [text.replace(",", "") for text in list_glued(notebook)]
        for cell in list_code_cells(notebook):
            for output in cell.outputs:
                if "remove-cell" not in list_tags(cell):
                    texts.append(output.get("text", ""))
                data = output.get("data", {})
                texts += [data.get(kind, "") for kind in ("text/plain", "text/html")]
                texts.append(str(data.get(VERDICT_MIME, "")))
                rows = itertools.chain(*list_tables(data.get(CHART_MIME, {})))
                values = itertools.chain(*(row.values() for row in rows))
                self.exact += [v for v in values if isinstance(v, float) and math.isfinite(v)]
        plain = (unescape(re.sub(r"<[^>]+>", " ", text)).replace("−", "-") for text in texts)
        numbers = {match[0].replace(",", "") for text in plain for match in _NUMBER.finditer(text)}
        self.shown = [float(number) for number in numbers if _count_digits(number) >= 3]

    def holds(self, value: float, within: float) -> bool:
        """Whether a printed number would be accepted for this one, and not by chance."""
        if value == 0 or not math.isfinite(value):
            return False
        forms = (value, 100 * value, value / 100)
        if any(abs(shown - form) <= 1e-7 * abs(form) for form in forms for shown in self.exact):
            return True
        size = abs(value)
        near = sum(size / 1.5 <= abs(shown) <= size * 1.5 for shown in self.shown)
        by_chance = near * 2 * within / (size * (1.5 - 1 / 1.5))
        return by_chance < 0.1 and any(
            abs(shown - value) <= within + 1e-9 * size for shown in self.shown
        )


def _tells(value: object) -> bool:
    """Whether a value is distinctive, unlike counts, years and round numbers."""
    if not isinstance(value, float) or (value.is_integer() and abs(value) < 10_000):
        return False
    return _count_digits(f"{value:.10g}") >= 3


def list_printed(printed: Printed, exercises: Iterable[Exercise]) -> Iterator[tuple[str, str]]:
    """Answers that stand in the chapter, each with its exercise."""
    for exercise in exercises:
        if not exercise.in_code:
            continue
        for record in read_recorded(exercise.tests):
            numbers = (
                [] if "asks" in record else [v for v in record["values"].values() if _tells(v)]
            )
            if numbers and all(printed.holds(value, record["within"]) for value in numbers):
                shown = ", ".join(f"{value:g}" for value in numbers[:3])
                yield exercise.number, f"{record['name']!r} ({shown}) stands in the chapter"


def list_options(exercises: Iterable[Exercise]) -> Iterator[tuple[str, str]]:
    """Right options that are recognisable by their length."""
    longest = 0
    chance = 0.0
    number = ""
    for exercise in filter(lambda exercise: exercise.choices, exercises):
        number = exercise.number
        texts = {letter: str(choice["text"]) for letter, choice in exercise.choices.items()}
        (right,) = texts.keys() - exercise.wrong_choices.keys()
        length = max(len(texts[letter]) for letter in exercise.wrong_choices)
        chance += 1 / len(texts)
        longest += len(texts[right]) > length
        if len(texts[right]) > _LONGER * length:
            yield number, "the right option is the longest by far"
    if longest > math.ceil(chance):
        yield (
            number,
            (
                f"the right option is the longest in {longest} choices, where chance gives"
                f" {chance:.1f}"
            ),
        )


def list_unmarked(
    objectives: Iterable[int], exercises: list[Exercise]
) -> Iterator[tuple[str, str]]:
    """Objectives that no machine marks, and texts without sample answers."""
    last = exercises[-1].number if exercises else ""
    marked = {
        number for exercise in exercises if not exercise.by_hand for number in exercise.objectives
    }
    for number in sorted(set(objectives) - marked):
        yield last, f"objective {number} has no exercise that is marked automatically"
    for exercise in exercises:
        if exercise.by_hand and set(exercise.samples) != {"half", "none"}:
            yield (
                exercise.number,
                "a text needs samples at half and at no marks (samples: half, none)",
            )


def find_unfit(chapter: Chapter) -> Iterator[Finding]:
    """Faults of the exercises of a chapter."""
    exercises = chapter.master.exercises
    objectives = announced.read_objectives(chapter.root, chapter.source.stem)
    if not objectives:
        yield chapter.note(
            None, "no objectives", "Name them at its head: '1. **verb** what a reader can do'"
        )
    shown = (
        (exercise.number, find_text_table(cell))
        for exercise in exercises
        for cell in exercise.provided
    )
    faults = [
        *(
            (number, f"a given cell shows a table as text: {line}")
            for number, line in shown
            if line
        ),
        *list_printed(Printed(chapter.notebook), exercises),
        *list_options(exercises),
        *list_unmarked(objectives, exercises),
    ]
    for number, says in faults:
        yield chapter.note_exercise(number, says)
