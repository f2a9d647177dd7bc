"""A chart whose words follow its controls: in the drawing, and in the browser."""

from __future__ import annotations

import json

import altair as alt
import pandas as pd
import pytest

from book import browser
from book.charts import drawing
from jingjinji import charts
from tests.pages import built
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


def following() -> list[str]:
    """The pages with a chart whose words follow its controls."""
    return [
        name for name in built.names() if any("follow" in c.get("usermeta", {}) for c in built.charts(name))
    ]


def test_every_control_moves_title_description_and_what_is_said(at_desk, home):
    wrong = []
    for name in following():
        page = browser.open_page(at_desk, home, name).page
        for spec in built.charts(name):
            if not (follow := spec.get("usermeta", {}).get("follow")):
                continue
            wrong += [f"{name}: {each}" for each in _moved(page, spec, follow)]
        page.close()
    assert wrong == []


def _moved(page, spec: dict, follow: dict) -> list[str]:
    """What does not follow, over all states of a chart."""
    key = drawing.key(spec)
    chart = page.locator(f"#{key}")
    chart.scroll_into_view_if_needed()
    page.locator(f"#{key}.is-live").wait_for()
    inputs = chart.locator(".chart-controls .vega-bind")
    found = []
    for state, (title, description) in follow["texts"].items():
        for place, value in enumerate(json.loads(state)):
            _set(inputs.nth(place), value)
        try:
            until(lambda title=title: chart.locator(".chart-title").inner_text() == title, f"“{title}”", 5)
        except AssertionError as error:
            found.append(str(error))
            continue
        if chart.locator(".chart-view").get_attribute("aria-label") != description:
            found.append(f"{title}: the description stays")
    try:
        until(lambda: title in chart.locator(".chart-said").inner_text(), f"“{title}” is said", 5)
    except AssertionError as error:
        found.append(str(error))
    return found


def _set(control, value: object) -> None:
    if (select := control.locator("select")).count():
        select.select_option(str(value))
    elif (slider := control.locator("input[type=range]")).count():
        slider.evaluate(
            "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }", value
        )
    else:
        control.locator(f"input[value='{value}']").check()
