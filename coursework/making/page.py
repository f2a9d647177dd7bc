"""The exercise page of the book: the questions, with checks in the page, and not one answer."""

import copy

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from plain_answers.sealing import pack

from coursework.making.master import Exercise, Master
from coursework.making.needs import KERNEL
from coursework.making.notebooks import describe_worth, format_heading, format_options, format_rubric
from coursework.making.seals import read_recorded, seal_answers
from coursework.making.templates import fill

PRACTICE = "_build/assignments/practice"
# What a kind is called where readers see it, if not by the name that masters use.
KIND_NAMES = {"numeric": "number", "parsons": "put in order"}


def name_kind(exercise: Exercise) -> str:
    """The kind of an exercise in words."""
    return KIND_NAMES.get(exercise.facts["kind"], exercise.facts["kind"])


def describe(exercise: Exercise) -> str:
    """One line: what the exercise trains, and what it costs and earns."""
    numbers = exercise.objectives
    trained = f"{'Objective' if len(numbers) == 1 else 'Objectives'} {', '.join(map(str, numbers))}"
    line = f"*{trained} · {name_kind(exercise)} · {exercise.facts['level']} · {describe_worth(exercise)}*"
    claims = ", ".join(f"{{ref}}`{claim} <claim-{claim.lower()}>`" for claim in exercise.claims)
    return f"{line} · {claims}" if claims else line


def find_starter(exercise: Exercise, release: NotebookNode) -> str:
    """The code that students start from, as their notebook has it."""
    name = exercise.answer.metadata["nbgrader"]["grade_id"]
    return next(cell.source for cell in release.cells if cell.metadata["nbgrader"]["grade_id"] == name)


def _check(entry: dict, exercise: Exercise) -> dict | None:
    """What the page's script needs for one answer, or None where only the notebook can check it.

    That is the sealed answer, the form in which the page asks for it, and hints in steps.
    """
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


def _make_cells(exercise: Exercise, sealed: dict[str, dict], release: NotebookNode) -> list[NotebookNode]:
    question = "\n\n".join(cell.source for cell in exercise.question)
    head = f"({exercise.label})=\n{format_heading(exercise)}\n\n{describe(exercise)}\n\n{question}"
    recorded = read_recorded(exercise.tests) if exercise.tests and not exercise.marked else []
    below = fill(
        "below.md",
        one=exercise,
        starter=find_starter(exercise, release) if exercise.in_code else "",
        rubric=format_rubric(exercise),
        checks=[check for record in recorded if (check := _check(sealed[record["name"]], exercise))],
        options=format_options(exercise),
        pack=pack,
    )
    return [
        new_markdown_cell(head, id=exercise.label),
        *copy.deepcopy(exercise.provided),
        new_markdown_cell(below.rstrip(), id=f"{exercise.label}-check"),
    ]


def make_page(master: Master, release: NotebookNode, wheel: str, install: str, chapter: dict) -> NotebookNode:
    """The page as a notebook whose outputs are those of the master's provided cells.

    `release` is the practice notebook, `wheel` is where the course's library lies in the book's source,
    `install` is what students write after ``pip install``, and `chapter` is what the book's tables say of it.
    """
    path = f"{PRACTICE}/{master.stem}/{master.stem}-practice.ipynb"
    offer = fill("page.md", practice=path, wheel=wheel, install=install)
    opening = new_markdown_cell(f"# {master.title}\n\n{master.introduction}\n\n{offer}", id="opening")
    sealed = seal_answers(master)
    cells = [opening, *copy.deepcopy(master.provided)]
    for exercise in master.exercises:
        cells += _make_cells(exercise, sealed, release)
    metadata = {
        "kernelspec": KERNEL,
        "chapter": chapter,
        "exercises": [
            {key: getattr(exercise, key) for key in ("label", "number", "title", "objectives", "points")}
            | {"kind": name_kind(exercise)}
            | {key: exercise.facts[key] for key in ("level", "minutes")}
            for exercise in master.exercises
        ],
    }
    return new_notebook(cells=cells, metadata=metadata)
