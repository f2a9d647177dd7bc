"""Return marks and feedback to a learning platform.

Give the platform's own list, or take the one that was given before: from Moodle the download of the
participants' page, an export of its gradebook or an assignment's grading worksheet, from Canvas the
export of its gradebook. Written are a CSV that the same platform imports and, beside each
assignment's results, a zip of the feedback pages that it takes back (in Moodle "Upload multiple
feedback files in a zip", in Canvas "Re-upload submissions").
"""

import argparse
import io
import sys
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from notebook_grader import files
from notebook_grader.course import Course
from notebook_grader.hand_in.people import AMBIGUOUS, People
from notebook_grader.hand_in.platforms import PLATFORMS, read_name, split_student
from notebook_grader.marks import store
from notebook_grader.marks.classlist import ClassList, open_list
from notebook_grader.marks.decisions import MACHINE, RETURNED, View, decide_matter, open_table
from notebook_grader.marks.store import Result
from notebook_grader.tables import TableError, format_number, format_table


@dataclass
class Marks:
    """Marks in a folder of grades: points by student and assignment, the points that each
    assignment is out of, its results, and the files that could not be used. Points are None while
    an answer waits for a person, or where the student is `excused`; `changed` are the marks that
    are not those that were returned before.
    """

    points: dict[tuple[str, str], float | None] = field(default_factory=dict)
    excused: set[tuple[str, str]] = field(default_factory=set)
    most: dict[str, float] = field(default_factory=dict)
    results: dict[str, dict[str, Result]] = field(default_factory=dict)
    refused: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    changed: dict[tuple[str, str], View] = field(default_factory=dict)
    assigned: dict[str, dict[int, str]] = field(default_factory=dict)
    """By whose submission each row of the list is marked: the person's own, or the group's."""
    earlier: int = 0  # submissions whose marks are by an earlier key


def read_marks(grades: Path, chosen: Iterable[str] = ()) -> Marks:
    """Read the marks of these assignments, or of all. Raises `TableError` if one does not exist."""
    there = store.list_graded(grades)
    if unknown := [name for name in chosen if name not in there]:
        raise TableError(
            f"{grades} has no assignment {unknown[0]!r}; it has: {', '.join(there) or 'none'}."
        )
    marks = Marks()
    for name in list(chosen) or there:
        held = store.read_results(grades / name)
        results = marks.results[name] = store.choose_current(grades / name, held)
        marks.earlier += len(held) - len(results)
        table = open_table(grades / name, bool(held))
        facts = files.read_kept(grades / name / store.FACTS)
        marks.refused[name] = facts.get("refused", {})
        views = {student: table.view(result) for student, result in results.items()}
        for student, view in (views | table.view_others(held, facts.get("out_of", 0))).items():
            marks.most[name] = view.out_of
            marks.points[student, name] = view.final
            marks.excused |= {(student, name)} if view.excused is not None else set()
            marks.changed |= {(student, name): view} if view.outdated else {}
    return marks


def format_marks(people: People, marks: Marks) -> str:
    """Format a CSV that the platform imports, with everybody on its list; empty where no mark is
    final.

    A worksheet keeps all its columns, and its grades where no mark is final. Raises `TableError` if
    a worksheet is not of one assignment.
    """
    if people.is_worksheet:
        return _fill_worksheet(people, marks)
    kept = [column for column in people.columns if column in people.roles.values()]
    # Reuse the list's own heading of an assignment, so that no second column is made.
    matches = {column: people.kind.known.fullmatch(column) for column in people.columns[::-1]}
    headings = {match["name"]: column for column, match in matches.items() if match}
    new = people.kind.heading.format
    lines = [[*kept, *(headings.get(name) or new(name) for name in marks.most)]]
    if points_row := people.points_row or people.kind.points_row:
        lead = [points_row, *("" for _ in kept[1:])]
        lines.append([*lead, *(f"{most:g}" for most in marks.most.values())])
    points = [_list_points(people, marks, name) for name in marks.most]
    for entries, *given in zip(people.rows, *points, strict=True):
        lines.append([*(entries[column] for column in kept), *map(format_number, given)])
    return format_table(lines)


def assign(listed: ClassList, marks: Marks, name: str) -> dict[int, str]:
    """Say by whose submission each person on the list is marked."""
    results = marks.results[name]
    found = listed.people.found
    known = {s for s in found if (s, name) in marks.points or s in marks.refused[name]}
    return {found[student]: student for student in known} | listed.share(known, results)


def _list_points(people: People, marks: Marks, name: str) -> list[float | None]:
    """Points for an assignment of everybody on the list, None where no mark is final."""
    return [
        marks.points.get((marks.assigned[name].get(row, ""), name))
        for row in range(len(people.rows))
    ]


def _fill_worksheet(people: People, marks: Marks) -> str:
    if len(marks.most) != 1:
        raise TableError(
            "A grading worksheet is of one assignment; choose one: --assignment"
            f" {', '.join(marks.most)}."
        )
    (name,) = marks.most
    lines = [people.columns]
    for row, points in enumerate(_list_points(people, marks, name)):
        given = {} if points is None else {people.roles["grade"]: f"{points:.2f}"}
        entries = people.rows[row] | given
        lines.append([entries[column] for column in people.columns])
    return format_table(lines)


def pack_feedback(people: People, name: str, marks: Marks, folder: Path) -> tuple[bytes, int]:
    """Pack the zip of feedback that the platform takes back; returns it, and the number of pages
    left out.

    Packed are the pages in `folder`, that of the assignment `name`, of students whose marks are
    final, of others in their group, and of those whose files could not be used.
    """
    results = marks.results[name]
    refused = marks.refused[name]
    pages = []
    done = {
        s for (s, which), points in marks.points.items() if which == name and points is not None
    }
    assigned = marks.assigned[name]
    others = [(-1, student) for student in {*done, *refused} - {*assigned.values()}]
    for row, student in [*assigned.items(), *others]:
        page = folder / "feedback" / f"{store.make_file_name(student)}.html"
        if student not in done | refused.keys() or not page.is_file():
            continue
        file = results[student].file if student in results else refused.get(student, ("", ""))[1]
        own = people.found.get(student, -1) == row
        listed = row >= 0 and people.number(row) and not (own and split_student(student)[1])
        given = read_name(PurePosixPath(file).parts) if own and file else None
        named = people.name_packed(row) if listed else student
        pages.append((people.kind.name_feedback(named, given, f"{name}-feedback.html"), page))
    placed = sorted((path, page.read_bytes()) for path, page in pages if path is not None)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in placed:
            # Without a time of its own, so that the same pages are the same bytes.
            archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue(), len(pages) - len(placed)


def add_options(parser: argparse.ArgumentParser, course: Course) -> None:
    """The options of the command."""
    add = parser.add_argument
    grades = course.grades
    text = "the platform's CSV of the course's members (default: the one that was given last)"
    add("list", type=Path, nargs="?", help=text)
    add("--platform", default="", help="whose list it is (default: whose it can be)")
    add(
        "--groups",
        default="",
        metavar="COLUMN",
        help="the list's column of groups that hand in one file",
    )
    add("--assignment", nargs="+", default=[], metavar="NN_topic", help="only these (default: all)")
    add("--grades", type=Path, default=grades, help=f"folder of the results (default: {grades})")
    add(
        "--strict",
        action="store_true",
        help="end with exit code 1 if somebody is not found, for scripts",
    )
    add("--out", type=Path, help="the CSV to write (default: PLATFORM.csv in --grades)")


def run(arguments: argparse.Namespace, course: Course) -> int:
    """Write the platform's CSV and zips; returns the exit code."""
    grades = arguments.grades
    marks = read_marks(grades, arguments.assignment)
    folder = grades / (next(iter(marks.results)) if len(marks.results) == 1 else "")
    listed = open_list(grades, folder, arguments.list, arguments.platform, arguments.groups)
    people = listed.people
    if not people.rows:
        raise TableError(
            f"Give the platform's list: {' or '.join(one.lists for one in PLATFORMS.values())}."
        )
    if len(marks.most) == 1:
        listed.check_maximum(*next(iter(marks.most.items())))
    refused = {student for names in marks.refused.values() for student in names}
    known = {student for student, _ in marks.points}
    problems = people.match(known | refused)
    marks.assigned = {name: assign(listed, marks, name) for name in marks.results}
    text = format_marks(people, marks)
    listed.remember()
    _print_problems(listed, problems)
    out = arguments.out or grades / f"{people.platform}.csv"
    files.write(out, text)
    _print_counts(out, people, marks)
    _print_left_out(marks, refused - known)
    for name in marks.most:
        _keep_returned(grades / name, people, name, marks)
        _write_feedback(grades / name, people, name, marks)
    return 1 if problems and arguments.strict else 0


def _print_problems(listed: ClassList, problems: Mapping[str, str]) -> None:
    """Say what the list adds, and why students were not found in it."""
    people = listed.people
    for sentence in listed.notes:
        print(sentence)
    for sentence in listed.problems:
        print(sentence, file=sys.stderr)
    for student, problem in problems.items():
        print(f"{student} {problem}.", file=sys.stderr)
    if people.platform == "moodle" and not people.is_worksheet and AMBIGUOUS in problems.values():
        print(
            "Give a grading worksheet as the list: it distinguishes people of one name.",
            file=sys.stderr,
        )


def _print_counts(out: Path, people: People, marks: Marks) -> None:
    """Say how many of the list have a mark."""
    columns = [_list_points(people, marks, name) for name in marks.most]
    rows = zip(*columns, strict=True)
    marked = sum(any(points is not None for points in row) for row in rows)
    print(f"{out}: marks for {marked} of the {len(people.rows)} in the list.")


def _print_left_out(marks: Marks, refused: set[str]) -> None:
    """Say how many entries are empty and why, and whose marks have changed."""
    empty = {key for key, points in marks.points.items() if points is None}
    if waiting := len(empty - marks.excused):
        print(f"Left empty, as an answer waits for a person: {waiting}.")
    if marks.excused:
        print(f"Left empty, as the student is excused: {len(marks.excused)}.")
    if refused:
        print(f"Left empty, as no file could be used: {len(refused)}.")
    if marks.earlier:
        print(f"Left out, as the marks are by an earlier key: {marks.earlier}. Grade again.")
    for (student, name), view in marks.changed.items():
        print(
            f"{student}, {name}: {view.returned:g} points were returned before; now:"
            f" {view.points:g}."
        )


def _keep_returned(folder: Path, people: People, name: str, marks: Marks) -> None:
    """Keep which points were returned, so that a later change of them is seen."""
    rows = []
    for student in sorted(people.found):
        points = marks.points.get((student, name))
        if points is not None:
            rows.append(decide_matter(student, RETURNED, points, MACHINE))
    with store.lock_marks(folder):
        open_table(folder, True).add(rows)


def _write_feedback(folder: Path, people: People, name: str, marks: Marks) -> None:
    if not (folder / "feedback").is_dir():
        return
    data, left = pack_feedback(people, name, marks, folder)
    path = folder / f"feedback-{people.platform}.zip"
    files.write(path, data)
    print(f"{path}: the feedback to send back.")
    if left:
        print(f"Pages that are not in it: {left}; {people.kind.unplaced}.")
