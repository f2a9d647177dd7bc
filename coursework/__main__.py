"""The coursework's command line: ``coursework TASK ...``; each task says what it takes with ``--help``."""

import argparse
import errno
import os
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _make_notebooks(arguments: list[str]) -> int:
    """Run the notebooks whose code, library or tables changed, take over prose, collect what they filed."""
    parser = argparse.ArgumentParser(prog="coursework notebooks", description=_make_notebooks.__doc__)
    parser.add_argument(
        "sources", nargs="*", metavar="chapters/03_gdp.md", help="these only; all if none is named"
    )
    parser.add_argument("--anew", action="store_true", help="run them also where nothing changed")
    given = parser.parse_args(arguments)
    from coursework.making import freshness

    known = freshness.list_sources(ROOT)
    chosen = [Path(name).resolve() for name in given.sources] or known
    if odd := [path for path in chosen if path not in known]:
        return _refuse(f"{odd[0]} is no source of a notebook; sources are {', '.join(freshness.SOURCES)}.")
    stale = [path for path in chosen if given.anew or freshness.state(ROOT, path) != "fresh"]
    # What runs notebooks takes a second to import, and most builds find all of them fresh.
    if stale:
        from coursework.making import execute

        jobs = [execute.Job(path, path.with_suffix(".ipynb")) for path in stale]
        if faults := execute.run_jobs(ROOT, jobs, anew=given.anew):
            return _refuse("\n".join(faults))
    return _collect()


def _collect() -> int:
    """Write the numbers that notebooks filed on claims into `results.csv`, and say which labels change."""
    from claims_ledger.folder import Folder, FolderError
    from claims_ledger.results import write_results

    from coursework.making import products

    for folder in products.list_ledgers(ROOT):
        try:
            print("".join(f"{line}\n" for line in write_results(Folder(folder))), end="")
        except FolderError as error:
            return _refuse(f"{error}.")
    return 0


def _make_pages(arguments: list[str]) -> int:
    """Make what the book shows of masters and chapters: pages of exercises, notebooks to take along, keys."""
    return _make(arguments, "pages")


def _make_assignments(arguments: list[str]) -> int:
    """Make the students' notebooks and nbgrader's sources."""
    return _make(arguments, "assignments")


def _make(arguments: list[str], task: str) -> int:
    parser = argparse.ArgumentParser(prog=f"coursework {task}")
    add = parser.add_argument
    add("--edition", choices=("student", "instructor"), default="student")
    add("--cohort", default=os.environ.get("COHORT", ""), help="such as 2027-spring")
    if task == "assignments":
        roster = os.environ.get("ROSTER") or None
        add("--roster", type=Path, default=roster, help="CSV of a class: a notebook for each student")
        add("--assignment", default="", metavar="NN_topic", help="with --roster, this one only")
        add("--keys", type=Path, default=ROOT / "grades" / "keys", help="where keys are kept")
    given = parser.parse_args(arguments)
    from coursework.making import everything, products
    from coursework.making.files import MasterError

    try:
        made = everything.make(ROOT, instructor=given.edition == "instructor", cohort=given.cohort)
        if task == "assignments" and given.roster:
            count = everything.make_class(ROOT, given.roster, given.cohort, given.assignment, given.keys)
            print(f"{count} personal notebooks are in {products.ASSIGNMENTS}/class; keep {given.keys} safe")
    except MasterError as error:
        return _refuse(f"The exercises cannot be made:\n{error}")
    if task == "assignments":
        print(f"{made} of the masters had changed; the assignments are in {products.ASSIGNMENTS}")
        most = products.list_points(ROOT, given.cohort)
        print("On Moodle or Canvas each takes one file, of the type .ipynb, and has as its maximum:")
        print("".join(f"  {name:32} {points:3} points\n" for name, points in most.items()), end="")
    return 0


def _make_bank(arguments: list[str]) -> int:
    """Write the questions that a learning platform can ask, for Moodle and for Canvas."""
    parser = argparse.ArgumentParser(prog="coursework bank", description=_make_bank.__doc__)
    parser.add_argument("--sets", type=int, default=3, help="of numbers for what varies, the book's first")
    given = parser.parse_args(arguments)
    from coursework.bank import bank
    from coursework.making.files import MasterError

    try:
        print(bank.make(ROOT, given.sets))
    except MasterError as error:
        return _refuse(f"The bank cannot be made:\n{error}")
    return 0


def _make_calendar(arguments: list[str]) -> int:
    """Plan a term and write it as a calendar file."""
    parser = argparse.ArgumentParser(prog="coursework calendar", description=_make_calendar.__doc__)
    add = parser.add_argument
    add("--weeks", type=int, required=True)
    add("--start", required=True, metavar="2027-03-01", help="the first day of the first week")
    add("--hours", type=float, default=4, help="of a week, beside the class")
    add("--break", default="", dest="breaks", metavar="DAYS", help="a day of each week without the course")
    given = parser.parse_args(arguments)
    from coursework.making import plans, term

    try:
        made = term.make_calendar(ROOT, given.weeks, given.start, given.hours, given.breaks)
    except plans.PlanError as error:
        return _refuse(f"There is no such plan: {error}.")
    print(f"The calendar is in {made.relative_to(ROOT)}")
    return 0


def _make_slides(arguments: list[str]) -> int:
    """Make slides of the chapters, or of one."""
    parser = argparse.ArgumentParser(prog="coursework slides", description=_make_slides.__doc__)
    parser.add_argument("chapter", nargs="?", default="", metavar="03", help="this one only")
    given = parser.parse_args(arguments)
    from coursework.making import slides
    from coursework.making.files import MasterError

    try:
        folder = slides.make(ROOT, given.chapter)
    except MasterError as error:
        return _refuse(f"The slides cannot be made: {error}.")
    print(f"Open {folder.relative_to(ROOT)}/index.html in a browser.")
    return 0


def _lint(arguments: list[str]) -> int:
    """Say what is wrong with chapters: numbers, charts, answers, code, and shares that may only fall."""
    from coursework.lint.__main__ import main as lint

    return lint(ROOT, arguments)


def _run_grader(task: str, arguments: list[str]) -> int:
    from notebook_grader.__main__ import main

    from coursework.course import COURSE

    return main([task, *arguments], replace(COURSE, others={"capstone": _make_capstone}), "coursework")


def _make_capstone() -> object:
    from coursework.capstone import marking

    return marking.make_assignment()


def _check_capstone(arguments: list[str]) -> int:
    """Check the automatic part of a capstone."""
    from coursework.capstone.__main__ import main

    return main(arguments)


MADE_HERE = {
    "notebooks": _make_notebooks,
    "pages": _make_pages,
    "assignments": _make_assignments,
    "bank": _make_bank,
    "calendar": _make_calendar,
    "slides": _make_slides,
    "lint": _lint,
    "capstone": _check_capstone,
}
BY_THE_GRADER = {
    "grade": "Grade a folder or zip of submitted notebooks.",
    "mark": "Mark the texts of a class in a browser.",
    "explain": "Say how a mark came about: explain STUDENT EXERCISE.",
    "return": "Return marks and feedback to Moodle or Canvas.",
}


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def main(arguments: list[str] | None = None) -> int:
    """Run one task; returns its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    name, own = (given[0], given[1:]) if given else ("", [])
    try:
        if name in MADE_HERE:
            return MADE_HERE[name](own)
        if name in BY_THE_GRADER:
            return _run_grader(name, own)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _refuse("The disk is full: make room, then run the same command again.")
    told = {task: run.__doc__ for task, run in MADE_HERE.items()} | BY_THE_GRADER
    listed = "\n".join(f"  {task:12} {does}" for task, does in told.items())
    print(f"Name a task:\n{listed}", file=sys.stderr)
    return 0 if given in (["-h"], ["--help"]) else 2


if __name__ == "__main__":
    sys.exit(main())
