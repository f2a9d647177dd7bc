"""Static first: a page stands as it is painted, whatever comes to life in it, and sends no rule for nothing."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.chapters import contract
from book import browser as pages
import pytest


from book.theme import lean_styles

CHAPTERS = [name for name in pages.page_names() if name.startswith("chapters/")]
VIEWS = pytest.mark.parametrize("view", [pages.DESK, pages.PHONE], ids=["desk", "phone"])

WATCH_SHIFTS = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((shift) => { window.shifted += shift.value; }))
    .observe({ type: "layout-shift", buffered: true });
}"""
HEIGHTS = """() => [...document.querySelectorAll(".chart")].map(
  (chart) => Math.round(chart.getBoundingClientRect().height))"""


@pytest.mark.parametrize("name", CHAPTERS)
def test_nothing_jumps_while_a_chapter_is_read(chromium, home, name):
    # On a phone, where a drawing has least room to be wrong in.
    context = chromium.new_context(viewport=pages.PHONE)
    page = pages.open_page(context, home, name).page
    page.evaluate(WATCH_SHIFTS)
    left = page.evaluate("document.documentElement.scrollHeight")
    while left > 0:
        page.mouse.wheel(0, 600)
        left -= 600
        page.wait_for_timeout(60)
    page.wait_for_timeout(300)
    assert page.evaluate("window.shifted") < 0.02
    context.close()


@VIEWS
@pytest.mark.parametrize("name", CHAPTERS)
def test_the_live_chart_is_as_high_as_the_drawing(chromium, home, name, view):
    """Also where the browser does not hide a jump: a reader who lands in the middle of a page sees it."""
    context = chromium.new_context(viewport=view)
    page = context.new_page()
    page.route("**/vega.js", lambda route: route.abort())
    page.goto(f"{home}/{name}")
    drawn = page.evaluate(HEIGHTS)
    page.unroute("**/vega.js")
    page.reload()
    assert pages.Visit(page).charts_not_drawn() == []
    page.wait_for_timeout(200)
    live = page.evaluate(HEIGHTS)
    jumps = [(place, a, b) for place, (a, b) in enumerate(zip(drawn, live), start=1) if abs(a - b) > 1]
    assert jumps == []
    context.close()


@VIEWS
def test_a_drawing_fills_the_text_column_before_it_lives(chromium, home, view):
    context = chromium.new_context(viewport=view, java_script_enabled=False)
    page = pages.open_page(context, home, "chapters/03_gdp.html").page
    for chart in page.locator(".chart").all():
        shown = [box for svg in chart.locator("svg").all() if (box := svg.bounding_box())]
        room = chart.bounding_box()["width"]
        assert len(shown) == 1
        assert room - 12 <= shown[0]["width"] <= room + 1
    context.close()


def test_a_chart_is_drawn_once(monkeypatch, tmp_path):
    """The file of a drawing is named by the specification, so that an equal one is drawn once."""
    from book.charts import drawing, store

    drawn = []
    monkeypatch.setattr(drawing, "chart_html", lambda spec: drawn.append(spec) or "drawn")
    first, again, other = (store.draw(tmp_path, text) for text in ("{}", "{}", '{"mark": "bar"}'))
    assert first == again != other and first.read_text(encoding="utf-8") == "drawn"
    assert len(drawn) == 2


STYLE = """@charset "UTF-8";
:root{--used:1px;--unused:2px;--also-unused:var(--unused)}
/* .kept{} */ .kept,.lost{margin:var(--used)} .lost .kept{color:red}
.kept:not(.lost)::before{content:"}"} :is(.kept,.lost) p{top:0} #lost{left:0}
@media print{.lost{color:red}} @media (min-width:9px){.kept{background:url("data:image/svg+xml,a(b);{}")}}
@keyframes turn{from{top:0}to{top:1px}}"""


def test_a_lean_sheet_has_the_rules_of_what_is_there():
    style = lean_styles.lean(STYLE, {"kept"})
    assert style == (
        '@charset "UTF-8";:root{--used:1px;--unused:2px;--also-unused:var(--unused)}.kept{margin:var(--used)}'
        '.kept:not(.lost)::before{content:"}"}:is(.kept,.lost) p{top:0}'
        '@media (min-width:9px){.kept{background:url("data:image/svg+xml,a(b);{}")}}'
        "@keyframes turn{from{top:0}to{top:1px}}"
    )
    assert ":root{--used:1px;}" in lean_styles.without_unused_variables(style, "")


def test_the_sheets_that_pages_load_are_lean():
    sheets = [path for path in (pages.HTML / "_static").rglob("*.css") if path.name != "book.css"]
    assert len(sheets) >= len(lean_styles.SHEETS)
    assert sum(path.stat().st_size for path in sheets) < 130_000


def test_no_page_loads_the_same_thing_twice_or_in_vain():
    for name in pages.page_names():
        html = (pages.HTML / name).read_text(encoding="utf-8")
        assert ("charts.js" in html) == bool(re.search(r'class="chart[ "]', html)), name
        assert ("self-check.js" in html) == ('class="self-check-live"' in html), name
        assert ("copybutton.js" in html) == ('<div class="highlight"' in html), name


def test_chapters_are_covered():
    assert len(CHAPTERS) == len(contract.SOURCES)
