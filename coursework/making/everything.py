"""One run: read every master and write what comes from it, leaving alone what is up to date."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursework.making.master import Master, MasterError, read

ASSIGNMENTS = "_build/assignments"
PAGES = "exercises/pages"


def _project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def wheel_name(root: Path) -> str:
    """File name of the course's library, as the build backend makes it."""
    project = _project(root)
    return f"{project['name']}-{project['version']}-py3-none-any.whl"


def install_name(root: Path, master: Master) -> str:
    """What students write after ``pip install`` for one master: the wheel, with its extras only if they are needed.

    The extras weigh hundreds of megabytes, which is much on a slow link.
    """
    extras = "|".join(
        re.split(r"\W", name)[0] for name in _project(root)["optional-dependencies"]["chapters"]
    )
    imports = re.compile(rf"^\s*(?:import|from) (?:{extras})\b", re.MULTILINE)
    measures = (root / "jingjinji" / "measures").glob("*.py")
    heavy = [path.stem for path in measures if imports.search(path.read_text(encoding="utf-8"))]
    ours = re.compile(rf"^from jingjinji\.measures import .*\b(?:{'|'.join(heavy)})\b", re.MULTILINE)
    code = "\n".join(cell.source for cell in master.cells if cell.cell_type == "code")
    wheel = wheel_name(root)
    return f'"{wheel}[chapters]"' if imports.search(code) or ours.search(code) else wheel


def _newest(*paths: Path) -> float:
    files = (file for path in paths for file in (path.rglob("*") if path.is_dir() else [path]))
    return max(f.stat().st_mtime for f in files if f.is_file() and "__pycache__" not in f.parts)


def _text(notebook: NotebookNode) -> str:
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def _wheel(root: Path) -> Path:
    target = root / ASSIGNMENTS / wheel_name(root)
    inputs = _newest(root / "jingjinji", root / "data", root / "pyproject.toml", root / "README.md")
    if not target.exists() or target.stat().st_mtime < inputs:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target.parent)]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
        if done.returncode:
            raise MasterError(f"the course's library cannot be packed: {done.stderr.strip()[-300:]}")
    return target


def derived(root: Path, stem: str, cohort: str = "") -> tuple[Path, Path, Path]:
    """Page, nbgrader source and release of one master; assignments of a cohort lie beside the others."""
    folder, name = root / ASSIGNMENTS, f"{stem}-{cohort}" if cohort else stem
    return (
        root / PAGES / f"{stem}.ipynb",
        folder / "source" / name / f"{name}.ipynb",
        folder / "release" / name / f"{name}.ipynb",
    )


def _stale(root: Path, source: Path, executed: Path, cohort: str, machinery: float) -> bool:
    newest = max(machinery, _newest(source, executed))
    made = derived(root, source.stem, cohort)
    return any(not path.exists() or path.stat().st_mtime < newest for path in made)


def _executed(root: Path, sources: list[Path], cohort: str) -> dict[Path, Path]:
    """The executed notebook of each master: the stored one, or one that ran with a cohort's values."""
    if not cohort:
        return {source: source.with_suffix(".ipynb") for source in sources}
    from coursework.making import cohort as cohorts

    cohorts.position(cohort)
    newest = _newest(Path(cohorts.__file__), root / "coursework" / "making" / "execute.py", root / "jingjinji", root / "data")
    folder = root / cohorts.FOLDER
    return {source: cohorts.executed(source, cohort, folder, newest) for source in sources}


def _derive(root: Path, master: Master, wheel: Path) -> None:
    # These import pandas and nbgrader; a build in which nothing is stale need not wait for them.
    from coursework.making import chapter, cohort, notebooks, page

    cohort.check(master)
    install = install_name(root, master)
    source = notebooks.source(master, install)
    release = notebooks.release(source)
    made = (page.page(master, release, wheel.relative_to(root).as_posix(), install, chapter.facts(root, master.stem)), source, release)
    for path, one in zip(derived(root, master.stem, master.cohort), made):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_text(one), encoding="utf-8")


def make(root: Path, *, instructor: bool = False, cohort: str = "") -> int:
    """Write pages, sources, releases, the library's wheel and, if asked, the instructor's pages.

    `cohort` is a name such as ``2027-spring``, for which every exercise that can vary draws values of its own;
    without it all have those that the masters are written with. Returns the number of masters whose derived
    files were made anew. Raises `MasterError`, a line for each fault, where a master cannot be used.
    """
    sources = sorted((root / "exercises").glob("[0-9][0-9]_*.md"))
    wheel = _wheel(root)
    executed = _executed(root, sources, cohort)
    machinery = _newest(Path(__file__).parent, root / "jingjinji" / "check.py", root / "pyproject.toml")
    told = root / PAGES / ".cohort"
    other = not told.exists() or told.read_text(encoding="utf-8") != cohort
    stale = [s for s in sources if other or _stale(root, s, executed[s], cohort, machinery)]
    for source in stale:
        _derive(root, read(executed[source]), wheel)
    told.write_text(cohort, encoding="utf-8")
    if instructor:
        from coursework.making.teacher import write_instructor_pages

        write_instructor_pages(root, [read(path) for path in executed.values()])
    from coursework.making import take_along

    take_along.write(root, wheel, lambda notebook: install_name(root, notebook))
    _forget_old(root, {source.stem for source in sources})
    return len(stale)


def _forget_old(root: Path, stems: set[str]) -> None:
    """A page whose master is gone would otherwise stay."""
    for path in (root / PAGES).glob("*.ipynb"):
        if path.stem not in stems:
            path.unlink()
