"""Draw the charts of the book's notebooks that are not drawn yet: ``python -m book.charts``."""

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from book.charts import store
from book.settings import CHART_MIME

NOTEBOOKS = ("chapters/*.ipynb", "exercises/pages/*.ipynb", "capstone/*.ipynb")


def read_specifications(root: Path) -> list[str]:
    """Every stored chart, in the order of the notebooks."""
    found: dict[str, None] = {}
    for path in sorted(path for pattern in NOTEBOOKS for path in root.glob(pattern)):
        text = path.read_text(encoding="utf-8")
        if CHART_MIME not in text:
            continue
        for cell in json.loads(text)["cells"]:
            for output in cell.get("outputs", []):
                if CHART_MIME in output.get("data", {}):
                    found[store.format_specification(output["data"][CHART_MIME])] = None
    return list(found)


def draw_missing(root: Path) -> None:
    """Draw what is not drawn yet, as many charts at once as there are cores."""
    missing = [spec for spec in read_specifications(root) if not store.place(root, spec).exists()]
    if not missing:
        return
    with ProcessPoolExecutor(max_workers=min(os.cpu_count() or 1, len(missing))) as pool:
        for count, _ in enumerate(pool.map(partial(store.draw, root), missing), start=1):
            if sys.stderr.isatty():
                print(f"\rChart {count} of {len(missing)}", end="", file=sys.stderr, flush=True)
    print(f"{chr(13) if sys.stderr.isatty() else ''}Charts drawn: {len(missing)}", file=sys.stderr)


if __name__ == "__main__":
    if sys.argv[1:] == ["--one"]:
        store.draw(Path.cwd(), sys.stdin.read())
    else:
        draw_missing(Path.cwd())
