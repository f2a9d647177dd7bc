"""Check the automatic part of a capstone: cards, keys, evidence, units, the brief, and a second run.

The notebook runs again in the sandbox of the exercises' grader, without network. The brief is NAME_brief.md
beside NAME.ipynb; another article's claims are NAME_claims.csv. A person marks the rest by the rubric.
"""

import argparse
import sys
import warnings
from functools import partial
from pathlib import Path

from nbformat import NotebookNode
from notebook_grader import plain, sandbox
from notebook_grader.decisions import ManualError
from notebook_grader.limits import Limits
from notebook_grader.plain import Refused
from notebook_grader.run import SandboxError, run
from notebook_grader.store import StoreError

from coursework.capstone import marking
from coursework.course import COURSE, ROOT
from jingjinji.capstone import checks, rerun

LIMITS = Limits(cell_seconds=rerun.SECONDS, seconds=600, output=5)


def run_again(
    notebook: NotebookNode, files: dict[str, str], unsafe: bool = False
) -> tuple[NotebookNode, list[str]]:
    """The notebook with the outputs of a fresh run, and what the sandbox remarked.

    Raises `notebook_grader.run.SandboxError` if this machine could not run it.
    """
    fresh, remarks = run(rerun.prepare(notebook, files), COURSE, LIMITS, unsafe)
    return rerun.take_out(fresh), remarks


def check(notebook: Path, *, example: bool = False, unsafe: bool = False) -> dict[str, list[str]]:
    """What is wrong with a submission, a list of sentences for each part.

    Raises
    ------
    notebook_grader.plain.Refused
        If the file is no notebook.
    notebook_grader.run.SandboxError
        If this machine could not run it.
    """
    if not notebook.is_file():
        raise Refused(f"there is no file {notebook}")
    clean = plain.read(notebook.read_bytes())
    return checks.check(notebook, clean, lambda book, files: run_again(book, files, unsafe), example=example)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns 0 if all passed, 1 if something is to be mended, 2 if nothing could be
    checked."""
    parser = argparse.ArgumentParser(prog="coursework capstone", description=__doc__)
    says = "NAME.ipynb, with NAME_brief.md beside it; or the folder of a class, to be marked"
    parser.add_argument("notebook", type=Path, help=says)
    parser.add_argument(
        "--out", type=Path, default=COURSE.grades / marking.NAME, help="where a class is kept"
    )
    parser.add_argument(
        "--example", action="store_true", help="the book's own example, on the claims kept for it"
    )
    parser.add_argument("--unsafe", action="store_true", help="run without a sandbox: " + sandbox.UNSAFE)
    given = parser.parse_args(arguments)
    warnings.simplefilter("ignore")  # of nbformat, about notebooks from other Jupyters
    if not given.unsafe and (reason := sandbox.find_problem(COURSE)):
        return _refuse(reason)
    try:
        if given.notebook.is_dir():
            project = marking.make_assignment(ROOT / "capstone" / "samples.md")
            return marking.take_in(given.notebook, given.out, project, partial(check, unsafe=given.unsafe))
        found = check(given.notebook, example=given.example, unsafe=given.unsafe)
    except (ManualError, StoreError) as error:
        return _refuse(str(error))
    except (Refused, SandboxError) as error:
        return _refuse(f"{given.notebook.name} cannot be checked: {error}.")
    print(checks.report(found))
    return 1 if any(found.values()) else 0


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
