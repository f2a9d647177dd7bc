"""Collect the files of a release in _build/release: wheels, site, offline book and their checksums.

`make release` runs it after these were made. The release notes are the version's part of
CHANGELOG.md.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from book.downloads.pack import pack

HTML, FOLDER, NOTES = Path("_build/html"), Path("_build/release"), Path("_build/release-notes.md")


def read_notes(version: str) -> str:
    """Part of the changelog for a version; empty if it has none."""
    parts = re.split(r"(?m)^## (.*)\n", Path("CHANGELOG.md").read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2], strict=True)).get(version, "").strip()


def main() -> int:
    """Copy the files and write their checksums in the format of `sha256sum --check`."""
    wheel = next(Path("_build/take-along").glob("*.whl"))
    name, version, *_ = wheel.name.split("-")
    notes = read_notes(version)
    if not notes or not (HTML / "_static" / "live-cells").is_dir():
        cause = "the site has no laboratory" if notes else f"CHANGELOG.md has no part for {version}"
        print(f"The release was not made: {cause}.", file=sys.stderr)
        return 1
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    shutil.copy(wheel, FOLDER)
    for package in Path("packages").iterdir():
        command = [
            sys.executable,
            "-m",
            "hatchling",
            "build",
            "-t",
            "wheel",
            "-d",
            FOLDER.absolute(),
        ]
        subprocess.run(command, cwd=package, check=True)
    pack(HTML, FOLDER / f"{name}-{version}-site.zip", hosted=True)
    pack(HTML, FOLDER / f"{name}-{version}-offline.zip")
    files = sorted(FOLDER.iterdir())
    checksums = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files
    )
    (FOLDER / "SHA256SUMS").write_text(checksums, encoding="utf-8")
    NOTES.write_text(notes + "\n", encoding="utf-8")
    print(f"{FOLDER}: {', '.join(path.name for path in files)}, SHA256SUMS")
    return 0


if __name__ == "__main__":
    sys.exit(main())
