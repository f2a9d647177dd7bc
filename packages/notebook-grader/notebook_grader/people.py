"""The members of a course, by a platform's own list: read it, and find the gradebook's students in it.

Moodle: a download of the participants' page, an export of its gradebook, or an assignment's grading
worksheet, whose upload needs Identifier, Grade and Last modified (grade)
(mod/assign/feedback/offline/importgradeslib.php).
Canvas: an export of its gradebook, whose import needs Student and ID in front, SIS User ID and SIS Login ID
together or not at all, and Section behind them (lib/gradebook_importer.rb).
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from notebook_grader import tables
from notebook_grader.packed import split_student
from notebook_grader.tables import TableError

# Names of columns by platform and role, in English and Chinese, in small letters.
_COLUMNS = tables.read_table(Path(__file__).with_name("columns.csv"))[1]
_WORKSHEET = (("Grade", ("grade",)), ("Last modified (grade)", ("modified",)))
_ORDERS = ("name", "first last", "last first", "lastfirst")
AMBIGUOUS = "could be more than one in the list"


@dataclass(frozen=True)
class Platform:
    """What differs between platforms, beside the names of columns and of packed files."""

    lists: str  # the lists that it offers
    needed: tuple[tuple[str, tuple[str, ...]], ...]  # required columns, each with the roles that will do
    number: str  # role of the column with the number that stands in packed files
    heading: str  # heading of a new column of marks
    unplaced: str  # why a feedback page cannot be sent back
    points_row: str = ""  # first entry of the row with the points of each assignment, if it has such a row


PLATFORMS = {
    "canvas": Platform(
        lists="an export of the gradebook",
        needed=(("Student", ("name", "last")), ("ID", ("id",)), ("Section", ("section",))),
        number="id",
        heading="{}",
        unplaced="they were not handed in by Canvas, whose file names say where feedback belongs",
        points_row="    Points Possible",
    ),
    "moodle": Platform(
        lists="a download of the participants' page, an export of the gradebook or an assignment's grading "
        "worksheet",
        needed=(
            ("Email address, ID number, Username or Identifier", ("email", "id", "login", "identifier")),
        ),
        number="identifier",
        heading="Assignment: {} (Real)",
        unplaced="they need Moodle's own zip, or its grading worksheet as the list",
    ),
}


@dataclass
class People:
    """A platform's list: its columns and rows, and the column of each known role."""

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

    def name_packed(self, row: int) -> str:
        """A person as the platform packs files: the name with its number."""
        # A worksheet without names is of an assignment that hides them.
        return f"{self.get_value(row, 'name') or 'Participant'}_{self.number(row)}"

    def number(self, row: int) -> str:
        """The number by which the platform's packed files name a person, empty if the list has none."""
        return re.sub(r"\D", "", self.get_value(row, PLATFORMS[self.platform].number))

    def match(self, students: Iterable[str]) -> dict[str, str]:
        """Find each student of the gradebook in the list; returns why some were not found.

        People choose their names, but not their numbers and ids. So a name ends before the number in
        name_NUMBER, and a name that two people have, or under which two handed in, identifies neither.
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
            # Exact spelling first: Ann and ann may be two people.
            return exact or exact.union(
                *(known.get((kind, normalise_name(text), "plain"), ()) for kind in kinds)
            )

        split = {student: split_student(student) for student in sorted(students)}
        # Wei Li and Li Wei are two people: the order in which the platform writes names follows from the
        # most.
        fits = Counter(order for name, _ in split.values() for order in _ORDERS if (order, name) in known)
        usual = [order for order in _ORDERS if fits[order] == max(fits.values(), default=0)]
        problems, claims = dict[str, str](), defaultdict[int, list[tuple[bool, str]]](list)
        for student, (name, number) in split.items():
            numbered, ids = known.get(("number", number), set()), find(student, "id")
            rows = numbered or ids | (find(name, *usual) or find(name, *_ORDERS))
            if len(rows) == 1:
                claims[min(rows)].append((not (numbered or ids), student))
            else:
                problems[student] = AMBIGUOUS if rows else "is not in the list"
        for row, claim in claims.items():
            (by_name, first), *others = sorted(claim)
            problems |= {other: f"is the same person as {first}" for _, other in others}
            if others and by_name:
                problems[first] = f"is the same person as {others[0][1]}"
            else:
                self.found[first] = row
        return dict(sorted(problems.items()))

    def list_names(self, row: int) -> set[str]:
        """All names, numbers and ids of a person."""
        return {text for _, text in self._list_known(row)}

    def _list_known(self, row: int) -> list[tuple[str, str]]:
        """The same, each with its kind: an id, or an order in which platforms write names."""
        ids = [self.get_value(row, role) for role in ("id", "login", "sis", "email")]
        first, last, name = (self.get_value(row, role) for role in ("first", "last", "name"))
        if "," in name:
            last, first = map(str.strip, name.split(",", 1))
        names = zip(_ORDERS, (name, f"{first} {last}", f"{last} {first}", f"{last}{first}"), strict=True)
        known = [*(("id", text) for text in (*ids, ids[-1].split("@")[0])), *names]
        return [(kind, text.strip()) for kind, text in known if text.strip()]


def normalise_name(text: str) -> str:
    """Normalise case, accents and spaces of a name."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def read_table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Read the columns and rows of any CSV, without spaces around entries. Raises `TableError`."""
    columns, rows = tables.read_table(path)
    return columns, [{name: row.get(name, "").strip() for name in columns} for row in rows]


def _find_roles(platform: str, columns: Collection[str]) -> dict[str, str]:
    """The column of each role."""
    known = {column.casefold(): column for column in columns}
    names = [(row["role"], row["name"]) for row in _COLUMNS if row["platform"] == platform]
    return {role: known[name] for role, name in names if name in known}


def _find_missing(platform: str, roles: Collection[str]) -> list[str]:
    needed = PLATFORMS[platform].needed + (_WORKSHEET if "identifier" in roles else ())
    return [name for name, any_of in needed if not any(role in roles for role in any_of)]


def read_people(platform: str, path: Path) -> People:
    """Read a platform's list of a course.

    Raises `TableError` if the platform is unknown, or its list is unreadable, empty or lacks a column.
    """
    if platform not in PLATFORMS:
        known = " and ".join(sorted(PLATFORMS, reverse=True))
        raise TableError(f"{platform!r} is not a platform that takes marks; known are {known}.")
    columns, rows = read_table(path)
    roles = _find_roles(platform, columns)
    if missing := _find_missing(platform, roles):
        expected = f"expected from {platform.title()} is {PLATFORMS[platform].lists}"
        raise TableError(f"{path} has no column {missing[0]}; {expected}.")
    if "identifier" not in roles:
        # Outside a worksheet any column may have these names.
        roles = {role: roles[role] for role in roles.keys() - {"status", "grade", "most", "modified"}}
    # Canvas has rows for the points of each assignment, and for those that are posted by hand.
    keys = [roles[role] for role in ("id", "identifier", "email", "login") if role in roles]
    rows = [row for row in rows if any(row[key] for key in keys)]
    if not rows:
        raise TableError(f"{path} lists nobody.")
    return People(platform, columns, rows, roles)
