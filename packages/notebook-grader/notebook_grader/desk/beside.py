"""What a marker sees beside a mark: the answer as it reads, and what the student's notebook displayed.

Both are rendered in a process with limits; nothing of it is run, and nothing is fetched.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import nbformat
from markupsafe import Markup

from notebook_grader import feedback, gate, pages
from notebook_grader.cells import get_grade_id, is_grade, is_solution

SECONDS = 5


@dataclass
class Beside:
    """The rendered answer, None if it cannot be rendered, and outputs by heading; `near` is the heading of
    those that are nearest to the answer."""

    text: Markup | None = None
    outputs: dict[str, list[Markup]] = field(default_factory=dict)
    near: str = ""


def show(paths: tuple[Path, ...], name: str, answer: str) -> Beside:
    """Show the answer to an exercise and the outputs of the first of these notebooks that has any."""
    there = tuple(path for path in paths if path.is_file())
    return _show(there, tuple(path.stat().st_mtime_ns for path in there), name, answer)


@lru_cache(maxsize=8)
def _show(paths: tuple[Path, ...], times: tuple[int, ...], name: str, answer: str) -> Beside:
    try:
        return gate.call(render, paths, name, answer, seconds=SECONDS)
    except Exception:  # it may fail in many ways, or take too long; the source is shown
        return Beside()


def render(paths: tuple[Path, ...], name: str, answer: str) -> Beside:
    """Render an answer and outputs, in the process that `show` starts."""
    beside, attached = Beside(), dict[str, dict[str, str]]()
    for path in paths:
        with suppress(Exception):  # the second is as the student made it
            notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
            attached = attached or {f: b for c in notebook.cells for f, b in c.get("attachments", {}).items()}
            if not beside.outputs:
                _collect_outputs(notebook, name, beside)
    # Tags are shown as they were written: they may be what a student says of places, such as <start>.
    beside.text = feedback.render_markdown(feedback.show_attached(answer, attached), escape=True)
    return beside


def _collect_outputs(notebook: nbformat.NotebookNode, name: str, beside: Beside) -> None:
    feedback.shorten(notebook)
    title, before = "", True
    for cell in notebook.cells:
        title = pages.find_heading(cell) or title
        judged = is_grade(cell) and not is_solution(cell)
        outputs = [] if judged else [feedback.render_output(output) for output in cell.get("outputs", [])]
        if shown := [output for output in outputs if output]:
            beside.outputs.setdefault(title, []).extend(shown)
            beside.near = title if before else beside.near or title
        before = before and get_grade_id(cell) != name
