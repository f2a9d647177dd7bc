"""Grade a folder or zip of submitted notebooks.

Every notebook runs inside bubblewrap: without network, with read-only libraries, a private folder, and limits
on time, memory, processes and files. Marks, feedback and a report are written to one folder. Run the same
command again to go on after an interruption, to take in new submissions, or to take over manual.csv.
"""

import argparse
import logging
import signal
import sys
import warnings
from dataclasses import fields
from pathlib import Path

from notebook_grader.course import Course, count_cores
from notebook_grader.limits import Limits

EXPOSED = "{place} lies where the sandbox can read it; choose a place outside Python and the library."
DATABASES = (
    "sqlite:///file or postgresql://user@host/database "
    "(default: gradebook.db in the folder of all results, or in --out if given)"
)


class UsageError(ValueError):
    """The command cannot be run as it was given; the message says why."""


def make_parser(course: Course, prog: str) -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog=prog, description=__doc__)
    add, cores = parser.add_argument, count_cores()
    add(
        "submissions",
        type=Path,
        nargs="?",
        help="a folder or zip: student/NN_topic.ipynb or student_NN_topic.ipynb",
    )
    add("--assignment", metavar="NN_topic", help="the assignment; found out if not named")
    add("--assignments", type=Path, default=course.assignments, help="the folder of all assignments")
    add("--out", type=Path, help=f"folder of the results (default: {course.grades}/NN_topic)")
    workers = (
        f"submissions at one time on this machine (default: one for each core, {cores}; more gain nothing)"
    )
    add("--workers", type=int, default=cores, metavar="N", help=workers)
    add("--scheduler", metavar="tcp://HOST:PORT", help="grade on the workers of this Dask scheduler")
    add(
        "--offer", action="store_true", help="print what a Dask worker on this machine offers, as --resources"
    )
    add("--db", metavar="URL", help="the gradebook: " + DATABASES)
    waiting = "seconds to wait for a worker at the scheduler (default: 300)"
    add("--wait", type=int, default=300, metavar="N", help=waiting)
    add("--again", nargs="*", metavar="STUDENT", help="grade these anew, or all if none is named")
    add(
        "--code",
        action="store_true",
        help="also write each exercise's code as files, for a search for copies",
    )
    add("--unsafe", action="store_true", help="run without a sandbox, as you: for notebooks that you trust")
    for field in fields(Limits):
        text = f"{field.metadata['help']} (default: {field.default})"
        add("--" + field.name.replace("_", "-"), type=int, default=field.default, metavar="N", help=text)
    return parser


def main(arguments: list[str], course: Course, prog: str) -> int:
    """Run the command; returns its exit code."""
    given = make_parser(course, prog).parse_args(arguments)
    # What a forged message breaks in a client's background tasks is no news: the run says what became of it.
    for name in ("asyncio", "distributed"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")  # of nbformat, about students' notebooks: the report says what matters
    # Both end a run, also where a shell started it in the background, which makes it deaf to the first.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    # Not above: whoever asks for help need not wait for nbgrader.
    from notebook_grader.gradebook import GradebookError
    from notebook_grader.store import StoreError

    try:
        return _run(given, course)
    except (ValueError, GradebookError, StoreError) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted. Run the same command again to go on.", file=sys.stderr)
        return 130
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"Something could not be read or written: {error.strerror or error}{where}.", file=sys.stderr)
    return 2


def _run(given: argparse.Namespace, course: Course) -> int:
    from filelock import FileLock, Timeout

    from notebook_grader import engine, gradebook, sandbox, session

    limits = Limits(**{field.name: getattr(given, field.name) for field in fields(Limits)})
    if min(given.workers, given.wait, *vars(limits).values()) < 1:
        raise UsageError("Workers, waiting and limits must be 1 or more.")
    if given.unsafe:
        print(sandbox.UNSAFE, file=sys.stderr)
    elif not given.scheduler and (problem := sandbox.find_problem(course)):
        raise UsageError(problem)
    if given.offer:
        print(f"{engine.name_resource(course)}={given.workers}")
        return 0
    if given.submissions is None:
        raise UsageError("Say what to grade: a folder, or a zip, with student/NN_topic.ipynb in it.")
    grades = given.out or course.grades
    _check_places(given, course, grades / "keys")
    folders = given.assignments, grades / "keys"
    plan = session.make_plan(course, given.submissions, given.assignment, folders, limits, given.unsafe)
    out, address = (
        given.out or course.grades / plan.assignment.name,
        given.db or gradebook.name_default(grades),
    )
    file = [Path(address.removeprefix("sqlite:///"))] if address.startswith("sqlite:///") else []
    _check_places(given, course, out, given.submissions, given.assignments, *file)
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    where = session.Where(out, address, given.workers, given.scheduler, given.wait)
    try:
        with FileLock(out / ".lock", timeout=0):
            return session.run(plan, where, given.again, given.code)
    except Timeout:
        raise UsageError(f"Another grading run is writing to {out}.") from None


def _check_places(given: argparse.Namespace, course: Course, *private: Path) -> None:
    from notebook_grader import sandbox

    if not given.unsafe and (shown := sandbox.find_exposed(course, *private)):
        raise UsageError(EXPOSED.format(place=shown))
