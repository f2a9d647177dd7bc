"""The grader's source of an assignment, and the same without its solutions, to practise with."""

import copy
import json
import re

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from coursework.common import KERNEL, MasterError, fill
from coursework.masters.master import HIDDEN, SOLUTION, Exercise, Master
from coursework.masters.seals import seal_answers

_HIDDEN = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)$", re.MULTILINE)
STUB = "# Your code goes here."
# Below a question that no page and no notebook for practice answers.
MARKED = "*Assignment question: no answer here.*"
TEXT_STUB = "*Write your answer here.*"
STUBS = {"stub": STUB.removeprefix("# "), "text_stub": TEXT_STUB.strip("*")}


def describe(grade_id: str, **changes: object) -> dict:
    """Cell metadata of nbgrader: a locked cell that is not graded, unless `changes` say
    otherwise."""
    plain = {"grade": False, "locked": True, "solution": False, "task": False, "schema_version": 3}
    return {"nbgrader": plain | {"grade_id": grade_id} | changes}


def _copy_cell(cell: NotebookNode, metadata: dict) -> NotebookNode:
    """Copy a cell without outputs. Figure captions and hidden inputs are the book's, so its
    metadata go."""
    cell = copy.deepcopy(cell)
    if cell.cell_type == "code":
        cell.outputs = []
        cell.execution_count = None
    cell.metadata = NotebookNode(metadata)
    return cell


def format_heading(exercise: Exercise) -> str:
    """Heading of an exercise."""
    return f"## Exercise {exercise.number}. {exercise.title}"


def describe_worth(exercise: Exercise) -> str:
    """Points and minutes of an exercise."""
    points = "1 point" if exercise.points == 1 else f"{exercise.points} points"
    return f"{points} · {exercise.facts['minutes']} minutes"


def format_options(exercise: Exercise) -> str:
    """Choices or lines of code, as Markdown that reads well in any notebook."""
    texts = {letter: str(choice["text"]) for letter, choice in exercise.choices.items()}
    texts = texts or {letter: f"`{line}`" for letter, line in exercise.lines.items()}
    return "\n".join(f"- **{letter}.** {text}" for letter, text in texts.items())


def format_rubric(exercise: Exercise) -> str:
    """Points of a text answer, as a list; empty if tests give the points."""
    lines = [
        f"- {line['points']} point{'' if line['points'] == 1 else 's'}: {line['for']}"
        for line in exercise.facts.get("rubric") or []
    ]
    return "\n".join(["Points:", "", *lines]) if lines else ""


def _make_cells(exercise: Exercise) -> list[NotebookNode]:
    name = exercise.number.replace(".", "-")
    texts = [format_heading(exercise), f"*{describe_worth(exercise)}*"]
    texts += [cell.source for cell in exercise.question]
    texts += filter(None, [format_options(exercise), format_rubric(exercise)])
    cells = [
        new_markdown_cell(
            "\n\n".join(texts), id=f"question-{name}", metadata=describe(f"question-{name}")
        )
    ]
    for place, cell in enumerate(exercise.provided, start=1):
        cells.append(_copy_cell(cell, describe(f"given-{name}-{place}")))
    for cell in filter(None, (exercise.answer, exercise.tests)):
        made = _copy_cell(cell, {"nbgrader": cell.metadata["nbgrader"]})
        if exercise.parts and exercise.parameters:
            # Solution and hidden tests bring the lines' letters along, as students have no cell of
            # them.
            made.source = _HIDDEN.sub(rf"\g<0>\n{exercise.parameters.source}", made.source)
        cells.append(made)
    return cells


def make_source(master: Master, install: str) -> NotebookNode:
    """Make the assignment with its solutions and tests, in nbgrader's form.

    `install` is the argument of ``pip install`` for students.
    """
    how_to = fill("practice.md", install=install, **STUBS)
    opening = new_markdown_cell(
        f"# {master.title}\n\n{how_to}", id="how-to", metadata=describe("how-to")
    )
    provided = [
        _copy_cell(cell, describe(f"given-{i}")) for i, cell in enumerate(master.provided, start=1)
    ]
    sealed = json.dumps(seal_answers(master), ensure_ascii=False, separators=(",", ":"))
    use = new_code_cell(
        "# What the checks below compare with. It holds hashes, not answers.\n"
        f"from jingjinji import check\n\ncheck.use({json.dumps(sealed, ensure_ascii=False)})",
        id="sealed",
        metadata=describe("sealed"),
    )
    cells = [opening, use, *provided, *(cell for e in master.exercises for cell in _make_cells(e))]
    course = {"assignment": master.name}
    metadata = {"course": course, "kernelspec": KERNEL, "language_info": {"name": "python"}}
    return new_notebook(cells=cells, metadata=metadata)


def clear_solutions(source: NotebookNode) -> NotebookNode:
    """Make the practice notebook, without solutions and hidden tests and with locked cells."""
    notebook = copy.deepcopy(source)
    for cell in notebook.cells:
        marks = cell.metadata["nbgrader"]
        is_code = cell.cell_type == "code"
        marks["cell_type"] = cell.cell_type
        cell.metadata["deletable"] = False
        # Ids in a master are hashes of its cells, solutions included: short ones could be guessed
        # by them.
        cell.id = marks["grade_id"]
        if not marks["solution"]:
            cell.metadata["editable"] = False
            if marks["grade"]:
                # "Run All" goes on behind an exercise that is left out. The grader runs all cells
                # anyway.
                cell.metadata["tags"] = ["raises-exception"]
            cell.source = HIDDEN.sub("", cell.source).removesuffix("\n")
            continue
        stub = STUB if is_code else TEXT_STUB
        cleared, regions = SOLUTION.subn(f"{stub}\n", cell.source)
        cell.source = cleared.removesuffix("\n") if regions else stub
        try:
            compile(cell.source if is_code else "", marks["grade_id"], "exec")
        except SyntaxError as error:
            raise MasterError(
                f"{marks['grade_id']}: without its solution the starter code is not Python"
                f" ({error.msg}); a function needs a body, such as '...'"
            ) from None
    notebook.metadata["course"] = {
        "assignment": notebook.metadata["course"]["assignment"],
        "practice": True,
    }
    return notebook
