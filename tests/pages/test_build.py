"""What a build promises: the same bytes in any folder, an edit on its page, faults in three
lines."""

import filecmp
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from book import build, settings
from book.build import hash_files
from tests import browser
from tests.pages.built import ROOT

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", "*.egg-info")
STEPS = ("coursework pages", "book.build")
FRONT = (ROOT / "chapters" / "04_vintages.md").read_text(encoding="utf-8").split("\n---\n")[
    0
] + "\n---\n"
CHAPTER = "chapters/98_small.md"
# Files that Sphinx does not see a page read.
PROGRAMS = (
    "book/a.py",
    "packages/a/a/__init__.py",
    "packages/a/a/labels.csv",
    "packages/a/a/page.html.j2",
)
PROGRAMS += ("packages/a/a/sphinx/picture.json",)
NOTHING = "0 added, 0 changed, 0 removed"


def run(folder: Path, step: str) -> subprocess.CompletedProcess:
    """Run a step with the course and the packages of this folder."""
    command = [sys.executable, "-m", *step.split()]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, [folder, *folder.glob("packages/*")]))
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def make_book(folder: Path, steps: tuple[str, ...] = STEPS) -> None:
    for step in steps:
        done = run(folder, step)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A copy in which the book is built once, by its own machinery: the tests go on from there."""
    folder = tmp_path_factory.mktemp("build") / "a longer way off"
    make_book(shutil.copytree(ROOT, folder, ignore=LEFT_OUT))
    return folder


def read_files(folder: Path) -> dict[str, bytes]:
    """Read each page and static file."""
    html = folder / "_build" / "html"
    files = [path for path in (*html.rglob("*.html"), *html.glob("_static/**/*")) if path.is_file()]
    return {str(path.relative_to(html)): path.read_bytes() for path in files}


@pytest.mark.slow
def test_a_build_in_another_folder_is_equal(checkout):
    here = browser.HTML
    there = checkout / "_build" / "html"
    names, others = (
        {str(p.relative_to(h)) for p in h.rglob("*") if p.is_file()} for h in (here, there)
    )
    assert names == others, "If the book was built bit by bit: 'make clean', and build it again."
    _, different, unreadable = filecmp.cmpfiles(here, there, names, shallow=False)
    assert (different, unreadable) == ([], [])


@pytest.mark.slow
def test_an_edited_sentence_is_on_its_page_and_no_other_page_changes(checkout):
    first = read_files(checkout)
    text = (source := checkout / "chapters" / "04_vintages.md").read_text(encoding="utf-8")
    for words, changed in (
        ("\nA sentence of the author's.\n", {"chapters/04_vintages.html"}),
        ("", set()),
    ):
        source.write_text(text + words, encoding="utf-8")
        make_book(checkout)
        now = read_files(checkout)
        assert ("A sentence of the author’s." in now["chapters/04_vintages.html"].decode()) is bool(
            words
        )
        assert {name for name in now if now[name] != first[name]} == changed


def test_a_build_starts_sphinx_only_where_something_has_changed(tmp_path, monkeypatch):
    sources = "_toc.yml", "_config.yml", "chapters/a.md", "_build/ledgers/a.json", *PROGRAMS
    for path in map(tmp_path.joinpath, (*sources, "_build/assignments/a.ipynb")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name, encoding="utf-8")
    chapter = tmp_path / "chapters" / "a.md"
    page = tmp_path / "_build" / "html" / "index.html"
    started = []
    code = 0
    saved = ""

    def run_sphinx(*arguments) -> int:
        started.append(arguments)
        for folder in (page.parent, tmp_path / "_build" / ".doctrees"):
            folder.mkdir(parents=True, exist_ok=True)
        page.write_text("a page", encoding="utf-8")
        chapter.write_text(chapter.read_text("utf-8") + saved, encoding="utf-8")
        return code

    def is_started() -> bool:
        started.clear()
        assert build.build(tmp_path, tmp_path / "_toc.yml", tmp_path / "_build") == code
        return bool(started)

    monkeypatch.setattr("sphinx.cmd.build.build_main", run_sphinx)
    assert (is_started(), is_started()) == (True, False)
    os.utime(chapter, (1, 1))
    monkeypatch.setenv("EDITION", "student")  # as make does
    (tmp_path / "_build/assignments/a.ipynb").write_text("another", encoding="utf-8")
    assert not is_started()
    for source in sources:
        (tmp_path / source).write_text(f"another {source}", encoding="utf-8")
        assert (is_started(), is_started()) == (True, False), source
    for spoil in (
        page.unlink,
        lambda: page.write_text("what another program wrote", encoding="utf-8"),
    ):
        spoil()
        assert (is_started(), is_started()) == (True, False)
    for code, saved in ((0, "saved while pages are built"), (1, "")):
        page.unlink()
        assert is_started()
        code = 0
        saved = ""
        assert (is_started(), is_started()) == (True, False), "that build was not complete"


def test_sphinx_builds_pages_again_when_a_program_changes(tmp_path):
    conf = """
extensions = ["sphinx_external_toc", "book.build"]
external_toc_exclude_missing = True
def setup(app):
    def show(app, page, source):
        source[0] += (app.srcdir / "book" / "a.py").read_text()
    app.connect("source-read", show)
    def write(app, *_):
        if (app.srcdir / "stop").exists():
            raise KeyboardInterrupt
    app.connect("html-page-context", write)
"""
    contents = (
        "format: jb-book\nroot: index\nparts:\n- caption: A\n  chapters:\n  - file: c\n  - file:"
        " other\n"
    )
    texts = {"conf.py": conf, "_toc.yml": contents, "book/a.py": ""}
    texts |= {settings.LEDGER: "{}", settings.LESSONS: "{}"}
    texts |= {"index.rst": "A\n=\n", "other.rst": "B\n=\n", "c.rst": "C\n=\n"}
    for name, text in texts.items():
        (program := tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        program.write_text(text, encoding="utf-8")
    program = tmp_path / "book" / "a.py"
    html = tmp_path / "_build" / "html"

    def make() -> str:
        command = [Path(sys.executable).with_name("sphinx-build"), ".", html]
        output = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout
        return re.search(r"(\[(new|config).*)?\d+ added, .*removed", output)[0]

    assert (make(), make()) == ("[new config] 3 added, 0 changed, 0 removed", NOTHING)
    program.write_text("# new\n", encoding="utf-8")
    assert make() == "[config changed ('book_programs')] 3 added, 0 changed, 0 removed"
    assert "# new" in (html / "index.html").read_text(encoding="utf-8")
    # A build that is stopped after it has read the pages, and before it writes them.
    (stop := tmp_path / "stop").touch()
    program.write_text("# after a stop\n", encoding="utf-8")
    make()
    stop.unlink()
    assert make() == NOTHING and "# after a stop" in (html / "index.html").read_text(
        encoding="utf-8"
    )
    (tmp_path / "_toc.yml").write_text(contents.removesuffix("  - file: other\n"), encoding="utf-8")
    assert make().endswith("1 removed") and not (html / "other.html").exists()


@pytest.mark.slow
def test_no_command_builds_again_what_another_has_built(checkout):
    make_book(checkout)
    made = hash_files(checkout, [checkout / "_build" / "html"])
    for _ in range(2):
        for command in (
            "jupyter-book build .",
            "sphinx-build . _build/html",
            "python -m book.build",
        ):
            program, *arguments = command.split()
            command = [Path(sys.executable).with_name(program), *arguments]
            done = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
            output = done.stdout + done.stderr
            assert done.returncode == 0 and re.search(f"{NOTHING}|Nothing has changed", output), (
                output
            )
            assert hash_files(checkout, [checkout / "_build" / "html"]) == made


@pytest.mark.slow
def test_a_fault_in_a_chapter_is_reported_in_three_lines_and_the_last_good_notebook_stays(checkout):
    source = checkout / CHAPTER
    task = f"coursework notebooks {CHAPTER}"
    cell = FRONT + "# A title\n\n```{code-cell}\n1 / 1\n```\n"
    source.write_text(cell, encoding="utf-8")
    make_book(checkout, (task,))
    good = (notebook := source.with_suffix(".ipynb")).read_bytes()
    faults = {
        "# A title\n": "has no front matter",
        cell.replace("1 / 1", "1 / 0"): "ZeroDivisionError",
    }
    for text, message in faults.items():
        source.write_text(text, encoding="utf-8")
        done = run(checkout, task)
        lines = [
            line for line in done.stderr.splitlines() if not re.match(r"Notebook \d+ of", line)
        ]
        assert (
            done.returncode and len(lines) <= 3 and CHAPTER in lines[0] and message in done.stderr
        )
        assert notebook.read_bytes() == good and not list(checkout.glob("chapters/*.part"))
    source.unlink()
    notebook.unlink()
