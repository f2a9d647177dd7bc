"""The built book as a whole: its pages, what they load, where they lead; and single features of a
page."""

import posixpath
import re

import pytest
from docutils import nodes

from book.theme import lean_styles, native_math
from coursework.common import list_numbered
from tests import browser
from tests.pages import built
from tests.waiting import until

# Lessons as they were called in two former orders of the course.
FORMER = [
    "06_specialisation",
    "07_moving",
    "08_wings",
    "09_distance",
    "10_port",
    "11_services",
    "12_air",
    "13_coordination",
    "14_evaluation",
    "03_gdp",
    "04_gaps",
    "05_convergence",
    "06_closing",
    "07_specialisation",
    "08_knowhow",
    "09_moving",
    "0b_doubt",
    "10_wings",
    "11_trains",
    "12_access",
    "13_port",
    "14_services",
    "15_air",
    "16_coordination",
    "17_differences",
    "18_synthetic_control",
]


def test_the_book_has_the_pages_that_it_lists_and_each_its_charts():
    """Every test of pages runs over those found: so these must be all."""
    there = [f"chapters/{path.stem}" for path in list_numbered(built.ROOT)]
    assert [name for name in built.listed() if re.match(r"chapters/\d\d_", name)] == there
    assert built.names() == sorted(f"{name}.html" for name in [*built.listed(), "404", "genindex"])
    drawn = {name: built.html(name).count('class="chart"') for name in built.names()}
    assert all('class="right-next"' in built.html(f"{name}.html") for name in built.listed()[:-1])
    assert drawn == {name: len(built.charts(name)) for name in built.names()}


def test_an_old_address_leads_to_the_new_one_with_what_was_asked(at_desk, home):
    moved = {f"{old}.html": new for old, new in built.config()["redirects"].items()}
    assert moved == browser.list_moved_pages()
    targets = {
        old: posixpath.normpath(posixpath.join(posixpath.dirname(old), new))
        for old, new in moved.items()
    }
    assert {*targets.values()} <= {*built.names()} and not {*targets} & {*built.names()}
    assert [name for name in FORMER if f"chapters/{name}.html" not in moved] == []
    pages = (f"exercises/pages/{name}.html" for name in FORMER if name != "0b_doubt")
    assert [name for name in pages if name not in moved] == []
    page = at_desk.new_page()
    addresses = []
    page.on("framenavigated", lambda frame: addresses.append(frame.url))
    old, target = next(iter(targets.items()))
    page.goto(f"{home}/{old}?q=C80#place")
    until(lambda: f"{home}/{target}?q=C80#place" in addresses, f"{old} leads to {target}", 30)


def test_nothing_is_loaded_from_a_third_party_and_no_page_names_this_machine():
    """Also what no visit asks for: a fallback font, an image far down, a hint to connect early."""
    assert browser.find_third_party_loads() == []
    assert [path.name for path in browser.HTML.rglob("*") if "fontawesome" in path.name] == []
    assert [
        name for name in built.names() if str(browser.HTML.parents[1]) in built.html(name)
    ] == []


def test_pages_load_our_sheet_and_one_lean_one_of_all_that_the_theme_sends():
    # What `book.theme.light_theme` cuts out of the theme's script.
    assert "scrollWidth" not in built.html("_static/scripts/pydata-sphinx-theme.js")
    sheets = {path.name: path.stat().st_size for path in (browser.HTML / "_static").rglob("*.css")}
    # The last is for charts that stand alone, in another page.
    assert sheets.keys() == {"book.css", lean_styles.JOINED, "still-charts.css"}
    assert sheets[lean_styles.JOINED] < 115_000
    assert {built.html(f"{name}.html").count('rel="stylesheet"') for name in built.listed()} == {2}


def test_a_formula_is_mathml_with_its_source_and_one_that_cannot_be_converted_is_a_warning(
    monkeypatch,
):
    """Warnings stop `make book`, so no reader meets half a formula."""
    html = native_math.make_mathml(r"R = \frac{Y_1}{Y_0}", "inline", nodes.math())
    assert html.startswith("<math") and "<mfrac>" in html
    assert r'<annotation encoding="application/x-tex">R = \frac{Y_1}{Y_0}</annotation>' in html
    warnings = []
    monkeypatch.setattr(
        native_math.logger, "warning", lambda *arguments, **_: warnings.append(arguments)
    )
    for latex in (r"\unknowncommand x", r"\frac{1}{", r"a & b"):
        native_math.make_mathml(latex, "block", nodes.math_block())
    assert len(warnings) == 3


# Single features of a page


def test_charts_fit_a_window_that_grows_and_shrinks(on_phone, home):
    """A turned phone or a larger window: the theme's sidebars move for a while, then the charts
    must fit."""
    visit = browser.open_page(on_phone, home, "chapters/23_differences.html")
    assert visit.find_charts_not_drawn() == []
    room = "document.querySelector('.bd-article').clientWidth"
    before = visit.page.evaluate(room)
    visit.page.set_viewport_size(browser.DESK)
    fits = f"""{room} > {before} &&
      [...document.querySelectorAll(".chart.is-live .chart-view")].every((view) =>
        Math.abs(view.querySelector(".chart-live svg").getAttribute("width")
          - view.clientWidth) < 2)"""
    until(lambda: visit.page.evaluate(fits), "the charts fit", 30)


# On each page, what has to be there without scripts, and what must not.
WITHOUT_SCRIPTS = [
    ("pages/ledger.html", "#claim-c82", ".ledger-filter"),
    ("chapters/01_reading.html", ".guess-still", ".guess input, .cover"),
    ("chapters/01_reading.html", ".waits", ".cover"),
    ("chapters/01_reading.html", ".sentence summary", ".sentence input, .sentence textarea"),
    ("exercises/pages/04_vintages.html", ".code-exercise pre", ".practice-live"),
    ("index.html", ".scale summary", ".scale input, .scale table:visible"),
]


@pytest.mark.parametrize("name, content, control", WITHOUT_SCRIPTS)
def test_without_scripts_a_page_has_its_content_and_no_control(
    no_scripts, home, name, content, control
):
    page = browser.open_page(no_scripts, home, name).page
    assert page.locator(content).first.is_visible() and not page.locator(control).count()


def count_sheets(page) -> int:
    return len(re.findall(rb"/Type /Page\b", page.pdf(format="A4")))


@pytest.mark.parametrize(
    ("name", "most"), [("chapters/24_twin.html", 12), ("pages/ledger.html", 25)]
)
def test_a_page_is_printed_as_it_is_read_with_title_address_and_licence(at, name, most):
    page = at(name)
    assert count_sheets(page) <= most
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".bd-article .address:visible").text_content() == page.url
    foot = page.evaluate("document.adoptedStyleSheets.at(-1).cssRules[0].cssText")
    assert page.title() in foot and "CC BY 4.0" in foot and "counter(page)" in foot
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator(".address:visible").count() == 0


def test_paper_has_the_options_of_a_choice_and_no_form(at):
    page = at("exercises/pages/20_access.html")
    page.emulate_media(media="print")
    assert page.locator(".self-check-live:visible, .self-check-still:visible").count() == 0
    assert page.locator(".self-check-choice:visible li:visible").count() > 0
