"""Every page of the built book in a real browser, as its readers meet it.

A page is opened as several readers, and each lists its findings:

- at a desk, in the light: errors, third parties, icons, Chinese, charts and their looks, keyboard,
  axe,
  the walk through each chart, every state of its controls, and nothing fetched that a page in a
  folder may not fetch; then, as these leave it, the page in the dark: charts that follow, icons,
  colours (axe), paper;
- at a desk, in the dark, before a chart lives: the heights of the drawings, paper;
- on a phone: width, icons, nothing that jumps, charts' looks, charts as high as their drawings;
- without scripts.

test_take_along.py covers charts in a folder, whose scripts are the same on every page.

Chunks of pages are spread over the workers. A chunk continues after a finding, and lists all by
page.
"""

import pytest

from tests import browser
from tests.pages import built, checks, controls

CHUNKS = 28
LIBRARY = "**/vega.js"
# Reduced motion: colours must not be read halfway through a fade.
TABS = {
    "desk": {"viewport": browser.DESK, "reduced_motion": "reduce"},
    "phone": {"viewport": browser.PHONE, "device_scale_factor": 2},
    "no scripts": {"viewport": browser.DESK, "java_script_enabled": False},
}
# Of all texts, since names on a map keep their colour.
CHART_COLOUR = (
    "[...document.querySelectorAll('.chart-live svg text')].map((t) =>"
    " getComputedStyle(t).fill).join()"
)
THEME = "document.documentElement.dataset.theme"


@pytest.fixture(scope="module")
def tabs(chromium, home):
    """Open a page in the tab of one kind of reader, who visits the book for the first time.

    Tabs are reused, since a new one takes longer than most pages. Unless `alive`, charts stay
    drawings.
    """
    visits = {}

    def tab(kind: str) -> browser.Visit:
        context = chromium.new_context(**TABS[kind])
        visit = browser.Visit(context.new_page(), home)
        visit.page.add_init_script("localStorage.clear(); sessionStorage.clear();")
        return visit

    def opened(kind: str, name: str, scheme: str = "light", alive: bool = True) -> browser.Visit:
        visit = visits[kind] = visits.get(kind) or tab(kind)
        visit.page.emulate_media(media="screen", color_scheme=scheme)
        visit.page.unroute_all()
        if not alive:
            visit.page.route(LIBRARY, lambda route: route.abort())
        visit.page.mouse.move(0, 0)
        for noted in (visit.errors, visit.foreign, visit.fetched):
            noted.clear()
        visit.page.goto(f"{home}/{name}")
        visit.page.evaluate(checks.OPEN_COVERS)  # as after all guesses
        return visit

    yield opened
    for visit in visits.values():
        visit.page.context.close()


def _in_the_light(visit, name: str, charts: list[dict]) -> list[str]:
    page = visit.page
    findings = checks.icons(page) + checks.language(page)
    findings += checks.list_findings("a chart does not draw", visit.find_charts_not_drawn())
    findings += checks.looks(page) + checks.keyboard(page)
    findings += checks.compare("theme", page.evaluate(THEME), "light") + checks.accessibility(page)
    findings += checks.walks(page) + checks.list_findings(
        "fetched", visit.fetched if charts else []
    )
    findings += checks.list_findings("third party", visit.foreign)
    return findings + checks.list_findings("error", visit.errors)


def _then_in_the_dark(page, charts: list[dict]) -> list[str]:
    light = page.evaluate(CHART_COLOUR) if charts else ""
    page.emulate_media(color_scheme="dark")
    page.evaluate(f"{THEME} = 'dark'")
    findings = []
    if charts and page.evaluate(CHART_COLOUR) == light:
        findings.append("charts do not follow the page into the dark")
    return findings + checks.icons(page) + checks.accessibility(page, only=checks.COLOUR_RULES)


def at_a_desk(tabs, name: str, charts: list[dict]) -> list[str]:
    findings = []
    drawn = []
    if charts:  # before they are live: a reader may print at once
        page = tabs("desk", name, "dark", alive=False).page
        drawn = page.evaluate(checks.HEIGHTS)
        findings += checks.compare("theme", page.evaluate(THEME), "dark") + checks.paper(
            page, len(charts)
        )
    visit = tabs("desk", name)
    findings += _in_the_light(visit, name, charts)
    if charts:
        findings += checks.jumps(drawn, visit.page.evaluate(checks.HEIGHTS))
        findings += controls.moved(visit.page, name, charts)
    findings += _then_in_the_dark(visit.page, charts)
    if charts:
        findings += checks.paper(visit.page, len(charts))
    return findings


def on_a_phone(tabs, name: str, charts: list[dict]) -> list[str]:
    drawn = tabs("phone", name, alive=False).page.evaluate(checks.HEIGHTS) if charts else []
    visit = tabs("phone", name)
    page = visit.page
    findings = checks.icons(page)
    if charts:
        page.evaluate(checks.READ_THROUGH)
        findings += checks.list_findings("a chart does not draw", visit.find_charts_not_drawn())
        page.wait_for_timeout(200)
        if (shifted := page.evaluate("window.shifted")) >= 0.02:
            findings.append(f"the page jumps while it is read, by {shifted:.3f}")
        findings += checks.looks(page) + checks.jumps(drawn, page.evaluate(checks.HEIGHTS))
    return findings + checks.width(page)


def without_scripts(tabs, name: str, charts: list[dict]) -> list[str]:
    return checks.without_scripts(tabs("no scripts", name, "dark").page, charts)


READERS = (at_a_desk, on_a_phone, without_scripts)


# The longest pages are in the last chunks: they begin first, so that two workers end together.
@pytest.mark.parametrize(
    "chunk",
    [
        pytest.param(n, marks=pytest.mark.xdist_group(f"visits {n}"))
        for n in reversed(range(CHUNKS))
    ],
)
def test_every_page_is_good_for_every_reader(tabs, chunk):
    findings = [
        f"{name}, {reader.__name__}: {finding}"
        for name in built.names()[chunk::CHUNKS]
        for reader in READERS
        for finding in reader(tabs, name, built.charts(name))
    ]
    assert not findings, "\n".join(["", *findings])
