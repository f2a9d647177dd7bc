"""Move the controls of charts on an open page; each check returns a list of faults."""

import itertools
import json

from still_charts.drawing import name_chart

from coursework.lint.charts import list_glued, list_told
from coursework.lint.numbers import find_numbers
from tests.chapters import contract
from tests.pages import built, checks

CONTROLLED = ".chart:has(.chart-controls)"


def moved(page, name: str, charts: list[dict]) -> list[str]:
    """Check title, description, table and announcement in the states of each chart; then run axe."""
    faults = checks.compare(
        "charts with a switch",
        page.locator(CONTROLLED).count(),
        sum('"bind":' in json.dumps(spec) for spec in charts),
    )
    controlled = [spec for spec in charts if contract.states(spec)]
    if not controlled:
        return faults
    glued = list_glued(contract.read(built.ROOT / name.replace(".html", ".ipynb")))
    for spec in controlled:
        faults += (_held if "hold" in spec["usermeta"] else _followed)(page, spec, glued)
    return faults + checks.accessibility(page, within=CONTROLLED)


def alive(page, spec: dict):
    """Scroll to a chart and wait until it is interactive."""
    chart = page.locator(f"#{name_chart(spec)}")
    chart.scroll_into_view_if_needed()
    page.locator(f"#{name_chart(spec)}.is-live").wait_for()
    return chart


DRAWN_NOW = """chart => [...chart.querySelectorAll(".chart-now table")].flatMap((table) => {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  return [...table.tBodies[0].rows].map((row) => Object.fromEntries(
    [...row.cells].map((cell, place) => [heads[place], cell.textContent.replace("\u2212", "-")])));
})"""


def _to_number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _numbers_drawn(chart) -> set[str]:
    """Numbers that a description may take from the table of what is drawn now."""
    rows = [{key: _to_number(text) for key, text in row.items()} for row in chart.evaluate(DRAWN_NOW)]
    spellings = list_told({"datasets": {"drawn now": rows}})
    # A description may add up some parts of a stacked bar.
    for name in {text for row in rows for text in row.values() if isinstance(text, str)}:
        parts = [row for row in rows if name in row.values()]
        sizes = [v for row in parts for key, v in row.items() if isinstance(v, float) and "(" in key]
        if len(sizes) <= 6:
            sums = (sum(chosen) for n in range(2, 6) for chosen in itertools.combinations(sizes, n))
            spellings |= {f"{total:.{digits}f}" for total in sums for digits in range(2)}
    return spellings


def _followed(page, spec: dict, glued: set[str]) -> list[str]:
    """Check the words and drawing of a chart whose words follow its controls, in all states."""
    chart, faults, drawn = alive(page, spec), [], {}
    heading = chart.locator(".chart-title")
    inputs = chart.locator(".chart-controls .vega-bind")
    follow = spec["usermeta"]["follow"]
    order = list(contract.states(spec))
    for state, (title, description) in follow["texts"].items():
        for name, value in zip(follow["controls"], json.loads(state), strict=True):
            put(inputs.nth(order.index(name)), value)
        if late := checks.late(lambda title=title: heading.inner_text() == title, f"“{title}”"):
            faults += late
            continue
        if chart.locator(".chart-view").get_attribute("aria-label") != description:
            faults.append(f"{title}: the description stays")
        known = _numbers_drawn(chart) | glued | find_numbers(state)
        written = find_numbers(description)
        if written and not written & known:
            faults.append(f"{title}: no number of the description is drawn")
        drawn[tuple(json.loads(state))] = chart.locator(".chart-live svg").inner_html()
    for place, name in enumerate(follow["controls"]):
        # If the drawing ignores this control, it only depends on the states of the others.
        others = [state[:place] + state[place + 1 :] for state in drawn]
        if len(set(others)) == len(set(zip(others, drawn.values()))):
            faults.append(f"{title}: the drawing does not follow {name}")
    return faults + checks.late(
        lambda: title in chart.locator(".chart-said").inner_text(), f"“{title}” is said"
    )


def _held(page, spec: dict, _glued: set[str]) -> list[str]:
    """Check a chart whose words hold in all states, at both ends of each control."""
    chart, faults = alive(page, spec), []
    heading, spoken = chart.locator(".chart-title"), chart.locator(".chart-said")
    description = "chart => chart.querySelector('.chart-view').getAttribute('aria-label')"
    words = heading.inner_text(), chart.evaluate(description)
    for place, values in enumerate(contract.states(spec).values()):
        for value in (values[0], values[-1]):
            table, drawing = chart.evaluate(DRAWN_NOW), chart.locator(".chart-live svg").inner_html()
            put(chart.locator(".chart-controls .vega-bind").nth(place), value)
            faults += checks.late(lambda said=f"{value}": said in spoken.inner_text(), f"{value} is said")
            if chart.evaluate(DRAWN_NOW) == table or chart.locator(".chart-live svg").inner_html() == drawing:
                faults.append(f"{words[0]}: at {value} the table or the drawing stays")
    return faults + checks.compare(
        "words that hold", (heading.inner_text(), chart.evaluate(description)), words
    )


def put(control, value: object) -> None:
    """Set a control as a reader does."""
    if (select := control.locator("select")).count():
        select.select_option(str(value))
    elif (slider := control.locator("input[type=range]")).count():
        slider.evaluate(
            "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }", value
        )
    else:
        control.locator(f"input[value='{value}']").check()
