"""Files that are made: written whole or not at all, only where they change, and known by their hashes."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

from coursework.making.freshness import digest


class MasterError(ValueError):
    """A master that cannot be used; the message has one line for each fault."""


def write_file(target: Path, content: str | bytes) -> bool:
    """Write a file whole or not at all, and only where it would change; returns whether it did."""
    data = content.encode() if isinstance(content, str) else content
    if target.exists() and target.read_bytes() == data:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return True


def digest_of(*paths: Path) -> str:
    """The hash of files, and of all files in folders, with their names."""
    files: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        files += [file for file in inside if file.is_file() and "__pycache__" not in file.parts]
    return digest(*(part for file in files for part in (file.name, file.read_bytes())))


class Record:
    """What files were made from, kept beside them: one is fresh while it and its origin are the same."""

    def __init__(self, root: Path, name: str) -> None:
        self._root, self._file = root, root / name
        try:
            self._noted: dict[str, list[str]] = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._noted = {}

    def _name(self, target: Path) -> str:
        return target.relative_to(self._root).as_posix()

    def is_fresh(self, origin: str, targets: Iterable[Path]) -> bool:
        """Whether all these files were made from what has this hash, and have not changed since."""
        return all(
            target.is_file() and self._noted.get(self._name(target)) == [origin, digest_of(target)]
            for target in targets
        )

    def note(self, origin: str, targets: Iterable[Path]) -> None:
        """Remember that these files were just made."""
        self._noted |= {self._name(target): [origin, digest_of(target)] for target in targets}
        write_file(self._file, json.dumps(self._noted, indent=1, sort_keys=True) + "\n")
