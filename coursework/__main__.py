"""The coursework's command line: ``coursework TASK ...``; each task says what it takes with ``--help``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _notebooks(arguments: list[str]) -> int:
    """Run the notebooks whose code, library or tables changed, and take over changed prose."""
    parser = argparse.ArgumentParser(prog="coursework notebooks", description=_notebooks.__doc__)
    parser.add_argument(
        "sources", nargs="*", metavar="chapters/03_gdp.md", help="these only; all if none is named"
    )
    parser.add_argument("--anew", action="store_true", help="run them also where nothing changed")
    parser.add_argument("--check", action="store_true", help="write nothing, compare with what is stored")
    given = parser.parse_args(arguments)
    from coursework.making import freshness

    known = freshness.sources(ROOT)
    chosen = [Path(name).resolve() for name in given.sources] or known
    if odd := [path for path in chosen if path not in known]:
        return _refuse(f"{odd[0]} is no source of a notebook; sources are {', '.join(freshness.SOURCES)}.")
    # What runs notebooks takes a second to import, and most builds find all of them fresh.
    if not (given.anew or given.check) and all(freshness.state(ROOT, source) == "fresh" for source in chosen):
        return 0
    from coursework.making import execute

    if faults := execute.make_all(ROOT, chosen, anew=given.anew, check=given.check):
        return _refuse("\n".join(faults))
    return 0


def _pages(arguments: list[str]) -> int:
    """Make what the book shows of masters and chapters: pages of exercises, notebooks to take along, keys."""
    return _make(arguments, "pages")


def _assignments(arguments: list[str]) -> int:
    """Make the students' notebooks and nbgrader's sources."""
    return _make(arguments, "assignments")


def _make(arguments: list[str], task: str) -> int:
    parser = argparse.ArgumentParser(prog=f"coursework {task}")
    parser.add_argument("--edition", choices=("student", "instructor"), default="student")
    parser.add_argument("--cohort", default=os.environ.get("COHORT", ""), help="such as 2027-spring")
    if task == "assignments":
        roster = os.environ.get("ROSTER") or None
        parser.add_argument(
            "--roster", type=Path, default=roster, help="CSV of a class: a notebook for each student"
        )
        parser.add_argument(
            "--assignment", default="", metavar="NN_topic", help="with --roster, this one only"
        )
        parser.add_argument("--keys", type=Path, default=ROOT / "grades" / "keys", help="where keys are kept")
    given = parser.parse_args(arguments)
    from coursework.making import everything
    from coursework.making.errors import MasterError

    try:
        made = everything.make(ROOT, instructor=given.edition == "instructor", cohort=given.cohort)
        if task == "assignments" and given.roster:
            count = everything.make_class(
                ROOT, Path(given.roster), given.cohort, given.assignment, given.keys
            )
            print(f"{count} personal notebooks are in {everything.ASSIGNMENTS}/class; keep {given.keys} safe")
    except MasterError as error:
        return _refuse(f"The exercises cannot be made:\n{error}")
    if task == "pages":
        from coursework.making import chapter

        print(chapter.table_of_times(ROOT))
    else:
        print(f"{made} masters had changed; the assignments are in {everything.ASSIGNMENTS}")
    return 0


def _grade(arguments: list[str]) -> int:
    """Grade a folder or zip of submitted notebooks."""
    from coursework.grading.__main__ import main as grade

    return grade(arguments)


def _return(arguments: list[str]) -> int:
    """Return marks and feedback to Moodle or Canvas."""
    from coursework.grading.returns import main as return_marks

    return return_marks(arguments)


def _mark(arguments: list[str]) -> int:
    """Mark the texts of a class in a browser."""
    from coursework.desk.__main__ import main as mark

    return mark(arguments)


def _capstone(arguments: list[str]) -> int:
    """Check the automatic part of a capstone."""
    from coursework.capstone.__main__ import main as capstone

    return capstone(arguments)


TASKS = {
    "notebooks": _notebooks,
    "pages": _pages,
    "assignments": _assignments,
    "grade": _grade,
    "return": _return,
    "mark": _mark,
    "capstone": _capstone,
}


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def main(arguments: list[str] | None = None) -> int:
    """Run one task; returns its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0] in TASKS:
        return TASKS[given[0]](given[1:])
    told = "\n".join(f"  {name:12} {task.__doc__}" for name, task in TASKS.items())
    print(f"Name a task:\n{told}", file=sys.stderr)
    return 0 if given in (["-h"], ["--help"]) else 2


if __name__ == "__main__":
    sys.exit(main())
