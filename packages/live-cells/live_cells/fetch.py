"""Fetch what the laboratory is made of, as the manifest names it, by checksum: nothing is fetched twice.

Packages come through the machine's own pip and npm, which know its mirrors.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from live_cells.artefact import KEPT, File

_WAIT = 20  # seconds for a host that may be out of reach
# Hosts that were: nobody waits for them again.
_unreachable: set[str] = set()


class Unobtainable(Exception):
    """No place has a file, or one has another file under its name: the message says so in a sentence."""


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise OSError(lines[-1] if lines else f"{command[0]} failed")


@cache
def _fetch_package(kind: str, requirement: str) -> Path:
    """A package as npm or pip fetches it, for whatever machine: of a C part nothing is used."""
    folder = Path(tempfile.mkdtemp(dir=KEPT))
    if kind == "pypi":
        only = ["--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--python-version=3.12"]
        only += [f"--platform={name}" for name in ("manylinux2014_x86_64", "manylinux_2_28_x86_64", "any")]
        _run(sys.executable, "-m", "pip", "download", "-q", *only, f"--dest={folder}", requirement)
    elif shutil.which("npm"):
        _run("npm", "pack", "--silent", f"--pack-destination={folder}", requirement.replace("==", "@"))
    else:
        raise OSError("there is no npm")
    return next(folder.iterdir())


def _download(address: str) -> bytes:
    host = urlsplit(address).netloc
    if host in _unreachable:
        raise OSError(f"{host} is out of reach")
    try:
        with urllib.request.urlopen(address, timeout=_WAIT) as answer:
            return answer.read()
    except urllib.error.HTTPError:
        raise
    except OSError:
        _unreachable.add(host)
        raise


def _get(place: str) -> bytes:
    if place.startswith("https://"):
        return _download(place)
    kind, requirement, *inside = place.split()
    package = _fetch_package(kind, requirement)
    if kind == "npm":
        with tarfile.open(package) as files:
            member = files.extractfile(inside[0])
            if member is None:
                raise LookupError(f"{inside[0]} is no file")
            return member.read()
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
        tried.append(f"{place} (sha256 {found}, not {file.sha256})")
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
        there[file.name] = kept / f"{file.sha256[:12]}-{file.name.replace('/', '+')}"
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
