"""The book to take along: chapters as plain notebooks that run without it, and all of it in one file."""

from __future__ import annotations

import re
import zipfile

import nbformat
import pytest
from nbclient import NotebookClient

from book import browser
from book.downloads import pack
from tests.chapters import contract
from tests.pages import built

FOLDER = browser.HTML / "notebooks"
# What only a renderer of MyST reads.
LEFT = re.compile(r"\{[\w:-]+\}`|^:::|^```+\{|^\([\w-]+\)=|^: ", re.MULTILINE)


def _notebook(stem: str) -> nbformat.NotebookNode:
    return nbformat.read(FOLDER / f"{stem}.ipynb", as_version=4)


def _problems(stem: str) -> list[str]:
    """A notebook is plain, says how to run it, and holds all code and captions of its chapter."""
    notebook, chapter = _notebook(stem), contract.read(contract.CHAPTERS / f"{stem}.ipynb")
    nbformat.validate(notebook)
    text = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    code = contract.code_cells(notebook)
    problems = [f"left for a renderer: {found[0]}" for source in text if (found := LEFT.search(source))]
    install = re.search(r'`pip install "?([\w.-]+\.whl)', text[0])
    if not install or not (FOLDER / install[1]).exists():
        problems.append("does not say how to install the library, or the wheel is not there")
    if any(cell.get("outputs") for cell in code):
        problems.append("holds outputs")
    told = [cell.source for cell in code]
    shown = [cell.source for cell in contract.code_cells(chapter) if "glue" not in cell.source]
    if missing := [source for source in shown if source not in told and "assert" not in source]:
        problems.append(f"it lacks code of the chapter: {missing[0][:60]}")
    if any(re.search(r"\bglue\b", source) or not source for source in told):
        problems.append("a cell of it is empty, or only hands numbers to the book")
    figures = sum("figure" in cell.metadata.get("mystnb", {}) for cell in chapter.cells)
    if sum(source.startswith("*Figure ") for source in text) != figures:
        problems.append("not all captions are there")
    if f'href="../notebooks/{stem}.ipynb"' not in built.html(f"chapters/{stem}.html"):
        problems.append("no button of its page hands it out")
    return problems


def test_each_chapter_is_a_plain_and_complete_notebook():
    stems = [path.stem for path in contract.SOURCES]
    assert [f"{stem}: {problem}" for stem in stems for problem in _problems(stem)] == []


@pytest.mark.parametrize("stem", ["03_gdp", "13_port"])
def test_it_runs_without_the_book(stem, monkeypatch, tmp_path):
    monkeypatch.delenv("JINGJINJI_BOOK", raising=False)
    NotebookClient(
        _notebook(stem), timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()


def test_the_packed_book_is_the_same_every_time_and_works_from_a_folder(at_desk, tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first, second = (pack.pack(browser.HTML, tmp_path / name / "book.zip") for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as bundle:
        bundle.extractall(tmp_path)
    at_desk.set_offline(True)
    visit = browser.open_page(at_desk, (tmp_path / "book").as_uri(), "chapters/03_gdp.html")
    assert visit.charts_not_drawn() == []
    assert (visit.errors, visit.foreign) == ([], [])
