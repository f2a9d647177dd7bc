"""Build the pages of the book from the checkout in this folder: ``python -m book.build``.

Sphinx itself notices a changed page and a changed table. What it does not notice is the machinery: when a
hash of that has changed, the pages and what Sphinx remembers of them go, and nothing else in ``_build``.
"""

import argparse
import hashlib
import os
import shutil
import sys
from pathlib import Path

# What a build writes, in MB, with some to spare; and what no disk has left that was full a moment ago.
ROOM, FULL = 300, 10
NO_ROOM = "The pages were not built: '{output}' needs some {room} MB, and the disk has {free} MB left."
# Everything that pages are made with, beside the texts, notebooks and tables that Sphinx knows of.
MACHINERY = (".py", ".js", ".css", ".html", ".svg", ".toml")
SETTINGS = (
    "_config.yml",
    "conf.py",
    "constraints.txt",
    "references.bib",
    "data/palette.csv",
)


def hash_machinery(root: Path, contents: Path) -> str:
    """A hash of the programs, styles and settings that pages are made with."""
    rooms = [*root.glob("book/**/*"), *root.glob("packages/*/*/**/*")]
    programs = (path for path in rooms if path.suffix in MACHINERY)
    files = sorted([*programs, *(root / name for name in SETTINGS)])
    found = hashlib.sha256(os.environ.get("EDITION", "").encode())
    for path in [*files, contents]:
        found.update(f"\0{path.name}\0".encode() + (path.read_bytes() if path.is_file() else b""))
    return found.hexdigest()


def forget_pages(output: Path) -> None:
    """Remove the pages and what Sphinx remembers of them, and leave the rest of `output` alone."""
    for made in ("html", ".doctrees", "jupyter_execute"):
        shutil.rmtree(output / made, ignore_errors=True)


def forget_old_machinery(root: Path, contents: Path, output: Path) -> Path:
    """Remove pages that another machinery made; returns where to note the one that makes them now."""
    note, wanted = output / ".doctrees" / "machinery", hash_machinery(root, contents)
    if not note.is_file() or note.read_text(encoding="utf-8") != wanted:
        forget_pages(output)
        note.parent.mkdir(parents=True)
        note.write_text(wanted, encoding="utf-8")
    return note


def has_room(output: Path, needed: int) -> bool:
    """Whether the disk has so many MB left; says so where it has not."""
    if (free := shutil.disk_usage(output).free // 2**20) < needed:
        print(NO_ROOM.format(output=output, room=ROOM, free=free), file=sys.stderr)
        return False
    return True


def build(root: Path, contents: Path, output: Path) -> int:
    """Build every page that is not up to date; 0, or another number where Sphinx warned or failed."""
    from sphinx.cmd.build import build_main

    output.mkdir(parents=True, exist_ok=True)
    if not has_room(output, ROOM):
        return 2
    forget_old_machinery(root, contents, output)
    strict = ["--fail-on-warning", "--keep-going", "--nitpicky", f"--jobs={os.cpu_count() or 1}"]
    kept = ["-d", str(output / ".doctrees"), "-D", f"external_toc_path={contents.as_posix()}"]
    done = build_main([*strict, *kept, str(root), str(output / "html")])
    if done and not has_room(output, FULL):
        # A page that was cut off is newer than its source, so the next build would take it for whole.
        forget_pages(output)
    return done


def main() -> int:
    """The command line: where the table of contents is and where the pages go."""
    parser = argparse.ArgumentParser(prog="python -m book.build", description="Build the book's pages.")
    parser.add_argument("--toc", default="_toc.yml", help="another table of contents")
    parser.add_argument("--output", default="_build", help="the folder in which html/ is written")
    given, root = parser.parse_args(), Path.cwd()
    return build(root, root / given.toc, root / given.output)


if __name__ == "__main__":
    sys.exit(main())
