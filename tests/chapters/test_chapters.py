"""No chapter has what `coursework lint` finds; all findings at once, each with its file and line."""

import pytest

from coursework.lint.__main__ import OF_CHAPTERS, RULES, choose
from coursework.lint.boxes import follows, list_boxes
from coursework.lint.chapter import Chapter
from tests.chapters import contract

ROOT = contract.CHAPTERS.parent
LOADED = [Chapter.load(source) for source in choose(ROOT, [])]
CHAPTERS = [chapter for chapter in LOADED if not chapter.is_preparation]


def test_every_notebook_has_a_source():
    notebooks = {path.stem for path in contract.CHAPTERS.glob("[0-9]?_*.ipynb")}
    assert notebooks and notebooks == {chapter.source.stem for chapter in LOADED}


@pytest.mark.parametrize("name", RULES | OF_CHAPTERS)
def test_chapters(name):
    asked = LOADED if name in RULES else CHAPTERS
    found = [finding for chapter in asked for finding in (RULES | OF_CHAPTERS)[name](chapter)]
    assert not found, "\n".join(["", *map(str, found)])


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.source.stem)
def test_what_a_box_says_of_a_changed_line_is_what_happens(chapter):
    boxes = list_boxes(chapter.notebook)
    assert [box.holds for box in boxes if not follows(chapter.notebook, box)] == []
