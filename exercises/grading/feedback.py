"""What a student gets back: the executed notebook with points, as one HTML file that needs nothing else."""

from __future__ import annotations

import copy
import hashlib
import re
from pathlib import Path

import nbgrader
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.strings import clean_html
from nbformat import NotebookNode

from exercises.grading.assignment import grade_id
from exercises.grading.marks import Mark
from exercises.grading.store import Result

TEMPLATES = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"
# Nothing that a student's code displayed may act in the reader's browser or call home.
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; '
    "img-src data:; font-src data:; form-action 'none'; base-uri 'none'\">"
)


class _Exporter(HTMLExporter):
    """nbgrader's feedback template, with whatever a student wrote made harmless."""

    sanitize_html = True
    template_name = "feedback"

    @pass_context
    def markdown2html(self, context, source):
        return clean_html(super().markdown2html(context, source))


def exporter() -> HTMLExporter:
    """An exporter, which may be used again but not by two threads at a time."""
    made = _Exporter(extra_template_basedirs=[str(TEMPLATES)])
    made.mathjax_url = made.require_js_url = made.jquery_url = made.mermaid_js_url = ""
    return made


def page(notebook: NotebookNode, result: Result, marks: dict[str, Mark], made: HTMLExporter) -> str:
    """The feedback on one executed notebook."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        name = grade_id(cell)
        if name in marks:
            mark = marks[name]
            cell.metadata.nbgrader["score"] = mark.points or 0
            cell.metadata.nbgrader["points"] = result.cells[name].out_of
            waiting = "Still to be marked." if mark.points is None else ""
            cell.metadata.nbgrader["comment"] = " ".join(filter(None, (waiting, mark.comment)))
    _plain_outputs(notebook)
    total = {
        "notebook": f"{notebook.metadata.get('course', {}).get('assignment', '')}, {result.student}",
        "score": sum(mark.points or 0 for mark in marks.values()),
        "max_score": sum(cell.out_of for cell in result.cells.values()),
        "late_penalty": 0,
    }
    text, _ = made.from_notebook_node(notebook, {"nbgrader": total})
    text = re.sub(r"<script\b.*?</script>|<link\b[^>]*>", "", text, flags=re.DOTALL | re.IGNORECASE)
    return text.replace("<head>", f"<head>\n{POLICY}\n{_made_from(result, marks)}", 1)


def _made_from(result: Result, marks: dict[str, Mark]) -> str:
    digest = hashlib.sha256(repr((result.key, marks)).encode("utf-8", "surrogateescape")).hexdigest()
    return f'<meta name="made-from" content="{digest}">'


def is_current(path: Path, result: Result, marks: dict[str, Mark]) -> bool:
    """Whether a feedback file was made from this result and these marks."""
    if not path.exists():
        return False
    with path.open(encoding="utf-8", errors="replace") as stream:
        return _made_from(result, marks) in stream.read(2000)


def _plain_outputs(notebook: NotebookNode) -> None:
    """Show the text of what would need a script, such as a chart."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for kind in [kind for kind in data if kind.startswith("application/") or kind == "image/svg+xml"]:
                del data[kind]
            if "<script" in "".join(data.get("text/html", "")):
                del data["text/html"]
