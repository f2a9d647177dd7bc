"""Pack the built book into one zip, the same bytes every time (`make zip`):

python -m book.downloads.pack _build/html _build/book.zip
"""

import sys
from pathlib import Path

from live_cells import folder, zips
from live_cells.pages import FOLDER

# Files that Sphinx keeps for its next build.
LEFT_OUT = {".buildinfo", "objects.inv"}
# Files that pages fetch, and load as scripts if opened from a folder: Python, search index, chart
# schema.
FETCHED = (f"{FOLDER}/", "pagefind/", "_static/vega-lite.json")
SCRIPT = "_static/book.js"


def pack(html: Path, target: Path, *, hosted: bool = False) -> Path:
    """Write every file of `html` into `target`, under one folder of the zip's name.

    The book then works from a folder, with search and Python; `hosted` packs it for a web server.
    """
    paths = [
        path for path in sorted(html.rglob("*")) if path.is_file() and path.name not in LEFT_OUT
    ]
    files = ((path.relative_to(html).as_posix(), path.read_bytes()) for path in paths)
    packed = files if hosted else folder.make_scripts(files, FETCHED, SCRIPT)
    target.write_bytes(zips.pack((f"{target.stem}/{name}", content) for name, content in packed))
    return target


if __name__ == "__main__":
    made = pack(Path(sys.argv[1]), Path(sys.argv[2]))
    print(
        f"{made}: {made.stat().st_size / 1e6:.1f} MB; unpack it and open index.html in {made.stem}/"
    )
