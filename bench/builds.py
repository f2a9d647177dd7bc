"""Measure the build of the book against floors of the same run.

A floor is what the same tools need for next to nothing: Sphinx, started by Jupyter Book as it is for this
book, building as many near-empty pages with the same theme. Bare Sphinx, without Jupyter Book's own start-up,
is measured too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from common import BIN, ROOT, Part, medians, say, seconds

MARKS = {
    "cold build / floor": 2.0,
    "cold build, s a page": 0.2,
    "touched rebuild / floor": 1.5,
    "touched rebuild, s": 2.5,
}


def copy_of_book(folder: Path) -> Path:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, names.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def page_count() -> int:
    """Pages that the table of contents names, the landing page included."""
    return sum(line.strip().startswith(("root:", "- file:")) for line in (ROOT / "_toc.yml").open())


def empty_book(folder: Path, count: int, jupyter_book: bool) -> Path:
    """As many pages as the book has, each with a heading and a line, in the same theme."""
    folder.mkdir(parents=True)
    pages_after_first = [f"page{i}" for i in range(1, count)]
    index = "# Floor\n"
    if jupyter_book:
        (folder / "_config.yml").write_text('title: Floor\nexecute: {execute_notebooks: "off"}\n')
        toc = {"format": "jb-book", "root": "index", "chapters": [{"file": p} for p in pages_after_first]}
        (folder / "_toc.yml").write_text(json.dumps(toc))
    else:
        settings = 'project = "Floor"\nhtml_theme = "sphinx_book_theme"\nextensions = ["myst_parser"]\n'
        (folder / "conf.py").write_text(settings)
        index += "\n".join(["", "```{toctree}", *pages_after_first, "```", ""])
    (folder / "index.md").write_text(index)
    for name in pages_after_first:
        (folder / f"{name}.md").write_text(f"# {name}\n\nOne line.\n")
    return folder


def measure() -> Part:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        book, count = copy_of_book(work / "book"), page_count()
        jupyter_book = [str(BIN / "jupyter-book"), "build", ".", "-W", "-n", "--keep-going"]
        sphinx = [str(BIN / "sphinx-build"), "-q", "-b", "html", ".", "_build/html"]
        # What is built, how, and the page that is touched.
        cases = [
            (book, jupyter_book, book / "chapters" / "03_gdp.ipynb"),
            (empty_book(work / "floor", count, True), jupyter_book, work / "floor" / "page1.md"),
            (empty_book(work / "bare", count, False), sphinx, work / "bare" / "page1.md"),
        ]

        def cold(folder: Path, command: list[str], page: Path) -> float:
            shutil.rmtree(folder / "_build", ignore_errors=True)
            return seconds(command, folder)

        def touched(folder: Path, command: list[str], page: Path) -> float:
            page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")
            return seconds(command, folder)

        say(f"builds: {count} pages, cold, book and floors in turn, twice")
        times = {"cold build": medians(*(lambda case=case: cold(*case) for case in cases), rounds=2)}
        say("builds: after touching one page, three times")
        times["touched rebuild"] = medians(*(lambda case=case: touched(*case) for case in cases))
    found = {
        "cold build, s a page": round(times["cold build"][0] / count, 2),
        "touched rebuild, s": round(times["touched rebuild"][0], 2),
    }
    for name, (ours, floor, bare) in times.items():
        found |= {f"{name} / floor": round(ours / floor, 2), f"{name} / bare Sphinx": round(ours / bare, 2)}
    return Part(found, MARKS, times)


if __name__ == "__main__":
    sys.exit("Run this part as: python bench/bench.py --only builds")
