"""Fetch what the laboratory is made of, as `manifest.toml` names it, by checksum: nothing is fetched twice.

Packages come through the machine's own pip and npm, which know its mirrors.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import urllib.request
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from book.lab.kept import KEPT, MANIFEST

_WAIT = 20  # seconds for a host that may be out of reach


class Unobtainable(Exception):
    """No place has a file, or one has another file under its name: the message says so in a sentence."""


@dataclass(frozen=True)
class File:
    """One file of the manifest: where it goes and where it may come from."""

    name: str
    sha256: str
    into: str
    places: list[str]


def read_manifest() -> list[File]:
    """Every file of the laboratory, in the order of the manifest."""
    return [File(**entry) for entry in tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["file"]]


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise OSError(said[-1] if said else f"{command[0]} failed")


@cache
def _fetch_package(kind: str, requirement: str) -> Path:
    """A package as npm or pip fetches it, for whatever machine: of a C part nothing is used."""
    folder = Path(tempfile.mkdtemp(dir=KEPT))
    if kind == "pypi":
        only = ["--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--python-version=3.12"]
        _run(sys.executable, "-m", "pip", "download", "-q", *only, "--platform=manylinux2014_x86_64",
             "--platform=any", f"--dest={folder}", requirement)  # fmt: skip
    elif shutil.which("npm"):
        _run("npm", "pack", "--silent", f"--pack-destination={folder}", requirement.replace("==", "@"))
    else:
        raise OSError("there is no npm")
    return next(folder.iterdir())


def _get(place: str) -> bytes:
    if place.startswith("https://"):
        with urllib.request.urlopen(place, timeout=_WAIT) as answer:
            return answer.read()
    kind, requirement, *inside = place.split()
    package = _fetch_package(kind, requirement)
    if kind == "npm":
        with tarfile.open(package) as files:
            return files.extractfile(inside[0]).read()
    return zipfile.ZipFile(package).read(inside[0]) if inside else package.read_bytes()


def _obtain(file: File) -> bytes:
    tried = []
    for place in file.places:
        try:
            content = _get(place)
        except (OSError, LookupError, zipfile.BadZipFile, tarfile.TarError) as error:
            tried.append(f"{place} ({error})")
            continue
        found = hashlib.sha256(content).hexdigest()
        if found == file.sha256:
            return content
        tried.append(f"{place} (sha256 {found[:12]}..., not {file.sha256[:12]}...)")
    raise Unobtainable(f"{file.name} could not be had from any of its places: {'; '.join(tried)}.")


def fetch(files: list[File], kept: Path = KEPT / "files") -> dict[str, Path]:
    """Bring every file that is not there yet; returns where each lies, by its name.

    Raises
    ------
    Unobtainable
        If no place has a file with the recorded checksum.
    """
    kept.mkdir(parents=True, exist_ok=True)
    there = {}
    for file in files:
        there[file.name] = kept / f"{file.sha256[:12]}-{file.name}"
        if there[file.name].exists():
            continue
        print(f"Fetching {file.name}", file=sys.stderr)
        part = kept / "fetched.part"
        part.write_bytes(_obtain(file))
        part.replace(there[file.name])
    for folder in KEPT.glob("tmp*"):
        shutil.rmtree(folder)
    _fetch_package.cache_clear()
    return there
