"""What the grader's pages share: one file each, without a script, which asks for nothing."""

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
# Nothing that a student's code displayed may act in the reader's browser or call home.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"


def render(template: str, made_from: str, **facts: object) -> str:
    """A page from its template, which escapes what is put into it; `made_from` is a hash of all that."""
    style = Markup((FOLDER / "feedback.css").read_text(encoding="utf-8"))
    return load_template(template).render(policy=POLICY, style=style, made_from=made_from, **facts)


def load_template(name: str) -> Template:
    """A page's template, here or of the desk."""
    return _make_environment().get_template(f"{name}.html.j2")


@cache
def _make_environment() -> Environment:
    loader = FileSystemLoader([FOLDER, FOLDER / "desk"])
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["points"] = format_number
    return environment


def make_digest(*facts: object) -> str:
    """A hash of what a page is made from, the same for what looks the same."""
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogateescape")).hexdigest()


def is_made_from(path: Path, made_from: str) -> bool:
    """Whether a page is there and says that it was made from this."""
    if not path.exists():
        return False
    with path.open(encoding="utf-8", errors="replace") as stream:
        return made_from in stream.read(1000)


def find_titles(notebook: NotebookNode) -> dict[str, str]:
    """The heading above each cell of a notebook that has a grade id, by that; answers have none to give."""
    found, title = {}, ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and not is_solution(cell):
            heading = re.search(r"^##? (.+)$", cell.source, re.MULTILINE)
            title = heading[1] if heading else title
        if title and (name := get_grade_id(cell)):
            found[name] = title
    return found
