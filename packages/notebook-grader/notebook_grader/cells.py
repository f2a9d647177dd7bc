"""Read nbgrader's metadata of cells without nbgrader, whose import takes longer than a notebook's
run."""

import re
from typing import Any

from nbformat import NotebookNode

INPUTS = "inputs-"  # prefix of the grade id of a cell that calls functions with random inputs


def get_grade_id(cell: NotebookNode) -> str:
    """The grade id of a cell, empty if it has none."""
    name = _get(cell, "grade_id")
    return name if isinstance(name, str) else ""


def is_grade(cell: NotebookNode) -> bool:
    """Whether a cell earns points."""
    return bool(_get(cell, "grade"))


def is_solution(cell: NotebookNode) -> bool:
    """Whether a cell is for a student's answer."""
    return bool(_get(cell, "solution"))


def is_locked(cell: NotebookNode) -> bool:
    """Whether a cell is provided, so that changes to it are reverted."""
    return not is_solution(cell) and (is_grade(cell) or bool(_get(cell, "locked")))


def list_bound(source: str) -> set[str]:
    """List names that code may bind, line by line; code that is not Python can be read too."""
    bound = set[str]()
    for line in source.split("\n"):
        left, equals, _ = line.partition("=")
        words = re.findall(r"\w+", left)
        if equals or words[:1] in (["def"], ["class"], ["import"], ["from"]):
            bound.update(words)
    return bound


def _get(cell: NotebookNode, name: str) -> Any:
    metadata = cell.metadata.get("nbgrader")
    return metadata.get(name) if isinstance(metadata, dict) else None
