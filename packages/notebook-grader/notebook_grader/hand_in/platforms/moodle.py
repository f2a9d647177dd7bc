"""Moodle: zips of submissions, and its participants' page, gradebook export and grading worksheet.

It packs a folder `Full name_NUMBER_assignsubmission_file` for each participant, before 4.1 with one
more underscore; where folders are off, that stands before each file's own name. Its upload of
feedback reads the same form (mod/assign/feedback/file/importziplib.php). A group's name may stand
in front.

A worksheet has in each language the same order: identifier, full name, the site's fields of
identity, status, group, marker, grade, maximum, workflow, whether the grade can be changed, times,
feedback (mod/assign/gradingtable.php). Its upload knows columns by the words of the user's language
(mod/assign/feedback/offline/importgradeslib.php), so they are given back as they came. `moodle.csv`
has these words, and those for spans of time, as the language packs of 2026 have them; of times also
those of 2012.
"""

import re
from collections.abc import Sequence

from notebook_grader.hand_in.platforms import (
    Packed,
    Platform,
    Roles,
    Row,
    match_columns,
    read_words,
    split_student,
)
from notebook_grader.tables import TableError, read_number

_WORDS = read_words(__file__)
_DAYS = {"years": 365.0, "days": 1.0, "hours": 1 / 24, "minutes": 1 / 1440, "seconds": 1 / 86400}
_UNITS = {word: _DAYS[role] for role, word in _WORDS if role in _DAYS}
_REAL = "|".join(re.escape(word) for role, word in _WORDS if role == "real")
_SPAN = re.compile(r"(\d+)\s*([^\W\d_]+)")
_NAME = re.compile(r"^(?P<student>[^_]+_\d+)_assignsubmission_[a-z]+(?:_(?P<name>.*))?$")


def read_name(parts: tuple[str, ...]) -> Packed | None:
    """Parse the path of a packed file."""
    if not (match := _NAME.match(parts[0])):
        return None
    return Packed(match["student"], parts[-1] if len(parts) > 1 else match["name"] or "", parts[0])


def name_feedback(student: str, packed: Packed | None, file: str) -> str | None:
    """The path of a file for a participant, given as name_NUMBER; None if there is no number."""
    name, number = split_student(student)
    plain = re.sub(r"[_/\\]", " ", name)
    return f"{plain}_{number}_assignsubmission_file/{file}" if number else None


def find_roles(columns: list[str], rows: Sequence[Row]) -> Roles:
    """Find the columns by their headings, in the languages of `moodle.csv`, or by places and
    entries."""
    known = match_columns(columns, _WORDS)
    roles = {role: known[role] for role in known.keys() - {*_DAYS, "real"}}
    entries = {column: [row[column] for row in rows if row[column]] for column in columns}
    mails = [
        name for name in columns if entries[name] and all("@" in entry for entry in entries[name])
    ]
    roles = ({"email": mails[0]} if mails else {}) | roles
    named = {
        name for role, name in roles.items() if role != "identifier"
    }  # names may end in a number too
    first = columns[0] if columns and columns[0] not in named else ""
    numbers = [re.match(r"^\D+?(\d+)$", row[first]) for row in rows if first]
    if numbers and all(numbers) and len({number[1] for number in numbers if number}) == len(rows):
        return _find_grades(columns, entries, roles)
    # Outside a worksheet any column may have these names.
    roles = {role: roles[role] for role in roles.keys() - {"identifier", "status", "team", "most"}}
    if not roles.keys() & {"first", "last", "name"} and mails:
        front = columns[: columns.index(mails[0])]
        texts = [name for name in front if not "".join(entries[name]).isdecimal()]
        roles |= dict(zip(("first", "last"), texts, strict=False))
    if not roles.keys() & {"email", "id", "login"}:
        raise TableError("has no column Email address, ID number, Username or Identifier")
    return roles


def _find_grades(columns: list[str], entries: dict[str, list[str]], roles: Roles) -> Roles:
    """Find the columns of a worksheet: the maximum, the same number in every row, is behind the
    grade."""
    same = [
        name for name in columns[2:] if len({*entries[name]}) == 1 and read_number(entries[name][0])
    ]
    guess = same[-1] if same and columns.index(same[-1]) - columns.index(same[0]) < 2 else ""
    if (most := roles.get("most", guess)) not in columns[2:]:
        raise TableError("is a grading worksheet whose maximum cannot be told")
    grade = columns[columns.index(most) - 1]
    if any(read_number(entry) is None for entry in entries[grade]):
        raise TableError(f"has no numbers in {grade}, where grades belong, in front of {most}")
    between = columns[1 : columns.index(grade)]
    found = {role: name for role, name in roles.items() if name in between}
    if between and between[0] not in found.values() and (between[1:] or "status" in found):
        found["name"] = between[0]  # missing where an assignment hides names
    left = [name for name in between if name not in found.values()]
    if left and "status" not in found:
        found["status"] = next(
            (name for name in left if len({*entries[name]}) < len(entries[name])), left[0]
        )
    return found | {"identifier": columns[0], "grade": grade, "most": most}


def read_late(status: str) -> tuple[float, str]:
    """Read how late a status says that work was, such as "Submitted - 2 days 3 hours late".

    An extension counts already. The day until which it was granted is no span of time.
    """
    for part in status.split(" - "):
        if re.search(r"\d{4}|\d:\d\d", part) or not (spans := _SPAN.findall(part)):
            continue
        if unknown := [unit for _, unit in spans if unit.casefold() not in _UNITS]:
            raise ValueError(f"“{part}” has a unit of time that is not known: {unknown[0]}")
        return sum(int(number) * _UNITS[unit.casefold()] for number, unit in spans), part
    return 0.0, ""


PLATFORM = Platform(
    lists=(
        "a download of the participants' page, an export of the gradebook or an assignment's"
        " grading worksheet"
    ),
    number="identifier",
    heading="Assignment: {} (Real)",
    known=re.compile(rf"(?:[^:：]*[:：])?\s*(?P<name>.+?)\s*(?:\((?:{_REAL})\))?", re.IGNORECASE),
    unplaced="they need Moodle's own zip, or its grading worksheet as the list",
    read_name=read_name,
    name_feedback=name_feedback,
    find_roles=find_roles,
    read_late=read_late,
)
