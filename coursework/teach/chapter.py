"""Title, deck, objectives, minutes and figures of a chapter, which its exercises and the book's
tables refer to."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from coursework.common import MasterError, read_json
from coursework.teach import reading_time

_OBJECTIVE = re.compile(r"^(\d+)\. +(\*\*\w+\*\* .+?)[;.]?$", re.MULTILINE)
_MARKED, _POINTS = "\nmarked: true\n", re.compile(r'grade"?: true.*points"?: (\d+)')
_MINUTES = re.compile(r"^minutes: (\d+)\s*$", re.MULTILINE)


def _read_source(root: Path, stem: str) -> str:
    return (root / "chapters" / f"{stem}.md").read_text(encoding="utf-8")


def read_title(root: Path, stem: str) -> str:
    """Title of a chapter."""
    title = re.search(r"^# (.+)$", _read_source(root, stem), re.MULTILINE)
    if not title:
        raise MasterError(f"chapters/{stem}.md has no title: a line '# ...'")
    return title[1]


def read_deck(root: Path, stem: str) -> str:
    """The line under the title of a chapter, from its metadata; "" if it has none."""
    return read_json(root / "chapters" / f"{stem}.ipynb")["metadata"].get("deck", "")


def read_objectives(root: Path, stem: str) -> dict[int, str]:
    """Numbered objectives of a chapter: the first list whose items open with a verb in bold."""
    objectives: dict[int, str] = {}
    for number, sentence in _OBJECTIVE.findall(_read_source(root, stem)):
        if int(number) != len(objectives) + 1:
            break
        objectives[int(number)] = sentence
    return objectives


@cache
def read_exercise_minutes(root: Path, stem: str) -> dict[str, int]:
    """Minutes of each exercise of a chapter, by its number; {} if it has no exercises."""
    minutes = {}
    for part in _split_exercises(root, stem):
        number = part.split()[0].strip("\"'")
        minutes[number] = int(_MINUTES.findall(part)[0])
    return minutes


def _split_exercises(root: Path, stem: str) -> list[str]:
    """Sources of a chapter's exercises; each begins with its number."""
    master = root / "exercises" / f"{stem}.md"
    if not master.exists():
        return []
    return master.read_text(encoding="utf-8").split("\nexercise: ")[1:]


@cache
def count_minutes(root: Path, stem: str) -> tuple[int, int, int]:
    """Minutes to read a chapter and to run it, computed from it, and of practice, summed over
    exercises."""
    practice = sum(read_exercise_minutes(root, stem).values())
    try:
        notebook = read_json(root / "chapters" / f"{stem}.ipynb")
    except FileNotFoundError:
        raise MasterError(f"chapters/{stem}.ipynb is missing: run 'make notebooks'") from None
    return *reading_time.count_minutes(notebook), practice


@cache
def describe_assigned(root: Path, stem: str) -> str:
    """Exercises that have no answer in the book, with their points: "4.8 and 4.9, 15 points"."""
    points = {
        one.split()[0].strip("\"'"): int(_POINTS.findall(one)[0])
        for one in _split_exercises(root, stem)
        if _MARKED in one
    }
    return f"{' and '.join(points)}, {sum(points.values())} points" if points else ""


def number_figures(chapters: Iterable[Path]) -> dict[str, str]:
    """Numbers of figures such as "Figure 4.1", by name, over the executed notebooks of lessons.

    The checks of a lesson come after it, and count on.
    """
    numbers: dict[str, str] = {}
    counted = Counter[int]()
    for path in chapters:
        lesson = int(path.stem[:2])
        figures = (
            cell["metadata"].get("mystnb", {}).get("figure") for cell in read_json(path)["cells"]
        )
        for figure in filter(None, figures):
            counted[lesson] += 1
            numbers[figure["name"]] = f"Figure {lesson}.{counted[lesson]}"
    return numbers


def describe_times(root: Path, stem: str) -> str:
    """A sentence with the minutes of a lesson or of its checks."""
    reading, running, practice = count_minutes(root, stem)
    exercises = f", {practice} for the exercises" if practice else ""
    return f"About {reading} minutes to read, {running} more to run and answer{exercises}."
