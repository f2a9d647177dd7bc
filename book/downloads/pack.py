"""Pack the built book into one zip, the same bytes every time.

`python -m book.downloads.pack _build/html _build/book.zip` is what `make zip` runs.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

# A zip has a date for each file; this is the first it can hold, so that no build differs by its hour.
DATE = (1980, 1, 1, 0, 0, 0)
# What Sphinx keeps for its next build.
LEFT_OUT = {".buildinfo", "objects.inv"}
# Python for the pages, which browsers do not start from a folder.
LABORATORY = Path("_static", "lab")


def pack(folder: Path, target: Path) -> Path:
    """Write every file of `folder` into `target`, under one folder of the zip's name."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if not path.is_file() or path.name in LEFT_OUT or inside.is_relative_to(LABORATORY):
                continue
            entry = zipfile.ZipInfo(f"{target.stem}/{inside.as_posix()}", DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            bundle.writestr(entry, path.read_bytes())
    return target


if __name__ == "__main__":
    made = pack(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"{made}: {made.stat().st_size / 1e6:.1f} MB; unpack it and open index.html in {made.stem}/")
