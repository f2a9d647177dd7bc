"""Parts of charts: year axes, reference lines and the map."""

import json
from pathlib import Path

import altair as alt
import numpy as np
from still_charts.shared import render_chart

from book import palette
from jingjinji import charts, data

ROOT = Path(__file__).parents[2]


def test_the_map_is_small_follows_the_palette_and_lists_only_areas():
    areas = data.load("county_population").assign(density=lambda t: t["population_2010"] / t["area_km2"])
    areas = areas[["county_code", "density"]]
    outlines = alt.LookupData(data=data.shapes("counties"), key="id")
    classes = alt.Chart(areas).transform_lookup(lookup="county_code", as_="outline", from_=outlines)
    fill = classes.mark_geoshape(clip=True).encode(shape="outline:G", color="density:Q")
    density_map = json.loads(charts.base_map(fill, charts.borders(), height=500).to_json())
    assert len(json.dumps(density_map)) < 150_000
    html = render_chart({**density_map, "title": "t", "description": "d"}, palette.map_chart_colours(ROOT))
    assert html.count("<svg") == 1
    for part in ("map-land", "map-sea", "map-region"):
        assert f"var(--{part}" in html
    assert "示意图" in html and " km<" in html
    columns = {column for rows in density_map["datasets"].values() for column in rows[0]}
    assert "density" in columns and not columns & {"place", "note", "label"}


def test_the_scale_bar_has_its_length():
    scale = [layer for layer in charts.base_map().layer if getattr(layer.data, "name", "") == "scale"]
    bar = scale[0].data.values[0]
    degree = np.radians(1) * 6371.0088 * np.cos(np.radians(bar["lat"]))
    assert f"{(bar['end'] - bar['lon']) * degree:.0f} km" == bar["label"]


def test_places_keep_their_colours():
    alone, beside = (charts.place_colour("place", *more).to_dict()["scale"] for more in ((), ("Region",)))
    assert alone["domain"] == ["Beijing", "Tianjin", "Hebei"]
    assert beside["range"][:3] == alone["range"] and len(set(beside["range"])) == 4
