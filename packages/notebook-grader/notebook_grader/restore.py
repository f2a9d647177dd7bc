"""Put back what a submission changed but may not: tests, provided cells, their metadata.

Like nbgrader's `OverwriteCells`, without its database; beyond it, provided cells that were deleted come back
too, and a cell whose grade id was changed or lost is recognised by its cell id, by its text, or by its place.
"""

import copy
from collections import defaultdict
from collections.abc import Collection

from nbformat import NotebookNode

from notebook_grader.assignment import Assignment, digest_text
from notebook_grader.cells import get_grade_id, is_grade, is_locked, is_solution
from notebook_grader.elsewhere import GIVEN, Text, find_texts, is_for_text
from notebook_grader.pages import find_titles
from notebook_grader.plain import Refused

Cells = dict[str, NotebookNode]
Names = dict[str, list[str]]


def restore(notebook: NotebookNode, assignment: Assignment) -> list[str]:
    """Restore a submitted notebook in place; returns what was restored, a sentence for each kind.

    Raises `Refused` if the notebook has no cell of this assignment.
    """
    known, found = assignment.list_cells(), defaultdict[str, list[str]](list)
    _name_cells(notebook, assignment, known, found)
    if not any(get_grade_id(cell) for cell in notebook.cells):
        what = f"no cell of the assignment {assignment.name} is in it"
        raise Refused(f"the notebook belongs to another assignment: {what}")
    texts = find_texts(notebook, assignment) if any(map(is_for_text, known.values())) else []
    for index, cell in enumerate(notebook.cells):
        if name := get_grade_id(cell):
            notebook.cells[index] = _restore_cell(cell, known[name], assignment.given.get(name, ()), found)
    _insert_missing(notebook, known, found)
    _add_texts(notebook, assignment, texts, found)
    notebook.metadata = copy.deepcopy(assignment.notebook.metadata)
    return [f"{kind}: {', '.join(names)}." for kind, names in found.items()]


def _name_cells(notebook: NotebookNode, assignment: Assignment, known: Cells, found: Names) -> None:
    """Every cell gets the name of the cell that it is, or none; of a copied cell the last, as in nbgrader."""
    by_id = {cell.id: name for name, cell in known.items() if cell.get("id")}
    if not any(get_grade_id(cell) in known or cell.id in by_id for cell in notebook.cells):
        _name_by_text(notebook, assignment, known, found)
    there, seen = {get_grade_id(cell) for cell in notebook.cells}, set()
    for cell in reversed(notebook.cells):
        name = had = get_grade_id(cell)
        cell.metadata.pop("nbgrader", None)
        if name not in known:
            name = by_id.get(cell.id, "")
            name = "" if name in there else name
            if had and name:
                found["Renamed cells, recognised"].insert(0, f"{had} as {name}")
            elif had:
                found["Cells of no exercise here, run but not graded"].insert(0, had)
        if name in seen:
            found["Copied cells, of which the last counts"].append(name)
        elif name:
            seen.add(name)
            cell.metadata["nbgrader"] = {"grade_id": name}


def _name_by_text(notebook: NotebookNode, assignment: Assignment, known: Cells, found: Names) -> None:
    """Name the cells of a notebook whose metadata an editor dropped: by text, and answers by their place."""
    by_text = {text: name for name, texts in assignment.given.items() for text in texts}
    there = {}
    for place, cell in enumerate(notebook.cells):
        if name := by_text.get(digest_text(cell.source)):
            there[name] = place
    names = list(known)
    for index, name in enumerate(names):
        if not is_solution(known[name]) or name in there:
            continue
        first = max((there[one] for one in names[:index] if one in there), default=-1) + 1
        last = min((there[one] for one in names[index + 1 :] if one in there), default=len(notebook.cells))
        kind = known[name].cell_type
        fits = [place for place in range(first, last) if notebook.cells[place].cell_type == kind]
        if fits and (first or last < len(notebook.cells)):
            there[name] = fits[-1]
    for name, place in there.items():
        notebook.cells[place].metadata["nbgrader"] = {"grade_id": name}
    if there:
        found["Cells without metadata, recognised by their text"].append(str(len(there)))


def _restore_cell(
    cell: NotebookNode, known: NotebookNode, given: Collection[str], found: Names
) -> NotebookNode:
    own = copy.deepcopy(known)
    if is_solution(own):
        own.source = cell.source
        if cell.get("attachments"):  # pictures that were pasted into a text
            own["attachments"] = cell.attachments
    elif cell.source != own.source and own.cell_type == "code":
        kind = "Edited cells, replaced by the original"
        if digest_text(cell.source) in given:
            kind = "Cells of another version, brought up to date"
        found[kind].append(get_grade_id(own))
    return own


def _insert_missing(notebook: NotebookNode, known: Cells, found: Names) -> None:
    """Insert locked and graded cells that are missing, each before the next cell that is there."""
    names = list(known)
    for index, name in enumerate(names):
        there = {get_grade_id(cell): place for place, cell in enumerate(notebook.cells)}
        # A deleted answer stays away: what was written elsewhere must not be overwritten by starter code.
        if name in there or not (is_grade(known[name]) or is_locked(known[name])):
            continue
        after = [there[later] for later in names[index + 1 :] if later in there]
        notebook.cells.insert(min(after, default=len(notebook.cells)), copy.deepcopy(known[name]))
        found["Missing cells, put back"].append(name)


def _add_texts(notebook: NotebookNode, assignment: Assignment, texts: list[Text], found: Names) -> None:
    """Where the cell for a text is untouched, what was written elsewhere is the answer, for a person to read.

    What was written into the question of an answer, which is put back, is read with it.
    """
    known, titles = assignment.list_cells(), find_titles(assignment.notebook)
    for cell in filter(is_for_text, notebook.cells):
        name, parts = get_grade_id(cell), [cell.source]
        if cell.source.strip() in ("", known[name].source.strip()):
            parts = texts or [known[name].source]
            says = "a person reads what stands elsewhere" if texts else "no other text is in the notebook"
            found[f"Untouched cells for a text; {says}"].append(name)
        elif asked := [one for one in texts if one.place == GIVEN and one.title == titles.get(name)]:
            parts += asked
            found["Texts in a question, read with the answer"].append(name)
        cell.source = "\n\n".join(map(str, parts))
