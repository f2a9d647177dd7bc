"""How a curve of choices is drawn: estimates above, and below them which option each had.

One chart of layers on one pair of axes, so that it fills its width, and the walk by keyboard finds the
options of each dimension as series of points.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from jingjinji import charts, defaults

_ROW = 15  # pixels from option to option


def draw_curve(
    table: pd.DataFrame,
    counts: Mapping[tuple[str, Any], str],
    threshold: float,
    unit: str,
    number: str,
    height: int,
    band: pd.DataFrame | None,
) -> alt.LayerChart:
    """Return the layers of the chart, without title and description.

    Parameters
    ----------
    table : the sorted rows of a curve.
    counts : what stands at the right of each option, by dimension and option, in the order of the rows.
    threshold : where the line stands.
    unit, number, height : as `SpecificationCurve.draw` takes them.
    band : the 5th and the 95th percentile of the placebo units in each row, if there are any.
    """
    names = list(dict.fromkeys(dimension for dimension, _ in counts))
    points = table[[*names, "estimate", *(name for name in ("low", "high", "rank") if name in table)]].copy()
    points.insert(0, "order", range(1, len(points) + 1))
    points["claim"] = table["holds"].map({True: defaults.HOLDS, False: defaults.TURNS})
    if band is not None:
        points["placebo_low"], points["placebo_high"] = band.round(6).to_numpy().T
    numbers = points.drop(columns=[*names, "order", "claim", "rank"], errors="ignore")
    low, high = min(numbers.min().min(), threshold), max(numbers.max().max(), threshold)
    room = (high - low or 1) * 0.04
    across = alt.X(
        "order:Q", title=defaults.ORDER, axis=None, scale=alt.Scale(domain=[0, len(points) + 1], nice=False)
    )
    scale = alt.Scale(domain=[low - room, high + room], range=[height, 0], nice=False, zero=False)
    base = alt.Chart(points).encode(x=across)
    colour = alt.Color("claim:N", title=defaults.CLAIM).scale(
        domain=[defaults.HOLDS, defaults.TURNS],
        range=[charts.CATEGORY_COLOURS[3], charts.CATEGORY_COLOURS[2]],
    )
    up = alt.Y("estimate:Q", title=unit, scale=scale)
    titles = {name: name.replace("_", " ") for name in names}
    shown = [alt.Tooltip(f"{name}:N", title=title) for name, title in titles.items()]
    shown += [alt.Tooltip("estimate:Q", title=unit, format=number)]
    shown += [alt.Tooltip("rank:Q")] if "rank" in points else []
    layers: list[Any] = []
    for ends, look in (
        (("placebo_low", "placebo_high"), {"color": "#8a8a8a", "opacity": 0.35, "strokeWidth": 3}),
        (("low", "high"), {"opacity": 0.6, "strokeWidth": 1}),
    ):
        if ends[0] in points:
            rule = base.mark_rule(aria=False, **look).encode(y=alt.Y(f"{ends[0]}:Q", title=unit, scale=scale))
            layers.append(rule.encode(y2=f"{ends[1]}:Q"))
    layers.append(charts.reference_line(threshold))
    detail = [alt.Detail(f"{name}:N", title=title) for name, title in titles.items()]
    dots = base.mark_point(filled=True, opacity=1, size=30 if len(points) <= 100 else 14)
    layers.append(dots.encode(y=up, color=colour, detail=detail, tooltip=shown))
    own = points[table["headline"].to_numpy(dtype=bool)]
    mark = alt.Chart(own).encode(x=across, y=up)
    layers.append(
        mark.mark_point(aria=False, opacity=1, size=160, shape="diamond", color=charts.CATEGORY_COLOURS[5])
    )
    # Sorted estimates rise: above them on the left, and below them on the right, there are none.
    right = bool(own["order"].iloc[0] * 2 > len(points))
    place: dict[str, Any] = {
        "aria": False,
        "align": "right" if right else "left",
        "dx": -10 if right else 10,
        "dy": -14 if right else 14,
    }
    layers.append(mark.mark_text(**place).encode(text=alt.value(defaults.HEADLINE)))
    at, words = height + 26, []
    for name in names:
        options = [option for dimension, option in counts if dimension == name]
        words.append({"text": titles[name], "at": at, "count": defaults.HOLDS_IN, "head": True})
        row = f"{at + _ROW} + {_ROW} * indexof({json.dumps(options, ensure_ascii=False)}, datum[{name!r}])"
        ticks = base.transform_calculate(at=row).mark_tick(
            aria=False, opacity=1, orient="vertical", size=_ROW - 4, thickness=2 if len(points) <= 100 else 1
        )
        layers.append(ticks.encode(y=alt.Y("at:Q", scale=None, axis=None), color=colour))
        for option in options:
            at += _ROW
            words.append({"text": str(option), "at": at, "count": counts[name, option], "head": False})
        at += _ROW + 6
    rows = alt.Chart(alt.InlineData(values=words, name="options")).encode(
        y=alt.Y("at:Q", scale=None, axis=None)
    )
    label: dict[str, Any] = {"fontSize": 11, "limit": 150, "aria": False}
    label["fontWeight"] = alt.expr("datum.head ? 'bold' : 'normal'")
    left = rows.mark_text(align="right", dx=-8, **label).encode(x=alt.value(0), text="text:N")
    ends = rows.mark_text(align="left", dx=6, **label).encode(x=alt.value("width"), text="count:N")
    whole: Any = alt.layer(*layers, left, ends)
    return whole.properties(width="container", height=at - _ROW)
