"""Charts of the book: theme, colours, reusable parts, and the form in which the book stores a
chart.

Parts are layers that join with `+`. `base_map` puts layers on a map and sets its size and
projection, so do not call `project` or set `width` afterwards. The caption of a map names the
source of its outlines: © OpenStreetMap contributors, ODbL 1.0; sea: Natural Earth.
"""

import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import altair as alt
import pandas as pd
from plain_answers.rounding import rounded

from jingjinji import data, defaults

PLACES = ("Beijing", "Tianjin", "Hebei")
CHART_MIME = f"application/vnd.vegalite.{alt.SCHEMA_VERSION.partition('.')[0]}+json"

# data/palette.csv gives the purpose of each colour; the book's style sheet maps them to dark mode.
_PALETTE = data.load("palette").set_index("name")["light"]
CATEGORY_COLOURS = _PALETTE.filter(regex=r"^chart-\d").tolist()
LAND, SEA, REGION, OUTLINE = _PALETTE[["map-land", "map-sea", "map-region", "map-line"]]
RAMP = _PALETTE.filter(regex="^map-step").tolist()  # the classes of a map, from few to many
TEXT, MUTED = _PALETTE[["chart-text", "chart-muted"]]


@alt.theme.register("jingjinji", enable=True)
def _theme() -> Any:
    """The style of charts in CONTRIBUTING.md, as far as a theme can have it."""
    text = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    apart = {"labelLimit": 150, "labelOverlap": "parity", "labelSeparation": 8}
    above = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleBaseline": "bottom"}
    return {
        "config": {
            "view": {"stroke": None},
            "axis": {**text, **apart},
            "axisX": {"grid": False, "tickCount": 6},
            "axisXDiscrete": {"labelAngle": 0},
            # The unit stands above the axis, as a subtitle does.
            "axisY": {
                "domain": False,
                "ticks": False,
                "labelPadding": 6,
                **above,
                "titleX": -28,
                "titleY": -10,
            },
            "legend": {**text, "orient": "top", "offset": 30, "columns": 3, "titleLimit": 300},
            "title": {"anchor": "start", "fontSize": 15, "subtitleFontSize": 12},
            "header": text,
            "mark": {"color": CATEGORY_COLOURS[4]},
            "text": {"fontSize": 12, "color": TEXT},
            "rule": {"color": MUTED},
            "line": {"strokeWidth": 2.5},
            # Not the colours of places, which `place_colour` gives.
            "range": {"category": [*CATEGORY_COLOURS[4:], CATEGORY_COLOURS[3]]},
        }
    }


def place_colour(field: str = "province", *others: str) -> alt.Color:
    """Return a colour encoding by place: Beijing, Tianjin and Hebei have the same colours in every
    chart.

    `others` are further values of the field, such as "Region", which get the next colours. Charts
    label places directly, so there is no legend.
    """
    domain = [*PLACES, *others]
    scale = alt.Scale(domain=domain, range=CATEGORY_COLOURS[: len(domain)])
    return alt.Color(f"{field}:N", scale=scale, legend=None)


def follow(chart: Any, controls: Sequence[str], texts: Mapping[Any, tuple[str, str]]) -> Any:
    """Return the chart with a title and a description for each state of its controls.

    The chart's own `title` and `description` are those of its initial state, which notebooks show.

    Parameters
    ----------
    chart : an Altair chart with parameters that the reader sets.
    controls : names of these parameters, in the order of the keys of `texts`.
    texts : title and description by the value of the control, or by a tuple with a value for each
        control,
        else a ValueError.

    >>> speed = alt.param(name="speed", value=20, bind=alt.binding_radio(options=[20, 50]))
    >>> chart = alt.Chart().mark_point().add_params(speed)
    >>> texts = {20: ("Slow at 20", "..."), 50: ("Quick at 50", "...")}
    >>> follow(chart, ["speed"], texts).usermeta["follow"]["controls"]
    ['speed']
    """
    states = {}
    for key, title_and_description in texts.items():
        values = list(key) if isinstance(key, tuple) else [key]
        if len(values) != len(controls):
            raise ValueError(
                f"{key} has {len(values)} values for the controls {', '.join(controls)}."
            )
        # Like the page's script, which writes 1.0 as 1.
        values = [int(v) if isinstance(v, float) and v == int(v) else v for v in values]
        states[json.dumps(values, separators=(",", ":"), ensure_ascii=False)] = list(
            title_and_description
        )
    return _note(chart, follow={"controls": list(controls), "texts": states})


def hold(chart: Any, *controls: str) -> Any:
    """Return the chart, marked as having a title and a description that are true in all states.

    For a finding that holds in every state, or if there are too many states for `follow`.

    Parameters
    ----------
    chart : an Altair chart with parameters that the reader sets.
    controls : names of these parameters.

    >>> yuan = alt.param(name="yuan", value=1, bind=alt.binding_range(min=1, max=2))
    >>> hold(alt.Chart().mark_point().add_params(yuan), "yuan").usermeta
    {'hold': ['yuan']}
    """
    return _note(chart, hold=list(controls))


def choose(chart: Any, places: str = "", years: str = "", noun: str = "places") -> Any:
    """Return the chart, of which readers of the book can choose places and years; notebooks show
    the whole.

    Each layer whose table has the column shows what is chosen, so do labels; see `at_ends` for
    names at the ends of lines. Colours by place stay. The title speaks of the whole, and the page
    says so. Call it last, before `properties`, on charts that compute nothing over the places or
    years left out.

    `ValueError` if no table of the chart has such a column.

    Parameters
    ----------
    chart : an Altair chart, also of layers or side by side, whose tables are data frames.
    places : column of names; "" to offer no places.
    years : column of years, as whole numbers or dates; "" to offer no years.
    noun : what the places are, in the plural.

    >>> table = pd.DataFrame({"year": [2015, 2016], "port": ["Tianjin", "Tangshan"]})
    >>> chosen = choose(alt.Chart(table).mark_point(), "port", "year", noun="ports")
    >>> chosen.usermeta["choose"]["places"]
    ['Tianjin', 'Tangshan']
    """
    chart = chart.copy()
    found = {field: pd.Series(dtype=object) for field in (places, years) if field}
    leaves = [(leaf, table) for leaf, table in _list_leaves(chart) if table is not None]
    for field in found:
        columns = [table[field] for _, table in leaves if field in table]
        if not columns:
            raise ValueError(f"no table of the chart has a column {field!r}.")
        found[field] = pd.concat(columns).dropna().drop_duplicates()
    names = found.get(places)
    when = found.get(years)
    year = f"datum[{years!r}]"
    if when is not None and not pd.api.types.is_numeric_dtype(when):
        when = pd.to_datetime(when).dt.year.drop_duplicates()
        year = f"year({year})"
    params = [] if names is None else [alt.param(name="places", value=None)]
    options = {} if names is None else {"places": names.tolist()}
    rules = {places: f"!places || indexof(places, datum[{places!r}]) >= 0"}
    if when is not None:
        options["years"] = sorted(map(int, when))
        params += [
            alt.param(name=end, value=options["years"][at]) for end, at in (("from", 0), ("to", -1))
        ]
        rules[years] = f"{year} >= from && {year} <= to"
    for leaf, table in leaves:
        ours = [alt.FilterTransform(filter=rules[field]) for field in found if field in table]
        if ours:
            leaf.transform = [*ours, *([] if leaf.transform is alt.Undefined else leaf.transform)]
        _keep_looks(leaf.encoding, places, options.get("places", []), years)
    kinds = {field: kind for field, kind in ((places, "places"), (years, "years")) if field}
    return _note(chart.add_params(*params), choose=options | {"columns": kinds, "noun": noun})


def at_ends(lines: Any, places: str, years: str, named: Sequence[str] = (), **look: Any) -> Any:
    """Return names at the ends of the lines of a chart for `choose`: they follow the last year
    shown.

    Parameters
    ----------
    lines : a chart with the positions of the lines, and the table of all years.
    places, years : its columns, as `choose` takes them.
    named : the places that are named in the whole chart, by default all; those that a reader
        chooses are.
    look : as in `mark_text`.
    """
    if named:
        lines = lines.transform_filter(
            f"places || indexof({list(named)!r}, datum[{places!r}]) >= 0"
        )
    last = lines.transform_joinaggregate(end=f"max({years})", groupby=[places])
    ends = last.transform_filter(f"datum[{years!r}] == datum.end").mark_text(**look)
    return ends.encode(text=f"{places}:N")


def _note(chart: Any, **entries: Any) -> Any:
    """Return the chart with more entries of `usermeta`, which the book reads."""
    known = {} if chart.usermeta is alt.Undefined else chart.usermeta
    return chart.properties(usermeta=known | entries)


def _list_leaves(chart: Any, table: Any = None) -> Iterator[tuple[Any, pd.DataFrame | None]]:
    """List the single charts in a chart, each with the data frame that it draws."""
    if chart.data is not alt.Undefined:
        table = chart.data if isinstance(chart.data, pd.DataFrame) else None
    inside = [
        getattr(chart, name, alt.Undefined)
        for name in ("layer", "hconcat", "vconcat", "concat", "spec")
    ]
    parts = [part for part in inside if part is not alt.Undefined]
    for part in parts:
        for single in part if isinstance(part, list) else [part]:
            yield from _list_leaves(single, table)
    if not parts:
        yield chart, table


def _keep_looks(encoding: Any, places: str, options: Sequence[Any], years: str) -> None:
    """Keep the colour of each place as others leave, and ticks at whole years where few are shown.

    What the author set stays, and so does that a scale or an axis is not wanted.
    """
    channels = ("color", "fill", "stroke", "strokeDash", "shape", "x", "y")
    for channel in channels if encoding is not alt.Undefined else ():
        look: Any = encoding[channel]
        added: dict[str, Any] = {}
        field, _, kind = str(getattr(look, "shorthand", None)).partition(":")
        part = "axis" if channel in ("x", "y") else "scale"
        if part == "axis" and field == years and kind == "Q":
            added = {"tickMinStep": 1}
        elif part == "scale" and field == places:
            listed = look["sort"] if isinstance(look["sort"], list) else []
            order = options if look["sort"] is None else sorted(options)
            added = {"domain": list(dict.fromkeys([*listed, *order]))}
        if added and (given := look[part]) is not None:
            given = {} if given is alt.Undefined else given
            look[part] = added | (given if isinstance(given, dict) else given.to_dict())


# Parts of charts along time


def reference_line(
    value: float,
    text: str = "",
    *,
    axis: Literal["x", "y"] = "y",
    side: Literal["before", "after"] = "before",
) -> alt.LayerChart:
    """Return a dashed line at a value, with a label.

    Parameters
    ----------
    value : position, in the units of the axis.
    text : label, at the left or the top.
    axis : `"y"` for a horizontal line, `"x"` for a vertical one.
    side : side of the line for the label: `"before"` is above or left, `"after"` below or right.
    """
    base = alt.Chart(alt.InlineData(values=[{"text": text}], name=f"line-{axis}-{value:g}"))
    before = side == "before"
    look: dict[str, Any] = {"align": "left", "dx": 4, "dy": -8 if before else 9}
    start: dict[str, Any] = {"x": alt.value(0)}
    if axis == "x":
        look = {"align": "right" if before else "left", "dx": -5 if before else 5, "dy": 0}
        start = {"y": alt.value(8)}
    position: dict[str, Any] = {axis: alt.datum(value)}
    line = base.mark_rule(strokeDash=[5, 4], aria=False).encode(**position)
    whole: Any = alt.layer(line, base.mark_text(**look).encode(**position, **start, text="text:N"))
    return whole


# Maps

# West, east, south and north limits that every map of the region shows, including on a phone.
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
    """Return a map of sea, neighbours, the 13 cities and `layers`, with a scale bar and the word
    示意图.

    Parameters
    ----------
    layers : areas, lines, points and labels, from bottom to top; more can be added with `+`.
    height : height in pixels; a map fills the width of the page, and shows more neighbours if that
        is wide.
    """
    part = alt.datum.id
    none = alt.value("transparent")
    fill = (
        alt.when(part == "sea")
        .then(alt.value(SEA))
        .when(part == "land")
        .then(alt.value(LAND))
        .otherwise(none)
    )
    stroke = alt.when(part == "border").then(alt.value(OUTLINE)).otherwise(none)
    surroundings = alt.Chart(data.shapes("surroundings")).mark_geoshape(clip=True, strokeWidth=0.8)
    ground = surroundings.encode(fill=fill, stroke=stroke)
    region = alt.Chart(data.shapes("prefectures")).mark_geoshape(
        clip=True, fill=REGION, stroke=OUTLINE, strokeWidth=0.6
    )
    note = alt.Chart(alt.InlineData(values=[{"note": defaults.SCHEMATIC}], name="schematic"))
    schematic = names(note.encode(x=alt.value(6), y=alt.value(11), text="note:N"), align="left")
    whole: Any = alt.layer(ground, region, _neighbour_names(), *layers, *_scale_bar(), schematic)
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
        .mark_text(fontSize=12, fontStyle="italic", opacity=0.75)
        .encode(longitude="lon:Q", latitude="lat:Q", text="place:N")
    )


def _scale_bar() -> list[alt.Chart | alt.LayerChart]:
    west, east, south, north = WINDOW
    lat = south + (north - south) * 0.035
    degree_km = math.radians(1) * 6371.0088 * math.cos(math.radians(lat))
    end = east - (east - west) * 0.03
    start = end - SCALE_KM / degree_km
    row = {
        "lon": start,
        "end": end,
        "middle": (start + end) / 2,
        "lat": lat,
        "label": f"{SCALE_KM} km",
    }
    bar = alt.Chart(alt.InlineData(values=[row], name="scale"))
    return [
        bar.mark_rule(strokeWidth=2).encode(
            longitude="lon:Q", latitude="lat:Q", longitude2="end:Q", latitude2="lat:Q"
        ),
        names(bar.encode(longitude="middle:Q", latitude="lat:Q", text="label:N"), dy=-9),
    ]


def names(text: alt.Chart, **look: Any) -> alt.LayerChart:
    """Return texts with an outline, which are read on any ground, in the light and in the dark.

    Parameters
    ----------
    text : a chart that encodes where its texts stand and what they say.
    look : properties of `mark_text`, such as `align`, `dx` and `dy`.

    >>> cities = alt.Chart().encode(longitude="lon:Q", latitude="lat:Q", text="city:N")
    >>> len(names(cities, dy=-8).layer)
    2
    """
    # Two texts, since an outline covers the letters that it belongs to.
    outline = {"stroke": LAND, "strokeWidth": 3, "strokeOpacity": 0.85, "strokeJoin": "round"}
    whole: Any = alt.layer(
        *(text.mark_text(**{"fontSize": 12, **look, **part}) for part in (outline, {}))
    )
    return whole


def borders() -> alt.Chart:
    """Return a layer with the borders of cities, for the top of a map of counties."""
    return alt.Chart(data.shapes("prefectures")).mark_geoshape(
        clip=True, filled=False, stroke=_PALETTE["map-border"], strokeWidth=1.2
    )


# The form in which the book stores a chart


def _stored_form(spec: dict) -> dict:
    """Return the specification without script and random ids, rounded to be equal on all
    processors."""
    return {CHART_MIME: rounded(spec), "text/plain": spec.get("description", defaults.UNTOLD)}


# Students' notebooks draw charts with Altair's default renderer; the book stores specifications.
if os.environ.get("JINGJINJI_BOOK"):
    alt.renderers.register("book", _stored_form)
    alt.renderers.enable("book")
