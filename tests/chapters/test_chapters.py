"""No chapter has what `coursework lint` finds; all findings at once, each with its file and line."""

from functools import cache

import pytest

from coursework.lint.boxes import follows, list_boxes
from coursework.lint.chapter import Chapter
from coursework.lint.rules import OF_CHAPTERS, RULES, choose
from tests.chapters import contract


@cache
def load_all() -> list[Chapter]:
    return [Chapter.load(source) for source in choose(contract.CHAPTERS.parent, [])]


def test_every_notebook_has_a_source():
    notebooks = {path.stem for path in contract.CHAPTERS.glob("[0-9]?_*.ipynb")}
    assert notebooks and notebooks == {chapter.source.stem for chapter in load_all()}


@pytest.mark.parametrize("name", RULES | OF_CHAPTERS)
def test_chapters(name):
    asked = [chapter for chapter in load_all() if name in RULES or not chapter.is_preparation]
    found = [finding for chapter in asked for finding in (RULES | OF_CHAPTERS)[name](chapter)]
    assert not found, "\n".join(["", *map(str, found)])


@pytest.mark.parametrize("source", contract.SOURCES, ids=lambda source: source.stem)
def test_what_a_box_says_of_a_changed_line_is_what_happens(source):
    notebook = Chapter.load(source).notebook
    assert [box.holds for box in list_boxes(notebook) if not follows(notebook, box)] == []
