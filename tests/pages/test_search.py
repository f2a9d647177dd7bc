"""Search as a reader does it: in a real browser, on a static host, by keyboard, and where it cannot run."""

from __future__ import annotations

import re

from tests.chapters import contract
from book import browser as pages
import pytest
from tests.pages.test_pages import CHINESE_IN_ENGLISH, axe_findings

MOST_BYTES = 200_000  # what a first query may send, with its five results
QUERIES = [
    ("location quotient", "glossary.html#term-location-quotient"),
    ("jackknife", "glossary.html#term-jackknife"),
    ("C80", "chapters/03_gdp.html#verdict-c80-03_gdp"),
    ("C80", "ledger.html#claim-c80"),
    ("c45", "ledger.html#claim-c45"),
    ("Tangshan", "chapters/10_port.html"),
    ("Langfang", "chapters/02_region.html"),
    ("Xiong'an", "chapters/08_wings.html"),
    ("京津冀", "index.html"),
    ("区域协调发展", "index.html"),
    ("协调发展", "index.html"),
    ("基尼系数", "glossary.html#term-gini-index"),
    ("half-life", "chapters/05_convergence.html"),
    ("throughput", "chapters/10_port.html"),
    ("province_gdp_vintages", "data.html#table-province-gdp-vintages"),
    ("Williamson 1965", "references.html"),
]


@pytest.fixture
def at_desk(chromium):
    context = chromium.new_context(viewport=pages.DESK, reduced_motion="reduce")
    yield context
    context.close()


def search(context, home: str, words: str):
    """The search page when it has its results."""
    page = pages.open_page(context, home, f"search.html?q={words}").page
    page.locator(".search-results > li, .search-status:has-text('No pages')").first.wait_for()
    return page


@pytest.mark.parametrize(("words", "wanted"), QUERIES)
def test_a_query_finds_its_page_and_section_among_the_first_three(at_desk, home, words, wanted):
    page = search(at_desk, home, words)
    entries = page.locator(".search-results > li").all()[:3]
    urls = [entry.locator("a").evaluate_all("all => all.map((a) => a.href)") for entry in entries]
    found = [[url.removeprefix(f"{home}/") for url in links] for links in urls]
    assert any(wanted in links for links in found), found
    assert page.locator(".search-results mark").count() > 0


def test_nothing_is_fetched_before_the_reader_types_and_little_after(at_desk, home):
    visit = pages.open_page(at_desk, home, "search.html")
    sent: list[int] = []
    visit.page.on("requestfinished", lambda r: sent.append(r.sizes()["responseBodySize"]))
    visit.page.wait_for_timeout(500)
    assert "pagefind" not in str(visit.page.evaluate("performance.getEntries().map((entry) => entry.name)"))
    visit.page.get_by_role("searchbox", name="Search this book").last.press_sequentially("vintage", delay=20)
    visit.page.locator(".search-results > li").nth(4).wait_for()
    visit.page.wait_for_timeout(300)
    assert 0 < sum(sent) < MOST_BYTES
    assert visit.errors == [] and visit.foreign == []


def test_search_works_under_any_path(at_desk):
    with pages.served(pages.HTML.parent) as address:
        page = search(at_desk, f"{address}/{pages.HTML.name}", "C80")
        page.locator(".search-results ul a").first.click()
        page.wait_for_load_state()
        assert page.url.startswith(f"{address}/{pages.HTML.name}/chapters/03_gdp.html#")


def test_by_keyboard_from_any_page_to_a_section(at_desk, home):
    page = pages.open_page(at_desk, home, "chapters/06_specialisation.html").page
    page.keyboard.press("Control+k")
    page.keyboard.type("headway")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=headway")
    page.locator(".search-results > li").first.wait_for()
    assert page.locator(".search-status").inner_text() == "2 pages for “headway”."
    assert page.locator(".search-status").get_attribute("role") == "status"
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.value") == "headway"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary.html#term-headway")


def test_a_query_that_finds_nothing_says_so(at_desk, home):
    page = search(at_desk, home, "<b>xyzzy</b>")
    assert page.locator(".search-status").inner_text() == "No pages for “<b>xyzzy</b>”."
    assert page.locator(".search-results li").count() == 0


def test_more_pages_on_request(at_desk, home):
    page = search(at_desk, home, "Beijing")
    assert page.locator(".search-results > li").count() == 5
    page.get_by_role("button", name="Show more pages").click()
    page.locator(".search-results > li").nth(9).wait_for()
    sixth = page.locator(".search-results > li").nth(5)
    assert sixth.evaluate("entry => entry.contains(document.activeElement)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_results_are_accessible(chromium, home, scheme):
    context = chromium.new_context(viewport=pages.DESK, color_scheme=scheme, reduced_motion="reduce")
    page = search(context, home, "区位")
    assert axe_findings(page) == []
    assert page.evaluate(CHINESE_IN_ENGLISH) == []
    context.close()


def test_results_fit_a_phone(chromium, home):
    context = chromium.new_context(viewport=pages.PHONE)
    page = search(context, home, "province_value_added_by_industry")
    assert page.evaluate("document.documentElement.scrollWidth") <= pages.PHONE["width"]
    context.close()


@pytest.mark.parametrize("where", ["from a folder", "without scripts"])
def test_where_search_cannot_run_the_page_says_so_and_offers_the_index(chromium, home, where):
    context = chromium.new_context(java_script_enabled=where != "without scripts")
    visit = pages.Visit(context.new_page())
    address = pages.HTML.as_uri() if where == "from a folder" else home
    visit.watch(address)
    visit.page.goto(f"{address}/search.html?q=C80")
    assert visit.page.locator(".book-search").is_hidden()
    assert visit.page.get_by_text("it needs JavaScript and a web server").is_visible()
    for name in ("index", "Glossary", "ledger of claims"):
        assert visit.page.locator(".bd-article").get_by_role("link", name=name).is_visible()
    assert visit.errors == []
    context.close()


def test_no_solution_can_be_found():
    """The index of the students' edition holds its pages and nothing else."""
    found = pages.indexed(pages.HTML)
    not_indexed = {"search.html", "genindex.html", "404.html"}
    assert {url.removeprefix("/") for url in found} == set(pages.page_names()) - not_indexed
    text = " ".join(found.values())
    secrets = set()
    for master in sorted((contract.CHAPTERS.parent / "exercises").glob("[0-9]*.md")):
        source = master.read_text(encoding="utf-8")
        regions = re.findall(r"### BEGIN SOLUTION(.*?)### END SOLUTION", source, re.DOTALL)
        lines = {line.strip() for region in regions for line in region.splitlines()}
        secrets |= {line for line in lines if len(line) > 30}
        secrets |= set(re.findall(r'\bsays = \(?\s*"([^"]{30,})"', source))
    assert len(secrets) > 100
    assert [secret for secret in secrets if secret in text] == []


def test_sphinx_own_index_is_not_sent():
    names = {path.name for path in pages.HTML.rglob("*")}
    assert not names & {"searchindex.js", "searchtools.js", "language_data.js"}
