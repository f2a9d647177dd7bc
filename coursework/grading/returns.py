"""Export marks from the gradebook to a learning platform, and compare them with what it holds.

Give the platform's own list of participants: for Moodle the download of the participants' page (or of its
gradebook), for Canvas the export of its gradebook. Written is a CSV that the same platform imports. Names,
e-mail addresses and ids of the list are kept in the gradebook. --compare reads what the platform exports
afterwards and tells every mark that differs.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader import api
from sqlalchemy import select

from coursework.grading import gradebook, store
from coursework.grading.marks import escape_formula, unescape_formula

# What a column is called, in English and Chinese, in small letters.
_COLUMNS = {
    "moodle": {
        "first": ("first name", "名"),
        "last": ("last name", "surname", "姓", "姓氏"),
        "id": ("id number", "学号", "id号"),
        "login": ("username", "用户名"),
        "email": ("email address", "email", "e-mail", "电子邮件地址", "邮箱地址", "电子邮件", "邮箱"),
    },
    "canvas": {
        "name": ("student", "学生"),
        "id": ("id",),
        "sis": ("sis user id", "sis 用户 id"),
        "login": ("sis login id", "sis 登录 id"),
        "section": ("section", "班级", "单元"),
    },
}
_NEEDED = {"moodle": ("email", "id", "login"), "canvas": ("id",)}
_FROM = {
    "moodle": "a download of the participants' page: first name, last name, and e-mail address, ID number or "
    "username",
    "canvas": "an export of the gradebook: Student, ID, SIS User ID, SIS Login ID, Section",
}
# How the platforms name the folders and files of submissions that they pack.
_PACKED = {
    "moodle": re.compile(r"^(?P<name>.+)_\d+_assignsubmission_\w+$"),
    "canvas": re.compile(r"^[^_]+_(?:late_)?(?P<name>\d+)_\d+$", re.IGNORECASE),
}
GRADES = Path("grades")
_POINTS = "points possible"
_REAL = re.compile(
    r"^(?:(?:assignment|作业)\s*[:：]\s*)?(?P<name>.+?)\s*(?:\((?:real|\d+|实数|实际)\))?$", re.IGNORECASE
)


class LmsError(ValueError):
    """A file cannot be used; the message says why, in one sentence."""


@dataclass(frozen=True)
class Marks:
    """What the gradebook holds: points by student and assignment, and the most that an assignment gives.

    Points are None while some wait for a person.
    """

    points: dict[tuple[str, str], float | None]
    most: dict[str, float]


@dataclass
class Roster:
    """Who is in the course, as the platform says it: its columns and rows, and the role of each known
    column."""

    kind: str
    columns: list[str]
    rows: list[dict[str, str]]
    roles: dict[str, str]
    found: dict[str, int] = field(default_factory=dict)  # student in the gradebook -> row

    def value(self, row: int, role: str) -> str:
        """One person's entry, empty if the list has no such column."""
        return self.rows[row].get(self.roles.get(role, ""), "")

    def match(self, students: Iterable[str]) -> dict[str, str]:
        """Find each student of the gradebook in the list; returns why some were not found."""
        people, exact = defaultdict(set), defaultdict(set)
        for row in range(len(self.rows)):
            for name in self._names(row):
                people[_plain(name)].add(row)
                exact[name.strip()].add(row)
        problems, taken = {}, {}
        for student in sorted(students):
            packed = _PACKED[self.kind].match(student)
            # Ann and ann may be two people.
            rows = (
                exact.get(student)
                or people.get(_plain(student))
                or people.get(_plain(packed["name"] if packed else ""), set())
            )
            if len(rows) != 1:
                problems[student] = "is not in the list" if not rows else "could be more than one in the list"
                continue
            row = next(iter(rows))
            if row in taken:
                problems[student] = f"is the same person as {taken[row]}"
                continue
            taken[row], self.found[student] = student, row
        return problems

    def _names(self, row: int) -> set[str]:
        """Everything that may stand for a person."""
        first, last, name = (self.value(row, role) for role in ("first", "last", "name"))
        email = self.value(row, "email")
        names = {self.value(row, role) for role in ("id", "login", "sis")} | {
            name,
            email,
            email.split("@")[0],
        }
        names |= {f"{first} {last}", f"{last} {first}", f"{last}{first}"}
        if "," in name:
            last, first = name.split(",", 1)
            names |= {f"{first} {last}", f"{last}{first}"}
        return {one for one in names if one.strip()}


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LmsError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise LmsError(f"{path} is not UTF-8: save it as 'CSV UTF-8'.") from None
    head = text.splitlines()[0] if text.strip() else ""
    separator = max(",;\t", key=head.count)
    rows = csv.DictReader(io.StringIO(text), delimiter=separator, restval="")
    columns = [column.strip() for column in rows.fieldnames or []]
    rows.fieldnames = columns
    return columns, [{name: unescape_formula(row[name].strip()) for name in columns} for row in rows]


def read_roster(kind: str, path: Path) -> Roster:
    """The platform's list of participants; `kind` is "moodle" or "canvas".

    Raises
    ------
    LmsError
        If it cannot be read or nobody could be found by it.
    """
    columns, rows = _table(path)
    known = {column.casefold(): column for column in columns}
    roles = {role: known[name] for role, names in _COLUMNS[kind].items() for name in names if name in known}
    if not any(role in roles for role in _NEEDED[kind]):
        raise LmsError(f"{path} is no list of participants from {kind.title()}; wanted is {_FROM[kind]}.")
    roster = Roster(kind, columns, rows, roles)
    # Canvas has a row for the points of each assignment.
    roster.rows = [row for i, row in enumerate(rows) if _plain(roster.value(i, "name")) != _POINTS]
    if not roster.rows:
        raise LmsError(f"{path} lists nobody.")
    return roster


def read_grades(
    kind: str, path: Path, assignments: Iterable[str]
) -> tuple[Roster, dict[tuple[int, str], float]]:
    """What a platform's own export says: its list, and points by row and assignment.

    Raises
    ------
    LmsError
        If it cannot be read, has none of the assignments, or holds something that is no number.
    """
    roster = read_roster(kind, path)
    wanted = set(assignments)
    columns = {_named(column): column for column in roster.columns if _named(column) in wanted}
    if not columns:
        raise LmsError(f"{path} has no column for any of these: {', '.join(sorted(wanted))}.")
    found = {}
    for row, entries in enumerate(roster.rows):
        for name, column in columns.items():
            if entries[column] not in ("", "-"):
                try:
                    found[row, name] = float(entries[column].replace(",", "."))
                except ValueError:
                    raise LmsError(
                        f"{path}, column {column!r}: {entries[column]!r} is no number of points."
                    ) from None
    return roster, found


def _named(column: str) -> str:
    """The assignment that a platform's column is about."""
    return _REAL.match(column)["name"] if column else ""


def read_marks(tables: gradebook.Tables) -> Marks:
    """Everything in a gradebook."""
    submitted = api.SubmittedAssignment
    query = select(
        submitted.student_id, api.Assignment.name, submitted.score, submitted.needs_manual_grade
    ).join(api.Assignment, submitted.assignment_id == api.Assignment.id)
    points = {
        (student, name): None if waits else float(score)
        for student, name, score, waits in tables.db.execute(query)
    }
    return Marks(points, {one.name: float(one.max_score) for one in tables.assignments})


def save_names(tables: gradebook.Tables, roster: Roster) -> None:
    """Write names, addresses and ids of the list to the gradebook's students."""
    for student, row in roster.found.items():
        first, last = roster.value(row, "first"), roster.value(row, "last")
        if "," in roster.value(row, "name"):
            last, first = (part.strip() for part in roster.value(row, "name").split(",", 1))
        values = {
            "first_name": first,
            "last_name": last,
            "email": roster.value(row, "email"),
            "lms_user_id": roster.value(row, "id"),
        }
        given = {name: value[: gradebook.LONGEST_ID] for name, value in values.items() if value}
        tables.update_or_create_student(student, **given)


def export(roster: Roster, marks: Marks, assignments: list[str]) -> str:
    """A CSV that the platform imports, with everybody on its list; empty where there is no final mark."""
    kept = [column for column in roster.columns if column in roster.roles.values()]
    heads = [_head(roster, name) for name in assignments]
    lines = [[*kept, *heads]]
    if roster.kind == "canvas":
        lead = ["    Points Possible" if column == roster.roles.get("name") else "" for column in kept]
        lines.append([*lead, *(f"{marks.most[name]:g}" for name in assignments)])
    students = {row: student for student, row in roster.found.items()}
    for row, entries in enumerate(roster.rows):
        points = [marks.points.get((students.get(row, ""), name)) for name in assignments]
        given = ["" if value is None else f"{value:g}" for value in points]
        lines.append([*(escape_formula(entries[column]) for column in kept), *given])
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def _head(roster: Roster, name: str) -> str:
    """The column's name: the platform's own if it has one, so that no second one is made."""
    own = next((column for column in roster.columns if _named(column) == name), None)
    return own or (f"Assignment: {name} (Real)" if roster.kind == "moodle" else name)


def differences(roster: Roster, there: dict[tuple[int, str], float], marks: Marks) -> list[str]:
    """A sentence for each mark that a platform and the gradebook do not share."""
    found = []
    for (student, name), points in sorted(marks.points.items()):
        if student not in roster.found or points is None:
            continue
        theirs = there.get((roster.found[student], name))
        if theirs is None or abs(theirs - points) > 0.005:
            shown = "nothing" if theirs is None else f"{theirs:g}"
            found.append(f"{student}, {name}: {points:g} in the gradebook, {shown} on the platform.")
    return found


def make_parser() -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="python -m coursework.grading.lms", description=__doc__)
    parser.add_argument("platform", choices=sorted(_FROM))
    parser.add_argument("list", type=Path, help="CSV from the platform: who is in the course")
    parser.add_argument("--db", metavar="URL", help="the gradebook (default: grades/gradebook.db)")
    parser.add_argument("--assignment", nargs="+", metavar="NN_topic", help="these only (default: all)")
    parser.add_argument("--out", type=Path, help="the file to write (default: grades/PLATFORM.csv)")
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
    except (LmsError, gradebook.GradebookError) as error:
        print(error, file=sys.stderr)
        return 2


def _run(given: argparse.Namespace) -> int:
    database = gradebook.parse_address(given.db) if given.db else gradebook.default_address(GRADES)
    with gradebook.open_tables(database) as tables:
        marks = read_marks(tables)
        chosen = given.assignment or sorted(marks.most)
        if unknown := [name for name in chosen if name not in marks.most]:
            there = ", ".join(sorted(marks.most)) or "none"
            raise LmsError(f"The gradebook has no assignment {unknown[0]!r}; it has: {there}.")
        marks = Marks({key: value for key, value in marks.points.items() if key[1] in chosen}, marks.most)
        if given.compare:
            roster, there = read_grades(given.platform, given.list, chosen)
        else:
            roster, there = read_roster(given.platform, given.list), {}
        problems = roster.match({student for student, _ in marks.points})
        if not given.compare:
            save_names(tables, roster)
    for student, problem in problems.items():
        print(f"{student} {problem}.", file=sys.stderr)
    if given.compare:
        found = differences(roster, there, marks)
        print("\n".join(found) or f"All marks of {len(roster.found)} students are the same.")
        return 1 if found or problems else 0
    out = given.out or GRADES / f"{given.platform}.csv"
    store.write(out, export(roster, marks, chosen))
    waiting = sum(points is None for points in marks.points.values())
    print(f"{out}: {len(roster.found)} students with marks, of {len(roster.rows)} in the list.")
    if waiting:
        print(f"{waiting} submissions are left empty, as answers in them wait for a person.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
