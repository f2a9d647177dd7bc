"""Run a notebook again, and say where it shows something else than it stores."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from plain_answers.rounding import rounded
from sealed_readings.folder import FolderError, read_text, reading

from jingjinji.charts import CHART_MIME
from jingjinji.claims import VERDICT_MIME

# What can be done about a notebook that cannot be read.
SAVE = "open it in Jupyter, choose 'Restart kernel and run all cells', and save it"
SECONDS = 60  # that a cell may take: a capstone loads several tables and draws several charts
# Charts are then stored as their specification, whichever renderer the author's Jupyter uses.
_AS_IN_THE_BOOK = "import os; os.environ['JINGJINJI_BOOK'] = '1'"
_WRITE = """for name, text in {!r}.items():
    path = __import__('pathlib').Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, 'utf-8')"""
# What a notebook may read of its folder: text, in so many files of so many bytes.
KINDS, MOST_FILES, MOST_BYTES = (".csv", ".json", ".md", ".yml"), 60, 3_000_000
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


def read(path: Path) -> NotebookNode:
    """A notebook as it is stored, of whichever version. Raises `FolderError` where the file is none."""
    with reading(path.name, SAVE):
        return nbformat.reads(read_text(path), as_version=4)


def collect_files(folder: Path, notebook: Path) -> dict[str, str]:
    """The texts of a folder by their path as the notebook sees it; `FolderError` where they are too much."""
    found = (path for kind in KINDS for path in folder.rglob(f"*{kind}"))
    paths = sorted(path for path in found if path.is_file() and not path.is_symlink())
    if len(paths) > MOST_FILES or sum(path.stat().st_size for path in paths) > MOST_BYTES:
        most = f"{MOST_FILES} files and {MOST_BYTES // 1_000_000} MB"
        raise FolderError(f"{folder} has {len(paths)} files of text; a capstone has at most {most}")
    base = notebook.parent.resolve()
    return {path.resolve().relative_to(base).as_posix(): read_text(path) for path in paths}


def prepare(notebook: NotebookNode, files: dict[str, str]) -> NotebookNode:
    """A copy to be run, whose first cell puts the files in its folder; `take_out` removes that cell."""
    source = "\n".join([_AS_IN_THE_BOOK, _WRITE.format(files), "None"])
    opening = nbformat.v4.new_code_cell(source)
    cells = [opening, *notebook.cells]
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)


def take_out(fresh: NotebookNode) -> NotebookNode:
    """The notebook without the cell that `prepare` put before it."""
    fresh.cells = fresh.cells[1:]
    return fresh


def run_here(notebook: NotebookNode, files: dict[str, str]) -> NotebookNode:
    """The author's own notebook, run again on the author's own machine, in an empty folder."""
    fresh = prepare(notebook, files)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            fresh,
            timeout=SECONDS,
            allow_errors=True,
            resources={"metadata": {"path": folder}},
            extra_arguments=["--log-level=ERROR"],  # what a kernel says of its sockets concerns no author
        )
        client.execute()
    return take_out(fresh)


def list_code_cells(notebook: NotebookNode) -> list[tuple[int, NotebookNode]]:
    """The code cells that hold something, with their number among all cells, counted from 1."""
    cells = enumerate(notebook.cells, start=1)
    return [(n, cell) for n, cell in cells if cell.cell_type == "code" and cell.source.strip()]


def list_charts(notebook: NotebookNode) -> list[tuple[int, dict]]:
    """Each chart that a notebook displays, with the number of its cell."""
    return [
        (number, output["data"][CHART_MIME])
        for number, cell in list_code_cells(notebook)
        for output in cell.get("outputs", [])
        if CHART_MIME in output.get("data", {})
    ]


def collect_printed(notebook: NotebookNode) -> str:
    """All that a notebook prints."""
    cells = [cell for _, cell in list_code_cells(notebook)]
    texts = [o.text for c in cells for o in c.get("outputs", []) if o.output_type == "stream"]
    return "".join(text if text.endswith("\n") else text + "\n" for text in texts)


def find_problems(stored: NotebookNode, fresh: NotebookNode) -> list[str]:
    """Where the two differ, and which cells stop or were not run in order; a sentence each."""
    stops = [
        f"Cell {number} stops with {output.ename}: {output.evalue[:120]}"
        for number, cell in list_code_cells(fresh)
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    if stops:
        return stops[:1]  # what comes after it fails with it
    held = list_code_cells(stored)
    counts = [cell.get("execution_count") or 0 for _, cell in held]
    if not all(counts):
        number = held[[bool(count) for count in counts].index(False)][0]
        return [f"Cell {number} was not run; choose 'Restart kernel and run all cells', then save."]
    if counts != sorted(counts):
        return [
            "The cells were not run from top to bottom; choose 'Restart kernel and run all cells', then save."
        ]
    return [
        f"Cell {number} shows something else when it is run again: {told}."
        for (number, cell), (_, again) in zip(held, list_code_cells(fresh), strict=True)
        if (told := _difference(_comparable(cell), _comparable(again)))
    ]


def _difference(stored: list, fresh: list) -> str:
    if stored == fresh:
        return ""
    if len(stored) != len(fresh):
        return f"{len(stored)} outputs are stored, {len(fresh)} came out"
    kind, old, new = next((a[0], a[1], b[1]) for a, b in zip(stored, fresh, strict=True) if a != b)
    if kind != "text" or not (isinstance(old, str) and isinstance(new, str)):
        return f"the {kind} is another one"
    old, new = next(
        (pair for pair in zip(old.splitlines(), new.splitlines(), strict=False) if pair[0] != pair[1]),
        (old, new),
    )
    return f"{old.strip()[:60]!r} is stored, {new.strip()[:60]!r} came out"


def _comparable(cell: NotebookNode) -> list[tuple[str, object]]:
    """The outputs of a cell in a form that is the same for the same result, on any machine and renderer."""
    found: list[tuple[str, object]] = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            if found and found[-1][0] == "text" and output.name == "stdout":
                found[-1] = ("text", found[-1][1] + output.text)
            else:
                found.append(("text", output.text))
        elif output.output_type != "error":
            found.append(_of_data(output.data))
    return [(kind, _ADDRESS.sub("0x", value) if isinstance(value, str) else value) for kind, value in found]


def _of_data(data: dict) -> tuple[str, object]:
    if VERDICT_MIME in data:
        return "verdict", dict(data[VERDICT_MIME])
    if spec := data.get(CHART_MIME) or _embedded(data.get("text/html", "")):
        # The last digits of a floating-point result depend on the processor.
        return "chart", rounded(spec, 9)
    if "text/plain" in data and set(data) <= {"text/plain", "text/html"}:
        return "text", data["text/plain"]
    return "display", {mime: value for mime, value in data.items() if mime != "text/plain"} or dict(data)


def _embedded(html: str) -> dict | None:
    """The specification inside the page that Altair's default renderer displays."""
    place = html.rfind("})({")
    if "vegaEmbed" not in html or place < 0:
        return None
    return json.JSONDecoder().raw_decode(html, place + 3)[0]
