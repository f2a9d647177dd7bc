"""What a marker sees beside a mark: the answer as it reads, and what the student's notebook
displayed above.

Both are rendered in a process with limits; nothing of it is run, and nothing is fetched.
"""

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import nbformat
from markupsafe import Markup

from notebook_grader import gate, headings
from notebook_grader.cells import get_grade_id, is_grade, is_solution
from notebook_grader.marks import feedback

SECONDS = 5
Shown = tuple[
    Markup | None, dict[str, list[Markup]]
]  # the answer, and outputs by the heading above them


@lru_cache(maxsize=8)
def show(paths: tuple[Path, ...], name: str, answer: str, made_from: str) -> Shown:
    """Show an answer and the outputs of the first notebook with any; `made_from` changes with
    these."""
    try:
        return gate.call(_render, paths, name, answer, seconds=SECONDS)
    except Exception:  # it may fail in many ways, or take too long; its source is shown
        return None, {}


def _render(paths: tuple[Path, ...], name: str, answer: str) -> Shown:
    outputs = dict[str, list[Markup]]()
    attached = dict[str, dict[str, str]]()
    for path in paths:
        with suppress(Exception):  # it may be gone, or as the student made it
            notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
            attached = attached or {
                f: b for c in notebook.cells for f, b in c.get("attachments", {}).items()
            }
            outputs = outputs or _list_outputs(notebook, name)
    # Tags are shown as they were written: they may be places in a sentence, such as <start>.
    return feedback.render_markdown(feedback.show_attached(answer, attached), escape=True), outputs


def _list_outputs(notebook: nbformat.NotebookNode, name: str) -> dict[str, list[Markup]]:
    feedback.shorten(notebook)
    outputs = dict[str, list[Markup]]()
    title = ""
    for cell in notebook.cells:
        title = headings.find_heading(cell) or title
        if get_grade_id(cell) == name:
            break
        for output in () if is_grade(cell) and not is_solution(cell) else cell.get("outputs", ()):
            if shown := feedback.render_output(output):
                outputs.setdefault(title, []).append(shown)
    return outputs
