"""Pack the built book into one zip, the same bytes every time.

`python -m book.downloads.pack _build/html _build/book.zip` is what `make zip` runs.
"""

import sys
from pathlib import Path

from live_cells import zips
from live_cells.pages import FOLDER

# What Sphinx keeps for its next build.
LEFT_OUT = {".buildinfo", "objects.inv"}
# Python for the pages, which browsers do not start from a folder.
LABORATORY = Path(FOLDER)


def pack(folder: Path, target: Path, *, laboratory: bool = False) -> Path:
    """Write every file of `folder` into `target`, under one folder of the zip's name.

    With the laboratory it is what a web server gets, and several times as large.
    """
    inside = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    packed = zips.pack(
        (f"{target.stem}/{name.as_posix()}", path.read_bytes())
        for name, path in inside.items()
        if name.name not in LEFT_OUT and (laboratory or not name.is_relative_to(LABORATORY))
    )
    target.write_bytes(packed)
    return target


if __name__ == "__main__":
    made = pack(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"{made}: {made.stat().st_size / 1e6:.1f} MB; unpack it and open index.html in {made.stem}/")
