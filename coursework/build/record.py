"""Files that are made: written whole or not at all, and made again only where their hashes differ.

A file is up to date while the hash of what it was made from, and its own, are those on record.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


def digest(*parts: bytes | str) -> str:
    """Short hash of a sequence of strings; ("ab", "c") and ("a", "bc") differ."""
    sum_ = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        sum_.update(len(raw).to_bytes(8, "big") + raw)
    return sum_.hexdigest()[:16]


def digest_files(*paths: Path) -> str:
    """Hash of files, and of all files in folders, with their names."""
    files: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        files += [file for file in inside if file.is_file() and "__pycache__" not in file.parts]
    return digest(*(part for file in files for part in (file.name, file.read_bytes())))


def write_file(target: Path, content: str | bytes) -> bool:
    """Write a file atomically, and only if its content changes. Returns whether it was written."""
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


@dataclass(frozen=True)
class Step:
    """Files that are made together: a name, the hash of what they depend on, and how to make
    them."""

    name: str
    origin: str
    targets: Iterable[Path]
    make: Callable[[], Iterable[str | bytes]]

    def state(self, root: Path) -> dict[str, list[str]]:
        """Origin and hash of each target, by its path below `root`."""
        return {
            target.relative_to(root).as_posix(): [self.origin, digest_files(target)]
            for target in self.targets
        }


def read_record(record: Path) -> dict[str, list[str]]:
    """Origin and hash of each file that was made, by its path."""
    try:
        return json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def run_steps(root: Path, record: Path, steps: Iterable[Step]) -> list[str]:
    """Run the steps whose files are outdated, in their order. Returns the names of these steps.

    `record` is the JSON file that says what the files below `root` were made from.
    """
    noted = read_record(record)
    stale = [step for step in steps if not step.state(root).items() <= noted.items()]
    for number, step in enumerate(stale, start=1):
        for target, content in zip(step.targets, step.make(), strict=True):
            write_file(target, content)
        noted |= step.state(root)
        write_file(record, json.dumps(noted, indent=1, sort_keys=True) + "\n")
        print(f"Coursework {number} of {len(stale)}: {step.name} made", file=sys.stderr, flush=True)
    return [step.name for step in stale]
