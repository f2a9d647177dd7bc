"""Grade a folder or zip of submitted notebooks.

Every notebook runs inside bubblewrap: without network, with read-only libraries, a private folder,
and limits on time, memory, processes and files. Marks, feedback and a report are written to one
folder. Run the same command again to continue after an interruption, to add new submissions, or to
apply manual.csv.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import warnings
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notebook_grader.course import Course, count_cores
from notebook_grader.hand_in.platforms import LAYOUTS
from notebook_grader.limits import Limits

if TYPE_CHECKING:
    from notebook_grader.assignments.assignment import Assignment
    from notebook_grader.grading.session import Options
    from notebook_grader.hand_in.intake import Submission

Add = Callable[..., None]  # adds an option: its name, its text, and what argparse asks


def add_options(parser: argparse.ArgumentParser, course: Course) -> None:
    """Add the options of the command."""

    def add(name: str, text: str, **options: Any) -> None:
        parser.add_argument(name, help=text, **options)

    _add_places(add, course)
    _add_ways(add)
    _add_rules(add)
    _add_list(add)
    for limit in fields(Limits):
        text = f"{limit.metadata['help']} (default: {limit.default})"
        add("--" + limit.name.replace("_", "-"), text, type=int, default=limit.default, metavar="N")


def _add_places(add: Add, course: Course) -> None:
    add("submissions", f"a folder or zip: {LAYOUTS}", type=Path, nargs="?")
    add("--assignment", "the assignment (default: what most notebooks state)", metavar="NN_topic")
    add("--assignments", "the folder of all assignments", type=Path, default=course.assignments)
    add("--out", f"folder of the results (default: {course.grades}/NN_topic)", type=Path)


def _add_ways(add: Add) -> None:
    """Options that say where notebooks run, and which."""
    cores = count_cores()
    text = f"submissions graded at a time on this machine (default: one for each core, {cores})"
    add("--workers", text, type=int, default=cores, metavar="N")
    add("--scheduler", "grade on the workers of this Dask scheduler", metavar="tcp://HOST:PORT")
    add("--offer", "print the --resources for a Dask worker on this machine", action="store_true")
    text = "seconds to wait for a worker at the scheduler (default: 300)"
    add("--wait", text, type=int, default=300, metavar="N")
    text = "grade these students again, or all if none is named"
    add("--again", text, nargs="*", metavar="STUDENT")
    text = "end with exit code 1 if a file or a row could not be used, for scripts"
    add("--strict", text, action="store_true")
    text = "run without a sandbox, as you: for notebooks that you trust"
    add("--unsafe", text, action="store_true")


def _add_rules(add: Add) -> None:
    """Options on late work."""
    text = (
        "per cent that late work loses for each day begun, in all assignments, until it is changed"
    )
    add("--late-off", text, type=int, metavar="PERCENT")
    text = "per cent of the points that late work loses at most"
    add("--late-most", text, type=int, metavar="PERCENT")
    text = "days after which late work earns nothing (0: it always counts)"
    add("--late-days", text, type=int, metavar="N")
    text = "a table of extensions: student (as in grades.csv or the list), days, reason"
    add("--extensions", text, type=Path, metavar="CSV")


def _add_list(add: Add) -> None:
    """Options on the platform's list of the class."""
    add("--list", "the platform's list of the class; remembered", type=Path, metavar="CSV")
    add("--platform", "whose list it is (default: whose it can be)", default="")
    text = "the list's column of groups that hand in one file; remembered"
    add("--groups", text, default="", metavar="COLUMN")


def run(arguments: argparse.Namespace, course: Course) -> int:
    """Grade what is new; returns the exit code."""
    _quieten()
    # Imported late, so that --help does not wait for what runs notebooks.
    from notebook_grader.assignments import assignment
    from notebook_grader.grading import engine

    limits = Limits(**{limit.name: getattr(arguments, limit.name) for limit in fields(Limits)})
    _check_machine(arguments, course, limits)
    if arguments.offer:
        print(f"{engine.name_resource(course)}={arguments.workers}")
        return 0
    if arguments.submissions is None:
        raise ValueError(f"Say what to grade: a folder or zip with {LAYOUTS}.")
    grades = arguments.out or course.grades
    _check_places(arguments, course, grades / "keys")
    name, submissions = _take_in(arguments, grades, limits)
    out = arguments.out or grades / name
    _check_places(arguments, course, out, arguments.submissions, arguments.assignments)
    if arguments.assignments == course.assignments:
        course.prepare(name)
    held = assignment.load(name, arguments.assignments, grades / "keys", course)
    options = _read_options(arguments, limits, grades)
    return _grade(arguments, course, held, submissions, out, options)


def _quieten() -> None:
    """Silence what libraries print, and let both signals end a run."""
    # Errors that forged messages cause in a client's background tasks are reported by the run
    # itself.
    for noisy in ("asyncio", "distributed"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")  # nbformat's, about students' notebooks
    # A shell that starts a run in the background ignores SIGINT.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)


def _check_machine(arguments: argparse.Namespace, course: Course, limits: Limits) -> None:
    """Raise `ValueError` for a number that is none, or a machine that cannot make a sandbox."""
    from notebook_grader.run import sandbox

    if min(arguments.workers, arguments.wait, *vars(limits).values()) < 1:
        raise ValueError("Workers, waiting and limits must be 1 or more.")
    if arguments.unsafe:
        print(sandbox.UNSAFE, file=sys.stderr)
    elif not arguments.scheduler and (problem := sandbox.find_problem(course)):
        raise ValueError(problem)


def _take_in(
    arguments: argparse.Namespace, grades: Path, limits: Limits
) -> tuple[str, list[Submission]]:
    """Collect what was handed in, and find which assignment it is."""
    from notebook_grader.assignments import assignment
    from notebook_grader.hand_in import admission, intake

    names = assignment.list_names(arguments.assignments)
    known = {path.stem for path in grades.glob("*/results/*.json")}
    submissions = intake.collect(arguments.submissions, names, known)
    name = arguments.assignment or admission.guess_assignment(submissions, names, limits)
    if name is None:
        there = ", ".join(names) or "none; make the assignments first"
        raise ValueError(
            f"The notebooks do not say which assignment they are; name it (built are: {there})."
        )
    return name, submissions


def _read_options(arguments: argparse.Namespace, limits: Limits, grades: Path) -> Options:
    from notebook_grader.grading import session
    from notebook_grader.marks import decisions

    asked = {name: getattr(arguments, name.replace(" ", "_"), None) for name in decisions.RULES}
    return session.Options(
        limits,
        unsafe=arguments.unsafe,
        workers=arguments.workers,
        scheduler=arguments.scheduler,
        wait=arguments.wait,
        again=arguments.again,
        rules={name: value for name, value in asked.items() if value is not None},
        grades=grades,
        strict=arguments.strict,
    )


def _grade(
    arguments: argparse.Namespace,
    course: Course,
    held: Assignment,
    submissions: list[Submission],
    out: Path,
    options: Options,
) -> int:
    """Grade into the folder of results, which no other run may write to meanwhile."""
    from filelock import FileLock, Timeout

    from notebook_grader.grading import session
    from notebook_grader.marks.classlist import open_list

    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(out / ".lock", timeout=0):
            listed = open_list(
                options.grades, out, arguments.list, arguments.platform, arguments.groups
            )
            listed.check_maximum(held.name, sum(held.list_points().values()))
            listed.extensions = arguments.extensions
            return session.Session(course, held, submissions, out, options, listed).run()
    except Timeout:
        raise ValueError(f"Another grading run is writing to {out}.") from None


def _check_places(arguments: argparse.Namespace, course: Course, *private: Path) -> None:
    from notebook_grader.run import sandbox

    if not arguments.unsafe and (shown := sandbox.find_exposed(course, *private)):
        where = "lies where the sandbox can read it; choose a place outside Python and the library."
        raise ValueError(f"{shown} {where}")
