"""Put back what a submission changed but may not: tests, provided cells, their metadata.

Like nbgrader's `OverwriteCells`, without its database; beyond it, provided cells that were deleted come back
too, and a cell whose grade id was changed is recognised by its cell id.
"""

from __future__ import annotations

import copy

from nbformat import NotebookNode
from nbgrader import utils

from exercises.grading.assignment import Assignment, grade_id


def mend(notebook: NotebookNode, assignment: Assignment) -> list[str]:
    """Mend a submitted notebook in place; returns what was mended, one sentence each.

    Raises
    ------
    ValueError
        If the notebook has no cell of this assignment.
    """
    known = assignment.known()
    remarks = _name_cells(notebook, known)
    if not any(grade_id(cell) for cell in notebook.cells):
        raise ValueError(f"no cell of the assignment {assignment.name} is in it")
    remarks += _keep_last(notebook)
    remarks += _restore(notebook, known, assignment.given)
    remarks += _put_back(notebook, known)
    notebook.metadata = copy.deepcopy(assignment.notebook.metadata)
    return remarks


def _name_cells(notebook: NotebookNode, known: dict[str, NotebookNode]) -> list[str]:
    """Every cell gets the nbgrader metadata of the cell that it is, or none."""
    by_id = {cell.id: name for name, cell in known.items() if cell.get("id")}
    there = {grade_id(cell) for cell in notebook.cells}
    remarks = []
    for cell in notebook.cells:
        name = grade_id(cell)
        if name not in known:
            had = name
            name = by_id.get(cell.get("id"))
            if name in there:
                name = None
            if had and name:
                remarks.append(f"The cell {had!r} was recognised as {name!r}, which had been renamed.")
            elif had:
                remarks.append(f"The cell {had!r} is not of this assignment; it was run but not graded.")
        cell.metadata.pop("nbgrader", None)
        if name:
            cell.metadata["nbgrader"] = copy.deepcopy(known[name].metadata.nbgrader)
    return remarks


def _keep_last(notebook: NotebookNode) -> list[str]:
    """Of a copied cell the last one counts, as in nbgrader."""
    remarks, seen = [], set()
    for cell in reversed(notebook.cells):
        name = grade_id(cell)
        if name in seen:
            del cell.metadata["nbgrader"]
            remarks.append(f"The cell {name!r} is there more than once; the last one counts.")
        elif name:
            seen.add(name)
    return remarks


def _restore(notebook: NotebookNode, known: dict[str, NotebookNode], given: dict[str, str]) -> list[str]:
    remarks = []
    for index, cell in enumerate(notebook.cells):
        name = grade_id(cell)
        if not name:
            continue
        own = copy.deepcopy(known[name])
        if utils.is_solution(own):
            own.source = cell.source
        elif cell.source != given[name] and own.cell_type == "code":
            remarks.append(f"The cell {name!r} had been edited; the original was used.")
        notebook.cells[index] = own
    return remarks


def _put_back(notebook: NotebookNode, known: dict[str, NotebookNode]) -> list[str]:
    """Insert locked and graded cells that are missing, each before the next cell that is there."""
    remarks = []
    names = list(known)
    for place, name in enumerate(names):
        own = known[name]
        there = {grade_id(cell): index for index, cell in enumerate(notebook.cells) if grade_id(cell)}
        # A deleted answer stays away: what the student wrote elsewhere must not be overwritten by starter code.
        if name in there or not (utils.is_grade(own) or utils.is_locked(own)):
            continue
        after = [there[later] for later in names[place + 1 :] if later in there]
        notebook.cells.insert(min(after, default=len(notebook.cells)), copy.deepcopy(own))
        remarks.append(f"The cell {name!r} was missing; it was put back.")
    return remarks
