"""The chapters as notebooks to take along: plain, complete, and running without the book."""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

from tests.chapters import contract
import nbformat
from book import browser as pages
import pytest
from nbclient import NotebookClient


from book.downloads import pack

FOLDER = pages.HTML / "notebooks"
STEMS = [path.stem for path in contract.SOURCES]
# What only a renderer of MyST reads.
LEFT = re.compile(r"\{[\w:-]+\}`|^:::|^```+\{|^\([\w-]+\)=|^: ", re.MULTILINE)


def _notebook(stem: str) -> nbformat.NotebookNode:
    return nbformat.read(FOLDER / f"{stem}.ipynb", as_version=4)


@pytest.mark.parametrize("stem", STEMS)
def test_a_notebook_is_plain_and_says_how_to_run_it(stem):
    notebook = _notebook(stem)
    nbformat.validate(notebook)
    text = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert [found[0] for source in text if (found := LEFT.search(source))] == []
    install = re.search(r'`pip install "?([\w.-]+\.whl)', text[0])
    assert (FOLDER / install[1]).exists()
    assert not any(cell.get("outputs") for cell in notebook.cells)


@pytest.mark.parametrize("stem", STEMS)
def test_a_notebook_has_all_code_and_captions_of_its_chapter(stem):
    chapter = contract.read(contract.CHAPTERS / f"{stem}.ipynb")
    code = [cell.source for cell in chapter.cells if cell.cell_type == "code"]
    figures = sum("figure" in cell.metadata.get("mystnb", {}) for cell in chapter.cells)
    taken = _notebook(stem).cells
    assert [cell.source for cell in taken if cell.cell_type == "code"] == code
    assert sum(cell.source.startswith("*Figure ") for cell in taken) == figures


@pytest.mark.parametrize("stem", STEMS)
def test_the_button_hands_it_out(stem):
    html = (pages.HTML / "chapters" / f"{stem}.html").read_text(encoding="utf-8")
    assert f'href="../notebooks/{stem}.ipynb"' in html


@pytest.mark.parametrize("stem", ["03_gdp", "10_port"])
def test_it_runs_without_the_book(stem, monkeypatch, tmp_path):
    monkeypatch.delenv("JINGJINJI_BOOK", raising=False)
    NotebookClient(
        _notebook(stem), timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()


def test_the_packed_book_is_the_same_every_time_and_works_from_a_folder(chromium, tmp_path):
    first, second = (pack.pack(pages.HTML, tmp_path / folder / "book.zip") for folder in _folders(tmp_path))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as bundle:
        bundle.extractall(tmp_path)
    context = chromium.new_context(viewport=pages.DESK, offline=True)
    home = (tmp_path / "book").as_uri()
    visit = pages.open_page(context, home, "chapters/03_gdp.html")
    assert visit.charts_not_drawn() == []
    assert (visit.errors, visit.foreign) == ([], [])
    context.close()


def _folders(root: Path) -> tuple[str, str]:
    for name in ("one", "two"):
        (root / name).mkdir()
    return "one", "two"


def test_paper_has_no_form_and_says_that_a_switch_is_for_the_screen(chromium, home):
    context = chromium.new_context(viewport=pages.DESK)
    page = pages.open_page(context, home, "exercises/pages/03_gdp.html").page
    page.emulate_media(media="print")
    assert page.locator(".self-check-live:visible, .self-check-still:visible").count() == 0
    assert page.locator(".self-check-choice:visible li:visible").count() > 0
    page = pages.open_page(context, home, "chapters/03_gdp.html").page
    assert page.locator(".on-paper:visible").count() == 0
    page.emulate_media(media="print")
    assert page.locator(".on-paper:visible").count() == page.locator(".chart:has(.chart-controls)").count() > 0
    context.close()
