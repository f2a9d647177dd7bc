"""Everything that is made of masters, chapters, ledgers and library: which files, and what each
depends on.

What makes files takes seconds to import, and most runs find all of them up to date, so it is
imported only where a file is not. A change in any module that makes files makes all of them again,
which takes seconds too.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sealed_readings import records
from sealed_readings.folder import Folder, format_json
from sealed_readings.results import list_filed

from coursework import needs, products
from coursework.build.record import Step, digest, digest_files, run_steps
from coursework.common import MasterError, list_numbered
from coursework.products import ASSIGNMENTS
from coursework.teach import chapter, computer, plans, term

if TYPE_CHECKING:
    from coursework.masters.artefacts import Artefacts

RECORD = f"{ASSIGNMENTS}/made.json"
# Code that makes the files of masters and downloads, with what it imports of ours.
_HERE = Path(__file__).parent
MAKERS = (
    *(_HERE / name for name in ("masters", "teach", "texts")),
    *(_HERE / f"{name}.py" for name in ("common", "headings", "needs", "products")),
    _HERE.parent / "packages/plain-answers/plain_answers",
    _HERE.parent / "packages/live-cells/live_cells/zips.py",
    _HERE.parent / "packages/notebook-grader/notebook_grader",
)


class Plan:
    """The steps of a course in the folder `root`, each with all that its files depend on."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.wheel = root / ASSIGNMENTS / needs.name_wheel(root)
        self.makers = digest_files(*MAKERS, root / "constraints.txt")
        self.library = digest_files(*(root / part for part in needs.list_wheel_parts(root)))
        self._read = cache(self._read_artefacts)  # once for practice files and assignment

    def find_needs(self, source: Path) -> needs.Needs:
        """What the notebook of a source needs."""
        return needs.find_needs(self.root, needs.read_extras(source))

    def plan_library(self) -> Step:
        """The library's wheel, for notebooks and beside the downloads of chapters."""
        targets = [self.wheel, self.root / products.TAKE_ALONG / self.wheel.name]
        return Step("library", self.library, targets, lambda: [self._pack_wheel()] * 2)

    def _pack_wheel(self) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
            done = subprocess.run(command, cwd=self.root, capture_output=True, text=True)
            if done.returncode:
                raise MasterError(
                    f"the course's library cannot be packed: {done.stderr.strip()[-300:]}"
                )
            return (Path(folder) / self.wheel.name).read_bytes()

    def plan_ledgers(self) -> Step:
        """What pages show of all claims, from the articles' folders and what their notebooks
        filed."""
        made = products.list_ledgers(self.root)
        folders = [Folder(path) for path in made]
        filed = repr([list(list_filed(folder)) for folder in folders])
        origin = digest(
            digest_files(*made, self.root / "packages/sealed-readings/sealed_readings"), filed
        )
        texts = (format_json(records.make_record(folder)) for folder in folders)
        return Step("ledger", origin, [*made.values()], lambda: texts)

    def _read_artefacts(self, source: Path, executed: Path) -> "Artefacts":
        from coursework.masters.artefacts import Artefacts
        from coursework.masters.master import read

        objectives = chapter.read_objectives(self.root, source.stem)
        return Artefacts(read(executed), self.find_needs(source).install, objectives)

    def plan_practice(self, source: Path) -> Step:
        """A master's page, with its practice notebook."""
        executed = source.with_suffix(".ipynb")
        wheel = self.wheel.relative_to(self.root).as_posix()
        origin = digest(self.makers, self.find_needs(source).install, digest_files(executed))
        targets = products.list_practice(self.root, source.stem)
        return Step(
            source.stem, origin, targets, lambda: self._read(source, executed).make_practice(wheel)
        )

    def plan_assignment(self, source: Path, executed: Path, cohort: str) -> Step:
        """What is marked, from a master that was executed with a cohort's values, or with its
        own."""
        objectives = repr(chapter.read_objectives(self.root, source.stem))
        origin = digest(
            self.makers, self.find_needs(source).install, objectives, digest_files(executed)
        )
        targets = products.list_assignment(self.root, source.stem, cohort)
        return Step(
            source.stem, origin, targets, lambda: self._read(source, executed).make_assignment()
        )

    def plan_downloads(self) -> list[Step]:
        """A zip of each chapter, with the library."""
        sources = list_numbered(self.root)
        works = self.root / "references.bib"
        figures = chapter.number_figures(source.with_suffix(".ipynb") for source in sources)
        shared = digest(self.makers, self.library, digest_files(works), repr(figures))

        def plan(source: Path) -> Step:
            executed = source.with_suffix(".ipynb")
            needed = self.find_needs(source)
            times = chapter.describe_times(self.root, source.stem)

            def make() -> Iterable[bytes]:
                from coursework.teach import download

                text = download.format_chapter(executed, figures, works, times, needed)
                yield download.bundle(source.stem, text, self.wheel, needed)

            origin = digest(shared, repr((times, needed)), digest_files(executed))
            target = self.root / products.TAKE_ALONG / f"{source.stem}.zip"
            return Step(f"download of {source.stem}", origin, [target], make)

        return [plan(source) for source in sources]


def _execute(root: Path, sources: list[Path], cohort: str) -> dict[Path, Path]:
    """The executed notebook of each master: the stored one, or one that ran with a cohort's
    values."""
    if cohort:
        from coursework.masters import variant

        seed, index = variant.parse_cohort(cohort)
        return variant.run(root, sources, root / variant.FOLDER / cohort, seed, index, cohort)
    return {source: source.with_suffix(".ipynb") for source in sources}


def make(root: Path, *, instructor: bool = False, cohort: str = "", marked: bool = True) -> int:
    """Write pages, the library's wheel, ledgers, downloads and, if `marked`, the assignments.

    `cohort` is a name such as ``2027-spring``, for which every exercise that can vary draws values;
    without it all have those that the masters are written with. `instructor` asks for keys and the
    teaching page. Returns the number of masters whose files were made.
    """
    sources = products.list_masters(root)
    plan = Plan(root)
    executed = _execute(root, sources, cohort if marked else "")
    lessons = plans.read_lessons(root)
    announced = plans.collect_facts(root, lessons)
    _check_lessons(sources, announced)
    library = plan.plan_library()
    downloads = plan.plan_downloads()
    practice = [plan.plan_practice(source) for source in sources]
    assignments = (
        [plan.plan_assignment(*pair, cohort) for pair in executed.items()] if marked else []
    )
    help_page = computer.format_page(root, plan.wheel.relative_to(root).as_posix())
    facts = json.dumps(announced, ensure_ascii=False, indent=1) + "\n"
    steps = [
        library,
        plan.plan_ledgers(),
        _plan_text(root, "facts of lessons", products.LESSONS, facts),
        *practice,
        *assignments,
        *downloads,
        _plan_text(root, "plans of a term", term.PAGE, term.format_page(root, lessons)),
        _plan_text(root, "your computer", computer.PAGE, help_page),
    ]
    made = run_steps(root, root / RECORD, steps)
    if instructor:
        from coursework.teach.teacher import write_instructor_pages

        write_instructor_pages(root, list(executed.values()))
    _remove_others(root, [library, *practice, *downloads])
    return len({source.stem for source in sources} & {*made})


def _check_lessons(sources: list[Path], announced: Mapping[str, object]) -> None:
    """Raise `MasterError` for exercises without a lesson."""
    for source in sources:
        if source.stem not in announced:
            number = int(source.stem[:2])
            file = f"chapters/{source.stem}"
            raise MasterError(
                f"exercises/{source.name} belongs to lesson {number}, which has no {file}.md"
            )


def _plan_text(root: Path, name: str, target: str | Path, text: str) -> Step:
    """Plan a file whose text is at hand already."""
    return Step(name, digest(text), [root / target], lambda: [text])


def _remove_others(root: Path, steps: list[Step]) -> None:
    """Remove pages and downloads whose source no longer exists."""
    kept = {path for step in steps for path in step.targets}
    pages = (root / products.PAGES).glob("*.ipynb")
    downloads = (root / products.TAKE_ALONG).glob("*.*")
    for path in {*pages, *downloads} - kept:
        path.unlink()


def make_assignment(root: Path, cohort: str, assignment: str) -> int:
    """Write one assignment and the library's wheel. Returns whether it was made, as 1 or 0."""
    (source,) = choose_masters(root, cohort, assignment)
    plan = Plan(root)
    (executed,) = _execute(root, [source], cohort).values()
    steps = [plan.plan_library(), plan.plan_assignment(source, executed, cohort)]
    return run_steps(root, root / RECORD, steps).count(source.stem)


def choose_masters(root: Path, cohort: str, assignment: str) -> list[Path]:
    """The master of an assignment such as "01_reading" or "01_reading-2027-spring"; of none,
    all."""
    sources = products.list_masters(root)
    stem = assignment.removesuffix(f"-{cohort}")
    if assignment and stem not in {source.stem for source in sources}:
        names = ", ".join(source.stem for source in sources)
        raise MasterError(f"there is no assignment {assignment!r}; assignments are {names}")
    return [source for source in sources if stem in ("", source.stem)]
