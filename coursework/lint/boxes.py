"""Boxes "Modify" of a chapter: a line to change, a question, and an answer that a run confirms.

    ::::{admonition} Modify
    :class: modify
    ```diff
    - base = 2013
    + base = 2016
    ```
    What happens if ...? Guess first.

    :::{dropdown} Answer
    Words, whose truth does not hang on a typed number.
    :::
    % holds: ratio < was["ratio"]
    ::::

The expression `holds` is true for the names after the change; `was` has the names before it.
"""

import builtins
import contextlib
import io
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from unittest import mock

from nbformat import NotebookNode

from coursework.lint.chapter import Chapter, Finding
from coursework.lint.numbers import CONVENTIONS, NUMBER, remove
from coursework.teach import reading_time

_BOX = re.compile(
    r"^(:{4,})\{admonition\} [^\n]+\n:class: modify\n(.*?)^\1$", re.MULTILINE | re.DOTALL
)
_PARTS = re.compile(
    r"```diff\n- (?P<old>.+)\n\+ (?P<new>.+)\n```\n.+?\n\n"
    r":::\{dropdown\} .+?\n(?P<answer>.+?\n):::\n% holds: (?P<holds>.+)\n",
    re.DOTALL,
)


class Box(NamedTuple):
    """One change of one line."""

    old: str
    new: str
    answer: str
    holds: str
    cell: int
    """Its number among the notebook's cells."""


def list_boxes(notebook: NotebookNode) -> list[Box]:
    """Boxes of a notebook. Raises `ValueError` if one lacks a part."""
    boxes = []
    for index, cell in enumerate(notebook.cells):
        for _, inside in _BOX.findall(cell.source) if cell.cell_type == "markdown" else []:
            if not (parts := _PARTS.fullmatch(inside)):
                raise ValueError(
                    f"a box 'Modify' lacks a part, or has them in another order: {inside[:80]}"
                )
            boxes.append(Box(**parts.groupdict(), cell=index))
    return boxes


def _find_changed(notebook: NotebookNode, box: Box) -> int | None:
    """The one visible cell above the box that holds its line."""
    holders = [
        index
        for index, cell in enumerate(notebook.cells[: box.cell])
        if reading_time.is_visible(cell) and box.old in map(str.strip, cell.source.splitlines())
    ]
    return holders[0] if len(holders) == 1 else None


def find_wrong(chapter: Chapter) -> Iterator[Finding]:
    """Boxes whose line is in no visible cell above, or whose answer has a typed number."""
    try:
        boxes = list_boxes(chapter.notebook)
    except ValueError as error:
        yield chapter.note(None, str(error), "coursework/lint/boxes.py has the form")
        return
    for box in boxes:
        cell = chapter.notebook.cells[box.cell]
        if _find_changed(chapter.notebook, box) is None:
            yield chapter.note(
                cell, f"not in one visible cell above its box: {box.old}", at=box.old
            )
        if numbers := NUMBER.findall(remove(box.answer, CONVENTIONS)):
            says = f"a typed number in an answer: {', '.join(numbers)}"
            yield chapter.note(
                cell, says, "Say it in words that a changed table leaves true", at=box.answer
            )


def list_unconfirmed(notebook: NotebookNode) -> list[str]:
    """Boxes whose answer does not hold when the cells above are run, then the changed one again."""
    changes = [(_find_changed(notebook, box), box) for box in list_boxes(notebook)]
    unconfirmed = [box.holds for place, box in changes if place is None]
    names: dict[str, Any] = {"__name__": "chapter"}
    shown = mock.patch.object(builtins, "display", print, create=True)
    with shown, contextlib.redirect_stdout(io.StringIO()):
        last = max((place for place, _ in changes if place is not None), default=-1)
        for place, cell in enumerate(notebook.cells[: last + 1]):
            if cell.cell_type == "code":
                exec(cell.source, names)
            for box in (box for changed, box in changes if changed == place):
                changed_names = dict(names)
                exec(cell.source.replace(box.old, box.new), changed_names)
                if not eval(box.holds, changed_names, {"was": names}):
                    unconfirmed.append(box.holds)
    return unconfirmed
