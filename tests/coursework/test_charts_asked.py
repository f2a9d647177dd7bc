"""Exercises that ask for a chart: what is drawn is checked, in practice and by the judge."""

import json

import altair as alt
import nbformat
import pandas as pd
import pytest
from notebook_grader import assignment, values
from notebook_grader.grade import grade
from notebook_grader.judge import judge
from notebook_grader.limits import Limits
from plain_answers import charted, checking
from plain_answers.judging import Answer, Slip
from plain_answers.rounding import rounded

from coursework.making import assessed, seals
from tests.coursework import marked as marked_assignment
from tests.coursework.hostile import cell_of, lay_out
from tests.coursework.lab import needs_sandbox
from tests.coursework.test_exercises import MASTER, recorded, toy_cells, toy_master

NAME = "3.1 chart"
ASKS = {"mark": "line", "x": "year", "y": "share", "color": "place"}
TABLE = pd.DataFrame(
    [(2013, "A", 41.25), (2014, "A", 42.5), (2013, "B", 58.75), (2014, "B", 57.5)],
    columns=["year", "place", "share"],
)


def lines(table: pd.DataFrame = TABLE, x: str = "year:Q", y: str = "share:Q") -> alt.Chart:
    return alt.Chart(table).mark_line().encode(x=x, y=y, color="place:N")


LATER = TABLE.query("year == 2014")
SLIP = lines(TABLE.assign(share=TABLE["share"] / 100))
RIGHT = {
    "the same": lines(),
    "another order of rows": lines(TABLE.iloc[::-1]),
    "within the tolerance": lines(TABLE.assign(share=TABLE["share"] + 0.04)),
    "with points, a tooltip and a title": lines()
    .mark_line(point=True)
    .encode(tooltip="share:Q")
    .properties(title="T"),
    "a layer of names": alt.layer(
        lines().transform_filter("datum.year == 2014").mark_text().encode(text="place:N"), lines()
    ),
    "an ordinal name": lines().encode(color=alt.Color("place:O", legend=None)),
    "columns that are not drawn": lines(TABLE.assign(note="x")),
    "rows that come twice": lines(pd.concat([TABLE, TABLE])),
    "the mean of single rows": lines(y="mean(share):Q"),
}
WRONG = {
    "nothing": (..., "has no value yet"),
    "a table": (TABLE, "is a DataFrame; a chart of Altair is expected"),
    "no mark": (alt.Chart(TABLE).encode(x="year:Q"), "cannot be drawn"),
    "points": (lines().mark_point(), "draws points; the question asks for lines"),
    "axes that are exchanged": (
        lines(x="share:Q", y="year:Q"),
        "shows `share` on x; the question asks for `year`",
    ),
    "no colour": (alt.Chart(TABLE).mark_line().encode(x="year:Q", y="share:Q"), "has nothing on color"),
    "years as names": (lines(x="year:O"), "takes `year` on x for an order or a name; what is it?"),
    "a mean": (
        lines(pd.concat([TABLE, TABLE.assign(share=TABLE["share"] + 1)]), y="mean(share):Q"),
        "as the mean of several rows",
    ),
    "one year": (lines(LATER), "draws 2 rows, which is not what is asked"),
    "another number": (
        lines(TABLE.assign(share=TABLE["share"] + 0.2)),
        "but not what the data give by more than 0.05 %: look at `share` for year 2013, A",
    ),
    "other years": (lines(TABLE.assign(year=TABLE["year"] + 1)), "look at `year`"),
    "filtered while drawn": (
        lines().transform_filter("datum.year > 2013"),
        "(filter), which cannot be checked",
    ),
    "the misconception": (SLIP, "A share of a hundred?"),
    "something like a chart": ({"mark": "line", "row 1 x": 1.0}, "has nothing on x"),
}


@pytest.fixture
def master():
    """A master with one exercise that asks for a chart, as it is when it has run."""
    cells = toy_cells()
    cells["raw"].source = MASTER.replace("numeric", "chart making")
    cells["tests"].outputs = recorded(NAME, lines(), 0.05, asks=ASKS)
    cells["slip"].outputs = recorded(NAME, SLIP, 0.05, says="A share of a hundred?")
    return toy_master(cells)


def practised(master, chart) -> str:
    """What the notebook for practice says of a chart; nothing where it is right."""
    check = checking.Checks()
    check.use(json.dumps(seals.seal_answers(master)))
    try:
        check.answer(NAME, chart)
    except AssertionError as error:
        return str(error)
    return ""


def marked(master, chart) -> tuple[bool, str]:
    """What the assessed notebook and then the judge say of it."""
    (answer,) = seals.read_recorded(master.exercises[0].tests)
    (slip,) = seals.read_recorded(master.exercises[0].slips[0])
    known = (Slip(slip["values"], slip["slip"], "a misconception"),)
    key = Answer(NAME, answer["values"], 0.05, "%", known, "", answer["asks"])
    kept = []
    check = checking.Checks()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "display", lambda data, raw: kept.append({"data": data}))
        check.expect(json.dumps(assessed.list_forms(master)))
        try:
            check.answer(NAME, chart, unit="%")
        except AssertionError as error:
            return False, str(error)
    found = judge(key, values.read_answers(json.loads(json.dumps(kept)))[NAME])
    return found.right, found.sentence


@pytest.mark.parametrize("chart", RIGHT.values(), ids=RIGHT)
def test_what_is_drawn_counts_and_not_how_it_looks(master, chart):
    assert practised(master, chart) == ""
    assert marked(master, chart)[0]


@pytest.mark.parametrize(("chart", "says"), WRONG.values(), ids=WRONG)
def test_a_chart_of_something_else_is_told_what_to_look_at(master, chart, says):
    right, sentence = marked(master, chart)
    # What the judge says has no tolerance in it: the feedback shows it beside.
    assert not right and says.split(" by more than")[0] in sentence
    assert says in practised(master, chart)


def test_the_forms_of_an_assessed_notebook_hold_no_data(master):
    form = assessed.list_forms(master)[NAME]
    assert form["kind"] == "chart" and not any(map(charted.is_label_of_data, form["labels"]))
    assert "41.25" not in json.dumps(seals.seal_answers(master))


def test_sums_that_the_chart_makes_are_compared_with_sums_that_it_makes():
    halves = pd.concat([TABLE, TABLE]).assign(share=lambda t: t["share"] / 2)
    once, twice = (charted.read(lines(t, y="sum(share):Q")) for t in (TABLE, halves))
    assert once == twice and once["row 1 y"] == 41.25
    counted = charted.read(alt.Chart(TABLE).mark_bar().encode(x="place:N", y="count():Q"))
    assert (counted["y"], counted["row 1 y"], counted["rows"]) == ("rows", 2.0, 2)


def test_columns_of_small_charts_and_combined_views_are_found():
    small = charted.read(alt.Chart(TABLE).mark_bar().encode(x="year:O", y="share:Q").facet("place:N"))
    assert small["facet"] == "place" and small["row 4 facet"] == "B"
    two = alt.Chart(LATER).mark_bar().encode(x="place:N", y="share:Q") | lines()
    assert charted.read(two, asks=ASKS)["mark"] == "line" and charted.read(two)["mark"] == "bar"


def test_a_chart_of_too_much_is_refused():
    many = pd.DataFrame({"year": range(2000), "share": 1.5, "place": "A"})
    with pytest.raises(charted.Unreadable, match="draws 2000 rows, more than can be checked"):
        charted.read(lines(many))


def test_hostile_values_for_a_chart_are_refused_or_wrong(master):
    (answer,) = seals.read_recorded(master.exercises[0].tests)
    key = Answer(NAME, rounded(answer["values"]), 0.05, "%", (), "", answer["asks"])
    for given in ({"": 1}, {"mark": True}, {"mark": "line", "x": 3, "rows": 4}, {"row 9 x": "a"}, None):
        assert not judge(key, given).right
    spare = {"rows", "x aggregate", "y aggregate", "color aggregate"}  # what follows from the rows themselves
    for label in answer["values"]:
        assert not judge(key, answer["values"] | {label: "other"}).right or label in spare


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
