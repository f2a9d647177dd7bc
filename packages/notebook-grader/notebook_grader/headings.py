"""Headings of a notebook, and the cells that stand under them."""

import re

from nbformat import NotebookNode

from notebook_grader.cells import get_grade_id, is_solution


def find_heading(cell: NotebookNode) -> str:
    """The first heading of a given or own text, empty if there is none."""
    text = cell.source if cell.cell_type == "markdown" and not is_solution(cell) else ""
    return match[1] if (match := re.search(r"^##? (.+)$", text, re.MULTILINE)) else ""


def find_titles(notebook: NotebookNode) -> dict[str, str]:
    """Find the heading above each cell with a grade id; headings in answers do not count."""
    titles = {}
    title = ""
    for cell in notebook.cells:
        title = find_heading(cell) or title
        if title and (name := get_grade_id(cell)):
            titles[name] = title
    return titles


def number_sections(notebook: NotebookNode) -> dict[str, int]:
    """Number of the heading above each cell with a grade id, counted from the first."""
    sections = dict[str, int]()
    number = 0
    for cell in notebook.cells:
        number += bool(find_heading(cell))
        if name := get_grade_id(cell):
            sections[name] = number
    return sections
