"""One run: write what comes of masters, chapters and library, leaving alone what is up to date.

A file is up to date while the hashes of what it was made from, and its own, are those on record. What makes
files takes seconds to import, and most runs find all of them fresh: so this imports it only where one is not,
and reads from the import graph what would make it.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sealed_readings import records
from sealed_readings.folder import Folder
from sealed_readings.results import list_filed

from coursework.making import chapter, freshness, needs, plans, products, term
from coursework.making.files import MasterError, Record, digest_of, write_file
from coursework.making.freshness import digest
from coursework.making.origins import digest_maker
from coursework.making.products import ASSIGNMENTS, name_assignment

RECORD = f"{ASSIGNMENTS}/made.json"
# The versions of the libraries that make files: what a maker imports that is not ours.
VERSIONS = "constraints.txt"


@dataclass(frozen=True)
class Step:
    """Files that are made together: whose they are, the hash of what they follow from, and their contents."""

    name: str
    origin: str
    targets: Iterable[Path]
    make: Callable[[], Iterable[str | bytes]]


def _run(record: Record, steps: Iterable[Step]) -> list[str]:
    """Make what is not up to date; returns the names of those steps."""
    stale = [step for step in steps if not record.is_fresh(step.origin, step.targets)]
    for number, step in enumerate(stale, start=1):
        for target, content in zip(step.targets, step.make(), strict=True):
            write_file(target, content)
        record.note(step.origin, step.targets)
        print(f"Coursework {number} of {len(stale)}: {step.name} made", file=sys.stderr, flush=True)
    return [step.name for step in stale]


def pack_wheel(root: Path) -> bytes:
    """The course's library. Raises `MasterError` where it cannot be packed."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
        if done.returncode:
            raise MasterError(f"the course's library cannot be packed: {done.stderr.strip()[-300:]}")
        return (Path(folder) / needs.name_wheel(root)).read_bytes()


def _plan_library(root: Path) -> Step:
    """The library's wheel, for notebooks and beside the chapters to take along."""
    targets = [root / folder / needs.name_wheel(root) for folder in (ASSIGNMENTS, products.TAKE_ALONG)]
    origin = digest_of(*(root / part for part in needs.list_wheel_parts(root)))
    return Step("library", origin, targets, lambda: [pack_wheel(root)] * 2)


def _plan_ledgers(root: Path) -> Step:
    """What pages show of all claims, from the articles' folders and what their notebooks filed."""
    made = products.list_ledgers(root)
    folders = [Folder(path) for path in made]
    filed = repr([list(list_filed(one)) for one in folders])
    origin = digest(digest_of(*made, root / "packages/sealed-readings/sealed_readings"), filed)
    texts = (records.format_json(records.make_record(one)) for one in folders)  # made when asked for
    return Step("ledger", origin, [*made.values()], lambda: texts)


def _plan_master(root: Path, source: Path, executed: Path, cohort: str, announced: dict | None) -> list[Step]:
    """A master's page with its notebook for practice, and its assignment.

    A sentence changed in a chapter changes nothing here, but what is `announced` of it, as its minutes, does.
    """
    stem, plain = source.stem, source.with_suffix(".ipynb")
    if not executed.exists():
        raise MasterError(f"{executed.name} is missing: run 'make notebooks'")
    install = needs.find_needs(root, freshness.read_code(executed)).install
    made_by = digest(digest_maker(root, "coursework.making.derived"), digest_of(root / VERSIONS), install)
    if announced is None:
        raise MasterError(f"chapter {int(stem[:2])} is not in the contents: add chapters/{stem} to _toc.yml")
    objectives = announced["objectives"]
    wheel = f"{ASSIGNMENTS}/{needs.name_wheel(root)}"

    def make_practice() -> products.Practice[str]:
        from coursework.making import derived, master

        return derived.make_practice(master.read(plain), install, wheel, announced)

    def make_assignment() -> products.Assignment[str]:
        from coursework.making import derived, master

        return derived.make_assignment(master.read(executed), install, objectives)

    page_origin = digest(made_by, repr(announced), digest_of(plain))
    practice, assignment = products.list_practice(root, stem), products.list_assignment(root, stem, cohort)
    return [
        Step(stem, page_origin, practice, make_practice),
        Step(stem, digest(made_by, repr(objectives), digest_of(executed)), assignment, make_assignment),
    ]


def _plan_take_along(root: Path, library: Step) -> list[Step]:
    """The chapters to take along, each by itself, with the library beside it."""
    folder, wheel = root / products.TAKE_ALONG, root / ASSIGNMENTS / needs.name_wheel(root)
    sources, works = sorted((root / "chapters").glob("[0-9][0-9]_*.ipynb")), root / "references.bib"
    notebooks = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sources}
    figures = chapter.number_figures(notebooks)
    given = digest_of(works, root / VERSIONS), library.origin, repr(figures)
    made_by = digest(digest_maker(root, "coursework.making.take_along"), *given)

    def plan(stem: str, notebook: dict) -> Step:
        source, times = root / "chapters" / f"{stem}.ipynb", chapter.describe_times(root, stem)
        needed = needs.find_needs(root, freshness.list_code(notebook))

        def make() -> Iterable[bytes]:
            from coursework.making import take_along

            text = take_along.format_chapter(source, figures, works, times, needed)
            yield take_along.bundle(stem, text, wheel, needed)

        origin = digest(made_by, repr((times, needed)), digest_of(source))
        return Step(f"{stem} to take along", origin, [folder / f"{stem}.zip"], make)

    return [plan(*one) for one in notebooks.items()]


def _execute(root: Path, sources: list[Path], cohort: str) -> dict[Path, Path]:
    """The executed notebook of each master: the stored one, or one that ran with a cohort's values."""
    if not cohort:
        return {source: source.with_suffix(".ipynb") for source in sources}
    from coursework.making import variant

    return variant.execute(root, sources, cohort)


def _remove_others(folder: Path, pattern: str, wanted: Iterable[Path]) -> None:
    """Remove what was made of a source that is gone."""
    for path in set(folder.glob(pattern)) - set(wanted):
        path.unlink()


def make(root: Path, *, instructor: bool = False, cohort: str = "", marked: bool = True) -> int:
    """Write pages, the library's wheel, chapters to take along, and what is `marked`: the assignments.

    `cohort` is a name such as ``2027-spring``, for which every exercise that can vary draws its own values;
    without it all have those that the masters are written with. `instructor` asks for keys and plan.
    Returns the number of masters whose files were made anew. Raises `MasterError`, a line for each fault,
    where a master cannot be used.
    """
    record, sources = Record(root, RECORD), products.list_masters(root)
    library = _plan_library(root)
    _run(record, [library, _plan_ledgers(root)])
    executed = _execute(root, sources, cohort if marked else "")
    lessons = plans.read_lessons(root)
    facts = plans.collect_facts(root, lessons)
    steps = [
        step
        for pair in executed.items()
        for step in _plan_master(root, *pair, cohort, facts.get(pair[0].stem))[: 2 if marked else 1]
    ]
    made = _run(record, steps)
    along, page = _plan_take_along(root, library), term.format_page(lessons)
    _run(record, [*along, Step("plans of a term", digest(page), [root / term.PAGE], lambda: [page])])
    if instructor:
        from coursework.making.teacher import write_instructor_pages

        write_instructor_pages(root, list(executed.values()))
    pages = [products.list_practice(root, source.stem).page for source in sources]
    _remove_others(root / products.PAGES, "*.ipynb", pages)
    kept = [target for step in [library, *along] for target in step.targets]
    _remove_others(root / products.TAKE_ALONG, "*.*", kept)
    return len(set(made))


def make_class(root: Path, roster: Path, cohort: str, assignment: str, keys: Path) -> int:
    """Write a notebook of its own for each student of a class, for one assignment or all; returns how many.

    Raises `MasterError` where the list of the class, or a master, is unfit.
    """
    from coursework.making import roster as personal

    students = personal.read_roster(roster)
    chosen = products.list_masters(root)
    if assignment:
        chosen = [source for source in chosen if source.stem == assignment.removesuffix(f"-{cohort}")]
        if not chosen:
            raise MasterError(f"there is no assignment {assignment!r}")
    count = 0
    for number, notebook in enumerate(_execute(root, chosen, cohort).values(), start=1):
        install = needs.find_needs(root, freshness.read_code(notebook)).install
        count += personal.write(notebook, students, install, root / ASSIGNMENTS, keys)
        personal.pack_for_moodle(roster, root / ASSIGNMENTS, name_assignment(notebook.stem, cohort))
        print(f"Class {number} of {len(chosen)}: {notebook.stem} made", file=sys.stderr, flush=True)
    return count
