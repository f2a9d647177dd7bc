"""The boxes "Modify" of a chapter: a line to change, a question, and an answer that a run bears out.

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

What `holds` says is true of the names after the change; `was` has those from before it.
"""

import builtins
import contextlib
import io
import re
from typing import NamedTuple
from unittest import mock

from coursework.making import reading_time
from tests.chapters.typed import CONVENTIONS, NUMBER, without

_BOX = re.compile(r"^(:{4,})\{admonition\} Modify\n:class: modify\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
_PARTS = re.compile(
    r"```diff\n- (?P<old>.+)\n\+ (?P<new>.+)\n```\n(?P<ask>.+?\n)\n"
    r":::\{dropdown\} Answer\n(?P<answer>.+?\n):::\n% holds: (?P<holds>.+)\n",
    re.DOTALL,
)


class Box(NamedTuple):
    """One change of one line."""

    old: str
    new: str
    ask: str
    answer: str
    holds: str
    place: int
    """The cell of the notebook in which the box stands."""


def boxes(notebook) -> list[Box]:
    """The boxes of a notebook. Raises `ValueError` where one has not all its parts."""
    found = []
    for place, cell in enumerate(notebook.cells):
        for _, inside in _BOX.findall(cell.source) if cell.cell_type == "markdown" else []:
            if not (parts := _PARTS.fullmatch(inside)):
                raise ValueError(f"a box 'Modify' lacks a part, or has them in another order: {inside[:80]}")
            found.append(Box(**parts.groupdict(), place=place))
    return found


def _cell_of(notebook, box: Box) -> int | None:
    """The one visible cell above the box that holds its line."""
    holders = [
        place
        for place, cell in enumerate(notebook.cells[: box.place])
        if reading_time.list_code_cells([cell]) and box.old in map(str.strip, cell.source.splitlines())
    ]
    return holders[0] if len(holders) == 1 else None


def problems(notebook) -> list[str]:
    """No box, a line that no visible cell above has, a question without a guess, a digit in an answer."""
    try:
        found = boxes(notebook)
    except ValueError as error:
        return [str(error)]
    said = [] if found else ["no box 'Modify' asks what happens if a line is changed"]
    for box in found:
        if _cell_of(notebook, box) is None:
            said.append(f"not in one visible cell above its box: {box.old}")
        if "?" not in box.ask or "uess" not in box.ask:
            said.append(f"the box asks nothing, or for no guess: {box.ask.strip()}")
        if numbers := NUMBER.findall(without(box.answer, CONVENTIONS)):
            said.append(f"a typed number in an answer: {', '.join(numbers)}")
    return said


def follows(notebook, box: Box) -> bool:
    """Whether the answer is borne out when the cells above are run, then the changed one again."""
    changed = _cell_of(notebook, box)
    names: dict = {"__name__": "chapter"}
    shown = mock.patch.object(builtins, "display", print, create=True)
    with shown, contextlib.redirect_stdout(io.StringIO()):
        for cell in notebook.cells[: changed + 1]:
            if cell.cell_type == "code":
                exec(cell.source, names)
        was = dict(names)
        exec(notebook.cells[changed].source.replace(box.old, box.new), names)
    return bool(eval(box.holds, names, {"was": was}))
