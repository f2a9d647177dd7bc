"""Return marks and feedback to a learning platform.

Give the platform's own list: from Moodle the download of the participants' page, an export of its gradebook
or an assignment's grading worksheet, from Canvas the export of its gradebook. Written are a CSV that the same
platform imports and, beside each assignment's results, a zip of the feedback pages that it takes back (in
Moodle "Upload multiple feedback files in a zip", in Canvas "Re-upload submissions").
"""

import argparse
import math
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from notebook_grader import store
from notebook_grader.course import Course
from notebook_grader.decisions import open_table
from notebook_grader.packed import name_feedback, split_student
from notebook_grader.people import AMBIGUOUS, PLATFORMS, People, read_people
from notebook_grader.store import Result
from notebook_grader.tables import TableError, format_number, format_table
from notebook_grader.zips import pack

_REAL = re.compile(
    r"^(?:(?:assignment|作业)\s*[:：]\s*)?(?P<name>.+?)\s*(?:\((?:real|\d+|实数|实际)\))?$", re.IGNORECASE
)


@dataclass
class Marks:
    """Marks in a folder of grades: points by student and assignment, the points that each assignment is out
    of, and its results. Points are None while an answer waits for a person, or where the student is
    `excused`.
    """

    points: dict[tuple[str, str], float | None] = field(default_factory=dict)
    excused: set[tuple[str, str]] = field(default_factory=set)
    most: dict[str, float] = field(default_factory=dict)
    results: dict[str, dict[str, Result]] = field(default_factory=dict)
    earlier: int = 0  # submissions whose marks are by an earlier key


def read_marks(grades: Path, chosen: Iterable[str] = ()) -> Marks:
    """Read the marks of these assignments, or of all. Raises `TableError` if one does not exist."""
    there = store.list_graded(grades)
    if unknown := [name for name in chosen if name not in there]:
        raise TableError(f"{grades} has no assignment {unknown[0]!r}; it has: {', '.join(there) or 'none'}.")
    marks = Marks()
    for name in list(chosen) or there:
        held = store.read_results(grades / name)
        results = marks.results[name] = store.choose_current(grades / name, held)
        marks.earlier += len(held) - len(results)
        table = open_table(grades / name, bool(held))
        for student, result in results.items():
            view = table.view(result)
            marks.most[name], marks.points[student, name] = view.out_of, view.final
            marks.excused |= {(student, name)} if view.excused is not None else set()
    return marks


def format_marks(people: People, marks: Marks) -> str:
    """Format a CSV that the platform imports, with everybody on its list; empty where no mark is final.

    A worksheet keeps all its columns, and its grades where no mark is final. Raises `TableError` if a
    worksheet is not of one assignment with as many points.
    """
    if people.is_worksheet:
        return _fill_worksheet(people, marks)
    kept = [column for column in people.columns if column in people.roles.values()]
    # Reuse the list's own heading of an assignment, so that no second column is made.
    headings = {match["name"]: column for column in people.columns[::-1] if (match := _REAL.match(column))}
    new = PLATFORMS[people.platform].heading.format
    lines = [[*kept, *(headings.get(name) or new(name) for name in marks.most)]]
    if points_row := PLATFORMS[people.platform].points_row:
        lead = [points_row, *("" for _ in kept[1:])]
        lines.append([*lead, *(f"{most:g}" for most in marks.most.values())])
    points = [_list_points(people, marks, name) for name in marks.most]
    for entries, *given in zip(people.rows, *points, strict=True):
        lines.append([*(entries[column] for column in kept), *map(format_number, given)])
    return format_table(lines)


def _list_points(people: People, marks: Marks, name: str) -> list[float | None]:
    """Points for an assignment of everybody on the list, None where no mark is final."""
    students = {row: student for student, row in people.found.items()}
    return [marks.points.get((students.get(row, ""), name)) for row in range(len(people.rows))]


def _fill_worksheet(people: People, marks: Marks) -> str:
    if len(marks.most) != 1:
        raise TableError(
            f"A grading worksheet is of one assignment; choose one: --assignment {', '.join(marks.most)}."
        )
    ((name, out_of),) = marks.most.items()
    lines = [people.columns]
    for row, points in enumerate(_list_points(people, marks, name)):
        most = people.get_value(row, "most").replace(",", ".")
        if most and _number(most) != out_of:
            raise TableError(
                f"{name} gives up to {out_of:g} points, but the worksheet's maximum is {most}: "
                f"set the assignment's maximum grade in Moodle to {out_of:g}."
            )
        given = {} if points is None else {people.roles["grade"]: f"{points:.2f}"}
        entries = people.rows[row] | given
        lines.append([entries[column] for column in people.columns])
    return format_table(lines)


def _number(text: str) -> float:
    """Parse a number; a scale's entry gives NaN, which equals nothing."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan


def pack_feedback(people: People, name: str, marks: Marks, folder: Path) -> tuple[bytes, int]:
    """Pack the zip of feedback that the platform takes back; returns it, and the number of pages left out.

    Packed are the pages in `folder`, that of the assignment `name`, of students whose marks are final.
    """
    pages = []
    for student, result in sorted(marks.results[name].items()):
        page = folder / "feedback" / f"{store.make_file_name(student)}.html"
        if marks.points[student, name] is None or not page.is_file():
            continue
        named = name_feedback(people.platform, _name_student(people, student), result.packed, name)
        pages.append((named, page))
    placed = [(path, page.read_bytes()) for path, page in pages if path is not None]
    return pack(placed), len(pages) - len(placed)


def _name_student(people: People, student: str) -> str:
    """The name of a student in the platform's packed files, with its number."""
    row = people.found.get(student)
    if row is None or split_student(student)[1] or not people.number(row):
        return student
    return people.name_packed(row)


def add_options(parser: argparse.ArgumentParser, course: Course) -> None:
    """The options of the command."""
    add, grades = parser.add_argument, course.grades
    add("platform", metavar="|".join(PLATFORMS))
    add("list", type=Path, help="the platform's CSV of the course's members")
    add("--assignment", nargs="+", default=[], metavar="NN_topic", help="only these (default: all)")
    add("--grades", type=Path, default=grades, help=f"folder of the results (default: {grades})")
    add("--out", type=Path, help="the CSV to write (default: PLATFORM.csv in --grades)")


def run(arguments: argparse.Namespace, course: Course) -> int:
    """Write the platform's CSV and zips; returns the exit code."""
    people, marks = (
        read_people(arguments.platform, arguments.list),
        read_marks(arguments.grades, arguments.assignment),
    )
    problems = people.match({student for student, _ in marks.points})
    for student, problem in problems.items():
        print(f"{student} {problem}.", file=sys.stderr)
    if people.platform == "moodle" and not people.is_worksheet and AMBIGUOUS in problems.values():
        print("Give a grading worksheet as the list: it distinguishes people of one name.", file=sys.stderr)
    out = arguments.out or arguments.grades / f"{arguments.platform}.csv"
    store.write(out, format_marks(people, marks))
    empty = {key for key, points in marks.points.items() if points is None}
    print(f"{out}: marks for {len(people.found)} of the {len(people.rows)} in the list.")
    if waiting := len(empty - marks.excused):
        print(f"Left empty, as an answer waits for a person: {waiting}.")
    if marks.excused:
        print(f"Left empty, as the student is excused: {len(marks.excused)}.")
    if marks.earlier:
        print(f"Left out, as the marks are by an earlier key: {marks.earlier}. Grade again.")
    for name in marks.most:
        _write_feedback(arguments, people, name, marks)
    return 1 if problems else 0


def _write_feedback(arguments: argparse.Namespace, people: People, name: str, marks: Marks) -> None:
    folder = arguments.grades / name
    if not (folder / "feedback").is_dir():
        return
    data, left = pack_feedback(people, name, marks, folder)
    path = folder / f"feedback-{arguments.platform}.zip"
    store.write(path, data)
    print(f"{path}: the feedback to send back.")
    if left:
        print(f"Pages that are not in it: {left}; {PLATFORMS[arguments.platform].unplaced}.")
    for student, row in sorted(people.found.items()):
        status = people.get_value(row, "status")
        if (student, name) in marks.points and "late" in status.casefold():
            print(f"{student} was late, as the worksheet says: {status}.")
