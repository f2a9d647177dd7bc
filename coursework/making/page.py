"""The exercise page of the book: the questions, with checks in the page, and not one answer."""

import base64
import copy
import json

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from coursework.making.master import Exercise, Master
from coursework.making.notebooks import KERNEL, describe_worth, format_heading, format_options, format_rubric
from coursework.making.seals import read_recorded, seal_answers
from jingjinji import reading

STEPS = 3  # of hints, at most: where to look, what to compare, how to start
PRACTICE = "_build/assignments/practice"
INTRODUCTION = """\
Answer numbers, words and choices on this page: it says at once whether you are right, or what to look at.
This is practice and carries no marks; a course that marks hands out notebooks of its own.
Code too, where it has a button *Run and check*.
Or get {{download}}`the notebook </{practice}>` and {{download}}`the course's library </{wheel}>`;
then run `pip install {install}` where the file lies. The cells below each answer check your code."""

# The page's script says of a wrong number what a notebook says.
NUMBER_SLIPS = f"""\
```{{raw}} html
<script type="application/json" class="number-slips">{json.dumps(reading.SLIPS)}</script>
```"""


def _link_claims(exercise: Exercise) -> str:
    return ", ".join(f"{{ref}}`{claim} <claim-{claim.lower()}>`" for claim in exercise.claims)


def describe(exercise: Exercise) -> str:
    """One line: what the exercise trains, and what it costs and earns."""
    numbers = exercise.objectives
    trained = f"{'Objective' if len(numbers) == 1 else 'Objectives'} {', '.join(map(str, numbers))}"
    line = f"*{trained} · {exercise.facts['kind']} · {exercise.facts['level']} · {describe_worth(exercise)}*"
    return f"{line} · {_link_claims(exercise)}" if exercise.claims else line


def find_starter(exercise: Exercise, release: NotebookNode) -> str:
    """The code that students start from, as their notebook has it."""
    name = exercise.answer.metadata["nbgrader"]["grade_id"]
    return next(cell.source for cell in release.cells if cell.metadata["nbgrader"]["grade_id"] == name)


def _list_hints(exercise: Exercise, objectives: dict[str, str], kind: str) -> list[str]:
    """The author's hints; to fewer than three on a number, where to look and what to check are added."""
    if not exercise.hints or kind != "number" or len(exercise.hints) == STEPS:
        return exercise.hints
    aims = " and how to ".join(objectives[str(number)].replace("*", "") for number in exercise.objectives)
    steps = [f"Look where the chapter shows how to {aims}.", *exercise.hints]
    return steps + ["Before you answer: can its sign, its unit and its size be right?"] * (STEPS - len(steps))


def _check(entry: dict, name: str, exercise: Exercise, objectives: dict[str, str]) -> dict | None:
    """What the page's script needs for one answer, or None where only the notebook can check it."""
    common = {key: entry[key] for key in ("salt", "within", "unit")}
    common |= {"name": name, "hints": _list_hints(exercise, objectives, entry["kind"])}
    slips = entry["slips"]
    if exercise.choices:
        says = {letter: choice["says"] for letter, choice in exercise.choices.items()}
        return common | {"kind": "choice", "right": entry["right"], "says": says}
    if exercise.lines:
        return common | {"kind": "order", "right": entry["right"], "slips": slips}
    if entry["labels"] == [""] and entry["kind"] in ("number", "text"):
        return common | {"kind": entry["kind"], "right": entry["right"], "slips": slips}
    return None


def _format_checks(exercise: Exercise, sealed: dict[str, dict], objectives: dict[str, str]) -> list[str]:
    """The `self-check` directives of one exercise."""
    names = [record["name"] for record in read_recorded(exercise.tests)] if exercise.tests else []
    found = [check for name in names if (check := _check(sealed[name], name, exercise, objectives))]
    options = format_options(exercise)
    return [
        f"::::{{self-check}} {check['kind']}\n:check: {pack(check)}\n\n{options}\n::::" for check in found
    ]


def pack(value: dict) -> str:
    """In one word, so that neither a search of the page nor a glance at its source shows what it says."""
    return base64.b64encode(json.dumps(value, ensure_ascii=False).encode()).decode()


def _make_cells(
    exercise: Exercise, sealed: dict[str, dict], release: NotebookNode, objectives: dict[str, str]
) -> list[NotebookNode]:
    question = "\n\n".join(cell.source for cell in exercise.question)
    head = f"({exercise.label})=\n{format_heading(exercise)}\n\n{describe(exercise)}\n\n{question}"
    checks = _format_checks(exercise, sealed, objectives)
    tail = [format_rubric(exercise), *checks]
    if exercise.in_code:
        told = "" if checks else "*The notebook checks this answer: write it there.*"
        name = exercise.label.replace("exercise", "code")
        code = f"```python\n{find_starter(exercise, release)}\n```\n\n{told}".rstrip()
        tail.insert(0, f":::{{container}} code-exercise\n:name: {name}\n\n{code}\n:::")
    elif not checks:
        tail.append("*A person marks this answer: write it there.*")
    name = exercise.label
    return [
        new_markdown_cell(head, id=name),
        *copy.deepcopy(exercise.provided),
        new_markdown_cell("\n\n".join(part for part in tail if part), id=f"{name}-check"),
    ]


def make_page(master: Master, release: NotebookNode, wheel: str, install: str, chapter: dict) -> NotebookNode:
    """The page as a notebook whose outputs are those of the master's provided cells.

    `release` is the practice notebook, `wheel` is where the course's library lies in the book's source,
    `install` is what students write after ``pip install``, and `chapter` is what the book's tables say of it.
    """
    place = f"{PRACTICE}/{master.stem}/{master.stem}-practice.ipynb"
    offer = INTRODUCTION.format(practice=place, wheel=wheel, install=install)
    opening = new_markdown_cell(
        f"# {master.title}\n\n{master.introduction}\n\n{offer}\n\n{NUMBER_SLIPS}", id="opening"
    )
    sealed = seal_answers(master)
    cells = [opening, *copy.deepcopy(master.provided)]
    for exercise in master.exercises:
        cells += _make_cells(exercise, sealed, release, chapter["objectives"])
    metadata = {
        "kernelspec": KERNEL,
        "chapter": chapter,
        "exercises": [
            {key: getattr(exercise, key) for key in ("label", "number", "title", "objectives", "points")}
            | {key: exercise.facts[key] for key in ("kind", "level", "minutes")}
            for exercise in master.exercises
        ],
    }
    return new_notebook(cells=cells, metadata=metadata)
