"""Render charts: drawing, words, data, controls, and what several charts of a page share."""

import json
import re

import pytest
from still_charts import store, svg, tables
from still_charts.controls import NO_SWITCH
from still_charts.drawing import Drawing, draw_chart, name_chart
from still_charts.shared import SMALLEST, render_chart, render_charts
from still_charts.vega import CHART_MIME, VEGA, VEGA_LITE, bundle_script

SPEC = {
    "title": {"text": ["Output", "doubled"], "subtitle": "in two years"},
    "description": "Two bars: 10 and then 20 million.",
    "config": {"range": {"category": ["#8c2d04"]}},
    "datasets": {
        "d": [
            {"year": 2020, "place": "A & B", "gdp": 10.0},
            {"year": 2021, "place": "A & B", "gdp": 20.0},
        ]
    },
    "data": {"name": "d"},
    "mark": {"type": "bar", "color": "#8c2d04"},
    "encoding": {
        "x": {"field": "place", "type": "nominal", "title": "Place"},
        "y": {"field": "gdp", "type": "quantitative", "title": "GDP (million)"},
    },
    "width": "container",
}
SWITCH = {
    "name": "year",
    "value": 2020,
    "bind": {
        "input": "select",
        "name": "Year ",
        "options": [2020, 2021],
        "labels": ["first", "last"],
    },
}


def follow(states: dict) -> dict:
    return {
        **SPEC,
        "params": [SWITCH],
        "usermeta": {"follow": {"controls": ["year"], "texts": states}},
    }


def test_a_chart_is_a_drawing_a_description_and_a_table():
    html = render_chart(SPEC)
    assert '<p class="chart-title">Output doubled</p>' in html
    assert 'aria-label="Two bars: 10 and then 20 million."' in html
    assert html.count('<svg aria-hidden="true"') == len(svg.WIDTHS)
    assert '<th scope="col">GDP (million)</th>' in html
    assert "<td>A &amp; B</td><td>20</td>" in html
    assert render_chart(SPEC) == html
    labelled = render_chart({**SPEC, "data": {"values": [{"place": "a label"}]}})
    assert labelled.count("<table>") == html.count("<table>") == 1


def test_a_chart_with_a_switch_says_what_is_there_without_scripts():
    html = render_chart({**SPEC, "params": [SWITCH]})
    assert NO_SWITCH in html
    assert 'paper shows one choice<span class="opening">: Year first</span>.' in html
    assert NO_SWITCH not in render_chart(SPEC)


def test_words_that_follow_a_control_are_those_of_the_opening_state():
    html = render_chart(
        follow({"[2020.0]": ["One", "It is one."], "[2021]": ["Two", "It is two."]})
    )
    assert '<p class="chart-title">One</p>' in html and 'aria-label="It is one."' in html
    with pytest.raises(ValueError, match=r"opens with \[2020\], for which it has no words"):
        draw_chart(follow({"[2021]": ["Two", "It is two."]}))


def test_every_id_of_a_drawing_is_its_own_and_whole():
    drawn = '<svg><linearGradient id="gradient_7"/><clipPath id="clip1"/><clipPath id="clip11"/>'
    used = '<g clip-path="url(#clip11)"/><g clip-path="url(#clip1)"/>'
    named = svg._name_ids(f'{drawn}{used}<a id="own-name"/><use href="#own-name"/></svg>', "c0")
    ids = re.findall(r'id="([^"]+)"', named)
    assert ids == ["c0-gradient_0", "c0-clip1", "c0-clip2", "c0-own-name"]
    assert (
        'url(#c0-clip2)"/><g clip-path="url(#c0-clip1)' in named and 'href="#c0-own-name"' in named
    )


def test_chinese_is_marked_where_the_book_says_in_which_language_it_is():
    spec = {**SPEC, "encoding": {**SPEC["encoding"], "x": {"field": "place", "title": "北京"}}}
    assert 'lang="zh-Hans"' in render_charts([draw_chart(spec, han="zh-Hans")], "a")[0][0]
    assert "lang=" not in render_chart(spec)


def test_what_several_charts_of_a_page_have_stands_on_it_once():
    outline = f"M0,0{'L1.5,2.5' * 20}Z"
    table = [{"x": "x" * SMALLEST}]
    parts = svg.split_at_outlines(
        f'<svg><path fill="red" d="{outline}" stroke="blue"/><path d="M0,0"/></svg>'
    )
    charts = [
        Drawing(f"c{number}", "", {"any": parts}, {"data": [{"name": "d", "values": table}]}, "")
        for number in range(3)
    ]
    (first, second, still), end = render_charts(charts, "part/page", still=[2])
    assert '<use fill="red" href="#o-page-0" stroke="blue"/><path d="M0,0"/>' in first
    assert f'<path id="o-page-0" d="{outline}"/>' in end
    (name,) = json.loads(re.search(r'class="chart-tables">(.*?)</script>', end)[1])
    assert f'"values":{{"shared":"{name}"}}' in second
    assert 'class="chart still"' in still and "chart-spec" not in still
    (alone,), end = render_charts(charts[:1], "part/page")
    assert outline in alone and "x" * SMALLEST in alone and not end


def test_a_chart_is_drawn_once_and_what_cannot_be_drawn_is_named(tmp_path, capfd):
    kept = store.ChartStore(tmp_path, {"#8c2d04": "var(--one)"})
    text = store.format_specification(SPEC)
    assert kept.read(text) == draw_chart(SPEC, kept.colours) == kept.read(text)
    assert capfd.readouterr().err == "Charts drawn: 1\n"
    other = store.ChartStore(tmp_path)
    assert other.find_path(text) != kept.find_path(text)
    broken = store.format_specification(follow({}))
    with pytest.raises(store.NotDrawn, match="Output.*for which it has no words"):
        kept.draw_missing([text, broken])


def test_scripts_come_from_inside_the_engine():
    altair = pytest.importorskip("altair")
    assert f"application/vnd.vegalite.{altair.SCHEMA_VERSION.partition('.')[0]}+json" == CHART_MIME
    assert f"vega-lite@{altair.SCHEMA_VERSION.removeprefix('v')}" in VEGA_LITE
    assert (
        "window.vega=" in bundle_script(VEGA).replace(" ", "")
        and len(bundle_script(VEGA_LITE)) > 100_000
    )
    assert name_chart(SPEC) == name_chart(dict(reversed(SPEC.items())))


def test_a_crowd_of_equal_marks_is_one_element_and_looks_the_same():
    def draw(count: int, opacity: float) -> str:
        rows = [{"x": number, "y": number % 7} for number in range(count)]
        dots = {"type": "point", "size": 9, "filled": True, "color": "#123456", "opacity": opacity}
        field = {name: {"field": name, "type": "quantitative", "axis": None} for name in "xy"}
        rules = {"mark": {"type": "rule", "color": "#654321"}, "encoding": {"y2": {"datum": 3}}}
        layers = [{"mark": dots}, rules]
        return render_chart(
            {"data": {"values": rows}, "encoding": field, "layer": layers, "width": 300}
        )

    crowd = draw(svg.CROWD, 1)
    few = draw(svg.CROWD - 1, 1)
    assert crowd.count('stroke="#654321"') == 1 and crowd.count('fill="#123456"') == 1
    assert (
        few.count('fill="#123456"') == svg.CROWD - 1
        and draw(svg.CROWD, 0.5).count('fill="#123456"') > 99
    )


def read_table(spec: dict) -> list[list[str]]:
    """Read head and rows of the one table of a chart."""
    text = tables.render_data(spec)
    assert text.count("<table>") <= 1
    return [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", text)
    ]


def layer(data: str, **fields: dict) -> dict:
    mark = {"type": "text"} if "text" in fields else "point"
    return {"data": {"name": data}, "mark": mark, "encoding": fields}


YEAR, OUTPUT = {"field": "year", "title": None}, {"field": "gdp", "title": "GDP (million)"}


def test_a_table_has_true_minus_signs_and_waits_as_text_for_scripts():
    rows = [{"year": "2015-06", "gdp": -2.5}, {"year": "2016-06", "gdp": -3}, {"year": "2017-06"}]
    spec = {
        "data": {"name": "a"},
        "datasets": {"a": rows},
        "mark": "point",
        "encoding": {"x": YEAR | {"type": "nominal"}, "y": OUTPUT | {"type": "quantitative"}},
    }
    assert read_table(spec)[1:] == [["2015-06", "−2.5"], ["2016-06", "−3"], ["2017-06", "–"]]
    assert "<noscript><table>" in draw_chart(spec).table


def test_layers_share_one_table_whose_heads_have_the_units_of_their_axes():
    points = [
        {"year": 2020, "gdp": 10.0, "inside": [0, 3]},
        {"year": 2021, "gdp": -0.0, "inside": [1]},
    ]
    spec = {
        "datasets": {
            "ends": [{"year": 2021.2, "gdp": 1, "words": "beside 2021"}],
            "points": points,
            "last": [{"year": 2021.0, "gdp": 0}],
            "trend": [{"year": 2020, "mean_gdp": 12.5}],
        },
        "layer": [
            layer("points", x=YEAR, y=OUTPUT, detail={"field": "inside"}),
            layer("ends", x=YEAR, y=OUTPUT, text={"field": "words"}),
            layer("last", x=YEAR, y=OUTPUT),
            layer("trend", x=YEAR, y={"field": "mean_gdp", "title": None}),
        ],
    }
    assert read_table(spec) == [
        ["year", "GDP (million)", "GDP (million): mean gdp"],
        ["2020", "10", "–"],
        ["2021", "0", "–"],
        ["2020", "–", "12.5"],
    ]


def test_names_and_positions_on_a_map_have_no_columns():
    place = {"latitude": {"field": "latitude"}, "longitude": {"field": "longitude"}}
    cities = [{"city": "Beijing", "latitude": 39.9, "longitude": 116.4}]
    spec = {
        "datasets": {"labels": cities, "values": [{"city": "Beijing", "gdp": 4.1, "latitude": 40}]},
        "layer": [
            layer("values", color=OUTPUT, detail={"field": "city"}, **place),
            layer("labels", text={"field": "city"}, **place),
        ],
    }
    assert read_table(spec) == [["city", "GDP (million)"], ["Beijing", "4.1"]]
    assert read_table({"datasets": {"labels": cities}, "layer": [spec["layer"][1]]})[1:] == [
        ["Beijing"]
    ]
    assert read_table({"mark": "rule"}) == []
