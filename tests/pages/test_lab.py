"""Python in the page: the same outputs as the book's, a reader's way through it, and what can go wrong."""

import functools
import gzip
import itertools
import re

import pytest
from live_cells.pages import read_cells

from book import settings
from book.lab import pages, supported
from coursework.lint.boxes import list_boxes
from tests import browser
from tests.browser import FULL, open_lab
from tests.chapters import contract
from tests.pages import built

PAGE = "chapters/03_gdp"
NOTE_BYTES = """(id) => {
  const had = document.querySelector(`#${id} .lab-had`);
  window.told = [];
  const note = () => had.hidden || window.told.push(had.textContent);
  new MutationObserver(note).observe(had, { childList: true, attributes: true });
}"""


@functools.cache
def _list_ids() -> list[str]:
    """The anchors of the page's code cells, in their order."""
    cells = read_cells(built.ROOT / f"{PAGE}.ipynb").values()
    return [f"cell-{name}" for name, _ in cells]


def _cell(page, index: int):
    return page.locator(f"#{_list_ids()[index]}")


def _await(page, index: int, text: str):
    _cell(page, index).locator(".lab-said", has_text=text).wait_for()


def _say(page, index: int, text: str):
    """Press Run in a cell and wait for a status with this text."""
    _cell(page, index).get_by_role("button", name="Run").click()
    _await(page, index, text)


def _edit(page, index: int, code: str) -> None:
    cell = _cell(page, index)
    if cell.get_by_role("button", name="Edit").is_visible():
        cell.get_by_role("button", name="Edit").click()
    cell.get_by_role("textbox").fill(code)


def test_a_reader_runs_changes_and_resets_cells(at_desk, lab_home):
    """One visit, because Python's start is what takes time."""
    visit = open_lab(at_desk, lab_home, PAGE)
    page, first = visit.page, _cell(visit.page, 1)
    stored = first.locator(".cell_output").inner_text()
    cost = page.locator(".lab-cost")
    (promised,) = re.fullmatch(r"The first run fetches Python once: (\d+) MB\.", cost.inner_text()).groups()
    page.evaluate(NOTE_BYTES, _list_ids()[1])
    _say(page, 1, "Done.")
    assert cost.is_hidden()
    # The bar of the start follows the bytes, never stands still while they come, and keeps its promise.
    told = page.evaluate("window.told")
    counts = [int(re.fullmatch(rf"(\d+) of {promised} MB", text)[1]) for text in told]
    assert counts == sorted(counts) and counts[-1] == int(promised)
    assert max(after - before for before, after in itertools.pairwise([0, *counts])) <= 4
    assert first.locator(".lab-output").inner_text().split() == stored.split()

    # Cells above run first, and a chart is drawn in the place of the stored one, with its caption.
    drawn = page.locator(".cell:has(#fig-gdp-bare)")
    _say(page, _list_ids().index(drawn.get_attribute("id")), "Done.")
    drawn.locator(".lab-output .chart-live svg path").first.wait_for(state="attached")
    assert drawn.locator(".lab-output figcaption").inner_text()
    assert drawn.locator("figcaption:visible").count() == 1

    late = []  # the editor comes after the first error, whose line it marks all the same
    page.route("**/codemirror.js", lambda route: late.append(route))
    for code, sentence in {
        "print(1 / 0)": "ZeroDivisionError: division by zero (line 1)",
        "del data\ndata": "name 'data' is not defined",
        "import statsmodels.api as sm\nsm.OLS(1)": "needs statsmodels, which this page does not have",
        "input('?')": "a page cannot ask with input()",
    }.items():
        _edit(page, 1, code)
        _say(page, 1, "Error.")
        assert sentence in first.locator(".lab-error").inner_text()
        while late:
            late.pop().continue_()
        last = code.rpartition("\n")[2]
        assert first.locator(".lab-failing").inner_text() == first.locator(".lab-source").inner_text() == last
        assert not first.locator(".lab-trace pre").is_visible()
    _say(page, 2, "A cell above stopped")

    _edit(page, 1, "while True: pass")
    first.get_by_role("button", name="Run").click()
    first.get_by_role("button", name="Stop").click()
    _await(page, 1, "Stopped.")

    # What the reader wrote is there again after the browser was closed, and goes with Reset.
    _edit(page, 1, "6 * 7")
    page.reload()
    assert first.get_by_role("textbox").input_value() == "6 * 7"
    first.get_by_role("textbox").press("Control+Enter")
    _await(page, 1, "Done.")
    assert first.locator(".lab-output").inner_text().strip() == "42"
    assert page.evaluate("liveCells.run('6 * 7 / 2', { space: 'other' })")["value"] == 21
    first.get_by_role("button", name="Reset").click()
    assert first.locator(".cell_output").inner_text() == stored
    assert page.evaluate("document.activeElement.textContent") == "Edit"
    page.reload()
    assert first.get_by_role("textbox").count() == 0
    # What was fetched once is not announced again.
    assert page.locator(".lab-cost").is_hidden()
    assert visit.errors == [] and visit.foreign == []


def test_an_output_older_than_its_code_is_marked_until_the_cells_below_ran(at_desk, lab_home):
    page = open_lab(at_desk, lab_home, PAGE).page
    first, old = _cell(page, 1), page.locator(".lab-old")
    first.get_by_role("button", name="Edit").click()
    first.locator(".cm-content").wait_for()
    first.get_by_role("textbox").press("Control+End")
    page.keyboard.type("  # mine")
    assert first.locator(".cm-content .c1", has_text="# mine").is_visible()
    assert first.locator(".cm-editor.cm-focused.lab-code.highlight").count() == 1
    assert first.locator(".lab-old").is_visible() and old.count() > 10
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Run"
    page.keyboard.press("Enter")
    _await(page, 1, "Done.")
    assert first.locator(".lab-old").count() == 0 and old.count() > 10
    first.get_by_role("button", name="Run below").click()
    _await(page, 1, "cells ran.")
    assert old.count() == 0 and first.get_by_role("button", name="Run below").is_hidden()
    assert _cell(page, 2).get_by_role("button", name="Reset").is_visible()  # it ran with the others
    assert "lab-run" in page.evaluate("document.activeElement.className")  # what was pressed is gone
    assert page.locator(".lab-error").count() == 0
    # Another page starts its Python: this one, which nobody looks at, gives its own up, and starts it again.
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    other = open_lab(at_desk, lab_home, "chapters/0a_refresher").page  # of the fewest cells
    other.get_by_role("button", name="Run all").click()
    other.locator(".lab-said", has_text="cells ran.").wait_for()
    assert other.locator(".lab-error").count() == 0
    assert not page.evaluate("liveCells.isReady") and other.evaluate("liveCells.isReady")
    _say(page, 1, "Done.")


def test_the_editor_is_light_and_comes_when_somebody_writes(at_desk, lab_home):
    (editor,) = browser.HTML.glob("_static/live-cells/*/codemirror.js")
    assert len(gzip.compress(editor.read_bytes(), 6)) <= 150_000
    page = open_lab(at_desk, lab_home, PAGE).page
    names = "performance.getEntriesByType('resource').map((entry) => entry.name)"
    assert "codemirror" not in str(page.evaluate(names))
    # Where it cannot be had, one writes in a plain field.
    page.route("**/codemirror.js", lambda route: route.abort())
    _edit(page, 1, "6 * 7")
    assert _cell(page, 1).locator("textarea").input_value() == "6 * 7"


def test_a_page_says_what_it_cannot_do(at_desk, lab_home):
    for fault, sentence in {
        "delete globalThis.WebAssembly": "because it has no WebAssembly",
        FULL: "does not keep your changes",
    }.items():
        page = at_desk.new_page()
        page.add_init_script(fault)
        page.goto(f"{lab_home}/{PAGE}.html")
        if sentence.startswith("does"):
            _edit(page, 0, "1")
        assert sentence in page.locator(".lab-note, .lab-said", has_text=sentence).first.inner_text()
    page = at_desk.new_page()
    page.goto((browser.HTML / f"{PAGE}.html").as_uri())
    assert "Opened from this folder" in page.locator(".lab-note").first.inner_text()
    assert page.locator(".lab-run").count() == 0
    # A cell that cannot run leads to the notebook, and so does its box. No chapter has one now.
    notebook = contract.read(built.ROOT / f"{PAGE}.ipynb")
    box = list_boxes(notebook)[0]
    kept = next(cell.id for cell in notebook.cells if cell.cell_type == "code" and box.old in cell.source)
    body = built.html(f"{PAGE}.html")
    body = body.replace('"stored":[],"absent":[]', f'"stored":["{kept}"],"absent":["a_package"]')
    page.route(f"**/{PAGE}.html", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(f"{lab_home}/{PAGE}.html")
    for place in (f"#cell-{kept}", ".modify"):
        link = page.locator(f"{place} .lab-note a").first
        link.wait_for(state="attached")
        assert link.inner_text() == "download the notebook"
        assert page.request.get(link.evaluate("link => link.href")).ok
    page.goto(f"{lab_home}/pages/glossary.html")
    assert page.locator(".lab-run, .lab-note").count() == 0


def test_where_python_cannot_be_had_the_stored_output_stays(at_desk, lab_home):
    at_desk.route("**/python_stdlib.zip", lambda route: route.abort())
    page = open_lab(at_desk, lab_home, PAGE).page
    _say(page, 1, "could not be started")
    assert _cell(page, 1).locator(".cell_output").is_visible()


def test_the_buttons_of_a_cell_are_one_stop_of_the_tab_key_and_arrows_go_between_them(at_desk, lab_home):
    page = browser.open_page(at_desk, lab_home, "chapters/03_gdp.html").page
    bar = page.get_by_role("toolbar", name="Cell 2", exact=True)
    bar.locator(".lab-run").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Edit, Cell 2"
    page.keyboard.press("Tab")
    assert not bar.evaluate("bar => bar.parentElement.contains(document.activeElement)")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Edit, Cell 2"
    names = page.locator("main button").evaluate_all("all => all.map((b) => b.ariaLabel ?? b.innerText)")
    assert len(names) == len(set(names)) > 40


@pytest.mark.slow
def test_every_chapter_gives_what_the_book_stores(chromium, lab_home):
    """Both ways: a cell that is said to keep its stored output does so for a reason that still holds."""
    with chromium.new_context() as context:
        context.set_default_timeout(0)
        found, failed = supported.run_all(
            context, lab_home, built.ROOT, browser.HTML, settings.list_texts(built.ROOT)
        )
    special = pages.read_supported()
    made = supported.list_supported(found, failed, browser.HTML)
    assert made == special, found
    told = {number: error["message"] for number, error in failed.items() if not error["package"]}
    assert told == {}
