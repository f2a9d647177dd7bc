"""The house look of charts: theme, colours, what the book stores, and parts used again and again.

Parts are layers; they join with `+`, so a chart stays one that the reader can take apart. A map is the
base around its layers; it fixes size and projection (no `project`, no `width` afterwards). The caption of a
map names the source of its outlines: © OpenStreetMap contributors, ODbL 1.0; sea: Natural Earth.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import altair as alt
from plain_answers.rounding import rounded

from jingjinji import data, defaults

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
    >>> chart = alt.Chart().mark_point().add_params(speed)
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
    >>> hold(alt.Chart().mark_point().add_params(yuan), "yuan").usermeta
    {'hold': ['yuan']}
    """
    return chart.properties(usermeta={"hold": list(controls)})


# Parts of charts along time


def year_axis(years: Iterable[int]) -> alt.X:
    """Return a horizontal axis of the column `year`, from the first to the last, with at most six labels.

    Parameters
    ----------
    years : the years of the table; only the first and the last matter.

    >>> year_axis([2013, 2022]).to_dict()["axis"]["values"]
    [2013, 2015, 2017, 2019, 2021]
    """
    first, last = int(min(years)), int(max(years))
    step = next(step for step in (1, 2, 5, 10, 20, 50) if (last - first) / step < 6)
    # Steps of five and more fall on round years; shorter ones count from the first year.
    start = first if step < 5 else -(-first // step) * step
    axis = alt.Axis(format="d", values=list(range(start, last + 1, step)), labelFlush=False)
    scale = alt.Scale(domain=[first, last], nice=False, zero=False)
    return alt.X("year:Q", title=defaults.YEAR, axis=axis, scale=scale)


def reference_line(
    value: float,
    text: str = "",
    *,
    axis: Literal["x", "y"] = "y",
    side: Literal["before", "after"] = "before",
) -> alt.LayerChart:
    """Return a dashed line at a value, with its name.

    Parameters
    ----------
    value : where, in the units of the axis.
    text : its name, at the left or the top.
    axis : `"y"` for a level line, `"x"` for an upright one.
    side : on which side of the line: above or under a level one, left or right of an upright one.
    """
    rule = alt.Chart(alt.InlineData(values=[{"text": text}], name=f"line-{axis}-{value:g}"))
    before = side == "before"
    where: dict[str, Any]
    look: dict[str, Any]
    if axis == "y":
        where = {"x": alt.value(0)}
        look = {"align": "left", "dx": 4, "dy": -8 if before else 9}
    else:
        where = {"y": alt.value(8)}
        look = {"align": "right" if before else "left", "dx": -5 if before else 5, "dy": 0}
    at: dict[str, Any] = {axis: alt.datum(value)}
    whole: Any = alt.layer(
        rule.mark_rule(strokeDash=[5, 4]).encode(**at),
        rule.mark_text(**look).encode(**at, **where, text="text:N"),
    )
    return whole


# Maps

# Longitudes and latitudes that every map of the region shows, on a phone too.
WINDOW = (113.0, 120.6, 35.5, 42.8)
SCALE_KM = 100
_NEIGHBOURS = [
    ("Shanxi", 113.5, 39.55),
    ("Inner Mongolia", 119.2, 42.45),
    ("Liaoning", 120.05, 40.95),
    ("Shandong", 117.4, 36.75),
    ("Henan", 114.4, 35.75),
    ("Bohai Sea", 119.5, 38.75),
]


def base_map(*layers: alt.Chart | alt.LayerChart, height: int = 430) -> alt.LayerChart:
    """Return a map: sea, neighbours, the 13 cities, then `layers`, on top a scale bar and the word 示意图.

    Parameters
    ----------
    layers : areas, lines, points and labels, from the lowest to the highest; more can be added with `+`.
    height : in pixels; a map fills its width, and shows more of the neighbours where that is wide.
    """
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
    whole: Any = alt.layer(ground, region, _neighbour_names(), *layers, *_scale_bar(), *_schematic())
    return whole.project(**_projection(height)).properties(width="container", height=height)


def _projection(height: int) -> dict[str, Any]:
    west, east, south, north = WINDOW
    low, high = (math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) for lat in (south, north))
    middle = math.degrees(2 * math.atan(math.exp((low + high) / 2)) - math.pi / 2)
    fit = f"min(width / {math.radians(east - west):.5f}, {height} / {high - low:.5f})"
    return {
        "type": "mercator",
        "center": [round((west + east) / 2, 4), round(middle, 4)],
        "scale": alt.expr(fit),
        "translate": alt.expr(f"[width / 2, {height / 2:g}]"),
    }


def _neighbour_names() -> alt.Chart:
    rows = [{"place": name, "lon": lon, "lat": lat} for name, lon, lat in _NEIGHBOURS]
    return (
        alt.Chart(alt.InlineData(values=rows, name="neighbours"))
        .mark_text(fontSize=11, fontStyle="italic", opacity=0.75)
        .encode(longitude="lon:Q", latitude="lat:Q", text="place:N")
    )


def _scale_bar() -> list[alt.Chart]:
    west, east, south, north = WINDOW
    lat = south + (north - south) * 0.035
    degree_km = math.radians(1) * 6371.0088 * math.cos(math.radians(lat))
    end = east - (east - west) * 0.03
    start = end - SCALE_KM / degree_km
    row = {"lon": start, "end": end, "middle": (start + end) / 2, "lat": lat, "label": f"{SCALE_KM} km"}
    bar = alt.Chart(alt.InlineData(values=[row], name="scale"))
    return [
        bar.mark_rule(strokeWidth=2).encode(
            longitude="lon:Q", latitude="lat:Q", longitude2="end:Q", latitude2="lat:Q"
        ),
        *_haloed(bar.encode(longitude="middle:Q", latitude="lat:Q", text="label:N"), dy=-9),
    ]


def _schematic() -> list[alt.Chart]:
    note = alt.Chart(alt.InlineData(values=[{"note": defaults.SCHEMATIC}], name="schematic"))
    return _haloed(note.encode(x=alt.value(6), y=alt.value(11), text="note:N"), align="left")


def _haloed(words: alt.Chart, **look: Any) -> list[alt.Chart]:
    """Words twice, since an outline is drawn over its own letters."""
    around = {"stroke": LAND, "strokeWidth": 3, "strokeOpacity": 0.85, "strokeJoin": "round"}
    return [words.mark_text(**{"fontSize": 11, **look, **part}) for part in (around, {})]


def borders() -> alt.Chart:
    """Return a layer with the borders of cities only, for the top of a map of counties."""
    return alt.Chart(data.shapes("prefectures")).mark_geoshape(
        clip=True, filled=False, stroke="#555555", strokeWidth=1.1
    )


# How the book stores a chart


def _stored_form(spec: dict) -> dict:
    """The chart as its own specification: no script, no random id, no digit that depends on the processor."""
    return {CHART_MIME: rounded(spec), "text/plain": spec.get("description", defaults.UNTOLD)}


# A student's own notebook draws charts with Altair's default renderer; only where the book is
# made is the specification itself stored.
if os.environ.get("JINGJINJI_BOOK"):
    alt.renderers.register("book", _stored_form)
    alt.renderers.enable("book")
