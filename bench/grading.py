"""Measure the grader: seconds a submission against a floor, throughput, and what the sandbox itself costs.

The floor is nbclient, executing the same notebooks without a sandbox, one after the other, in the same run.
`make bench ONLY=grading` measures this part alone.
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
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
from common import ROOT, Part, say
from nbclient import NotebookClient
from notebook_grader import assignment, cells, intake, session
from notebook_grader.gradebook import name_default
from notebook_grader.limits import Limits
from notebook_grader.run import run

from coursework.course import COURSE

NAME = "03_gdp"
FEW, MANY, ROUNDS = 4, 16, 2
# The key is made once for a class, before the first submission: its time is none of a submission.
KEYS = COURSE.assignments / "keys"


def make_submissions(folder: Path, count: int) -> Path:
    """That many different notebooks with every code exercise solved."""
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
    """Seconds from the folder to marks and feedback; without `again`, nothing runs a second time."""
    held = assignment.load(NAME, COURSE.assignments, KEYS, COURSE)
    if not again:
        off = {"rerun": False, "random_inputs": ""}
        facts = {cell: replace(fact, **off) for cell, fact in held.key.facts.items()}
        held = replace(held, key=replace(held.key, facts=facts))
    with tempfile.TemporaryDirectory() as out, contextlib.redirect_stdout(io.StringIO()):
        started = time.perf_counter()
        collected, book = intake.collect(submissions, [NAME]), name_default(Path(out))
        options = session.Options(Limits(), threads=workers)
        if session.Session(COURSE, held, collected, Path(out), book, options).run():
            sys.exit("the grader failed on a submission of its own bench")
        return time.perf_counter() - started


def _floor(count: int) -> float:
    """Seconds of nbclient alone on as many notebooks with the same cells."""
    solved = nbformat.read(COURSE.assignments / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    # As the grader's kernels have it: otherwise the numerical libraries start threads that nothing here
    # needs.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    started = time.perf_counter()
    for _ in range(count):
        client = NotebookClient(copy.deepcopy(solved), kernel_name="python3")
        client.execute(env=environment, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def _one_cell(unsafe: bool) -> float:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1", id="one")])
    started = time.perf_counter()
    run(notebook, COURSE, Limits(), unsafe)
    return time.perf_counter() - started


def _apart(measured: Callable[..., float], *given: object) -> float:
    """A measure in a context of its own: the event loop that it leaves there is not the grader's."""
    return contextvars.copy_context().run(measured, *given)


def measure() -> Part:
    """Seconds a submission (grader, floor), and the other figures by name."""
    with tempfile.TemporaryDirectory() as folder:
        few = make_submissions(Path(folder) / "few", FEW)
        many = make_submissions(Path(folder) / "many", MANY)
        # In turn, so that a machine that speeds up or slows down does so for both.
        assignment.load(NAME, COURSE.assignments, KEYS, COURSE)
        rounds = [
            (_grade(few, 1) / FEW, _grade(few, 1, again=False) / FEW, _apart(_floor, FEW) / FEW)
            for _ in range(ROUNDS)
        ]
        twice, ours, floor = (statistics.median(each) for each in zip(*rounds))
        pairs = [(_apart(_one_cell, False), _apart(_one_cell, True)) for _ in range(2 * ROUNDS)]
        inside, outside = (statistics.median(each) for each in zip(*pairs))
        figures = {"sandbox's own cost, ms": round((inside - outside) * 1000)}
        for workers in (1, 2, 4):
            say(f"grading: {MANY} submissions, {workers} at once")
            pace = MANY / _grade(many, workers) * 60
            figures[f"submissions a minute, {workers} at once"] = round(pace, 1)
    figures["grading / floor"] = round(ours / floor, 2)
    figures["grading with a second run / floor"] = round(twice / floor, 2)
    marks = {"grading / floor": 1.5, "grading with a second run / floor": 2.5}
    return Part(figures, marks, {"grading": [ours, floor]})
