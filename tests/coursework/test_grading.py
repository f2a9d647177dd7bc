"""The grader with the course's own assignments, as its command runs it."""

import copy
import html
import subprocess
import sys
from pathlib import Path

import nbformat

from coursework.making import needs, notebooks
from coursework.making.master import read
from tests.coursework.graded import lay_out, needs_sandbox, read_grades

ROOT = Path(__file__).parents[2]


def _solved(name: str, built: Path) -> nbformat.NotebookNode:
    """The notebook of a student who solved every code exercise and wrote a text."""
    files = [built / kind / name / f"{name}.ipynb" for kind in ("source", "release")]
    source, release = (nbformat.read(path, as_version=4) for path in files)
    answers = {c.metadata.nbgrader.grade_id: c.source for c in source.cells if c.metadata.nbgrader.solution}
    for cell in release.cells:
        cell.source = answers.get(cell.metadata.nbgrader.grade_id, cell.source)
    return release


@needs_sandbox
def test_a_chapter_from_release_to_marks(tmp_path):
    """The real assignment of chapter 3: all points, none, and a check that was replaced."""
    name = "03_gdp"
    made = tmp_path / "made"
    master = read(ROOT / "exercises" / f"{name}.ipynb")
    source = notebooks.make_source(master, needs.name_wheel(ROOT))
    release = notebooks.release(source, master, needs.name_wheel(ROOT))
    lay_out(made, name, source, release)
    cheat = copy.deepcopy(release)
    first = next(c for c in cheat.cells if c.cell_type == "code" and c.metadata.nbgrader.solution)
    first.source += "\ncheck.answer = lambda *a, **k: None"
    ann = _solved(name, made)
    # Names that given cells import are hers: what is given means what it meant.
    next(c for c in ann.cells if c.metadata.nbgrader.solution).source += "\ndata, check = 5, None"
    students = {"ann": ann, "untouched": release, "cheat": cheat}
    for student, notebook in students.items():
        (tmp_path / "in" / student).mkdir(parents=True)
        nbformat.write(notebook, tmp_path / "in" / student / f"{name}.ipynb")
    out = tmp_path / "out"
    given = ["--assignments", str(made), "--out", str(out), "--cell-seconds", "60", "--workers", "2"]
    told = [sys.executable, "-m", "coursework", "grade", str(tmp_path / "in"), *given]
    done = subprocess.run(told, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows, report = read_grades(out), (out / "report.txt").read_text(encoding="utf-8")
    by_hand = sum(exercise.points for exercise in master.exercises if exercise.by_hand)
    assert float(rows["ann"]["points"]) == master.points - by_hand, report
    assert float(rows["ann"]["to_be_marked"]) == by_hand
    assert rows["untouched"]["points"] == "0", report
    assert rows["cheat"]["points"] == "0", report
    page = (out / "feedback" / "ann.html").read_text(encoding="utf-8")
    assert all(exercise.title in html.unescape(page) for exercise in master.exercises)
