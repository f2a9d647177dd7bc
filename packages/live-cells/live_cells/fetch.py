"""Fetch the files of a manifest, checked by SHA-256; files that are already there are not fetched
again.

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

_TIMEOUT = 20  # seconds
# Hosts that did not answer, so that only one file waits for them.
_unreachable: set[str] = set()


class Unobtainable(Exception):
    """No place has the file that the manifest asks for."""


@cache
def _fetch_package(kind: str, requirement: str) -> Path:
    """Download a package with npm or pip; binary parts are not used, so the platform does not
    matter."""
    folder = Path(tempfile.mkdtemp(dir=KEPT))
    if kind == "pypi":
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary=:all:",
        ]
        command += [
            "--ignore-requires-python",
            "--python-version=3.12",
            f"--dest={folder}",
            requirement,
        ]
        command += [
            f"--platform={name}"
            for name in ("manylinux2014_x86_64", "manylinux_2_28_x86_64", "any")
        ]
    elif shutil.which("npm"):
        package = requirement.replace("==", "@")
        command = ["npm", "pack", "--silent", f"--pack-destination={folder}", package]
    else:
        raise OSError("there is no npm")
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise OSError(lines[-1] if lines else f"{command[0]} failed")
    return next(folder.iterdir())


def _download(address: str) -> bytes:
    host = urlsplit(address).netloc
    if host in _unreachable:
        raise OSError(f"{host} is out of reach")
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT) as answer:
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
                raise LookupError(f"{inside[0]} is not a file")
            return member.read()
    return zipfile.ZipFile(package).read(inside[0]) if inside else package.read_bytes()


def _obtain(file: File) -> bytes:
    failures = []
    for place in file.places:
        try:
            content = _get(place)
        except (OSError, LookupError, zipfile.BadZipFile, tarfile.TarError) as error:
            failures.append(f"{place} ({error})")
            continue
        checksum = hashlib.sha256(content).hexdigest()
        if checksum == file.sha256:
            return content
        failures.append(f"{place} (sha256 {checksum}, not {file.sha256})")
    raise Unobtainable(
        f"{file.name} could not be had from any of its places: {'; '.join(failures)}."
    )


def fetch(files: list[File], folder: Path = KEPT / "files") -> dict[str, Path]:
    """Fetch the files that are missing and return the path of each by name; raises
    `Unobtainable`."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {
        file.name: folder / f"{file.sha256[:12]}-{file.name.replace('/', '+')}" for file in files
    }
    for file in files:
        if not paths[file.name].exists():
            print(f"Fetching {file.name}", file=sys.stderr)
            part = folder / "fetched.part"
            part.write_bytes(_obtain(file))
            part.replace(paths[file.name])
    for temporary in KEPT.glob("tmp*"):
        shutil.rmtree(temporary)
    _fetch_package.cache_clear()
    return paths
