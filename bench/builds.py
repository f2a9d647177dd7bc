"""Measure the build of the book: against an older commit, a floor, and what one changed sentence costs.

The older commit's files come from git; where its history is not there, that figure is left out. The floor
is what the same tools need for next to nothing: Jupyter Book building as many near-empty pages.
"""

import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from common import BIN, ROOT, Part, medians, say, seconds

BEFORE = "9f4da0f"
COLD, SENTENCE = f"cold build / {BEFORE}", "one sentence changed / no change"
MARKS = {COLD: 0.5, SENTENCE: 1.8}
# What `make book` runs, each in the folder of the book.
STEPS = [
    [sys.executable, "-m", *step.split()]
    for step in ("coursework notebooks", "coursework pages", "book.build")
]
JUPYTER_BOOK = [str(BIN / "jupyter-book"), "build", ".", "-W", "-n", "--keep-going"]
# A word of this chapter's prose that is changed there and back again.
CHAPTER, WORDS = "chapters/03_gdp.md", ("the region", "the  region")


def copy_of_book(folder: Path) -> Path:
    """The files of this checkout that git knows, as they are now."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, names.stdout.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def book_before(folder: Path) -> Path | None:
    """The files of the older commit, or None where git does not have it."""
    packed = subprocess.run(["git", "archive", BEFORE], cwd=ROOT, capture_output=True)
    if packed.returncode:
        say(f"builds: git has no commit {BEFORE} here, so nothing is compared with it")
        return None
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def page_count() -> int:
    """Pages that the table of contents names, the landing page included."""
    return sum(line.strip().startswith(("root:", "- file:")) for line in (ROOT / "_toc.yml").open())


def empty_book(folder: Path, count: int) -> Path:
    """As many pages as the book has, each with a heading and a line, in the same theme."""
    folder.mkdir(parents=True)
    names = [f"page{place}" for place in range(1, count)]
    (folder / "_config.yml").write_text('title: Floor\nexecute: {execute_notebooks: "off"}\n')
    toc = {"format": "jb-book", "root": "index", "chapters": [{"file": name} for name in names]}
    (folder / "_toc.yml").write_text(json.dumps(toc))
    for name in ["index", *names]:
        (folder / f"{name}.md").write_text(f"# {name}\n\nOne line.\n")
    return folder


def build(folder: Path) -> float:
    """Seconds of the steps of `make book`."""
    return sum(seconds(step, folder) for step in STEPS)


def change_a_sentence(folder: Path) -> None:
    """Change the first of the chosen words in a chapter's text, or change it back."""
    source, (one, other) = folder / CHAPTER, WORDS
    text = source.read_text(encoding="utf-8")
    source.write_text(
        text.replace(other, one) if other in text else text.replace(one, other, 1), encoding="utf-8"
    )


def measure() -> Part:
    """Cold builds in turn, then builds with and without a change in turn."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        book, count = copy_of_book(work / "book"), page_count()
        floor, before = empty_book(work / "floor", count), book_before(work / "before")

        def cold(where: Path, make: Callable[[Path], float]) -> float:
            shutil.rmtree(where / "_build", ignore_errors=True)
            shutil.rmtree(where / "exercises" / "pages", ignore_errors=True)
            return make(where)

        def jupyter_book(where: Path) -> float:
            # The older commit's packages lie in its folder, not in the environment.
            return seconds(JUPYTER_BOOK, where, PYTHONPATH=str(where))

        def changed() -> float:
            change_a_sentence(book)
            return build(book)

        say(f"builds: {count} pages, cold, in turn, twice")
        others = [floor] if before is None else [floor, before]
        cases = [
            lambda: cold(book, build),
            *(lambda where=where: cold(where, jupyter_book) for where in others),
        ]
        ours, *theirs = medians(*cases, rounds=2)
        say("builds: one sentence changed, and nothing changed, three times")
        sentence, same = medians(changed, lambda: build(book))
    found = {SENTENCE: round(sentence / same, 2), "cold build / floor": round(ours / theirs[0], 2)}
    if before is not None:
        found[COLD] = round(ours / theirs[1], 2)
    return Part(
        found, MARKS, {COLD: [ours, *theirs[1:]], "cold build": [ours, theirs[0]], SENTENCE: [sentence, same]}
    )


if __name__ == "__main__":
    sys.exit("Run this part as: python bench/bench.py --only builds")
