"""The house look of charts: theme, colours, what the book stores, and parts used again and again.

Parts are layers; they join with `+`, so a chart stays one that the reader can take apart::

    lines = alt.Chart(table).mark_line().encode(
        x=charts.year_axis(table["year"], room=70),        # whole years, room for the names
        y=alt.Y("ratio:Q", title="Ratio to the nation"),
        color=charts.place_colour(),
    )
    names = charts.end_labels(table, "year", "ratio", "province", height=260)
    even = charts.reference_line(1, "the nation")
    (lines + names + even).properties(width="container", height=260, title=..., description=...)

A map is the base around its layers; it fixes size and projection (no `project`, no `width` afterwards)::

    fill = charts.choropleth(table, "city_code", "density", title="Residents per km²",
                             limits=[0, 100, 500, 1000, np.inf])
    names = charts.city_labels(["Beijing", "Tianjin", "Tangshan"], on="fill")
    charts.base_map(fill, names, height=430).properties(title=..., description=...)

Points need only `longitude="longitude:Q", latitude="latitude:Q"`. Counties: `outlines="counties"`,
then `charts.borders()` on top; a part of the region: `base_map(window=(115, 118, 38.5, 40.5))`. The caption
names the source of the outlines: © OpenStreetMap contributors, ODbL 1.0; sea: Natural Earth.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd
from plain_answers.rounding import rounded

from jingjinji import data

PLACES = ("Beijing", "Tianjin", "Hebei")
CHART_MIME = f"application/vnd.vegalite.{alt.SCHEMA_VERSION.partition('.')[0]}+json"

# data/palette.csv says what each colour is for; the style sheet of the book has the same for a dark page.
_PALETTE = data.load("palette").set_index("name")["light"]
CATEGORY_COLOURS = _PALETTE.filter(regex=r"^chart-\d").tolist()
LAND, SEA, REGION, OUTLINE = _PALETTE[["map-land", "map-sea", "map-region", "map-line"]]


@alt.theme.register("jingjinji", enable=True)
def _theme() -> Any:
    text = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    return {
        "config": {
            "view": {"stroke": None},
            "axis": {**text, "labelLimit": 150},
            "axisX": {"grid": False},
            "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
            "legend": {**text, "orient": "top", "titlePadding": 6},
            "title": {"anchor": "start", "fontSize": 15, "subtitleFontSize": 12},
            "header": text,
            "text": {"fontSize": 12},
            "line": {"strokeWidth": 2.5},
            "range": {"category": CATEGORY_COLOURS},
        }
    }


def place_colour(field: str = "province", *others: str) -> alt.Color:
    """A colour encoding by place: Beijing, Tianjin and Hebei look the same in every chart of the book.

    `others` are further values of the field, such as "Region"; they take the next colours. Charts
    label places directly, so there is no legend.
    """
    domain = [*PLACES, *others]
    scale = alt.Scale(domain=domain, range=CATEGORY_COLOURS[: len(domain)])
    return alt.Color(f"{field}:N", scale=scale, legend=None)


def follow(chart: Any, controls: Sequence[str], texts: Mapping[Any, tuple[str, str]]) -> Any:
    """Return the chart with a title and a description for each state of its controls.

    The chart's own `title` and `description` are those of its opening state: a notebook shows no others.

    Parameters
    ----------
    chart : an Altair chart with parameters that the reader sets.
    controls : the names of these parameters, in the order of the keys of `texts`.
    texts : title and description by the value of the control, or by a tuple of the values.

    Raises
    ------
    ValueError
        If a key has more or fewer values than there are controls.

    >>> speed = alt.param(name="speed", value=20, bind=alt.binding_radio(options=[20, 50]))
    >>> chart = alt.Chart(pd.DataFrame({"x": [1]})).mark_point().add_params(speed)
    >>> said = {20: ("Slow at 20", "..."), 50: ("Quick at 50", "...")}
    >>> follow(chart, ["speed"], said).usermeta["follow"]["controls"]
    ['speed']
    """
    keyed = {key if isinstance(key, tuple) else (key,): list(words) for key, words in texts.items()}
    if odd := [key for key in keyed if len(key) != len(controls)]:
        raise ValueError(f"{odd[0]} has {len(odd[0])} values for the controls {', '.join(controls)}.")
    # As a browser writes numbers, where 1.0 is 1.
    plain = {
        tuple(int(v) if isinstance(v, float) and v == int(v) else v for v in key): w
        for key, w in keyed.items()
    }
    states = {
        json.dumps(key, separators=(",", ":"), ensure_ascii=False): words for key, words in plain.items()
    }
    return chart.properties(usermeta={"follow": {"controls": list(controls), "texts": states}})


def hold(chart: Any, *controls: str) -> Any:
    """Return the chart, declared to have words that are true in each state of its controls.

    For a finding that no state changes, and for more states than can be told one by one (`follow`).

    Parameters
    ----------
    chart : an Altair chart with parameters that the reader sets.
    controls : the names of these parameters.

    >>> yuan = alt.param(name="yuan", value=1, bind=alt.binding_range(min=1, max=2))
    >>> hold(alt.Chart(pd.DataFrame({"x": [1]})).mark_point().add_params(yuan), "yuan").usermeta
    {'hold': ['yuan']}
    """
    return chart.properties(usermeta={"hold": list(controls)})


# Parts of charts along time


def year_axis(years: Iterable[int], *, field: str = "year", title: str = "Year", room: int = 0) -> alt.X:
    """Return a horizontal axis of whole years, from the first to the last, with at most six labels.

    Parameters
    ----------
    years : the years of the table; only the first and the last matter.
    field : the column that holds them.
    room : pixels to keep free at the right, for the names of `end_labels`.

    >>> year_axis([2013, 2022]).to_dict()["axis"]["values"]
    [2013, 2015, 2017, 2019, 2021]
    """
    first, last = int(min(years)), int(max(years))
    step = next(step for step in (1, 2, 5, 10, 20, 50) if (last - first) / step < 6)
    # Steps of five and more fall on round years; shorter ones count from the first year.
    start = first if step < 5 else -(-first // step) * step
    axis = alt.Axis(format="d", values=list(range(start, last + 1, step)), labelFlush=False)
    scale = alt.Scale(domain=[first, last], nice=False, zero=False)
    if room:
        scale.range = [0, alt.expr(f"width - {room}")]
    return alt.X(f"{field}:Q", title=title, axis=axis, scale=scale)


def end_labels(
    table: pd.DataFrame,
    x: str,
    y: str,
    name: str,
    *,
    height: int = 300,
    domain: tuple[float, float] | None = None,
    log: bool = False,
    text: str | None = None,
    colour: alt.Color | None = None,
    gap: int = 15,
) -> alt.Chart:
    """Return a layer with each line's name at its right end, moved apart where two would touch.

    Parameters
    ----------
    table : the rows of the lines.
    x, y, name : its columns; a line ends at its largest `x` with a value.
    height : of the chart, in pixels.
    domain : of the vertical axis; by default from zero, or from a smaller value, to the largest one (log:
        from the smallest).
    log : whether the vertical axis is logarithmic.
    text : a column to print instead of the name.
    colour : the lines' own colour encoding; the default is `place_colour`, or the theme's where `name`
        holds others than Beijing, Tianjin and Hebei.
    gap : the least distance of two labels, in pixels.

    Raises
    ------
    ValueError
        If no row has a value.
    """
    whole = table.dropna(subset=[x, y])
    if whole.empty:
        raise ValueError(f"table has no row with both {x} and {y}.")
    ends = whole.sort_values(x, kind="stable").groupby(name, sort=True).tail(1)
    ends = ends.sort_values([y, name], ascending=[False, True], kind="stable", ignore_index=True)
    low, high = domain or (whole[y].min() if log else min(0, whole[y].min()), whole[y].max())
    size = np.log if log else np.asarray
    share = (size(high) - size(ends[y])) / (size(high) - size(low)) if high > low else np.zeros(len(ends))
    at = np.asarray(share, dtype=float) * height
    ends = ends[list(dict.fromkeys([name, x, y, *([text] if text else [])]))].assign(
        dy=np.round(_apart(at, gap, height) - at, 1)
    )
    if colour is None:
        places = set(ends[name]) <= set(PLACES)
        colour = place_colour(name) if places else alt.Color(f"{name}:N", legend=None)
    return (
        alt.Chart(ends)
        .mark_text(align="left", dx=6, dy=alt.expr("datum.dy"))
        .encode(x=f"{x}:Q", y=f"{y}:Q", text=f"{text or name}:N", color=colour)
    )


def _apart(at: np.ndarray, gap: float, height: float) -> np.ndarray:
    """Positions in rising order at least `gap` apart, as near to the wanted ones as can be."""
    blocks: list[list[float]] = []  # mean of the wanted start, number of labels
    for wanted in at - gap * np.arange(len(at)):
        blocks.append([wanted, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            mean, count = blocks.pop()
            before = blocks[-1]
            blocks[-1] = [(before[0] * before[1] + mean * count) / (before[1] + count), before[1] + count]
    starts = np.repeat([mean for mean, _ in blocks], [int(count) for _, count in blocks])
    room = max(0, height - gap * (len(at) - 1))
    return np.clip(starts, 0, room) + gap * np.arange(len(at))


def reference_line(
    value: float,
    text: str = "",
    *,
    axis: Literal["x", "y"] = "y",
    end: Literal["start", "end"] = "start",
    side: Literal["before", "after"] = "before",
) -> alt.LayerChart:
    """Return a dashed line at a value, with its name.

    Parameters
    ----------
    value : where, in the units of the axis.
    text : its name.
    axis : `"y"` for a level line, `"x"` for an upright one.
    end : whether the name stands at the start of the line (left, or top) or at its end.
    side : on which side of the line: above or under a level one, left or right of an upright one.
    """
    rule = alt.Chart(alt.InlineData(values=[{"text": text}], name=f"line-{axis}-{value:g}"))
    before, first = side == "before", end == "start"
    where: dict[str, Any]
    look: dict[str, Any]
    if axis == "y":
        where = {"x": alt.value(0 if first else "width")}
        look = {"align": "left" if first else "right", "dx": 4 if first else -4, "dy": -8 if before else 9}
    else:
        where = {"y": alt.value(8 if first else "height")}
        look = {"align": "right" if before else "left", "dx": -5 if before else 5, "dy": 0 if first else -8}
    at: dict[str, Any] = {axis: alt.datum(value)}
    whole: Any = alt.layer(
        rule.mark_rule(strokeDash=[5, 4]).encode(**at),
        rule.mark_text(**look).encode(**at, **where, text="text:N"),
    )
    return whole


# Maps

# Longitudes and latitudes that every map of the region shows, on a phone too.
WINDOW = (113.0, 120.6, 35.5, 42.8)
_NEIGHBOURS = [
    ("Shanxi", 113.5, 39.55),
    ("Inner Mongolia", 119.2, 42.45),
    ("Liaoning", 120.05, 40.95),
    ("Shandong", 117.4, 36.75),
    ("Henan", 114.4, 35.75),
    ("Bohai Sea", 119.5, 38.75),
]
# Labels that would lie on another dot, label or border: to the right of their dot (1) or to the left (-1),
# and so many pixels down. The others stand above their dot.
_BESIDE = {
    "Beijing": (-1, -2),
    "Langfang": (1, -4),
    "Tianjin": (1, 6),
    "Handan": (1, 2),
    "Qinhuangdao": (-1, -9),
    "Cangzhou": (1, 4),
    "Tangshan": (1, 0),
}


def base_map(
    *layers: alt.Chart | alt.LayerChart,
    height: int = 430,
    width: int | Literal["container"] = "container",
    window: tuple[float, float, float, float] = WINDOW,
) -> alt.LayerChart:
    """Return a map: sea, neighbours, the 13 cities, then `layers`, on top a scale bar and the word 示意图.

    Parameters
    ----------
    layers : areas, lines, points and labels, from the lowest to the highest; more can be added with `+`.
    height, width : in pixels; a map fills its width, and shows more of the neighbours where that is wide.
    window : west, east, south and north in degrees: what is seen at any width.

    Raises
    ------
    ValueError
        If the window is empty or leaves the outlines (107 to 126 degrees east, 34 to 45.5 north).
    """
    west, east, south, north = window
    if not (107 <= west < east <= 126 and 34 <= south < north <= 45.5):
        raise ValueError(
            f"window must be west < east within 107 to 126, south < north within 34 to 45.5; got {window}."
        )
    part = alt.datum.id
    ground = (
        alt.Chart(data.shapes("surroundings"))
        .mark_geoshape(clip=True, strokeWidth=0.8)
        .encode(
            fill=alt.when(part == "sea")
            .then(alt.value(SEA))
            .when(part == "land")
            .then(alt.value(LAND))
            .otherwise(alt.value("transparent")),
            stroke=alt.when(part == "border").then(alt.value(OUTLINE)).otherwise(alt.value("transparent")),
        )
    )
    region = alt.Chart(data.shapes("prefectures")).mark_geoshape(
        clip=True, fill=REGION, stroke=OUTLINE, strokeWidth=0.6
    )
    inside = [n for n in _NEIGHBOURS if west < n[1] < east and south < n[2] < north]
    names = [_neighbour_names(inside)] if inside else []
    whole: Any = alt.layer(ground, region, *names, *layers, *_scale_bar(window), *_schematic())
    return whole.project(**_projection(window, width, height)).properties(width=width, height=height)


def _projection(window: Sequence[float], width: int | str, height: int) -> dict[str, Any]:
    west, east, south, north = window
    low, high = (math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) for lat in (south, north))
    middle = math.degrees(2 * math.atan(math.exp((low + high) / 2)) - math.pi / 2)
    across = "width" if width == "container" else str(width)
    fit = f"min({across} / {math.radians(east - west):.5f}, {height} / {high - low:.5f})"
    return {
        "type": "mercator",
        "center": [round((west + east) / 2, 4), round(middle, 4)],
        "scale": alt.expr(fit),
        "translate": alt.expr(f"[{across} / 2, {height / 2:g}]"),
    }


def _neighbour_names(names: list[tuple[str, float, float]]) -> alt.Chart:
    rows = [{"place": name, "lon": lon, "lat": lat} for name, lon, lat in names]
    return (
        alt.Chart(alt.InlineData(values=rows, name="neighbours"))
        .mark_text(fontSize=11, fontStyle="italic", opacity=0.75)
        .encode(longitude="lon:Q", latitude="lat:Q", text="place:N")
    )


def _scale_bar(window: Sequence[float]) -> list[alt.Chart]:
    west, east, south, north = window
    lat = south + (north - south) * 0.035
    degree_km = math.radians(1) * 6371.0088 * math.cos(math.radians(lat))
    km = max(
        nice for nice in (1, 2, 5, 10, 20, 50, 100, 200) if nice <= max(1, (east - west) * degree_km / 4)
    )
    end = east - (east - west) * 0.03
    start = end - km / degree_km
    row = {"lon": start, "end": end, "middle": (start + end) / 2, "lat": lat, "label": f"{km} km"}
    bar = alt.Chart(alt.InlineData(values=[row], name="scale"))
    return [
        bar.mark_rule(strokeWidth=2).encode(
            longitude="lon:Q", latitude="lat:Q", longitude2="end:Q", latitude2="lat:Q"
        ),
        *_haloed(bar.encode(longitude="middle:Q", latitude="lat:Q", text="label:N"), dy=-9),
    ]


def _schematic() -> list[alt.Chart]:
    note = alt.Chart(alt.InlineData(values=[{"note": "示意图 schematic map"}], name="schematic"))
    return _haloed(note.encode(x=alt.value(6), y=alt.value(11), text="note:N"), align="left")


def _haloed(words: alt.Chart, halo: str = LAND, ink: str | None = None, **look: Any) -> list[alt.Chart]:
    """Words twice, since an outline is drawn over its own letters."""
    around = {"stroke": halo, "strokeWidth": 3, "strokeOpacity": 0.85, "strokeJoin": "round"}
    given = {"fill": ink} if ink else {}
    return [words.mark_text(**{"fontSize": 11, **look, **part}) for part in (around, given)]


def choropleth(
    table: pd.DataFrame,
    key: str,
    value: str,
    *,
    title: str,
    outlines: Literal["prefectures", "counties"] = "prefectures",
    limits: Sequence[float] | None = None,
    scheme: Any = "yellowgreenblue",
    middle: float | None = None,
    format: str = ",.0f",
    tooltip: Sequence[str] = (),
) -> alt.Chart:
    """Return a layer of areas filled by a value, for `base_map`.

    Fill by an intensity (per km², per head, per cent), not by a total.

    Parameters
    ----------
    table : one row an area.
    key : its column with the city's or the county's code.
    value : its column with the value; areas without one keep the colour of the base.
    title : of the legend, with the unit.
    outlines : whose areas.
    limits : borders of classes, rising; each class holds its lower one; continuous without.
    scheme : a colour scheme of Vega; a diverging one for values around `middle`.
    middle : the value in the middle of a continuous diverging scheme.
    format : of the numbers in the legend.
    tooltip : further columns to show under the pointer.

    Raises
    ------
    ValueError
        If no code of the table is a code of the outlines, or if a value lies outside the limits.
    """
    source = data.shapes(outlines)
    known = {shape["id"] for shape in source["values"]["objects"][outlines]["geometries"]}
    rows = table[list(dict.fromkeys([key, *tooltip, value]))].dropna(subset=[value]).reset_index(drop=True)
    if not rows[key].isin(known).any():
        raise ValueError(f"no {key} of the table is a code of the outlines '{outlines}'.")
    shown = [*tooltip, alt.Tooltip(f"{value}:Q", title=title, format=format)]
    if limits is None:
        scale = alt.Scale(scheme=scheme) if middle is None else alt.Scale(scheme=scheme, domainMid=middle)
        legend = alt.Legend(gradientLength=200, format=format, titleLimit=320)
        fill = alt.Color(f"{value}:Q", title=title, scale=scale, legend=legend)
    else:
        bands = class_names(limits, format)
        cut = pd.cut(rows[value], list(limits), labels=bands, right=False)
        if cut.isna().any():
            raise ValueError(f"a value of {value} lies outside the limits {limits[0]} to {limits[-1]}.")
        rows = rows.assign(band=cut.astype(str))
        scale = alt.Scale(domain=bands, scheme=scheme)
        legend = alt.Legend(columns=3, symbolType="square", symbolStrokeWidth=0, titleLimit=320)
        fill = alt.Color("band:O", title=title, sort=bands, scale=scale, legend=legend)
    return (
        alt.Chart(rows)
        .mark_geoshape(clip=True, stroke="white", strokeWidth=0.4 if outlines == "counties" else 0.8)
        .encode(shape="outline:G", color=fill, tooltip=shown)
        .transform_lookup(lookup=key, as_="outline", from_=alt.LookupData(data=source, key="id"))
    )


def class_names(limits: Sequence[float], format: str = ",.0f") -> list[str]:
    """Return the names of the classes between rising limits; the outermost may be infinite.

    >>> class_names([0, 100, 500, float("inf")])
    ['0 to 100', '100 to 500', 'over 500']
    >>> class_names([-5, 0, 5])
    ['−5 to 0', '0 to 5']
    """
    low, high = limits[0], limits[-1]
    names = [
        f"under {end:{format}}"
        if start == low and math.isinf(low)
        else f"over {start:{format}}"
        if end == high and math.isinf(high)
        else f"{start:{format}} to {end:{format}}"
        for start, end in pairwise(limits)
    ]
    return [name.replace("-", "\u2212") for name in names]


def borders(outlines: Literal["prefectures", "counties"] = "prefectures") -> alt.Chart:
    """Return a layer with the borders of cities only, for the top of a map of counties."""
    return alt.Chart(data.shapes(outlines)).mark_geoshape(
        clip=True, filled=False, stroke="#555555", strokeWidth=1.1
    )


def city_labels(
    cities: Iterable[str] | pd.DataFrame | None = None,
    *,
    text: str = "city",
    on: Literal["land", "fill"] = "land",
    dots: bool = True,
) -> alt.LayerChart:
    """Return a layer with names of cities at their centres, each with a halo that keeps it legible.

    Parameters
    ----------
    cities : names; or a table with the columns `city` and `text`; all 13 by default.
    text : the column of that table to print.
    on : `"land"` for a base map, in the colour of the page's text; `"fill"` for dark on a light halo, legible
        over the areas of a choropleth, on a dark page too.
    dots : whether the place of the city is marked, and its name stands beside; else the name is centred.

    Raises
    ------
    ValueError
        If a city is none of the 13.
    """
    known = data.load("cities")[["city", "longitude", "latitude"]]
    if cities is None:
        cities = known["city"]
    table = cities if isinstance(cities, pd.DataFrame) else pd.DataFrame({"city": list(cities)})
    if strange := sorted(set(table["city"]) - set(known["city"])):
        raise ValueError(f"{', '.join(strange)}: none of the 13 cities.")
    columns = list(dict.fromkeys(["city", text]))
    rows = table[columns].merge(known, on="city", how="left")
    ink, halo = ("#1f2933", "#ffffff") if on == "fill" else (None, REGION)
    beside = [_BESIDE.get(city, (0, -11)) if dots else (0, 0) for city in rows["city"]]
    rows = rows.assign(
        align=[{-1: "right", 0: "center", 1: "left"}[side] for side, _ in beside],
        dx=[7 * side for side, _ in beside],
        dy=[down for _, down in beside],
    )
    base = alt.Chart(rows).encode(longitude="longitude:Q", latitude="latitude:Q")
    look: dict[str, Any] = {part: alt.expr(f"datum.{part}") for part in ("align", "dx", "dy")}
    layers = _haloed(base.encode(text=f"{text}:N"), halo, ink, **look)
    if dots:
        layers.insert(
            0, base.mark_circle(size=30, opacity=1, fill=ink or OUTLINE, stroke=halo, strokeWidth=1)
        )
    whole: Any = alt.layer(*layers)
    return whole


# How the book stores a chart


def _stored_form(spec: dict) -> dict:
    """The chart as its own specification: no script, no random id, no digit that depends on the processor."""
    return {CHART_MIME: rounded(spec), "text/plain": spec.get("description", "A chart without a description")}


# A student's own notebook draws charts with Altair's default renderer; only where the book is
# made is the specification itself stored.
if os.environ.get("JINGJINJI_BOOK"):
    alt.renderers.register("book", _stored_form)
    alt.renderers.enable("book")
