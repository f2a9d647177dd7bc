"""Make the executed notebook of each source that changed: ``coursework notebooks``.

A notebook is a function of its source, the library's modules and the tables that it uses: cell ids come from
the cells, and nothing of the machine (versions, times, paths) is kept. Two run at once, each in a process of
its own. Where only prose changed, nothing runs: the outputs are carried over.
"""

import hashlib
import itertools
import json
import os
import re
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from rich.console import Console

from coursework.making import freshness
from coursework.making.files import write_file

# Called before each code cell runs, with its number, counted from 1, and their number.
Progress = Callable[[int, int], None]
# The longest that one cell may take.
SECONDS = 300
# Runs in the kernel before the first cell: notes which of the course's modules and tables the notebook uses.
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


class NotMade(Exception):
    """A notebook could not be made; the message says in three lines which file, which cell and why."""


def _read(source: Path) -> NotebookNode:
    """A source as a notebook that has not run. Raises `NotMade` where it is no notebook in text form."""
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotMade(f"{source} cannot be read: {error}") from None
    if not re.match(r"---\n.*?^kernelspec:.*?^---$", text, re.DOTALL | re.MULTILINE):
        raise NotMade(
            f"{source} has no front matter, so it is no notebook.\n"
            "It must open with '---', name its jupytext format and its kernelspec, and close with '---', "
            "as every other chapter does."
        )
    try:
        return jupytext.reads(text, fmt="md:myst")
    except Exception as error:  # jupytext and YAML raise what they like at a broken text
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise NotMade(f"{source} cannot be read as a notebook: {first}") from None


def _set_stable_ids(notebook: NotebookNode) -> NotebookNode:
    """Give every cell an id that depends only on its text and on equal cells before it."""
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        sum_ = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[sum_] = seen.get(sum_, 0) + 1
        cell.id = sum_ if seen[sum_] == 1 else f"{sum_}-{seen[sum_]}"
    return notebook


@dataclass(frozen=True)
class Job:
    """A notebook to make: of which source, where, and what is changed in it before it runs."""

    source: Path
    target: Path
    change: Callable[[NotebookNode], object] | None = None

    def read(self) -> NotebookNode:
        """The notebook that is to run. Raises `NotMade` where its source is no notebook."""
        notebook = _read(self.source)
        if self.change:
            self.change(notebook)
        return _set_stable_ids(notebook)


def _run(notebook: NotebookNode, job: Job, root: Path, progress: Progress) -> tuple[list, list]:
    """Run every cell of a job's notebook in a fresh kernel; returns the modules and tables that it used.

    Raises `NotMade` where a cell raises, or takes longer than `SECONDS`.
    """
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
    code = [cell for cell in cells if cell.cell_type == "code"]
    watch = nbformat.v4.new_code_cell(_WATCH.format(folder=f"{root.resolve() / 'data'}{os.sep}"))
    used = nbformat.v4.new_code_cell(_REPORT.format(library=[*freshness.LIBRARY]))
    cell = watch
    try:
        # A kernel that is told to end may print that its sockets went first: nothing an author can act on.
        with client.setup_kernel(env=os.environ | {"JINGJINJI_BOOK": "1"}, stderr=subprocess.DEVNULL):
            client.execute_cell(watch, 0, store_history=False)
            for number, cell in enumerate(code, start=1):
                progress(number, len(code))
                client.execute_cell(cell, cells.index(cell), execution_count=number)
            client.execute_cell(used, len(cells) - 1, store_history=False)
    except CellExecutionError as error:
        raise _explain(job, root, cells, cell, f"{error.ename}: {error.evalue}") from None
    except CellTimeoutError:
        raise _explain(job, root, cells, cell, f"it takes longer than {SECONDS} seconds") from None
    except DeadKernelError:
        raise _explain(job, root, cells, cell, "its process died") from None
    finally:
        notebook.cells = cells
    library, tables = json.loads(used.outputs[0]["text"])
    # Which Python ran it does not change an output, so it does not belong in the pair.
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    nbformat.validate(notebook)
    return library, [name for name in tables if name != freshness.DESCRIPTOR.name]


def _explain(job: Job, root: Path, cells: list[NotebookNode], cell: NotebookNode, reason: str) -> NotMade:
    file = job.target if job.change else job.source
    name, number = file.relative_to(root).as_posix(), cells.index(cell) + 1
    first = next((line for line in cell.source.splitlines() if line.strip()), "")
    cause = _COLOUR.sub("", reason).strip().splitlines()[0][:300]
    return NotMade(
        f"{name}: cell {number} failed, so the stored notebook was left as it was.\n  {first}\n  {cause}"
    )


def _stamp(notebook: NotebookNode, source: Path, root: Path, library: list, tables: list) -> NotebookNode:
    """Note in a notebook what it was made from."""
    notebook.metadata["made_from"] = {
        "source": freshness.digest_source(source),
        "code": freshness.digest_code(root, freshness.list_code(notebook), library, tables),
        "library": library,
        "tables": tables,
    }
    return notebook


def _take_new_prose(job: Job, root: Path) -> NotebookNode | None:
    """The notebook of a job with the outputs that are stored; None where its code has changed too."""
    notebook, stored = job.read(), nbformat.read(job.target, as_version=4)
    if freshness.list_code(notebook) != freshness.list_code(stored):
        return None
    ran = (cell for cell in stored.cells if cell.cell_type == "code")
    for cell, old in zip((c for c in notebook.cells if c.cell_type == "code"), ran, strict=True):
        cell.outputs, cell.execution_count = old.outputs, old.execution_count
    notebook.metadata["language_info"] = stored.metadata["language_info"]
    made = stored.metadata["made_from"]
    return _stamp(notebook, job.source, root, made["library"], made["tables"])


def format_notebook(notebook: NotebookNode) -> str:
    """A notebook as it is stored: the usual form, but for lists of numbers, which stand in one line.

    So do the points of one line of a map: each on four lines, they would be two thirds of its file.
    """
    text = nbformat.writes(notebook) + "\n"
    # A string holds no end of a line, so what has one between its brackets is a list.
    return _POINTS.sub(_join, _NUMBERS.sub(_join, text))


def _join(found: re.Match[str]) -> str:
    return re.sub(r"\n\s*", " ", found[0]).replace("[ ", "[").replace(" ]", "]")


def _make(job: Job, root: Path, progress: Progress, *, anew: bool) -> bool:
    """Bring the notebook of one job up to date; whether it was written. Raises `NotMade`."""
    state = "stale" if anew else freshness.state(root, job.source, job.target)
    if state == "fresh" and not job.change:
        return False
    # What changes a notebook before it runs is no file, so its code is compared.
    notebook = None if state == "stale" else _take_new_prose(job, root)
    if notebook is None:
        notebook = job.read()
        notebook = _stamp(notebook, job.source, root, *_run(notebook, job, root, progress))
    return write_file(job.target, format_notebook(notebook))


def run_jobs(root: Path, jobs: list[Job], *, anew: bool = False) -> list[str]:
    """Make notebooks, as many at once as there are cores; returns what went wrong, a text each.

    A line is shown for each that ends, and on a terminal which cells run now.
    """
    faults: list[str] = []
    running: dict[str, str] = {}
    ended = itertools.count(1)
    console = Console(stderr=True, soft_wrap=True, markup=False, highlight=False)

    def show() -> None:
        status.update("; ".join(list(running.values())))

    def one(job: Job) -> None:
        name = job.source.relative_to(root).as_posix()

        def progress(number: int, count: int) -> None:
            running[name] = f"{name} cell {number} of {count}"
            show()

        try:
            how = "made" if _make(job, root, progress, anew=anew) else "is up to date"
        except NotMade as error:
            faults.append(str(error))
            how = "failed"
        running.pop(name, None)
        show()
        console.print(f"Notebook {next(ended)} of {len(jobs)}: {name} {how}")

    with console.status("") as status, ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        list(pool.map(one, jobs))
    return faults
