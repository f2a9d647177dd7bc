"""Who is in a course, by a platform's own list: read it, and find the gradebook's students in it.

Moodle: a download of the participants' page, an export of its gradebook, or an assignment's grading
worksheet, whose upload wants Identifier, Grade and Last modified (grade)
(mod/assign/feedback/offline/importgradeslib.php).
Canvas: an export of its gradebook, whose import wants Student and ID in front, SIS User ID and SIS Login ID
together or not at all, and Section behind them (lib/gradebook_importer.rb).
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from notebook_grader import tables
from notebook_grader.packed import split_student
from notebook_grader.tables import TableError

# What columns are called, in English and Chinese, in small letters; a worksheet is read in English alone.
_COLUMNS = Path(__file__).with_name("columns.csv")
# Each must be there, by one of its names.
_NEEDED = {
    "moodle": (("Email address, ID number, Username or Identifier", ("email", "id", "login", "identifier")),),
    "canvas": (("Student", ("name", "last")), ("ID", ("id",)), ("Section", ("section",))),
}
_WORKSHEET = (("Grade", ("grade",)), ("Last modified (grade)", ("modified",)))
_ORDERS = ("name", "first last", "last first", "lastfirst")
MANY = "could be more than one in the list"
PLATFORMS = {
    "moodle": "a download of the participants' page, an export of the gradebook or an assignment's grading "
    "worksheet",
    "canvas": "an export of the gradebook",
}


@dataclass
class People:
    """Who is in the course, as the platform says it: its columns and rows, and the role of each known
    column."""

    platform: str
    columns: list[str]
    rows: list[dict[str, str]]
    roles: dict[str, str]
    found: dict[str, int] = field(default_factory=dict)  # student in the gradebook -> row

    @property
    def is_worksheet(self) -> bool:
        """Whether this is Moodle's grading worksheet of one assignment."""
        return "identifier" in self.roles

    def get_value(self, row: int, role: str) -> str:
        """One person's entry, empty if the list has no such column."""
        return self.rows[row].get(self.roles.get(role, ""), "")

    def name_uniquely(self, row: int) -> str:
        """What stands for one person alone: an id or login before an address, and that before a name."""
        given = (self.get_value(row, role) for role in ("sis", "login", "id", "email"))
        return next(filter(None, given), "") or f"{self.get_value(row, 'name')}_{self.number(row)}"

    def name_packed(self, row: int) -> str:
        """A person as the platform packs files: the name with its number."""
        # A worksheet without names is of an assignment that hides them.
        return f"{self.get_value(row, 'name') or 'Participant'}_{self.number(row)}"

    def number(self, row: int) -> str:
        """The number by which the platform's packed files name a person, empty if the list has none."""
        if self.platform == "canvas":
            return self.get_value(row, "id")
        return re.sub(r"\D", "", self.get_value(row, "identifier"))

    def match(self, students: Iterable[str]) -> dict[str, str]:
        """Find each student of the gradebook in the list; returns why some were not found.

        People choose their names, and not their numbers and ids. So in what a platform packed, name_NUMBER, a
        name ends before the number, and a name that two have, or that two hand in under, is nobody's.
        """
        known: dict[tuple[str, ...], set[int]] = defaultdict(set)
        for row in range(len(self.rows)):
            if number := self.number(row):
                known["number", number].add(row)
            for kind, text in self._list_known(row):
                known[kind, text].add(row)
                known[kind, normalise_name(text), "plain"].add(row)

        def find(text: str, *kinds: str) -> set[int]:
            exact = set[int]().union(*(known.get((kind, text), ()) for kind in kinds))
            # Not both at once: Ann and ann may be two people.
            return exact or exact.union(
                *(known.get((kind, normalise_name(text), "plain"), ()) for kind in kinds)
            )

        split = {student: split_student(student) for student in sorted(students)}
        # Nor are Wei Li and Li Wei one: in which order the platform writes names, most students' tell.
        fits = Counter(order for name, _ in split.values() for order in _ORDERS if (order, name) in known)
        usual = [order for order in _ORDERS if fits[order] == max(fits.values(), default=0)]
        problems, claims = dict[str, str](), defaultdict[int, list[tuple[bool, str]]](list)
        for student, (name, number) in split.items():
            numbered, ids = known.get(("number", number), set()), find(student, "id")
            rows = numbered or ids | (find(name, *usual) or find(name, *_ORDERS))
            if len(rows) == 1:
                claims[min(rows)].append((not (numbered or ids), student))
            else:
                problems[student] = MANY if rows else "is not in the list"
        for row, claim in claims.items():
            (by_name, first), *others = sorted(claim)
            problems |= {other: f"is the same person as {first}" for _, other in others}
            if others and by_name:
                problems[first] = f"is the same person as {others[0][1]}"
            else:
                self.found[first] = row
        return dict(sorted(problems.items()))

    def list_names(self, row: int) -> set[str]:
        """Everything that may stand for a person."""
        return {text for _, text in self._list_known(row)}

    def _list_known(self, row: int) -> list[tuple[str, str]]:
        """The same, each with what it is: an id, or a name in an order in which platforms write it."""
        ids = [self.get_value(row, role) for role in ("id", "login", "sis", "email")]
        first, last, name = (self.get_value(row, role) for role in ("first", "last", "name"))
        if "," in name:
            last, first = map(str.strip, name.split(",", 1))
        names = zip(_ORDERS, (name, f"{first} {last}", f"{last} {first}", f"{last}{first}"), strict=True)
        known = [*(("id", one) for one in (*ids, ids[-1].split("@")[0])), *names]
        return [(kind, text.strip()) for kind, text in known if text.strip()]


def normalise_name(text: str) -> str:
    """A name in one spelling: its letters small, its accents and spaces of one kind."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def read_table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The columns and rows of a CSV from elsewhere. Raises `TableError` if it cannot be read."""
    columns, rows = tables.read_table(path)
    return columns, [{name: row.get(name, "").strip() for name in columns} for row in rows]


def read_people(platform: str, path: Path) -> People:
    """The platform's list of who is in the course.

    Raises `TableError` if there is no such platform, or its list is unreadable, lacks a column, names nobody.
    """
    if platform not in PLATFORMS:
        there = " and ".join(PLATFORMS)
        raise TableError(f"{platform!r} is no platform that takes marks; there are {there}.")
    columns, rows = read_table(path)
    known = {column.casefold(): column for column in columns}
    called = [(r["role"], r["name"]) for r in tables.read_table(_COLUMNS)[1] if r["platform"] == platform]
    roles = {role: known[name] for role, name in called if name in known}
    needed = _NEEDED[platform] + (_WORKSHEET if "identifier" in roles else ())
    if missing := [name for name, any_of in needed if not any(role in roles for role in any_of)]:
        raise TableError(
            f"{path} has no column {missing[0]}; wanted from {platform.title()} is {PLATFORMS[platform]}."
        )
    people = People(platform, columns, rows, roles)
    if not people.is_worksheet:
        # They would stand for whatever a download calls so.
        for role in ("status", "grade", "most", "modified"):
            people.roles.pop(role, None)
    # Canvas has a row for the points of each assignment, and one that says which are posted by hand.
    keys = ("id", "identifier", "email", "login")
    people.rows = [row for place, row in enumerate(rows) if any(people.get_value(place, key) for key in keys)]
    if not people.rows:
        raise TableError(f"{path} lists nobody.")
    return people
