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
from typing import Any

from notebook_grader.course import Course, count_cores
from notebook_grader.limits import Limits

EXPOSED = "{place} lies where the sandbox can read it; choose a place outside Python and the library."


def add_options(parser: argparse.ArgumentParser, course: Course) -> None:
    """The options of the command."""
    cores = count_cores()

    def add(name: str, says: str, **how: Any) -> None:
        parser.add_argument(name, help=says, **how)

    says = "a folder or zip: student/NN_topic.ipynb or student_NN_topic.ipynb"
    add("submissions", says, type=Path, nargs="?")
    add("--assignment", "the assignment; found out if not named", metavar="NN_topic")
    add("--assignments", "the folder of all assignments", type=Path, default=course.assignments)
    add("--out", f"folder of the results (default: {course.grades}/NN_topic)", type=Path)
    says = f"submissions at one time on this machine (default: one for each core, {cores}; more gain nothing)"
    add("--workers", says, type=int, default=cores, metavar="N")
    add("--scheduler", "grade on the workers of this Dask scheduler", metavar="tcp://HOST:PORT")
    add("--offer", "print what a Dask worker here offers, for --resources", action="store_true")
    says = "sqlite:///file or postgresql://user@host/database (default: gradebook.db beside the results)"
    add("--db", f"the gradebook: {says}", metavar="URL")
    says = "seconds to wait for a worker at the scheduler (default: 300)"
    add("--wait", says, type=int, default=300, metavar="N")
    add("--again", "grade these anew, or all if none is named", nargs="*", metavar="STUDENT")
    says = "per cent of the points that late work loses for each day begun; stays until it is changed"
    add("--late-off", says, type=int, metavar="PERCENT")
    add("--late-most", "at most so much of the points", type=int, metavar="PERCENT")
    says = "days after which late work earns nothing (0: it always counts)"
    add("--late-days", says, type=int, metavar="N")
    add("--code", "also write each exercise's code as files, to look for copies", action="store_true")
    add("--unsafe", "run without a sandbox, as you: for notebooks that you trust", action="store_true")
    for one in fields(Limits):
        says = f"{one.metadata['help']} (default: {one.default})"
        add("--" + one.name.replace("_", "-"), says, type=int, default=one.default, metavar="N")


def run(given: argparse.Namespace, course: Course) -> int:
    """Grade what is new; returns the exit code."""
    # What a forged message breaks in a client's background tasks is no news: the run says what became of it.
    for loud in ("asyncio", "distributed"):
        logging.getLogger(loud).setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")  # of nbformat, about students' notebooks: the report says what matters
    # Both end a run, also where a shell started it in the background, which makes it deaf to the first.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    # Not above: whoever asks for help need not wait for nbgrader.
    from filelock import FileLock, Timeout

    from notebook_grader import admission, assignment, decisions, engine, gradebook, intake, sandbox, session

    limits = Limits(**{one.name: getattr(given, one.name) for one in fields(Limits)})
    if min(given.workers, given.wait, *vars(limits).values()) < 1:
        raise ValueError("Workers, waiting and limits must be 1 or more.")
    if given.unsafe:
        print(sandbox.UNSAFE, file=sys.stderr)
    elif not given.scheduler and (problem := sandbox.find_problem(course)):
        raise ValueError(problem)
    if given.offer:
        print(f"{engine.name_resource(course)}={given.workers}")
        return 0
    if given.submissions is None:
        raise ValueError(f"Say what to grade: a folder, or a zip, with {intake.LAYOUTS} in it.")
    grades, names = given.out or course.grades, assignment.list_names(given.assignments)
    _check_places(given, course, grades / "keys")
    known = [one.name for one in grades.glob("*/results/*.json")]
    submissions = intake.collect(given.submissions, names, {Path(name).stem for name in known})
    name = given.assignment or admission.guess_assignment(submissions, names, limits)
    if name is None:
        there = ", ".join(names) or "none; make the assignments first"
        raise ValueError(f"The notebooks do not say which assignment they are; name it (built are: {there}).")
    out, book = given.out or grades / name, given.db or gradebook.name_default(grades)
    file = [Path(book.removeprefix("sqlite:///"))] if book.startswith("sqlite:///") else []
    _check_places(given, course, out, given.submissions, given.assignments, *file)
    if given.assignments == course.assignments:
        course.prepare(name)
    held = assignment.load(name, given.assignments, grades / "keys", course)
    how = given.unsafe, given.workers, given.scheduler, given.wait, given.again, given.code
    rules = {name: getattr(given, name.replace(" ", "_")) for name in decisions.RULES}
    rules = {name: value for name, value in rules.items() if value is not None}
    options = session.Options(limits, *how, rules)
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(out / ".lock", timeout=0):
            return session.Session(course, held, submissions, out, book, options).run()
    except Timeout:
        raise ValueError(f"Another grading run is writing to {out}.") from None


def _check_places(given: argparse.Namespace, course: Course, *private: Path) -> None:
    from notebook_grader import sandbox

    if not given.unsafe and (shown := sandbox.find_exposed(course, *private)):
        raise ValueError(EXPOSED.format(place=shown))
