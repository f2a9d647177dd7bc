"""Where the files lie that are made of masters, chapters and the library."""

import json
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

ASSIGNMENTS = "_build/assignments"
PAGES = "exercises/pages"
TAKE_ALONG = "_build/take-along"
# The folders of articles, the course's own first, each with what pages show of it.
LEDGERS = {
    "data": "_build/ledgers/ledger.json",
    "capstone/elsewhere": "_build/ledgers/elsewhere.json",
    "capstone/example": "_build/ledgers/example.json",
}

# A path, or the text that belongs there.
File = TypeVar("File")


class Practice(NamedTuple, Generic[File]):
    """What readers practise with, the same for all cohorts."""

    page: File
    fetched: File
    """What the page fetches to run code."""
    notebook: File


class Assignment(NamedTuple, Generic[File]):
    """What is marked; a cohort has its own."""

    source: File
    """nbgrader's, with solutions and tests."""
    release: File


def list_ledgers(root: Path) -> dict[Path, Path]:
    """The folders of articles whose readings are settled, each with the file that pages read."""
    folders = {root / folder: root / made for folder, made in LEDGERS.items()}
    return {folder: made for folder, made in folders.items() if (folder / "readings.csv").is_file()}


def name_assignment(stem: str, cohort: str) -> str:
    """An assignment's name: a cohort has its own, by which grading tells it from others."""
    return f"{stem}-{cohort}" if cohort else stem


def list_practice(root: Path, stem: str) -> Practice[Path]:
    """Of one master: its page, the file that this fetches, and the notebook for practice."""
    folder = root / ASSIGNMENTS / "practice" / stem
    page, notebook = root / PAGES / f"{stem}.ipynb", folder / f"{stem}-practice.ipynb"
    return Practice(page, folder / f"{stem}-page.json", notebook)


def list_assignment(root: Path, stem: str, cohort: str = "") -> Assignment[Path]:
    """Of one master: nbgrader's source and the notebook that is handed out, of a cohort or of none."""
    folder, name = root / ASSIGNMENTS, name_assignment(stem, cohort)
    return Assignment(*(folder / kind / name / f"{name}.ipynb" for kind in Assignment._fields))


def list_masters(root: Path) -> list[Path]:
    """The masters of exercises, in the order of their chapters."""
    return sorted((root / "exercises").glob("[0-9][0-9]_*.md"))


def list_points(root: Path, cohort: str = "") -> dict[str, int]:
    """The most that each notebook which is handed out can earn, by its name: what a platform must be told."""
    found = {}
    for master in list_masters(root):
        release = list_assignment(root, master.stem, cohort).release
        cells = json.loads(release.read_text(encoding="utf-8"))["cells"]
        marked = (cell["metadata"].get("nbgrader", {}) for cell in cells)
        found[release.stem] = sum(int(cell["points"]) for cell in marked if cell.get("grade"))
    return found
