"""A small assignment with every kind of answer, submissions to it, and a class of results."""

import copy
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_grader.assignments.assignment import Assignment
from notebook_grader.assignments.fact import Fact, TextFact
from notebook_grader.assignments.key import Key
from notebook_grader.course import PLAIN
from notebook_grader.files import write as write_text
from notebook_grader.headings import find_titles
from notebook_grader.judge.cell import Cell
from notebook_grader.marks.decisions import (
    ABOUT,
    ANSWER,
    Decision,
    Mark,
    Table,
    View,
    decide_by_machine,
    make_view,
    open_table,
)
from notebook_grader.marks.store import Result, make_file_name

NAME = "92_small"
PARAMETERS = (
    "start, end = 50.0, 53.0",
    "start, end = 40.0, 43.0",
    "start, end = 80.0, 81.0",
    "start, end = 20.0, 27.0",
)
RATE = "rate = (end / start - 1) * 100"
MEAN = "def mean(x):\n    return sum(x) / len(x)"
CHOICE = 'choice = "B"'
PARTS = 'parts = {"a": given["a"] * 2, "b": given["b"] * 2}'
SLIP = (
    'check.slip("1.1 rate", (1 - start / end) * 100, "Which of the two is the hundred?",'
    " within=0.01)"
)
INPUTS = """\
SEED = 0
import random
random.seed(SEED)
draws = [[random.random() for _ in range(5)] for _ in range(3)]
check.answer("1.2 drawn", [mean(x) for x in draws], within=1e-6)"""
FACTS = {
    "tests-1-1": Fact(
        "1.1",
        "Count from the start.",
        slips=((SLIP, "the last is the hundred"),),
        parameters=("given-1-1",),
        variants=PARAMETERS,
        rerun=True,
        typed_points=2,
    ),
    "tests-1-2": Fact("1.2", random_inputs=INPUTS),
    "tests-1-3": Fact(
        "1.3", choices={"A": ("A is a lie.", "lies"), "C": ("C is no better.", "none")}
    ),
    "tests-1-4": Fact("1.4"),
}
TEXTS = {
    "answer-1-5": TextFact(
        "1.5 A text",
        "What is *wrong*?",
        ((2, "The base is named."), (3, "The year is named.")),
        {"full": ("Base and year.", ""), "half": ("The base.", "The year is missing.")},
    )
}
FORMS = {
    "1.1 rate": {"kind": "number", "labels": [""]},
    "1.2 mean": {"kind": "number", "labels": [""]},
    "1.3 choice": {"kind": "text", "labels": [""]},
    "1.4 parts": {"kind": "number", "labels": ["a", "b"]},
}


def _describe(grade_id: str, **changes: object) -> dict:
    """nbgrader's metadata of a cell."""
    plain = {"grade": False, "locked": True, "solution": False, "task": False, "schema_version": 3}
    return {"nbgrader": plain | {"grade_id": grade_id} | changes}


def make_text(grade_id: str, text: str, **changes: object) -> NotebookNode:
    """A Markdown cell with a grade id."""
    return new_markdown_cell(text, id=grade_id, metadata=_describe(grade_id, **changes))


def make_code(grade_id: str, text: str, **changes: object) -> NotebookNode:
    """A code cell with a grade id."""
    return new_code_cell(text, id=grade_id, metadata=_describe(grade_id, **changes))


def make_exercise(
    number: int, answer: str, check: str, points: int, given: str = ""
) -> list[NotebookNode]:
    """The cells of an exercise."""
    name = f"1-{number}"
    cells = [make_text(f"question-{name}", f"## Exercise 1.{number}. Task {number}")]
    cells += [make_code(f"given-{name}", given)] if given else []
    cells.append(make_code(f"answer-{name}", answer, locked=False, solution=True))
    return [*cells, make_code(f"tests-{name}", check, grade=True, points=points)]


def submission(
    rate: str = RATE,
    mean: str = MEAN,
    choice: str = CHOICE,
    parts: str = PARTS,
    text: str = "My answer.",
) -> NotebookNode:
    """The assignment with these answers, by default the right ones."""
    cells = [
        make_text("how-to", "# A small assignment"),
        make_code("forms", f"{PLAIN.checks}\ncheck.expect({json.dumps(json.dumps(FORMS))})"),
        make_code("given", 'given = {"a": 1.5, "b": 2.5}'),
        *make_exercise(
            1, rate, 'check.answer("1.1 rate", rate, within=0.01, unit="%")', 4, PARAMETERS[0]
        ),
        *make_exercise(2, mean, 'check.answer("1.2 mean", mean([1, 2, 3]), within=1e-6)', 3),
        *make_exercise(3, choice, 'check.answer("1.3 choice", choice)', 2),
        *make_exercise(4, parts, 'check.answer("1.4 parts", parts, within=0.001)', 2),
        make_text("question-1-5", "## Exercise 1.5. A text"),
        make_text("answer-1-5", text, grade=True, locked=False, solution=True, points=5),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(
        cells=cells, metadata={"course": {"assignment": NAME}, "kernelspec": kernel}
    )


def source(facts: dict[str, Fact] = FACTS) -> NotebookNode:
    """The instructor's notebook, with solutions and facts."""
    made = submission(text="The model answer.")
    made.metadata["course"]["exercises"] = {name: asdict(fact) for name, fact in facts.items()}
    made.metadata["course"]["texts"] = {name: asdict(fact) for name, fact in TEXTS.items()}
    return made


def release() -> NotebookNode:
    """The notebook that students get."""
    mean = "def mean(x):\n    ..."
    return submission(
        "rate = ...", mean, "choice = ...", "parts = ...", "*Write your answer here.*"
    )


def changed(change: Callable[[NotebookNode], object], **answers: str) -> NotebookNode:
    """A submission after a change."""
    made = copy.deepcopy(submission(**answers))
    change(made)
    return made


def find_cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """The cell with this grade id."""
    return next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def write(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook), encoding="utf-8")


def hand_in(folder: Path, **notebooks: NotebookNode) -> Path:
    """Write these students' notebooks to a folder of submissions."""
    for student, notebook in notebooks.items():
        write(folder / student / f"{NAME}.ipynb", notebook)
    return folder


def build(
    folder: Path, made: NotebookNode | None = None, released: NotebookNode | None = None
) -> Path:
    """Write the source and release notebooks of an assignment."""
    for kind, notebook in (("source", made or source()), ("release", released or release())):
        write(folder / kind / NAME / f"{NAME}.ipynb", notebook)
    return folder


# Results as a run of the grader keeps them, without a run

HELD = Assignment(NAME, release(), Key("", "s", (), FACTS), texts=TEXTS)
TITLES = find_titles(HELD.notebook)
SHARES = "growth rates add up"


def make_result(
    student: str, points: float = 4, given: float | None = None, comment: str = "", *more: Decision
) -> tuple[Result, View]:
    """A result with these points for 1.1, 7 for the other tests, and the points `given` for the
    text."""
    cells = {
        "tests-1-1": Cell(float(points), 4),
        "tests-1-2": Cell(3.0, 3),
        "tests-1-3": Cell(2.0, 2),
    }
    cells |= {"tests-1-4": Cell(2.0, 2), "answer-1-5": Cell(None, 5, answer="Text")}
    result = Result(student, "print", "file", "sha", cells, version=HELD.version)
    own = [decide(student, given, comment)] if given is not None else []
    return result, make_view(result, [*decide_by_machine(result), *own, *more])


def decide(
    student: str, points: float | None, reason: str = "", exercise: str = "answer-1-5", **more
) -> Decision:
    """A marker's decision about a student, for any answer."""
    more.setdefault("about", ABOUT.get(exercise, ANSWER))
    return Decision(student, exercise, more.pop("answer", ""), points, "marker", reason, **more)


def keep(folder: Path, *results: Result) -> Table:
    """Keep results and the machine's decisions, as a run does."""
    table = open_table(folder)
    for result in results:
        write_text(
            folder / "results" / f"{make_file_name(result.student)}.json",
            json.dumps(asdict(result)),
        )
        table.add(decide_by_machine(result))
    return table


def make_class(count: int = 60) -> tuple[dict[str, Result], dict[str, dict[str, Mark]]]:
    """Results and marks. The better half has 1.1 right and 1.2 wrong; a third of the wrong 1.1 hold
    the misconception; every second pair has 1.3 right; nobody answered 1.4; a person must still
    mark 1.5.
    """
    results = {}
    final = {}
    for number in range(count):
        good = number % 2 == 0
        student = f"student {number:02}"
        held = [SHARES] if not good and number % 3 == 0 else []
        cells = {
            "tests-1-1": Cell(4.0 if good else 0.0, 4, misconceptions=held),
            # Not all, so that the correlation is not exactly −1.
            "tests-1-2": Cell(3.0 if good == (number < 6) else 0.0, 3),
            "tests-1-3": Cell(2.0 if number // 2 % 2 == 0 else 0.0, 2),
            "tests-1-4": Cell(0.0, 2, answered=False),
            "answer-1-5": Cell(None, 5, answer="A text."),
        }
        results[student] = Result(student, "print", "file", f"sha {number}", cells)
        final[student] = make_view(results[student], decide_by_machine(results[student])).marks
    return results, final
