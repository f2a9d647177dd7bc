"""Shared parts of the grader's pages: self-contained files without scripts."""

import hashlib
import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup
from nbformat import NotebookNode

from notebook_grader.cells import get_grade_id, is_solution
from notebook_grader.tables import format_number

FOLDER = Path(__file__).parent
# Student code displayed on a page must not run or load anything in the reader's browser.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri"
    " 'none'"
)


def render(template: str, made_from: str, **facts: object) -> str:
    """Render a page from its template, which escapes all values; `made_from` is a digest of
    these."""
    style = Markup((FOLDER / "feedback.css").read_text(encoding="utf-8"))
    return load_template(template).render(policy=POLICY, style=style, made_from=made_from, **facts)


@cache
def load_template(name: str) -> Template:
    """Load a template, of a page or of the desk."""
    loader = FileSystemLoader([FOLDER, FOLDER / "desk"])
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["points"] = format_number
    return environment.get_template(f"{name}.html.j2")


def make_digest(*facts: object) -> str:
    """Digest of the values that a page shows."""
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogateescape")).hexdigest()


def is_made_from(path: Path, made_from: str) -> bool:
    """Whether a page exists and contains this digest."""
    return path.exists() and made_from.encode() in path.read_bytes()[:1000]


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
