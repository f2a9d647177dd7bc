"""Parts of charts: year axes, reference lines and the map."""

import json
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest
from still_charts.shared import render_chart

from book import palette
from jingjinji import charts, data

ROOT = Path(__file__).parents[2]


def test_the_map_is_small_follows_the_palette_and_lists_only_areas():
    areas = data.load("county_population").assign(
        density=lambda t: t["population_2010"] / t["area_km2"]
    )
    areas = areas[["county_code", "density"]]
    outlines = alt.LookupData(data=data.shapes("counties"), key="id")
    classes = alt.Chart(areas).transform_lookup(lookup="county_code", as_="outline", from_=outlines)
    fill = classes.mark_geoshape(clip=True).encode(shape="outline:G", color="density:Q")
    density_map = json.loads(charts.base_map(fill, charts.borders(), height=500).to_json())
    assert len(json.dumps(density_map)) < 150_000
    html = render_chart(
        {**density_map, "title": "t", "description": "d"}, palette.map_chart_colours(ROOT)
    )
    assert html.count("<svg") == 1
    for part in ("map-land", "map-sea", "map-region"):
        assert f"var(--{part}" in html
    assert "示意图" in html and " km<" in html
    columns = {column for rows in density_map["datasets"].values() for column in rows[0]}
    assert "density" in columns and not columns & {"place", "note", "label"}


def test_the_scale_bar_has_its_length():
    scale = [
        layer for layer in charts.base_map().layer if getattr(layer.data, "name", "") == "scale"
    ]
    bar = scale[0].data.values[0]
    degree = np.radians(1) * 6371.0088 * np.cos(np.radians(bar["lat"]))
    assert f"{(bar['end'] - bar['lon']) * degree:.0f} km" == bar["label"]


def test_places_keep_their_colours():
    alone, beside = (
        charts.place_colour("place", *more).to_dict()["scale"] for more in ((), ("Region",))
    )
    assert alone["domain"] == ["Beijing", "Tianjin", "Hebei"]
    assert beside["range"][:3] == alone["range"] and len(set(beside["range"])) == 4


def test_a_chart_that_can_be_chosen_from_shows_the_whole_and_keeps_its_looks():
    table = pd.DataFrame({"year": [2015, 2016] * 2, "place": list("bbaa"), "gdp": [1, 2, 3, 4]})
    base = alt.Chart(table).encode(x=alt.X("year:Q").axis(format="d"), y="gdp:Q", color="place:N")
    lines = base.mark_line() + charts.at_ends(base, "place", "year") + charts.reference_line(2)
    chosen = charts.choose(charts.hold(lines), "place", "year")
    assert charts.hold(chosen).usermeta.keys() == {"choose", "hold"}
    spec = chosen.to_dict()
    assert [param["value"] for param in spec["params"]] == [None, 2015, 2016]
    line, ends, rule = spec["layer"]
    assert line["transform"] == ends["transform"][:2] and "transform" not in rule
    assert line["encoding"]["color"]["scale"]["domain"] == ["a", "b"]
    assert line["encoding"]["x"]["axis"] == {"format": "d", "tickMinStep": 1}
    assert "transform" not in lines.to_dict()["layer"][0], "the chart that was given stays as it is"
    dated = table.assign(day=pd.to_datetime(table["year"].astype(str)))
    by_day = charts.choose(base.mark_line().properties(data=dated), years="day")
    assert by_day.usermeta["choose"]["years"] == [2015, 2016]
    with pytest.raises(ValueError, match="no table of the chart has a column 'port'"):
        charts.choose(lines, "port")
