"""The charts of report.html: what Altair describes, drawn as SVG that needs no script and follows light and
dark.

Each comes with its finding as a title and with its words; both are computed from the numbers that it draws.
"""

import re
from collections import Counter
from collections.abc import Iterable
from html import escape
from statistics import median

import altair as alt
import pandas as pd
import vl_convert
from markupsafe import Markup
from scipy import stats

from jingjinji import charts, data
from notebook_grader.items import FEW_EACH, Item, Summary

WIDTH = 270  # of the drawing without its axes: a phone shows it whole
LISTED = 10
_PALETTE = data.load("palette").set_index("name")
_DRAWN = ("chart-1", "chart-2")
_MAIN, _OTHER = (_PALETTE["light"][name] for name in _DRAWN)
_INK = {"text": "chart-text", "muted": "chart-muted", "rule": "chart-rule"}
_PERCENT, _COUNT = alt.Axis(format="%", tickCount=5), alt.Axis(tickMinStep=1, format="d", tickCount=4)
_WHOLE = alt.Scale(domain=[0, 1])
_RIGHT = alt.X("right:Q", axis=_PERCENT, scale=_WHOLE, title="Share with all points")
_EXERCISE = alt.Y("exercise:N", sort=None, title="Exercise")


def format_colours() -> str:
    """The style rules that give the charts their colours, light and dark."""

    def of(scheme: str) -> str:
        return " ".join(f"--{name}: {_PALETTE[scheme][name]};" for name in (*_DRAWN, *_INK.values()))

    return f":root {{ {of('light')} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {of('dark')} }} }}"


def draw(summary: Summary) -> list[Markup]:
    """Every chart for which there are numbers."""
    makers = (_draw_shares, _draw_totals, _draw_discrimination, _draw_misconceptions, _draw_variants)
    made = [chart for make in makers if (chart := make(summary)) is not None]
    return [_render_figure(chart, f"f{number}") for number, chart in enumerate(made, start=1)]


def label_item(item: Item) -> str:
    """The number of an exercise, or its whole title where it has none."""
    found = re.search(r"\d+\.\d+", item.title)
    return found[0] if found else item.title


def format_signed(value: float) -> str:
    """A number with two decimals and a minus sign that is no hyphen."""
    return f"{value:.2f}".replace("-", "−")


def _render_figure(chart: alt.LayerChart | alt.Chart, name: str) -> Markup:
    spec = chart.to_dict()
    title, said = spec.pop("title"), spec.pop("description")
    text, muted, rule = (f"var(--{colour})" for colour in _INK.values())
    axis = {"labelColor": muted, "titleColor": muted, "tickColor": rule, "gridColor": rule}
    spec["config"] |= {
        "background": "transparent",
        "font": "sans-serif",
        "axis": {**spec["config"]["axis"], **axis, "domainColor": rule},
        "text": {"fontSize": 12, "color": text},
        "rule": {"color": muted},
    }
    svg = vl_convert.vegalite_to_svg(spec)
    for colour in _DRAWN:
        svg = svg.replace(f'"{_PALETTE["light"][colour]}"', f'"var(--{colour})"')
    svg = re.sub(
        r'\bid="(\w+)"|url\(#(\w+)\)', lambda at: at[0].replace(at[1] or at[2], name + at[0][-2]), svg
    )
    # The caption says it all; the parts of the drawing would be read out one by one.
    svg = re.sub(r'\s(?:role|aria-[a-z]+)="[^"]*"', "", svg).replace("<svg", '<svg aria-hidden="true"', 1)
    caption = f"<figcaption><strong>{escape(title)}.</strong> {escape(said)}</figcaption>"
    return Markup(f"<figure>{caption}{svg}</figure>")


def _make_size(table: pd.DataFrame, step: int = 24) -> dict[str, object]:
    return {"width": WIDTH, "height": step * len(table)}


def _find_interval(right: int, count: int) -> dict[str, float]:
    low, high = stats.binomtest(right, count).proportion_ci(method="wilson")
    return {"low": low, "high": high}


def _join_sentences(said: Iterable[tuple[object, object]]) -> str:
    return "; ".join(f"{what}: {value}" for what, value in said) + "."


def _draw_intervals(table: pd.DataFrame, y: alt.Y) -> alt.Chart:
    return alt.Chart(table).mark_rule(strokeWidth=1.5).encode(x="low:Q", x2="high:Q", y=y)


def _draw_dots(table: pd.DataFrame, x: alt.X | str, y: alt.Y, shape: str = "circle") -> alt.Chart:
    marks = alt.Chart(table).mark_point(shape=shape, filled=True, color=_MAIN, opacity=1, size=60)
    return marks.encode(x=x, y=y)


def _draw_shares(summary: Summary) -> alt.LayerChart | None:
    marked = [item for item in summary.items if item.share is not None]
    if not marked:
        return None
    table = pd.DataFrame(
        {"exercise": label_item(i), "right": i.share, "mean": i.mean} | _find_interval(i.right, i.marked)
        for i in marked
    )
    hardest = min(marked, key=lambda item: (item.share, item.name))
    bars = alt.Chart(table).mark_bar(color=_OTHER, height=12).encode(x=_RIGHT, y=_EXERCISE)
    means = _draw_dots(table, "mean:Q", _EXERCISE, "diamond")
    return (bars + _draw_intervals(table, _EXERCISE) + means).properties(
        **_make_size(table),
        title=f"Exercise {label_item(hardest)} is right least often, for {hardest.share:.0%}",
        description="Bars: the share of the class that has all points, each with its 95% interval as a line. "
        "Diamonds: the mean share of the points. "
        + _join_sentences((label_item(i), f"{i.share:.0%} right, mean {i.mean:.0%}") for i in marked),
    )


def _draw_totals(summary: Summary) -> alt.Chart | None:
    if not summary.totals:
        return None
    tenths = Counter(min(int(total * 10 + 1e-9), 9) for total in summary.totals)
    table = pd.DataFrame({"low": t / 10, "high": t / 10 + 0.1, "students": tenths[t]} for t in range(10))
    x = alt.X("low:Q", bin="binned", axis=_PERCENT, scale=_WHOLE, title="Share of the final points")
    return (
        alt.Chart(table)
        .mark_bar(color=_OTHER)
        .encode(x=x, x2="high:Q", y=alt.Y("students:Q", title="Students", axis=_COUNT))
        .properties(
            width=WIDTH,
            height=140,
            title=f"Half of the class has {median(summary.totals):.0%} of the points or more",
            description="Students by their share of all points that are final. "
            + _join_sentences((f"{10 * t} to {10 * t + 10}%", tenths[t]) for t in sorted(tenths)),
        )
    )


def _draw_discrimination(summary: Summary) -> alt.LayerChart | None:
    known = [item for item in summary.items if item.interval is not None]
    if not known:
        return None
    table = pd.DataFrame(
        {"exercise": label_item(i), "r": i.discrimination, "low": i.interval[0], "high": i.interval[1]}
        for i in known
    )
    weakest = min(known, key=lambda item: (item.discrimination, item.name))
    x = alt.X("r:Q", scale=alt.Scale(domain=[-1, 1]), title="Correlation with all other exercises")
    zero = charts.reference_line(0, axis="x")
    return (zero + _draw_intervals(table, _EXERCISE) + _draw_dots(table, x, _EXERCISE)).properties(
        **_make_size(table),
        title=f"Exercise {label_item(weakest)} separates students least, "
        f"with {format_signed(weakest.discrimination)}",
        description="Discrimination: the correlation of an exercise's points with the points of all other "
        "exercises, with its 95% interval. Right of 0, those who do well elsewhere do well here. "
        + _join_sentences((label_item(i), format_signed(i.discrimination)) for i in known),
    )


def _draw_misconceptions(summary: Summary) -> alt.LayerChart | None:
    found = summary.list_misconceptions()[:LISTED]
    if not found:
        return None
    # The words stand above their bar: beside it they would leave a phone no room.
    table = pd.DataFrame(
        {"row": number, "students": count, "words": f"{label_item(item)}: {name}"}
        for number, (item, name, count) in enumerate(found)
    )
    item, name, count = found[0]
    y = alt.Y("row:O", axis=None)
    x = alt.X("students:Q", title="Students", axis=_COUNT)
    bars = alt.Chart(table).mark_bar(color=_MAIN, height=10, yOffset=8).encode(x=x, y=y)
    words = alt.Chart(table).mark_text(align="left", dy=-5, limit=WIDTH + 40)
    return (bars + words.encode(x=alt.value(0), y=y, text="words:N")).properties(
        **_make_size(table, 36),
        title=f"Most frequent, with {count} of {item.count} students: {name}",
        description="How many students gave the answer that a misconception gives, each with its exercise. "
        + _join_sentences((f"{label_item(i)}, {n}", c) for i, n, c in found),
    )


def _draw_variants(summary: Summary) -> alt.LayerChart | None:
    table = pd.DataFrame(
        {"row": f"{label_item(item)}, set {variant.place + 1}", "right": variant.right / variant.count}
        | _find_interval(variant.right, variant.count)
        for item in summary.items
        if item.chance is not None
        for variant in item.variants
        if variant.count >= FEW_EACH
    )
    if table.empty:
        return None
    y = alt.Y("row:N", sort=None, title="Set of values", axis=alt.Axis(labelLimit=90))
    unfair = [label_item(item) for item in summary.items if item.name in summary.unfair]
    which = f"Sets of values differ in exercise {', '.join(unfair)}" if unfair else ""
    return (_draw_intervals(table, y) + _draw_dots(table, _RIGHT, y)).properties(
        **_make_size(table, 18),
        title=which or "No set of values is harder than another beyond chance",
        description="Share of those with each set of values who have all points, with its 95% interval. "
        + _join_sentences(
            (row, f"{right:.0%}") for row, right in zip(table["row"], table["right"], strict=True)
        ),
    )
