"""A small assignment with every kind of answer that the grader judges, and submissions to it."""

import copy
import json
from pathlib import Path

from nbformat.v4 import new_notebook

from coursework.making.notebooks import KERNEL
from tests.coursework.hostile import lay_out, make_code, make_text

NAME = "92_marked"
PARAMETERS = [
    "start, end = 50.0, 53.0",
    "start, end = 40.0, 43.0",
    "start, end = 80.0, 81.0",
    "start, end = 20.0, 27.0",
]
RATE = "rate = (end / start - 1) * 100"
MEAN = "def mean(x):\n    return sum(x) / len(x)"
CHOICE = 'choice = "B"'
PARTS = 'parts = {"a": given["a"] * 2, "b": given["b"] * 2}'
FACTS = {
    "tests-1-1": {
        "hint": "Count from the start.",
        "slips": [
            'check.slip("1.1 rate", (1 - start / end) * 100, "Which of the two is the hundred?", within=0.01)'
        ],
        "misconceptions": ["the last is the hundred"],
        "parameters": ["given-1-1"],
        "variants": PARAMETERS,
        "again": True,
        "number": 2,
    },
    "tests-1-2": {
        "drawn": "SEED = 0\nimport random\nrandom.seed(SEED)\n"
        "draws = [[random.random() for _ in range(5)] for _ in range(3)]\n"
        'check.answer("1.2 drawn", [mean(x) for x in draws], within=1e-6)',
        "number": 0,
    },
    "tests-1-3": {
        "choices": {"A": "A is a lie.", "C": "C is no better."},
        "chosen": {"A": "lies", "C": "none"},
    },
    "tests-1-4": {},
}
FORMS = {
    "1.1 rate": {"kind": "number", "labels": [""]},
    "1.2 mean": {"kind": "number", "labels": [""]},
    "1.3 choice": {"kind": "text", "labels": [""]},
    "1.4 parts": {"kind": "number", "labels": ["a", "b"]},
}


def _exercise(number: int, answer: str, check: str, points: int, given: str = "") -> list:
    name = f"1-{number}"
    cells = [make_text(f"question-{name}", f"## Exercise 1.{number}. Task {number}")]
    cells += [make_code(f"given-{name}", given)] if given else []
    cells.append(make_code(f"answer-{name}", answer, locked=False, solution=True))
    return [*cells, make_code(f"tests-{name}", check, grade=True, points=points)]


def notebook(rate: str, mean: str, choice: str, parts: str, text: str):
    """The assignment with these answers."""
    cells = [
        make_text("how-to", "# A small assignment"),
        make_code("forms", f"from jingjinji import check\ncheck.expect({json.dumps(json.dumps(FORMS))})"),
        make_code("given", 'given = {"a": 1.5, "b": 2.5}'),
        *_exercise(1, rate, 'check.answer("1.1 rate", rate, within=0.01, unit="%")', 4, PARAMETERS[0]),
        *_exercise(2, mean, 'check.answer("1.2 mean", mean([1, 2, 3]), within=1e-6)', 3),
        *_exercise(3, choice, 'check.answer("1.3 choice", choice)', 2),
        *_exercise(4, parts, 'check.answer("1.4 parts", parts, within=0.001)', 2),
        make_text("question-1-5", "## Exercise 1.5. A text"),
        make_text("answer-1-5", text, grade=True, locked=False, solution=True, points=5),
    ]
    return new_notebook(cells=cells, metadata={"course": {"assignment": NAME}, "kernelspec": KERNEL})


def source():
    """The instructor's notebook, with solutions and what the key is made from."""
    made = notebook(RATE, MEAN, CHOICE, PARTS, "The model answer.")
    made.metadata["course"]["exercises"] = FACTS
    return made


def release():
    """What students get."""
    return notebook(
        "rate = ...", "def mean(x):\n    ...", "choice = ...", "parts = ...", "*Write your answer here.*"
    )


def submission(
    rate: str = RATE, mean: str = MEAN, choice: str = CHOICE, parts: str = PARTS, text: str = "My answer."
):
    """A student's notebook with these answers; right ones where none is given."""
    return notebook(rate, mean, choice, parts, text)


def changed(change, **answers: str):
    """A submission to which something was done."""
    made = copy.deepcopy(submission(**answers))
    change(made)
    return made


def build(folder: Path) -> Path:
    """The assignment as `make assignments` lays it out."""
    return lay_out(folder, NAME, source(), release())
