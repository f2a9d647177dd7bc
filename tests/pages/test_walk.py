"""A chart is walked by keyboard, keeps the colours and the stillness that a reader asks for."""

import pytest
from still_charts.drawing import name_chart

from tests import browser
from tests.chapters import contract
from tests.pages import built, checks, controls
from tests.waiting import until

LINES, MAP = "chapters/03_gdp.html", "chapters/04_gaps.html"


def chart_of(page, name: str, place: int = 0):
    """A chart of a page, by its place among the page's charts, focused."""
    chart = page.locator(f"#{name_chart(built.charts(name)[place])}")
    chart.scroll_into_view_if_needed()
    chart.locator(".chart-view").focus()
    return chart


def hear(page, chart, *keys: str) -> str:
    before = chart.locator(".chart-said").text_content()
    for key in keys:
        page.keyboard.press(key)
    until(lambda: chart.locator(".chart-said").text_content() != before, f"{keys} are answered", 30)
    return chart.locator(".chart-said").text_content()


def test_a_chart_is_one_stop_and_its_arrows_lead_to_a_point_with_its_unit(at):
    page = at(LINES)
    chart = chart_of(page, LINES)
    view = chart.locator(".chart-view")
    assert view.get_attribute("role") == "application" and view.locator("[tabindex]").count() == 0
    assert "Arrow keys" in page.locator(f"#{view.get_attribute('aria-describedby')}").text_content()
    assert hear(page, chart, "ArrowDown").startswith("Horizontal axis, Year, from 1,990 to 2,024")
    assert hear(page, chart, "ArrowRight").startswith("Vertical axis, GDP (trillion yuan)")
    assert "point" in hear(page, chart, "ArrowDown")
    assert "GDP (trillion yuan): " in hear(page, chart, "ArrowDown")
    assert chart.locator(".chart-walked").count() == 1 and chart.locator(".chart-said").is_visible()
    assert hear(page, chart, "ArrowUp", "ArrowUp", "ArrowUp") == chart.locator(".chart-title").inner_text()
    hear(page, chart, "ArrowDown")
    assert hear(page, chart, "Escape") == "" and chart.locator(".chart-walked").count() == 0
    page.keyboard.press("t")
    assert chart.locator(".chart-data .scroll").evaluate("region => region === document.activeElement")


def test_a_map_is_walked_by_place_and_a_chart_of_layers_by_series(at):
    page = at(MAP)
    chart = chart_of(page, MAP)
    hear(page, chart, "ArrowDown")
    assert hear(page, chart, "End").startswith("Written on the drawing")
    assert hear(page, chart, "ArrowLeft").startswith("Places: 13 points")
    first = hear(page, chart, "ArrowDown")
    assert "GDP per head (thousand yuan): " in first and first.endswith("(1 of 13)")
    layers = built.charts(LINES)[1]
    chart = chart_of(page := at(LINES), LINES, 1)
    vintages = {row["vintage"] for rows in layers["datasets"].values() for row in rows if "vintage" in row}
    heard = [hear(page, chart, "ArrowDown"), hear(page, chart, "ArrowRight"), hear(page, chart, "ArrowRight")]
    spoken = heard[-1].removeprefix("Series by vintage: ").rpartition(" (")[0].split(", ")
    assert len(spoken) == 4 and set(spoken) <= vintages


def test_without_its_library_or_as_a_drawing_a_chart_is_walked_by_its_table(at_desk, at, home):
    page = at_desk.new_page()
    page.route("**/vega.js", lambda route: route.abort())
    page.goto(f"{home}/{LINES}")
    chart = chart_of(page, LINES)
    assert hear(page, chart, "ArrowDown").startswith("The chart library could not be loaded")
    assert "GDP (trillion yuan): " in hear(page, chart, "ArrowDown")
    page = at("pages/findings.html")
    chart = page.locator(".chart.still").first
    chart.locator(".chart-view").focus()
    assert hear(page, chart, "ArrowDown").startswith("Table: ")
    assert "(1 of " in hear(page, chart, "ArrowDown")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_and_less_motion_are_respected(chromium, home, scheme):
    context = chromium.new_context(forced_colors="active", color_scheme=scheme, reduced_motion="reduce")
    page = browser.open_page(context, home, LINES).page
    chart = chart_of(page, LINES)
    hear(page, chart, "ArrowDown", "ArrowDown")
    fill = chart.locator(".chart-live text").first.evaluate("text => getComputedStyle(text).fill")
    assert fill == chart.evaluate("chart => getComputedStyle(chart).color")
    assert page.evaluate("document.getAnimations().length") == 0
    context.close()


def test_the_sum_under_a_line_of_ones_own_is_said(at):
    page = at("chapters/0b_doubt.html")
    page.evaluate(checks.OPEN_COVERS)
    spec = next(chart for chart in built.charts("chapters/0b_doubt.html") if contract.states(chart))
    chart, rows = controls.alive(page, spec), max(spec["datasets"].values(), key=len)
    for control, value in zip(chart.locator(".chart-controls .vega-bind").all(), (7.5, -1.2), strict=True):
        controls.put(control, value)
    total = sum((row["growth"] - 7.5 + 1.2 * row["level"]) ** 2 for row in rows)
    chart.locator(".chart-said", has_text=f"Sum of squares: {total:.1f}").wait_for()
