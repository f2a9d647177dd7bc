"""A chart whose words follow its controls, in the drawing; in the browser, `controls.py` moves them all."""

import altair as alt
import pandas as pd
import pytest
from still_charts.shared import render_chart

from jingjinji import charts
from tests import browser
from tests.chapters import contract
from tests.pages import built, controls
from tests.waiting import until

STATES = {1: ("One", "It is one."), 2.5: ("More", "It is more.")}


def _chart(states: dict):
    number = alt.param(name="number", value=1, bind=alt.binding_radio(options=[1, 2.5]))
    chart = alt.Chart(pd.DataFrame({"x": [1.0, 2.0]})).mark_point().encode(x="x:Q").add_params(number)
    return charts.follow(chart.properties(title="One", description="It is one."), ["number"], states)


def test_the_drawing_has_the_words_of_the_opening_state():
    html = render_chart(_chart(STATES).to_dict())
    assert '<p class="chart-title">One</p>' in html and 'aria-label="It is one."' in html


@pytest.mark.parametrize(
    ("states", "says"), [({2: STATES[1]}, "no words"), ({(1, 2): STATES[1]}, "2 values")]
)
def test_a_state_without_words_is_refused_in_a_sentence(states, says):
    with pytest.raises(ValueError, match=says):
        render_chart(_chart(states).to_dict())


def test_the_sum_under_a_line_of_ones_own_is_said(at_desk, home):
    page = browser.open_page(at_desk, home, "chapters/0b_doubt.html").page
    spec = next(chart for chart in built.charts("chapters/0b_doubt.html") if contract.states(chart))
    chart, rows = controls.alive(page, spec), max(spec["datasets"].values(), key=len)
    for control, value in zip(chart.locator(".chart-controls .vega-bind").all(), (7.5, -1.2), strict=True):
        controls.put(control, value)
    total = sum((row["growth"] - 7.5 + 1.2 * row["level"]) ** 2 for row in rows)
    until(
        lambda: f"Sum of squares: {total:.1f}" in chart.locator(".chart-said").inner_text(),
        "the sum is said",
        30,
    )
