"""The book to take along: chapters as plain notebooks that run without it, and all of it in one file."""

import re
import shutil
import zipfile

import nbformat
from nbclient import NotebookClient

from book.downloads import pack
from coursework import needs
from tests import browser
from tests.chapters import contract
from tests.pages import built

FOLDER = browser.HTML / "notebooks"
# What only a renderer of MyST reads.
LEFT = re.compile(r"\{[\w:-]+\}`|^:::|^```+\{|^\([\w-]+\)=|^: ", re.MULTILINE)


def _file(stem: str, name: str) -> str:
    with zipfile.ZipFile(FOLDER / f"{stem}.zip") as bundle:
        return bundle.read(f"{stem}/{name}").decode()


def _notebook(stem: str) -> nbformat.NotebookNode:
    return nbformat.reads(_file(stem, f"{stem}.ipynb"), as_version=4)


def _problems(stem: str) -> list[str]:
    """A notebook is plain, says how to run it, and holds all code and captions of its chapter."""
    notebook, chapter = _notebook(stem), contract.read(contract.CHAPTERS / f"{stem}.ipynb")
    nbformat.validate(notebook)
    text = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    code = contract.code_cells(notebook)
    problems = [f"left for a renderer: {found[0]}" for source in text if (found := LEFT.search(source))]
    needed = needs.find_needs(built.ROOT, needs.read_extras(contract.CHAPTERS / f"{stem}.md"))
    with zipfile.ZipFile(FOLDER / f"{stem}.zip") as bundle:
        if f"{stem}/{needs.name_wheel(built.ROOT)}" not in bundle.namelist():
            problems.append("the library is not there")
    if _file(stem, "requirements.txt") != needed.requirements or "\njupyterlab==" not in needed.requirements:
        problems.append("asks for something else than it needs")
    if "pip install -r requirements.txt" not in text[0] or "3. Each time" not in _file(stem, "README.txt"):
        problems.append("does not say in three steps how to run it")
    if any(cell.get("outputs") for cell in code if not cell.source.startswith("Markdown(")):
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
    if f'href="../notebooks/{stem}.zip"' not in built.html(f"chapters/{stem}.html"):
        problems.append("no button of its page hands it out")
    return problems


def test_each_chapter_is_a_plain_and_complete_notebook():
    stems = [path.stem for path in contract.SOURCES]
    assert [f"{stem}: {problem}" for stem in stems for problem in _problems(stem)] == []


def test_it_runs_without_the_book_and_its_text_follows_the_code(monkeypatch, tmp_path):
    def list_texts() -> list[str]:
        cells = [cell for cell in notebook.cells if cell.source.startswith("Markdown(")]
        return [cell.outputs[0].data["text/markdown"] for cell in cells]

    monkeypatch.delenv("JINGJINJI_BOOK", raising=False)
    notebook = _notebook("03_gdp")
    told, place = list_texts(), {"metadata": {"path": str(tmp_path)}}
    # A busy kernel may send the end of a line by itself.
    NotebookClient(notebook, timeout=120, coalesce_streams=True, resources=place).execute()
    assert list_texts() == told
    assert notebook.cells[-1].outputs[0].text == "All of them are as the text tells.\n"


def test_the_packed_book_is_the_same_every_time_and_works_from_a_folder(at_desk, lab_home, tmp_path):
    shutil.copytree(browser.HTML / "pagefind", tmp_path / "some" / "pagefind")
    one, two = (pack.pack(tmp_path / "some", tmp_path / "some.zip").read_bytes() for _ in range(2))
    assert one == two
    with zipfile.ZipFile(pack.pack(browser.HTML, tmp_path / "book.zip")) as bundle:
        bundle.extractall(tmp_path)
    at_desk.set_offline(True)
    home = (tmp_path / "book").as_uri()
    visit = browser.open_lab(at_desk, home, "chapters/03_gdp")
    assert visit.find_charts_not_drawn() == []
    cell = visit.page.locator(".cell[id^='cell-']").nth(1)
    stored = cell.locator(".cell_output").inner_text()
    cell.locator(".lab-run").click()
    cell.locator(".lab-output").wait_for()
    assert cell.locator(".lab-output").inner_text().split() == stored.split()
    assert (visit.errors, visit.foreign) == ([], [])
    visit = browser.open_page(at_desk, home, "pages/search.html?q=C80")
    link = visit.page.locator(".search-results ul a").first
    link.wait_for(timeout=60_000)
    link.click()
    visit.page.wait_for_url(f"{home}/chapters/03_gdp.html#*")
    assert (visit.errors, visit.foreign) == ([], [])
