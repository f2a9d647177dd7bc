"""An assignment as the grader needs it: the students' notebook with the full tests put back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils

BUILT = Path(__file__).resolve().parents[2] / "_build" / "assignments"


@dataclass(frozen=True)
class Assignment:
    """One assignment; `notebook` holds every test, hidden ones too, and no solution.

    `given` is the text of each cell as students received it, by grade id.
    """

    name: str
    notebook: NotebookNode
    given: dict[str, str]
    key: str

    def known(self) -> dict[str, NotebookNode]:
        """The cells that nbgrader knows, by grade id, in order."""
        return {c.metadata.nbgrader.grade_id: c for c in self.notebook.cells if get_grade_id(c)}

    def graded(self) -> dict[str, NotebookNode]:
        """The cells that earn points, by grade id, in order."""
        return {name: cell for name, cell in self.known().items() if utils.is_grade(cell)}


def get_grade_id(cell: NotebookNode) -> str | None:
    """The name that nbgrader gave a cell, or None."""
    given = cell.metadata.get("nbgrader")
    return given.get("grade_id") if isinstance(given, dict) else None


def list_names(built: Path = BUILT) -> list[str]:
    """The assignments that are built."""
    return sorted(path.stem for path in (built / "source").glob("*/*.ipynb") if path.stem == path.parent.name)


def load(name: str, built: Path = BUILT) -> Assignment:
    """Read one assignment from the folder in which `make assignments` puts them.

    Raises
    ------
    ValueError
        If there is no such assignment.
    """
    files = [built / kind / name / f"{name}.ipynb" for kind in ("source", "release")]
    if not all(path.is_file() for path in files):
        there = ", ".join(list_names(built)) or "none; run 'make assignments'"
        raise ValueError(f"There is no assignment {name!r}; built are: {there}.")
    source, release = (nbformat.read(path, as_version=4) for path in files)
    given = {get_grade_id(cell): cell.source for cell in release.cells if get_grade_id(cell)}
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if utils.is_solution(cell):
            cell.source = given[get_grade_id(cell)]
        if get_grade_id(cell):
            # nbgrader tells by it whether a text was answered at all.
            cell.metadata.nbgrader["checksum"] = utils.compute_checksum(cell)
    key = hashlib.sha256(nbformat.writes(source).encode()).hexdigest()
    return Assignment(name, source, given, key)
