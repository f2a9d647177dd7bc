"""Helpers for tests of masters: run the course's as students do, and make a toy with one
exercise."""

import contextlib
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from plain_answers.recording import ANSWER_MIME
from plain_answers.recording import record as make_record

from coursework import needs
from coursework.masters import in_page, notebooks, seals
from coursework.masters.master import Exercise, Master, parse
from coursework.teach import plans
from jingjinji import check

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "exercises").glob("[0-9][0-9]_*.md"))
LETTER = re.compile(
    r'### BEGIN SOLUTION\nchoice = "[A-Z]"\n### END'
)  # a solution that computes nothing
needs_sandbox = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")


def lay_out_course(root: Path, stems: list[str]) -> Path:
    """Lay out a course of some chapters: sources and notebooks are copied, the rest is linked."""
    for folder in ("chapters", "exercises"):
        (root / folder).mkdir()
        for name in (f"{stem}{suffix}" for stem in stems for suffix in (".md", ".ipynb")):
            shutil.copy(ROOT / folder / name, root / folder)
    shared = {part.split("/")[0] for part in needs.list_wheel_parts(ROOT)}
    for name in shared | {"references.bib", "constraints.txt", "_toc.yml"}:
        (root / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / plans.TABLE, root / "exercises")
    return root


@contextlib.contextmanager
def sealed(answers: dict | None = None) -> Iterator[None]:
    """Replace the sealed answers of the library's checks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check._checks, "_sealed", {})
        check.use(json.dumps(answers or {}))
        yield


def run_cell(cell: nbformat.NotebookNode, names: dict) -> str:
    """Run a cell in this process; returns its error, or an empty string."""
    if cell.cell_type != "code":
        return ""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(cell.source, "cell", "exec"), names)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def run(cells: list[nbformat.NotebookNode]) -> tuple[list[str], list[str]]:
    """Run a notebook with solutions from top to bottom; returns the tests that pass, and errors."""
    names = {}
    earned = []
    raised = []
    code = [cell for cell in cells if cell.cell_type == "code"]
    # Cells given with a choice are only read; nbval has run them.
    chosen = [cell.metadata["nbgrader"]["grade_id"] for cell in code if LETTER.search(cell.source)]
    read = tuple(name.replace("answer-", "given-") + "-" for name in chosen)
    with sealed():
        for cell in code:
            marks = cell.metadata["nbgrader"]
            if not marks["grade_id"].startswith(read):
                error = run_cell(cell, names)
                raised += [f"{marks['grade_id']}: {error}"] if error else []
                earned += [marks["grade_id"]] if marks["grade"] and not error else []
    return earned, raised


def list_secrets(exercise: Exercise, shown: str, least: int = 15) -> set[str]:
    """List lines of solution, hidden tests, model answer and misconceptions that are not
    `shown`."""
    texts = [*(cell.source for cell in exercise.slips), *exercise.misconceptions]
    if exercise.by_hand:
        texts.append(exercise.answer.source)
    else:
        texts += in_page.SOLUTION.findall(exercise.answer.source)
        texts += in_page.HIDDEN.findall(exercise.tests.source)
    lines = {line.strip() for text in texts for line in text.splitlines()}
    return {line for line in lines if len(line) >= least and line not in shown}


def given_away(master: Master) -> list[str]:
    """List hints and messages on misconceptions that contain a right number."""
    telling = []
    for exercise in (one for one in master.exercises if not one.by_hand):
        slips = [record["slip"] for cell in exercise.slips for record in seals.read_recorded(cell)]
        for message in [*slips, *exercise.hints]:
            numbers = [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*\.?\d*", message)]
            for record in seals.read_recorded(exercise.tests):
                values = [
                    v for v in record["values"].values() if isinstance(v, float) and v != int(v)
                ]
                if any(
                    abs(number - value) <= record["within"]
                    for number in numbers
                    for value in values
                ):
                    telling.append(f"{exercise.number}: {message}")
    return telling


MASTER = """\
exercise: 3.1
title: One
objectives: [1]
kind: numeric
level: apply
minutes: 5
misconceptions: [off by one]"""


def recorded(name: str, value: object, within: float = 0.01, **more: object) -> list:
    """Outputs of a cell that recorded an answer, or a misconception if `says` is given."""
    data = {ANSWER_MIME: make_record(name, value, within, "%", **more)}
    return [nbformat.v4.new_output("display_data", data=data)]


def toy_cells() -> dict:
    """Make the cells of an executed master with one exercise."""
    new = nbformat.v4
    return {
        "title": new.new_markdown_cell("# Exercises"),
        "raw": new.new_raw_cell(MASTER),
        "question": new.new_markdown_cell("How many?"),
        "answer": new.new_code_cell(
            "n = ...\n### BEGIN SOLUTION\nn = 2\n### END SOLUTION",
            metadata=notebooks.describe("answer-3-1", solution=True),
        ),
        "tests": new.new_code_cell(
            'check.answer("3.1 n", n)',
            metadata=notebooks.describe("tests-3-1", grade=True, points=2),
            outputs=recorded("3.1 n", 2.0),
        ),
        "slip": new.new_code_cell(
            'check.slip("3.1 n", 3, "Count.")',
            metadata={"misconception": "off by one"},
            outputs=recorded("3.1 n", 3.0, says="Count."),
        ),
    }


def toy_master(cells: dict) -> Master:
    return parse(Path("03_toy.ipynb"), nbformat.v4.new_notebook(cells=list(cells.values())))
