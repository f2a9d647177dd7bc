"""Check one capstone, or import those of a class, as a folder or a zip, for marking at the desk.

The notebook runs again in the grader's sandbox, without network. A person marks by the rubric.
"""

import argparse
import sys
import warnings
from functools import partial
from pathlib import Path

from nbformat import NotebookNode
from notebook_grader import gate
from notebook_grader.files import StoreError
from notebook_grader.hand_in import plain
from notebook_grader.hand_in.intake import IntakeError
from notebook_grader.hand_in.plain import Refused
from notebook_grader.limits import Limits
from notebook_grader.progress import clean
from notebook_grader.run import sandbox
from notebook_grader.run.notebook import SandboxError, run
from notebook_grader.tables import TableError
from sealed_readings.folder import ARTICLE, FolderError

from coursework.capstone import marking
from coursework.course import COURSE
from jingjinji.capstone import checks, rerun
from jingjinji.capstone.checks import Checked

LIMITS = Limits(cell_seconds=rerun.SECONDS, seconds=600, output=5)
JUDGING = 120  # seconds for reading a folder
COLUMNS = f"a CSV with the columns {', '.join(marking.HASHES)}"


def run_again(
    notebook: NotebookNode, files: dict[str, str], unsafe: bool = False
) -> tuple[NotebookNode, list[str]]:
    """Run a notebook again; returns it with its new outputs, and the sandbox's remarks."""
    fresh, remarks = run(rerun.prepare(notebook, files), COURSE, LIMITS, unsafe)
    fresh.cells = fresh.cells[1:]
    return fresh, remarks


def check(
    folder: Path, handed_in: str = "", *, example: bool = False, unsafe: bool = False
) -> Checked:
    """Check a folder against the hash that was handed in."""
    notebook = checks.find_notebook(folder, example)
    clean = plain.read(notebook.read_bytes())
    files = rerun.collect_files(folder, notebook)
    with plain.reading(
        f"what {notebook.name} did when it ran again", "run all its cells and save it"
    ):
        fresh, remarks = run_again(clean, files, unsafe)
    try:
        judge = partial(checks.judge, handed_in=handed_in, example=example)
        return gate.call(judge, folder, fresh, remarks, seconds=JUDGING)
    except gate.Excess:
        raise Refused("it cannot be read within the limits of time and memory") from None


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns 0 if all passed, 1 if there are findings, 2 if nothing could be
    checked."""
    options = _make_parser().parse_args(arguments)
    warnings.simplefilter("ignore")  # nbformat warns about notebooks from other Jupyters
    if not options.unsafe and (reason := sandbox.find_problem(COURSE)):
        return _refuse(reason)
    try:
        if not (options.place / ARTICLE).is_file():
            return _check_class(options)
        checked = check(options.place, options.hash, example=options.example, unsafe=options.unsafe)
    except (IntakeError, StoreError, TableError) as error:
        return _refuse(str(error))
    except (FolderError, Refused, SandboxError) as error:
        return _refuse(f"{options.place.name} cannot be checked: {error}.")
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        return _refuse(f"Something could not be read or written: {error.strerror or error}{where}.")
    print(clean(checks.report(checked)))
    return 1 if any(checked.problems.values()) else 0


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="coursework capstone", description=__doc__)
    add = parser.add_argument
    add("place", type=Path, help=f"a folder with {ARTICLE}, or of a class, or its zip")
    out = COURSE.grades / marking.NAME
    add("--out", type=Path, default=out, help="folder for the results of a class")
    add("--hash", default="", help="the hash that the author of one capstone handed in")
    add("--hashes", type=Path, help=f"table of a class ({COLUMNS})")
    add("--example", action="store_true", help="the book's own example")
    add("--unsafe", action="store_true", help="run without a sandbox: " + sandbox.UNSAFE)
    return parser


def _check_class(options: argparse.Namespace) -> int:
    """Check the capstones of a class, and prepare their marking."""
    if not options.hashes:
        return _refuse(
            f"Say which hashes were handed in: make capstone HASHES=table.csv, {COLUMNS}."
        )
    hashes = marking.read_hashes(options.hashes)
    check_one = partial(check, unsafe=options.unsafe)
    project = marking.make_assignment()
    marking.import_class(options.place, options.out, project, check_one, hashes)
    return 0


def _refuse(sentence: str) -> int:
    print(clean(sentence), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
