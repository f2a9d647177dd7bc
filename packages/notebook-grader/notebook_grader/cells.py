"""What nbgrader's metadata say of a cell, read without nbgrader.

To load nbgrader takes longer than to run a notebook, and the processes behind the gate begin often.
"""

from typing import Any

from nbformat import NotebookNode

INPUTS = "inputs-"  # how the name of a cell begins that calls functions with random inputs


def get_grade_id(cell: NotebookNode) -> str:
    """The name that nbgrader gave a cell, empty where it gave none."""
    name = _get(cell, "grade_id")
    return name if isinstance(name, str) else ""


def is_grade(cell: NotebookNode) -> bool:
    """Whether a cell earns points."""
    return bool(_get(cell, "grade"))


def is_solution(cell: NotebookNode) -> bool:
    """Whether a cell is a student's to fill in."""
    return bool(_get(cell, "solution"))


def is_locked(cell: NotebookNode) -> bool:
    """Whether a cell is given, and put back where it was changed."""
    return not is_solution(cell) and (is_grade(cell) or bool(_get(cell, "locked")))


def _get(cell: NotebookNode, name: str) -> Any:
    given = cell.metadata.get("nbgrader")
    return given.get(name) if isinstance(given, dict) else None
