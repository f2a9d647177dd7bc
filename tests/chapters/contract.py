"""Paths of chapters, and helpers to read notebooks."""

from pathlib import Path

import nbformat

from coursework.common import list_code_cells as code_cells
from coursework.common import list_lessons
from coursework.lint import charts
from coursework.lint.chapter import Chapter
from jingjinji.charts import CHART_MIME

CHAPTERS = Path(__file__).parents[2] / "chapters"
SOURCES = list_lessons(CHAPTERS.parent)
CAPSTONE = [CHAPTERS.parent / "capstone" / f"{name}.md" for name in ("delta", "example")]

__all__ = ["CHART_MIME", "code_cells"]


def read(notebook: Path) -> nbformat.NotebookNode:
    """Read a stored notebook."""
    return nbformat.read(notebook, as_version=4)


def stored(notebook: nbformat.NotebookNode, mime: str) -> list[tuple]:
    """Stored outputs of one type, each with its cell."""
    return list(charts.list_stored(notebook, mime))


def all_chart_problems(notebook: nbformat.NotebookNode) -> list[str]:
    """Findings on the charts of a notebook."""
    return list(map(str, charts.find_faulty(Chapter(SOURCES[0], notebook))))
