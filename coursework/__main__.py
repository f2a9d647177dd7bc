"""The coursework's command line: ``coursework TASK ...``; each task says what it takes with ``--help``."""

import argparse
import errno
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sealed_readings.folder import FolderError

from coursework.making.files import MasterError

ROOT = Path(__file__).resolve().parents[1]


def _make_notebooks(given: Namespace) -> int:
    """Run the notebooks whose code, library or tables changed, take over prose, collect what they filed."""
    from sealed_readings.folder import Folder
    from sealed_readings.results import write_results

    from coursework.making import freshness, products

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
    # Their numbers become tables, and what labels change by it is said.
    for folder in products.list_ledgers(ROOT):
        print("".join(f"{line}\n" for line in write_results(Folder(folder))), end="")
    return 0


def _make_pages(given: Namespace) -> int:
    """Make what the book shows of masters and chapters: pages of exercises, notebooks to take along, keys."""
    from coursework.making import everything

    instructor = given.edition == "instructor"  # whose keys have the notebooks that are marked beside them
    everything.make(ROOT, instructor=instructor, cohort=given.cohort, marked=instructor)
    return 0


def _make_assignments(given: Namespace) -> int:
    """Make the students' notebooks and nbgrader's sources."""
    from coursework.making import everything, products

    made = everything.make(ROOT, cohort=given.cohort)
    if given.roster:
        count = everything.make_class(ROOT, given.roster, given.cohort, given.assignment, given.keys)
        print(f"{count} personal notebooks are in {products.ASSIGNMENTS}/class; keep {given.keys} safe")
    print(f"{made} of the masters had changed; the assignments are in {products.ASSIGNMENTS}")
    most = products.list_points(ROOT, given.cohort)
    print("On Moodle or Canvas each takes one file, of the type .ipynb, and has as its maximum:")
    print("".join(f"  {name:32} {points:3} points\n" for name, points in most.items()), end="")
    return 0


def _make_bank(given: Namespace) -> int:
    """Write the questions that a learning platform can ask, for Moodle and for Canvas."""
    from coursework.bank import bank

    print(bank.make(ROOT, given.sets))
    return 0


def _make_calendar(given: Namespace) -> int:
    """Plan a term and write it as a calendar file."""
    from coursework.making import term

    made = term.make_calendar(ROOT, given.weeks, given.start, given.hours, given.breaks)
    print(f"The calendar is in {made.relative_to(ROOT)}")
    return 0


def _make_slides(given: Namespace) -> int:
    """Make slides of the chapters, or of one."""
    from coursework.making import slides

    folder = slides.make(ROOT, given.chapter)
    print(f"Open {folder.relative_to(ROOT)}/index.html in a browser.")
    return 0


def _lint(given: Namespace) -> int:
    """Say what is wrong with chapters: numbers, charts, answers, and what they ask of a reader."""
    from coursework.lint import rules
    from coursework.lint.chapter import Chapter

    counts = []
    for source in rules.choose(ROOT, given.chapters):
        found = rules.lint(Chapter.load(source))
        print(*found, f"{source.stem}: {len(found) or 'nothing'} to mend", sep="\n")
        counts.append(len(found))
    return 1 if any(counts) else 0


def _check_capstone(arguments: list[str]) -> int:
    """Check the automatic part of a capstone."""
    from coursework.capstone.__main__ import main

    return main(arguments)


def _run_grader(arguments: list[str]) -> int:
    from notebook_grader.__main__ import main

    from coursework.course import COURSE

    def make_capstone() -> object:
        from coursework.capstone import marking

        return marking.make_assignment()

    return main(arguments, replace(COURSE, others={"capstone": make_capstone}), "coursework")


# Tasks that read their arguments themselves, as the capstone does.
BY_THE_GRADER = {
    "grade": "Grade a folder or zip of submitted notebooks.",
    "mark": "Mark the texts of a class in a browser.",
    "explain": "Say how a mark came about: explain STUDENT EXERCISE.",
    "return": "Return marks and feedback to Moodle or Canvas.",
}
# What cannot be done where a task meets a fault; of the others something cannot be made.
FAILED = {
    "lint": "The chapters cannot be checked",
    "capstone": "The capstone cannot be checked",
    "grade": "The submissions cannot be graded",
    "mark": "The desk cannot be opened",
    "explain": "The mark cannot be explained",
    "return": "Marks and feedback cannot be returned",
}


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="coursework")
    tasks = parser.add_subparsers(metavar="TASK", dest="task", required=True)

    def begin(name: str, run: Callable[[Namespace], int]) -> Callable[..., argparse.Action]:
        task = tasks.add_parser(name, help=run.__doc__, description=run.__doc__)
        task.set_defaults(run=run)
        return task.add_argument

    add = begin("notebooks", _make_notebooks)
    add("sources", nargs="*", metavar="chapters/03_gdp.md", help="these only; all if none is named")
    add("--anew", action="store_true", help="run them also where nothing changed")
    cohort = {"default": os.environ.get("COHORT", ""), "help": "such as 2027-spring"}
    add = begin("pages", _make_pages)
    add("--edition", choices=("student", "instructor"), default="student")
    add("--cohort", **cohort)
    add = begin("assignments", _make_assignments)
    add("--cohort", **cohort)
    roster = os.environ.get("ROSTER") or None
    add("--roster", type=Path, default=roster, help="CSV of a class: a notebook for each student")
    add("--assignment", default="", metavar="NN_topic", help="with --roster, this one only")
    add("--keys", type=Path, default=ROOT / "grades" / "keys", help="where keys are kept")
    add = begin("bank", _make_bank)
    add("--sets", type=int, default=3, help="of numbers for what varies, the book's first")
    add = begin("calendar", _make_calendar)
    add("--weeks", type=int, required=True)
    add("--start", required=True, metavar="2027-03-01", help="the first day of the first week")
    add("--hours", type=float, default=4, help="of a week, beside the class")
    add("--break", default="", dest="breaks", metavar="DAYS", help="a day of each week without the course")
    add = begin("slides", _make_slides)
    add("chapter", nargs="?", default="", metavar="03", help="this one only")
    add = begin("lint", _lint)
    add("chapters", nargs="*", metavar="03", help="number or name; all if none is named")
    for name, says in ({"capstone": _check_capstone.__doc__} | BY_THE_GRADER).items():
        tasks.add_parser(name, help=says)
    return parser


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def main(arguments: list[str] | None = None) -> int:
    """Run one task; returns its exit code."""
    own = sys.argv[1:] if arguments is None else arguments
    name = own[0] if own else ""
    try:
        if name == "capstone":
            return _check_capstone(own[1:])
        if name in BY_THE_GRADER:
            return _run_grader(own)
        given = _make_parser().parse_args(own)
        return given.run(given)
    except (FolderError, MasterError) as error:
        return _refuse(f"{FAILED.get(name, f'The {name} cannot be made')}:\n{error}")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _refuse("The disk is full: make room, then run the same command again.")


if __name__ == "__main__":
    sys.exit(main())
