"""Mark the texts of a class in a browser, by question, and give points other than the machine's.

Everything that is graded in the folder of results lies on the desk.
"""

import argparse
import sys
from pathlib import Path

from notebook_grader.course import Course


def add_options(parser: argparse.ArgumentParser, course: Course) -> None:
    """The options of the command."""
    add, grades = parser.add_argument, course.grades
    add("--grades", type=Path, default=grades, help=f"the folder of results (default: {grades})")
    add("--assignment", metavar="NN_topic", help="this one only")
    add("--assignments", type=Path, default=course.assignments, help="the folder of all assignments")
    add("--port", type=int, default=8000, help="the port on this machine (default: 8000)")
    add("--bind", default="127.0.0.1", help="listened on (default: 127.0.0.1, this machine alone)")
    says = "who marks: each gets a share, and a link to come in"
    add("--markers", default="", metavar="Li,Wang", help=says)
    add("--twice", type=float, default=0, metavar="PER CENT", help="of the answers are marked by two, blind")
    add("--address", default="", help="at which markers reach the desk, such as https://desk.example.org")
    add("--days", type=float, default=14, help="that an invitation holds (default: 14)")


def run(given: argparse.Namespace, course: Course) -> int:
    """Open the desk until Ctrl-C; returns the exit code."""
    # Not above: whoever asks for help need not wait for nbgrader.
    from notebook_grader.desk import markers
    from notebook_grader.desk.server import Desk

    stacks = find_stacks(given.grades, given.assignments, course, given.assignment)
    names = tuple(name.strip() for name in given.markers.split(",")) if given.markers.strip() else ()
    named = markers.Markers(names, given.twice / 100)
    secret = markers.read_secret(given.grades / "keys") if named.names else ""
    invitations = markers.Invitations(named, given.address, secret, given.days)
    desk = Desk(stacks, given.port, given.bind, invitations)
    print(f"The desk is at {desk.address} (stop with Ctrl-C)")
    for name in named.names:
        print(f"{name} comes in by {desk.invite(name)}")
    if named.names:
        says = "Whoever has one marks in its name: send each by itself."
        print(f"These links hold {given.days:g} days. {says}")
    own = ("http://localhost", "http://127.")
    if given.address.startswith("http:") and not given.address.startswith(own):
        print(f"Nothing is encrypted on the way to {given.address}: a tunnel (ssh -L) or https is safer.")
    sys.stdout.flush()
    try:
        desk.serve()
    except KeyboardInterrupt:
        print()
    for stack in stacks:
        stack.refresh()
        done, whole = stack.count_marked()
        print(f"{stack.name}: {done} of {whole} answers are marked; the next grading takes them over.")
    return 0


def find_stacks(grades: Path, assignments: Path, course: Course, name: str | None = None) -> list:
    """What lies on the desk: every assignment that is graded in a folder, or the one that is named.

    Raises `ValueError` if there is none, or one cannot be marked.
    """
    from notebook_grader.assignment import list_names, load
    from notebook_grader.desk.stack import Stack
    from notebook_grader.store import list_graded

    there = list_graded(grades)
    # Other folders may be marked otherwise.
    known = {*list_names(assignments), *course.others}
    chosen = [name] if name else [one for one in there if one in known]
    if not chosen or not set(chosen) <= set(there):
        what = f"of {name} " if name else ""
        raise ValueError(f"{grades} holds no results {what}to mark: grade first.")
    keys = grades / "keys"
    held = [
        course.others[one]() if one in course.others else load(one, assignments, keys, course, make=False)
        for one in chosen
    ]
    return [Stack(grades / one.name, one) for one in held]
