"""Learning platforms, a module each: its packed files and its lists. Another one is another module
here."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from notebook_grader.tables import read_table

LAYOUTS = "student/NN_topic.ipynb or student_NN_topic.ipynb"  # beside those of platforms
# Suffixes of platforms and browsers: "-1" for another version, "(1)" for another download.
COPY = r"(?:-\d{1,3}| ?\(\d{1,3}\))*"
Row = dict[str, str]
Roles = dict[str, str]  # the column of each role


@dataclass(frozen=True)
class Packed:
    """A packed file: its student, its own name, and the text in front of that.

    `late` is None where the platform's names do not say. `file` is the platform's number of the
    file, and `attempt` that of the try, if names have them.
    """

    student: str
    name: str
    front: str
    late: bool | None = None
    file: str = ""
    attempt: int | None = None


@dataclass(frozen=True)
class Platform:
    """What differs between platforms.

    `find_roles` finds the columns of a list in any language, by its headings, positions and
    entries; it raises `TableError` if the list is not one of this platform. `read_late` reads the
    days by which work was late, with the platform's words for it, or raises `ValueError` for words
    that nobody taught it.
    """

    lists: str  # the lists that it offers
    number: str  # role of the column with the number that stands in packed files
    heading: str  # heading of a new column of marks
    known: re.Pattern[str]  # headings of such columns in a list, with the assignment's `name`
    unplaced: str  # why a feedback page cannot be sent back
    read_name: Callable[[tuple[str, ...]], Packed | None]
    name_feedback: Callable[[str, Packed | None, str], str | None]
    find_roles: Callable[[list[str], Sequence[Row]], Roles]
    read_late: Callable[[str], tuple[float, str]] = lambda status: (0.0, "")
    points_row: str = (
        ""  # first entry of the row with the points of each assignment, if it has such a row
    )


def read_words(module: str) -> list[tuple[str, str]]:
    """Read a platform's own words, with the role of each: the table beside its module."""
    return [(row["role"], row["name"]) for row in read_table(Path(module).with_suffix(".csv"))[1]]


def match_columns(columns: Collection[str], words: Sequence[tuple[str, str]]) -> Roles:
    """Find the columns whose headings are known."""
    known = {" ".join(column.casefold().split()): column for column in columns}
    return {role: known[word] for role, word in words[::-1] if word in known}


def number_copy(name: str) -> int:
    """The number that a platform or browser appended to a notebook's name; 0 if there is none."""
    ending = re.search(rf"{COPY}\.(?:ipynb|zip)$", name, re.IGNORECASE)
    return max(map(int, re.findall(r"\d+", ending[0] if ending else "")), default=0)


def split_student(student: str) -> tuple[str, str]:
    """Split name_NUMBER; the number is empty if there is none."""
    match = re.match(r"^(.+)_(\d+)$", student)
    return (match[1], match[2]) if match else (student, "")


PLATFORMS: dict[str, Platform] = {
    module.name: import_module(f"{__name__}.{module.name}").PLATFORM
    for module in iter_modules(__path__)
}


def read_name(parts: tuple[str, ...]) -> Packed | None:
    """Parse the path of a packed file, given by its parts; None if no platform made it."""
    named = (one.read_name(parts) for one in PLATFORMS.values() if parts)
    return next((packed for packed in named if packed), None)
