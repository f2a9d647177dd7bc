"""Explain a mark: the recorded values, those of the key, the tolerance, and all decisions.

Meant for complaints. Name the student as in grades.csv, or by a part of the name that no other
student has, and the exercise by its number or the name of its column. Without an exercise it prints
one page on the student: all assignments, points, lateness, and what persons decided.
"""

import argparse
from difflib import get_close_matches
from pathlib import Path

from notebook_grader.course import Course
from notebook_grader.hand_in.people import fold
from notebook_grader.hand_in.platforms import split_student
from notebook_grader.marks import agreement, decisions, store
from notebook_grader.marks.decisions import LATENESS, WHOLE, Decision
from notebook_grader.marks.sheet import make_sheet
from notebook_grader.marks.store import Result


def add_options(parser: argparse.ArgumentParser, course: Course) -> None:
    """Add the options of the command."""
    add = parser.add_argument
    add("student")
    add("exercise", nargs="?", help="such as 3.8 (default: all, on one page)")
    add("--grades", type=Path, default=course.grades, help="the folder of results")
    add("--assignment", metavar="NN_topic", help="the assignment, if several have the exercise")


def run(arguments: argparse.Namespace, course: Course) -> int:
    """Print the explanation; returns the exit code."""
    student = arguments.student
    exercise = arguments.exercise
    if exercise:
        print(explain(arguments.grades, student, exercise, arguments.assignment))
    else:
        print(make_sheet(arguments.grades, student, arguments.assignment))
    return 0


def explain(grades: Path, student: str, exercise: str, assignment: str | None = None) -> str:
    """Explain the mark of one exercise. Raises `ValueError` if a name is unknown or ambiguous."""
    chosen = [name for name in store.list_graded(grades) if assignment in (None, name)]
    held = {grades / name: store.read_results(grades / name) for name in chosen}
    ending = "-" + exercise.replace(".", "-")
    cells = {
        (folder, name)
        for folder in held
        for result in held[folder].values()
        for name in result.cells
    }
    matches = [(folder, name) for folder, name in sorted(cells) if f"-{name}".endswith(ending)]
    if len(matches) != 1:
        ambiguous = "could be of several assignments; name one with --assignment"
        known = ", ".join(folder.name for folder, _ in matches) or ", ".join(chosen) or "none"
        fault = ambiguous if matches else "is not an exercise of a graded assignment"
        raise ValueError(f"{exercise!r} {fault}: {known}.")
    ((folder, name),) = matches
    results = held[folder]
    word = fold(student)
    whose = store.read_members(folder, results) | {name: name for name in results}
    exact = [other for other in whose if student in (other, split_student(other)[0])]
    exact = [student] if student in exact else exact
    students = exact if len(exact) == 1 else [other for other in whose if word in fold(other)]
    if len(students) > 1:
        raise ValueError(f"{student!r} could be {', '.join(sorted(students)[:6])}.")
    if not students:
        near = get_close_matches(student, whose, 1, 0.4)
        advice = f"; the nearest name is {near[0]!r}" if near else ""
        raise ValueError(f"{student!r} has handed in nothing that was graded{advice}.")
    member = students[0]
    one = whose[students[0]]
    shared = f"{member} is marked by the file that {one} handed in for the group.\n" * (
        member != one
    )
    return shared + _describe(folder, results[one], name)


def _describe(folder: Path, result: Result, name: str) -> str:
    table = decisions.open_table(folder, exists=True)
    view = table.view(result)
    cell = result.cells[name]
    mark = view.marks[name]
    second = agreement.open_second(folder).list_about(result.student)
    points = (
        "no points yet" if mark.points is None else f"{mark.points:.10g} of {cell.out_of:g} points"
    )
    lines = [
        f"{result.student}, {folder.name}, {name}: {points}, by {mark.by}.",
        (
            f"Handed in: {result.file} (SHA-256 {result.sha256[:12]}); key and cells: version"
            f" {result.version}."
        ),
        *(
            f"{row['run']}: {row['answer']} = {row['came']}; the key says {row['wanted']}"
            f", {'exactly' if row['within'] == 'exactly' else 'within ' + row['within']}."
            for row in cell.evidence
        ),
        *([f"The student's feedback: {cell.note}"] if cell.note else []),
        *view.sentences,
        *(f"Remark: {remark}" for remark in result.remarks),
        "What was read:",
        *(f"    {line}" for line in mark.answer.splitlines()),
        "Decisions, the earliest first:",
        *(
            f"    {_format(row)}"
            for row in table.list_about(result.student)
            if row.about in (LATENESS, WHOLE) or row.exercise == name
        ),
        *(
            f"    {_format(row)}; a second mark, only compared"
            for row in second
            if row.exercise == name
        ),
    ]
    return "\n".join("".join(c if c.isprintable() else " " for c in line) for line in lines)


def _format(row: Decision) -> str:
    subject = row.answer or ("" if row.exercise.count("-") else row.exercise)
    points = "waits for a person" if row.points is None else f"{row.points:g}"
    text = f"{row.when} {row.by}: {' '.join(filter(None, (subject, points)))}"
    text += f", because: {row.reason}" if row.reason else ""
    return text + (f" (key {row.key})" if row.key else "")
