"""Grade a folder or zip of submitted notebooks.

Every notebook runs inside bubblewrap: without network, with read-only libraries, a private folder,
and limits on time, memory, processes and files. Marks, feedback and a report are written to one
folder. Run the same command again to continue after an interruption, to add new submissions, or to
apply manual.csv.
"""

import argparse
import logging
import signal
import sys
import warnings
from dataclasses import fields
from pathlib import Path
from typing import Any

from notebook_grader.course import Course, count_cores
from notebook_grader.limits import Limits
from notebook_grader.platforms import LAYOUTS


def add_options(parser: argparse.ArgumentParser, course: Course) -> None:
    """Add the options of the command."""
    cores = count_cores()

    def add(name: str, text: str, **options: Any) -> None:
        parser.add_argument(name, help=text, **options)

    add("submissions", f"a folder or zip: {LAYOUTS}", type=Path, nargs="?")
    add("--assignment", "the assignment (default: what most notebooks state)", metavar="NN_topic")
    add("--assignments", "the folder of all assignments", type=Path, default=course.assignments)
    add("--out", f"folder of the results (default: {course.grades}/NN_topic)", type=Path)
    text = f"submissions graded at a time on this machine (default: one for each core, {cores})"
    add("--workers", text, type=int, default=cores, metavar="N")
    add("--scheduler", "grade on the workers of this Dask scheduler", metavar="tcp://HOST:PORT")
    add("--offer", "print the --resources for a Dask worker on this machine", action="store_true")
    text = "seconds to wait for a worker at the scheduler (default: 300)"
    add("--wait", text, type=int, default=300, metavar="N")
    add(
        "--again",
        "grade these students again, or all if none is named",
        nargs="*",
        metavar="STUDENT",
    )
    text = (
        "per cent that late work loses for each day begun, in all assignments, until it is changed"
    )
    add("--late-off", text, type=int, metavar="PERCENT")
    add(
        "--late-most",
        "per cent of the points that late work loses at most",
        type=int,
        metavar="PERCENT",
    )
    text = "days after which late work earns nothing (0: it always counts)"
    add("--late-days", text, type=int, metavar="N")
    add("--list", "the platform's list of the class; remembered", type=Path, metavar="CSV")
    add("--platform", "whose list it is (default: whose it can be)", default="")
    text = "the list's column of groups that hand in one file; remembered"
    add("--groups", text, default="", metavar="COLUMN")
    text = "a table of extensions: student (as in grades.csv or the list), days, reason"
    add("--extensions", text, type=Path, metavar="CSV")
    text = "end with exit code 1 if a file or a row could not be used, for scripts"
    add("--strict", text, action="store_true")
    add(
        "--unsafe",
        "run without a sandbox, as you: for notebooks that you trust",
        action="store_true",
    )
    for limit in fields(Limits):
        text = f"{limit.metadata['help']} (default: {limit.default})"
        add("--" + limit.name.replace("_", "-"), text, type=int, default=limit.default, metavar="N")


def run(arguments: argparse.Namespace, course: Course) -> int:
    """Grade what is new; returns the exit code."""
    # Errors that forged messages cause in a client's background tasks are reported by the run
    # itself.
    for noisy in ("asyncio", "distributed"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")  # nbformat's, about students' notebooks
    # Both end a run. A shell that starts it in the background ignores SIGINT.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    # Imported late, so that --help does not wait for what runs notebooks.
    from filelock import FileLock, Timeout

    from notebook_grader import admission, assignment, decisions, engine, intake, sandbox, session
    from notebook_grader.classlist import open_list

    limits = Limits(**{limit.name: getattr(arguments, limit.name) for limit in fields(Limits)})
    if min(arguments.workers, arguments.wait, *vars(limits).values()) < 1:
        raise ValueError("Workers, waiting and limits must be 1 or more.")
    if arguments.unsafe:
        print(sandbox.UNSAFE, file=sys.stderr)
    elif not arguments.scheduler and (problem := sandbox.find_problem(course)):
        raise ValueError(problem)
    if arguments.offer:
        print(f"{engine.name_resource(course)}={arguments.workers}")
        return 0
    if arguments.submissions is None:
        raise ValueError(f"Say what to grade: a folder or zip with {LAYOUTS}.")
    grades, names = arguments.out or course.grades, assignment.list_names(arguments.assignments)
    _check_places(arguments, course, grades / "keys")
    known = {path.stem for path in grades.glob("*/results/*.json")}
    submissions = intake.collect(arguments.submissions, names, known)
    name = arguments.assignment or admission.guess_assignment(submissions, names, limits)
    if name is None:
        there = ", ".join(names) or "none; make the assignments first"
        raise ValueError(
            f"The notebooks do not say which assignment they are; name it (built are: {there})."
        )
    out = arguments.out or grades / name
    _check_places(arguments, course, out, arguments.submissions, arguments.assignments)
    if arguments.assignments == course.assignments:
        course.prepare(name)
    held = assignment.load(name, arguments.assignments, grades / "keys", course)
    asked = {name: getattr(arguments, name.replace(" ", "_"), None) for name in decisions.RULES}
    rules = {name: value for name, value in asked.items() if value is not None}
    taken = {
        n: getattr(arguments, n)
        for n in ("unsafe", "workers", "scheduler", "wait", "again", "strict")
    }
    options = session.Options(limits, rules=rules, grades=grades, **taken)
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(out / ".lock", timeout=0):
            listed = open_list(grades, out, arguments.list, arguments.platform, arguments.groups)
            listed.check_maximum(name, sum(held.list_points().values()))
            listed.extensions = arguments.extensions
            return session.Session(course, held, submissions, out, options, listed).run()
    except Timeout:
        raise ValueError(f"Another grading run is writing to {out}.") from None


def _check_places(arguments: argparse.Namespace, course: Course, *private: Path) -> None:
    from notebook_grader import sandbox

    if not arguments.unsafe and (shown := sandbox.find_exposed(course, *private)):
        where = "lies where the sandbox can read it; choose a place outside Python and the library."
        raise ValueError(f"{shown} {where}")
