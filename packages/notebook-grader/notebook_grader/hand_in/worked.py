"""Whether a file is a notebook of an assignment that somebody worked in, or an untouched copy of
it."""

from nbformat import NotebookNode

from notebook_grader.assignments.assignment import Assignment, digest_text
from notebook_grader.cells import get_grade_id
from notebook_grader.hand_in import plain
from notebook_grader.hand_in.admission import check_assignment
from notebook_grader.hand_in.intake import File, read_contents
from notebook_grader.hand_in.plain import Refused


def is_worked_file(file: File, assignment: Assignment, most: int) -> bool:
    """Whether a file of at most `most` MB can be read, and holds work on this assignment."""
    try:
        return is_worked(plain.read(read_contents(file, most)), assignment)
    except Refused:
        return False


def is_worked(notebook: NotebookNode, assignment: Assignment) -> bool:
    """Whether a plain notebook belongs to this assignment, and has a cell that was not handed
    out."""
    try:
        check_assignment(notebook, assignment.name)
    except Refused:
        return False
    known = assignment.list_cells()
    handed_out = {digest for digests in assignment.given.values() for digest in digests}
    # Editors change the spaces of given texts, and their order says nothing.
    words = {tuple(cell.source.split()) for cell in assignment.notebook.cells} | {()}

    def is_given(cell: NotebookNode) -> bool:
        return tuple(cell.source.split()) in words or digest_text(cell.source) in handed_out

    own = [cell for cell in notebook.cells if not is_given(cell)]
    belongs = len(own) < len(notebook.cells) or any(get_grade_id(cell) in known for cell in own)
    return belongs and bool(own)
