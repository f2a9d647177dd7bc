"""The book to take along: chapters as plain notebooks that run without it, and all of it in one
file."""

import re
import shutil
import zipfile

import nbformat
import pytest
from nbclient import NotebookClient

from book.downloads import pack
from coursework import needs
from tests import browser
from tests.chapters import contract
from tests.pages import built, checks

FOLDER = browser.HTML / "notebooks"
# What only a renderer of MyST reads.
LEFT = re.compile(r"\{[\w:-]+\}`|^:::|^```+\{|^\([\w-]+\)=|^: ", re.MULTILINE)


def _read(stem: str) -> dict[str, str]:
    """Read the text files of a chapter's zip by name, and the names of its others."""
    with zipfile.ZipFile(FOLDER / f"{stem}.zip") as bundle:
        names = [name.removeprefix(f"{stem}/") for name in bundle.namelist()]
        return {n: "" if n.endswith(".whl") else bundle.read(f"{stem}/{n}").decode() for n in names}


@pytest.mark.parametrize("stem", [path.stem for path in contract.SOURCES])
def test_each_chapter_is_a_plain_and_complete_notebook(stem):
    files = _read(stem)
    chapter = contract.read(contract.CHAPTERS / f"{stem}.ipynb")
    notebook = nbformat.reads(files[f"{stem}.ipynb"], as_version=4)
    nbformat.validate(notebook)
    needed = needs.find_needs(built.ROOT, needs.read_extras(contract.CHAPTERS / f"{stem}.md"))
    assert needs.name_wheel(built.ROOT) in files
    assert (
        files["requirements.txt"] == needed.requirements and "\njupyterlab==" in needed.requirements
    )
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert "pip install -r requirements.txt" in texts[0] and "3. Each time" in files["README.txt"]
    assert [match[0] for text in texts if (match := LEFT.search(text))] == []
    figures = sum("figure" in cell.metadata.get("mystnb", {}) for cell in chapter.cells)
    assert sum(text.startswith("*Figure ") for text in texts) == figures
    cells = contract.code_cells(notebook)
    assert not any(cell.get("outputs") for cell in cells if not cell.source.startswith("Markdown("))
    code = [cell.source for cell in cells]
    assert not any(re.search(r"\bglue\b", source) or not source for source in code)
    shown = [cell.source for cell in contract.code_cells(chapter) if "glue" not in cell.source]
    assert [source for source in shown if source not in code and "assert" not in source] == []
    assert f'href="../notebooks/{stem}.zip"' in built.html(f"chapters/{stem}.html")


def test_it_runs_without_the_book_and_its_text_follows_the_code(monkeypatch, tmp_path):
    def list_texts() -> list[str]:
        cells = [cell for cell in notebook.cells if cell.source.startswith("Markdown(")]
        return [cell.outputs[0].data["text/markdown"] for cell in cells]

    monkeypatch.delenv("JINGJINJI_BOOK", raising=False)
    notebook = nbformat.reads(_read("04_vintages")["04_vintages.ipynb"], as_version=4)
    told = list_texts()
    place = {"metadata": {"path": str(tmp_path)}}
    # A busy kernel may send the end of a line by itself.
    NotebookClient(notebook, timeout=120, coalesce_streams=True, resources=place).execute()
    assert list_texts() == told


def test_the_packed_book_is_the_same_every_time_and_works_from_a_folder(
    at_desk, lab_home, tmp_path
):
    shutil.copytree(browser.HTML / "pagefind", tmp_path / "some" / "pagefind")
    one, two = (pack.pack(tmp_path / "some", tmp_path / "some.zip").read_bytes() for _ in range(2))
    assert one == two
    with zipfile.ZipFile(pack.pack(browser.HTML, tmp_path / "book.zip")) as bundle:
        bundle.extractall(tmp_path)
    at_desk.set_offline(True)
    home = (tmp_path / "book").as_uri()
    visit = browser.open_lab(at_desk, home, "chapters/04_vintages")
    assert visit.find_charts_not_drawn() == []
    visit.page.locator('a[href*="glossary.html#term-"]:visible').first.hover()
    visit.page.get_by_role("tooltip").wait_for()
    visit.page.evaluate(checks.OPEN_COVERS)
    cell = visit.page.locator(".cell[id^='cell-']:has(.cell_output .chart)").first
    stored = cell.locator(".cell_output").inner_text()
    cell.locator("summary", has_text="Code").click()
    cell.locator(".lab-run").click()
    cell.locator(".lab-output .chart.is-live").wait_for()
    assert cell.locator(".lab-output").inner_text().split() == stored.split()
    assert (visit.errors, visit.foreign) == ([], [])
    visit = browser.open_page(at_desk, home, "pages/search.html?q=C80")
    link = visit.page.locator(".search-results ul a").first
    link.wait_for(timeout=60_000)
    link.click()
    visit.page.wait_for_url(f"{home}/chapters/04_vintages*.html#*")
    assert (visit.errors, visit.foreign) == ([], [])
