"""Build the pages of the book from the checkout in this folder: ``python -m book.build``.

Sphinx decides which pages are out of date. It is not even started where nothing has changed since.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from live_cells import artefact

from book.programs import hash_files, hash_programs

# What a build writes, in MB, with some to spare; and what no disk has left that was full a moment ago.
ROOM, FULL = 300, 10
NO_ROOM = "The pages were not built: '{output}' needs some {room} MB, and the disk has {free} MB left."
# What pages are made of, beside programs; the last three come of `make`.
SOURCES = (
    *("index.md", "capstone", "chapters", "data", "exercises", "jingjinji", "pages"),
    *("_build/ledgers", "_build/take-along", "_build/assignments/practice"),
)


def describe(root: Path, contents: Path) -> str:
    """A hash of what pages are made of."""
    laboratories = sorted(path.name for path in artefact.KEPT.glob("*"))
    others = hash_programs(root, contents), os.environ.get("EDITION", "student"), *laboratories
    return hash_files(root, map(root.joinpath, SOURCES), *others)


def has_room(output: Path, needed: int) -> bool:
    """Whether the disk has so many MB left; says so where it has not."""
    if (free := shutil.disk_usage(output).free // 2**20) < needed:
        print(NO_ROOM.format(output=output, room=ROOM, free=free), file=sys.stderr)
        return False
    return True


def build(root: Path, contents: Path, output: Path) -> int:
    """Build every page that is not up to date; 0, or another number where Sphinx warned or failed."""
    output.mkdir(parents=True, exist_ok=True)
    html, doctrees = output / "html", output / ".doctrees"
    # Described before Sphinx reads it: what is saved meanwhile is for the next build.
    note, made_of = doctrees / "built", describe(root, contents)
    if note.is_file() and note.read_text(encoding="utf-8") == hash_files(root, [html], made_of):
        print("Nothing has changed since the pages were built.")
        return 0
    if not has_room(output, ROOM):
        return 2
    doctrees.mkdir(exist_ok=True)
    note.unlink(missing_ok=True)
    if not (failed := run_sphinx(root, contents, html, doctrees)):
        note.write_text(hash_files(root, [html], made_of), encoding="utf-8")
    elif not has_room(output, FULL):
        # A page that was cut off is newer than its source, so the next build would take it for whole.
        shutil.rmtree(html, ignore_errors=True)
        shutil.rmtree(doctrees)
    return failed


def run_sphinx(root: Path, contents: Path, html: Path, doctrees: Path) -> int:
    """Have Sphinx build the pages, strictly."""
    from sphinx.cmd.build import build_main

    strict = ["--fail-on-warning", "--keep-going", "--nitpicky", f"--jobs={os.cpu_count() or 1}"]
    places = ["-d", str(doctrees), "-D", f"external_toc_path={contents.as_posix()}"]
    return build_main([*strict, *places, str(root), str(html)])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m book.build", description="Build the book's pages.")
    parser.add_argument("--toc", default="_toc.yml", help="another table of contents")
    parser.add_argument("--output", default="_build", help="the folder in which html/ is written")
    given, here = parser.parse_args(), Path.cwd()
    sys.exit(build(here, here / given.toc, here / given.output))
