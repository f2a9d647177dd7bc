"""A chapter as the linter reads it: the source, the outputs of its last run, and the line of each
cell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from coursework.common import CHECKS, is_checks, list_code_cells
from coursework.masters.master import Master, read
from jingjinji import claims
from jingjinji.claims import VERDICT_MIME

REMOVED = {"remove-cell", "remove-input"}
FOLDED = {"hide-input", "hide-cell"}


@dataclass(frozen=True)
class Finding:
    """What is wrong, where, and what to do about it."""

    file: str
    line: int
    says: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.says}" + (
            f". {self.advice}." if self.advice else "."
        )


@dataclass(frozen=True)
class Chapter:
    """A source, and its notebook with the outputs of the last run."""

    source: Path
    notebook: NotebookNode

    @classmethod
    def load(cls, source: Path) -> "Chapter":
        """Read the source as it is now. A cell has its stored outputs unless its code has
        changed."""
        edited = jupytext.read(source, fmt="md:myst")
        stored = source.with_suffix(".ipynb")
        ran = list_code_cells(nbformat.read(stored, as_version=4)) if stored.exists() else []
        for cell in list_code_cells(edited):
            if same := next((old for old in ran if old.source == cell.source), None):
                ran.remove(same)
                cell.outputs = same.outputs
                cell.execution_count = same.execution_count
        return cls(source, edited)

    @property
    def root(self) -> Path:
        return self.source.parents[1]

    @property
    def code(self) -> list[NotebookNode]:
        return list_code_cells(self.notebook)

    @property
    def prose(self) -> str:
        """All text of the chapter."""
        return "\n\n".join(
            cell.source for cell in self.notebook.cells if cell.cell_type == "markdown"
        )

    @property
    def claims(self) -> list[str]:
        """Ids of the claims that the ledger assigns to this chapter."""
        number = self.source.name[:2].lstrip("0")
        chapters = claims.ledger()["chapters"]
        return [claim for claim, numbers in chapters.items() if number in numbers.split()]

    @property
    def is_checks(self) -> bool:
        """Whether these are the checks of a lesson."""
        return is_checks(self.source)

    @cached_property
    def is_lesson(self) -> bool:
        """Whether it has the form of a lesson, or is the checks of one: its head is a `glance`."""
        lesson = self.source.with_stem(self.source.stem.removesuffix(CHECKS))
        text = lesson.read_text(encoding="utf-8") if lesson.exists() else self.prose
        return re.search(r"^:{3,}\{glance\}", text, re.MULTILINE) is not None

    @property
    def is_preparation(self) -> bool:
        """Whether it teaches what lessons need, without exercises."""
        return not (self.root / "exercises" / self.source.name).exists() and not self.is_checks

    @property
    def checks(self) -> "Chapter | None":
        """The checks of this lesson."""
        source = self.source.with_stem(f"{self.source.stem}{CHECKS}")
        return Chapter.load(source) if source.exists() else None

    @cached_property
    def master(self) -> Master:
        """The executed master of the chapter's exercises."""
        return read(self.root / "exercises" / f"{self.source.stem}.ipynb")

    @cached_property
    def _starts(self) -> list[int]:
        """Line of the source at which the text of each cell begins, counted from 0."""
        text = self.source.read_text(encoding="utf-8") if self.source.exists() else ""
        starts = []
        end = 0
        for cell in self.notebook.cells:
            start = text.find(cell.source, end)
            starts.append(max(start, end))
            end = start + len(cell.source) if start >= 0 else end
        return [text.count("\n", 0, start) for start in starts]

    def note(self, cell: NotebookNode | None, says: str, advice: str = "", at: str = "") -> Finding:
        """A finding in a cell, or on the chapter; `at` is text of the line that is wrong."""
        line = 1
        if cell is not None:
            index = next(i for i, other in enumerate(self.notebook.cells) if other is cell)
            line += self._starts[index] + cell.source.count("\n", 0, max(cell.source.find(at), 0))
        return Finding(f"{self.source.parent.name}/{self.source.name}", line, says, advice)

    def note_exercise(self, number: str, says: str) -> Finding:
        """A finding on an exercise, in its master."""
        source = self.root / "exercises" / self.source.name
        text = source.read_text(encoding="utf-8") if source.exists() else ""
        opening = re.search(rf"^exercise: ['\"]?{re.escape(number)}\b", text, re.MULTILINE)
        line = text.count("\n", 0, opening.start()) if opening else 0
        return Finding(f"exercises/{source.name}", line + 1, f"exercise {number}: {says}")


def list_stored(notebook: NotebookNode, mime: str) -> Iterator[tuple[NotebookNode, dict]]:
    """Stored outputs of one type, each with its cell."""
    for cell in list_code_cells(notebook):
        for output in cell.outputs:
            if mime in output.get("data", {}):
                yield cell, output["data"][mime]


def list_cards(notebook: NotebookNode) -> list[dict]:
    """Every verdict that a notebook files, on a card of its own or as a row of a table."""
    shown = [filed for _, filed in list_stored(notebook, VERDICT_MIME)]
    return [card for filed in shown for card in filed.get("table", [filed])]
