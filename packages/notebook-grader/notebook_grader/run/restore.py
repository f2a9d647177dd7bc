"""Restore what a submission must not change: tests, provided cells, and their metadata.

Like nbgrader's `OverwriteCells`, without its database. In addition, deleted cells are restored, and
a cell whose grade id was changed or lost is recognised by its cell id, its text or its place.
"""

import copy
from collections import defaultdict
from collections.abc import Collection

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from notebook_grader.assignments.assignment import Assignment, digest_text
from notebook_grader.cells import get_grade_id, is_locked, is_solution
from notebook_grader.hand_in.plain import Refused
from notebook_grader.run.elsewhere import Changes, Named, add_texts, is_for_text
from notebook_grader.run.order import arrange

LONGEST_MERGED, MOST_LINES = 50_000, 200  # of a merged cell, and of a given one in it
COPIED, COPIED_TEXT = (
    "Copied cells, of which the last counts",
    "Copied cells for a text, read together",
)
EDITED = "Edited cells, replaced by the original"


def restore(notebook: NotebookNode, assignment: Assignment) -> list[str]:
    """Restore a submitted notebook in place; returns what was restored, a sentence for each kind of
    change.

    Raises `Refused` if the notebook has no cell of this assignment.
    """
    known = assignment.list_cells()
    changes = defaultdict[str, list[str]](list)
    _part_merged(notebook, assignment, changes)
    named, copies = _name_cells(notebook.cells, assignment, changes)
    if not any(name for name, _ in named):
        reason = f"no cell of the assignment {assignment.name} is in it"
        raise Refused(f"the notebook belongs to another assignment: {reason}")
    for place, name in copies.items():
        if is_locked(known[name]):  # a copy of parameters must not replace those of a second run
            notebook.cells[place].source = known[name].source
    restored = [
        (
            name,
            (
                _restore_cell(cell, known[name], assignment.given.get(name, ()), changes)
                if name
                else cell
            ),
        )
        for name, cell in named
    ]
    arrange(restored, assignment, changes)
    if any(map(is_for_text, known.values())):
        add_texts(named, copies, dict(restored), assignment, changes)
    notebook.cells = [cell for _, cell in restored]
    notebook.metadata = copy.deepcopy(assignment.notebook.metadata)
    return [f"{kind}: {', '.join(names)}." for kind, names in changes.items()]


def _part_merged(notebook: NotebookNode, assignment: Assignment, changes: Changes) -> None:
    """Part given code from an answer with which an editor merged it, above or below.

    A merged cell has the name of one of its parts; the answer gets that of the next answer that is
    missing.
    """
    known = assignment.list_cells()
    cells = []
    by_text = {text: name for name, texts in assignment.given.items() for text in texts}
    missing = [name for name in known if name not in {*map(get_grade_id, notebook.cells)}]
    for cell in notebook.cells:
        name = get_grade_id(cell)
        parts = _split(cell.source, by_text) if name in known and cell.cell_type == "code" else []
        given = [by_text.get(digest_text(part), "") for part in parts]
        if len(parts) < 2 or not {*given} & {name, *missing}:
            cells.append(cell)
            continue
        changes["Merged cells, parted"].append(name)
        answers = [one for one in (name, *missing) if is_solution(known[one])]
        for part, own in zip(parts, given, strict=True):
            named = own or next(iter(answers), "")
            cells.append(new_code_cell(part, metadata={"nbgrader": {"grade_id": named}}))
            missing = [one for one in missing if one != named]
    notebook.cells = cells


def _split(source: str, given: Collection[str]) -> list[str]:
    """Split a cell's source into given texts at its start and end, and what is between them."""

    def is_given(part: list[str]) -> bool:
        return digest_text("\n".join(part)) in given

    lines = source.split("\n") if len(source) < LONGEST_MERGED else [source]
    first = max(
        (n for n in range(1, min(len(lines), MOST_LINES)) if is_given(lines[:n])), default=0
    )
    rest = lines[first:]
    last = next((n for n in range(len(rest))[-MOST_LINES:] if n and is_given(rest[n:])), len(rest))
    parts = (lines[:first], rest[:last], rest[last:])
    return [text for part in parts if (text := "\n".join(part).strip("\n"))]


def _name_cells(
    cells: list[NotebookNode], assignment: Assignment, changes: Changes
) -> tuple[Named, dict[int, str]]:
    """Match each cell to its original by grade id. If a cell was duplicated, keep the last copy, as
    nbgrader does; the names of the others are returned by place."""
    known = assignment.list_cells()
    names = [get_grade_id(cell) for cell in cells]
    by_id = {cell.id: name for name, cell in known.items() if cell.get("id")}
    if not any(name in known or cell.id in by_id for name, cell in zip(names, cells, strict=True)):
        names = _name_by_text(cells, assignment, changes)
    by_text = _list_names_by_text(assignment)
    places = {*names}
    seen = set[str]()
    copies = dict[int, str]()
    for place, cell in reversed([*enumerate(cells)]):
        name = old = names[place]
        cell.metadata.pop("nbgrader", None)
        if name not in known:
            near = [by_id.get(cell.id, ""), *by_text.get(digest_text(cell.source), ())]
            name = next((one for one in near if one and one not in places | seen), "")
            _note_name(old, name, changes)
        if name in seen:
            copies[place] = name
        names[place] = "" if name in seen else name
        seen |= {name} - {""}
    for name in dict.fromkeys(copies.values()):
        is_text = is_for_text(known[name])
        changes[COPIED_TEXT if is_text else COPIED].append(name)
    return list(zip(names, cells, strict=True)), copies


def _list_names_by_text(assignment: Assignment) -> dict[str, list[str]]:
    """Names of given cells by the digest of their text, the last first."""
    names = defaultdict[str, list[str]](list)
    for name in reversed([*assignment.list_cells()]):
        for digest in assignment.given.get(name, ()):
            names[digest].append(name)
    return names


def _note_name(old: str, name: str, changes: Changes) -> None:
    """Note how a cell was recognised whose grade id is of no cell of the assignment."""
    if old and name:
        changes["Renamed cells, recognised"].insert(0, f"{old} as {name}")
    elif old:
        changes["Cells of no exercise here, run but not graded"].insert(0, old)
    elif name:
        changes["Cells without metadata, recognised"].insert(0, name)


def _name_by_text(cells: list[NotebookNode], assignment: Assignment, changes: Changes) -> list[str]:
    """Name the cells of a notebook whose metadata an editor dropped: by text, and answers by their
    place."""
    by_text = {text: name for name, texts in assignment.given.items() for text in texts}
    digests = [by_text.get(digest_text(cell.source)) for cell in cells]
    places = {name: place for place, name in enumerate(digests) if name}
    known = assignment.list_cells()
    names = list(known)
    for index, name in enumerate(names):
        if not is_solution(known[name]) or name in places:
            continue
        first = max((places[other] for other in names[:index] if other in places), default=-1) + 1
        last = min(
            (places[other] for other in names[index + 1 :] if other in places), default=len(cells)
        )
        kind = known[name].cell_type
        fits = [place for place in range(first, last) if cells[place].cell_type == kind]
        if fits and (first or last < len(cells)):
            places[name] = fits[-1]
    if places:
        changes["Cells without metadata, recognised by their text"].append(str(len(places)))
    by_place = {place: name for name, place in places.items()}
    return [by_place.get(place, "") for place in range(len(cells))]


def _restore_cell(
    cell: NotebookNode, known: NotebookNode, given: Collection[str], changes: Changes
) -> NotebookNode:
    restored = copy.deepcopy(known)
    if is_solution(known):
        restored.source = cell.source
        if cell.get("attachments"):  # pictures that were pasted into a text
            restored["attachments"] = cell.attachments
    elif cell.source != known.source:
        outdated = digest_text(cell.source) in given
        kind = "Cells of another version, brought up to date" if outdated else EDITED
        # Editors change the spaces of given texts.
        if known.cell_type == "code" or cell.source.split() != known.source.split():
            changes[kind].append(get_grade_id(known))
    return restored
