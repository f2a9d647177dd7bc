"""The exercise page of the book: questions with checks in the page, and no answer."""

import copy
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from plain_answers.sealing import pack

from coursework.common import KERNEL, fill
from coursework.masters.master import Exercise, Master
from coursework.masters.notebooks import (
    MARKED,
    describe_worth,
    format_heading,
    format_options,
    format_rubric,
)
from coursework.masters.seals import read_recorded, seal_answers
from coursework.products import list_practice

# What readers see for a kind, if not the name that masters use.
KIND_NAMES = {"numeric": "number", "parsons": "put in order"}
SET_UP = "Code: what the exercises begin with"  # the line that opens the folded cells


def name_kind(exercise: Exercise) -> str:
    """The kind of an exercise in words."""
    return KIND_NAMES.get(exercise.facts["kind"], exercise.facts["kind"])


def describe(exercise: Exercise) -> str:
    """One line: what the exercise trains, and what it costs and earns."""
    numbers = exercise.objectives
    trained = f"{'Objective' if len(numbers) == 1 else 'Objectives'} {', '.join(map(str, numbers))}"
    line = (
        f"*{trained} · {name_kind(exercise)} · {exercise.facts['level']} ·"
        f" {describe_worth(exercise)}*"
    )
    claims = ", ".join(f"{{ref}}`{claim} <claim-{claim.lower()}>`" for claim in exercise.claims)
    return f"{line} · {claims}" if claims else line


def find_starter(exercise: Exercise, practice: NotebookNode) -> str:
    """Starter code of an exercise, as the students' notebook has it."""
    name = exercise.answer.metadata["nbgrader"]["grade_id"]
    return next(
        cell.source for cell in practice.cells if cell.metadata["nbgrader"]["grade_id"] == name
    )


def _make_check(entry: dict, exercise: Exercise) -> dict | None:
    """Sealed answer, form and hints for the page's script; None if only the notebook can check the
    answer."""
    check = {**entry, "hints": exercise.hints}
    check.pop("hint", None)
    if exercise.choices:
        says = {letter: choice["says"] for letter, choice in exercise.choices.items()}
        return check | {"form": "choice", "slips": [], "says": says}
    if exercise.lines:
        return check | {"form": "order"}
    if list(entry["values"]) == [""] and entry["kind"] in ("number", "text"):
        return check | {"form": entry["kind"]}
    return None


def _make_cells(
    exercise: Exercise, sealed: dict[str, dict], practice: NotebookNode
) -> list[NotebookNode]:
    question = "\n\n".join(cell.source for cell in exercise.question)
    head = f"({exercise.label})=\n{format_heading(exercise)}\n\n{describe(exercise)}\n\n{question}"
    records = [] if exercise.marked else read_recorded(exercise.tests)
    below = fill(
        "below.md",
        one=exercise,
        starter=find_starter(exercise, practice) if exercise.in_code else "",
        rubric=format_rubric(exercise),
        checks=[
            check for record in records if (check := _make_check(sealed[record["name"]], exercise))
        ],
        options=format_options(exercise),
        pack=pack,
        assigned=MARKED,
    )
    return [
        new_markdown_cell(head, id=exercise.label),
        *copy.deepcopy(exercise.provided),
        new_markdown_cell(below.rstrip(), id=f"{exercise.label}-check"),
    ]


def _fold(provided: list[NotebookNode]) -> list[NotebookNode]:
    """Copies of cells that a reader need not read, because Run and check runs them by itself."""
    cells = copy.deepcopy(provided)
    for cell in cells:
        if cell.cell_type == "code":
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "hide-input"]
            cell.metadata["mystnb"] = {"code_prompt_show": SET_UP}
    return cells


def make_page(master: Master, practice: NotebookNode, wheel: str, install: str) -> NotebookNode:
    """Make the page, as a notebook whose outputs are those of the master's provided cells.

    `practice` is the practice notebook, `wheel` is where the course's library lies in the book's
    source, and `install` is the argument of ``pip install``.
    """
    path = list_practice(Path(), master.stem).notebook.as_posix()
    offer = fill("page.md", practice=path, wheel=wheel, install=install)
    introduction = master.opening[0].source.partition("\n")[2].strip()
    opening = new_markdown_cell(f"# {master.title}\n\n{introduction}\n\n{offer}", id="opening")
    sealed = seal_answers(master)
    cells = [opening, *_fold(master.provided)]
    for exercise in master.exercises:
        cells += _make_cells(exercise, sealed, practice)
    listed = [
        {
            key: getattr(exercise, key)
            for key in ("label", "number", "title", "objectives", "points")
        }
        | {"kind": name_kind(exercise) + " (assignment)" * exercise.marked}
        | {key: exercise.facts[key] for key in ("level", "minutes")}
        for exercise in master.exercises
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "exercises": listed})
