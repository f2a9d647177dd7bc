"""Draw a curve of choices: estimates above, and below them the options of each estimate.

One chart of layers on a shared pair of axes, so that it fills the width of the page and keyboard navigation
offers the options of each dimension as series of points.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from jingjinji import charts, defaults

_ROW = 15  # pixels between options
_MANY = 100  # estimates above which marks are small
# Columns that are drawn as vertical lines, with their looks.
_RANGES: dict[tuple[str, str], dict[str, Any]] = {
    ("placebo_low", "placebo_high"): {"color": "#8a8a8a", "opacity": 0.35, "strokeWidth": 3},
    ("low", "high"): {"opacity": 0.6, "strokeWidth": 1},
}


def draw_curve(
    table: pd.DataFrame,
    counts: Mapping[tuple[str, Any], str],
    threshold: float,
    unit: str,
    number: str,
    height: int,
) -> alt.LayerChart:
    """Return the layers of the chart, without title and description.

    Parameters
    ----------
    table : the sorted rows of a curve; `placebo_low` and `placebo_high`, if present, are drawn as a band.
    counts : text to the right of each option, by dimension and option, from top to bottom.
    threshold : position of the reference line.
    unit, number, height : as in `SpecificationCurve.draw`.
    """
    names = list(dict.fromkeys(dimension for dimension, _ in counts))
    claim = table["holds"].map({True: defaults.HOLDS, False: defaults.TURNS})
    points = table.assign(order=range(1, len(table) + 1), claim=claim)
    columns = ["order", *names, "estimate", "low", "high", "rank", "claim", "placebo_low", "placebo_high"]
    points = points[[name for name in columns if name in points]]
    x = alt.X(
        "order:Q", title=defaults.ORDER, axis=None, scale=alt.Scale(domain=[0, len(points) + 1], nice=False)
    )
    colour = alt.Color("claim:N", title=defaults.CLAIM).scale(
        domain=[defaults.HOLDS, defaults.TURNS],
        range=[charts.CATEGORY_COLOURS[3], charts.CATEGORY_COLOURS[2]],
    )
    vertical: dict[str, Any] = {"title": unit, "scale": _scale(points, threshold, height)}
    y = alt.Y("estimate:Q", **vertical)
    base = alt.Chart(points).encode(x=x)
    headline = alt.Chart(points[table["headline"].to_numpy(dtype=bool)]).encode(x=x, y=y)
    options, bottom = _draw_options(base.encode(color=colour), counts, height + 26)
    whole: Any = alt.layer(
        *_draw_ranges(base, vertical),
        charts.reference_line(threshold),
        _draw_estimates(base.encode(y=y, color=colour), names, unit, number),
        *_draw_headline(headline, len(points)),
        *options,
    )
    return whole.properties(width="container", height=bottom)


def _scale(points: pd.DataFrame, threshold: float, height: int) -> alt.Scale:
    ends = ["estimate", *(end for ends in _RANGES for end in ends if end in points)]
    low, high = min(points[ends].min().min(), threshold), max(points[ends].max().max(), threshold)
    room = (high - low or 1) * 0.04
    return alt.Scale(domain=[low - room, high + room], range=[height, 0], nice=False, zero=False)


def _draw_ranges(base: alt.Chart, vertical: dict[str, Any]) -> list[alt.Chart]:
    return [
        base.mark_rule(aria=False, **look).encode(y=alt.Y(f"{low}:Q", **vertical), y2=f"{high}:Q")
        for (low, high), look in _RANGES.items()
        if low in base.data
    ]


def _draw_estimates(base: alt.Chart, names: list[str], unit: str, number: str) -> alt.Chart:
    titles = {f"{name}:N": name.replace("_", " ") for name in names}
    tooltip = [alt.Tooltip(field, title=title) for field, title in titles.items()]
    tooltip.append(alt.Tooltip("estimate:Q", title=unit, format=number))
    if "rank" in base.data:
        tooltip.append(alt.Tooltip("rank:Q"))
    detail = [alt.Detail(field, title=title) for field, title in titles.items()]
    size = 30 if len(base.data) <= _MANY else 14
    return base.mark_point(filled=True, opacity=1, size=size).encode(detail=detail, tooltip=tooltip)


def _draw_headline(base: alt.Chart, count: int) -> list[alt.Chart]:
    """Mark the headline, with its name where the sorted estimates leave room: upper left or lower right."""
    place: dict[str, Any] = {"align": "left", "dx": 10, "dy": 14}
    if base.data["order"].iloc[0] * 2 > count:
        place = {"align": "right", "dx": -10, "dy": -14}
    diamond: dict[str, Any] = {"size": 160, "shape": "diamond", "color": charts.CATEGORY_COLOURS[5]}
    return [
        base.mark_point(aria=False, opacity=1, **diamond),
        base.mark_text(aria=False, **place).encode(text=alt.value(defaults.HEADLINE)),
    ]


def _draw_options(
    base: alt.Chart, counts: Mapping[tuple[str, Any], str], top: int
) -> tuple[list[alt.Chart], int]:
    """Return ticks for the options of each estimate with labels on both sides, and where they end."""
    y = alt.Y("at:Q", scale=None, axis=None)
    layers, labels, at = [], [], top
    for name in dict.fromkeys(dimension for dimension, _ in counts):
        options = [option for dimension, option in counts if dimension == name]
        labels.append({"text": name.replace("_", " "), "at": at, "count": defaults.HOLDS_IN, "head": True})
        row = f"{at + _ROW} + {_ROW} * indexof({json.dumps(options, ensure_ascii=False)}, datum[{name!r}])"
        tick: dict[str, Any] = {
            "orient": "vertical",
            "size": _ROW - 4,
            "thickness": 2 if len(base.data) <= _MANY else 1,
        }
        layers.append(base.transform_calculate(at=row).mark_tick(aria=False, opacity=1, **tick).encode(y=y))
        for option in options:
            at += _ROW
            labels.append({"text": str(option), "at": at, "count": counts[name, option], "head": False})
        at += _ROW + 6
    rows = alt.Chart(alt.InlineData(values=labels, name="options")).encode(y=y)
    look: dict[str, Any] = {"fontSize": 11, "limit": 150, "aria": False}
    look["fontWeight"] = alt.expr("datum.head ? 'bold' : 'normal'")
    left = rows.mark_text(align="right", dx=-8, **look).encode(x=alt.value(0), text="text:N")
    right = rows.mark_text(align="left", dx=6, **look).encode(x=alt.value("width"), text="count:N")
    return [*layers, left, right], at - _ROW
