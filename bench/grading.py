"""Seconds that the grader takes per submission, and how many it grades in a minute.

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
from dataclasses import replace
from pathlib import Path

import nbformat
from common import ROOT, Row, report_progress
from nbclient import NotebookClient
from notebook_grader import assignment, cells, intake, session
from notebook_grader.gradebook import name_default
from notebook_grader.limits import Limits

from coursework.course import COURSE

NAME = "03_gdp"
FEW, MANY, ROUNDS = 4, 16, 2
# Made once for a class, before the first submission is timed.
KEYS = COURSE.assignments / "keys"


def make_submissions(folder: Path, count: int) -> Path:
    """Write `count` different notebooks in which every code exercise is solved; returns their folder."""
    source = nbformat.read(COURSE.assignments / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    release = nbformat.read(COURSE.assignments / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    solved = {cells.get_grade_id(c): c.source for c in source.cells if c.metadata.nbgrader["solution"]}
    for number in range(count):
        notebook = copy.deepcopy(release)
        for cell in notebook.cells:
            cell.source = solved.get(cells.get_grade_id(cell), cell.source)
        notebook.cells[-1].source += f"\n\nStudent {number}"
        path = folder / f"student{number:04}" / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    return folder


def _grade(submissions: Path, workers: int, again: bool = True) -> float:
    """Seconds from the folder to marks and feedback; without `again`, no notebook runs a second time."""
    held = assignment.load(NAME, COURSE.assignments, KEYS, COURSE)
    if not again:
        off = {"rerun": False, "random_inputs": ""}
        facts = {cell: replace(fact, **off) for cell, fact in held.key.facts.items()}
        held = replace(held, key=replace(held.key, facts=facts))
    with tempfile.TemporaryDirectory() as out, contextlib.redirect_stdout(io.StringIO()):
        started = time.perf_counter()
        collected, book = intake.collect(submissions, [NAME]), name_default(Path(out))
        options = session.Options(Limits(), workers=workers)
        if session.Session(COURSE, held, collected, Path(out), book, options).run():
            sys.exit("the grader failed on a submission of its own bench")
        return time.perf_counter() - started


def _floor(count: int) -> float:
    """Seconds that nbclient takes to execute `count` notebooks with the same cells."""
    solved = nbformat.read(COURSE.assignments / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    # As in the grader's kernels, so that the numerical libraries start no threads.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    started = time.perf_counter()
    for _ in range(count):
        client = NotebookClient(copy.deepcopy(solved), kernel_name="python3")
        client.execute(env=environment, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        few = make_submissions(Path(folder) / "few", FEW)
        many = make_submissions(Path(folder) / "many", MANY)
        assignment.load(NAME, COURSE.assignments, KEYS, COURSE)
        rounds = []
        for number in range(1, ROUNDS + 1):
            report_progress(f"Grading {FEW} submissions, {number} of {ROUNDS}")
            # nbclient leaves its event loop in the context, where it would be taken for the grader's.
            floor = contextvars.copy_context().run(_floor, FEW)
            rounds.append((_grade(few, 1) / floor, _grade(few, 1, again=False) / floor))
        twice, once = (statistics.median(ratios) for ratios in zip(*rounds))
        yield Row("grading / nbclient", round(once, 2), 1.5)
        yield Row("grading with a second run / nbclient", round(twice, 2), 2.5)
        for workers in (1, 2, 4):
            report_progress(f"Grading {MANY} submissions, {workers} at once")
            pace = MANY / _grade(many, workers) * 60
            yield Row(f"submissions a minute, {workers} at once", round(pace, 1))
