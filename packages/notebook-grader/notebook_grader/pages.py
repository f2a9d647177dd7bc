"""What the grader's pages share: one file each, without a script, which asks for nothing."""

import hashlib
import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbformat import NotebookNode

FOLDER = Path(__file__).parent
# Nothing that a student's code displayed may act in the reader's browser or call home.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"


def render(template: str, made_from: str, **facts: object) -> str:
    """A page from its template, which escapes what is put into it; `made_from` is a hash of all that."""
    style = Markup((FOLDER / "feedback.css").read_text(encoding="utf-8"))
    return _load().get_template(template).render(policy=POLICY, style=style, made_from=made_from, **facts)


@cache
def _load() -> Environment:
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True)


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
        marks = cell.metadata.get("nbgrader")
        marks = marks if isinstance(marks, dict) else {}
        if cell.cell_type == "markdown" and not marks.get("solution"):
            heading = re.search(r"^##? (.+)$", cell.source, re.MULTILINE)
            title = heading[1] if heading else title
        if title and isinstance(marks.get("grade_id"), str):
            found[marks["grade_id"]] = title
    return found
