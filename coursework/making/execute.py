"""Make the executed notebook of each source that changed: ``coursework notebooks``.

A notebook is a function of its source, the library's modules and the tables that it uses: cell ids come from
the cells, and nothing of the machine (versions, times, paths) is kept. Two run at once, each in a process of
its own. Where only prose changed, nothing runs: the outputs are carried over.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from threading import Lock

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from coursework.making import freshness
from coursework.making.files import write_text

# Called with the place of a cell and the number of cells.
Progress = Callable[[int, int], None]
# The longest that one cell may take.
SECONDS = 120
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
modules = sorted(name for name in sys.modules if name.split(".")[0] == {library!r})
print(json.dumps([modules, sorted(sys._course_tables)]))
"""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class NotMade(Exception):
    """A notebook could not be made; the message says in three lines which file, which cell and why."""


def read(source: Path) -> NotebookNode:
    """A source as a notebook that has not run, with ids that depend on nothing but its cells.

    Raises `NotMade` where it is no notebook in text form.
    """
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
        notebook = jupytext.reads(text, fmt="md:myst")
    except Exception as error:  # jupytext and YAML raise what they like at a broken text
        raise NotMade(f"{source} cannot be read as a notebook: {_first_line(error)}") from None
    return with_stable_ids(notebook)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def with_stable_ids(notebook: NotebookNode) -> NotebookNode:
    """Give every cell an id that depends only on its text and on equal cells before it."""
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        sum_ = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[sum_] = seen.get(sum_, 0) + 1
        cell.id = sum_ if seen[sum_] == 1 else f"{sum_}-{seen[sum_]}"
    return notebook


def run(
    notebook: NotebookNode, folder: Path, name: str, root: Path, progress: Progress | None = None
) -> dict:
    """Run every cell of a notebook in a fresh kernel in `folder`; returns the modules and tables it used.

    Parameters
    ----------
    notebook
        Changed in place: its outputs are those of this run.
    folder
        Where the kernel starts.
    name
        What to call the notebook where a cell fails.
    root
        The checkout, whose tables are watched.
    progress
        Called before each cell runs with its place among the code cells, counted from 1, and their number.

    Raises
    ------
    NotMade
        Where a cell raises, or takes longer than `SECONDS`.
    """
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        # How often a kernel flushes what it prints depends on the moment, not on the chapter.
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        # A kernel on this machine warns on every start that its local connection is not encrypted.
        extra_arguments=["--log-level=ERROR"],
    )
    cells = list(notebook.cells)
    code = [cell for cell in cells if cell.cell_type == "code"]
    watch = nbformat.v4.new_code_cell(_WATCH.format(folder=f"{root.resolve() / 'data'}{os.sep}"))
    used = nbformat.v4.new_code_cell(_REPORT.format(library=freshness.LIBRARY))
    cell = watch
    try:
        # A kernel that is told to end may print that its sockets went first: nothing an author can act on.
        with client.setup_kernel(env=os.environ | {"JINGJINJI_BOOK": "1"}, stderr=subprocess.DEVNULL):
            client.execute_cell(watch, 0, store_history=False)
            for place, cell in enumerate(code, start=1):
                if progress:
                    progress(place, len(code))
                client.execute_cell(cell, cells.index(cell), execution_count=place)
            client.execute_cell(used, len(cells) - 1, store_history=False)
    except CellExecutionError as error:
        raise NotMade(_failure(name, cells.index(cell) + 1, cell, f"{error.ename}: {error.evalue}")) from None
    except CellTimeoutError:
        raise NotMade(
            _failure(name, cells.index(cell) + 1, cell, f"it takes longer than {SECONDS} seconds")
        ) from None
    except DeadKernelError:
        raise NotMade(_failure(name, cells.index(cell) + 1, cell, "its process died")) from None
    finally:
        notebook.cells = cells
    library, tables = json.loads(used.outputs[0]["text"])
    # Which Python ran it does not change an output, so it does not belong in the pair.
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    nbformat.validate(notebook)
    return {"library": library, "tables": [name for name in tables if name != freshness.DESCRIPTOR.name]}


def _failure(name: str, number: int, cell: NotebookNode, reason: str) -> str:
    first = next((line for line in cell.source.splitlines() if line.strip()), "")
    cause = _COLOUR.sub("", reason).strip().splitlines()[0][:300]
    return f"{name}: cell {number} failed, so the stored notebook was left as it was.\n  {first}\n  {cause}"


@dataclass(frozen=True)
class Job:
    """A notebook to make: of which source, where, and what is changed in it before it runs."""

    source: Path
    target: Path
    change: Callable[[NotebookNode], object] | None = None

    def read(self) -> NotebookNode:
        """The notebook that is to run. Raises `NotMade` where its source is no notebook."""
        notebook = read(self.source)
        if self.change:
            self.change(notebook)
        return with_stable_ids(notebook)


def _stamp(notebook: NotebookNode, source: Path, root: Path, used: dict) -> NotebookNode:
    """Note in a notebook what it was made from."""
    code = freshness.code_digest(root, freshness.code_of(notebook), used["library"], used["tables"])
    notebook.metadata["made_from"] = {"source": freshness.source_digest(source), "code": code, **used}
    return notebook


def executed(job: Job, root: Path, progress: Progress | None = None) -> NotebookNode:
    """The notebook of a job, run, with what it was made from in its metadata. Raises `NotMade`."""
    notebook = job.read()
    name = job.source if job.target == job.source.with_suffix(".ipynb") else job.target
    used = run(notebook, job.source.parent, name.relative_to(root).as_posix(), root, progress)
    return _stamp(notebook, job.source, root, used)


def with_new_prose(job: Job, root: Path) -> NotebookNode | None:
    """The notebook of a job with the outputs that are stored; None where its code has changed too."""
    notebook, stored = job.read(), nbformat.read(job.target, as_version=4)
    if freshness.code_of(notebook) != freshness.code_of(stored):
        return None
    ran = (cell for cell in stored.cells if cell.cell_type == "code")
    for cell, old in zip((c for c in notebook.cells if c.cell_type == "code"), ran, strict=True):
        cell.outputs, cell.execution_count = old.outputs, old.execution_count
    notebook.metadata["language_info"] = stored.metadata["language_info"]
    return _stamp(
        notebook, job.source, root, {key: stored.metadata["made_from"][key] for key in ("library", "tables")}
    )


def as_text(notebook: NotebookNode) -> str:
    """A notebook as its file holds it."""
    return nbformat.writes(notebook) + "\n"


def make(job: Job, root: Path, progress: Progress | None = None, *, anew: bool = False) -> bool:
    """Bring the notebook of one job up to date; whether it was written. Raises `NotMade`."""
    state = "stale" if anew else freshness.state(root, job.source, job.target)
    # What changes a notebook before it runs is no file, so its code is compared.
    notebook = with_new_prose(job, root) if state == "prose" or (state == "fresh" and job.change) else None
    if state == "fresh" and not job.change:
        return False
    return write_text(job.target, as_text(notebook or executed(job, root, progress)))


def differences(job: Job, root: Path, progress: Progress | None = None) -> list[str]:
    """Where a run here and now gives another notebook than the stored one, a text each. Raises `NotMade`."""
    name = job.source.relative_to(root).as_posix()
    if freshness.state(root, job.source, job.target) != "fresh":
        return [f"{name}: its notebook is not up to date; run 'make notebooks' first."]
    now, stored = executed(job, root, progress), nbformat.read(job.target, as_version=4)
    found = [
        f"{name}: cell {number} gives other outputs than those stored.\n"
        + _first_difference(old.outputs, new.outputs)
        for number, (old, new) in enumerate(zip(stored.cells, now.cells, strict=True), start=1)
        if old.cell_type == "code" and old.outputs != new.outputs
    ]
    if not found and as_text(now) != job.target.read_text(encoding="utf-8"):
        found.append(f"{name}: the outputs are those stored, but the rest of the notebook is not.")
    return found


def _first_difference(stored: list, now: list) -> str:
    """The first line that differs between two lists of outputs, from a little before the place."""
    texts = [
        json.dumps(one, indent=1, ensure_ascii=False, sort_keys=True).splitlines() for one in (stored, now)
    ]
    for old, new in zip_longest(*texts, fillvalue=""):
        if old != new:
            same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
            start = max(same - 60, 0)
            return f"  stored: {old[start:][:120].strip()}\n  now:    {new[start:][:120].strip()}"
    return ""


def make_all(root: Path, sources: list[Path], *, anew: bool = False, check: bool = False) -> list[str]:
    """Bring the notebooks of sources up to date; returns what went wrong, a text each.

    With `check` nothing is written: every notebook runs again, and what differs from the stored is returned.
    """
    stale = [source for source in sources if anew or check or freshness.state(root, source) != "fresh"]
    return run_jobs(
        root, [Job(source, source.with_suffix(".ipynb")) for source in stale], anew=anew, check=check
    )


def run_jobs(root: Path, jobs: list[Job], *, anew: bool = False, check: bool = False) -> list[str]:
    """Make or check notebooks, as many at once as there are cores; returns what went wrong, a text each."""
    faults: list[str] = []
    report = Report(len(jobs))

    def one(job: Job) -> None:
        name = job.source.relative_to(root).as_posix()

        def progress(place: int, count: int) -> None:
            report.running(name, place, count)

        try:
            if check:
                found = differences(job, root, progress)
                faults.extend(found)
                report.ended(name, "differs" if found else "is the same")
            else:
                made = make(job, root, progress, anew=anew)
                report.ended(name, "made" if made else "is up to date")
        except NotMade as error:
            faults.append(str(error))
            report.ended(name, "failed")

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        list(pool.map(one, jobs))
    return faults


class Report:
    """What is shown while notebooks run: one line for each that ends, and on a terminal what runs now."""

    def __init__(self, count: int) -> None:
        self._count, self._ended, self._running, self._lock = count, 0, {}, Lock()

    def running(self, name: str, place: int, count: int) -> None:
        """Note that a notebook has come to a cell."""
        with self._lock:
            self._running[name] = f"{name} cell {place} of {count}"
            if sys.stderr.isatty():
                print(f"\r\033[K{'; '.join(self._running.values())}", end="", file=sys.stderr, flush=True)

    def ended(self, name: str, how: str) -> None:
        """Say that a notebook is made, or failed."""
        with self._lock:
            self._running.pop(name, None)
            self._ended += 1
            clear = "\r\033[K" if sys.stderr.isatty() else ""
            print(
                f"{clear}Notebook {self._ended} of {self._count}: {name} {how}", file=sys.stderr, flush=True
            )
