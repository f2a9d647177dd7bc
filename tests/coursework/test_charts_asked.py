"""Exercises that ask for a chart: their forms, and marks for what is drawn."""

import json

import altair as alt
import pandas as pd
from plain_answers import charted

from coursework.making import assessed, seals
from tests.coursework.test_exercises import MASTER, recorded, toy_cells, toy_master

ASKS = {"mark": "line", "x": "year", "y": "share", "color": "place"}
TABLE = pd.DataFrame(
    [(2013, "A", 41.25), (2014, "A", 42.5), (2013, "B", 58.75), (2014, "B", 57.5)],
    columns=["year", "place", "share"],
)


def test_the_forms_of_an_assessed_notebook_hold_no_data():
    lines = alt.Chart(TABLE).mark_line().encode(x="year:Q", y="share:Q", color="place:N")
    cells = toy_cells()
    cells["raw"].source = MASTER.replace("numeric", "chart making")
    cells["tests"].outputs = recorded("3.1 chart", lines, 0.05, asks=ASKS)
    slip = lines.encode(y="year:Q")
    cells["slip"].outputs = recorded("3.1 chart", slip, 0.05, says="Which is the share?")
    master = toy_master(cells)
    form = assessed.list_forms(master)["3.1 chart"]
    assert form["kind"] == "chart" and not any(map(charted.is_label_of_data, form["labels"]))
    assert form["types"] == {"x": "quantitative", "y": "quantitative", "color": "ordinal"}
    assert "41.25" not in json.dumps([form, seals.seal_answers(master)])
