"""Grade a folder or zip of submitted notebooks.

Every notebook runs inside bubblewrap: without network, with read-only libraries, a private folder, and limits
on time, memory, processes and files. Marks, feedback and a report are written to one folder. Run the same
command again to go on after an interruption, to take in new submissions, or to take over manual.csv.
"""

import argparse
import fcntl
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from notebook_grader import assignment as assignments
from notebook_grader import sandbox
from notebook_grader.interrupt import handle_interrupts
from notebook_grader.limits import Limits

GRADES = Path("grades")
EXPOSED = "{place} lies where the sandbox can read it; choose a place outside Python and the library."
DATABASES = (
    "sqlite:///file or postgresql://user@host/database "
    "(default: gradebook.db in grades/, or in --out if given)"
)


class UsageError(ValueError):
    """The command cannot be run as it was given; the message says why."""


def make_parser() -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="coursework grade", description=__doc__)
    add = parser.add_argument
    add(
        "submissions",
        type=Path,
        help="a folder or zip: student/NN_topic.ipynb or student_NN_topic.ipynb",
    )
    add("--assignment", metavar="NN_topic", help="the assignment; found out if not named")
    add("--assignments", type=Path, default=assignments.BUILT, help="where 'make assignments' put them")
    add("--out", type=Path, help="folder of the results (default: grades/NN_topic)")
    cores = len(os.sched_getaffinity(0))
    workers = (
        f"submissions at one time on this machine (default: one for each core, {cores}; more gain nothing)"
    )
    add("--workers", type=int, default=cores, metavar="N", help=workers)
    add("--scheduler", metavar="tcp://HOST:PORT", help="grade on the workers of this scheduler")
    add("--db", metavar="URL", help="the gradebook: " + DATABASES)
    waiting = "seconds to wait for a scheduler, workers or a database that went away (default: 300)"
    add("--wait", type=int, default=300, metavar="N", help=waiting)
    add("--again", nargs="*", metavar="STUDENT", help="grade these anew, or all if none is named")
    add("--unsafe", action="store_true", help="run without a sandbox: " + sandbox.UNSAFE)
    for field in fields(Limits):
        text = f"{field.metadata['help']} (default: {field.default})"
        add("--" + field.name.replace("_", "-"), type=int, default=field.default, metavar="N", help=text)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    given = make_parser().parse_args(arguments)
    limits = Limits(**{field.name: getattr(given, field.name) for field in fields(Limits)})
    # Not above: whoever asks for help need not wait for Dask and nbgrader.
    from notebook_grader.cluster import ClusterError
    from notebook_grader.gradebook import GradebookError
    from notebook_grader.intake import IntakeError
    from notebook_grader.marks import ManualError

    # What a forged message breaks in a client's background tasks is no news: the run says what became of it.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")  # of nbformat, about students' notebooks: the report says what matters
    try:
        with handle_interrupts():
            _check_options(given, limits)
            return _grade(given, limits)
    except (UsageError, IntakeError, ClusterError, GradebookError, ManualError) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted. Run the same command again to go on.", file=sys.stderr)
        return 130
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"Something could not be read or written: {error.strerror or error}{where}.", file=sys.stderr)
    return 2


def _check_options(given: argparse.Namespace, limits: Limits) -> None:
    if min(given.workers, given.wait, *vars(limits).values()) < 1:
        raise UsageError("Workers, waiting and limits must be 1 or more.")
    if given.unsafe:
        print(sandbox.UNSAFE, file=sys.stderr)
    elif not given.scheduler and (problem := sandbox.find_problem()):
        raise UsageError(problem)


def _grade(given: argparse.Namespace, limits: Limits) -> int:
    from notebook_grader import gradebook, session
    from notebook_grader.cluster import Options
    from notebook_grader.key import NoKey

    try:
        keys = (given.out or GRADES) / "keys"
        if not given.unsafe and (shown := sandbox.find_exposed(keys)):
            raise UsageError(EXPOSED.format(place=shown))
        plan = session.make_plan(
            given.submissions, given.assignment, given.assignments, keys, limits, given.unsafe
        )
    except (ValueError, NoKey) as error:
        raise UsageError(str(error)) from None
    default = gradebook.make_default_address(given.out or GRADES)
    database = gradebook.parse_address(given.db) if given.db else default
    out = given.out or GRADES / plan.assignment.name
    private = [out, given.submissions, given.assignments]
    private += [Path(database.database)] if database.drivername == "sqlite" else []
    if not given.unsafe and (shown := sandbox.find_exposed(*private)):
        raise UsageError(EXPOSED.format(place=shown))
    with _lock(out):
        options = Options(given.scheduler, given.workers, given.wait)
        return session.run(plan, out, options, database, given.again)


@contextmanager
def _lock(out: Path) -> Iterator[None]:
    """The folder of results, for this run alone."""
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"Another grading run is writing to {out}.") from None
        yield


if __name__ == "__main__":
    sys.exit(main())
