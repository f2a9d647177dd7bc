"""Find each student's notebook in a folder or a zip, however a learning platform packed it.

Nothing of a zip is ever written to disk, and no link is followed: a submission is bytes until it is graded.
"""

import json
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import nbformat
from nbformat import NotebookNode

from notebook_grader.limits import MB, Limits
from notebook_grader.packed import COPY, read_name

_SYSTEM = {"__MACOSX", ".git", ".svn", ".ipynb_checkpoints", ".Trash", ".cache", ".venv"}
MOST_FILES, SAMPLE = 100_000, 40


class IntakeError(ValueError):
    """The whole collection cannot be read."""


class Refused(ValueError):
    """One submission cannot be graded; the message says why, to be read after the student's name."""


@dataclass
class File:
    """One file of the collection: its parts of a path, and how to get at most so many bytes of it."""

    parts: tuple[str, ...]
    size: int
    read: Callable[[int], bytes]
    link: bool = False

    @property
    def name(self) -> str:
        """Its path within the collection."""
        return "/".join(self.parts)

    @property
    def is_notebook(self) -> bool:
        """Whether it is called like a notebook."""
        return self.name.lower().endswith(".ipynb")


@dataclass
class Submission:
    """All files of one student."""

    student: str
    files: list[File] = field(default_factory=list)


def collect(place: Path, names: list[str]) -> list[Submission]:
    """The submissions in a folder or zip, by student.

    Accepted: `student/.../NN_topic.ipynb`, flat `student_NN_topic.ipynb`, and what Moodle and Canvas pack.
    `names` are the assignments that exist, so that their names can be taken off flat file names.

    Raises
    ------
    IntakeError
        If `place` is neither a folder nor a readable zip, or holds nothing.
    """
    if place.is_dir():
        files = list(_list_folder(place))
    elif place.is_file() and zipfile.is_zipfile(place):
        files = _drop_wrapper(_list_zip(place), names)
    else:
        raise IntakeError(f"{place} is neither a folder nor a zip with submissions.")
    found: dict[str, Submission] = {}
    for file in files:
        student = _find_student(file, names)
        found.setdefault(student, Submission(student)).files.append(file)
    if not found:
        layouts = "student/NN_topic.ipynb or student_NN_topic.ipynb"
        raise IntakeError(f"{place} holds no submission: expected are {layouts}.")
    return [found[student] for student in sorted(found)]


def _normalise(text: str) -> str:
    # Some systems write an accent as a character of its own; one student must not become two.
    return unicodedata.normalize("NFC", text)


def _is_hidden(parts: tuple[str, ...]) -> bool:
    """Whether a file is a system's own; a student's folder may begin with a dot."""
    first, *rest = parts
    own = first in _SYSTEM or (first.startswith(".") and not rest)
    return own or any(part.startswith(".") for part in rest)


def _list_folder(folder: Path) -> Iterator[File]:
    for base, folders, names in os.walk(folder):
        for name in sorted(names + [f for f in folders if os.path.islink(os.path.join(base, f))]):
            path = Path(base, name)
            parts = tuple(map(_normalise, path.relative_to(folder).parts))
            if _is_hidden(parts):
                continue
            status = path.lstat()
            yield File(parts, status.st_size, make_reader(path), link=not stat.S_ISREG(status.st_mode))


def make_reader(path: Path) -> Callable[[int], bytes]:
    """How to get at most so many bytes of a file."""

    def read(most: int) -> bytes:
        with path.open("rb") as stream:
            return stream.read(most)

    return read


def _list_zip(path: Path) -> list[File]:
    files = []
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise IntakeError(f"{path} is not a zip that can be read ({error}).") from None
    if len(members) > MOST_FILES:
        raise IntakeError(f"{path} holds {len(members)} files; at most {MOST_FILES} are taken.")
    for member in members:
        name = _normalise(_decode_name(member)).replace("\\", "/")
        parts = tuple(part for part in PurePosixPath(name).parts if part not in ("/", "..", "."))
        if member.is_dir() or not parts or _is_hidden(parts):
            continue
        link = stat.S_ISLNK(member.external_attr >> 16)
        files.append(File(parts, member.file_size, _make_zip_reader(path, member), link))
    return files


def _decode_name(member: zipfile.ZipInfo) -> str:
    """Names without the UTF-8 flag come from older systems: UTF-8 after all, or Chinese Windows."""
    if member.flag_bits & 0x800:
        return member.filename
    raw = member.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gbk"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _make_zip_reader(path: Path, member: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        # Reads only so much: what a zip says of a file's size may be a lie.
        try:
            with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
                return stream.read(most)
        except (RuntimeError, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
            raise Refused(f"{member.filename} cannot be taken out of the zip ({error})") from None

    return read


def _drop_wrapper(files: list[File], names: list[str]) -> list[File]:
    """Take off one folder around everything, if it is not a student's own."""
    tops = {file.parts[0] for file in files}
    inner = {file.parts[1] for file in files if len(file.parts) > 2}
    notebooks = [file for file in files if file.is_notebook]
    flat = [file for file in notebooks if len(file.parts) == 2 and PurePosixPath(file.name).stem not in names]
    if len(tops) == 1 and (inner - set(names) or len(flat) > 1):
        for file in files:
            file.parts = file.parts[1:] if len(file.parts) > 1 else file.parts
    return files


def _find_student(file: File, names: list[str]) -> str:
    if packed := read_name(file.parts):
        return packed.student
    if len(file.parts) > 1:
        return file.parts[0]
    stem = PurePosixPath(file.name).stem
    for name in names:
        if found := re.search(rf"(?<=.)[_\-. ]{re.escape(name)}{COPY}$", stem):
            return stem[: found.start()]
    return stem


def choose(submission: Submission, name: str) -> File:
    """The one file of a student that is to be graded.

    Raises
    ------
    Refused
        If there is none, or more than one that could be meant.
    """
    notebooks = [file for file in submission.files if file.is_notebook]
    usable = [file for file in notebooks if not file.link]
    if not usable:
        if notebooks:
            raise Refused(f"{notebooks[0].name} is a link, not a file")
        there = ", ".join(file.parts[-1] for file in submission.files[:3])
        raise Refused(f"no notebook is there, only {there}")
    named = [file for file in usable if file.parts[-1] == f"{name}.ipynb"]
    if len(named) == 1:
        return named[0]
    copies = [f for f in usable if re.search(rf"(?:^|[_\-. ]){re.escape(name)}{COPY}\.ipynb$", f.parts[-1])]
    if not named and copies:
        # Of several tries the last counts.
        last = max(map(_number, copies))
        copies = [file for file in copies if _number(file) == last]
    candidates = named or copies or usable
    if len(candidates) > 1:
        listed = ", ".join(file.name for file in candidates[:4])
        raise Refused(f"{len(candidates)} notebooks could be meant ({listed}); keep one, named {name}.ipynb")
    return candidates[0]


def _number(file: File) -> int:
    found = re.search(r"[-(](\d{1,2})\)?\.ipynb$", file.parts[-1])
    return int(found[1]) if found else 0


def read_contents(file: File, most: int) -> bytes:
    """The bytes of a notebook of at most `most` MB.

    Raises
    ------
    Refused
        If it is larger or cannot be read.
    """
    try:
        data = file.read(most * MB + 1)
    except OSError as error:
        raise Refused(f"{file.name} cannot be read ({error.strerror})") from None
    if len(data) > most * MB:
        raise Refused(f"{file.name} has more than {most} MB; clear its outputs and hand it in again")
    return data


def parse(data: bytes) -> NotebookNode:
    """The notebook in these bytes, without its outputs.

    Raises
    ------
    Refused
        If it is none.
    """
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("the file is not a notebook: it is not text") from None
    except (json.JSONDecodeError, RecursionError) as error:
        cut = isinstance(error, json.JSONDecodeError) and data.lstrip().startswith(b"{")
        fault = "the notebook is damaged or cut off" if cut else "the file is not a notebook"
        raise Refused(f"{fault}: it is not JSON") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("cells", raw.get("worksheets")), list):
        raise Refused("the file is not a notebook: it has no cells")
    try:
        _simplify(raw)
        # Half a character, which no file can hold, is a question mark.
        text = json.dumps(raw, ensure_ascii=False).encode("utf-8", "replace").decode()
        notebook = nbformat.reads(text, as_version=4)
    except Exception as error:  # nbformat has many ways of failing; each means one thing here
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
        raise Refused(f"the file is not a valid notebook ({reason})") from None
    return notebook


def _simplify(raw: dict) -> None:
    """Drop outputs, which grading makes anew, and give every cell an id of its own."""
    seen: set[str] = set()
    for place, cell in enumerate(raw.get("cells", [])):
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
        given = cell.get("id")
        if not isinstance(given, str) or given in seen or not re.fullmatch(r"[\w-]{1,64}", given, re.ASCII):
            cell["id"] = f"unnamed-{place}"
        seen.add(cell["id"])
    if raw.get("nbformat") == 4:
        raw["nbformat_minor"] = 5


def find_assignment(notebook: NotebookNode) -> str | None:
    """The assignment that a notebook says it is."""
    says = _find_course(notebook).get("assignment")
    return says if isinstance(says, str) else None


def is_practice(notebook: NotebookNode) -> bool:
    """Whether a notebook says that it is for practice."""
    return _find_course(notebook).get("practice") is True


def find_owner(notebook: NotebookNode) -> tuple[str | None, str]:
    """For whom a personal notebook says that it was made, and its proof; None if it does not say."""
    course = _find_course(notebook)
    student, proof = course.get("student"), course.get("proof")
    return (student, proof) if isinstance(student, str) and isinstance(proof, str) else (None, "")


def _find_course(notebook: NotebookNode) -> dict:
    course = notebook.metadata.get("course")
    return course if isinstance(course, dict) else {}


def guess_assignment(submissions: list[Submission], names: list[str], limits: Limits) -> str | None:
    """The assignment, of those that exist, that most notebooks belong to by what they say or are called."""
    if len(names) == 1:
        return names[0]
    counted: Counter[str] = Counter()
    files = [file for one in submissions for file in one.files if file.is_notebook and not file.link]
    for file in files[:SAMPLE]:
        stem = PurePosixPath(file.name).stem
        counted.update(name for name in names if stem.endswith(name))
        try:
            named = find_assignment(parse(read_contents(file, limits.notebook)))
        except Refused:
            continue
        counted.update([named] if named in names else [])
    return counted.most_common(1)[0][0] if counted else None
