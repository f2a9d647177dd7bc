"""What a chapter says of its objectives and time, to which its exercises answer."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from coursework.making import reading_time
from coursework.making.files import MasterError

_OBJECTIVE = re.compile(r"^(\d+)\. +(\*\*\w+\*\* .+?)[;.]?$", re.MULTILINE)
_MINUTES = re.compile(r"^minutes: (\d+)\s*$", re.MULTILINE)


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


def number_figures(notebooks: Mapping[str, dict]) -> dict[str, str]:
    """ "Figure 3.1" by name, over chapters by their name, such as "03_gdp"."""
    numbers: dict[str, str] = {}
    for stem, notebook in notebooks.items():
        found = (cell["metadata"].get("mystnb", {}).get("figure") for cell in notebook["cells"])
        for number, figure in enumerate(filter(None, found), start=1):
            numbers[figure["name"]] = f"Figure {int(stem[:2])}.{number}"
    return numbers


@cache
def _count_reading(notebook: str) -> int:
    return reading_time.count_minutes(json.loads(notebook))


def describe_times(root: Path, stem: str) -> str:
    """A sentence with a chapter's minutes."""
    reading, practice = count_minutes(root, stem)
    return f"About {reading} minutes of reading and {practice} minutes of practice."
