"""The file that an exercise page fetches when its reader first runs code there.

The page runs the solution too, with the values at hand, and seals what it gives, so other values
need nothing that is made in advance. Solutions and misconceptions are packed, so that neither a
search of the site nor a glance shows them. Practice carries no marks.
"""

import json
import re

from plain_answers.sealing import pack

from coursework.common import ROLE
from coursework.masters import parameters
from coursework.masters.master import HIDDEN, SOLUTION, Exercise, Master

_MARKS = re.compile(r"^ *### (?:BEGIN|END) SOLUTION\n?", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![*\w])\*{1,2}([^*\n]+)\*{1,2}(?![*\w])")
_CHART = re.compile(r"check\.answer\([^,]+, (\w+),.*\basks\b")


def _make_variant(exercise: Exercise, cell: str) -> dict[str, str]:
    """The cell of parameters with other values, and the question that goes with it."""
    names = parameters.assign_names(parameters.read(cell))
    question = ROLE.sub(r"\2", parameters.fill(exercise.template, names))
    return {"cell": cell, "question": _EMPHASIS.sub(r"\1", question)}


def _make_exercise(exercise: Exercise) -> dict:
    tests = HIDDEN.sub("", exercise.tests.source).rstrip()
    key = {
        "solution": _MARKS.sub("", exercise.answer.source),
        "shown": "\n".join(SOLUTION.findall(exercise.answer.source)).rstrip(),
        "slips": [cell.source for cell in exercise.slips],
        "accepted": exercise.accepted,
    }
    chart = _CHART.search(tests)
    return {
        "given": [cell.source for cell in exercise.provided],
        "varies": exercise.provided.index(exercise.parameters) if exercise.parameters else None,
        "variants": [_make_variant(exercise, cell) for cell in exercise.variant_cells[1:]],
        "tests": tests,
        "chart": chart[1] if chart else None,
        "hints": exercise.hints,
        "key": pack(key),
    }


def format_page(master: Master) -> str:
    """JSON of one page: the cells that all exercises start from, and the exercises in their
    order."""
    coded = [exercise for exercise in master.exercises if exercise.in_code and not exercise.marked]
    made = {
        "provided": [cell.source for cell in master.provided if cell.cell_type == "code"],
        "exercises": {exercise.label: _make_exercise(exercise) for exercise in coded},
    }
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"
