"""The coursework's command line: ``coursework TASK ...``; each task lists its options with
``--help``."""

import argparse
import errno
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sealed_readings.folder import FolderError

from coursework.common import MasterError

ROOT = Path(__file__).resolve().parents[1]
# Each task imports what it needs, so that those that find everything up to date start fast.


def _describe_data(options: Namespace) -> int:
    """Write size and checksum of each data file into the descriptor, and name columns that it
    lacks."""
    from coursework.build import descriptor, freshness

    freshness.refresh_descriptor(ROOT / "data")
    problems = list(descriptor.find_undescribed(ROOT / "data"))
    return _refuse("\n".join(problems)) if problems else 0


def _make_notebooks(options: Namespace) -> int:
    """Run notebooks whose code, library or tables changed, update prose, collect the numbers they
    filed."""
    from sealed_readings.folder import Folder
    from sealed_readings.results import write_results

    from coursework import products
    from coursework.build import freshness

    known = freshness.list_sources(ROOT)
    chosen = [Path(name).resolve() for name in options.sources] or known
    if unknown := [path for path in chosen if path not in known]:
        return _refuse(
            f"{unknown[0]} is no source of a notebook; sources are {', '.join(freshness.SOURCES)}."
        )
    stale = [path for path in chosen if options.anew or freshness.state(ROOT, path) != "fresh"]
    if stale:
        from coursework.build import execute

        jobs = [execute.Job(path, path.with_suffix(".ipynb")) for path in stale]
        if faults := execute.run_jobs(ROOT, jobs, anew=options.anew):
            return _refuse("\n".join(faults))
    # Their numbers go into the results table; labels that change by it are printed.
    for folder in products.list_ledgers(ROOT):
        print("".join(f"{line}\n" for line in write_results(Folder(folder))), end="")
    freshness.refresh_descriptor(ROOT / "data")
    return 0


def _make_pages(options: Namespace) -> int:
    """Make notebooks, then exercise pages, downloads, plans and, for instructors, keys."""
    from coursework import everything

    if failure := _make_notebooks(options):
        return failure
    instructor = options.edition == "instructor"  # whose keys offer the notebooks that are marked
    everything.make(ROOT, instructor=instructor, cohort=options.cohort, marked=instructor)
    return 0


def _make_assignments(options: Namespace) -> int:
    """Make the students' notebooks and the grader's sources."""
    from coursework import everything, products
    from coursework.teach import chapter

    cohort = options.cohort
    chosen = everything.choose_masters(ROOT, options.cohort, options.assignment)
    if options.assignment:
        made = everything.make_assignment(ROOT, cohort, options.assignment)
    else:
        made = everything.make(ROOT, cohort=cohort)
    print(f"{made} of the masters had changed; the assignments are in {products.ASSIGNMENTS}")
    print("On Moodle or Canvas each takes one file, of the type .ipynb, and has as its maximum")
    print("(in brackets: what of it has no answer on the book's pages):")
    for source in chosen:
        release = products.list_assignment(ROOT, source.stem, cohort).release
        assigned = chapter.describe_assigned(ROOT, source.stem)
        print(
            f"  {release.stem:32} {products.count_points(release):3} points"
            f" ({assigned or 'nothing'})"
        )
    return 0


def _make_bank(options: Namespace) -> int:
    """Write a question bank for Moodle."""
    from coursework.bank import moodle

    print(moodle.make(ROOT, options.sets, options.cohort))
    return 0


def _make_calendar(options: Namespace) -> int:
    """Plan a term, and write it as a calendar file and as a syllabus."""
    from coursework.teach import term

    made = term.make_calendar(ROOT, options.weeks, options.start, options.breaks, options.day)
    print(f"The calendar is in {made.relative_to(ROOT)}, and a syllabus with this plan beside it")
    return 0


def _make_slides(options: Namespace) -> int:
    """Make slides of all chapters, or of one."""
    from coursework.teach import slides

    folder = slides.make(ROOT, options.chapter)
    print(f"Open {folder.relative_to(ROOT)}/index.html in a browser.")
    return 0


def _lint(options: Namespace) -> int:
    """List what is wrong with chapters: numbers, charts, answers, and what they ask of a reader."""
    from coursework.lint import rules
    from coursework.lint.chapter import Chapter

    count = 0
    for source in rules.choose(ROOT, options.chapters):
        findings = rules.lint(Chapter.load(source))
        print(*findings, f"{source.stem}: {len(findings) or 'nothing'} to fix", sep="\n")
        count += len(findings)
    return 1 if count else 0


def _run_panel(options: Namespace) -> int:
    """Draw passages for strangers to rate, or read their ratings."""
    from coursework import panel

    out = ROOT / "_build" / "panel" / str(options.seed)
    if options.ratings:
        print(*panel.score(out / "key.json", [Path(name) for name in options.ratings]), sep="\n")
        return 0
    count = panel.make(
        ROOT / "_build" / "html", options.lesson, Path(options.others), out, options.seed
    )
    print(f"{count} passages are in {out.relative_to(ROOT)}/passages.md.")
    print("Two strangers rate them; nobody opens key.json beside it before both have.")
    return 0


def _run_grader(arguments: list[str]) -> int:
    from notebook_grader.__main__ import main

    from coursework.course import COURSE

    def make_capstone() -> object:
        from coursework.capstone import marking

        return marking.make_assignment()

    return main(arguments, replace(COURSE, others={"capstone": make_capstone}), "coursework")


# Tasks that parse their own arguments: the capstone's, and the grader's.
WITH_OWN_OPTIONS = {
    "capstone": "Check the automatic part of a capstone.",
    "grade": "Grade a folder or zip of submitted notebooks.",
    "mark": "Mark the texts of a class in a browser.",
    "explain": "Explain how a mark came about: explain STUDENT EXERCISE.",
    "return": "Return marks and feedback to Moodle or Canvas.",
    "forget": "Forget a student: remove their files and rows.",
}


class _Tasks:
    """The tasks of the command, each with its options."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._tasks = parser.add_subparsers(metavar="TASK", dest="task", required=True)

    def begin(self, name: str, run: Callable[[Namespace], int]) -> Callable[..., argparse.Action]:
        """Add a task that takes its help from its function; returns what adds an option."""
        task = self._tasks.add_parser(name, help=run.__doc__, description=run.__doc__)
        task.set_defaults(run=run)
        return task.add_argument

    def name(self, name: str, text: str) -> None:
        """Add a task that another program runs."""
        self._tasks.add_parser(name, help=text)


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="coursework")
    tasks = _Tasks(parser)
    tasks.begin("data", _describe_data)
    _add_sources(tasks.begin("notebooks", _make_notebooks))
    add = tasks.begin("pages", _make_pages)
    _add_sources(add)
    add("--edition", choices=("student", "instructor"), default="student")
    _add_cohort(add, "name of a cohort, such as 2027-spring")
    add = tasks.begin("assignments", _make_assignments)
    _add_cohort(add, "name of a cohort, such as 2027-spring")
    add("--assignment", default="", metavar="NN_topic", help="make this one only (default: all)")
    add = tasks.begin("bank", _make_bank)
    add("--sets", type=int, default=3, help="sets of numbers for exercises that vary")
    _add_cohort(add, "a cohort, such as 2027-spring, whose numbers are left out")
    _add_calendar(tasks.begin("calendar", _make_calendar))
    add = tasks.begin("slides", _make_slides)
    add("chapter", nargs="?", default="", metavar="04", help="chapter (default: all)")
    add = tasks.begin("lint", _lint)
    add("chapters", nargs="*", metavar="04", help="numbers or names of chapters (default: all)")
    _add_panel(tasks.begin("panel", _run_panel))
    for name, text in WITH_OWN_OPTIONS.items():
        tasks.name(name, text)
    return parser


def _add_sources(add: Callable[..., argparse.Action]) -> None:
    text = "notebooks to run (default: all)"
    add("sources", nargs="*", metavar="chapters/04_vintages.md", help=text)
    add("--anew", action="store_true", help="run them even if nothing changed")


def _add_cohort(add: Callable[..., argparse.Action], text: str) -> None:
    add("--cohort", default=os.environ.get("COHORT", ""), help=text)


def _add_calendar(add: Callable[..., argparse.Action]) -> None:
    add("--weeks", type=int, required=True)
    add("--start", required=True, metavar="2027-03-01", help="first day of the first week")
    add("--break", default="", dest="breaks", metavar="DAYS", help="days on which no class is held")
    add("--day", default="", metavar="Thu", help="day of the class (default: the day of the start)")


def _add_panel(add: Callable[..., argparse.Action]) -> None:
    add("--seed", type=int, required=True, help="a new one for each draw")
    text = "lesson, with its checks (default: all)"
    add("--lesson", default="[0-9][0-9]_", metavar="07", help=text)
    add("--others", default="", metavar="FOLDER", help="texts of other books, as .md or .ipynb")
    add("--ratings", nargs="+", metavar="CSV", help="ratings of the passages drawn with this seed")


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def main(arguments: list[str] | None = None) -> int:
    """Run one task. Returns its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    name = arguments[0] if arguments else ""
    try:
        if name == "capstone":
            from notebook_grader.private import private_files

            from coursework.capstone.__main__ import main as check_capstone

            with private_files():
                return check_capstone(arguments[1:])
        if name in WITH_OWN_OPTIONS:
            return _run_grader(arguments)
        options = _make_parser().parse_args(arguments)
        return options.run(options)
    except (FolderError, MasterError) as error:
        return _refuse(f"coursework {name} failed:\n{error}")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _refuse("The disk is full: make room, then run the same command again.")


if __name__ == "__main__":
    sys.exit(main())
