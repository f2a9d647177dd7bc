"""Take in the capstones of a class: check each, and keep it as the grader keeps submissions.

So a person's marks by the rubric are decisions as all marks are: grades.csv, feedback, and what goes back to
a platform follow from them. They are given at the desk, or in manual.csv, a row for each line of the rubric.
"""

import copy
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook
from notebook_grader import feedback, marks, plain, store
from notebook_grader.assignment import Assignment
from notebook_grader.decisions import decide_by_machine
from notebook_grader.fact import TextFact
from notebook_grader.key import Key
from notebook_grader.plain import Refused
from notebook_grader.progress import show_message
from notebook_grader.run import SandboxError
from notebook_grader.store import Cell, Result

from jingjinji.capstone import checks

NAME = "capstone"
Check = Callable[[Path], dict[str, list[str]]]


def make_assignment(samples: Path) -> Assignment:
    """The capstone as grader and desk have it: each line of the rubric as an exercise, with marked samples.

    Lines, points and samples are those of the page of marked samples.
    """
    text, texts, cells = samples.read_text(encoding="utf-8"), {}, []
    for line, points, rest in re.findall(r"^## (.+), (\d+) points$((?:\n(?!## ).*)*)", text, re.MULTILINE):
        rows = re.findall(r"^\| \d+ \| (.+) \| (.+) \|$", rest, re.MULTILINE)
        name = f"capstone-{line.lower().replace(' ', '-')}"
        texts[name] = TextFact(line, samples=dict(zip(("full", "half", "none"), rows, strict=True)))
        own = {"grade": True, "solution": True, "locked": False, "points": int(points), "grade_id": name}
        # So that feedback has a place for what is said of it.
        cells.append(new_markdown_cell(f"## {line}", id=name, metadata={"nbgrader": own | {"task": False}}))
    return Assignment(NAME, new_notebook(cells=cells), Key(NAME, "", ({},), {}), texts=texts)


def take_in(folder: Path, out: Path, assignment: Assignment, check: Check) -> int:
    """Check every NAME.ipynb of a folder that is new, and write tables and feedback; returns the exit code.

    Raises `ManualError` if a row that a person wrote cannot be used; then nothing is written over.
    """
    kept, results, refused = store.Store(out), store.read_results(out), dict[str, str]()
    exercises = assignment.list_points()
    with store.lock_marks(out):
        marks.open_table(out, results, exercises)
    for path in sorted(folder.glob("*.ipynb")):
        brief = path.with_name(f"{path.stem}_brief.md")
        data, text = path.read_bytes(), brief.read_text(encoding="utf-8") if brief.is_file() else ""
        print_ = hashlib.sha256(data + text.encode()).hexdigest()
        before = results.get(path.stem)
        if before and (before.fingerprint, before.version) == (print_, assignment.version):
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
        result = Result(path.stem, print_, path.name, digest, cells, says, version=assignment.version)
        notebook.cells += copy.deepcopy(assignment.notebook.cells)
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
