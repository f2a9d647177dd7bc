"""Charts that students make: what is drawn is checked, whether the key is open or sealed."""

import json

import altair as alt
import pandas as pd
import pytest
from plain_answers import charted, checking
from plain_answers.judging import judge
from plain_answers.recording import ANSWER_MIME, make_answer, record
from plain_answers.sealing import seal, write

NAME = "3.1 chart"
ASKS = {"mark": "line", "x": "year", "y": "share", "color": "place"}
TABLE = pd.DataFrame(
    [(2013, "A", 41.25), (2014, "A", 42.5), (2013, "B", 58.75), (2014, "B", 57.5)],
    columns=["year", "place", "share"],
)


def lines(table: pd.DataFrame = TABLE, x: str = "year:Q", y: str = "share:Q") -> alt.Chart:
    return alt.Chart(table).mark_line().encode(x=x, y=y, color="place:N")


LATER = TABLE.query("year == 2014")
KEY = make_answer(
    record(NAME, lines(), 0.05, "%", asks=ASKS),
    [record(NAME, lines(TABLE.assign(share=TABLE["share"] / 100)), says="A share of a hundred?")],
)
FORM = {
    "kind": "chart",
    "labels": [label for label in KEY.values if not charted.is_label_of_data(label)],
    "asks": ASKS,
    "types": {name: KEY.values[f"{name} type"] for name in charted.channels(list(KEY.values))},
}
# More forms are in the grader's `forms.csv`.
RIGHT = {
    "the same": lines(),
    "a layer of names": alt.layer(
        lines().transform_filter("datum.year == 2014").mark_text().encode(text="place:N"), lines()
    ),
    "the sum of two halves": lines(
        pd.concat([TABLE, TABLE]).assign(share=lambda t: t["share"] / 2), y="sum(share):Q"
    ),
}
WRONG = {
    "nothing": (..., "has no value yet"),
    "a table": (TABLE, "is a DataFrame; a chart of Altair is expected"),
    "no mark": (alt.Chart(TABLE).encode(x="year:Q"), "cannot be drawn"),
    "a file": (alt.Chart("a.csv").mark_line().encode(x="year:Q"), "read it into a table, and draw that"),
    "points": (lines().mark_point(), "draws points; the question asks for lines"),
    "axes that are exchanged": (
        lines(x="share:Q", y="year:Q"),
        "shows `share` on x; the question asks for `year`",
    ),
    "no colour": (alt.Chart(TABLE).mark_line().encode(x="year:Q", y="share:Q"), "has nothing on color"),
    "shares as names": (lines(y="share:O"), "takes `share` on y for an order or a name; look at its type"),
    "years as seconds": (lines(x="year:T"), "takes `year` on x for a point in time; look at its type"),
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
    "the misconception": (lines(TABLE.assign(share=TABLE["share"] / 100)), "A share of a hundred?"),
    "something like a chart": ({"mark": "line", "row 1 x": 1.0}, "has nothing on x"),
    "too much": (
        lines(pd.DataFrame({"year": range(2000), "share": 1.5, "place": "A"})),
        "draws 2000 rows, more than can be checked",
    ),
}


def practise(chart) -> str:
    """Return the remark of the practice notebook on a chart; empty if it is right."""
    check = checking.Checks()
    check.use(json.dumps(write([seal(KEY, "a salt")])))
    try:
        check.answer(NAME, chart)
    except AssertionError as error:
        return str(error)
    return ""


def mark(chart) -> tuple[bool, str, bool]:
    """Return verdict and remark of the assessed notebook or the judge, and whether it was the notebook."""
    kept, check = [], checking.Checks()
    check.expect(json.dumps({NAME: FORM}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "display", lambda data, raw: kept.append(json.dumps(data[ANSWER_MIME])))
        try:
            check.answer(NAME, chart, unit="%")
        except AssertionError as error:
            return False, str(error), True
    finding = judge(KEY, json.loads(kept[0])["values"])
    return finding.right, finding.sentence, False


@pytest.mark.parametrize("chart", RIGHT.values(), ids=RIGHT)
def test_what_is_drawn_counts_and_not_how_it_looks(chart):
    assert practise(chart) == ""
    assert mark(chart)[0]


@pytest.mark.parametrize(("chart", "says"), WRONG.values(), ids=WRONG)
def test_a_chart_of_something_else_is_told_what_to_look_at(chart, says):
    right, sentence, is_form = mark(chart)
    assert not right and says in sentence
    assert says in practise(chart)
    # What a channel is taken for is form, and told before a mark is lost.
    assert is_form or "look at its type" not in says


def test_one_axis_is_enough_for_a_chart():
    ticks = alt.Chart(TABLE).mark_tick().encode(x="share:Q", color="place:N")
    assert charted.read(ticks)["x type"] == "quantitative"


def test_whatever_moves_rows_out_of_a_chart_is_put_aside_while_it_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with alt.data_transformers.enable("json"):
        assert practise(lines()) == ""
        assert alt.data_transformers.active == "json"
    assert [*tmp_path.iterdir()] == []


def test_a_sealed_chart_holds_no_number_of_it():
    assert "41.25" not in json.dumps(write([seal(KEY, "a salt")]))


def test_counts_facets_and_combined_views_are_found():
    counted = charted.read(alt.Chart(TABLE).mark_bar().encode(x="place:N", y="count():Q"))
    assert (counted["y"], counted["row 1 y"], counted["rows"]) == ("rows", 2.0, 2)
    small = charted.read(alt.Chart(TABLE).mark_bar().encode(x="year:O", y="share:Q").facet("place:N"))
    assert small["facet"] == "place" and small["row 4 facet"] == "B"
    two = alt.Chart(LATER).mark_bar().encode(x="place:N", y="share:Q") | lines()
    assert charted.read(two, asks=ASKS)["mark"] == "line" and charted.read(two)["mark"] == "bar"


def areas(table: pd.DataFrame = LATER, by: str = "place") -> alt.Chart:
    outlines = alt.LookupData(alt.InlineData({"objects": {}}, {"type": "topojson", "feature": "a"}), key="id")
    chart = alt.Chart(table).transform_lookup(lookup=by, from_=outlines, as_="outline")
    return chart.mark_geoshape().encode(shape="outline:G", color="share:Q")


def test_a_map_is_read_by_the_column_that_fetches_its_outlines():
    asks = {"mark": "geoshape", "shape": "place", "color": "share"}
    names = alt.Chart(LATER).mark_text().encode(text="place:N")
    drawn = charted.read(alt.layer(areas(), names), asks=asks)
    assert (drawn["mark"], drawn["shape"], drawn["shape type"]) == ("geoshape", "place", "ordinal")
    assert {drawn[f"row {row} shape"]: drawn[f"row {row} color"] for row in (1, 2)} == {"A": 42.5, "B": 57.5}
    key = make_answer(record(NAME, areas(), 0.05, asks=asks), [])
    moved = LATER.assign(share=LATER["share"].to_numpy()[::-1])
    for chart, says in [
        (lines(), "draws lines; the question asks for outlines"),
        (areas(by="year"), "shows `year` on shape; the question asks for `place`"),
        (areas(moved), "look at `share` for A"),
        (areas().transform_filter("datum.share > 50"), "(filter), which cannot be checked"),
    ]:
        assert says in judge(key, chart).sentence
    assert judge(key, areas()).right
    # The other way round: outlines, to which the table is joined.
    shapes = alt.Chart({"name": "shapes", "values": {"objects": {}}, "format": {"type": "topojson"}})
    joined = shapes.mark_geoshape().encode(color="share:Q")
    by_id = joined.transform_lookup(lookup="id", from_=alt.LookupData(LATER, key="place", fields=["share"]))
    assert judge(key, by_id).right and not judge(key, joined).right
    assert judge(key, areas().transform_lookup(lookup="year", from_=looked_up())).right is False


def looked_up() -> alt.LookupData:
    return alt.LookupData(LATER, key="year", fields=["place"])


def test_hostile_values_for_a_chart_are_refused_or_wrong():
    for given in ({"": 1}, {"mark": True}, {"mark": "line", "x": 3, "rows": 4}, {"row 9 x": "a"}, None):
        assert not judge(KEY, given).right
    spare = {"rows", "x aggregate", "y aggregate", "color aggregate"}  # what follows from the rows themselves
    for label in KEY.values:
        assert not judge(KEY, {**KEY.values, label: "other"}).right or label in spare
