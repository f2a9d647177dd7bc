"""The nbgrader source of an assignment, and the notebooks for students: to practise, and to be marked."""

import copy
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from coursework.making import assessed
from coursework.making.files import MasterError
from coursework.making.master import Exercise, Master
from coursework.making.needs import KERNEL
from coursework.making.seals import seal_answers
from coursework.making.templates import fill

_HIDDEN = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)$", re.MULTILINE)
STUB = "# Your code goes here."
TEXT_STUB = "*Write your answer here.*"
STUBS = {"stub": STUB.removeprefix("# "), "text_stub": TEXT_STUB.strip("*")}


def describe(grade_id: str, **changes: object) -> dict:
    """The metadata by which nbgrader knows a cell."""
    plain = {"grade": False, "locked": True, "solution": False, "task": False, "schema_version": 3}
    return {"nbgrader": plain | {"grade_id": grade_id} | changes}


def _make_given(cell: NotebookNode, grade_id: str) -> NotebookNode:
    """A cell of the master as students receive it: locked, so that grading puts it back."""
    cell = copy.deepcopy(cell)
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    # A notebook in a student's hands folds nothing: figure captions and hidden inputs are the book's.
    cell.metadata = NotebookNode(describe(grade_id))
    return cell


def format_heading(exercise: Exercise) -> str:
    """The heading of an exercise."""
    return f"## Exercise {exercise.number}. {exercise.title}"


def describe_worth(exercise: Exercise) -> str:
    """What an exercise earns and costs."""
    points = "1 point" if exercise.points == 1 else f"{exercise.points} points"
    return f"{points} · {exercise.facts['minutes']} minutes"


def format_options(exercise: Exercise) -> str:
    """The choices or the lines of code, as Markdown that reads well in any notebook."""
    if exercise.choices:
        return "\n".join(f"- **{letter}.** {choice['text']}" for letter, choice in exercise.choices.items())
    if exercise.lines:
        return "\n".join(f"- **{letter}.** `{line}`" for letter, line in exercise.lines.items())
    return ""


def format_rubric(exercise: Exercise) -> str:
    """The points of a text answer, as a list; nothing where tests give them."""
    lines = [f"- {line['points']} for {line['for']}" for line in exercise.facts.get("rubric") or []]
    return "\n".join(["Points:", "", *lines]) if lines else ""


def _make_question(exercise: Exercise) -> str:
    parts = [
        format_heading(exercise),
        f"*{describe_worth(exercise)}*",
        *(cell.source for cell in exercise.question),
    ]
    return "\n\n".join(part for part in [*parts, format_options(exercise), format_rubric(exercise)] if part)


def _make_cells(exercise: Exercise) -> list[NotebookNode]:
    name = exercise.number.replace(".", "-")
    question = new_markdown_cell(
        _make_question(exercise), id=f"question-{name}", metadata=describe(f"question-{name}")
    )
    given = [_make_given(cell, f"given-{name}-{i}") for i, cell in enumerate(exercise.provided, start=1)]
    own = [copy.deepcopy(cell) for cell in (exercise.answer, exercise.tests) if cell]
    for cell in own:
        cell.metadata = NotebookNode(nbgrader=cell.metadata["nbgrader"])
        if exercise.parts and exercise.parameters:
            # Solution and hidden tests bring the lines' letters along, as students have no cell of them.
            cell.source = _HIDDEN.sub(rf"\g<0>\n{exercise.parameters.source}", cell.source)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return [question, *given, *own]


def make_source(master: Master, install: str, objectives: Mapping[str, str] | None = None) -> NotebookNode:
    """The assignment with its solutions and tests, as nbgrader wants it.

    `install` is what students write after ``pip install`` to have the course's library, `objectives` are the
    chapter's, by number.
    """
    how_to = fill("practice.md", install=install, **STUBS)
    opening = new_markdown_cell(f"# {master.title}\n\n{how_to}", id="how-to", metadata=describe("how-to"))
    provided = [_make_given(cell, f"given-{i}") for i, cell in enumerate(master.provided, start=1)]
    sealed = json.dumps(seal_answers(master), ensure_ascii=False, separators=(",", ":"))
    use = new_code_cell(
        "# What the checks below compare with. It holds hashes, not answers.\n"
        f"from jingjinji import check\n\ncheck.use({json.dumps(sealed, ensure_ascii=False)})",
        id="sealed",
        metadata=describe("sealed"),
    )
    cells = [opening, use, *provided, *(cell for e in master.exercises for cell in _make_cells(e))]
    course = {
        "assignment": master.name,
        "exercises": {name: asdict(fact) for name, fact in assessed.list_exercise_facts(master).items()},
        "texts": {name: asdict(fact) for name, fact in assessed.list_text_facts(master).items()},
        "objectives": dict(objectives or {}),
    }
    metadata = {"course": course, "kernelspec": KERNEL, "language_info": {"name": "python"}}
    return new_notebook(cells=cells, metadata=metadata)


def release(notebook: NotebookNode, master: Master, install: str) -> NotebookNode:
    """The notebook that is marked, from the notebook that `make_source` gave.

    Raises nbgrader's `ValidationError` where the metadata of a cell are not what it grades by.
    """
    from nbgrader.preprocessors import CheckCellMetadata

    CheckCellMetadata().preprocess(notebook, {})
    return assessed.make_assessed(make_practice(notebook), master, install, STUBS)


def make_practice(notebook: NotebookNode) -> NotebookNode:
    """The notebook for practice: `nbgrader generate_assignment` in memory, without its database.

    Raises `MasterError` where an answer cell without its solution is not Python any more.
    """
    # nbgrader takes seconds to import, and most runs find every release up to date.
    from nbgrader import preprocessors as nb
    from traitlets.config import Config

    config = Config()
    config.ClearSolutions.code_stub = {"python": STUB}
    config.ClearSolutions.text_stub = TEXT_STUB
    notebook, resources = copy.deepcopy(notebook), dict[str, Any]()
    clear = (nb.LockCells, nb.ClearSolutions, nb.ClearOutput, nb.ClearHiddenTests, nb.ClearMarkScheme)
    for step in (*clear, nb.ComputeChecksums):
        preprocessor = step(config=config)
        preprocessor.log.setLevel(logging.WARNING)
        notebook, resources = preprocessor.preprocess(notebook, resources)
    for cell in notebook.cells:
        _check_syntax(cell)
    notebook.metadata["course"] = {"assignment": notebook.metadata["course"]["assignment"], "practice": True}
    return notebook


def _check_syntax(cell: NotebookNode) -> None:
    marks = cell.metadata["nbgrader"]
    if cell.cell_type != "code" or not marks["solution"]:
        return
    try:
        compile(cell.source, marks["grade_id"], "exec")
    except SyntaxError as error:
        raise MasterError(
            f"{marks['grade_id']}: without its solution the starter code is not Python ({error.msg}); "
            "a function needs a body, such as '...'"
        ) from None
