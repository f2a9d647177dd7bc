"""Names of the files that Moodle and Canvas pack: read on the way in, written for feedback on the way back.

Moodle has a folder `Full name_NUMBER_assignsubmission_file` for each participant, before 4.1 with one more
underscore; where folders are off, that stands before each file's own name. Its upload of feedback reads the
same form (mod/assign/feedback/file/importziplib.php). A group's name may stand in front.
Canvas packs files `surnamefirst_LATE_USER_FILE_name.ipynb`, with LATE only for late ones, and
`anon_CODE_FILE_name.ipynb` where names are hidden (lib/content_zipper.rb). It attaches a file that is
uploaded again to the submission that USER and FILE name (infer_comment_context_from_filename in
app/models/abstract_assignment.rb). A second version of a file gets "-1" behind its name.
"""

import re
from dataclasses import dataclass

LAYOUTS = "student/NN_topic.ipynb or student_NN_topic.ipynb"  # beside those of platforms
# Suffixes of platforms and browsers: "-1" for another version, "(1)" for another download.
COPY = r"(?:-\d{1,3}| ?\(\d{1,3}\))*"
_MOODLE = re.compile(r"^(?P<student>[^_]+_\d+)_assignsubmission_[a-z]+(?:_(?P<name>.*))?$")
_CANVAS = re.compile(
    r"^(?P<front>(?:(?:LATE_)?(?P<code>anon_[0-9A-Za-z]+)|(?P<who>.+?)_(?:LATE_)?(?P<number>\d+))"
    r"_(?:(?P<file>\d+)_|(?=(?:text|link)\.html$)))(?P<name>.+)$"
)


@dataclass(frozen=True)
class Packed:
    """A packed file: its platform and student, its own name, and the text in front of that.

    `late` is None where the platform's names do not say. `file` is Canvas' number of the file, if it has one.
    """

    platform: str
    student: str
    name: str
    front: str
    late: bool | None = None
    file: str = ""

    @property
    def attempt(self) -> int | None:
        """The number of this attempt, None where the platform's names do not say."""
        if self.platform != "canvas":
            return None
        suffix = re.search(r"-(\d{1,3})\.(?:ipynb|zip)$", self.name)
        return int(suffix[1]) + 1 if suffix else 1


def number_copy(name: str) -> int:
    """The number that a platform or browser appended to a notebook's name; 0 if there is none."""
    ending = re.search(rf"{COPY}\.(?:ipynb|zip)$", name, re.IGNORECASE)
    return max(map(int, re.findall(r"\d+", ending[0] if ending else "")), default=0)


def read_name(parts: tuple[str, ...]) -> Packed | None:
    """Parse the path of a packed file, given by its parts; None if no platform made it."""
    if match := _MOODLE.match(parts[0]):
        name = parts[-1] if len(parts) > 1 else match["name"] or ""
        return Packed("moodle", match["student"], name, parts[0])
    if len(parts) == 1 and (match := _CANVAS.match(parts[0])):
        student = match["code"] or f"{match['who']}_{match['number']}"
        late = "LATE" in match["front"].split("_")
        return Packed("canvas", student, match["name"], match["front"], late, match["file"] or "")
    return None


def split_student(student: str) -> tuple[str, str]:
    """Split name_NUMBER; the number is empty if there is none."""
    match = re.match(r"^(.+)_(\d+)$", student)
    return (match[1], match[2]) if match else (student, "")


def name_feedback(platform: str, student: str, packed: Packed | None, assignment: str) -> str | None:
    """The path of a student's feedback in the platform's zip; None if the platform could not place it.

    `packed` is the submitted file, `student` the name with the platform's number.
    """
    file = f"{assignment}-feedback.html"
    if platform == "canvas":
        return f"{packed.front}{file}" if packed and packed.file else None
    return name_file(student, file) if split_student(student)[1] else None


def name_file(student: str, file: str) -> str:
    """The path of a file for a participant, given as name_NUMBER, in Moodle's zip."""
    name, number = split_student(student)
    plain = re.sub(r"[_/\\]", " ", name)
    return f"{plain}_{number}_assignsubmission_file/{file}"
