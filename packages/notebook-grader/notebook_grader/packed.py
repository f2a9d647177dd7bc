"""How Moodle and Canvas name what they pack: read where it comes in, written where feedback goes back.

Moodle has a folder `Full name_NUMBER_assignsubmission_file` for each participant, before 4.1 with one more
underscore; where folders are off, that stands before each file's own name. Its upload of feedback reads the
same form (mod/assign/feedback/file/importziplib.php). A group's name may stand in front.
Canvas packs files `surnamefirst_LATE_USER_FILE_name.ipynb`, with LATE only where it was late, and
`anon_CODE_FILE_name.ipynb` where names are hidden (lib/content_zipper.rb). It hangs a file that comes back
onto the submission that USER and FILE name (infer_comment_context_from_filename in
app/models/abstract_assignment.rb). A file that is handed in again gets "-1" behind its name.
"""

import re
from dataclasses import dataclass

# What platforms and browsers put behind a name: "-1" for another try, "(1)" for another download.
COPY = r"(?:-\d{1,3}| ?\(\d{1,3}\))*"
_MOODLE = re.compile(r"^(?P<student>[^_]+_\d+)_assignsubmission_[a-z]+(?:_(?P<name>.*))?$")
_CANVAS = re.compile(
    r"^(?P<front>(?:(?:LATE_)?(?P<code>anon_[0-9A-Za-z]+)|(?P<who>.+?)_(?:LATE_)?(?P<number>\d+))"
    r"_(?:(?P<file>\d+)_|(?=(?:text|link)\.html$)))(?P<name>.+)$"
)


@dataclass(frozen=True)
class Packed:
    """A file as a platform packed it: whose, its own name, and what stood in front of that.

    `late` is None where the name would not tell. `file` is Canvas' number of it, empty for what is none.
    """

    platform: str
    student: str
    name: str
    front: str
    late: bool | None = None
    file: str = ""

    @property
    def attempt(self) -> int | None:
        """Which try this is, where the name tells."""
        if self.platform != "canvas":
            return None
        found = re.search(r"-(\d{1,3})\.(?:ipynb|zip)$", self.name)
        return int(found[1]) + 1 if found else 1


def number_copy(name: str) -> int:
    """The number that a platform or browser put behind a notebook's name for another try; 0 for none."""
    ending = re.search(rf"{COPY}\.(?:ipynb|zip)$", name, re.IGNORECASE)
    return max(map(int, re.findall(r"\d+", ending[0] if ending else "")), default=0)


def read_name(parts: tuple[str, ...]) -> Packed | None:
    """What a platform's name for a file says; None if no platform gave it. `parts` are those of its path."""
    if found := _MOODLE.match(parts[0]):
        name = parts[-1] if len(parts) > 1 else found["name"] or ""
        return Packed("moodle", found["student"], name, parts[0])
    if len(parts) == 1 and (found := _CANVAS.match(parts[0])):
        student = found["code"] or f"{found['who']}_{found['number']}"
        late = "LATE" in found["front"].split("_")
        return Packed("canvas", student, found["name"], found["front"], late, found["file"] or "")
    return None


def split_student(student: str) -> tuple[str, str]:
    """Name and number of a student whom a platform named; the number is empty where there is none."""
    found = re.match(r"^(.+)_(\d+)$", student)
    return (found[1], found[2]) if found else (student, "")


def name_feedback(platform: str, student: str, packed: Packed | None, assignment: str) -> str | None:
    """The path of a student's feedback in the zip that a platform takes; None where it could not place it.

    `packed` is what was handed in, `student` as the platform itself names people.
    """
    file = f"{assignment}-feedback.html"
    if platform == "canvas":
        return f"{packed.front}{file}" if packed and packed.file else None
    return name_file(student, file) if split_student(student)[1] else None


def name_file(student: str, file: str) -> str:
    """The path of a file for a participant, as name_NUMBER, in a zip that Moodle takes."""
    name, number = split_student(student)
    plain = re.sub(r"[_/\\]", " ", name)
    return f"{plain}_{number}_assignsubmission_file/{file}"
