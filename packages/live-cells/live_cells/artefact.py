"""The laboratory, once it is made: a folder of files that pages load, the same bytes on every machine.

The build looks here, and needs nothing that makes it. As one zip, with one sum, it goes to other machines.
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
# Beside the environment's packages: a clone's builds, and its other work trees, need not make it again.
KEPT = Path(sys.prefix) / "share" / "lab"
PACKAGES, LIBRARY, LOCK, SIZES = "packages.zip", "python_stdlib.zip", "pyodide-lock.json", "sizes.json"
# Fetched to write, and not to run.
EDITOR = "codemirror.js"


class Unusable(Exception):
    """A file that was given as the laboratory is another one: the message says so in a sentence."""


@dataclass(frozen=True)
class File:
    """One file of a manifest: its name and sum, what it becomes part of, and the places that have it.

    Of a wheel, entries that match `without` and not `keep` (patterns of `fnmatch`) stay out, and `depends`
    are the other wheels that it needs.
    """

    name: str
    sha256: str
    into: str
    places: list[str]
    depends: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    keep: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Manifest:
    """What a laboratory is made of.

    Parameters
    ----------
    made : int
        Goes up when the maker makes something else of the same files.
    sha256 : str
        Of the laboratory as a zip; "" where it is not known.
    pyodide : dict
        What Pyodide says of itself in its lock file.
    file : list of File
        In the order in which they are fetched.
    """

    made: int
    sha256: str
    pyodide: dict[str, str]
    file: list[File]

    @property
    def folder(self) -> Path:
        """Where the laboratory lies once it is made: what it is of names it, not the places that have it."""
        made_of = [self.made, self.pyodide, sorted((file.name, file.sha256, file.into) for file in self.file)]
        return KEPT / hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:12]

    def list_needed(self, packages: list[str]) -> set[str]:
        """These packages and those that they need, and so on."""
        depends = {file.name.split("-")[0]: file.depends for file in self.file}
        found: set[str] = set()
        waiting = list(packages)
        while waiting:
            if (package := waiting.pop()) not in found:
                found.add(package)
                waiting += depends.get(package, [])
        return found


@cache
def read_manifest(path: Path = MANIFEST) -> Manifest:
    """The manifest of a file, by default the package's own."""
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return Manifest(**content | {"file": [File(**entry) for entry in content["file"]]})


def read_sizes(folder: Path) -> dict[str, list[int]]:
    """Of each file: bytes on the wire, and bytes."""
    return json.loads((folder / SIZES).read_text(encoding="utf-8"))


def finish(part: Path, folder: Path) -> None:
    """Make a folder the laboratory, when all its files are there."""
    sizes = {path.name: _weigh(path) for path in sorted(part.iterdir())}
    (part / SIZES).write_text(json.dumps(sizes), encoding="utf-8")
    part.replace(folder)


def _weigh(path: Path) -> list[int]:
    """A static host compresses what is not compressed yet."""
    content = path.read_bytes()
    wire = len(content) if path.suffix in (".zip", ".whl") else len(gzip.compress(content, 6))
    return [wire, len(content)]


def pack(folder: Path, target: Path) -> str:
    """Write the laboratory as one zip; returns its sum, which is the same wherever it was made."""
    # Sizes are left out: they are as this machine compresses.
    files = [path for path in sorted(folder.iterdir()) if path.name != SIZES]
    packed = zips.pack(((path.name, path.read_bytes()) for path in files), compressed=False)
    target.write_bytes(packed)
    return hashlib.sha256(packed).hexdigest()


def unpack(source: Path, manifest: Manifest) -> None:
    """Take the laboratory from a zip that `pack` wrote.

    Raises
    ------
    Unusable
        If the file is not there, or is not the laboratory of this manifest.
    """
    if not source.is_file():
        raise Unusable(f"There is no file {source}.")
    found = hashlib.sha256(source.read_bytes()).hexdigest()
    if found != manifest.sha256:
        raise Unusable(
            f"{source.name} is not the laboratory of this manifest: its sha256 is {found}, "
            f"not {manifest.sha256 or 'known'}."
        )
    part = manifest.folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    zipfile.ZipFile(source).extractall(part)
    finish(part, manifest.folder)
