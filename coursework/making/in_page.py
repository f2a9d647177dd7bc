"""What an exercise page needs to run and check code, as a file that it fetches when its reader first does so.

The page runs the solution too, with the values that the reader has, and seals what it gives; so other
values need nothing that is made in advance. Solutions and misconceptions are packed: neither a search of
the site nor a glance shows them. Practice carries no marks.
"""

import json
import re

from plain_answers.sealing import pack

from coursework.making import parameters
from coursework.making.master import Exercise, Master
from coursework.making.reading_time import ROLE

SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
_MARKS = re.compile(r"^ *### (?:BEGIN|END) SOLUTION\n?", re.MULTILINE)
HIDDEN = re.compile(r" *### BEGIN HIDDEN TESTS\n.*?### END HIDDEN TESTS\n?", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![*\w])\*{1,2}([^*\n]+)\*{1,2}(?![*\w])")
_CHART = re.compile(r"check\.answer\([^,]+, (\w+),.*\basks\b")


def _list_variants(exercise: Exercise) -> list[dict[str, str]]:
    """The cell of parameters with each of its other values, and the question that goes with it."""
    found = []
    for cell in exercise.variant_cells[1:]:
        names = parameters.assign_names(parameters.read(cell))
        asked = ROLE.sub(r"\2", str(parameters.fill(exercise.template, names)))
        found.append({"cell": cell, "question": _EMPHASIS.sub(r"\1", asked)})
    return found


def _make_exercise(exercise: Exercise) -> dict:
    given = [cell.source for cell in exercise.provided]
    tests = HIDDEN.sub("", exercise.tests.source).rstrip()
    key = {
        "solution": _MARKS.sub("", exercise.answer.source),
        "shown": "\n".join(SOLUTION.findall(exercise.answer.source)).rstrip(),
        "slips": [cell.source for cell in exercise.slips],
        "accepted": exercise.accepted,
    }
    chart = _CHART.search(tests)
    return {
        "given": given,
        "varies": exercise.provided.index(exercise.parameters) if exercise.parameters else None,
        "variants": _list_variants(exercise),
        "tests": tests,
        "chart": chart[1] if chart else None,
        "hints": exercise.hints,
        "key": pack(key),
    }


def format_page(master: Master) -> str:
    """The file of one page: the cells that all exercises start from, and the exercises in their order."""
    made = {
        "provided": [cell.source for cell in master.provided if cell.cell_type == "code"],
        "exercises": {
            one.label: _make_exercise(one) for one in master.exercises if one.in_code and not one.marked
        },
    }
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"
