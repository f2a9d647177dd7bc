"""Seconds that the grader takes per submission, as a multiple of running the notebook.

The floor is nbclient, which executes the same notebooks without a sandbox, one after another.
"""

import contextlib
import contextvars
import copy
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from common import ROOT, Row, report_progress
from nbclient import NotebookClient
from notebook_grader import cells
from notebook_grader.assignments import assignment
from notebook_grader.grading import session
from notebook_grader.hand_in import intake
from notebook_grader.limits import Limits

from coursework.course import COURSE

NAME = "04_vintages"
COUNT, ROUNDS = 4, 2
# Made once for a class, before the first submission is timed.
KEYS = COURSE.assignments / "keys"


def make_submissions(folder: Path) -> Path:
    """Write `COUNT` different notebooks in which every code exercise is solved; returns their
    folder."""
    source = nbformat.read(COURSE.assignments / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    release = nbformat.read(COURSE.assignments / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    solved = {
        cells.get_grade_id(c): c.source for c in source.cells if c.metadata.nbgrader["solution"]
    }
    for number in range(COUNT):
        notebook = copy.deepcopy(release)
        for cell in notebook.cells:
            cell.source = solved.get(cells.get_grade_id(cell), cell.source)
        notebook.cells[-1].source += f"\n\nStudent {number}"
        path = folder / f"student{number:04}" / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    return folder


def _grade(submissions: Path) -> float:
    """Seconds from the folder to marks and feedback."""
    held = assignment.load(NAME, COURSE.assignments, KEYS, COURSE)
    with tempfile.TemporaryDirectory() as out, contextlib.redirect_stdout(io.StringIO()):
        started = time.perf_counter()
        collected = intake.collect(submissions, [NAME])
        options = session.Options(Limits(), workers=1, strict=True)
        if session.Session(COURSE, held, collected, Path(out), options).run():
            sys.exit("the grader failed on a submission of its own bench")
        return time.perf_counter() - started


def _floor() -> float:
    """Seconds that nbclient takes to execute as many notebooks with the same cells."""
    solved = nbformat.read(COURSE.assignments / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    # As in the grader's kernels, so that the numerical libraries start no threads.
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    started = time.perf_counter()
    for _ in range(COUNT):
        client = NotebookClient(copy.deepcopy(solved), kernel_name="python3")
        client.execute(env=environment, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        submissions = make_submissions(Path(folder))
        assignment.load(NAME, COURSE.assignments, KEYS, COURSE)
        rounds = []
        for number in range(1, ROUNDS + 1):
            report_progress(f"Grading {COUNT} submissions, {number} of {ROUNDS}")
            # nbclient leaves its event loop in the context, where it would be taken for the
            # grader's.
            floor = contextvars.copy_context().run(_floor)
            rounds.append((floor, _grade(submissions)))
    floor, ours = (statistics.median(seconds) for seconds in zip(*rounds))
    detail = f"{ours / COUNT:.1f} s of one core a submission"
    yield Row("grading with a second run / nbclient", round(ours / floor, 2), 2.5, detail)
