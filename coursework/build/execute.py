"""Make the executed notebook of each source that changed: ``coursework notebooks``.

A notebook depends only on its source and on the library's modules and tables that it uses: cell ids
come from the cells, and nothing of the machine (versions, times, paths) is kept. Several run at
once, each in its own process. Where only prose changed, nothing runs: the stored outputs are kept.
"""

import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from coursework.build import freshness
from coursework.build.record import write_file
from coursework.common import MasterError, list_code, list_code_cells

# The longest that one cell may take.
SECONDS = 300
# Runs in the kernel before the first cell: records which of the course's tables the notebook opens.
_WATCH = """\
import sys
def _watch(_tables=set(), _folder={folder!r}):
    def note(event, arguments):
        if event == "open" and isinstance(arguments[0], str) and arguments[0].startswith(_folder):
            _tables.add(arguments[0][len(_folder):])
    sys.addaudithook(note)
    sys._course_tables = _tables
_watch()
del _watch, sys
"""
_REPORT = """\
import json, sys
modules = sorted(name for name in sys.modules if name.split(".")[0] in {library!r})
print(json.dumps([modules, sorted(sys._course_tables)]))
"""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_NUMBERS = re.compile(r"\[\n\s+-?\d[\d.e+-]*(?:,\n\s+-?\d[\d.e+-]*)*\n\s+\]")
_POINTS = re.compile(r"\[\n\s+\[[-\d.e+, ]+\](?:,\n\s+\[[-\d.e+, ]+\])*\n\s+\]")


@dataclass(frozen=True)
class Job:
    """A notebook to make: its source, its target, and what to change in it before it runs."""

    source: Path
    target: Path
    change: Callable[[NotebookNode], object] | None = None

    def read(self) -> NotebookNode:
        """Read the source. Raises `MasterError` if it is not a notebook in text form."""
        try:
            text = self.source.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise MasterError(f"{self.source} cannot be read: {error}") from None
        if not re.match(r"---\n.*?^kernelspec:.*?^---$", text, re.DOTALL | re.MULTILINE):
            raise MasterError(
                f"{self.source} has no front matter, so it is no notebook.\nIt must open with"
                " '---', name its jupytext format and its kernelspec, and close with '---', as"
                " every other chapter does."
            )
        try:
            notebook = jupytext.reads(text, fmt="md:myst")
        except Exception as error:  # jupytext and YAML raise many types on a broken text
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise MasterError(f"{self.source} cannot be read as a notebook: {first}") from None
        if self.change:
            self.change(notebook)
        # The id of a cell depends only on its text, and on equal cells before it.
        seen: dict[str, int] = {}
        for cell in notebook.cells:
            sum_ = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
            seen[sum_] = seen.get(sum_, 0) + 1
            cell.id = sum_ if seen[sum_] == 1 else f"{sum_}-{seen[sum_]}"
        return notebook


def _run(notebook: NotebookNode, job: Job, root: Path) -> tuple[list[str], list[str]]:
    """Run every cell of a job's notebook in a fresh kernel. Returns the modules and tables that it
    used."""
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        # How often a kernel flushes what it prints depends on the moment, not on the chapter.
        coalesce_streams=True,
        resources={"metadata": {"path": str(job.source.parent)}},
        # A kernel on this machine warns on every start that its local connection is not encrypted.
        extra_arguments=["--log-level=ERROR"],
    )
    cells = list(notebook.cells)
    code = list_code_cells(notebook)
    watch = nbformat.v4.new_code_cell(_WATCH.format(folder=f"{root.resolve() / 'data'}{os.sep}"))
    report = nbformat.v4.new_code_cell(_REPORT.format(library=[*freshness.LIBRARY]))
    cell = watch
    try:
        # A kernel that is told to end may print that its sockets went first, which no author can
        # act on.
        with client.setup_kernel(
            env=os.environ | {"JINGJINJI_BOOK": "1"}, stderr=subprocess.DEVNULL
        ):
            client.execute_cell(watch, 0, store_history=False)
            for number, cell in enumerate(code, start=1):
                client.execute_cell(cell, cells.index(cell), execution_count=number)
            client.execute_cell(report, len(cells) - 1, store_history=False)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise MasterError(_describe_failure(job, root, cells, cell, error)) from None
    finally:
        notebook.cells = cells
    library, tables = json.loads(report.outputs[0]["text"])
    # Which Python ran it does not change an output, so it is not stored.
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    nbformat.validate(notebook)
    return library, [name for name in tables if name != freshness.DESCRIPTOR.name]


def _describe_failure(
    job: Job, root: Path, cells: list[NotebookNode], cell: NotebookNode, error: Exception
) -> str:
    """Say which cell failed, with its first line and the cause."""
    file = job.target if job.change else job.source
    name = file.relative_to(root).as_posix()
    first = next((line for line in cell.source.splitlines() if line.strip()), "")
    cause = "its process died"
    if isinstance(error, CellTimeoutError):
        cause = f"it takes longer than {SECONDS} seconds"
    elif isinstance(error, CellExecutionError):
        cause = _COLOUR.sub("", f"{error.ename}: {error.evalue}").strip().splitlines()[0][:300]
    number = cells.index(cell) + 1
    what = f"{name}: cell {number} failed, so the stored notebook was left as it was."
    return f"{what}\n  {first}\n  {cause}"


def _carry_over(notebook: NotebookNode, job: Job) -> tuple[list[str], list[str]] | None:
    """Take the outputs of the stored notebook, and what it used; None if the code has changed
    too."""
    stored = nbformat.read(job.target, as_version=4)
    if list_code(notebook) != list_code(stored):
        return None
    for cell, old in zip(list_code_cells(notebook), list_code_cells(stored), strict=True):
        cell.outputs = old.outputs
        cell.execution_count = old.execution_count
    notebook.metadata["language_info"] = stored.metadata["language_info"]
    made = stored.metadata["made_from"]
    return made["library"], made["tables"]


def format_notebook(notebook: NotebookNode) -> str:
    """Notebook in the usual form, but with lists of numbers, and the points of a map's lines, on
    one line.

    Each on four lines, the points would be two thirds of its file.
    """
    text = nbformat.writes(notebook) + "\n"
    # A JSON string holds no line break, so whatever has one between its brackets is a list.
    return _POINTS.sub(_join, _NUMBERS.sub(_join, text))


def _join(match: re.Match[str]) -> str:
    return re.sub(r"\n\s*", " ", match[0]).replace("[ ", "[").replace(" ]", "]")


def _make(job: Job, root: Path, *, anew: bool) -> bool:
    """Bring the notebook of one job up to date. Returns whether it was written. Raises
    `MasterError`."""
    state = "stale" if anew else freshness.state(root, job.source, job.target)
    if state == "fresh" and not job.change:
        return False
    notebook = job.read()
    # A job's change is not part of the source's hash, so the code is compared.
    carried = state != "stale" and _carry_over(notebook, job)
    if not carried and not find_spec("statsmodels"):
        raise MasterError(f"{job.source.name} has to run: 'make setup' installs what that needs.")
    library, tables = carried or _run(notebook, job, root)
    notebook.metadata["made_from"] = {
        "source": freshness.digest_source(job.source),
        "code": freshness.digest_code(root, list_code(notebook), library, tables),
        "library": library,
        "tables": tables,
    }
    return write_file(job.target, format_notebook(notebook))


def run_jobs(root: Path, jobs: list[Job], *, anew: bool = False) -> list[str]:
    """Make notebooks, as many at once as there are cores. Returns a text for each fault.

    Prints a line for each notebook that ends.
    """
    faults: list[str] = []
    ended = itertools.count(1)

    def run_job(job: Job) -> None:
        try:
            result = "made" if _make(job, root, anew=anew) else "is up to date"
        except MasterError as error:
            faults.append(str(error))
            result = "failed"
        line = (
            f"Notebook {next(ended)} of {len(jobs)}: {job.source.relative_to(root).as_posix()}"
            f" {result}"
        )
        print(line, file=sys.stderr, flush=True)

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        list(pool.map(run_job, jobs))
    return faults
