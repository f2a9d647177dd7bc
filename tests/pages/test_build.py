"""What a build promises: the same bytes in any folder, an edit on its page, faults in three lines."""

import filecmp
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from book import build, watch
from tests import browser
from tests.pages.built import ROOT

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", "*.egg-info")
STEPS = ("coursework notebooks", "coursework pages", "book.build")
FRONT = (ROOT / "chapters" / "03_gdp.md").read_text(encoding="utf-8").split("\n---\n")[0] + "\n---\n"
CHAPTER = "chapters/98_small.md"


def run(folder: Path, step: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", *step.split()]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def make_book(folder: Path) -> None:
    for step in STEPS:
        done = run(folder, step)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A copy in which the book is built once, by its own machinery: the tests go on from there."""
    folder = tmp_path_factory.mktemp("build") / "a longer way off"
    make_book(shutil.copytree(ROOT, folder, ignore=LEFT_OUT))
    return folder


def pages(folder: Path) -> dict[str, tuple[int, bytes]]:
    """When each page was written, and what it says."""
    html = folder / "_build" / "html"
    return {str(p.relative_to(html)): (p.stat().st_mtime_ns, p.read_bytes()) for p in html.rglob("*.html")}


def static_files(folder: Path) -> dict[str, bytes]:
    """What each style sheet, script and image holds."""
    html = folder / "_build" / "html"
    return {str(p.relative_to(html)): p.read_bytes() for p in (html / "_static").rglob("*") if p.is_file()}


@pytest.mark.slow
def test_a_build_in_another_folder_is_equal(checkout):
    here, there = browser.HTML, checkout / "_build" / "html"
    names, others = ({str(p.relative_to(h)) for p in h.rglob("*") if p.is_file()} for h in (here, there))
    assert names == others, "If the book was built bit by bit: 'make clean', and build it anew."
    _, different, unreadable = filecmp.cmpfiles(here, there, names, shallow=False)
    assert (different, unreadable) == ([], [])


@pytest.mark.slow
def test_an_edited_sentence_is_on_its_page_and_nothing_else_is_made_anew(checkout):
    first, static = pages(checkout), static_files(checkout)
    moved = {"404.html", *(name for name, (_, page) in first.items() if b"This page has moved" in page)}
    make_book(checkout)
    second = pages(checkout)
    # The pages that stand alone are written each time, with the same bytes.
    assert [name for name in first if name not in moved and first[name] != second[name]] == []
    assert [name for name in moved if first[name][1] != second[name][1]] == []
    assert [name for name, held in static_files(checkout).items() if held != static.get(name)] == []
    text = (source := checkout / "chapters" / "03_gdp.md").read_text(encoding="utf-8")
    for words, changed in (("\nA sentence of the author's.\n", {"chapters/03_gdp.html"}), ("", set())):
        source.write_text(text + words, encoding="utf-8")
        make_book(checkout)
        third = pages(checkout)
        assert ("A sentence of the author’s." in third["chapters/03_gdp.html"][1].decode()) is bool(words)
        assert {name for name in third if name not in moved and third[name][1] != second[name][1]} == changed


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Builds a book of one page after a change, and says what was done: nothing, or Sphinx, again or anew."""
    html = tmp_path / "_build" / "html" / "index.html"
    made = "_build/assignments/a.ipynb", "_build/ledgers/a.json", "_build/charts/c", "_build/grades/g.csv"
    for path in map(tmp_path.joinpath, ("_toc.yml", "_config.yml", "book/a.py", "chapters/a.md", *made)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name, encoding="utf-8")
    did: list[str] = []

    def run_sphinx(*_) -> int:
        did.append("again" if html.exists() else "anew")
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text("a page", encoding="utf-8")
        return 0

    def make(change: str = "", code: int = 0) -> str:
        did.clear()
        if change:
            (tmp_path / change).write_text(f"another {change}, {code}", encoding="utf-8")
        assert build.build(tmp_path, tmp_path / "_toc.yml", tmp_path / "_build") == code
        assert (tmp_path / "_build" / "grades" / "g.csv").exists()
        return "".join(did)

    monkeypatch.setattr(build, "run_sphinx", run_sphinx)
    make()
    return make, html


def test_a_build_starts_sphinx_only_where_something_has_changed(small, tmp_path, monkeypatch):
    make, html = small
    assert make() == ""
    os.utime(tmp_path / "chapters" / "a.md", (1, 1))
    assert make() == "", "touched, and the same"
    for change in ("chapters/a.md", "_build/ledgers/a.json", "_build/assignments/a.ipynb"):
        assert [make(change), make()] == ["" if "assignments" in change else "again", ""]
    for change in ("_toc.yml", "_config.yml", "book/a.py"):
        assert [make(change), make()] == ["anew", ""], "machinery makes all pages anew"
    html.write_text("what somebody else wrote", encoding="utf-8")
    assert [make(), make()] == ["again", ""]
    html.unlink()
    assert [make(), make()] == ["anew", ""]
    with monkeypatch.context() as broken:
        broken.setattr(build, "run_sphinx", lambda *_: 1)
        make("chapters/a.md", code=1)
    assert [make(), make()] == ["again", ""], "a build that failed is not taken for done"


# What is wrong with a chapter, and what its author is told.
FAULTS = {
    "no front matter": ("# A title\n", "has no front matter"),
    "a cell that raises": (FRONT + "# A title\n\n```{code-cell}\n1 / 0\n```\n", "ZeroDivisionError"),
    "a missing table": (
        FRONT + '# A title\n\n```{code-cell}\nfrom jingjinji import data\n\ndata.load("no_table")\n```\n',
        "no_table",
    ),
}


@pytest.mark.slow
def test_a_fault_in_a_chapter_is_told_in_three_lines_and_the_last_good_notebook_stays(checkout):
    source = checkout / CHAPTER
    source.write_text(FRONT + "# A title\n\n```{code-cell}\n1 + 1\n```\n", encoding="utf-8")
    task, found = f"coursework notebooks {CHAPTER}", []
    assert run(checkout, task).returncode == 0
    good = source.with_suffix(".ipynb").read_bytes()
    for fault, (text, says) in FAULTS.items():
        source.write_text(text, encoding="utf-8")
        done = run(checkout, task)
        lines = [line for line in done.stderr.splitlines() if not re.match(r"Notebook \d+ of", line)]
        if done.returncode == 0 or len(lines) > 3 or CHAPTER not in lines[0] or says not in done.stderr:
            found.append((fault, done.returncode, lines))
        if source.with_suffix(".ipynb").read_bytes() != good or list(checkout.glob("chapters/*.part")):
            found.append((fault, "the stored notebook is not as it was"))
    for path in (source, source.with_suffix(".ipynb")):
        path.unlink()
    assert found == []


UNWATCHED = {
    "77 8000": "There is no chapter '77'; name one as in: make watch CHAPTER=03. Chapters: 01, 02",
    "- 8000": "There is no chapter '-'",
    "* 8000": "There is no chapter '*'",
    "03 x": "Port x is in use or not allowed",
    "03 70000": "Port 70000 is in use or not allowed",
}


def test_what_cannot_be_watched_is_told_in_a_sentence():
    for asked, says in UNWATCHED.items():
        done = run(ROOT, f"book.watch {asked} true")
        assert (done.returncode, done.stderr.count("\n")) == (1, 1) and done.stderr.startswith(says)
    assert [path.name for path in watch.find_sources(ROOT, "03")] == ["03_gdp.md", "03_gdp.md"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(ValueError, match=f"Port {port} is in use"):
            watch.parse_port(port)
