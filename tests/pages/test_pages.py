"""Every page of the built book in a real browser, as a reader meets it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.chapters import contract
from book import browser as pages
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from tests.waiting import until

NAMES = pages.page_names()
ROOT = contract.CHAPTERS.parent


def _files(entry: dict) -> list[str]:
    below = [part for key in ("parts", "chapters", "sections") for part in entry.get(key, [])]
    own = [entry[key] for key in ("root", "file") if key in entry]
    return own + [name for part in below for name in _files(part)]


LISTED = _files(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
STORED = {
    f"{name}.html": [spec for _, spec in contract.stored(contract.read(notebook), contract.CHART_MIME)]
    for name in LISTED
    if (notebook := ROOT / f"{name}.ipynb").exists()
}
WITH_CHARTS = [name for name, charts in STORED.items() if charts]


def test_the_table_of_contents_lists_the_chapters_that_exist():
    there = [f"chapters/{path.stem}" for path in contract.SOURCES]
    assert [name for name in LISTED if name.startswith("chapters/")] == there


def test_the_book_has_the_pages_that_it_lists():
    """Every test below runs over the pages found: so these must be all."""
    assert NAMES == sorted(f"{name}.html" for name in [*LISTED, "404"])


def test_every_stored_chart_is_on_its_page():
    drawn = {name: (pages.HTML / name).read_text(encoding="utf-8").count('class="chart"') for name in NAMES}
    assert drawn == {name: len(STORED.get(name, [])) for name in NAMES}


@pytest.fixture
def at_desk(chromium):
    context = chromium.new_context(viewport=pages.DESK, color_scheme="light")
    yield context
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_page_is_complete_quiet_and_asks_no_third_party(at_desk, home, name):
    visit = pages.open_page(at_desk, home, name)
    assert visit.charts_not_drawn() == []
    assert visit.page.locator(".chart-live svg").count() == len(STORED.get(name, []))
    assert visit.errors == []
    assert visit.foreign == []


def test_nothing_is_loaded_from_a_third_party():
    """Also what no visit asks for: a fallback font, an image far down, a hint to connect early."""
    assert pages.third_party_loads() == []


ICONS_NOT_DRAWN = """() => [...document.querySelectorAll('.fa-solid, .fas')]
  .filter((icon) => icon.checkVisibility() && getComputedStyle(icon).maskImage === 'none')
  .map((icon) => icon.className)"""


@pytest.mark.parametrize("view", [pages.DESK, pages.PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", NAMES)
def test_icons_are_drawn(chromium, home, name, view):
    """The theme's icon script is not sent, so every icon that a page uses must be one of ours."""
    context = chromium.new_context(viewport=view)
    assert pages.open_page(context, home, name).page.evaluate(ICONS_NOT_DRAWN) == []
    context.close()


CHINESE_IN_ENGLISH = r"""() => {
  const words = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (words.nextNode()) {
    const { data, parentElement: around } = words.currentNode;
    if (/\p{Script=Han}/u.test(data) && !around.closest("pre, code, script, [lang^=zh]")) found.push(data);
  }
  return found;
}"""


@pytest.mark.parametrize("name", NAMES)
def test_chinese_is_marked_as_chinese(at_desk, home, name):
    assert pages.open_page(at_desk, home, name).page.evaluate(CHINESE_IN_ENGLISH) == []


def axe_findings(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['help']} ({v['nodes'][0]['html'][:150]})" for v in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_page_is_accessible(chromium, home, name, scheme):
    # Reduced motion: a colour read halfway through a fade into the dark is nobody's colour.
    context = chromium.new_context(viewport=pages.DESK, color_scheme=scheme, reduced_motion="reduce")
    visit = pages.open_page(context, home, name)
    visit.charts_not_drawn()
    assert visit.page.evaluate("document.documentElement.dataset.theme") == scheme
    assert axe_findings(visit.page) == []
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_page_fits_a_phone(chromium, home, name):
    context = chromium.new_context(viewport=pages.PHONE, device_scale_factor=2)
    visit = pages.open_page(context, home, name)
    visit.charts_not_drawn()
    wide = visit.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= pages.PHONE["width"], f"{name} scrolls sideways: {wide} px wide"
    context.close()


FOCUSABLE = """() => {
  const all = [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])')];
  const seen = all.filter((e) => !e.disabled && e.checkVisibility({ visibilityProperty: true })
    && e.tabIndex >= 0 && !e.closest('dialog:not([open]), [inert]'));
  // Of a group of radio buttons, one is a stop; arrow keys reach the others.
  const stops = seen.filter((e) => e.type !== 'radio' || e.checked);
  stops.forEach((e, i) => { e.dataset.stop = i; });
  return stops.map((e) => e.outerHTML.slice(0, 120));
}"""


@pytest.mark.parametrize("name", NAMES)
def test_keyboard_reaches_everything(at_desk, home, name):
    visit = pages.open_page(at_desk, home, name)
    visit.charts_not_drawn()
    visit.page.evaluate("window.scrollTo(0, 0)")
    stops = visit.page.evaluate(FOCUSABLE)
    reached = set()
    for _ in range(len(stops) + 10):
        visit.page.keyboard.press("Tab")
        reached.add(visit.page.evaluate("document.activeElement.dataset.stop"))
    missed = [html for i, html in enumerate(stops) if str(i) not in reached]
    assert missed == []


@pytest.mark.parametrize("name", WITH_CHARTS)
def test_charts_follow_the_page_into_the_dark(at_desk, home, name):
    visit = pages.open_page(at_desk, home, name)
    visit.charts_not_drawn()
    colour = "getComputedStyle(document.querySelector('.chart-live svg text')).fill"
    light = visit.page.evaluate(colour)
    visit.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert visit.page.evaluate(colour) != light


def test_charts_fit_a_window_that_grows_and_shrinks(chromium, home):
    """A turned phone or a larger window: the theme's sidebars move for a while, then the charts must fit."""
    context = chromium.new_context(viewport=pages.PHONE)
    visit = pages.open_page(context, home, "chapters/14_evaluation.html")
    assert visit.charts_not_drawn() == []
    room = "document.querySelector('.bd-article').clientWidth"
    before = visit.page.evaluate(room)
    visit.page.set_viewport_size(pages.DESK)
    visit.page.wait_for_function(
        f"""{room} > {before} && [...document.querySelectorAll(".chart.is-live .chart-view")].every((view) =>
            Math.abs(view.querySelector(".chart-live svg").getAttribute("width") - view.clientWidth) < 2)"""
    )
    context.close()


@pytest.mark.parametrize("name", WITH_CHARTS)
def test_page_says_everything_without_scripts(chromium, home, name):
    context = chromium.new_context(viewport=pages.DESK, java_script_enabled=False)
    visit = pages.open_page(context, home, name)
    assert visit.page.locator(".chart").count() == len(STORED[name])
    for chart in visit.page.locator(".chart").all():
        assert chart.locator("svg:visible").count() == 1
        assert len(chart.locator(".chart-view").get_attribute("aria-label")) >= 60
        assert chart.locator(".chart-data tbody tr").count() > 0
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_without_scripts_is_light_and_promises_nothing(chromium, home, name):
    context = chromium.new_context(viewport=pages.DESK, java_script_enabled=False, color_scheme="dark")
    page = pages.open_page(context, home, name).page
    link = page.locator(".bd-article a[href]:visible, nav a[href]:visible").first
    assert link.evaluate("link => getComputedStyle(link).color") != "rgb(0, 0, 0)"
    assert page.get_by_text("Ctrl").locator("visible=true").count() == 0
    switched = sum('"bind":' in json.dumps(spec) for spec in STORED.get(name, []))
    assert page.locator(".chart:not(.still) noscript p:visible").count() == switched
    context.close()


PRINTED = """() => ({
  theme: document.documentElement.dataset.theme,
  drawings: [...document.querySelectorAll('.chart')].filter(
    (chart) => [...chart.querySelectorAll('svg')].some((svg) => svg.checkVisibility())).length,
  folded: [...document.querySelectorAll('.bd-article details:not([open], .chart-data)')].length,
  beside: [...document.querySelectorAll('.bd-sidebar, .bd-sidebar-primary, .chart-controls, .chart-data')]
    .filter((part) => part.checkVisibility()).length,
  titles: [...document.querySelectorAll('h1')].filter((title) => title.checkVisibility()).length,
})"""


@pytest.mark.parametrize("name", WITH_CHARTS)
def test_a_printed_chapter_is_complete(chromium, home, name):
    """On paper: light, each chart drawn, each answer open, nothing that only a screen can use."""
    context = chromium.new_context(viewport=pages.DESK, color_scheme="dark")
    page = pages.open_page(context, home, name).page
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(PRINTED) == {
        "theme": "light",
        "drawings": len(STORED[name]),
        "folded": 0,
        "beside": 0,
        "titles": 1,
    }
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.locator(".bd-article details[open]").count() == 0
    context.close()


@pytest.mark.parametrize("name", WITH_CHARTS)
def test_charts_draw_from_a_folder(at_desk, name):
    visit = pages.Visit(at_desk.new_page())
    home = pages.HTML.as_uri()
    visit.watch(home)
    visit.page.goto(f"{home}/{name}")
    assert visit.charts_not_drawn() == []
    assert visit.foreign == []


@pytest.mark.parametrize("name", WITH_CHARTS)
def test_switches_change_their_chart(at_desk, home, name):
    visit = pages.open_page(at_desk, home, name)
    visit.charts_not_drawn()
    switched = visit.page.locator(".chart:has(.chart-controls)")
    assert switched.count() == sum('"bind":' in json.dumps(spec) for spec in STORED[name])
    for chart in switched.all():
        drawn = chart.locator(".chart-live svg")
        before = drawn.inner_html()
        select = chart.locator(".chart-controls select")
        if select.count():
            other = 0 if select.first.evaluate("box => box.selectedIndex") else 1
            select.first.select_option(index=other)
        else:
            chart.locator(".chart-controls input:not(:checked)").first.click()
        title = chart.locator(".chart-title").inner_text()
        until(lambda drawn=drawn, before=before: drawn.inner_html() != before, f"“{title}” changes")


def test_switch_of_vintage_shows_what_the_issue_is_about(at_desk, home):
    """Chapter 3's central chart: another vintage, another "1.8"."""
    visit = pages.open_page(at_desk, home, "chapters/03_gdp.html")
    visit.charts_not_drawn()
    chart = visit.page.locator(".chart:has(.chart-controls)").first
    select = chart.locator(".chart-controls select")

    def ratios() -> list[str]:
        return re.findall(r"\d\.\d\d", " ".join(chart.locator(".chart-live svg text").all_text_contents()))

    shown = set(ratios())
    for other in range(1, select.locator("option").count()):
        before = ratios()
        select.select_option(index=other)
        shown |= set(until(lambda before=before: (now := ratios()) != before and now, "the chart changes"))
    assert {"1.60", "1.81", "1.86", "1.13", "1.65"} <= shown


def test_ledger_filters_and_stays_a_plain_table(at_desk, chromium, home):
    visit = pages.open_page(at_desk, home, "ledger.html")
    rows = visit.page.locator("table.ledger tbody tr")
    assert rows.count() == 82
    visit.page.locator(".ledger-filter select[name=verdict]").select_option("not-testable")
    shown = visit.page.locator("table.ledger tbody tr:visible")
    assert 0 < shown.count() < 82
    assert all("not testable" in text for text in shown.all_inner_texts())
    plain = chromium.new_context(java_script_enabled=False)
    page = pages.open_page(plain, home, "ledger.html").page
    assert page.locator("table.ledger tbody tr:visible").count() == 82
    assert page.locator(".ledger-filter").count() == 0
    plain.close()


def test_internal_links_and_fragments():
    found = subprocess.run(
        [
            str(Path(sys.executable).parent / "lychee"),
            "--offline",
            "--include-fragments",
            "--no-progress",
            "--format",
            "json",
            "--root-dir",
            str(pages.HTML),
            *(str(pages.HTML / name) for name in NAMES),
        ],
        capture_output=True,
        text=True,
    )
    report = json.loads(found.stdout)
    broken = {page: [link["url"] for link in links] for page, links in report["error_map"].items()}
    assert report["total"] > 100, "the link checker read next to nothing"
    assert broken == {}


def test_built_pages_carry_no_icon_script_and_no_machine_path():
    assert [path.name for path in pages.HTML.rglob("*") if "fontawesome" in path.name] == []
    root = str(pages.HTML.parents[1])
    with_path = [name for name in NAMES if root in (pages.HTML / name).read_text(encoding="utf-8")]
    assert with_path == []
