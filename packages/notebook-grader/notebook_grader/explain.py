"""Say how a mark came about: what came out, what the key says, within which tolerance, and who decided what.

For a complaint. The student is named as in grades.csv, or by a part of that name that no other has; the
exercise by its number or the name of its column.
"""

import argparse
import sys
from collections.abc import Collection
from pathlib import Path

from notebook_grader import decisions, store
from notebook_grader.course import Course
from notebook_grader.decisions import WORDS, Decision, ManualError, format_number
from notebook_grader.store import Result, StoreError


class NotFound(ValueError):
    """Nothing, or more than one thing, has this name; the message says which there are."""


def main(arguments: list[str], course: Course, prog: str) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog=prog, description=__doc__)
    parser.add_argument("student")
    parser.add_argument("exercise", help="such as 3.8")
    parser.add_argument("--grades", type=Path, default=course.grades, help="the folder of results")
    parser.add_argument("--assignment", metavar="NN_topic", help="this one; found out if not named")
    given = parser.parse_args(arguments)
    try:
        print(explain(given.grades, given.student, given.exercise, given.assignment))
    except (NotFound, ManualError, StoreError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def explain(grades: Path, student: str, exercise: str, assignment: str | None = None) -> str:
    """How the mark of one exercise came about. Raises `NotFound` unless both names mean one thing."""
    folders = sorted(path.parent for path in grades.glob("*/results"))
    chosen = [folder for folder in folders if assignment in (None, folder.name)]
    held = {folder: store.read_results(folder) for folder in chosen}
    ending = "-" + exercise.replace(".", "-")
    having = {
        folder: results
        for folder, results in held.items()
        if any(f"-{name}".endswith(ending) for one in results.values() for name in one.cells)
    }
    folder = _find(exercise, having, [folder.name for folder in chosen], "exercise of a graded assignment")
    who = _find_student(student, having[folder])
    result = having[folder][who]
    name = next((name for name in result.cells if f"-{name}".endswith(ending)), None)
    if name is None:
        raise NotFound(f"{who} has no exercise {exercise!r}; there are {', '.join(result.cells)}.")
    return _describe(folder, result, name)


def _find(what: str, found: dict[Path, dict], there: list[str], kind: str) -> Path:
    if len(found) == 1:
        return next(iter(found))
    named = ", ".join([folder.name for folder in found] or there) or "none"
    fault = "could be of several assignments; name one with --assignment" if found else f"is no {kind}"
    raise NotFound(f"{what!r} {fault}: {named}.")


def _find_student(word: str, students: Collection[str]) -> str:
    found = [one for one in students if one == word] or [
        one for one in students if word.casefold() in one.casefold()
    ]
    if len(found) != 1:
        many = (
            f"could be {', '.join(sorted(found)[:6])}" if found else "has handed in nothing that was graded"
        )
        raise NotFound(f"{word!r} {many}.")
    return found[0]


def _describe(folder: Path, result: Result, name: str) -> str:
    table = decisions.open_table(folder, given=True)
    view, cell = table.view(result), result.cells[name]
    mark = view.marks[name]
    points = (
        "no points yet" if mark.points is None else f"{format_number(mark.points)} of {cell.out_of:g} points"
    )
    lines = [
        f"{result.student}, {folder.name}, {name}: {points}, by {mark.by}.",
        f"Handed in: {result.file} (SHA-256 {result.sha256[:12]}); key and cells: version {result.version}.",
        *(
            f"{one['run']}: {one['answer']} = {one['came']}; the key says {one['wanted']}"
            + (f", within {one['within']}." if one["within"] != "exactly" else ", exactly.")
            for one in cell.evidence
        ),
        *([f"The student was told: {cell.note}"] if cell.note else []),
        *([f"Its set of values is number {cell.variant + 1} of the pool."] if cell.variant else []),
        *view.sentences,
        *(f"Remark: {remark}" for remark in result.remarks),
        "What was read:",
        *(f"    {line}" for line in mark.answer.splitlines()),
        "Decisions, the first first:",
        *(f"    {_say(row)}" for row in table.list_about(result.student) if row.exercise in (name, *WORDS)),
    ]
    return "\n".join("".join(c if c.isprintable() else " " for c in line) for line in lines)


def _say(row: Decision) -> str:
    what = row.answer or ("" if row.exercise.count("-") else row.exercise)
    points = "waits for a person" if row.points is None else f"{row.points:g}"
    words = f"{row.when} {row.by}: {' '.join(filter(None, (what, points)))}"
    words += f", because: {row.reason}" if row.reason else ""
    return words + (f" (key {row.key})" if row.key else "")
