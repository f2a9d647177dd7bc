"""Exercises that ask for a chart: their forms, and marks for what is drawn."""

import json

import altair as alt
import nbformat
import pandas as pd
from notebook_grader import assignment
from notebook_grader.grade import grade
from notebook_grader.limits import Limits
from plain_answers import charted

from coursework.making import assessed, seals
from tests.coursework import marked as marked_assignment
from tests.coursework.hostile import cell_of, lay_out
from tests.coursework.lab import needs_sandbox
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


DRAW = """import altair as alt
import pandas as pd
table = pd.DataFrame({"year": [2013, 2014], "share": [41.25, %s]})
chart = alt.Chart(table).mark_line().encode(x="year:Q", y="share:Q")"""
CHECK = 'check.answer("1.6 chart", chart, within=0.1, asks={"mark": "line", "x": "year"})'
FORM = {"kind": "chart", "labels": ["mark", "x", "x type", "x aggregate", "y", "y type", "y aggregate"]}


@needs_sandbox
def test_a_chart_is_marked_from_what_leaves_the_sandbox(tmp_path):
    """From the notebook that is handed in to the points: with the key that the solution makes."""

    def notebook(answer: str) -> nbformat.NotebookNode:
        made = marked_assignment.submission()
        made.cells += marked_assignment._exercise(6, answer, CHECK, 2)
        forms = json.dumps(marked_assignment.FORMS | {"1.6 chart": FORM | {"asks": {"mark": "line"}}})
        cell_of(made, "forms").source = f"from jingjinji import check\ncheck.expect({json.dumps(forms)})"
        return made

    name = marked_assignment.NAME
    source = notebook(DRAW % "42.5")
    source.metadata["course"]["exercises"] = marked_assignment.FACTS | {"tests-1-6": {}}
    lay_out(tmp_path, name, source, notebook("chart = ..."))
    loaded = assignment.load(name, tmp_path, tmp_path / "keys")
    limits = Limits(cell_seconds=20, seconds=60, memory=1024)
    for share, points in (("42.45", 2), ("43", 0)):
        result, _ = grade("ann", "x.ipynb", nbformat.writes(notebook(DRAW % share)).encode(), loaded, limits)
        assert result.cells["tests-1-6"].points == points, result
