"""Build the pages of the book from the checkout in this folder: ``python -m book.build``.

Sphinx decides which pages are out of date. It notices changed sources by itself; programs, settings
and the table of contents reach it as one config value, whichever command starts it. ``python -m
book.build`` does not even start Sphinx if nothing has changed since its last build.
"""

import argparse
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from live_cells import artefact

SETTINGS = (
    "_config.yml",
    "conf.py",
    "CITATION.cff",
    "constraints.txt",
    "references.bib",
    "data/palette.csv",
)
# Sources of pages; `make` writes the last four.
SOURCES = (
    *("index.md", "capstone", "chapters", "data", "exercises", "jingjinji", "pages"),
    *("_build/lessons.json", "_build/ledgers", "_build/take-along", "_build/assignments/practice"),
)
OPTIONS = ("--fail-on-warning", "--keep-going", "--nitpicky", f"--jobs={os.cpu_count() or 1}")
MISSING = (
    "The book shows files that are made from its sources and are missing, such as {path}. Run 'make"
    " pages' first, or without make 'python -m coursework pages'; 'make book' does both."
)
CRASHED = 2  # Sphinx's exit code after an exception; 1 means warnings


def hash_files(root: Path, places: Iterable[Path], *texts: str) -> str:
    """Hash texts and all files in some places, except caches and hidden files."""
    digest = hashlib.sha256("\0".join(texts).encode())
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and path.name[0] != "." and "__pycache__" not in path.parts:
                content = path.read_bytes()
                digest.update(
                    f"\0{os.path.relpath(path, root)}\0{len(content)}\0".encode() + content
                )
    return digest.hexdigest()


def hash_programs(root: Path, contents: Path) -> str:
    """Hash what every page depends on: programs, settings and the table of contents."""
    packages = (init.parent for init in sorted(root.glob("packages/*/*/__init__.py")))
    return hash_files(root, [root / "book", *packages, *map(root.joinpath, SETTINGS), contents])


def build(root: Path, contents: Path, output: Path) -> int:
    """Build outdated pages. Returns Sphinx's exit code (non-zero on warnings)."""
    html = output / "html"
    doctrees = output / ".doctrees"
    laboratories = sorted(path.name for path in artefact.KEPT.glob("*"))
    settings = hash_programs(root, contents), os.environ.get("EDITION", "student"), *laboratories
    # Hashed before Sphinx reads the sources: a file saved during the build is for the next one.
    sources = hash_files(root, map(root.joinpath, SOURCES), *settings)
    note = doctrees / "built"
    if note.is_file() and note.read_text(encoding="utf-8") == hash_files(root, [html], sources):
        print("Nothing has changed since the pages were built.")
        return 0
    from sphinx.cmd.build import build_main

    note.unlink(missing_ok=True)
    folders = ["-d", str(doctrees), "-D", f"external_toc_path={contents.as_posix()}"]
    if not (code := build_main([*OPTIONS, *folders, str(root), str(html)])):
        note.write_text(hash_files(root, [html], sources), encoding="utf-8")
    elif code == CRASHED:
        # For example on a full disk. Sphinx would take a page that was cut off for up to date.
        shutil.rmtree(doctrees, ignore_errors=True)
    return code


def _check_made(app: Any, config: Any) -> None:
    """End with one sentence if a file is missing that `make` writes before the pages."""
    from book import settings

    exercises = [f"{page}.ipynb" for page in settings.list_exercise_pages(app.srcdir)]
    for name in (*exercises, settings.LEDGER, settings.LESSONS):
        if not Path(app.srcdir, name).is_file():
            # Not one of Sphinx's errors, around which Jupyter Book prints thirty lines of its own.
            raise SystemExit(MISSING.format(path=name))


def _set_hash(app: Any, config: Any) -> None:
    contents = Path(app.srcdir, config.external_toc_path)
    config.external_toc_path = contents.as_posix()  # some commands give it as a relative path
    config.book_programs = hash_programs(Path(app.srcdir), contents)
    # A value for HTML, too: otherwise a build interrupted after reading would never write its
    # pages.
    config.html_context = config.html_context | {"programs": config.book_programs}


def _remove_pages(
    app: Any, env: Any, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Delete the pages of removed sources, which Sphinx leaves in place."""
    for page in removed:
        Path(app.builder.get_outfilename(page)).unlink(missing_ok=True)
    return []


def setup(app: Any) -> None:
    """Register config value and check, and share doctrees with ``sphinx-build . _build/html``."""
    app.add_config_value("book_programs", "", "env", str)
    app.connect("config-inited", _check_made)
    app.connect("config-inited", _set_hash)
    app.connect("env-get-outdated", _remove_pages)
    if app.outdir == app.srcdir / "_build" / "html":
        app.doctreedir = app.srcdir / "_build" / ".doctrees"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m book.build", description="Build the book's pages."
    )
    parser.add_argument("--toc", default="_toc.yml", help="table of contents to build")
    parser.add_argument("--output", default="_build", help="folder in which html/ is written")
    arguments = parser.parse_args()
    root = Path.cwd()
    sys.exit(build(root, root / arguments.toc, root / arguments.output))
