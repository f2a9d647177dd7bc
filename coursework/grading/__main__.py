"""Grade a folder or zip of submitted notebooks.

Every notebook runs inside bubblewrap: without network, with read-only libraries, a private folder, and limits
on time, memory, processes and files. Marks, feedback and a report are written to one folder. Run the same
command again to go on after an interruption, to take in new submissions, or to take over manual.csv.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
import warnings
from dataclasses import fields
from pathlib import Path

from coursework.grading import assignment as assignments
from coursework.grading import limits as limit
from coursework.grading import sandbox
from coursework.grading.intake import IntakeError
from coursework.grading.limits import Limits

GRADES = Path("grades")
DATABASES = "sqlite:///file or postgresql://user@host/database (default: gradebook.db in grades/, or in --out if given)"


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m coursework.grading", description=__doc__)
    layouts = "a folder or zip: student/NN_topic.ipynb or student_NN_topic.ipynb"
    made.add_argument("submissions", type=Path, help=layouts)
    made.add_argument("--assignment", metavar="NN_topic", help="the assignment; found out if not named")
    made.add_argument(
        "--assignments", type=Path, default=assignments.BUILT, help="where 'make assignments' put them"
    )
    made.add_argument("--out", type=Path, help="folder of the results (default: grades/NN_topic)")
    made.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="submissions at one time on this machine"
    )
    made.add_argument("--scheduler", metavar="tcp://HOST:PORT", help="grade on the workers of this scheduler")
    made.add_argument("--db", metavar="URL", help="the gradebook: " + DATABASES)
    made.add_argument(
        "--wait",
        type=int,
        default=300,
        metavar="N",
        help="seconds to wait for a scheduler, workers or a database that went away (default: 300)",
    )
    made.add_argument(
        "--again", nargs="*", metavar="STUDENT", help="grade these anew, or all if none is named"
    )
    made.add_argument("--unsafe", action="store_true", help="run without a sandbox: " + sandbox.UNSAFE)
    for field in fields(Limits):
        flag = "--" + field.name.replace("_", "-")
        told = f"{limit.HELP[field.name]} (default: {field.default})"
        made.add_argument(flag, type=int, default=field.default, metavar="N", help=told)
    return made


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    given = parser().parse_args(arguments)
    limits = Limits(**{field.name: getattr(given, field.name) for field in fields(Limits)})
    if min(given.workers, given.wait, *(getattr(limits, field.name) for field in fields(Limits))) < 1:
        return _refuse("Workers, waiting and limits must be 1 or more.")
    if given.unsafe:
        print(sandbox.UNSAFE, file=sys.stderr)
    elif not given.scheduler and (found := sandbox.problem()):
        return _refuse(found)
    from coursework.grading import gradebook, session
    from coursework.grading.crew import NoCrew, Place

    warnings.simplefilter("ignore")  # of nbformat, about students' notebooks: the report says what matters
    try:
        plan = session.plan(given.submissions, given.assignment, given.assignments, limits, given.unsafe)
        database = gradebook.address(given.db) if given.db else gradebook.file(given.out or GRADES)
    except (IntakeError, ValueError, gradebook.GradebookError) as error:
        return _refuse(str(error))
    out = given.out or GRADES / plan.assignment.name
    private = [out, given.submissions, given.assignments]
    private += [Path(database.database)] if database.drivername == "sqlite" else []
    if not given.unsafe and (shown := sandbox.exposed(*private)):
        return _refuse(
            f"{shown} lies where the sandbox can read it; choose a place outside Python and the library."
        )
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _refuse(f"Another grading run is writing to {out}.")
        try:
            return session.run(
                plan, out, Place(given.scheduler, given.workers, given.wait), database, given.again
            )
        except (NoCrew, gradebook.GradebookError) as error:
            return _refuse(str(error))
        except KeyboardInterrupt:
            print("Interrupted. Run the same command again to go on.", file=sys.stderr)
            return 130
        except OSError as error:
            where = f" ({error.filename})" if error.filename else ""
            return _refuse(f"Something could not be read or written: {error.strerror or error}{where}.")


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
