"""Which version of the course a machine has: everything that decides about marks, in values that can be
compared.

Two machines give the same marks for the same submission only if they agree in all of it.
"""

import hashlib
import platform
import re
from functools import cache
from importlib import metadata
from pathlib import Path

from notebook_grader.sandbox import ROOT, STANDS_ON

LIBRARY, TABLES, GRADER = FILES = "library", "tables", "grader"


def read_version() -> dict[str, str]:
    """Part of the course -> what identifies its version on this machine, as it is now."""
    return {
        **_list_software(),
        LIBRARY: "".join(_digest_folder(ROOT / part) for part in ("jingjinji", *STANDS_ON)),
        TABLES: _digest_folder(ROOT / "data"),
        GRADER: _GRADER,
    }


def describe_difference(ours: dict[str, str], theirs: dict[str, str]) -> str | None:
    """How another machine's version differs, as the end of a sentence about it; None if it does not."""
    parts = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
    changes = [f"other {name}" for name in FILES if name in parts]
    changes += [
        f"{name} {theirs.get(name, 'missing')} instead of {ours.get(name, 'none')}"
        for name in parts
        if name not in FILES
    ]
    return f"it has another version of the course ({', '.join(changes)})" if changes else None


@cache
def _list_software() -> dict[str, str]:
    """Versions of Python and of each package that requirements.txt pins."""
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    found = {"Python": platform.python_version()}
    for name in re.findall(r"^([\w-]+)", pins, re.MULTILINE):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _digest_folder(folder: Path) -> str:
    """The same for the same files, wherever the folder lies."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


# When it is loaded: a process goes on with the grader that it has in memory, whatever becomes of the files.
_GRADER = _digest_folder(Path(__file__).parent)
