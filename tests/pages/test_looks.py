"""What the pages look like: on a phone, in parts, in fonts of their own, with nothing hidden by its name."""

import re

from tests import browser
from tests.chapters import contract
from tests.pages import built

PHONE_FAULTS = """() => ({
  "code is cut off": [...document.querySelectorAll('.bd-article .highlight pre')]
    .filter((code) => !code.closest('.cell_output') && code.scrollWidth > code.clientWidth + 1),
  // A pill of two lines is twice as high as its text.
  "a pill is broken": [...document.querySelectorAll('.badge')].filter((pill) => pill.checkVisibility()
    && pill.offsetHeight > 2 * parseFloat(getComputedStyle(pill).fontSize)),
  // Cells of words whose lines hold little more than a word each.
  "a cell is narrow": [...document.querySelectorAll('table.data td:not(.number), table.exercise-list td')]
    .filter((cell) => cell.checkVisibility() && cell.textContent.length > 30 && cell.clientWidth < 75),
})"""
FAULTS = f"""() => Object.entries(({PHONE_FAULTS})()).flatMap(([fault, all]) =>
  all.map((part) => `${{fault}}: ${{part.textContent.slice(0, 60)}}`))"""
FONTS = """async () => {
  await document.fonts.ready;
  const loaded = [...document.fonts].filter((font) => font.status === 'loaded');
  return loaded.map((font) => font.family.replaceAll('"', ''));
}"""
HEIGHT = "document.documentElement.scrollHeight"


def test_folded_code_says_what_is_inside_and_no_result_is_a_dictionary():
    hidden = re.compile(">Show the code<|Toggle hidden content")
    assert [name for name in built.names() if hidden.search(built.html(name))] == []
    found = []
    for path in contract.SOURCES:
        cells = contract.code_cells(contract.read(path.with_suffix(".ipynb")))
        printed = "".join(output.get("text", "") for cell in cells for output in cell.outputs)
        found += [(path.stem, match[0]) for match in re.finditer(r"\{('[^']+'|\d+): .*", printed)]
    assert found == [], "print(table.to_string()) shows the same as a table"


def test_code_wraps_pills_hold_tables_read_and_long_pages_come_in_parts_on_a_phone(on_phone, home):
    def visit(name: str):
        return browser.open_page(on_phone, home, name).page

    for name in ("chapters/06_closing.html", "pages/ledger.html", "exercises/pages/04_gaps.html"):
        assert visit(name).evaluate(FAULTS) == [], name
    for name, screens in {"pages/data.html": 30, "pages/findings.html": 12}.items():
        assert visit(name).evaluate(HEIGHT) < screens * browser.PHONE["height"], name
    assert visit("pages/data.html#table-cities").locator("#table-cities table.fields").is_visible()
    strips = [drawn.bounding_box() for drawn in visit("pages/ledger.html").locator("svg.strip").all()[:10]]
    assert strips and max(box["width"] for box in strips) <= browser.PHONE["width"]


def test_fonts_are_the_books_own_and_the_one_for_formulas_comes_with_formulas(at):
    # "Book Marks" takes quotes and dashes from a face of the machine, where it has one.
    own = [
        set(at(name).evaluate(FONTS)) - {"Book Marks"}
        for name in ("chapters/03_gdp.html", "pages/findings.html")
    ]
    assert own == [{"Book Math", "Book Serif"}, {"Book Serif"}]


def test_code_is_copied_with_a_button(at_desk, at):
    at_desk.grant_permissions(["clipboard-read", "clipboard-write"])
    page = at("chapters/03_gdp.html")
    page.locator(".copy-code").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").count("import altair as alt") == 1
