"""Masters for tests: those of the course, run as a student runs them, and a toy of one exercise."""

import os
import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from plain_answers.recording import ANSWER_MIME
from plain_answers.recording import record as make_record

from coursework.making import notebooks, seals
from coursework.making.master import Master, parse

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "exercises").glob("[0-9][0-9]_*.md"))


def run(cells: list) -> nbformat.NotebookNode:
    """Execute cells as a student would, in a fresh kernel that does not know the book."""
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": notebooks.KERNEL})
    plain = {key: value for key, value in os.environ.items() if key != "JINGJINJI_BOOK"}
    plain["PYTHONPATH"] = str(ROOT)
    client = NotebookClient(notebook, timeout=120, allow_errors=True, extra_arguments=["--log-level=ERROR"])
    client.execute(env=plain)
    return notebook


def errors(cell) -> list[str]:
    return [f"{o.ename}: {o.evalue}" for o in cell.get("outputs", []) if o.output_type == "error"]


def _numbers(text: str) -> list[float]:
    return [float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*\.?\d*", text)]


def given_away(master) -> list[tuple[str, str]]:
    """The hints and the messages to misconceptions that hold a number that is right."""
    found = []
    for exercise in (one for one in master.exercises if not one.by_hand):
        messages = [record["slip"] for cell in exercise.slips for record in seals.read_recorded(cell)]
        messages += exercise.hints
        for record in seals.read_recorded(exercise.tests):
            values = [v for v in record["values"].values() if isinstance(v, float) and v != int(v)]
            found += [
                (exercise.number, message)
                for message in messages
                for number in _numbers(message)
                if any(abs(number - value) <= record["within"] for value in values)
            ]
    return found


MASTER = """\
exercise: 3.1
title: One
objectives: [1]
kind: numeric
level: apply
minutes: 5
misconceptions: [off by one]"""


def recorded(name: str, value: object, within: float = 0.01, **more: object) -> list:
    """The outputs of a cell that recorded an answer, or that of a misconception, of which it `says` more."""
    data = {ANSWER_MIME: make_record(name, value, within, "%", **more)}
    return [nbformat.v4.new_output("display_data", data=data)]


def toy_cells() -> dict:
    """The cells of a master with one exercise, as it is when it has run."""
    new = nbformat.v4
    return {
        "title": new.new_markdown_cell("# Exercises"),
        "raw": new.new_raw_cell(MASTER),
        "question": new.new_markdown_cell("How many?"),
        "answer": new.new_code_cell(
            "n = ...\n### BEGIN SOLUTION\nn = 2\n### END SOLUTION",
            metadata=notebooks.describe("a", solution=True),
        ),
        "tests": new.new_code_cell(
            'check.answer("3.1 n", n)',
            metadata=notebooks.describe("t", grade=True, points=2),
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
