"""Settings of a course: where it lies, what its notebooks may read."""

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
    """The settings of a course. `at` is their import path, "module:NAME", by which workers on other
    machines load their own."""

    at: str
    readable: Mapping[str, Path] = field(default_factory=dict)
    """Folders that a notebook may read beside Python, by name, such as a library and its tables."""
    path: tuple[Path, ...] = ()  # folders from which a notebook imports, beside Python's own
    recording: Mapping[str, str] = field(default_factory=lambda: {"RECORD_ANSWERS": "1"})
    """Environment variables under which a solution records its answers."""
    checks: str = 'from plain_answers.checking import Checks\ncheck = Checks("RECORD_ANSWERS")'
    """The lines that define `check` in a notebook."""
    pins: Path | None = (
        None  # requirements file: workers must have these packages in the same versions
    )
    assignments: Path = Path("assignments")
    """Folder with nbgrader's folders `source` and `release`."""
    grades: Path = Path("grades")  # the folder of results
    others: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    """Factories of assignments that lie elsewhere and are marked by persons, such as a project."""
    prepare: Callable[[str], object] = str
    """Called with an assignment's name before it is graded, to rebuild it if sources changed."""
    remedy: Callable[[str], str] = "put {} back into the folder of assignments".format
    """Says how to get an assignment that is not built, by its name."""

    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        """Pickle a course by its name: a worker has its own paths."""
        return resolve_name, (self.at,)

    @cached_property
    def version(self) -> dict[str, str]:
        """Versions on this machine of everything that decides about marks."""
        versions = {
            "grader": _digest_folder(Path(__file__).parent),
            "Python": platform.python_version(),
        }
        versions |= {name: _digest_folder(path) for name, path in self.readable.items()}
        return versions | ({"packages": _digest_packages(self.pins)} if self.pins else {})


def count_cores() -> int:
    """Number of processors that this process may use."""
    get_affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    return len(get_affinity(0)) if get_affinity else os.cpu_count() or 1


def _digest_packages(pins: Path) -> str:
    installed = []
    for name in re.findall(r"^[\w-]+", pins.read_text(encoding="utf-8"), re.MULTILINE):
        try:
            installed.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return hashlib.sha256(repr(installed).encode()).hexdigest()[:12]


def _digest_folder(folder: Path) -> str:
    """Digest of a folder's files, independent of where it lies."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


PLAIN = Course("notebook_grader.course:PLAIN")
"""A course without settings of its own: notebooks import what is installed."""
