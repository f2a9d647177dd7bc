"""Paths and names in the book. Another course, or another layout of this one, changes this file."""

import csv
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from still_charts import vega

TABLE_OF_CONTENTS = "_toc.yml"
EXERCISE_PAGES = "exercises/pages"
SEARCH_PAGE = "pages/search"
INDEX_PAGE = "genindex"  # which Sphinx writes without a source
# Colours of charts and links.
PALETTE = "data/palette.csv"
# Descriptor of the package of all tables.
PACKAGE = "data/datapackage.json"
# Labels, readings and sources of every claim, which `make` derives from the tables.
LEDGER = "_build/ledgers/ledger.json"
# Title, minutes and assigned exercises of each lesson, by the name of its file.
LESSONS = "_build/lessons.json"
# Type of a stored output that is a chart, with the version of Vega-Lite that Altair writes.
CHART_MIME = vega.CHART_MIME
# What an exercise page fetches to check code, by the name of its master.
PRACTICE = "_build/assignments/practice/{0}/{0}-page.json"


# A lesson is named `NN_topic`, and its number is in its name; `NN_topic_checks` are the checks
# beside it.
_LESSON = re.compile(r"chapters/(?P<number>\d\d)_\w+")
_CHECKS = "_checks"


@dataclass(frozen=True)
class Chapter:
    """A lesson of the table of contents: its number, its page, and the pages below it."""

    number: int
    page: str
    sections: tuple[str, ...]

    @property
    def checks(self) -> str:
        """The page of its checks; "" if it has none."""
        return next((page for page in self.sections if is_checks(page)), "")

    @property
    def exercises(self) -> str:
        """The page of its exercises; "" if it has none."""
        return next((page for page in self.sections if page.startswith(EXERCISE_PAGES)), "")


def is_checks(page: str) -> bool:
    """Whether a page has the checks of a lesson."""
    return bool(_LESSON.fullmatch(page)) and page.endswith(_CHECKS)


@cache
def _read_parts(root: str | Path) -> list[dict]:
    """The parts of the table of contents."""
    return yaml.safe_load(Path(root, TABLE_OF_CONTENTS).read_text(encoding="utf-8"))["parts"]


def _list_entries(root: str | Path) -> list[dict]:
    """The entries below the captions of the table of contents."""
    return [entry for part in _read_parts(root) for entry in part["chapters"]]


@cache
def list_parts(root: str | Path) -> dict[str, tuple[Chapter, ...]]:
    """List the lessons in their order, by the captions of the parts that have any."""
    parts = {
        part["caption"]: tuple(
            Chapter(
                int(found["number"]),
                entry["file"],
                tuple(one["file"] for one in entry.get("sections", ())),
            )
            for entry in part["chapters"]
            if (found := _LESSON.fullmatch(entry["file"]))
        )
        for part in _read_parts(root)
    }
    return {caption: lessons for caption, lessons in parts.items() if lessons}


@cache
def list_chapters(root: str | Path) -> tuple[Chapter, ...]:
    """List the lessons in their order."""
    return tuple(lesson for lessons in list_parts(root).values() for lesson in lessons)


def list_checks(root: str | Path) -> list[str]:
    """List the pages of checks, in the order of their lessons."""
    return [chapter.checks for chapter in list_chapters(root) if chapter.checks]


def list_preparations(root: str | Path) -> tuple[str, ...]:
    """List the pages before the first lesson: they have no number, but define key terms."""
    files = (entry["file"] for entry in _list_entries(root))
    return tuple(
        file for file in files if file.startswith("chapters/") and not _LESSON.fullmatch(file)
    )


def list_texts(root: str | Path) -> list[str]:
    """List the pages that define key terms: preparations and lessons, in their order."""
    return [*list_preparations(root), *(chapter.page for chapter in list_chapters(root))]


def list_executed(root: str | Path) -> list[str]:
    """List the pages with code that readers run: preparations, and lessons, each with its
    checks."""
    lessons = (page for one in list_chapters(root) for page in (one.page, one.checks) if page)
    return [*list_preparations(root), *lessons]


def list_exercise_pages(root: str | Path) -> list[str]:
    """List the pages of exercises, which are made from their masters."""
    return [chapter.exercises for chapter in list_chapters(root) if chapter.exercises]


def find_chapter(root: str | Path, page: str) -> Chapter | None:
    """Find the lesson of which a page is the text, the checks or the exercises; None for other
    pages."""
    chapters = list_chapters(root)
    return next(
        (chapter for chapter in chapters if page in (chapter.page, *chapter.sections)), None
    )


@cache
def read_notebook(root: str | Path, page: str) -> dict:
    """Read the executed notebook of a page, once per build. Do not change the result."""
    return json.loads(Path(root, f"{page}.ipynb").read_text(encoding="utf-8"))


def read_table(path: Path) -> list[dict[str, str]]:
    """Read the rows of a CSV file, each by the names of its columns."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
