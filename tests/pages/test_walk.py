"""Test charts in forced colours, and the announcement of a computed sum.

`checks.walks` walks every chart of every page by keyboard; `still-charts` tests the announcements in Node.
"""

import pytest
from still_charts.drawing import name_chart

from tests import browser
from tests.chapters import contract
from tests.pages import built, checks, controls

LINES, DOUBT = "chapters/03_gdp.html", "chapters/0b_doubt.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_and_less_motion_are_respected(chromium, home, scheme):
    context = chromium.new_context(forced_colors="active", color_scheme=scheme, reduced_motion="reduce")
    page = browser.open_page(context, home, LINES).page
    chart = page.locator(f"#{name_chart(built.charts(LINES)[0])}")
    chart.locator(".chart-view").focus()
    page.keyboard.press("ArrowDown")
    chart.locator(".chart-walked").wait_for()
    fill = chart.locator(".chart-live text").first.evaluate("text => getComputedStyle(text).fill")
    assert fill == chart.evaluate("chart => getComputedStyle(chart).color")
    assert page.evaluate("document.getAnimations().length") == 0
    context.close()


def test_the_sum_of_squares_under_a_line_of_the_readers_is_announced(at):
    page = at(DOUBT)
    page.evaluate(checks.OPEN_COVERS)
    spec = next(chart for chart in built.charts(DOUBT) if contract.states(chart))
    chart, rows = controls.alive(page, spec), max(spec["datasets"].values(), key=len)
    for control, value in zip(chart.locator(".chart-controls .vega-bind").all(), (7.5, -1.2), strict=True):
        controls.put(control, value)
    total = sum((row["growth"] - 7.5 + 1.2 * row["level"]) ** 2 for row in rows)
    chart.locator(".chart-said", has_text=f"Sum of squares: {total:.1f}").wait_for()
