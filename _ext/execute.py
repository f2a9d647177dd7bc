"""Execute one chapter: `python _ext/execute.py chapters/03_gdp.md` writes chapters/03_gdp.ipynb.

The notebook is a function of its source, the library and the data: cell ids come from the cells,
and nothing of the machine (versions, times, paths) is kept.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def with_stable_ids(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Give every cell an id that depends only on its text and on equal cells before it."""
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    return notebook


def run(notebook: nbformat.NotebookNode, folder: Path, name: str) -> None:
    """Run every cell of a notebook in a fresh kernel in `folder`; `name` says on screen what is running."""
    count = sum(cell.cell_type == "code" for cell in notebook.cells)

    def progress(cell, cell_index: int, **_: object) -> None:
        done = sum(c.cell_type == "code" for c in notebook.cells[: cell_index + 1])
        print(f"\r{name}: cell {done} of {count}", end="", file=sys.stderr, flush=True)

    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        record_timing=False,
        # How often a kernel flushes what it prints depends on the moment, not on the chapter.
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        on_cell_execute=progress,
        # A kernel on this machine warns on every start that its local connection is not encrypted.
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute(env=os.environ | {"JINGJINJI_BOOK": "1"})
    print(file=sys.stderr)
    # Which Python ran it does not change an output, so it does not belong in the pair.
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    nbformat.validate(notebook)


def execute(source: Path) -> Path:
    """Run every cell of `source` and store the outputs beside it."""
    target = source.with_suffix(".ipynb")
    notebook = with_stable_ids(jupytext.read(source))
    run(notebook, source.parent, str(source))
    target.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    return target


if __name__ == "__main__":
    for name in sys.argv[1:]:
        try:
            execute(Path(name))
        except CellExecutionError as error:
            sys.exit(f"\n{name}: a cell failed, so the stored notebook was left as it was.\n{error}")
