"""Results, one file a student, so that an interrupted run can be continued."""

import hashlib
import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import nbformat
from filelock import FileLock
from nbformat import NotebookNode

from notebook_grader import files
from notebook_grader.files import StoreError
from notebook_grader.hand_in import intake
from notebook_grader.hand_in.platforms import Packed, read_name
from notebook_grader.judge.cell import Cell

T = TypeVar("T")
VERSION = ".version"  # file with the version of the assignment by which results were graded last
FACTS = (  # what other commands need to know of a run: refusals, points in all, groups, members
    "class.json"
)


@dataclass
class Result:
    """One graded submission. `version` identifies the key and cells by which it was graded,
    `fingerprint` also the file and the limits. `replaced` are the digests of the files that were
    graded before it.
    """

    student: str
    fingerprint: str
    file: str
    sha256: str
    cells: dict[str, Cell]
    remarks: list[str] = field(default_factory=list)
    version: str = ""
    replaced: list[str] = field(default_factory=list)

    @property
    def packed(self) -> Packed | None:
        """The parsed name that a platform gave the file, if one did."""
        return read_name(PurePosixPath(self.file).parts)


def lock_marks(folder: Path) -> FileLock:
    """Lock on the marks of a folder of results, held between reading and writing them."""
    return FileLock(folder / ".manual.lock")


class Store:
    """The folder of one assignment's results; only its owner can read it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Remove what a killed run was writing. Nothing else is being written: runs lock the folder,
        # the desk locks the marks.
        with lock_marks(folder):
            for path in (
                *folder.glob(f"{files.UNFINISHED}*"),
                *folder.glob(f"*/{files.UNFINISHED}*"),
            ):
                path.unlink()

    def find_file(self, kind: str, student: str, ending: str) -> Path:
        """Path of a student's file of some kind."""
        return self.folder / kind / f"{make_file_name(student)}{ending}"

    def save(self, result: Result, notebook: str, data: bytes) -> None:
        """Keep a result, its executed notebook and the submission; the result last, when the others
        exist."""
        if hashlib.sha256(data).hexdigest() == result.sha256:
            files.write(self.find_file("submissions", result.student, ".ipynb"), data)
        files.write(self.find_file("notebooks", result.student, ".ipynb"), notebook)
        self._write_result(result)

    def rename(self, result: Result, student: str) -> Result:
        """Keep a result under another name of its student."""
        renamed = replace(result, student=student)
        for kind, ending in (("submissions", ".ipynb"), ("notebooks", ".ipynb")):
            path = self.find_file(kind, result.student, ending)
            if path.exists():
                path.replace(self.find_file(kind, student, ending))
        self._write_result(renamed)
        for kind, ending in (("results", ".json"), ("feedback", ".html")):
            self.find_file(kind, result.student, ending).unlink(missing_ok=True)
        return renamed

    def _write_result(self, result: Result) -> None:
        text = json.dumps(asdict(result), ensure_ascii=False, indent=1)
        files.write(self.find_file("results", result.student, ".json"), text + "\n")

    def read_notebook(self, student: str) -> NotebookNode:
        """Read the executed notebook of a student. Raises `StoreError` if it is broken."""
        path = self.find_file("notebooks", student, ".ipynb")
        try:
            return nbformat.v4.reads(path.read_text(encoding="utf-8"))
        except (ValueError, AttributeError, LookupError):
            raise StoreError(f"{path} is cut off: grade {student} again with --again.") from None

    def read_submission(self, result: Result) -> intake.Submission | None:
        """The submission of a student as it was kept; None if it is gone."""
        path = self.find_file("submissions", result.student, ".ipynb")
        if not path.is_file():
            return None
        read = partial(intake.read_file, path.parent, (path.name,))
        return intake.Submission(
            result.student, [intake.File(PurePosixPath(result.file).parts, read)]
        )


def read_members(folder: Path, results: Mapping[str, Result]) -> dict[str, str]:
    """Read by whose result the others of a group are marked, who have none."""
    members = files.read_kept(folder / FACTS).get("members", {})
    return {one: whose for one, whose in members.items() if whose in results and one not in results}


def list_graded(grades: Path) -> list[str]:
    """List the assignments that have results in a folder of grades."""
    return sorted(path.parent.name for path in grades.glob("*/results") if path.is_dir())


def read_results(folder: Path) -> dict[str, Result]:
    """Read all results of an assignment, by student.

    Those of other versions of the grader are read as far as this one knows their fields. Raises
    `StoreError`, which names all that are broken.
    """
    results = {}
    broken = []
    for path in sorted((folder / "results").glob("*.json")):
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            cells = {name: _take_known(Cell, cell) for name, cell in raw["cells"].items()}
            sum(cell.out_of + (cell.points or 0) for cell in cells.values())  # numbers
            result = _take_known(Result, raw | {"cells": cells})
            if make_file_name(result.student) != path.stem:
                raise ValueError
            results[result.student] = result
        except (ValueError, TypeError, LookupError, AttributeError):
            broken.append(path.name)
    if broken:
        raise StoreError(
            f"{folder / 'results'}: {', '.join(broken[:6])}{' ...' * (len(broken) > 6)} cannot be"
            f" read ({len(broken)} in all): put copies back, or delete them and grade again."
        )
    return results


def _take_known(kind: Callable[..., T], raw: dict[str, Any]) -> T:
    """Make an object of the fields that this version knows."""
    return kind(
        **{field: raw[field] for field in raw.keys() & inspect.signature(kind).parameters.keys()}
    )


def choose_current(folder: Path, results: dict[str, Result]) -> dict[str, Result]:
    """Select the results that count: those of the version by which was graded last."""
    path = folder / VERSION
    version = path.read_text(encoding="utf-8").strip() if path.exists() else None
    return {
        student: result for student, result in results.items() if version in (None, result.version)
    }


def make_file_name(student: str) -> str:
    """File name for a student: the name itself if every file system can hold it, else a part and a
    digest."""
    plain = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in student)
    looks_digested = re.search(r"-[0-9a-f]{8}$", student)
    if (
        plain == student
        and student[:1] != "."
        and not looks_digested
        and len(student.encode()) < 200
    ):
        return student
    digest = hashlib.sha256(student.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{plain[:60].lstrip('.')}-{digest}"
