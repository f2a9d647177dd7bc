"""Where the files lie that are made of masters, chapters and the library."""

from pathlib import Path
from typing import Any, NamedTuple

from coursework.common import read_json

ASSIGNMENTS = "_build/assignments"
PAGES = "exercises/pages"
TAKE_ALONG = "_build/take-along"
# Title, minutes and assigned exercises of each lesson, for the pages of the book.
LESSONS = "_build/lessons.json"
# Folders of articles, the course's own first, each with the file that pages read.
LEDGERS = {
    "data": "_build/ledgers/ledger.json",
    "capstone/elsewhere": "_build/ledgers/elsewhere.json",
    "capstone/example": "_build/ledgers/example.json",
}


class Practice(NamedTuple):
    """Files that readers practise with, the same for all cohorts: their paths, or their texts."""

    page: Any
    fetched: Any  # by the page, to run code
    notebook: Any


class Assignment(NamedTuple):
    """Files of an assignment, of a cohort or of none: their paths, or their texts."""

    source: Any  # the grader's, with solutions and tests
    release: Any


def list_ledgers(root: Path) -> dict[Path, Path]:
    """Folders of articles whose readings are settled, each with the file that pages read."""
    folders = {root / folder: root / made for folder, made in LEDGERS.items()}
    return {folder: made for folder, made in folders.items() if (folder / "readings.csv").is_file()}


def name_assignment(stem: str, cohort: str) -> str:
    """Name of an assignment. The cohort is part of it, so that grading can tell cohorts apart."""
    return f"{stem}-{cohort}" if cohort else stem


def list_practice(root: Path, stem: str) -> Practice:
    """Page, fetched file and practice notebook of a master."""
    folder = root / ASSIGNMENTS / "practice" / stem
    page = root / PAGES / f"{stem}.ipynb"
    notebook = folder / f"{stem}-practice.ipynb"
    return Practice(page, folder / f"{stem}-page.json", notebook)


def list_assignment(root: Path, stem: str, cohort: str = "") -> Assignment:
    """The grader's source and the released notebook of a master, for a cohort or for none."""
    folder = root / ASSIGNMENTS
    name = name_assignment(stem, cohort)
    return Assignment(*(folder / kind / name / f"{name}.ipynb" for kind in Assignment._fields))


def list_masters(root: Path) -> list[Path]:
    """Masters of exercises, in the order of their chapters."""
    return sorted((root / "exercises").glob("[0-9][0-9]_*.md"))


def count_points(release: Path) -> int:
    """Maximum of points of a released notebook, which a platform must be told."""
    cells = (cell["metadata"].get("nbgrader", {}) for cell in read_json(release)["cells"])
    return sum(int(cell["points"]) for cell in cells if cell.get("grade"))
