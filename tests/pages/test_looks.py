"""What the pages look like: on a phone, in parts, in fonts of their own, with nothing hidden by its name."""

import re

from tests import browser
from tests.chapters import contract
from tests.pages import built

CUT_OFF = """() => [...document.querySelectorAll('.bd-article .highlight pre')]
  .filter((code) => !code.closest('.cell_output') && code.scrollWidth > code.clientWidth + 1)
  .map((code) => code.textContent.slice(0, 60))"""
# A pill of two lines is twice as high as its text.
BROKEN_PILLS = """() => [...document.querySelectorAll('.badge')].filter((pill) => pill.checkVisibility()
  && pill.offsetHeight > 2 * parseFloat(getComputedStyle(pill).fontSize)).map((pill) => pill.textContent)"""
# Cells of words whose lines hold little more than a word each.
NARROW = """() => [...document.querySelectorAll('table.data td:not(.number), table.exercise-list td')]
  .filter((cell) => cell.checkVisibility() && cell.textContent.length > 30 && cell.clientWidth < 75)
  .map((cell) => cell.textContent)"""
FONTS = """async () => {
  await document.fonts.ready;
  const loaded = [...document.fonts].filter((font) => font.status === 'loaded');
  return loaded.map((font) => font.family.replaceAll('"', ''));
}"""
HEIGHT = "document.documentElement.scrollHeight"


def test_folded_code_says_what_is_inside_and_no_name_hides_it():
    pages = {name: built.html(name) for name in built.names()}
    assert [name for name, page in pages.items() if ">Show the code<" in page] == []
    assert [name for name, page in pages.items() if "Toggle hidden content" in page] == []


def test_no_result_of_a_chapter_is_a_dictionary():
    printed = {
        path.stem: "".join(
            output.get("text", "")
            for cell in contract.code_cells(contract.read(path.with_suffix(".ipynb")))
            for output in cell.outputs
        )
        for path in contract.SOURCES
    }
    assert [stem for stem, text in printed.items() if re.search(r"\{('[^']+'|\d+): ", text)] == []


def test_code_wraps_pills_hold_and_tables_read_on_a_phone(on_phone, home):
    for name in ("chapters/06_closing.html", "pages/ledger.html", "exercises/pages/04_gaps.html"):
        page = browser.open_page(on_phone, home, name).page
        assert page.evaluate(CUT_OFF) == [] and page.evaluate(BROKEN_PILLS) == [], name
        assert page.evaluate(NARROW) == [], name
        page.close()


def test_folded_code_is_there_on_paper(at_desk, home):
    """It fades in on the screen, and a printer does not wait for it."""
    page = browser.open_page(at_desk, home, "chapters/03_gdp.html").page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    code = page.locator("details.hide[open] > summary ~ *").first
    assert code.evaluate("(box) => getComputedStyle(box).animationName") == "none"


def test_long_pages_come_in_parts(on_phone, home):
    for name, screens in {"pages/data.html": 30, "pages/findings.html": 12}.items():
        page = browser.open_page(on_phone, home, name).page
        assert page.evaluate(HEIGHT) < screens * browser.PHONE["height"], name
        page.close()
    page = browser.open_page(on_phone, home, "pages/data.html#table-cities").page
    assert page.locator("#table-cities table.fields").is_visible()


def test_fonts_are_the_books_own_and_the_one_for_formulas_comes_with_formulas(at_desk, home):
    with_formulas = browser.open_page(at_desk, home, "chapters/03_gdp.html")
    assert set(with_formulas.page.evaluate(FONTS)) == {"Book Serif", "Book Math"}
    assert browser.open_page(at_desk, home, "pages/findings.html").page.evaluate(FONTS) == ["Book Serif"]
    assert with_formulas.foreign == []


def test_code_is_copied_with_a_button(at_desk, home):
    at_desk.grant_permissions(["clipboard-read", "clipboard-write"])
    page = browser.open_page(at_desk, home, "chapters/03_gdp.html").page
    page.locator(".copy-code").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("import altair as alt")
