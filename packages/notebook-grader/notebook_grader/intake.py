"""Find each student's notebook in a folder or a zip, however a learning platform packed it.

Nothing of a zip is ever written to disk, and no link is followed: a submission is bytes until it is graded.
"""

import errno
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from notebook_grader import plain
from notebook_grader.limits import MB
from notebook_grader.packed import COPY, number_copy, read_name
from notebook_grader.plain import Refused

_SYSTEM = {"__MACOSX", ".git", ".svn", ".ipynb_checkpoints", ".Trash", ".cache", ".venv"}
MOST_FILES = 100_000
HANDED_IN = (".ipynb", ".zip")  # as what somebody hands in is called
LAYOUTS = "student/NN_topic.ipynb or student_NN_topic.ipynb"


class IntakeError(ValueError):
    """The whole collection cannot be read."""


@dataclass(frozen=True)
class File:
    """One file of the collection: its parts of a path, and how to get at most so many bytes of it."""

    parts: tuple[str, ...]
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


def collect(place: Path, names: Collection[str], known: Collection[str] = ()) -> list[Submission]:
    """The submissions in a folder or zip, by student.

    Accepted: `student/.../NN_topic.ipynb`, flat `student_NN_topic.ipynb`, and what Moodle and Canvas pack.
    `names` are the assignments that exist, which stand in flat file names; `known` are students of before.
    Raises `IntakeError` if `place` is neither a folder nor a readable zip, or holds nothing.
    """
    if place.is_dir():
        files = list(_list_folder(place))
    elif place.is_file():
        files = _drop_wrapper(list(list_zip(place)), names, known)
    else:
        raise IntakeError(f"{place} is neither a folder nor a zip with submissions.")
    found: dict[str, Submission] = {}
    for file in files:
        student = _find_student(file.parts, names) or PurePosixPath(file.name).stem
        found.setdefault(student, Submission(student)).files.append(file)
    if not found:
        raise IntakeError(f"{place} holds no submission: expected are {LAYOUTS}.")
    return [found[student] for student in sorted(found)]


def _normalise(text: str) -> str:
    # Some systems write an accent as a character of its own; one student must not become two. Nor must a name
    # move the cursor of a terminal, or turn the order of letters.
    odd = r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
    return re.sub(odd, "_", unicodedata.normalize("NFC", text))


def _is_hidden(parts: tuple[str, ...]) -> bool:
    """Whether a file is a system's own; a student's folder may begin with a dot."""
    first, *rest = parts
    own = first in _SYSTEM or (first.startswith(".") and not rest)
    return own or any(part.startswith(".") for part in rest)


def _list_folder(folder: Path) -> Iterator[File]:
    for base, folders, names in os.walk(folder):
        for name in sorted(names + [f for f in folders if os.path.islink(os.path.join(base, f))]):
            path = Path(base, name).relative_to(folder)
            parts = tuple(_normalise(_decode(os.fsencode(part))) for part in path.parts)
            if not _is_hidden(parts):
                link = not stat.S_ISREG((folder / path).lstat().st_mode)
                yield File(parts, partial(read_file, folder, path.parts), link)


def read_file(folder: Path, parts: tuple[str, ...], most: int) -> bytes:
    """At most so many bytes of a file in a folder.

    Raises `Refused` where it, or a folder on the way, is a link: one may have taken its place.
    """
    opened, nofollow = [os.open(folder, os.O_RDONLY)], getattr(os, "O_NOFOLLOW", 0)
    try:
        for part in parts:
            opened.append(os.open(part, os.O_RDONLY | nofollow | os.O_NONBLOCK, dir_fd=opened[-1]))
        if not stat.S_ISREG(os.fstat(opened[-1]).st_mode):
            raise Refused(f"{'/'.join(parts)} is no file")
        with open(opened.pop(), "rb") as stream:
            return stream.read(most)
    except OSError as error:
        raise Refused(f"{'/'.join(parts)} cannot be read ({error.strerror})") from None
    finally:
        for one in opened:
            os.close(one)


def list_zip(path: Path | BinaryIO) -> Iterator[File]:
    """The files in a zip, which a folder may have, or the bytes of another zip. Raises `IntakeError`."""
    try:
        archive = zipfile.ZipFile(path)  # open for as long as its files may be read
        members = archive.infolist()
    except Exception as error:  # the directory of a zip can be wrong in many ways
        raise IntakeError(f"{path} is not a zip that can be read ({error}).") from None
    if len(members) > MOST_FILES:
        raise IntakeError(f"{path} holds {len(members)} files; at most {MOST_FILES} are taken.")
    for member in members:
        name = _normalise(_decode_name(member)).replace("\\", "/")
        parts = tuple(part for part in PurePosixPath(name).parts if part not in ("/", "..", "."))
        if parts and not member.is_dir() and not _is_hidden(parts):
            link = stat.S_ISLNK(member.external_attr >> 16)
            yield File(parts, partial(_read_member, archive, member), link)


def _decode_name(member: zipfile.ZipInfo) -> str:
    """Names without the UTF-8 flag come from older systems: UTF-8 after all, or Chinese Windows."""
    if member.flag_bits & 0x800:
        return member.filename
    return _decode(member.filename.encode("cp437", "replace"))


def _decode(name: bytes) -> str:
    for encoding in ("utf-8", "gbk"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("cp437")  # which has a letter for each byte


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(f"{member.filename} is packed in a way that platforms do not use")
    with plain.reading(f"{member.filename} in the zip", "pack it anew and hand it in again"):
        try:
            with archive.open(member) as stream:
                return stream.read(most)  # only so much: what a zip says of a file's size may be a lie
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            raise zipfile.BadZipFile("it begins where no file is") from None


def _drop_wrapper(files: list[File], names: Collection[str], known: Collection[str]) -> list[File]:
    """Take off one folder around everything, if it names nobody and two students or more are in it."""
    tops = {file.parts[0] for file in files}
    if len(tops) != 1 or read_name((top := tops.pop(), "")) or top in known:
        return files
    inside = [file.parts[1:] for file in files if file.name.lower().endswith(HANDED_IN) and file.parts[1:]]
    students = {_find_student(parts, names) for parts in inside}
    # A notebook that lies in it under its own name is that of the one student whose folder it is.
    if None in students or len(students) < 2 or students <= {*names}:
        return files
    return [replace(file, parts=file.parts[1:]) for file in files if len(file.parts) > 1]


def _find_student(parts: tuple[str, ...], names: Collection[str]) -> str | None:
    """Whose file it is by its path; None where the path names nobody."""
    if packed := read_name(parts):
        return packed.student
    if len(parts) > 1:
        return parts[0]
    stem = PurePosixPath(parts[0]).stem
    for name in names:
        if found := re.search(rf"(?<=.)[_\-. ]{re.escape(name)}{COPY}$", stem):
            return stem[: found.start()]
    return None


def choose(submission: Submission, name: str) -> tuple[File, list[str]]:
    """The one file of a student that is to be graded, and the names of notebooks that were set aside.

    Of several tries the last counts, whatever a platform or browser put behind its name. Raises `Refused` if
    there is none, or more than one that could be meant.
    """
    notebooks = [file for file in submission.files if file.is_notebook]
    usable = [file for file in notebooks if not file.link]
    if not usable:
        if notebooks:
            raise Refused(f"{notebooks[0].name} is a link, not a file")
        there = ", ".join(file.parts[-1] for file in submission.files[:3])
        raise Refused(f"no notebook is there, only {there}")
    own = re.compile(rf"(?:^|[_\-. ]){re.escape(name)}{COPY}\.ipynb$", re.IGNORECASE)
    tries = [file for file in usable if own.search(file.parts[-1])]
    last = max((number_copy(file.parts[-1]) for file in tries), default=0)
    candidates = [file for file in tries if number_copy(file.parts[-1]) == last] or usable
    exact = [file for file in candidates if file.parts[-1] == f"{name}.ipynb"]
    if len(chosen := exact if len(exact) == 1 else candidates) > 1:
        listed = ", ".join(file.name for file in chosen[:4])
        raise Refused(f"{len(chosen)} notebooks could be meant ({listed}); keep one, named {name}.ipynb")
    return chosen[0], [file.name for file in notebooks if file is not chosen[0]]


def read_contents(file: File, most: int) -> bytes:
    """The bytes of a notebook of at most `most` MB. Raises `Refused` if it is larger or cannot be read."""
    with plain.reading(file.name):
        data = file.read(most * MB + 1)
    if len(data) > most * MB:
        raise Refused(f"{file.name} has more than {most} MB; clear its outputs and hand it in again")
    return data
