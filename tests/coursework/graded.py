"""What tests of the course's own assignments share with the grader: where they lie, and what a run leaves."""

import csv
import shutil
from pathlib import Path

import nbformat
import pytest

needs_sandbox = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")


def lay_out(folder: Path, name: str, source: nbformat.NotebookNode, release: nbformat.NotebookNode) -> Path:
    """An assignment's notebooks, the instructor's and the students', in the folder of all."""
    for kind, notebook in (("source", source), ("release", release)):
        path = folder / kind / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(nbformat.writes(notebook), encoding="utf-8")
    return folder


def read_grades(out: Path) -> dict[str, dict[str, str]]:
    """The rows of grades.csv by student."""
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {row["student"]: row for row in csv.DictReader(stream)}
