"""Return marks and feedback to a learning platform, and compare the marks with what it holds.

Give the platform's own list: from Moodle the download of the participants' page, an export of its gradebook
or an assignment's grading worksheet, from Canvas the export of its gradebook. Written are a CSV that the same
platform imports and, beside each assignment's results, a zip of the feedback pages that it takes back (in
Moodle "Upload multiple feedback files in a zip", in Canvas "Re-upload submissions"). Names, e-mail addresses
and ids of the list are kept in the gradebook. --compare writes nothing: it reads what the platform exports
afterwards and tells every mark that differs.
"""

import argparse
import math
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from notebook_grader import gradebook, store, zips
from notebook_grader.marks import escape_formula, format_csv, format_number
from notebook_grader.packed import name_feedback, read_name, split_student
from notebook_grader.people import PLATFORMS, ListError, People, read_people

GRADES = Path("grades")
_REAL = re.compile(
    r"^(?:(?:assignment|作业)\s*[:：]\s*)?(?P<name>.+?)\s*(?:\((?:real|\d+|实数|实际)\))?$", re.IGNORECASE
)


@dataclass(frozen=True)
class Marks:
    """What the gradebook holds: points by student and assignment, and the most that an assignment gives.

    Points are None while some wait for a person.
    """

    points: dict[tuple[str, str], float | None]
    most: dict[str, float]


def read_grades(people: People, path: Path, assignments: Iterable[str]) -> dict[tuple[int, str], float]:
    """What a platform's own export says: points by row of the list and assignment.

    Raises
    ------
    ListError
        If it has none of the assignments, or holds something that is no number.
    """
    wanted = set(assignments)
    columns = {_parse(column): column for column in people.columns if _parse(column) in wanted}
    if people.is_worksheet:
        columns = dict.fromkeys(wanted, people.roles["grade"])
    if not columns:
        raise ListError(f"{path} has no column for any of these: {', '.join(sorted(wanted))}.")
    found = {}
    for row, entries in enumerate(people.rows):
        for name, column in columns.items():
            if (text := entries[column]) not in ("", "-"):
                found[row, name] = _number(text)
                if math.isnan(found[row, name]):
                    raise ListError(f"{path}, column {column!r}: {text!r} is no number of points.")
    return found


def _parse(column: str) -> str:
    """The assignment that a platform's column is about."""
    return _REAL.match(column)["name"] if column else ""


def read_marks(tables: gradebook.Tables) -> Marks:
    """Everything in a gradebook."""
    points = {
        (one.student_id, assignment.name): None if one.needs_manual_grade else float(one.score)
        for assignment in tables.assignments
        for one in assignment.submissions
    }
    return Marks(points, {one.name: float(one.max_score) for one in tables.assignments})


def save_names(tables: gradebook.Tables, people: People) -> None:
    """Write names, addresses and ids of the list to the gradebook's students."""
    for student, row in people.found.items():
        first, last = people.get_value(row, "first"), people.get_value(row, "last")
        if "," in people.get_value(row, "name"):
            last, first = (part.strip() for part in people.get_value(row, "name").split(",", 1))
        values = {
            "first_name": first,
            "last_name": last,
            "email": people.get_value(row, "email"),
            "lms_user_id": people.get_value(row, "id") or people.number(row),
        }
        given = {name: value[: gradebook.LONGEST_ID] for name, value in values.items() if value}
        tables.update_or_create_student(student, **given)


def format_marks(people: People, marks: Marks, assignments: list[str]) -> str:
    """A CSV that the platform imports, with everybody on its list; empty where there is no final mark.

    A worksheet keeps all its columns, and its grades where there is no final mark.

    Raises
    ------
    ListError
        If a worksheet is not of one assignment with as many points.
    """
    if people.is_worksheet:
        return _fill_worksheet(people, marks, assignments)
    kept = [column for column in people.columns if column in people.roles.values()]
    lines = [[*kept, *(_find_heading(people, name) for name in assignments)]]
    if people.platform == "canvas":
        lead = ["    Points Possible", *("" for _ in kept[1:])]
        lines.append([*lead, *(f"{marks.most[name]:g}" for name in assignments)])
    for entries, *points in zip(
        people.rows, *(_list_points(people, marks, name) for name in assignments), strict=True
    ):
        lines.append([*(escape_formula(entries[column]) for column in kept), *map(format_number, points)])
    return format_csv(lines)


def _list_points(people: People, marks: Marks, name: str) -> list[float | None]:
    """The points for an assignment of everybody on the list, None where there is no final mark."""
    students = {row: student for student, row in people.found.items()}
    return [marks.points.get((students.get(row, ""), name)) for row in range(len(people.rows))]


def _fill_worksheet(people: People, marks: Marks, assignments: list[str]) -> str:
    if len(assignments) != 1:
        raise ListError(
            f"A grading worksheet is of one assignment; name it with --assignment: {', '.join(assignments)}."
        )
    name, lines = assignments[0], [people.columns]
    for row, points in enumerate(_list_points(people, marks, name)):
        most = people.get_value(row, "most").replace(",", ".")
        if most and _number(most) != marks.most[name]:
            raise ListError(
                f"{name} gives up to {marks.most[name]:g} points, but the worksheet's maximum is {most}: "
                f"set the assignment's maximum grade in Moodle to {marks.most[name]:g}."
            )
        given = {} if points is None else {people.roles["grade"]: f"{points:.2f}"}
        entries = people.rows[row] | given
        lines.append([escape_formula(entries[column]) for column in people.columns])
    return format_csv(lines)


def _number(text: str) -> float:
    """The number that a text is; that of a scale, which is none, equals nothing."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan


def _find_heading(people: People, name: str) -> str:
    """The column's name: the platform's own if it has one, so that no second one is made."""
    own = next((column for column in people.columns if _parse(column) == name), None)
    return own or (f"Assignment: {name} (Real)" if people.platform == "moodle" else name)


def compare_marks(people: People, there: dict[tuple[int, str], float], marks: Marks) -> list[str]:
    """A sentence for each mark that a platform and the gradebook do not share."""
    found = []
    for (student, name), points in sorted(marks.points.items()):
        if student not in people.found or points is None:
            continue
        theirs = there.get((people.found[student], name))
        if theirs is None or abs(theirs - points) > 0.005:
            shown = "nothing" if theirs is None else f"{theirs:g}"
            found.append(f"{student}, {name}: {points:g} in the gradebook, {shown} on the platform.")
    return found


def pack_feedback(people: People, name: str, marks: Marks, folder: Path) -> tuple[bytes, int]:
    """The zip of feedback that the platform takes back, and how many pages could not be placed in it.

    Packed are the pages in `folder`, the results of the assignment `name`, of those whose marks are final.
    """
    results = {gradebook.make_student_id(one.student): one for one in store.read_results(folder).values()}
    pages = []
    for student, result in sorted(results.items()):
        page = folder / "feedback" / f"{store.make_file_name(result.student)}.html"
        if marks.points.get((student, name)) is None or not page.is_file():
            continue
        known = read_name(PurePosixPath(result.file).parts)
        pages.append((name_feedback(people.platform, _name_student(people, student), known, name), page))
    placed = [(path, page.read_bytes()) for path, page in pages if path is not None]
    return zips.pack(placed), len(pages) - len(placed)


def _name_student(people: People, student: str) -> str:
    """A student as the platform packs files: the name with its number."""
    row = people.found.get(student)
    if row is None or split_student(student)[1] or not people.number(row):
        return student
    # A worksheet without names is of an assignment that hides them.
    return f"{people.get_value(row, 'name') or 'Participant'}_{people.number(row)}"


def make_parser() -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="coursework return", description=__doc__)
    parser.add_argument("platform", metavar="|".join(PLATFORMS))
    parser.add_argument("list", type=Path, help="CSV from the platform: who is in the course")
    parser.add_argument("--db", metavar="URL", help="the gradebook (default: gradebook.db in --grades)")
    parser.add_argument("--assignment", nargs="+", metavar="NN_topic", help="these only (default: all)")
    parser.add_argument("--grades", type=Path, default=GRADES, help="folder of the results (default: grades)")
    parser.add_argument("--out", type=Path, help="the CSV to write (default: PLATFORM.csv in --grades)")
    parser.add_argument(
        "--compare",
        action="store_true",
        help="write nothing; compare the marks in the list with the gradebook",
    )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    given = make_parser().parse_args(arguments)
    try:
        return _run(given)
    except (ListError, gradebook.GradebookError) as error:
        print(error, file=sys.stderr)
        return 2


def _run(given: argparse.Namespace) -> int:
    database = gradebook.parse_address(given.db) if given.db else gradebook.make_default_address(given.grades)
    people = read_people(given.platform, given.list)
    with gradebook.open_tables(database) as tables:
        marks = read_marks(tables)
        chosen = given.assignment or sorted(marks.most)
        if unknown := [name for name in chosen if name not in marks.most]:
            there = ", ".join(sorted(marks.most)) or "none"
            raise ListError(f"The gradebook has no assignment {unknown[0]!r}; it has: {there}.")
        marks = Marks({key: value for key, value in marks.points.items() if key[1] in chosen}, marks.most)
        there = read_grades(people, given.list, chosen) if given.compare else {}
        problems = people.match({student for student, _ in marks.points})
        text = "" if given.compare else format_marks(people, marks, chosen)
        if not given.compare:
            save_names(tables, people)
    for student, problem in problems.items():
        print(f"{student} {problem}.", file=sys.stderr)
    if given.compare:
        found = compare_marks(people, there, marks)
        print("\n".join(found) or f"All marks of {len(people.found)} students are the same.")
        return 1 if found or problems else 0
    out = given.out or given.grades / f"{given.platform}.csv"
    store.write(out, text)
    waiting = sum(points is None for points in marks.points.values())
    print(f"{out}: {len(people.found)} students with marks, of {len(people.rows)} in the list.")
    if waiting:
        print(f"{waiting} submissions are left empty, as answers in them wait for a person.")
    for name in chosen:
        _write_feedback(given, people, name, marks)
    return 1 if problems else 0


def _write_feedback(given: argparse.Namespace, people: People, name: str, marks: Marks) -> None:
    folder = given.grades / name
    if not (folder / "feedback").is_dir():
        return
    data, left = pack_feedback(people, name, marks, folder)
    path = folder / f"feedback-{given.platform}.zip"
    store.write(path, data)
    print(f"{path}: the feedback to send back.")
    if left:
        need = (
            "they were not handed in by Canvas, whose file names say where feedback belongs"
            if given.platform == "canvas"
            else "they need Moodle's own zip, or its grading worksheet as the list"
        )
        print(f"{left} pages are not in it: {need}.")
    for student, row in sorted(people.found.items()):
        status = people.get_value(row, "status")
        if (student, name) in marks.points and "late" in status.casefold():
            print(f"{student} was late, as the worksheet says: {status}.")


if __name__ == "__main__":
    sys.exit(main())
