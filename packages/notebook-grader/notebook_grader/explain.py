"""Say how a mark came about: what came out, what the key says, within which tolerance, and who decided what.

For a complaint. The student is named as in grades.csv, or by a part of that name that no other has; the
exercise by its number or the name of its column.
"""

import argparse
import unicodedata
from difflib import get_close_matches
from pathlib import Path

from notebook_grader import agreement, decisions, store
from notebook_grader.course import Course
from notebook_grader.decisions import WORDS, Decision
from notebook_grader.packed import split_student
from notebook_grader.store import Result
from notebook_grader.tables import format_number


def add_options(parser: argparse.ArgumentParser, course: Course) -> None:
    """The options of the command."""
    parser.add_argument("student")
    parser.add_argument("exercise", help="such as 3.8")
    parser.add_argument("--grades", type=Path, default=course.grades, help="the folder of results")
    parser.add_argument("--assignment", metavar="NN_topic", help="this one; found out if not named")


def run(given: argparse.Namespace, course: Course) -> int:
    """Print how the mark came about; returns the exit code."""
    print(explain(given.grades, given.student, given.exercise, given.assignment))
    return 0


def explain(grades: Path, student: str, exercise: str, assignment: str | None = None) -> str:
    """How the mark of one exercise came about. Raises `ValueError` unless both names mean one thing."""
    chosen = [name for name in store.list_graded(grades) if assignment in (None, name)]
    held = {grades / name: store.read_results(grades / name) for name in chosen}
    ending = "-" + exercise.replace(".", "-")
    cells = {(folder, name) for folder, own in held.items() for one in own.values() for name in one.cells}
    found = [(folder, name) for folder, name in sorted(cells) if f"-{name}".endswith(ending)]
    if len(found) != 1:
        many = "could be of several assignments; name one with --assignment"
        there = ", ".join(folder.name for folder, _ in found) or ", ".join(chosen) or "none"
        fault = many if found else "is no exercise of a graded assignment"
        raise ValueError(f"{exercise!r} {fault}: {there}.")
    ((folder, name),) = found
    results, word = held[folder], _fold(student)
    named = [one for one in results if split_student(one)[0] == student]
    exact = [student] if student in results else named
    who = exact if len(exact) == 1 else [one for one in results if word in _fold(one)]
    if len(who) > 1:
        raise ValueError(f"{student!r} could be {', '.join(sorted(who)[:6])}.")
    if not who:
        near = get_close_matches(student, results, 1, 0.4)
        told = f"; the nearest name is {near[0]!r}" if near else ""
        raise ValueError(f"{student!r} has handed in nothing that was graded{told}.")
    return _describe(folder, results[who[0]], name)


def _fold(name: str) -> str:
    """A name in small letters without accents, as somebody types it whose keyboard has none."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))


def _describe(folder: Path, result: Result, name: str) -> str:
    table = decisions.open_table(folder, given=True)
    view, cell = table.view(result), result.cells[name]
    mark, second = view.marks[name], agreement.open_second(folder).list_about(result.student)
    given = format_number(mark.points)
    points = f"{given} of {cell.out_of:g} points" if given else "no points yet"
    lines = [
        f"{result.student}, {folder.name}, {name}: {points}, by {mark.by}.",
        f"Handed in: {result.file} (SHA-256 {result.sha256[:12]}); key and cells: version {result.version}.",
        *(
            f"{one['run']}: {one['answer']} = {one['came']}; the key says {one['wanted']}"
            f", {'exactly' if one['within'] == 'exactly' else 'within ' + one['within']}."
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
        *(f"    {_say(row)}; a second mark, only compared" for row in second if row.exercise == name),
    ]
    return "\n".join("".join(c if c.isprintable() else " " for c in line) for line in lines)


def _say(row: Decision) -> str:
    what = row.answer or ("" if row.exercise.count("-") else row.exercise)
    points = "waits for a person" if row.points is None else f"{row.points:g}"
    words = f"{row.when} {row.by}: {' '.join(filter(None, (what, points)))}"
    words += f", because: {row.reason}" if row.reason else ""
    return words + (f" (key {row.key})" if row.key else "")
