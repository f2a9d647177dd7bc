"""The chapters as notebooks to take along: plain, complete, and running without the book."""

from __future__ import annotations

import re

import contract
import nbformat
import pages
import pytest
from nbclient import NotebookClient

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
