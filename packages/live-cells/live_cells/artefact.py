"""The laboratory as a folder of files that pages load, the same bytes on every machine.

Builds of a book only read it. Packed as one zip, it goes to other machines.
"""

import gzip
import hashlib
import json
import shutil
import sys
import tomllib
import zipfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from live_cells import zips

MANIFEST = Path(__file__).with_name("manifest.toml")
# In the environment, so that other builds and worktrees share it.
KEPT = Path(sys.prefix) / "share" / "lab"
PACKAGES, LIBRARY, LOCK, SIZES = (
    "packages.zip",
    "python_stdlib.zip",
    "pyodide-lock.json",
    "sizes.json",
)
# Fetched when the reader edits a cell, not to run it.
EDITOR = "codemirror.js"


class Unusable(Exception):
    """A file is not the laboratory of the manifest."""


@dataclass(frozen=True)
class File:
    """One file of a manifest. Of a wheel, entries that match `without` but not `keep` are left
    out."""

    name: str
    sha256: str
    into: str  # the part of the laboratory that it belongs to
    places: list[str]  # sources, tried in order
    depends: list[str] = field(default_factory=list)  # other wheels that a wheel needs
    without: list[str] = field(default_factory=list)
    keep: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Manifest:
    """The files that a laboratory is made of, in the order in which they are fetched."""

    made: int  # version of the maker, raised when it makes something else of the same files
    sha256: str  # of the laboratory as a zip; "" if unknown
    pyodide: dict[str, str]  # the "info" of Pyodide's lock file
    file: list[File]

    @property
    def folder(self) -> Path:
        """Folder of the laboratory, named by a hash of everything but the places of files."""
        made_of = [
            self.made,
            self.pyodide,
            sorted((file.name, file.sha256, file.into) for file in self.file),
        ]
        return KEPT / hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:12]

    def list_needed(self, packages: list[str]) -> set[str]:
        """List packages with all their dependencies."""
        depends = {file.name.split("-")[0]: file.depends for file in self.file}
        needed: set[str] = set()
        waiting = list(packages)
        while waiting:
            if (package := waiting.pop()) not in needed:
                needed.add(package)
                waiting += depends.get(package, [])
        return needed


@cache
def read_manifest() -> Manifest:
    """Read the manifest of this package."""
    content: dict[str, Any] = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))
    return Manifest(**content | {"file": [File(**entry) for entry in content["file"]]})


def read_sizes(folder: Path) -> dict[str, list[int]]:
    """Read the sizes of files: bytes on the wire, and bytes."""
    return json.loads((folder / SIZES).read_text(encoding="utf-8"))


def finish(part: Path, folder: Path) -> None:
    """Note the sizes of all files and move them to the laboratory's folder."""
    sizes = {}
    for path in sorted(part.iterdir()):
        content = path.read_bytes()
        # Static hosts compress the other files.
        packed = content if path.suffix in (".zip", ".whl") else gzip.compress(content, 6)
        sizes[path.name] = [len(packed), len(content)]
    (part / SIZES).write_text(json.dumps(sizes), encoding="utf-8")
    part.replace(folder)


def pack(folder: Path, target: Path) -> str:
    """Write the laboratory as a zip and return its SHA-256, which does not depend on the
    machine."""
    # Sizes are left out: they depend on this machine's compression.
    files = [path for path in sorted(folder.iterdir()) if path.name != SIZES]
    packed = zips.pack(((path.name, path.read_bytes()) for path in files), compressed=False)
    target.write_bytes(packed)
    return hashlib.sha256(packed).hexdigest()


def unpack(source: Path, manifest: Manifest) -> None:
    """Take the laboratory from a zip that `pack` wrote; raises `Unusable` if it is another one."""
    if not source.is_file():
        raise Unusable(f"There is no file {source}.")
    checksum = hashlib.sha256(source.read_bytes()).hexdigest()
    if checksum != manifest.sha256:
        fault = f"its sha256 is {checksum}, not {manifest.sha256 or 'known'}"
        raise Unusable(f"{source.name} is not the laboratory of this manifest: {fault}.")
    part = manifest.folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    zipfile.ZipFile(source).extractall(part)
    finish(part, manifest.folder)
