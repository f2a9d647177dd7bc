"""The members of a course, by a platform's own list: read it, and find the graded students in
it."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from notebook_grader import tables
from notebook_grader.hand_in.platforms import PLATFORMS, Platform, split_student
from notebook_grader.tables import TableError

_ORDERS = ("name", "first last", "last first", "lastfirst")
AMBIGUOUS = "could be more than one in the list"


@dataclass
class People:
    """A platform's list: its columns and rows, and the column of each known role."""

    platform: str
    columns: list[str]
    rows: list[dict[str, str]]
    roles: dict[str, str]
    found: dict[str, int] = field(default_factory=dict)  # graded student -> row
    prefixes: dict[str, str] = field(default_factory=dict)  # group in front of a student's name
    points_row: str = ""  # first entry of the list's row with the points of each assignment

    @property
    def kind(self) -> Platform:
        """What is particular to the platform."""
        return PLATFORMS[self.platform]

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

    def name(self, row: int) -> str:
        """A person as tables name somebody who handed in nothing."""
        names = {kind: text for kind, text in self.list_known(row)[::-1] if not self.number(row)}
        return (
            names.get("name") or names.get("first last") or names.get("id") or self.name_packed(row)
        )

    def number(self, row: int) -> str:
        """The number by which the platform's packed files name a person, empty if the list has
        none."""
        return re.sub(r"\D", "", self.get_value(row, self.kind.number))

    def match(self, students: Iterable[str]) -> dict[str, str]:
        """Find each graded student in the list; returns why some were not found.

        People choose their names, but not their numbers and ids. So a name ends before the number
        in name_NUMBER, and a name that two people have, or under which two handed in, identifies
        neither. A group may stand in front of a name that is not in the list as it is.
        """
        register = _Register(self)
        split = {student: split_student(student) for student in sorted(students)}
        usual = register.find_usual_orders([name for name, _ in split.values()])
        problems = dict[str, str]()
        claims = defaultdict[int, list[tuple[bool, str]]](list)
        for student, (name, number) in split.items():
            found = register.find_person(student, name, number, usual)
            if found.prefix:
                self.prefixes[student] = found.prefix
            if len(found.rows) == 1:
                claims[min(found.rows)].append((found.by_name, student))
            else:
                problems[student] = AMBIGUOUS if found.rows else "is not in the list"
        for row, claim in claims.items():
            problems |= self._settle(row, sorted(claim))
        return dict(sorted(problems.items()))

    def _settle(self, row: int, claim: list[tuple[bool, str]]) -> dict[str, str]:
        """Give a row to the first of those who are found in it; returns the problem of the others.

        Numbers and ids come before names; nobody gets it by a name that others have too.
        """
        (by_name, first), *others = claim
        problems = {other: f"is the same person as {first}" for _, other in others}
        if others and by_name:
            problems[first] = f"is the same person as {others[0][1]}"
        else:
            self.found[first] = row
        return problems

    def list_known(self, row: int) -> list[tuple[str, str]]:
        """All ids and names of a person, each with its kind: an id, or an order of names."""
        ids = [self.get_value(row, role) for role in ("id", "login", "sis", "email")]
        first, last, name = (self.get_value(row, role) for role in ("first", "last", "name"))
        if "," in name:
            last, first = map(str.strip, name.split(",", 1))
        names = zip(
            _ORDERS, (name, f"{first} {last}", f"{last} {first}", f"{last}{first}"), strict=True
        )
        known = [*(("id", text) for text in (*ids, ids[-1].split("@")[0])), *names]
        return [(kind, text.strip()) for kind, text in known if text.strip()]


@dataclass(frozen=True)
class _Found:
    """The rows that may be a student's, whether a name alone says so, and the group in front of
    it."""

    rows: set[int]
    by_name: bool
    prefix: str


class _Register:
    """The rows of a list by everything that may name a person."""

    def __init__(self, people: People) -> None:
        self._rows: dict[tuple[str, ...], set[int]] = defaultdict(set)
        for row in range(len(people.rows)):
            if number := people.number(row):
                self._rows["number", number].add(row)
            for kind, text in people.list_known(row):
                self._rows[kind, text].add(row)
                self._rows[kind, normalise_name(text), "plain"].add(row)

    def _find(self, text: str, *kinds: str) -> set[int]:
        # Exact spelling first: Ann and ann may be two people.
        for spelt in ((text,), (normalise_name(text), "plain")):
            rows = {row for kind in kinds for row in self._rows.get((kind, *spelt), ())}
            if rows:
                return rows
        return set()

    def find_usual_orders(self, names: Iterable[str]) -> list[str]:
        """The orders in which the platform writes most of these names.

        Wei Li and Li Wei are two people.
        """
        fits = Counter(order for name in names for order in _ORDERS if (order, name) in self._rows)
        most = max(fits.values(), default=0)
        return [order for order in _ORDERS if fits[order] == most]

    def find_person(self, student: str, name: str, number: str, usual: Iterable[str]) -> _Found:
        """Find a student by number, id or name, also behind the name of a group."""
        numbered = self._rows.get(("number", number), set())
        ids = self._find(student, "id")
        rows = numbered or ids | (self._find(name, *usual) or self._find(name, *_ORDERS))
        prefix = ""
        parts = name.split("-")
        for place in range(1, len(parts)):
            inner = self._find("-".join(parts[place:]).strip(), *usual)
            if inner and (not rows or inner == rows == numbered):
                rows = inner
                prefix = "-".join(parts[:place])
        return _Found(rows, by_name=not (numbered or ids), prefix=prefix)


def fold(name: str) -> str:
    """A name in small letters without accents."""
    return "".join(
        c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c)
    )


def find_same(student: str, classes: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The name of one person in each class, by the class's name.

    A platform's number may differ from one assignment to the next, so the name in front of it
    counts, unless two have it in one class.
    """
    plain = split_student(student)[0]
    same = {
        name: [one for one in there if split_student(one)[0] == plain]
        for name, there in classes.items()
    }
    if any(len(names) > 1 for names in same.values()):
        return {name: student for name, there in classes.items() if student in there}
    return {name: names[0] for name, names in same.items() if names}


def normalise_name(text: str) -> str:
    """Normalise case, accents and spaces of a name."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def read_people(platform: str, path: Path) -> People:
    """Read the list of a course, of this platform or, if it is empty, of the one whose list it can
    be.

    Raises `TableError` if the platform is unknown, or its list is unreadable, empty or lacks a
    column.
    """
    if platform and platform not in PLATFORMS:
        known = " and ".join(sorted(PLATFORMS, reverse=True))
        raise TableError(f"{platform!r} is not a platform that takes marks; known are {known}.")
    columns, rows = tables.read_table(path)
    rows = [{name: row.get(name, "").strip() for name in columns} for row in rows]
    fitting = dict[str, dict[str, str]]()
    faults = list[str]()
    for name in [platform] if platform else sorted(PLATFORMS, reverse=True):
        try:
            fitting[name] = PLATFORMS[name].find_roles(columns, rows)
        except TableError as error:
            faults.append(f"{error}; expected from {name.title()} is {PLATFORMS[name].lists}")
    if len(fitting) != 1:
        both = f"could be of {' or '.join(fitting)}: name the platform"
        raise TableError(f"{path} {both if fitting else ', and '.join(faults)}.")
    ((name, roles),) = fitting.items()
    names = [column for role, column in roles.items() if role not in ("status", "team", "section")]
    if run_on := [row[name] for row in rows for name in names if "\n" in row[name]]:
        how = "goes on in the next line: is a quotation mark left open there?"
        raise TableError(f"{path}: {run_on[0].partition(chr(10))[0]!r} {how}")
    # Canvas has rows for the points of each assignment, and for those that are posted by hand.
    keys = [roles[role] for role in ("id", "identifier", "email", "login") if role in roles]
    first = [
        row[columns[0]] for row in rows if row[columns[0]] and not any(row[key] for key in keys)
    ]
    points_row = f"    {first[-1]}" if first and PLATFORMS[name].points_row else ""
    rows = [row for row in rows if any(row[key] for key in keys)]
    if not rows:
        raise TableError(f"{path} lists nobody.")
    return People(name, columns, rows, roles, points_row=points_row)
