"""What the grader needs to know of a course: where it lies, what its notebooks may read."""

import hashlib
import os
import platform
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from pathlib import Path
from pkgutil import resolve_name
from typing import Any


@dataclass(frozen=True)
class Course:
    """The settings of a course.

    A run names them by `at`, "module:NAME", as workers on other machines must find their own.
    """

    at: str
    readable: Mapping[str, Path] = field(default_factory=dict)
    """What a notebook may read beside Python, such as a library and its tables, each with a word for it."""
    path: tuple[Path, ...] = ()  # folders from which a notebook imports, beside Python's own
    recording: Mapping[str, str] = field(default_factory=lambda: {"RECORD_ANSWERS": "1"})
    """Environment variables under which a solution records its answers."""
    checks: str = 'from plain_answers.checking import Checks\ncheck = Checks("RECORD_ANSWERS")'
    """The lines by which a notebook gets `check`."""
    pins: Path | None = None  # a requirements file: workers must have its packages in the same versions
    assignments: Path = Path("assignments")
    """The folder of the folders `source` and `release`, as nbgrader has them."""
    grades: Path = Path("grades")  # the folder of results
    others: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    """Assignments that persons mark and that lie elsewhere, such as a project; each with what makes it."""
    prepare: Callable[[str], object] = str
    """Makes an assignment anew if what it is made from has changed; called with its name before it grades."""

    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        """Pickle a course by its name: a worker has its own paths."""
        return resolve_name, (self.at,)

    @cached_property
    def version(self) -> dict[str, str]:
        """All that decides about marks, each with what identifies it on this machine."""
        found = {"grader": _digest_folder(Path(__file__).parent), "Python": platform.python_version()}
        found |= {what: _digest_folder(path) for what, path in self.readable.items()}
        return found | ({"packages": _digest_packages(self.pins)} if self.pins else {})


def count_cores() -> int:
    """How many processors this process may use."""
    may_use = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    return len(may_use(0)) if may_use else os.cpu_count() or 1


def _digest_packages(pins: Path) -> str:
    installed = []
    for name in re.findall(r"^[\w-]+", pins.read_text(encoding="utf-8"), re.MULTILINE):
        try:
            installed.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return hashlib.sha256(repr(installed).encode()).hexdigest()[:12]


def _digest_folder(folder: Path) -> str:
    """The same for the same files, wherever the folder lies."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


PLAIN = Course("notebook_grader.course:PLAIN")
"""A course that has nothing of its own: notebooks import what is installed."""
