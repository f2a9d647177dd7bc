"""`coursework lint` finds nothing in any chapter; a failure lists all findings with file and
line."""

import re
from collections import Counter, defaultdict
from functools import cache

import pytest

from coursework.lint.boxes import list_unconfirmed
from coursework.lint.chapter import Chapter
from coursework.lint.rules import ALL, choose, list_rules
from tests.chapters import contract

CHOICE = re.compile(r"^```\{guess\} choice\n:answer: (.*)\n\n((?:- .*\n)+)```$", re.MULTILINE)


@cache
def load_all() -> list[Chapter]:
    return [Chapter.load(source) for source in choose(contract.CHAPTERS.parent, [])]


def test_every_notebook_has_a_source():
    notebooks = {path.stem for path in contract.CHAPTERS.glob("[0-9]*.ipynb")}
    assert notebooks and notebooks == {chapter.source.stem for chapter in load_all()}


@pytest.mark.parametrize("name", ALL)
def test_chapters(name):
    asked = [chapter for chapter in load_all() if name in list_rules(chapter)]
    found = [finding for chapter in asked for finding in ALL[name](chapter)]
    assert not found, "\n".join(["", *map(str, found)])


@pytest.mark.parametrize("source", contract.SOURCES, ids=lambda source: source.stem)
def test_a_box_on_a_changed_line_tells_what_happens(source):
    if not (chapter := Chapter.load(source)).is_preparation:
        assert list_unconfirmed(chapter.notebook) == []


def test_no_place_gives_the_right_option_of_a_guess_away():
    places = defaultdict(Counter)
    for source in contract.CHAPTERS.glob("*.md"):
        for answer, listed in CHOICE.findall(source.read_text(encoding="utf-8")):
            options = re.findall("^- (.*)", listed, re.MULTILINE)
            places[len(options)][options.index(answer)] += 1
    assert places[3].total() > 20
    for size, counted in places.items():
        assert max(counted.values()) <= counted.total() / size + 1, (
            f"of {size} options: {dict(counted)}"
        )
