"""Operate the controls of charts on an open page. Each function returns a list of findings."""

import itertools
import json

from still_charts.drawing import name_chart

from coursework.lint.charts import list_glued, list_told
from coursework.lint.numbers import find_numbers
from tests.chapters import contract
from tests.pages import built, checks

CONTROLLED = ".chart:has(.chart-controls)"


def moved(page, name: str, charts: list[dict]) -> list[str]:
    """Compare title, description, table and announcement with the charts' states and numbers; run axe."""
    findings = checks.compare(
        "charts with a switch",
        page.locator(CONTROLLED).count(),
        sum('"bind":' in json.dumps(spec) for spec in charts),
    )
    controlled = [spec for spec in charts if contract.states(spec)]
    if not controlled:
        return findings
    glued = list_glued(contract.read(built.ROOT / name.replace(".html", ".ipynb")))
    for spec in controlled:
        findings += (_held if "hold" in spec["usermeta"] else _followed)(page, spec, glued)
    return findings + checks.accessibility(page, within=CONTROLLED)


def alive(page, spec: dict):
    """Scroll to a chart and wait until it is live."""
    chart = page.locator(f"#{name_chart(spec)}")
    chart.scroll_into_view_if_needed()
    page.locator(f"#{name_chart(spec)}.is-live").wait_for()
    return chart


DRAWN_NOW = """chart => [...chart.querySelectorAll(".chart-now table")].flatMap((table) => {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  return [...table.tBodies[0].rows].map((row) => Object.fromEntries(
    [...row.cells].map((cell, place) => [heads[place], cell.textContent.replace("\u2212", "-")])));
})"""


def _numbers_drawn(chart) -> set[str]:
    """Collect numbers that a description can take from the table of the current drawing."""

    def value(text: str) -> float | str:
        try:
            return float(text)
        except ValueError:
            return text

    rows = [{key: value(text) for key, text in row.items()} for row in chart.evaluate(DRAWN_NOW)]
    told = list_told({"datasets": {"drawn now": rows}})
    # A bar of several parts is told by the sum of some of them.
    for name in {text for row in rows for text in row.values() if isinstance(text, str)}:
        parts = [row for row in rows if name in row.values()]
        sizes = [v for row in parts for key, v in row.items() if isinstance(v, float) and "(" in key]
        if len(sizes) <= 6:
            some = (sum(chosen) for n in range(2, 6) for chosen in itertools.combinations(sizes, n))
            told |= {f"{total:.{digits}f}" for total in some for digits in range(2)}
    return told


def _followed(page, spec: dict, glued: set[str]) -> list[str]:
    """List texts and drawings that do not follow the states of a chart."""
    chart, findings, drawn = alive(page, spec), [], {}
    heading = chart.locator(".chart-title")
    inputs = chart.locator(".chart-controls .vega-bind")
    follow = spec["usermeta"]["follow"]
    order = list(contract.states(spec))
    for state, (title, description) in follow["texts"].items():
        for name, value in zip(follow["controls"], json.loads(state), strict=True):
            put(inputs.nth(order.index(name)), value)
        if late := checks.late(lambda title=title: heading.inner_text() == title, f"“{title}”"):
            findings += late
            continue
        if chart.locator(".chart-view").get_attribute("aria-label") != description:
            findings.append(f"{title}: the description stays")
        told = _numbers_drawn(chart) | glued | find_numbers(state)
        written = find_numbers(description)
        if written and not written & told:
            findings.append(f"{title}: no number of the description is drawn")
        drawn[tuple(json.loads(state))] = chart.locator(".chart-live svg").inner_html()
    for place, name in enumerate(follow["controls"]):
        # The states of the other controls, alone and with what is drawn in them.
        others = [state[:place] + state[place + 1 :] for state in drawn]
        if len(set(others)) == len(set(zip(others, drawn.values()))):
            findings.append(f"{title}: the drawing does not follow {name}")
    return findings + checks.late(
        lambda: title in chart.locator(".chart-said").inner_text(), f"“{title}” is said"
    )


def _held(page, spec: dict, _glued: set[str]) -> list[str]:
    """List words that do not hold, or states that are not announced, at both ends of each control."""

    def words() -> tuple:
        return heading.inner_text(), chart.locator(".chart-view").get_attribute("aria-label")

    chart, findings = alive(page, spec), []
    heading, spoken = chart.locator(".chart-title"), chart.locator(".chart-said")
    before = words()
    for place, values in enumerate(contract.states(spec).values()):
        for value in (values[0], values[-1]):
            was = chart.evaluate(DRAWN_NOW), chart.locator(".chart-live svg").inner_html()
            put(chart.locator(".chart-controls .vega-bind").nth(place), value)
            findings += checks.late(lambda said=f"{value}": said in spoken.inner_text(), f"{value} is said")
            if chart.evaluate(DRAWN_NOW) == was[0] or chart.locator(".chart-live svg").inner_html() == was[1]:
                findings.append(f"{before[0]}: at {value} the table or the drawing stays")
    return findings + checks.compare("words that hold", words(), before)


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
