"""What a chapter says of its objectives and time, to which its exercises answer; and the course's plans."""

import json
import re
from functools import cache
from pathlib import Path

import yaml

from coursework.making import reading_time
from coursework.making.files import MasterError

# The chapters of a course of seven weeks. One of a chapter a week has them all, in the order of the contents.
SEVEN_WEEKS = (1, 3, 4, 7, 11, 15, 17)

_OBJECTIVE = re.compile(r"^(\d+)\. +(\*\*\w+\*\* .+?)[;.]?$", re.MULTILINE)
_MINUTES = re.compile(r"^minutes: (\d+)\s*$", re.MULTILINE)


def list_numbers(root: Path) -> list[int]:
    """The numbers of the chapters, in the order of ``_toc.yml``: one a week."""
    return _list_numbers((root / "_toc.yml").read_text(encoding="utf-8"))


@cache
def _list_numbers(contents: str) -> list[int]:
    files = [chapter["file"] for part in yaml.safe_load(contents)["parts"] for chapter in part["chapters"]]
    return [int(found[1]) for file in files if (found := re.match(r"chapters/(\d\d)_", file))]


def _find_source(root: Path, stem: str) -> str:
    try:
        return (root / "chapters" / f"{stem}.md").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise MasterError(f"exercises/{stem}.md has no chapter: chapters/{stem}.md is missing") from None


def read_title(root: Path, stem: str) -> str:
    """The chapter's title."""
    found = re.search(r"^# (.+)$", _find_source(root, stem), re.MULTILINE)
    if not found:
        raise MasterError(f"chapters/{stem}.md has no title: a line '# ...'")
    return found[1]


def read_objectives(root: Path, stem: str) -> dict[int, str]:
    """The chapter's numbered objectives, in Markdown: the first list whose items open with a verb in bold."""
    found: dict[int, str] = {}
    for number, sentence in _OBJECTIVE.findall(_find_source(root, stem)):
        if int(number) != len(found) + 1:
            break
        found[int(number)] = sentence
    return found


def count_minutes(root: Path, stem: str) -> tuple[int, int]:
    """Minutes of reading, computed from the chapter, and of practice, summed over its exercises.

    Raises `MasterError` where the chapter's notebook is not made.
    """
    master = root / "exercises" / f"{stem}.md"
    practice = sum(map(int, _MINUTES.findall(master.read_text(encoding="utf-8")))) if master.exists() else 0
    notebook = root / "chapters" / f"{stem}.ipynb"
    try:
        return _count_reading(notebook.read_text(encoding="utf-8")), practice
    except FileNotFoundError:
        raise MasterError(f"chapters/{notebook.name} is missing: run 'make notebooks'") from None


@cache
def _count_reading(notebook: str) -> int:
    return reading_time.count_minutes(json.loads(notebook))


def describe_times(root: Path, stem: str) -> str:
    """A sentence with a chapter's minutes."""
    reading, practice = count_minutes(root, stem)
    return f"About {reading} minutes of reading and {practice} minutes of practice."


def collect_facts(root: Path, stem: str) -> dict:
    """What the book's table of weeks says of a chapter: its title, its minutes, its week in each plan."""
    number = int(stem[:2])
    if number not in list_numbers(root):
        raise MasterError(f"chapter {number} is not in the contents: add chapters/{stem} to _toc.yml")
    return {
        "title": read_title(root, stem),
        "objectives": {str(number): text for number, text in read_objectives(root, stem).items()},
        "minutes": sum(count_minutes(root, stem)),
        "times": describe_times(root, stem),
        "week": list_numbers(root).index(number) + 1,
        "short_week": SEVEN_WEEKS.index(number) + 1 if number in SEVEN_WEEKS else None,
    }
