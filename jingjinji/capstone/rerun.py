"""Run a notebook again, and report where its outputs differ from the stored ones."""

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

RUN_ALL = "choose 'Restart kernel and run all cells'"
SAVE = f"open it in Jupyter, {RUN_ALL}, and save it"  # remedy for a notebook that cannot be read
SECONDS = 60  # time limit of a cell: a capstone loads several tables and draws several charts
# Stores charts as their specification, whichever renderer the author's Jupyter uses, and writes the
# files.
_OPENING = """import os; os.environ['JINGJINJI_BOOK'] = '1'
for name, text in {!r}.items():
    path = __import__('pathlib').Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, 'utf-8')
None"""
# Text files of its folder that a notebook may read: suffixes, number and total size.
KINDS, MOST_FILES, MOST_BYTES = (".csv", ".json", ".md", ".yml"), 60, 3_000_000
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


def read(path: Path) -> NotebookNode:
    """Read a stored notebook of any version; `FolderError` if the file is not a notebook."""
    with reading(path.name, SAVE):
        return nbformat.reads(read_text(path), as_version=4)


def collect_files(folder: Path, notebook: Path) -> dict[str, str]:
    """Return the text files of a folder by path from the notebook; `FolderError` if they are too
    many."""
    candidates = (path for kind in KINDS for path in folder.rglob(f"*{kind}"))
    paths = sorted(path for path in candidates if path.is_file() and not path.is_symlink())
    if len(paths) > MOST_FILES or sum(path.stat().st_size for path in paths) > MOST_BYTES:
        limit = f"{MOST_FILES} files and {MOST_BYTES // 1_000_000} MB"
        raise FolderError(f"{folder} has {len(paths)} text files; a capstone has at most {limit}")
    base = notebook.parent.resolve()
    return {path.resolve().relative_to(base).as_posix(): read_text(path) for path in paths}


def prepare(notebook: NotebookNode, files: dict[str, str]) -> NotebookNode:
    """Return a copy to run, with a first cell that writes the files; whoever runs it takes that
    cell out."""
    opening = nbformat.v4.new_code_cell(_OPENING.format(files))
    return nbformat.v4.new_notebook(cells=[opening, *notebook.cells], metadata=notebook.metadata)


def run_here(notebook: NotebookNode, files: dict[str, str]) -> NotebookNode:
    """Run the notebook on this machine, without a sandbox, in an empty folder."""
    fresh = prepare(notebook, files)
    with tempfile.TemporaryDirectory() as folder:
        at = {"metadata": {"path": folder}}
        quiet = ["--log-level=ERROR"]  # no messages about its sockets
        run = NotebookClient(
            fresh, timeout=SECONDS, allow_errors=True, resources=at, extra_arguments=quiet
        )
        run.execute()
    fresh.cells = fresh.cells[1:]
    return fresh


def list_code_cells(notebook: NotebookNode) -> list[tuple[int, NotebookNode]]:
    """Return the code cells that are not empty, with their number among all cells, counted from
    1."""
    cells = enumerate(notebook.cells, start=1)
    return [
        (number, cell) for number, cell in cells if cell.cell_type == "code" and cell.source.strip()
    ]


def list_outputs(notebook: NotebookNode) -> list[tuple[int, NotebookNode]]:
    """Return all outputs of code cells, with the number of their cell."""
    return [
        (number, out)
        for number, cell in list_code_cells(notebook)
        for out in cell.get("outputs", [])
    ]


def list_charts(notebook: NotebookNode) -> list[tuple[int, dict]]:
    """Return each chart that a notebook displays, with the number of its cell."""
    outputs = list_outputs(notebook)
    return [
        (number, out["data"][CHART_MIME])
        for number, out in outputs
        if CHART_MIME in out.get("data", {})
    ]


def collect_printed(notebook: NotebookNode) -> str:
    """Return everything that a notebook prints."""
    texts = [output.text for _, output in list_outputs(notebook) if output.output_type == "stream"]
    return "".join(text if text.endswith("\n") else text + "\n" for text in texts)


def find_problems(stored: NotebookNode, fresh: NotebookNode) -> list[str]:
    """Return which cells stop, were not run in order, or show something else, one sentence each."""
    for number, output in list_outputs(fresh):
        if output.output_type == "error":  # later cells fail because of this one
            return [f"Cell {number} stops with {output.ename}: {output.evalue[:120]}"]
    cells = list_code_cells(stored)
    counts = [cell.get("execution_count") or 0 for _, cell in cells]
    if not all(counts):
        return [f"Cell {cells[counts.index(0)][0]} was not run; {RUN_ALL}, then save."]
    if counts != sorted(counts):
        return [f"The cells were not run from top to bottom; {RUN_ALL}, then save."]
    return [
        f"Cell {number} shows something else when it is run again: {difference}."
        for (number, cell), (_, again) in zip(cells, list_code_cells(fresh), strict=True)
        if (difference := _compare(_normalise(cell), _normalise(again)))
    ]


def _compare(stored: list, fresh: list) -> str:
    if stored == fresh:
        return ""
    if len(stored) != len(fresh):
        return f"{len(stored)} outputs are stored, {len(fresh)} came out"
    kind, old, new = next((a[0], a[1], b[1]) for a, b in zip(stored, fresh, strict=True) if a != b)
    if kind != "text" or not (isinstance(old, str) and isinstance(new, str)):
        return f"the {kind} differs"
    lines = zip(old.splitlines(), new.splitlines(), strict=False)
    old, new = next((pair for pair in lines if pair[0] != pair[1]), (old, new))
    return f"{old.strip()[:60]!r} is stored, {new.strip()[:60]!r} came out"


def _normalise(cell: NotebookNode) -> list[tuple[str, object]]:
    """Return the outputs of a cell in a form that does not depend on machine and renderer."""
    outputs: list[tuple[str, object]] = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            if outputs and outputs[-1][0] == "text" and output.name == "stdout":
                outputs[-1] = ("text", outputs[-1][1] + output.text)
            else:
                outputs.append(("text", output.text))
        elif output.output_type != "error":
            outputs.append(_normalise_data(output.data))
    return [
        (kind, _ADDRESS.sub("0x", value) if isinstance(value, str) else value)
        for kind, value in outputs
    ]


def _normalise_data(data: dict) -> tuple[str, object]:
    if VERDICT_MIME in data:
        return "verdict", dict(data[VERDICT_MIME])
    if spec := data.get(CHART_MIME) or _read_embedded_chart(data.get("text/html", "")):
        # The last digits of a floating-point result depend on the processor.
        return "chart", rounded(spec, 9)
    if "text/plain" in data and set(data) <= {"text/plain", "text/html"}:
        return "text", data["text/plain"]
    return "display", {mime: value for mime, value in data.items() if mime != "text/plain"} or dict(
        data
    )


def _read_embedded_chart(html: str) -> dict | None:
    """Return the specification inside the HTML that Altair's default renderer displays."""
    start = html.rfind("})({")
    if "vegaEmbed" not in html or start < 0:
        return None
    return json.JSONDecoder().raw_decode(html, start + 3)[0]
