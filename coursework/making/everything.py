"""One run: read every master and write what comes from it, leaving alone what is up to date.

A file is up to date while the hashes of what it was made from, and its own, are those on record.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import nbformat

from coursework.making import bounds, chapter, in_page, notebooks, page, take_along, variant
from coursework.making.files import Record, digest_of, write_file
from coursework.making.freshness import digest
from coursework.making.master import Master, MasterError, read
from jingjinji import records
from jingjinji.capstone import schema

ASSIGNMENTS = "_build/assignments"
PAGES = "exercises/pages"
RECORD = f"{ASSIGNMENTS}/made.json"
# All claims with label, readings and sources, from which pages take them.
LEDGER = "_build/ledger.json"
# What the library's wheel is made of, and the ledger with it.
WHEEL_PARTS = ("jingjinji", "data", "pyproject.toml", "README.md", "LICENSE")
# What decides, beside a master and its chapter, how the files that come from it look.
MACHINERY = (
    "coursework/making",
    "packages/notebook-grader/notebook_grader/limits.py",
    "jingjinji/check.py",
    "jingjinji/drawn.py",
    "jingjinji/reading.py",
    "jingjinji/measures",
)
MACHINERY += ("pyproject.toml", "requirements.txt", "constraints.txt", "_toc.yml")


def _read_project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def name_wheel(root: Path) -> str:
    """File name of the course's library, as the build backend makes it."""
    project = _read_project(root)
    return f"{project['name']}-{project['version']}-py3-none-any.whl"


def install_name(root: Path, master: Master) -> str:
    """What students write after ``pip install`` for one master: the wheel, with extras only where needed.

    The extras weigh hundreds of megabytes, which is much on a slow link.
    """
    extras = "|".join(
        re.split(r"\W", name)[0] for name in _read_project(root)["optional-dependencies"]["chapters"]
    )
    imports = re.compile(rf"^\s*(?:import|from) (?:{extras})\b", re.MULTILINE)
    measures = (root / "jingjinji" / "measures").glob("*.py")
    heavy = sorted(path.stem for path in measures if imports.search(path.read_text(encoding="utf-8")))
    ours = re.compile(rf"^from jingjinji\.measures import .*\b(?:{'|'.join(heavy)})\b", re.MULTILINE)
    code = "\n".join(cell.source for cell in master.cells if cell.cell_type == "code")
    wheel = name_wheel(root)
    return f'"{wheel}[chapters]"' if imports.search(code) or ours.search(code) else wheel


def _make_library(root: Path, record: Record) -> Path:
    """Pack the course's library and write what it says of all claims, if it changed; returns the wheel.

    Raises `MasterError` where it cannot be packed.
    """
    target, ledger = root / ASSIGNMENTS / name_wheel(root), root / LEDGER
    origin = digest_of(*(root / part for part in WHEEL_PARTS))
    if not record.is_fresh(origin, [target, ledger]):
        records.write(ledger)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
            done = subprocess.run(command, cwd=root, capture_output=True, text=True)
            if done.returncode:
                raise MasterError(f"the course's library cannot be packed: {done.stderr.strip()[-300:]}")
            (Path(folder) / target.name).replace(target)
        record.note(origin, [target, ledger])
    return target


def list_derived(root: Path, stem: str, cohort: str = "") -> tuple[Path, Path, Path, Path, Path]:
    """Of one master: page, the file that it fetches, notebook for practice; nbgrader's source, release.

    Practice is the same for all cohorts; their assignments lie beside the others.
    """
    folder, name = root / ASSIGNMENTS, f"{stem}-{cohort}" if cohort else stem
    return (
        root / PAGES / f"{stem}.ipynb",
        folder / "practice" / stem / f"{stem}-page.json",
        folder / "practice" / stem / f"{stem}-practice.ipynb",
        folder / "source" / name / f"{name}.ipynb",
        folder / "release" / name / f"{name}.ipynb",
    )


def _execute(root: Path, sources: list[Path], cohort: str) -> dict[Path, Path]:
    """The executed notebook of each master: the stored one, or one that ran with a cohort's values."""
    if not cohort:
        return {source: source.with_suffix(".ipynb") for source in sources}
    return variant.execute(root, sources, cohort)


def derive(root: Path, plain: Master, master: Master) -> tuple[str, str, str, str, str]:
    """The texts of the files that `derived` names: practice from `plain`, the rest from `master`.

    Raises `MasterError` where a master cannot be used.
    """
    for one in (plain, master):
        bounds.check(one)
    install = install_name(root, master)
    practice = notebooks.make_practice(notebooks.make_source(plain, install))
    source = notebooks.make_source(master, install)
    release = notebooks.release(source, master, install)
    wheel = f"{ASSIGNMENTS}/{name_wheel(root)}"
    shown = page.make_page(plain, practice, wheel, install, chapter.collect_facts(root, master.stem))
    made = shown, practice, source, release
    for notebook in made:
        nbformat.validate(notebook)
    first, *others = (nbformat.writes(notebook) + "\n" for notebook in made)
    return first, in_page.format_page(plain), *others


def make(root: Path, *, instructor: bool = False, cohort: str = "") -> int:
    """Write pages, sources, releases, the library's wheel and, if asked, the instructor's pages.

    `cohort` is a name such as ``2027-spring``, for which every exercise that can vary draws its own values;
    without it all have those that the masters are written with. Returns the number of masters whose files
    were made anew. Raises `MasterError`, a line for each fault, where a master cannot be used.
    """
    record = Record(root, RECORD)
    sources = sorted((root / "exercises").glob("[0-9][0-9]_*.md"))
    wheel = _make_library(root, record)
    executed = _execute(root, sources, cohort)
    machinery = digest_of(*(root / part for part in MACHINERY))
    stale = {}
    for source, notebook in executed.items():
        # A sentence changed in a chapter changes nothing here, but its title or its minutes do.
        announced = repr(chapter.collect_facts(root, source.stem))
        origin = digest(machinery, cohort, announced, digest_of(notebook) if notebook.exists() else "")
        if not record.is_fresh(origin, list_derived(root, source.stem, cohort)):
            stale[notebook] = origin
    for place, (notebook, origin) in enumerate(stale.items(), start=1):
        master = read(notebook)
        targets = list_derived(root, master.stem, cohort)
        plain = read(root / "exercises" / f"{master.stem}.ipynb") if cohort else master
        for target, text in zip(targets, derive(root, plain, master), strict=True):
            write_file(target, text)
        record.note(origin, targets)
        print(f"Exercises {place} of {len(stale)}: {master.name} made", file=sys.stderr, flush=True)
    if instructor:
        from coursework.making.teacher import write_instructor_pages

        write_instructor_pages(root, list(executed.values()))
    _take_along(root, wheel, machinery, record)
    write_file(root / schema.OFFERED, schema.text())
    # A page whose master is gone would otherwise stay.
    for path in sorted((root / PAGES).glob("*.ipynb")):
        if path.with_suffix(".md").name not in {source.name for source in sources}:
            path.unlink()
    return len(stale)


def make_class(root: Path, roster: Path, cohort: str, assignment: str, keys: Path) -> int:
    """Write a notebook of its own for each student of a class, for one assignment or all; returns how many.

    Raises `MasterError` where the list of the class, or a master, is unfit.
    """
    from coursework.making import roster as personal

    students = personal.read_roster(roster)
    chosen = sorted((root / "exercises").glob("[0-9][0-9]_*.md"))
    if assignment:
        chosen = [source for source in chosen if source.stem == assignment.removesuffix(f"-{cohort}")]
        if not chosen:
            raise MasterError(f"there is no assignment {assignment!r}")
    count = 0
    for place, notebook in enumerate(_execute(root, chosen, cohort).values(), start=1):
        install = install_name(root, read(notebook))
        count += personal.write(notebook, students, install, root / ASSIGNMENTS, keys)
        print(f"Class {place} of {len(chosen)}: {notebook.stem} made", file=sys.stderr, flush=True)
    return count


def _take_along(root: Path, wheel: Path, machinery: str, record: Record) -> None:
    """Write the chapters to take along and the wheel beside them, if anything of them changed."""
    sources = sorted((root / "chapters").glob("[0-9][0-9]_*.ipynb"))
    times = {path.stem: chapter.describe_times(root, path.stem) for path in sources}
    folder = root / "_build" / "take-along"
    targets = {folder / wheel.name, *(folder / f"{path.stem}.zip" for path in sources)}
    origin = digest(machinery, repr(times), digest_of(root / "references.bib", wheel, *sources))
    if record.is_fresh(origin, targets):
        return
    chapters = {path.stem: nbformat.read(path, as_version=4) for path in sources}
    figures = take_along.number_figures(chapters)
    project = _read_project(root)
    optional = project["optional-dependencies"]["chapters"]
    for name, notebook in chapters.items():
        install = install_name(root, notebook).strip('"')
        needs = project["dependencies"] + optional * ("[chapters]" in install)
        required = take_along.list_requirements(root, install, needs)
        text = take_along.format_notebook(root, name, notebook, figures, times[name])
        write_file(folder / f"{name}.zip", take_along.bundle(name, text, wheel, required))
    write_file(folder / wheel.name, wheel.read_bytes())
    for old in set(folder.iterdir()) - targets:
        old.unlink()
    record.note(origin, targets)
