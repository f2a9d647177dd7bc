"""Paths and names in the book. Another course, or another layout of this one, changes this file."""

import csv
import itertools
import json
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
# Type of a stored output that is a chart, with the version of Vega-Lite that Altair writes.
CHART_MIME = vega.CHART_MIME
# What an exercise page fetches to check code, by the name of its master.
PRACTICE = "_build/assignments/practice/{0}/{0}-page.json"


@dataclass(frozen=True)
class Chapter:
    """A chapter of the table of contents: its number, its page, and the pages below it."""

    number: int
    page: str
    sections: tuple[str, ...]


@cache
def _read_parts(root: str | Path) -> list[dict]:
    return yaml.safe_load(Path(root, TABLE_OF_CONTENTS).read_text(encoding="utf-8"))["parts"]


@cache
def list_chapters(root: str | Path) -> tuple[Chapter, ...]:
    """List the chapters: the entries of the numbered parts of the table of contents."""
    entries = [entry for part in _read_parts(root) if part.get("numbered") for entry in part["chapters"]]
    return tuple(
        Chapter(number, entry["file"], tuple(section["file"] for section in entry.get("sections", ())))
        for number, entry in enumerate(entries, start=1)
    )


def list_preparations(root: str | Path) -> tuple[str, ...]:
    """List the pages before the first chapter: they have no number, but define key terms."""
    parts = itertools.takewhile(lambda part: not part.get("numbered"), _read_parts(root))
    return tuple(entry["file"] for part in parts for entry in part["chapters"])


def list_texts(root: str | Path) -> list[str]:
    """List the pages that define key terms: preparations and chapters, in their order."""
    return [*list_preparations(root), *(chapter.page for chapter in list_chapters(root))]


def list_exercise_pages(root: str | Path) -> list[str]:
    """List the pages of exercises, which are made from their masters."""
    pages = (page for chapter in list_chapters(root) for page in chapter.sections)
    return [page for page in pages if page.startswith(EXERCISE_PAGES)]


def find_chapter(root: str | Path, page: str) -> Chapter | None:
    """Find the chapter of which a page is the text or a section; None for other pages."""
    chapters = list_chapters(root)
    return next((chapter for chapter in chapters if page in (chapter.page, *chapter.sections)), None)


@cache
def read_notebook(root: str | Path, page: str) -> dict:
    """Read the executed notebook of a page, once per build. Do not change the result."""
    return json.loads(Path(root, f"{page}.ipynb").read_text(encoding="utf-8"))


def read_table(path: Path) -> list[dict[str, str]]:
    """Read the rows of a CSV file, each by the names of its columns."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
