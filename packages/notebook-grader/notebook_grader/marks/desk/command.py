"""Mark the texts of a class in a browser, question by question, and override points of the machine.

The desk shows all assignments that are graded in the folder of results.
"""

import argparse
import sys
from pathlib import Path

from notebook_grader.course import Course

LAST_PORT = 65535


def add_options(parser: argparse.ArgumentParser, course: Course) -> None:
    """Add the options of the command."""
    add = parser.add_argument
    grades = course.grades
    add("--grades", type=Path, default=grades, help=f"the folder of results (default: {grades})")
    add("--assignment", metavar="NN_topic", help="only this assignment")
    add(
        "--assignments", type=Path, default=course.assignments, help="the folder of all assignments"
    )
    add("--port", type=int, default=8000, help="the port on this machine (default: 8000)")
    add(
        "--bind",
        default="127.0.0.1",
        help="address to listen on (default: 127.0.0.1, this machine only)",
    )
    add(
        "--markers",
        default="",
        metavar="Li,Wang",
        help="markers; each gets a share of answers and a link",
    )
    add(
        "--twice",
        type=float,
        default=0,
        metavar="PER CENT",
        help="share of answers that two mark, blind",
    )
    add(
        "--address",
        default="",
        help="address where markers reach the desk, e.g. https://desk.example.org",
    )
    add("--days", type=float, default=14, help="days that an invitation is valid (default: 14)")


def run(arguments: argparse.Namespace, course: Course) -> int:
    """Open the desk until Ctrl-C; returns the exit code."""
    if not 0 <= arguments.port <= LAST_PORT:
        raise ValueError(f"{arguments.port} is not a port; ports are from 0 to {LAST_PORT}.")
    if not 0 < arguments.days < float("inf"):
        raise ValueError(f"{arguments.days:g} is not a number of days above 0.")
    # Imported late, so that --help does not wait for the web server.
    from notebook_grader import gate
    from notebook_grader.marks.desk import markers
    from notebook_grader.marks.desk.server import Desk

    stacks, missing = find_stacks(
        arguments.grades, arguments.assignments, course, arguments.assignment
    )
    listed = arguments.markers.split(",") if arguments.markers.strip() else []
    names = tuple(name.strip() for name in listed)
    named = markers.Markers(names, arguments.twice / 100)
    secret = markers.read_secret(arguments.grades / "keys") if named.names else ""
    invitations = markers.Invitations(named, arguments.address, secret, arguments.days)
    desk = Desk(stacks, arguments.port, arguments.bind, invitations, missing)
    print(f"The desk is at {desk.address} (stop with Ctrl-C)")
    for name in named.names:
        print(f"Link for {name}: {desk.invite(name)}")
    if named.names:
        print(
            f"These links are valid for {arguments.days:g} days. Send each marker only their own."
        )
    _warn_of_address(arguments.address)
    sys.stdout.flush()
    try:
        desk.serve()
    except KeyboardInterrupt:
        print()
    finally:
        gate.close()
    for stack in stacks:
        stack.refresh()
        done, whole = stack.count_marked()
        print(f"{stack.name}: {done} of {whole} answers are marked; the next grading applies them.")
    return 0


def _warn_of_address(address: str) -> None:
    """Say that others on the way can read what is sent to another machine in the open."""
    local = ("http://localhost", "http://127.")
    if address.startswith("http:") and not address.startswith(local):
        print(f"Traffic to {address} is not encrypted: a tunnel (ssh -L) or https is safer.")


def find_stacks(grades: Path, assignments: Path, course: Course, name: str | None = None) -> tuple:
    """Find the assignments to mark: all that are graded in a folder, or the one that is named; and
    say why others cannot be marked.

    Raises `ValueError` if there is none.
    """
    from notebook_grader.assignments.assignment import list_names, load
    from notebook_grader.marks.desk.stack import Stack
    from notebook_grader.marks.store import list_graded

    graded = list_graded(grades)
    known = {*list_names(assignments), *course.others}
    if not graded or (name and name not in graded):
        raise ValueError(
            f"{grades} holds no results {f'of {name} ' if name else ''}to mark: grade first."
        )
    stacks = []
    faults = []
    for chosen in [name] if name else graded:
        try:
            if chosen not in known:
                raise ValueError(
                    f"{chosen} is graded, but not built here: {course.remedy(chosen)}."
                )
            make = course.others.get(chosen)
            built = (
                make() if make else load(chosen, assignments, grades / "keys", course, make=False)
            )
            stacks.append(Stack(grades / chosen, built))
        except ValueError as error:
            faults.append(str(error))
    if not stacks:
        raise ValueError("\n".join(faults))
    for fault in faults:  # one assignment stops no other
        print(fault, file=sys.stderr)
    return stacks, faults
