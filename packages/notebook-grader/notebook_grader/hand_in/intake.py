"""Find each student's notebook in a folder or a zip, in the layouts of learning platforms.

Zips are never unpacked to disk, and links are not followed: a submission is bytes until it is
graded.
"""

import errno
import io
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

from notebook_grader.hand_in import plain
from notebook_grader.hand_in.plain import Refused
from notebook_grader.hand_in.platforms import COPY, LAYOUTS, number_copy, read_name
from notebook_grader.limits import MB
from notebook_grader.progress import clean

_SYSTEM = {"__MACOSX", ".git", ".svn", ".ipynb_checkpoints", ".Trash", ".cache", ".venv"}
Names = Collection[str]
MOST_FILES = 100_000
HANDED_IN = (".ipynb", ".zip")  # suffixes of submissions
MOST_PACKED = 40  # MB of a zip with one notebook
MOST_COMPARED = 20  # notebooks of one student that are read to find the worked one
# Platforms and systems keep a link that was handed in as a small file.
_LINK = re.compile(rb"https?://(?!www\.(?:w3\.org|apple\.com/DTDs))[!#-;=?-~]{4,200}")


class IntakeError(ValueError):
    """The whole collection cannot be read."""


@dataclass(frozen=True)
class File:
    """One file of the collection: the parts of its path, and a function that reads at most so many
    bytes."""

    parts: tuple[str, ...]
    read: Callable[[int], bytes]
    link: bool = False
    hidden: bool = False

    @property
    def name(self) -> str:
        """Path within the collection."""
        return "/".join(self.parts)

    @property
    def is_notebook(self) -> bool:
        """Whether its name is that of a notebook."""
        return self.name.lower().endswith(".ipynb")


@dataclass
class Submission:
    """All files of one student."""

    student: str
    files: list[File] = field(default_factory=list)

    @property
    def first(self) -> str:
        """Name of the first file, empty if only hidden ones were there."""
        return self.files[0].name if self.files else ""


def collect(place: Path, names: Names, known: Names = ()) -> list[Submission]:
    """Collect the submissions in a folder or zip, sorted by student.

    Accepted are `student/.../NN_topic.ipynb`, flat `student_NN_topic.ipynb`, and zips of Moodle and
    Canvas. `names` are the existing assignments, which stand in flat file names; `known` are
    students of earlier runs. Raises `IntakeError` if `place` is neither a folder nor a readable
    zip, or is empty.
    """
    if not place.is_dir() and not place.is_file():
        raise IntakeError(f"{place} is neither a folder nor a zip with submissions.")
    listed = list(_list_folder(place) if place.is_dir() else _list_members(place))
    submissions: dict[str, Submission] = {}
    for file in _drop_wrapper(listed, names, known, place.is_dir()):
        if file.hidden and (len(file.parts) == 1 or file.parts[0].startswith(".")):
            continue
        student = _find_student(file.parts, names) or PurePosixPath(file.name).stem
        submission = submissions.setdefault(student, Submission(student))
        submission.files += [] if file.hidden else [file]
    if not submissions:
        raise IntakeError(f"{place} holds no submission: expected are {LAYOUTS}.")
    return [submissions[student] for student in sorted(submissions)]


def _normalise(text: str) -> str:
    # Some systems write an accent as a separate character: one student must not become two.
    text = clean(unicodedata.normalize("NFC", text)).replace("\n", "_")
    return re.sub(r"(\.ipynb)\.(?:txt|json)$", r"\1", text)  # as some browsers save a notebook


def _is_hidden(parts: tuple[str, ...]) -> bool:
    """Whether a file is a system file; the folder of a student may begin with a dot."""
    first, *rest = parts
    return first in _SYSTEM or any(part.startswith(".") for part in rest or [first])


def _list_folder(folder: Path) -> Iterator[File]:
    for base, folders, names in os.walk(folder):
        for name in sorted(names + [f for f in folders if os.path.islink(os.path.join(base, f))]):
            path = Path(base, name).relative_to(folder)
            parts = tuple(_normalise(_decode(os.fsencode(part))) for part in path.parts)
            if parts[0] not in _SYSTEM:
                link = not stat.S_ISREG((folder / path).lstat().st_mode)
                yield File(parts, partial(read_file, folder, path.parts), link, _is_hidden(parts))


def read_file(folder: Path, parts: tuple[str, ...], most: int) -> bytes:
    """Read at most so many bytes of a file in a folder.

    Raises `Refused` if it, or a folder on its path, is a link: a link may have replaced it since it
    was listed.
    """
    opened = [os.open(folder, os.O_RDONLY)]
    nofollow = getattr(os, "O_NOFOLLOW", 0)
    try:
        for part in parts:
            opened.append(os.open(part, os.O_RDONLY | nofollow | os.O_NONBLOCK, dir_fd=opened[-1]))
        if not stat.S_ISREG(os.fstat(opened[-1]).st_mode):
            raise Refused(f"{'/'.join(parts)} is not a file")
        with open(opened.pop(), "rb") as stream:
            return stream.read(most)
    except OSError as error:
        raise Refused(f"{'/'.join(parts)} cannot be read ({error.strerror})") from None
    finally:
        for descriptor in opened:
            os.close(descriptor)


def list_zip(path: Path | BinaryIO) -> Iterator[File]:
    """List the files in a zip, but hidden ones, given by path or as a stream. Raises
    `IntakeError`."""
    return (file for file in _list_members(path) if not file.hidden)


def _list_members(path: Path | BinaryIO) -> Iterator[File]:
    try:
        archive = zipfile.ZipFile(path)  # stays open while its files may be read
        members = archive.infolist()
    except Exception as error:  # the directory of a zip can be wrong in many ways
        raise IntakeError(f"{path} is not a zip that can be read ({error}).") from None
    if len(members) > MOST_FILES:
        raise IntakeError(f"{path} holds {len(members)} files; at most {MOST_FILES} are taken.")
    for member in members:
        name = member.filename
        if not member.flag_bits & 0x800:  # older systems do not mark UTF-8, or use another encoding
            name = _decode(name.encode("cp437", "replace"))
        name = _normalise(name).replace("\\", "/")
        parts = tuple(part for part in PurePosixPath(name).parts if part not in ("/", "..", "."))
        if parts and not member.is_dir() and parts[0] not in _SYSTEM:
            link = stat.S_ISLNK(member.external_attr >> 16)
            yield File(parts, partial(_read_member, archive, member), link, _is_hidden(parts))


def _decode(name: bytes) -> str:
    """Decode a name: UTF-8, or that of Chinese Windows."""
    for encoding in ("utf-8", "gbk"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("cp437")  # decodes any byte


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(f"{member.filename} uses a compression method that platforms do not use")
    with plain.reading(f"{member.filename} in the zip", "pack it again and hand it in again"):
        try:
            with archive.open(member) as stream:
                return stream.read(most)  # the size that a zip states may be false
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            raise zipfile.BadZipFile("it begins where no file is") from None


def _drop_wrapper(files: list[File], names: Names, known: Names, in_folder: bool) -> list[File]:
    """Remove the folders around everything, if none is a student's and in them are a platform's
    names.

    In a zip two students or more are enough.
    """
    tops = {file.parts[0] for file in files if len(file.parts) > 1 or not file.hidden}
    if len(tops) != 1 or read_name((top := tops.pop(), "")) or top in known:
        return files
    inner = [replace(file, parts=file.parts[1:]) for file in files if len(file.parts) > 1]
    inside = [file.parts for file in inner if file.name.lower().endswith(HANDED_IN)]
    packed = inside and all(map(read_name, inside))
    students = {_find_student(one, names) for one in inside}
    # A notebook under the assignment's own name belongs to the one student whose folder this is.
    if packed or not (in_folder or None in students or len(students) < 2 or students <= {*names}):
        return inner
    deeper = _drop_wrapper(inner, names, known, in_folder)
    return files if deeper is inner else deeper


def _find_student(parts: tuple[str, ...], names: Names) -> str | None:
    """Find the student in the path of a file; None if the path names nobody."""
    if packed := read_name(parts):
        return packed.student
    if len(parts) > 1:
        return parts[0]
    stem = PurePosixPath(parts[0]).stem
    for name in names:
        if ending := re.search(rf"(?<=.)[_\-. ]{re.escape(name)}{COPY}$", stem):
            return stem[: ending.start()]
    return None


def choose(
    submission: Submission, name: str, is_worked: Callable[[File], bool] | None = None
) -> tuple[File, list[str]]:
    """Choose the file of a student to grade; returns it and the names of notebooks that were set
    aside.

    An untouched copy never counts beside one that `is_worked`. Of several attempts the last counts,
    by the suffix of a platform or browser. Raises `Refused` if there is no notebook, or the choice
    is ambiguous.
    """
    notebooks = [file for file in submission.files if file.is_notebook] or _unpack(submission.files)
    usable = [file for file in notebooks if not file.link]
    if not usable:
        if notebooks:
            raise Refused(f"{notebooks[0].name} is a link, not a file")
        there = ", ".join(map(_describe, submission.files[:3])) or "hidden files"
        raise Refused(f"there is no notebook, only {there}")
    compared = is_worked is not None and 1 < len(usable) <= MOST_COMPARED
    worked = [file for file in usable if is_worked and is_worked(file)] if compared else []
    candidates = _keep_last(worked or usable, name)
    # Which of two worked ones is meant, only their author knows; of others the exact name tells.
    others = [file for file in worked if file not in candidates and not _is_try(file, name)]
    exact = [file for file in candidates if file.parts[-1] == f"{name}.ipynb" and not worked]
    if len(chosen := exact if len(exact) == 1 else candidates + others) > 1:
        listed = ", ".join(file.name for file in chosen[:4])
        raise Refused(
            f"{len(chosen)} notebooks could be meant ({listed}); keep one, named {name}.ipynb"
        )
    return chosen[0], [file.name for file in notebooks if file is not chosen[0]]


def _is_try(file: File, name: str) -> bool:
    """Whether a file is named as the assignment, maybe with a platform's or browser's number."""
    named = rf"(?:^|[_\-. ]){re.escape(name)}{COPY}\.ipynb$"
    return bool(re.search(named, file.parts[-1], re.IGNORECASE))


def _keep_last(files: list[File], name: str) -> list[File]:
    """Keep the last of those that are named as the assignment; all files if none is."""
    tries = [file for file in files if _is_try(file, name)]
    last = max((number_copy(file.parts[-1]) for file in tries), default=0)
    return [file for file in tries if number_copy(file.parts[-1]) == last] or files


def _unpack(files: list[File]) -> list[File]:
    """List the notebooks in a student's only zip, under its name."""
    zips = [file for file in files if file.name.lower().endswith(".zip") and not file.link]
    if len(zips) != 1:
        return []
    *folders, name = zips[0].parts
    try:
        inside = [*list_zip(io.BytesIO(read_contents(zips[0], MOST_PACKED)))]
    except IntakeError:
        raise Refused(f"{name} is no zip that can be read; hand in the notebook alone") from None
    return [
        replace(one, parts=(*folders, f"{name} {one.parts[-1]}"))
        for one in inside
        if one.is_notebook
    ]


def _describe(file: File) -> str:
    """Name a file that is no notebook, with the first link in it."""
    is_text = file.name.lower().endswith(
        (".url", ".html", ".htm", ".txt", ".webloc", ".desktop", ".md")
    )
    link = _LINK.search(file.read(100_000)) if is_text and not file.link else None
    advice = "download the notebook from there as .ipynb, and hand that in"
    return (
        f"{file.parts[-1]} with the link {link[0].decode()} ({advice})" if link else file.parts[-1]
    )


def read_contents(file: File, most: int) -> bytes:
    """Read a notebook of at most `most` MB. Raises `Refused` if it is larger or cannot be read."""
    with plain.reading(file.name):
        data = file.read(most * MB + 1)
    if len(data) > most * MB:
        raise Refused(
            f"{file.name} has more than {most} MB; clear its outputs and hand it in again"
        )
    return data
