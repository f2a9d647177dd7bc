"""Take in the capstones of a class: check each, and keep it as the grader keeps submissions.

So a person's marks by the rubric are decisions as all marks are: grades.csv, feedback, and what goes back to
a platform follow from them. What is marked stands in manual.csv, a row for each line of the rubric.
"""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from notebook_grader import feedback, marks, plain, store
from notebook_grader.decisions import decide_by_machine
from notebook_grader.plain import Refused
from notebook_grader.progress import show_message
from notebook_grader.run import SandboxError
from notebook_grader.store import Cell, Result

from jingjinji.capstone import checks

NAME = "capstone"
Check = Callable[[Path], dict[str, list[str]]]


def read_rubric(samples: Path) -> dict[str, int]:
    """The points of each line of the rubric, as the page of marked samples has them."""
    found = re.findall(r"^## (.+), (\d+) points$", samples.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: int(points) for name, points in found}


def take_in(folder: Path, out: Path, rubric: dict[str, int], check: Check) -> int:
    """Check every NAME.ipynb of a folder that is new, and write tables and feedback; returns the exit code.

    Raises `ManualError` if a row that a person wrote cannot be used; then nothing is written over.
    """
    kept, results, refused = store.Store(out), store.read_results(out), dict[str, str]()
    exercises = {_name_cell(line): float(points) for line, points in rubric.items()}
    with store.lock_marks(out):
        marks.open_table(out, results, exercises)
    for path in sorted(folder.glob("*.ipynb")):
        brief = path.with_name(f"{path.stem}_brief.md")
        data, text = path.read_bytes(), brief.read_text(encoding="utf-8") if brief.is_file() else ""
        print_ = hashlib.sha256(data + text.encode()).hexdigest()
        if path.stem in results and results[path.stem].fingerprint == print_:
            continue
        show_message(f"{path.name} is checked")
        try:
            found, notebook = check(path), plain.read(data)
        except (Refused, SandboxError) as error:
            refused[path.stem] = str(error)
            continue
        says = [f"{checks.PARTS[part]}: {sentence}" for part, own in found.items() for sentence in own]
        cells = {name: Cell(None, points, answer=text or "[no brief]") for name, points in exercises.items()}
        digest = hashlib.sha256(data).hexdigest()
        result = Result(path.stem, print_, path.name, digest, cells, says, version=NAME)
        notebook.cells += [_make_line(line, points) for line, points in rubric.items()]
        kept.save(result, nbformat.writes(notebook), data)
        results[path.stem] = result
    with store.lock_marks(out):
        table = marks.open_table(out, results, exercises)
        table.add(row for result in results.values() for row in decide_by_machine(result))
        store.write(out / marks.MANUAL, marks.format_manual(results, table))
    views = {student: table.view(result) for student, result in results.items()}
    store.write(out / "grades.csv", marks.format_grades(results, views, refused, exercises))
    for student, result in results.items():
        page = kept.find_file("feedback", student, ".html")
        if not feedback.is_current(page, result, views[student]):
            store.write(page, feedback.make_page(kept.read_notebook(student), result, views[student], NAME))
    print(f"{len(results)} capstones are in {out}: marks in {marks.MANUAL}, feedback in feedback/.")
    for student, why in refused.items():
        print(f"{student} cannot be checked: {why}.")
    return 1 if refused or not results else 0


def _name_cell(line: str) -> str:
    return f"capstone-{line.lower().replace(' ', '-')}"


def _make_line(line: str, points: int) -> NotebookNode:
    """A line of the rubric as a cell, so that feedback has a place for what is said of it."""
    own = {"grade": True, "solution": True, "locked": False, "points": points, "grade_id": _name_cell(line)}
    return new_markdown_cell(f"## {line}", id=_name_cell(line), metadata={"nbgrader": own | {"task": False}})
