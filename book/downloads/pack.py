"""Pack the built book into one zip, the same bytes every time.

`python -m book.downloads.pack _build/html _build/book.zip` is what `make zip` runs.
"""

import sys
from pathlib import Path

from live_cells import folder, zips
from live_cells.pages import FOLDER

# What Sphinx keeps for its next build.
LEFT_OUT = {".buildinfo", "objects.inv"}
# What pages fetch, and from a folder load as scripts: Python, the index of search, the schema of charts.
FETCHED = (f"{FOLDER}/", "pagefind/", "_static/vega-lite.json")
SCRIPT = "_static/book.js"


def pack(html: Path, target: Path, *, hosted: bool = False) -> Path:
    """Write every file of `html` into `target`, under one folder of the zip's name.

    It works from a folder without a network, search and Python too; `hosted` is what a web server gets.
    """
    paths = [path for path in sorted(html.rglob("*")) if path.is_file() and path.name not in LEFT_OUT]
    files = ((path.relative_to(html).as_posix(), path.read_bytes()) for path in paths)
    sent = files if hosted else folder.make_scripts(files, FETCHED, SCRIPT)
    target.write_bytes(zips.pack((f"{target.stem}/{name}", content) for name, content in sent))
    return target


if __name__ == "__main__":
    made = pack(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"{made}: {made.stat().st_size / 1e6:.1f} MB; unpack it and open index.html in {made.stem}/")
