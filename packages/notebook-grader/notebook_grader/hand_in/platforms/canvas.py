"""Canvas: zips of submissions, and the export of its gradebook.

It packs files `surnamefirst_LATE_USER_FILE_name.ipynb`, with LATE only for late ones, and
`anon_CODE_FILE_name.ipynb` where names are hidden (lib/content_zipper.rb). It attaches a file that
is uploaded again to the submission that USER and FILE name (infer_comment_context_from_filename in
app/models/abstract_assignment.rb). A second version of a file gets "-1" behind its name. Its
gradebook's import needs Student and ID in front, SIS User ID and SIS Login ID together or not at
all, and Section behind them (lib/gradebook_importer.rb); then a column `name (NUMBER)` for each
assignment.
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
)
from notebook_grader.tables import TableError

_WORDS = read_words(__file__)
_NAME = re.compile(
    r"^(?P<front>(?:(?:LATE_)?(?P<code>anon_[0-9A-Za-z]+)|(?P<who>.+?)_(?:LATE_)?(?P<number>\d+))"
    r"_(?:(?P<file>\d+)_|(?=(?:text|link)\.html$)))(?P<name>.+)$"
)


def read_name(parts: tuple[str, ...]) -> Packed | None:
    """Parse the path of a packed file."""
    if len(parts) != 1 or not (match := _NAME.match(parts[0])):
        return None
    suffix = re.search(r"-(\d{1,3})\.(?:ipynb|zip)$", match["name"])
    student = match["code"] or f"{match['who']}_{match['number']}"
    late = "LATE" in match["front"].split("_")
    attempt = int(suffix[1]) + 1 if suffix else 1
    return Packed(student, match["name"], match["front"], late, match["file"] or "", attempt)


def name_feedback(student: str, packed: Packed | None, file: str) -> str | None:
    """The path of a student's feedback; None unless Canvas packed the file that it is about."""
    return f"{packed.front}{file}" if packed and packed.file else None


def find_roles(columns: list[str], rows: Sequence[Row]) -> Roles:
    """Find the columns by their headings in English or Chinese, or by their places."""
    roles = match_columns(columns, _WORDS)
    marks = [place for place, column in enumerate(columns) if re.search(r"\(\d+\)$", column)]
    numbers = [row[columns[1]] for row in rows if row[columns[1]]] if marks and marks[0] > 2 else []
    if {"name", "id"} - roles.keys() and numbers and all(number.isdecimal() for number in numbers):
        lead = columns[: marks[0]]
        roles = dict(zip(("name", "id"), lead, strict=False)) | {"section": lead[-1]}
        roles |= dict(zip(("sis", "login"), lead[2:4], strict=True)) if len(lead) > 4 else {}
    for heading, any_of in (
        ("Student", {"name", "last"}),
        ("ID", {"id"}),
        ("Section", {"section"}),
    ):
        if not any_of & roles.keys():
            raise TableError(f"has no column {heading}")
    return roles


PLATFORM = Platform(
    lists="an export of the gradebook",
    number="id",
    heading="{}",
    known=re.compile(r"(?P<name>.+?)(?: \(\d+\))?"),
    unplaced="they were not handed in by Canvas, whose file names say where feedback belongs",
    read_name=read_name,
    name_feedback=name_feedback,
    find_roles=find_roles,
    points_row="    Points Possible",
)
