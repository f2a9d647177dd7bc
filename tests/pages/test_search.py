"""Search as a reader does it: in a real browser, on a static host, by keyboard, and where it cannot
run."""

import pytest

from book.settings import INDEX_PAGE, SEARCH_PAGE
from tests import browser
from tests.pages import built, checks

MOST_BYTES = 200_000  # what a first query may send, with its five results
# Starts of addresses that must be among the first three pages and their sections.
QUERIES = {
    "location quotient": ["pages/glossary.html#term-location-quotient"],
    "C80": ["chapters/04_vintages_checks.html#verdict-c80-04_vintages_checks"],
    "c45": ["pages/ledger.html#claim-c45"],
    "Xiong'an": ["chapters/17_wings.html"],
    "协调发展": ["index.html"],
    "基尼系数": ["pages/glossary.html#term-gini-index"],
    "province_gdp_vintages": ["pages/data.html#table-province-gdp-vintages"],
    "Williamson 1965": ["pages/references.html"],
    "高铁": ["chapters/18_trains.html"],
    "京津冀": ["chapters/02_region.html", "index.html"],
}
# Readers' questions, and the starts of the names of pages of which one must be among the first
# three.
QUESTIONS = {
    "synthetc": "24_twin",
    "what is a vintage": "04_vintages glossary",
    "p value": "09_doubt 23_diff glossary",
    "how do I read an interval": "09_doubt",
    "download data": "data",
    "雾霾": "22_air",
    "jing jin ji": "index 02_region",
    "how to merge two tables": "0a_ref",
    "commute beijing tianjin minutes": "18_trains 20_access",
    "how long does the course take": "index plans",
    "license reuse figures": "data references",
    "capstone rubric": "index",
    "is the article propaganda": "findings",
    "is it true": "findings ledger",
    "fake": "findings ledger",
    "fact check": "findings ledger",
    "雄安": "17_wings ledger",
    "平行趋势": "23_diff",
    "bullet train": "18_trains",
    "GDP per capita": "08_gaps",
    "Tianjn port": "21_port",
    "schools moved to Xiongan": "17_wings",
    "gdp of tianjin fell": "04_vintages 24_twin",
    "accessibility measure": "20_access",
    "inflation": "05_prices",
    "csv files": "data",
    "how many people live in beijing": "02_region",
    "correct a mistake in the ledger": "ledger",
}
# What the book does not have: something to try is offered.
ABSENT = ("Granger", "quokka", "xyzzy")


def search(context, home: str, words: str):
    """The search page when it has its results."""
    page = browser.open_page(context, home, f"{SEARCH_PAGE}.html?q={words}").page
    page.locator(".search-results > li, .search-status:has-text('No pages')").first.wait_for()
    return page


def read_results(page, words: str) -> tuple[list[str], bool]:
    """Ask on the search page; return the addresses of the first three pages, and whether words are
    marked."""
    field = page.locator(".book-search input")
    field.evaluate("(input, words) => { input.value = words; input.form.requestSubmit(); }", words)
    page.locator(".search-status", has_text=f"for “{words}”").wait_for()
    page.locator(".book-search ol > li, .search-status a").first.wait_for()
    links = page.locator(".book-search ol > li:nth-child(-n+3) a")
    return (
        links.evaluate_all("all => all.map((link) => link.href)"),
        page.locator("mark").count() > 0,
    )


def test_what_readers_ask_is_on_the_first_three_pages_and_what_the_book_lacks_is_not_found(
    at, home
):
    page = at(f"{SEARCH_PAGE}.html")
    missed = {}
    for words, wanted in QUERIES.items():
        results, is_marked = read_results(page, words)
        assert is_marked and {f"{home}/{address}" for address in wanted} - {*results} == set(), (
            words
        )
    for words, wanted in QUESTIONS.items():
        names = [address.rpartition("/")[2] for address in read_results(page, words)[0]]
        if not any(name.startswith(tuple(wanted.split())) for name in names):
            missed[words] = names
    assert len(missed) <= 1, missed
    for words in ABSENT:
        assert read_results(page, words)[0] == []
        assert "glossary" in page.locator(".search-status a").first.get_attribute("href")


def test_nothing_is_fetched_before_the_reader_types_and_little_after_under_any_path(at_desk):
    sent: list[int] = []
    with browser.serve_folder(browser.HTML.parent) as address:
        home = f"{address}/{browser.HTML.name}"  # in a folder of a host, as on GitHub Pages
        visit = browser.open_page(at_desk, home, f"{SEARCH_PAGE}.html")
        page = visit.page
        page.on("requestfinished", lambda r: sent.append(r.sizes()["responseBodySize"]))
        page.wait_for_timeout(500)
        assert "pagefind" not in str(
            page.evaluate("performance.getEntries().map((entry) => entry.name)")
        )
        page.get_by_role("searchbox", name="Search this book").last.press_sequentially(
            "vintage", delay=20
        )
        page.locator(".search-results > li").nth(2).wait_for()
        page.wait_for_timeout(300)
        assert 0 < sum(sent) < MOST_BYTES
        assert visit.errors == [] and visit.foreign == []
        page.locator(".search-results ul a").first.click()
        page.wait_for_url(f"{home}/chapters/*")


def test_by_keyboard_from_any_page_to_a_section_with_results_as_one_types(at_desk, home):
    page = browser.open_page(at_desk, home, "chapters/14_specialisation.html").page
    page.keyboard.press("Control+k")
    page.keyboard.type("headway")
    page.locator("dialog .search-results > li").first.wait_for()
    field, first = (page.locator(f"dialog {part}").first.bounding_box() for part in ("input", "li"))
    assert first["y"] > field["y"] and first["width"] > 500 and checks.accessibility(page) == []
    (link := page.locator("dialog .search-results a").first).click(trial=True)
    assert page.request.get(link.evaluate("a => a.href")).ok
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{SEARCH_PAGE}.html?q=headway")
    page.locator(".search-results > li").first.wait_for()
    assert page.locator(".book-search .search-status").inner_text() == "2 pages for “headway”."
    assert page.locator(".book-search .search-status").get_attribute("role") == "status"
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.value") == "headway"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/chapters/18_trains.html#*")


def test_a_query_that_finds_nothing_says_so_and_more_pages_come_on_request(at_desk, on_phone, home):
    search(at_desk, home, "<b>xyzzy</b>").get_by_text("No pages for “<b>xyzzy</b>”. Try").wait_for()
    page = search(at_desk, home, "Beijing")
    assert page.locator(".search-results > li").count() == 5
    page.get_by_role("button", name="Show more pages").click()
    page.locator(".search-results > li").nth(9).wait_for()
    assert page.get_by_role("button", name="Show more pages").count() == 0
    page.get_by_text("The 10 best pages for “Beijing”.").wait_for()
    assert (
        page.locator(".search-results > li")
        .nth(5)
        .evaluate("li => li.contains(document.activeElement)")
    )
    assert checks.accessibility(page) + checks.language(page) == []
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert checks.accessibility(page, only=checks.COLOUR_RULES) == []
    assert checks.width(search(on_phone, home, "province_value_added_by_industry")) == []


@pytest.mark.parametrize("size", [browser.DESK, browser.PHONE], ids=["desk", "phone"])
def test_nothing_moves_when_results_come(chromium, home, size):
    with chromium.new_context(viewport=size) as context:
        page = search(context, home, "Beijing")
        page.locator(".search-results > li").nth(4).wait_for()
        page.evaluate(checks.READ_THROUGH)
        assert page.evaluate("window.shifted") < 0.02


@pytest.mark.parametrize("where", ["from a folder that is not packed", "without scripts"])
def test_where_search_cannot_run_the_page_says_so_and_offers_the_index(
    at_desk, no_scripts, home, where
):
    context, address = (
        (no_scripts, home) if where == "without scripts" else (at_desk, browser.HTML.as_uri())
    )
    visit = browser.open_page(context, address, f"{SEARCH_PAGE}.html?q=C80")
    assert visit.page.locator(".book-search").is_hidden()
    assert visit.page.get_by_text("it needs JavaScript").is_visible()
    for name in ("index", "Glossary", "ledger of claims"):
        assert visit.page.locator(".bd-article").get_by_role("link", name=name).is_visible()
    assert visit.errors == []


def test_the_index_holds_the_pages_of_the_students_edition():
    """Of these test_exercises.py holds that no solution is on them."""
    pages = {url.removeprefix("/") for url in browser.read_search_index(browser.HTML)}
    assert pages == set(built.names()) - {f"{SEARCH_PAGE}.html", f"{INDEX_PAGE}.html", "404.html"}
    names = {path.name for path in browser.HTML.rglob("*")}
    assert not names & {
        "searchindex.js",
        "searchtools.js",
        "language_data.js",
    }, "Sphinx's own index"
