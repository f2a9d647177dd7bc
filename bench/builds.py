"""Measure the build of the book: against an older commit, and what one changed sentence costs.

The older commit's files come from git, and it has an environment of its own pins, as extensions of today's
would change its pages; where either is not to be had, those figures are left out. Charts are drawn before, in
both books, as they are for an author; seconds are those of processors, which other work hardly changes.
"""

import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from common import BIN, ROOT, Part, medians, say, work

BEFORE = "9f4da0f"
COLD = f"a page of a cold build / {BEFORE}"
SAME, SENTENCE = f"no change / {BEFORE}", f"one sentence changed / no change in {BEFORE}"
MARKS = {COLD: 0.75, SAME: 1.0, SENTENCE: 1.8}
# What `make book` runs, each in the folder of the book.
STEPS = [
    [sys.executable, "-m", *step.split()]
    for step in ("coursework notebooks", "coursework pages", "book.build")
]
# What a cold build leaves alone, under `_build`: the drawings of both.
DRAWN = ("charts", ".doctrees/charts")
# Words of a sentence of this chapter, which are changed there and back again.
CHAPTER, WORDS = "chapters/03_gdp.md", ("Within a vintage the region", "Within a vintage our region")


def copy_of_book(folder: Path) -> Path:
    """The files of this checkout that git knows, as they are now."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, names.stdout.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    if (drawn := ROOT / "_build" / "charts").is_dir():
        shutil.copytree(drawn, folder / "_build" / "charts")
    return folder


def book_before(folder: Path) -> Path | None:
    """The files of the older commit with its environment, or None where one of them is not to be had."""
    packed = subprocess.run(["git", "archive", BEFORE], cwd=ROOT, capture_output=True)
    if packed.returncode:
        say(f"builds: git has no commit {BEFORE} here, so nothing is compared with it")
        return None
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    install = "pip install --python .venv -r requirements.txt -c constraints.txt"
    steps = ([BIN / "uv", "--quiet", *step.split()] for step in ("venv .venv", install))
    if any(subprocess.run(step, cwd=folder).returncode for step in steps):
        say(f"builds: what {BEFORE} is pinned to cannot be installed, so nothing is compared with it")
        return None
    return folder


def page_count(book: Path) -> int:
    """Pages that the table of contents names, the landing page included."""
    return sum(line.strip().startswith(("root:", "- file:")) for line in (book / "_toc.yml").open())


def forget(folder: Path) -> None:
    """Remove what a build made, but for drawings."""
    kept = [path for name in DRAWN for path in [folder / "_build" / name] if path.is_dir()]
    for path in sorted((folder / "_build").rglob("*"), reverse=True):
        if not any(path == one or one in path.parents or path in one.parents for one in kept):
            path.rmdir() if path.is_dir() else path.unlink()
    shutil.rmtree(folder / "exercises" / "pages", ignore_errors=True)


def build(folder: Path) -> float:
    """Seconds of the steps of `make book`."""
    return sum(work(step, folder) for step in STEPS)


def jupyter_book(folder: Path) -> float:
    """Seconds of Jupyter Book. The older commit's packages lie in its folder, not in its environment."""
    command = [str(folder / ".venv/bin/jupyter-book"), "build", ".", "-W", "-n", "--keep-going"]
    return work(command, folder, PYTHONPATH=str(folder))


def change_a_sentence(folder: Path) -> None:
    """Change the chosen words in a chapter's text, or change them back."""
    source, text = folder / CHAPTER, (folder / CHAPTER).read_text(encoding="utf-8")
    one, other = WORDS if WORDS[0] in text else WORDS[::-1]
    assert one in text, f"{CHAPTER} has no such words any more: choose others"
    source.write_text(text.replace(one, other), encoding="utf-8")


def measure() -> Part:
    """Cold builds in turn, then builds with and without a change in turn."""
    with tempfile.TemporaryDirectory() as folder:
        book, before = copy_of_book(Path(folder, "book")), book_before(Path(folder, "before"))
        makers: dict[Path, Callable[[Path], float]] = {book: build}
        makers |= {before: jupyter_book} if before else {}

        def cold(where: Path) -> float:
            forget(where)
            return makers[where](where)

        def changed() -> float:
            change_a_sentence(book)
            return build(book)

        say("builds: once, to draw the charts")
        for where, make in makers.items():
            make(where)
        say("builds: cold, in turn, twice")
        ours, *theirs = medians(*(lambda where=where: cold(where) for where in makers), rounds=2)
        say("builds: one sentence changed, and nothing changed, three times")
        after = [lambda: jupyter_book(before)] if before else []
        sentence, same, *their_same = medians(changed, lambda: build(book), *after)
        pages = page_count(book) / page_count(before) if before else 1
    found = {"cold build, s": round(ours, 2), "one sentence, s": round(sentence, 2)}
    if before:
        found |= {
            COLD: round(ours / theirs[0] / pages, 2),
            SAME: round(same / their_same[0], 2),
            SENTENCE: round(sentence / their_same[0], 2),
        }
    spent = {COLD: [ours, *theirs], SAME: [same, *their_same], SENTENCE: [sentence]}
    return Part(found, MARKS if before is not None else {}, spent)


if __name__ == "__main__":
    sys.exit("Run this part as: python bench/bench.py --only builds")
