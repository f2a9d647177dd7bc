"""Charts that students make: what is drawn is checked, whether the key is open or sealed."""

import json

import altair as alt
import pandas as pd
import pytest
from plain_answers import charted
from plain_answers.judging import judge
from plain_answers.recording import make_answer, record
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
    record(NAME, lines(), 0.05, "%", asks=ASKS)
)  # its forms are in the grader's `forms.csv`


def test_whatever_moves_rows_out_of_a_chart_is_put_aside_while_it_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with alt.data_transformers.enable("json"):
        assert judge(KEY, lines()).right
        assert alt.data_transformers.active == "json"
    assert [*tmp_path.iterdir()] == []


def test_counts_facets_single_axes_and_combined_views_are_found():
    ticks = charted.read(alt.Chart(TABLE).mark_tick().encode(x="share:Q", color="place:N"))
    assert (ticks["mark"], ticks["x type"]) == ("point", "quantitative")
    counted = charted.read(alt.Chart(TABLE).mark_bar().encode(x="place:N", y="count():Q"))
    assert (counted["y"], counted["row 1 y"], counted["rows"]) == ("rows", 2.0, 2)
    small = charted.read(
        alt.Chart(TABLE).mark_bar().encode(x="year:O", y="share:Q").facet("place:N")
    )
    assert small["facet"] == "place" and small["row 4 facet"] == "B"
    two = alt.Chart(LATER).mark_bar().encode(x="place:N", y="share:Q") | lines()
    assert charted.read(two, asks=ASKS)["mark"] == "line" and charted.read(two)["mark"] == "bar"


def areas(table: pd.DataFrame = LATER, by: str = "place") -> alt.Chart:
    outlines = alt.LookupData(
        alt.InlineData({"objects": {}}, {"type": "topojson", "feature": "a"}), key="id"
    )
    chart = alt.Chart(table).transform_lookup(lookup=by, from_=outlines, as_="outline")
    return chart.mark_geoshape().encode(shape="outline:G", color="share:Q")


def test_a_map_is_read_by_the_column_that_fetches_its_outlines():
    asks = {"mark": "geoshape", "shape": "place", "color": "share"}
    names = alt.Chart(LATER).mark_text().encode(text="place:N")
    drawn = charted.read(alt.layer(areas(), names), asks=asks)
    assert (drawn["mark"], drawn["shape"], drawn["shape type"]) == ("geoshape", "place", "ordinal")
    assert {drawn[f"row {row} shape"]: drawn[f"row {row} color"] for row in (1, 2)} == {
        "A": 42.5,
        "B": 57.5,
    }
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
    shapes = alt.Chart(
        {"name": "shapes", "values": {"objects": {}}, "format": {"type": "topojson"}}
    )
    joined = shapes.mark_geoshape().encode(color="share:Q")
    by_id = joined.transform_lookup(
        lookup="id", from_=alt.LookupData(LATER, key="place", fields=["share"])
    )
    assert judge(key, by_id).right and not judge(key, joined).right
    places = alt.LookupData(LATER, key="year", fields=["place"])
    assert not judge(key, areas().transform_lookup(lookup="year", from_=places)).right


def test_hostile_values_for_a_chart_are_refused_or_wrong_and_its_seal_holds_no_number():
    assert "41.25" not in json.dumps(write([seal(KEY, "a salt")]))
    for given in (
        {"": 1},
        {"mark": True},
        {"mark": "line", "x": 3, "rows": 4},
        {"row 9 x": "a"},
        None,
    ):
        assert not judge(KEY, given).right
    spare = {
        "rows",
        "x aggregate",
        "y aggregate",
        "color aggregate",
    }  # what follows from the rows themselves
    for label in KEY.values:
        assert not judge(KEY, {**KEY.values, label: "other"}).right or label in spare


def points(rows: list[tuple[float, float]]) -> alt.Chart:
    table = pd.DataFrame(rows, columns=["rate", "share"])
    return alt.Chart(table).mark_point().encode(x="rate:Q", y="share:Q")


@pytest.mark.parametrize("digits", [0, 1, 2])
def test_rounding_within_the_tolerance_is_right_also_where_rows_change_places_or_fall_together(
    digits,
):
    asks = {"mark": "point", "x": "rate", "y": "share"}
    exact = [
        (2.964, 7.013),
        (2.958, 9.021),
        (2.962, 8.017),
        (1.004, 5.031),
        (1.003, 5.029),
        (4.038, 1.019),
    ]
    within = {0: 0.5, 1: 0.05, 2: 0.005}[digits]
    key = make_answer(record(NAME, points(exact), within, asks=asks))
    drawn = [(round(rate, digits), round(share, digits)) for rate, share in exact]
    off = [*drawn[:-1], (drawn[-1][0], drawn[-1][1] + 3 * within)]
    for answer in (key, seal(key, "a salt")):
        assert judge(answer, points(drawn)).right
        assert judge(answer, dict(charted.read(points(drawn[::-1]), asks=asks))).right
        assert not judge(answer, points(off)).right
        assert "draws 5 rows" in judge(answer, points(exact[1:])).sentence
        crossed = [(rate, share) for (rate, _), (_, share) in zip(exact, exact[::-1], strict=True)]
        assert not judge(answer, points(crossed)).right


def test_a_highlight_in_two_layers_and_a_comparison_that_is_not_asked_for_are_both_right():
    other = LATER.assign(place="C")
    grey = alt.Chart(LATER).mark_bar(color="lightgrey").encode(x="place:N", y="share:Q")
    asks = {"mark": "bar", "x": "place", "y": "share"}
    both = make_answer(
        record(NAME, grey.properties(data=pd.concat([LATER, other])), 0.05, asks=asks)
    )
    first = make_answer(record(NAME, grey, 0.05, asks=asks))
    chart = grey + grey.properties(data=other).encode(color=alt.value("red"))
    assert charted.read(chart, asks=asks)[charted.ALL_LAYERS] == 4
    for key in (both, first, seal(both, "a"), seal(first, "a")):
        assert judge(key, chart).right and judge(key, dict(charted.read(chart, asks=asks))).right
    assert not judge(both, grey).right


def test_what_was_read_is_told():
    for chart, says in [
        (lines(), "lines through 4 points"),
        (lines().mark_point(), "4 points"),
        (lines(LATER).mark_bar(), "2 bars"),
        (lines(TABLE.head(1)).mark_bar(), "1 bar"),
        (areas(), "2 outlines"),
        (lines().mark_text(), "4 marks of the kind text"),
        (lines(LATER) + lines(TABLE), "lines through 2 points, with the layers like it 4"),
    ]:
        assert charted.describe(charted.read(chart)) == says
