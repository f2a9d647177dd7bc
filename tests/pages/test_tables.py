"""Tables that lessons show: made for readers, and built when a reader opens them."""

import re

from lxml import html

from tests import browser
from tests.pages import built, checks

# Scripts add a few hundred elements to those that a page is sent with.
MOST_ELEMENTS = 7600
NOT_FOR_READERS = {
    "a word of the program": re.compile(r"NaN|nan|None|NaT|<NA>|True|False"),
    "a zero with a sign": re.compile(r"[-−]0(\.0+)?( %)?"),
    "a hyphen for a minus": re.compile(r"(?!\d{4}-)(.*[\s(])?-\.?\d.*"),
}
# It teaches what pandas prints: row numbers and `NaN` are its subject.
PRIMER = "chapters/0a_refresher.html"


def lessons() -> list[str]:
    names = (f"{page}.html" for page in built.listed() if page.startswith("chapters/"))
    return [name for name in names if name != PRIMER]


def parse(name: str):
    return html.fromstring(built.html(name))


def is_counted(heads: list[str]) -> bool:
    """Whether rows are named by their numbers from 0, as pandas does without an index."""
    return len(heads) > 1 and heads == [str(number) for number in range(len(heads))]


def find_faults(name: str) -> list[str]:
    faults = []
    # "True" is a verdict, too.
    for table in parse(name).xpath("//table[not(contains(@class, 'verdict-table'))]"):
        cells = [" ".join(cell.text_content().split()) for cell in table.iter("td", "th")]
        faults += [
            f"{name}: {cell[:60]!r} is {what}"
            for cell in cells
            for what, pattern in NOT_FOR_READERS.items()
            if pattern.fullmatch(cell)
        ]
        heads = [head.text_content().strip() for head in table.iterfind("tbody/tr/th")]
        if is_counted(heads):
            faults.append(f"{name}: rows are numbered {', '.join(heads[:3])}")
    return faults


def test_a_table_says_nothing_in_the_words_and_signs_of_a_program():
    assert [fault for name in lessons() for fault in find_faults(name)] == []


BOLD = """() => [...document.querySelectorAll(".bd-article p > .pasted-text")]
  .filter((part) => getComputedStyle(part).fontWeight >= 600
    && getComputedStyle(part.parentElement).fontWeight < 600)
  .map((part) => part.textContent)"""


def test_no_number_that_was_computed_is_bold(at):
    page = at("chapters/07_services.html")
    assert page.locator(".bd-article p > .pasted-text").count() > 5
    assert page.evaluate(BOLD) == []


def test_a_lesson_has_at_most_eight_thousand_elements_when_it_comes():
    # Those inside `noscript` are text to a browser that runs scripts.
    weights = {
        name: len(page.xpath("//*[not(ancestor::noscript)]"))
        for name in lessons()
        for page in [parse(name)]
    }
    assert {name: weight for name, weight in weights.items() if weight > MOST_ELEMENTS} == {}


def test_the_data_of_a_chart_are_built_when_they_are_opened(at):
    page = at("chapters/07_services.html")
    page.evaluate(checks.OPEN_COVERS)
    data = page.locator("figure .chart-data").first
    assert data.locator("table").count() == 0
    data.locator("summary").click()
    data.locator("table").first.wait_for()
    assert data.locator("tbody tr").count() > 5
    assert data.locator("noscript").count() == 0


def test_without_scripts_the_data_of_a_chart_are_in_the_page(chromium, home):
    with chromium.new_context(viewport=browser.DESK, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{home}/chapters/07_services.html")
        page.locator("figure .chart-data summary").first.click()
        assert page.locator("figure .chart-data table").first.is_visible()
