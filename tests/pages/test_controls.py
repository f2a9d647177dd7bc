"""A chart whose words follow its controls: in the drawing, and in the browser."""

import itertools
import json

import altair as alt
import pandas as pd
import pytest

from book import browser
from book.charts import drawing
from jingjinji import charts
from tests.chapters import contract
from tests.pages import built, checks
from tests.waiting import until

STATES = {1: ("One", "It is one."), 2.5: ("More", "It is more.")}


def _chart(states: dict):
    number = alt.param(name="number", value=1, bind=alt.binding_radio(options=[1, 2.5]))
    chart = alt.Chart(pd.DataFrame({"x": [1.0, 2.0]})).mark_point().encode(x="x:Q").add_params(number)
    return charts.follow(chart.properties(title="One", description="It is one."), ["number"], states)


def test_the_drawing_has_the_words_of_the_opening_state():
    html = drawing.chart_html(_chart(STATES).to_dict())
    assert '<p class="chart-title">One</p>' in html and 'aria-label="It is one."' in html


@pytest.mark.parametrize(
    ("states", "says"), [({2: STATES[1]}, "no words"), ({(1, 2): STATES[1]}, "2 values")]
)
def test_a_state_without_words_is_refused_in_a_sentence(states, says):
    with pytest.raises(ValueError, match=says):
        drawing.chart_html(_chart(states).to_dict())


def controlled() -> list[str]:
    """The pages with a chart that has controls."""
    return [name for name in built.names() if any(contract.states(chart) for chart in built.charts(name))]


def test_every_control_moves_what_a_chart_says_of_itself(at_desk, home):
    """Title, description, table and announcement, against the chart's own states and numbers; then axe."""
    wrong = []
    for name in controlled():
        page = browser.open_page(at_desk, home, name).page
        glued = contract.glued(contract.read(built.ROOT / name.replace(".html", ".ipynb")))
        for spec in built.charts(name):
            if contract.states(spec):
                move = _held if "hold" in spec["usermeta"] else _followed
                wrong += [f"{name}: {each}" for each in move(page, spec, glued)]
        wrong += [f"{name}: {each}" for each in checks.accessibility(page, within=".chart")]
        page.emulate_media(color_scheme="dark")
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        dark = checks.accessibility(page, only=checks.COLOUR_RULES, within=".chart")
        wrong += [f"{name}, dark: {each}" for each in dark]
        page.close()
    assert wrong == []


def _alive(page, spec: dict):
    chart = page.locator(f"#{drawing.key(spec)}")
    chart.scroll_into_view_if_needed()
    page.locator(f"#{drawing.key(spec)}.is-live").wait_for()
    return chart


DRAWN_NOW = """chart => [...chart.querySelectorAll(".chart-now table")].flatMap((table) => {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  return [...table.tBodies[0].rows].map((row) => Object.fromEntries(
    [...row.cells].map((cell, place) => [heads[place], cell.textContent.replace("\u2212", "-")])));
})"""


def _numbers_drawn(chart) -> set[str]:
    """What a description can take from the table of what is drawn now."""

    def value(text: str) -> float | str:
        try:
            return float(text)
        except ValueError:
            return text

    rows = [{key: value(text) for key, text in row.items()} for row in chart.evaluate(DRAWN_NOW)]
    told = contract.told_by({"datasets": {"drawn now": rows}})
    # A bar of several parts is told by the sum of some of them.
    for name in {text for row in rows for text in row.values() if isinstance(text, str)}:
        parts = [row for row in rows if name in row.values()]
        sizes = [v for row in parts for key, v in row.items() if isinstance(v, float) and "(" in key]
        if len(sizes) <= 6:
            some = (sum(chosen) for n in range(2, 6) for chosen in itertools.combinations(sizes, n))
            told |= {f"{total:.{digits}f}" for total in some for digits in range(2)}
    return told


def _followed(page, spec: dict, glued: set[str]) -> list[str]:
    """What does not follow, over all states of a chart."""
    chart, found = _alive(page, spec), []
    shown, said = chart.locator(".chart-title"), chart.locator(".chart-said")
    inputs = chart.locator(".chart-controls .vega-bind")
    follow = spec["usermeta"]["follow"]
    order = list(contract.states(spec))
    for state, (title, description) in follow["texts"].items():
        for name, value in zip(follow["controls"], json.loads(state), strict=True):
            _set(inputs.nth(order.index(name)), value)
        if missed := checks.late(lambda title=title: shown.inner_text() == title, f"“{title}”"):
            found += missed
            continue
        if chart.locator(".chart-view").get_attribute("aria-label") != description:
            found.append(f"{title}: the description stays")
        told = _numbers_drawn(chart) | glued | contract.numbers_in(state)
        written = contract.numbers_in(description)
        if written and not written & told:
            found.append(f"{title}: no number of the description is drawn")
    return found + checks.late(lambda: title in said.inner_text(), f"“{title}” is said")


def _held(page, spec: dict, _glued: set[str]) -> list[str]:
    """What does not hold, or is not said, at both ends of each control."""
    chart, found = _alive(page, spec), []
    said = chart.locator(".chart-said")
    words = (
        chart.locator(".chart-title").inner_text(),
        chart.locator(".chart-view").get_attribute("aria-label"),
    )
    for place, values in enumerate(contract.states(spec).values()):
        for value in (values[0], values[-1]):
            before = chart.evaluate(DRAWN_NOW)
            _set(chart.locator(".chart-controls .vega-bind").nth(place), value)
            found += checks.late(lambda value=value: f"{value}" in said.inner_text(), f"{value} is said")
            if chart.evaluate(DRAWN_NOW) == before:
                found.append(f"{words[0]}: at {value} the table stays")
    now = chart.locator(".chart-title").inner_text(), chart.locator(".chart-view").get_attribute("aria-label")
    return found + checks.differs("words that hold", now, words)


def test_the_sum_under_a_line_of_ones_own_is_said(at_desk, home):
    page = browser.open_page(at_desk, home, "chapters/0b_doubt.html").page
    spec = next(chart for chart in built.charts("chapters/0b_doubt.html") if contract.states(chart))
    chart, rows = _alive(page, spec), max(spec["datasets"].values(), key=len)
    for control, value in zip(chart.locator(".chart-controls .vega-bind").all(), (7.5, -1.2), strict=True):
        _set(control, value)
    total = sum((row["growth"] - 7.5 + 1.2 * row["level"]) ** 2 for row in rows)
    until(
        lambda: f"Sum of squares: {total:.1f}" in chart.locator(".chart-said").inner_text(),
        "the sum is said",
        30,
    )


def _set(control, value: object) -> None:
    if (select := control.locator("select")).count():
        select.select_option(str(value))
    elif (slider := control.locator("input[type=range]")).count():
        slider.evaluate(
            "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }", value
        )
    else:
        control.locator(f"input[value='{value}']").check()
