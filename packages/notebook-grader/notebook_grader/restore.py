"""Put back what a submission changed but may not: tests, provided cells, their metadata.

Like nbgrader's `OverwriteCells`, without its database; beyond it, provided cells that were deleted come back
too, and a cell whose grade id was changed is recognised by its cell id.
"""

import copy
from collections import defaultdict

from nbformat import NotebookNode
from nbgrader import utils

from notebook_grader.assignment import Assignment, get_grade_id

Names = dict[str, list[str]]


def restore(notebook: NotebookNode, assignment: Assignment) -> list[str]:
    """Restore a submitted notebook in place; returns what was restored, a sentence for each kind.

    Raises
    ------
    ValueError
        If the notebook has no cell of this assignment.
    """
    known = assignment.list_cells()
    found: Names = defaultdict(list)
    _name_cells(notebook, known, found)
    if not any(get_grade_id(cell) for cell in notebook.cells):
        raise ValueError(f"no cell of the assignment {assignment.name} is in it")
    _keep_last(notebook, found)
    _restore_cells(notebook, known, found)
    _insert_missing(notebook, known, found)
    notebook.metadata = copy.deepcopy(assignment.notebook.metadata)
    return [f"{kind}: {', '.join(names)}." for kind, names in found.items()]


def _name_cells(notebook: NotebookNode, known: dict[str, NotebookNode], found: Names) -> None:
    """Every cell gets the nbgrader metadata of the cell that it is, or none."""
    by_id = {cell.id: name for name, cell in known.items() if cell.get("id")}
    there = {get_grade_id(cell) for cell in notebook.cells}
    for cell in notebook.cells:
        name = get_grade_id(cell)
        if name not in known:
            had, name = name, by_id.get(cell.get("id"))
            if name in there:
                name = None
            if had and name:
                found["Renamed cells, recognised"].append(f"{had} as {name}")
            elif had:
                found["Cells of no exercise here, run but not graded"].append(str(had))
        cell.metadata.pop("nbgrader", None)
        if name:
            cell.metadata["nbgrader"] = copy.deepcopy(known[name].metadata.nbgrader)


def _keep_last(notebook: NotebookNode, found: Names) -> None:
    """Of a copied cell the last one counts, as in nbgrader."""
    seen = set()
    for cell in reversed(notebook.cells):
        name = get_grade_id(cell)
        if name in seen:
            del cell.metadata["nbgrader"]
            found["Copied cells, of which the last counts"].append(name)
        elif name:
            seen.add(name)


def _restore_cells(notebook: NotebookNode, known: dict[str, NotebookNode], found: Names) -> None:
    for index, cell in enumerate(notebook.cells):
        name = get_grade_id(cell)
        if not name:
            continue
        own = copy.deepcopy(known[name])
        if utils.is_solution(own):
            own.source = cell.source
        elif cell.source != own.source and own.cell_type == "code":
            found["Edited cells, replaced by the original"].append(name)
        notebook.cells[index] = own


def _insert_missing(notebook: NotebookNode, known: dict[str, NotebookNode], found: Names) -> None:
    """Insert locked and graded cells that are missing, each before the next cell that is there."""
    names = list(known)
    for place, name in enumerate(names):
        own = known[name]
        there = {get_grade_id(cell): index for index, cell in enumerate(notebook.cells) if get_grade_id(cell)}
        # A deleted answer stays away: what the student wrote elsewhere must not be overwritten by starter
        # code.
        if name in there or not (utils.is_grade(own) or utils.is_locked(own)):
            continue
        after = [there[later] for later in names[place + 1 :] if later in there]
        notebook.cells.insert(min(after, default=len(notebook.cells)), copy.deepcopy(own))
        found["Missing cells, put back"].append(name)
