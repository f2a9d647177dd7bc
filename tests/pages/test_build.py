"""What a build promises: the same bytes in any folder, an edit on its page, faults in three lines."""

import filecmp
import gc
import io
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from weakref import ProxyTypes

import pytest
from jupyter_book.config import get_final_config
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from book import build
from book.build import hash_files
from tests import browser
from tests.pages.built import ROOT

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", "*.egg-info")
STEPS = ("coursework notebooks", "coursework pages", "book.build")
FRONT = (ROOT / "chapters" / "03_gdp.md").read_text(encoding="utf-8").split("\n---\n")[0] + "\n---\n"
CHAPTER = "chapters/98_small.md"
# Files that Sphinx does not see a page read.
PROGRAMS = ("book/a.py", "packages/a/a/__init__.py", "packages/a/a/labels.csv", "packages/a/a/page.html.j2")
PROGRAMS += ("packages/a/a/sphinx/picture.json",)
NOTHING = "0 added, 0 changed, 0 removed"


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


def read_files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """When each page and static file was written, and its content."""
    html = folder / "_build" / "html"
    files = [path for path in (*html.rglob("*.html"), *html.glob("_static/**/*")) if path.is_file()]
    return {str(p.relative_to(html)): (p.stat().st_mtime_ns, p.read_bytes()) for p in files}


@pytest.mark.slow
def test_a_build_in_another_folder_is_equal(checkout):
    here, there = browser.HTML, checkout / "_build" / "html"
    names, others = ({str(p.relative_to(h)) for p in h.rglob("*") if p.is_file()} for h in (here, there))
    assert names == others, "If the book was built bit by bit: 'make clean', and build it anew."
    _, different, unreadable = filecmp.cmpfiles(here, there, names, shallow=False)
    assert (different, unreadable) == ([], [])


@pytest.mark.slow
def test_an_edited_sentence_is_on_its_page_and_nothing_else_is_made_anew(checkout):
    first = read_files(checkout)
    make_book(checkout)
    second = read_files(checkout)
    assert {name: content for name, (_, content) in first.items()} == {
        name: content for name, (_, content) in second.items()
    }
    # Sphinx writes pages without a source each time.
    alone = {"404.html", "genindex.html"} | {n for n, (_, page) in first.items() if b"has moved" in page}
    written = {name for name in first if first[name] != second[name] and "_static" not in name}
    assert written <= alone
    text = (source := checkout / "chapters" / "03_gdp.md").read_text(encoding="utf-8")
    for words, changed in (("\nA sentence of the author's.\n", {"chapters/03_gdp.html"}), ("", set())):
        source.write_text(text + words, encoding="utf-8")
        make_book(checkout)
        third = read_files(checkout)
        assert ("A sentence of the author’s." in third["chapters/03_gdp.html"][1].decode()) is bool(words)
        assert {name for name in third if third[name][1] != second[name][1]} == changed


def test_a_build_starts_sphinx_only_where_something_has_changed(tmp_path, monkeypatch):
    made = "_build/assignments/a.ipynb", "_build/ledgers/a.json"
    for path in map(tmp_path.joinpath, ("_toc.yml", "_config.yml", "chapters/a.md", *made, *PROGRAMS)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name, encoding="utf-8")
    page, started, saved = tmp_path / "_build" / "html" / "index.html", [], []

    def run_sphinx(*given) -> int:
        started.append(given)
        for folder in (page.parent, tmp_path / "_build" / ".doctrees"):
            folder.mkdir(parents=True, exist_ok=True)
        page.write_text("a page", encoding="utf-8")
        for source in saved:
            source.write_text("saved while pages were built", encoding="utf-8")
        return 0

    def make(change: str = "", code: int = 0) -> bool:
        """Whether Sphinx was started after a change."""
        started.clear()
        if change:
            (tmp_path / change).write_text(f"another {change}, {code}", encoding="utf-8")
        assert build.build(tmp_path, tmp_path / "_toc.yml", tmp_path / "_build") == code
        return bool(started)

    monkeypatch.setattr("sphinx.cmd.build.build_main", run_sphinx)
    assert (make(), make()) == (True, False)
    os.utime(tmp_path / "chapters" / "a.md", (1, 1))
    monkeypatch.setenv("EDITION", "student")  # as make does
    assert not make("_build/assignments/a.ipynb")
    for change in ("_toc.yml", "_config.yml", "chapters/a.md", "_build/ledgers/a.json", *PROGRAMS):
        assert (make(change), make()) == (True, False), change
    saved.append(tmp_path / "chapters" / "a.md")
    page.unlink()
    assert make()
    saved.clear()
    assert (make(), make()) == (True, False), "what is saved while Sphinx works is for the next build"
    for change in (page.unlink, lambda: page.write_text("what somebody else wrote", encoding="utf-8")):
        change()
        assert (make(), make()) == (True, False)
    with monkeypatch.context() as broken:
        broken.setattr("sphinx.cmd.build.build_main", lambda *_: 1)
        make("chapters/a.md", code=1)
    assert (make(), make()) == (True, False), "a build that failed is not taken for done"


def test_sphinx_builds_pages_again_when_any_file_of_a_program_changes(tmp_path, monkeypatch):
    conf = """
extensions = ["sphinx_external_toc", "book.build"]
external_toc_exclude_missing = True
def setup(app):
    def show(app, page, source):
        source[0] += "".join(path.read_text() for path in sorted(app.srcdir.glob("[bp]*/**/*.*")))
    app.connect("source-read", show)
    def write(app, *_):
        if (app.srcdir / "stop").exists():
            raise KeyboardInterrupt
    app.connect("html-page-context", write)
"""
    toc = "root: index\nentries:\n- file: other\n"
    texts = {"conf.py": conf, "_toc.yml": toc, "index.rst": "A\n=\n", "other.rst": "B\n=\n"}
    for name, text in (texts | dict.fromkeys(PROGRAMS, "")).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    html = tmp_path / "_build" / "html"
    # sphinx_external_toc asks each object of the process what it is; dead proxies of other tests cannot say.
    objects = gc.get_objects
    monkeypatch.setattr(gc, "get_objects", lambda: [one for one in objects() if type(one) not in ProxyTypes])

    def make() -> str:
        status = io.StringIO()
        with docutils_namespace():
            Sphinx(tmp_path, tmp_path, html, html / ".doctrees", "html", status=status).build()
        return re.search(r"(\[(new|config).*)?\d+ added, .*removed", status.getvalue())[0]

    assert (make(), make()) == ("[new config] 2 added, 0 changed, 0 removed", NOTHING)
    for name in PROGRAMS:
        (tmp_path / name).write_text(f"# {name} is new\n", encoding="utf-8")
        assert make() == "[config changed ('book_programs')] 2 added, 0 changed, 0 removed"
        assert f"{name} is new" in (html / "index.html").read_text(encoding="utf-8")
    # A build that is stopped when it has read the pages, and before it writes them.
    (stop := tmp_path / "stop").touch()
    (tmp_path / PROGRAMS[0]).write_text("# after a stop\n", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        make()
    stop.unlink()
    assert make() == NOTHING and "after a stop" in (html / "index.html").read_text(encoding="utf-8")
    (tmp_path / "_toc.yml").write_text("root: index\n", encoding="utf-8")
    assert make().endswith("1 removed") and not (html / "other.html").exists()


def test_sphinx_reads_the_settings_that_jupyter_book_makes():
    book, command = ROOT / "_config.yml", {"latex_individualpages": False}
    wanted, _ = get_final_config(user_yaml=book, sourcedir=ROOT, cli_config=command)
    assert runpy.run_path(str(ROOT / "conf.py")).items() >= wanted.items()


@pytest.mark.slow
def test_no_command_builds_again_what_another_has_built(checkout):
    make_book(checkout)
    made = hash_files(checkout, [checkout / "_build" / "html"])
    for _ in range(2):
        for command in ("jupyter-book build .", "sphinx-build . _build/html", "python -m book.build"):
            program, *given = command.split()
            command = [Path(sys.executable).with_name(program), *given]
            done = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
            said = done.stdout + done.stderr
            assert done.returncode == 0 and re.search(f"{NOTHING}|Nothing has changed", said), said
            assert hash_files(checkout, [checkout / "_build" / "html"]) == made


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
