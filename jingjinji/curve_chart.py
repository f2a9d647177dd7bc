"""Draw a curve of choices: a bar with the count, the sorted estimates, and a chip for each option.

A chip shows the estimates that have its option and counts them in the bar. Chips are radio buttons, so
keyboard and touch work as in any form; `SpecificationCurve.draw` says what they change.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt
import pandas as pd
from plain_answers.rounding import rounded

from jingjinji import charts, defaults

ALL = "all choices"
_BAR = 30  # pixels of the bar and the room below it, which the headline's name may need
# No colours of places; hollow marks tell them apart without colour.
_HOLDS, _TURNS = charts.CATEGORY_COLOURS[4], charts.CATEGORY_COLOURS[5]
# Columns of lower and upper ends that are drawn as a band.
_RANGES = [("placebo_low", "placebo_high"), ("low", "high")]


def draw_curve(
    table: pd.DataFrame,
    names: Sequence[str],
    chips: Sequence[tuple[str, int, int, set[Any]]],
    threshold: float,
    unit: str,
    number: str,
    height: int,
) -> alt.LayerChart:
    """Return the layers of the chart, without title and description.

    Parameters
    ----------
    table : the sorted distinct estimates; `placebo_low` and `placebo_high`, if present, are drawn as a band.
    names : the dimensions.
    chips : label, holding estimates, their number, and labels of their rows; the first has all.
    threshold : position of the reference line.
    unit, number, height : as in `SpecificationCurve.draw`.
    """
    claim = table["holds"].map({True: defaults.HOLDS, False: defaults.TURNS})
    has = [[place for place, (*_, rows) in enumerate(chips) if label in rows] for label in table.index]
    points = table.assign(order=range(1, len(table) + 1), claim=claim, has=has)
    columns = ["order", *names, "estimate", "claim", "rank", "has", *itertools.chain(*_RANGES)]
    points = pd.DataFrame(rounded(points[[name for name in columns if name in points]].to_dict("list"), 6))
    choice = alt.param(
        name="choice",
        value=0,
        bind=alt.binding_radio(options=[*range(len(chips))], labels=[chip[0] for chip in chips], name=" "),
    )
    x = alt.X("order:Q", title=defaults.ORDER, axis=None).scale(domain=[0, len(points) + 1], nice=False)
    scale = alt.Scale(domain=[defaults.HOLDS, defaults.TURNS], range=[_HOLDS, _TURNS])
    chosen = "indexof(datum.has, choice) >= 0"
    vertical: dict[str, Any] = {"title": unit, "scale": _scale(points, threshold, height)}
    base = alt.Chart(points).encode(x=x)
    marks = base.encode(
        y=alt.Y("estimate:Q", **vertical), color=alt.Color("claim:N", legend=None, scale=scale)
    )
    headline = alt.Chart(points[table["headline"].to_numpy(dtype=bool)]).encode(
        x=x, y=alt.Y("estimate:Q", **vertical)
    )
    layers: Any = alt.layer(
        *_draw_bar(chips, len(points) + 1, height, scale),
        *_draw_areas(base, vertical, threshold, chosen),
        charts.reference_line(threshold),
        _draw_estimates(marks, names, scale, unit, number, chosen),
        *_draw_headline(headline, len(points)),
    )
    return layers.add_params(choice).properties(width="container", height=height + _BAR)


def _scale(points: pd.DataFrame, threshold: float, height: int) -> alt.Scale:
    ends = ["estimate", *(end for ends in _RANGES for end in ends if end in points)]
    low, high = min(points[ends].min().min(), threshold), max(points[ends].max().max(), threshold)
    room = (high - low or 1) * 0.04
    return alt.Scale(domain=[low - room, high + room], range=[height + _BAR, _BAR], nice=False, zero=False)


def _draw_bar(chips: Sequence[Any], width: int, height: int, scale: alt.Scale) -> list[alt.Chart]:
    """Return the bar of the pressed chip: the share in which the claim holds, and the count."""
    rows = []
    for place, (_, holding, of, _) in enumerate(chips):
        middle = width * holding / of
        parts = (0, middle, defaults.HOLDS, holding), (middle, width, defaults.TURNS, of - holding)
        rows += [
            {"chip": place, "from": start, "to": end, "claim": kind, "words": defaults.IN.format(kind, count)}
            for start, end, kind, count in parts
        ]
    base = alt.Chart(alt.InlineData(values=rounded(rows, 3), name="counts")).transform_filter(
        "datum.chip == choice"
    )
    bar = base.mark_bar(height=14, aria=False).encode(
        x=alt.X("from:Q", axis=None),
        x2="to:Q",
        y=alt.value(7),
        color=alt.Color("claim:N", legend=None, scale=scale),
    )
    inside: dict[str, Any] = {"aria": False, "fontWeight": "bold", "color": charts.LAND}
    texts = [
        base.transform_filter(f"datum.claim == '{kind}' && (datum.to - datum.from) * width > {width * 85:g}")
        .mark_text(dx=dx, **inside | {"align": align})
        .encode(x=alt.X(f"{end}:Q", axis=None), y=alt.value(7), text="words:N")
        for kind, align, dx, end in ((defaults.HOLDS, "left", 6, "from"), (defaults.TURNS, "right", -6, "to"))
    ]
    return [bar, *texts]


def _draw_areas(
    base: alt.Chart, vertical: dict[str, Any], threshold: float, chosen: str
) -> Iterator[alt.Chart]:
    """Draw bands of intervals, or else the sides of the threshold: areas, since many lines are a texture."""
    end = f"{chosen} ? datum.{{}} : datum.estimate"
    side = f"{chosen} && datum.claim == '{{}}' ? datum.estimate : {threshold}"
    parts = [
        (end.format(low), end.format(high), charts.REGION, 0.9) for low, high in _RANGES if low in base.data
    ]
    for bottom, top, colour, opacity in parts or [
        (f"{threshold}", side.format(defaults.HOLDS), _HOLDS, 0.25),
        (f"{threshold}", side.format(defaults.TURNS), _TURNS, 0.25),
    ]:
        area = base.transform_calculate(bottom=bottom, top=top)
        area = area.mark_area(aria=False, interpolate="step", color=colour, opacity=opacity)
        yield area.encode(y=alt.Y("bottom:Q", **vertical), y2="top:Q")


def _draw_estimates(
    base: alt.Chart, names: Sequence[str], scale: alt.Scale, unit: str, number: str, chosen: str
) -> alt.Chart:
    titles = {f"{name}:N": name.replace("_", " ") for name in names}
    tooltip = [alt.Tooltip(field, title=title) for field, title in titles.items()]
    tooltip.append(alt.Tooltip("estimate:Q", title=unit, format=number))
    if "rank" in base.data:
        tooltip.append(alt.Tooltip("rank:Q"))
    detail = [alt.Detail(field, title=title) for field, title in titles.items()]
    # As wide as the drawing leaves room for: touching marks would be a worm.
    room = f"clamp(width / {len(base.data)} - 0.5, 1.5, 6)"
    size, stroke = alt.expr(f"pow({room}, 2)"), alt.expr(f"max({room} / 4, 0.9)")
    return base.mark_point(size=size, strokeWidth=stroke).encode(
        detail=detail,
        tooltip=tooltip,
        fillOpacity=alt.condition(f"datum.claim == '{defaults.HOLDS}'", alt.value(1), alt.value(0)),
        fill=alt.Fill("claim:N", legend=None, scale=scale),
        opacity=alt.condition(chosen, alt.value(1), alt.value(0.12)),
    )


def _draw_headline(base: alt.Chart, count: int) -> list[alt.Chart | alt.LayerChart]:
    """Mark the headline, with its name where the sorted estimates leave room: upper left or lower right."""
    place: dict[str, Any] = {"align": "left", "dx": 10, "dy": 14}
    if base.data["order"].iloc[0] > count / 2:
        place = {"align": "right", "dx": -10, "dy": -12}
    diamond: dict[str, Any] = {"size": 160, "shape": "diamond", "color": charts.CATEGORY_COLOURS[5]}
    return [
        base.mark_point(aria=False, opacity=1, **diamond),
        charts.names(base.encode(text=alt.value(defaults.HEADLINE)), aria=False, **place),
    ]
