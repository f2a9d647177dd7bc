"""Move the controls of charts on an open page; each check returns a list of faults."""

import json
from functools import partial

from still_charts.drawing import name_chart

from coursework.lint.charts import list_glued, list_states, list_told
from coursework.lint.numbers import find_numbers
from tests.chapters import contract
from tests.pages import built, checks

CONTROLLED = ".chart:has(.chart-controls)"
DRAWN_NOW = """chart => [...chart.querySelectorAll(".chart-now tbody tr")].map((row) =>
  [...row.cells].map((td) => td.textContent.replace("\u2212", "-"))
    .map((text) => text && !isNaN(text) ? Number(text) : text))"""


def moved(page, name: str, charts: list[dict]) -> list[str]:
    """Check title, description, table and announcement in the states of each chart; then run
    axe."""
    faults = checks.compare(
        "charts with a switch",
        page.locator(CONTROLLED).count(),
        sum('"bind":' in json.dumps(spec) for spec in charts),
    )
    controlled = [spec for spec in charts if list_states(spec)]
    glued = (
        list_glued(contract.read(built.ROOT / name.replace(".html", ".ipynb")))
        if controlled
        else set()
    )
    for spec in controlled:
        faults += _held(page, spec) if "hold" in spec["usermeta"] else _followed(page, spec, glued)
    for spec in (spec for spec in charts if "choose" in spec.get("usermeta", {})):
        faults += _chosen(page, spec)
    return faults + (checks.accessibility(page, within=CONTROLLED) if controlled else [])


def alive(page, spec: dict):
    """Scroll to a chart and wait until it is interactive."""
    chart = page.locator(f"#{name_chart(spec)}")
    chart.scroll_into_view_if_needed()
    page.locator(f"#{name_chart(spec)}.is-live").wait_for()
    return chart


def _is_announced(chart, words: str) -> bool:
    return words in chart.locator(".chart-said").inner_text()


def _followed(page, spec: dict, glued: set[str]) -> list[str]:
    """Check the words and drawing of a chart whose words follow its controls, in all states."""
    chart = alive(page, spec)
    faults = []
    drawn = {}
    heading = chart.locator(".chart-title")
    inputs = chart.locator(".chart-controls .vega-bind")
    follow = spec["usermeta"]["follow"]
    order = list(list_states(spec))
    for state, (title, description) in follow["texts"].items():
        for name, value in zip(follow["controls"], json.loads(state), strict=True):
            put(inputs.nth(order.index(name)), value)
        if late := checks.late(lambda title=title: heading.inner_text() == title, f"“{title}”"):
            faults += late
            continue
        if chart.locator(".chart-view").get_attribute("aria-label") != description:
            faults.append(f"{title}: the description stays")
        drawn_now = list_told(
            {"datasets": {"now": [dict(enumerate(r)) for r in chart.evaluate(DRAWN_NOW)]}}
        )
        written = find_numbers(description)
        if written and not written & (drawn_now | glued | find_numbers(state)):
            faults.append(f"{title}: no number of the description is drawn")
        drawn[tuple(json.loads(state))] = chart.locator(".chart-live svg").inner_html()
    for place, name in enumerate(follow["controls"]):
        # If the drawing ignores this control, it only depends on the states of the others.
        others = [state[:place] + state[place + 1 :] for state in drawn]
        if len(set(others)) == len(set(zip(others, drawn.values()))):
            faults.append(f"{title}: the drawing does not follow {name}")
    return faults + checks.late(partial(_is_announced, chart, title), f"“{title}” is announced")


def _held(page, spec: dict) -> list[str]:
    """Check a chart whose words hold in all states, at both ends of each control."""
    chart = alive(page, spec)
    faults = []
    heading, view, table, drawing = (
        chart.locator(f".chart-{part}") for part in ("title", "view", "now", "live svg")
    )
    words = heading.inner_text(), view.get_attribute("aria-label")
    for place, values in enumerate(list_states(spec).values()):
        # A control may start at one of its ends.
        put(chart.locator(".chart-controls .vega-bind").nth(place), str(values[len(values) // 2]))
        for value in map(str, (values[0], values[-1])):
            before = table.inner_html(), drawing.inner_html()
            put(chart.locator(".chart-controls .vega-bind").nth(place), value)
            faults += checks.late(partial(_is_announced, chart, value), f"{value} is announced")
            if table.inner_html() == before[0] or drawing.inner_html() == before[1]:
                faults.append(f"{words[0]}: at {value} the table or the drawing stays")
    return faults + checks.compare(
        "words", (heading.inner_text(), view.get_attribute("aria-label")), words
    )


def _chosen(page, spec: dict) -> list[str]:
    """Check that a place, or else the first year, can be shown alone, and all again."""
    chart = alive(page, spec)
    title = json.dumps(spec["title"])
    box = chart.locator(".chart-choose")
    drawing = chart.locator(".chart-live svg")
    before = drawing.inner_html()
    box.locator("summary").click()
    if box.locator("input").count():
        box.locator("input").first.check()
    else:
        box.locator("select").last.select_option(str(spec["usermeta"]["choose"]["years"][0]))
    said = chart.locator(".chart-chosen")
    faults = checks.late(said.is_visible, f"{title}: the choice is said")
    if drawing.inner_html() == before:
        faults.append(f"{title}: the drawing does not follow the choice")
    faults += checks.accessibility(page, within=".chart-choose")
    box.get_by_role("button").click()
    faults += checks.late(said.is_hidden, f"{title}: all is shown again")
    box.locator("summary").click()
    return faults


def put(control, value: object) -> None:
    """Set a control as a reader does."""
    if (select := control.locator("select")).count():
        select.select_option(str(value))
    elif (slider := control.locator("input[type=range]")).count():
        slider.evaluate(
            "(slider, value) => { slider.value = value; slider.dispatchEvent(new"
            " Event('input')); }",
            value,
        )
    else:
        control.locator(f"input[value='{value}']").check()
