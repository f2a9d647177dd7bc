"""Build the pages of the book from the checkout in this folder: ``python -m book.build``.

Where nothing has changed since the pages were written, by hashes of all that they are made of, Sphinx is not
even started. Sphinx itself notices a changed page and a changed table. What it does not notice is the
machinery: when a hash of that has changed, the pages and what Sphinx remembers of them go, nothing else.
"""

import argparse
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from live_cells import artefact

# What a build writes, in MB, with some to spare; and what no disk has left that was full a moment ago.
ROOM, FULL = 300, 10
NO_ROOM = "The pages were not built: '{output}' needs some {room} MB, and the disk has {free} MB left."
# What pages are made of: files of the folder itself, folders of it, and what `make` has made in `_build`.
PACKAGES = ("sealed-readings", "live-cells", "plain-answers", "still-charts")
PROGRAMS = ("book", *(f"packages/{name}/{name.replace('-', '_')}" for name in PACKAGES))
FOLDERS = (*PROGRAMS, "capstone", "chapters", "data", "exercises", "jingjinji", "pages")
MADE = ("ledgers", "take-along", "assignments/practice")
# Of these, what Sphinx does not notice: programs, looks and settings.
MACHINERY = (".py", ".js", ".css", ".html", ".svg", ".toml", ".woff2")
SETTINGS = (
    "_config.yml",
    "conf.py",
    "CITATION.cff",
    "constraints.txt",
    "references.bib",
    "data/palette.csv",
)


def list_sources(root: Path) -> list[Path]:
    """Every file that a page may be made of, in an order of its own."""
    parts = [*(root / name for name in FOLDERS), *(root / "_build" / name for name in MADE)]
    inside = [path for part in parts for path in (part.rglob("*") if part.is_dir() else [part])]
    files = (path for path in [*root.iterdir(), *inside] if path.is_file())
    return sorted(path for path in files if "__pycache__" not in path.parts and path.name[0] != ".")


def is_machinery(root: Path, path: Path) -> bool:
    """Whether Sphinx would not notice that a source has changed."""
    name = path.relative_to(root).as_posix()
    return name in SETTINGS or (
        path.suffix in MACHINERY and name.startswith(("book/", "packages/", "conf.py"))
    )


def hash_files(root: Path, files: Iterable[Path], *besides: str) -> str:
    """A hash of the names of files and of what they hold."""
    found = hashlib.sha256("\0".join(besides).encode())
    for path in files:
        held = path.read_bytes() if path.is_file() else b""
        found.update(f"\0{path.relative_to(root)}\0{len(held)}\0".encode() + held)
    return found.hexdigest()


def describe_sources(root: Path, contents: Path) -> dict[str, str]:
    """What pages are made of: their machinery, and all of it, with what runs Python in the page."""
    files, edition = list_sources(root), os.environ.get("EDITION", "")
    machinery = [path for path in files if is_machinery(root, path)]
    laboratories = sorted(path.name for path in artefact.KEPT.glob("*"))
    return {
        "machinery": hash_files(root, [*machinery, contents], edition),
        "sources": hash_files(root, [*files, contents], edition, *laboratories),
    }


def describe_pages(output: Path) -> str:
    """A hash of what stands in the built book, by names, sizes and times: somebody may have touched it."""
    files = sorted(path for path in (output / "html").rglob("*") if path.is_file())
    listed = [(str(path), (held := path.stat()).st_size, held.st_mtime_ns) for path in files]
    return hashlib.sha256(repr(listed).encode()).hexdigest()


def forget_pages(output: Path) -> None:
    """Remove the pages and what Sphinx remembers of them, and leave the rest of `output` alone."""
    for made in ("html", ".doctrees", "jupyter_execute"):
        shutil.rmtree(output / made, ignore_errors=True)


def has_room(output: Path, needed: int) -> bool:
    """Whether the disk has so many MB left; says so where it has not."""
    if (free := shutil.disk_usage(output).free // 2**20) < needed:
        print(NO_ROOM.format(output=output, room=ROOM, free=free), file=sys.stderr)
        return False
    return True


def build(root: Path, contents: Path, output: Path) -> int:
    """Build every page that is not up to date; 0, or another number where Sphinx warned or failed."""
    output.mkdir(parents=True, exist_ok=True)
    # Beside what Sphinx remembers: of what it made the pages, and how it left them.
    note, wanted = output / ".doctrees" / "built.json", describe_sources(root, contents)
    noted = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else {}
    if noted == wanted | {"pages": describe_pages(output)}:
        print("Nothing has changed since the pages were built.")
        return 0
    if not has_room(output, ROOM):
        return 2
    if noted.get("machinery") != wanted["machinery"]:
        forget_pages(output)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({"machinery": wanted["machinery"]}), encoding="utf-8")
    done = run_sphinx(root, contents, output)
    if done == 0:
        note.write_text(json.dumps(wanted | {"pages": describe_pages(output)}), encoding="utf-8")
    elif not has_room(output, FULL):
        # A page that was cut off is newer than its source, so the next build would take it for whole.
        forget_pages(output)
    return done


def run_sphinx(root: Path, contents: Path, output: Path) -> int:
    """Have Sphinx build the pages, strictly."""
    from sphinx.cmd.build import build_main

    strict = ["--fail-on-warning", "--keep-going", "--nitpicky", f"--jobs={os.cpu_count() or 1}"]
    kept = ["-d", str(output / ".doctrees"), "-D", f"external_toc_path={contents.as_posix()}"]
    return build_main([*strict, *kept, str(root), str(output / "html")])


def main() -> int:
    """The command line: where the table of contents is and where the pages go."""
    parser = argparse.ArgumentParser(prog="python -m book.build", description="Build the book's pages.")
    parser.add_argument("--toc", default="_toc.yml", help="another table of contents")
    parser.add_argument("--output", default="_build", help="the folder in which html/ is written")
    given, root = parser.parse_args(), Path.cwd()
    return build(root, root / given.toc, root / given.output)


if __name__ == "__main__":
    sys.exit(main())
