"""Parts of charts: labels keep apart, axes show whole years, maps stay small and follow the page."""

import json
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert
from still_charts.shared import render_chart

from book import palette
from jingjinji import charts, data
from tests.library.refused import refused

ROOT = Path(__file__).parents[2]

LINES = pd.DataFrame({
    "year": [2013, 2022] * 3,
    "place": ["A", "A", "B", "B", "C", "C"],
    "value": [5.0, 10.0, 6.0, 9.9, 1.0, 2.0],
})  # fmt: skip
MAPS = {
    "base": lambda: charts.base_map(charts.city_labels()),
    "cities": lambda: charts.base_map(density("city_code", "prefectures"), charts.city_labels(on="fill")),
    "counties": lambda: charts.base_map(density("county_code", "counties"), charts.borders(), height=500),
    "part": lambda: charts.base_map(width=342, window=(115, 118, 38.5, 40.5)),
}


def density(key, outlines):
    units = data.load("county_population").groupby(key)[["population_2010", "area_km2"]].sum().reset_index()
    units["density"] = units["population_2010"] / units["area_km2"]
    limits = [0, 200, 500, 1000, np.inf]
    return charts.choropleth(units, key, "density", title="per km²", outlines=outlines, limits=limits)


@pytest.mark.parametrize("name", MAPS)
def test_a_map_is_small_and_drawn_once(name):
    spec = json.loads(MAPS[name]().to_json())
    assert len(json.dumps(spec)) < 150_000
    html = render_chart({**spec, "title": "t", "description": "d"}, palette.map_chart_colours(ROOT))
    assert html.count("<svg") == 1
    for part in ("map-land", "map-sea", "map-region"):
        assert f"var(--{part}" in html
    assert "示意图" in html and " km<" in html


def test_the_table_of_a_map_has_areas_and_no_ground():
    spec = json.loads(MAPS["cities"]().to_json())
    columns = {column for rows in spec["datasets"].values() for column in rows[0]}
    assert "density" in columns and not columns & {"place", "note", "label"}


def test_the_scale_bar_has_its_length():
    scale = [layer for layer in charts.base_map().layer if getattr(layer.data, "name", "") == "scale"]
    bar = scale[0].data.values[0]
    degree = np.radians(1) * 6371.0088 * np.cos(np.radians(bar["lat"]))
    assert f"{(bar['end'] - bar['lon']) * degree:.0f} km" == bar["label"]


def test_classes_hold_their_lower_border():
    table = pd.DataFrame({"city_code": ["110000", "120000"], "x": [100.0, 99.9]})
    layer = charts.choropleth(table, "city_code", "x", title="x", limits=[0, 100, 200])
    assert list(layer.data["band"]) == ["100 to 200", "0 to 100"]


def one_area(code, **options):
    return charts.choropleth(pd.DataFrame({"code": [code], "x": [1.0]}), "code", "x", title="x", **options)


test_faults_of_charts_are_named = refused(
    (
        lambda: one_area("999999", outlines="counties"),
        "no code of the table is a code of the outlines 'counties'",
    ),
    (lambda: one_area("110000", limits=[2, 3]), "x lies outside the limits 2 to 3"),
    (lambda: charts.city_labels(["Shanghai"]), "Shanghai: none of the 13 cities"),
    (lambda: charts.base_map(window=(118, 115, 38, 40)), "window must be west < east"),
    (
        lambda: charts.end_labels(LINES.assign(value=np.nan), "year", "value", "place"),
        "no row with both year and value",
    ),
)


def places(layer, low, high, height):
    """Where labels come to stand, in pixels from the top."""
    rows = layer.data
    return (high - rows["value"]) / (high - low) * height + rows["dy"]


def test_end_labels_keep_apart_and_in_order():
    layer = charts.end_labels(LINES, "year", "value", "place", height=200, gap=15)
    assert list(layer.data["place"]) == ["A", "B", "C"] and set(layer.data["year"]) == {2022}
    at = places(layer, 0, 10, 200)
    assert (at.diff().dropna() >= 15 - 0.11).all()
    assert layer.data["dy"].iloc[2] == 0 and at.between(0, 200).all()


def test_end_labels_know_a_logarithmic_axis():
    layer = charts.end_labels(LINES, "year", "value", "place", height=200, log=True, gap=0)
    assert (layer.data["dy"] == 0).all()


@pytest.mark.parametrize(("years", "shown"), [((2013, 2017), 5), ((2000, 2023), 5), ((1949, 2024), 4)])
def test_year_axis_has_few_whole_years(years, shown):
    axis = charts.year_axis(years).to_dict()
    assert axis["scale"]["domain"] == list(years) and len(axis["axis"]["values"]) == shown
    assert all(years[0] <= year <= years[1] for year in axis["axis"]["values"])


def test_lines_with_names_and_references_are_drawn():
    lines = alt.Chart(LINES).mark_line().encode(
        x=charts.year_axis(LINES["year"], room=40), y="value:Q", color=alt.Color("place:N", legend=None)
    )  # fmt: skip
    parts = [charts.end_labels(LINES, "year", "value", "place", height=200)]
    parts += [charts.reference_line(3, "level"), charts.reference_line(2014, "plan", axis="x", side="after")]
    spec = json.loads(alt.layer(lines, *parts).properties(width=342, height=200).to_json())
    svg = vl_convert.vegalite_to_svg(spec)
    assert all(f">{word}<" in svg for word in ("A", "B", "C", "level", "plan"))
