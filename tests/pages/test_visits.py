"""Every page of the built book in a real browser, as its readers meet it.

A page is opened five times, each time by another reader, and each reader notes all that is amiss:

- at a desk, in the light: errors, third parties, icons, Chinese, ways on, charts, keyboard, axe; then the
  same page in the dark: charts that follow, colours (axe), switches, paper;
- at a desk, in the dark, before a chart lives: the heights of the drawings, icons, paper;
- on a phone: width, icons, nothing that jumps, charts as high as their drawings;
- without scripts;
- from a folder.

Chunks of pages are spread over the workers. A chunk goes on after a finding, and lists all of them by page.
"""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from book import browser
from tests.pages import built, checks

CHUNKS = 14
LIBRARY = "**/vega.js"
# Reduced motion: a colour read halfway through a fade into the dark is nobody's colour.
STILL = {"reduced_motion": "reduce"}
# Of all texts: the names on a map keep their colour, for the map under them does.
CHART_COLOUR = (
    "[...document.querySelectorAll('.chart-live svg text')].map((t) => getComputedStyle(t).fill).join()"
)
THEME = "document.documentElement.dataset.theme"


@contextmanager
def opened(chromium, home: str, name: str, **reader):
    """A page in a context of its own, so that no reader sees what another left behind."""
    context = chromium.new_context(**{"viewport": browser.DESK, **reader})
    yield browser.open_page(context, home, name)
    context.close()


def drawings(visit, address: str) -> list[int]:
    """Heights of the charts before they live: the page is opened without its chart library."""
    visit.page.route(LIBRARY, lambda route: route.abort())
    visit.page.goto(address)
    heights = visit.page.evaluate(checks.HEIGHTS)
    visit.page.unroute(LIBRARY)
    return heights


def _in_the_light(visit, name: str, charts: list[dict]) -> list[str]:
    page = visit.page
    found = checks.icons(page) + checks.language(page)
    found += checks.ways_on(page, name, [f"{file}.html" for file in built.listed()])
    found += checks.amiss("a chart does not draw", visit.charts_not_drawn())
    there, live = (page.locator(f".chart:not(.still){part}").count() for part in ("", " .chart-live svg"))
    found += checks.differs("charts alive", live, there)
    found += checks.keyboard(page)
    found += checks.differs("theme", page.evaluate(THEME), "light") + checks.accessibility(page)
    return found + checks.amiss("third party", visit.foreign) + checks.amiss("error", visit.errors)


def _then_in_the_dark(page, charts: list[dict]) -> list[str]:
    light = page.evaluate(CHART_COLOUR) if charts else ""
    page.emulate_media(color_scheme="dark")
    page.evaluate(f"{THEME} = 'dark'")
    found = []
    if charts and page.evaluate(CHART_COLOUR) == light:
        found.append("charts do not follow the page into the dark")
    return found + checks.accessibility(page, only=checks.COLOUR_RULES)


def at_a_desk(chromium, home: str, name: str, charts: list[dict]) -> list[str]:
    with opened(chromium, home, name, color_scheme="dark", **STILL) as visit:
        # A still page: whoever prints at once has the drawings.
        drawn = drawings(visit, f"{home}/{name}")
        found = checks.icons(visit.page) + checks.differs("theme", visit.page.evaluate(THEME), "dark")
        if charts:
            found += checks.paper(visit.page, len(charts))
    with opened(chromium, home, name, color_scheme="light", **STILL) as visit:
        found += _in_the_light(visit, name, charts)
        if charts:
            found += checks.jumps(drawn, visit.page.evaluate(checks.HEIGHTS))
        found += _then_in_the_dark(visit.page, charts)
        if charts:
            found += checks.switches(visit.page, charts) + checks.paper(visit.page, len(charts))
    return found


def on_a_phone(chromium, home: str, name: str, charts: list[dict]) -> list[str]:
    with opened(chromium, home, name, viewport=browser.PHONE, device_scale_factor=2) as visit:
        page = visit.page
        drawn = drawings(visit, f"{home}/{name}") if charts else []
        if charts:
            page.reload()
        page.evaluate(checks.WATCH_SHIFTS)
        found = checks.icons(page)
        for _ in range(0, page.evaluate("document.documentElement.scrollHeight") if charts else 0, 600):
            page.mouse.wheel(0, 600)
            page.wait_for_timeout(40)
        found += checks.amiss("a chart does not draw", visit.charts_not_drawn())
        page.wait_for_timeout(200)
        if charts and (shifted := page.evaluate("window.shifted")) >= 0.02:
            found.append(f"the page jumps while it is read, by {shifted:.3f}")
        live = page.evaluate(checks.HEIGHTS) if charts else []
        return found + checks.jumps(drawn, live) + checks.width(page)


def without_scripts(chromium, home: str, name: str, charts: list[dict]) -> list[str]:
    with opened(chromium, home, name, java_script_enabled=False, color_scheme="dark") as visit:
        return checks.without_scripts(visit.page, charts)


def from_a_folder(chromium, home: str, name: str, charts: list[dict]) -> list[str]:
    if not charts:
        return []
    with opened(chromium, browser.HTML.as_uri(), name) as visit:
        return checks.amiss("a chart does not draw", visit.charts_not_drawn()) + checks.amiss(
            "third party", visit.foreign
        )


READERS = (at_a_desk, on_a_phone, without_scripts, from_a_folder)


@pytest.mark.parametrize(
    "chunk", [pytest.param(n, marks=pytest.mark.xdist_group(f"visits {n}")) for n in range(CHUNKS)]
)
def test_every_page_is_good_for_every_reader(chromium, home, chunk):
    found = [
        f"{name}, {reader.__name__}: {finding}"
        for name in built.names()[chunk::CHUNKS]
        for reader in READERS
        for finding in reader(chromium, home, name, built.charts(name))
    ]
    assert not found, "\n".join(["", *found])
