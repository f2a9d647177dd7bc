"""Where things lie in the book and what they are called: the one place that knows.

Everything else in `book` asks here, so that another course, or another layout of this one, changes this file.
"""

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
# The colours of charts and links.
PALETTE = "data/palette.csv"

# The description of the package that all tables are.
PACKAGE = "data/datapackage.json"
# Every claim's label with its readings and sources, which `make` derives from the tables.
LEDGER = "_build/ledgers/ledger.json"

# What notebooks store beside texts, by the type of the output: what draws has the Vega-Lite of Altair inside.
CHART_MIME = vega.CHART_MIME

# What an exercise page fetches to check code, by the name of its master.
PRACTICE = "_build/assignments/practice/{0}/{0}-page.json"


@dataclass(frozen=True)
class Chapter:
    """A chapter of the table of contents: its number, its page and the pages under it, which share it."""

    number: int
    page: str
    sections: tuple[str, ...]


@cache
def _read_parts(root: str | Path) -> list[dict]:
    return yaml.safe_load(Path(root, TABLE_OF_CONTENTS).read_text(encoding="utf-8"))["parts"]


@cache
def list_chapters(root: str | Path) -> tuple[Chapter, ...]:
    """The chapters of a book in their order: what the numbered parts of its table of contents list."""
    listed = [entry for part in _read_parts(root) if part.get("numbered") for entry in part["chapters"]]
    return tuple(
        Chapter(number, entry["file"], tuple(section["file"] for section in entry.get("sections", ())))
        for number, entry in enumerate(listed, start=1)
    )


def list_preparations(root: str | Path) -> tuple[str, ...]:
    """The pages before the first chapter: they have no number, but terms that chapters use."""
    before = itertools.takewhile(lambda part: not part.get("numbered"), _read_parts(root))
    return tuple(entry["file"] for part in before for entry in part["chapters"])


def list_texts(root: str | Path) -> list[str]:
    """The pages that define key terms: preparations and chapters, in their order."""
    return [*list_preparations(root), *(chapter.page for chapter in list_chapters(root))]


def list_exercise_pages(root: str | Path) -> list[str]:
    """The pages of exercises, which are made of their masters."""
    pages = (page for chapter in list_chapters(root) for page in chapter.sections)
    return [page for page in pages if page.startswith(EXERCISE_PAGES)]


def find_chapter(root: str | Path, page: str) -> Chapter | None:
    """The chapter to which a page belongs, as its text or as a page under it; None for any other page."""
    return next((one for one in list_chapters(root) if page == one.page or page in one.sections), None)


@cache
def read_notebook(root: str | Path, page: str) -> dict:
    """The executed notebook of a page, parsed once a build: nobody changes what is given."""
    return json.loads(Path(root, f"{page}.ipynb").read_text(encoding="utf-8"))


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a table, each by the names of its columns."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
