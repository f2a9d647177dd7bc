"""Each check of chapters and pages catches a planted fault."""

import json
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from coursework.build import freshness
from coursework.lint import charts, code, numbers, run
from coursework.lint.chapter import Chapter
from jingjinji.capstone import units
from jingjinji.claims import VERDICT_MIME
from tests import browser
from tests.chapters import contract
from tests.pages import checks

NOTEBOOK = contract.CHAPTERS / "04_vintages.ipynb"
CHECKS = contract.CHAPTERS / "04_vintages_checks.ipynb"


@pytest.fixture
def notebook():
    return contract.read(NOTEBOOK)


@pytest.mark.slow
def test_a_changed_number_datum_and_table_are_caught(notebook, tmp_path):
    """nbval names each of three faults, planted at once in different cells to start one kernel
    only."""
    outputs = [
        (i, output)
        for i, cell in enumerate(contract.code_cells(notebook))
        for output in cell.outputs
    ]
    print_cell, printed = next(one for one in outputs if re.search(r"\d\n", one[1].get("text", "")))
    printed.text = re.sub(
        r"\d(?=\n)", lambda digit: str((int(digit[0]) + 1) % 10), printed.text, count=1
    )
    chart_cell, chart = next(
        (i, output.data)
        for i, output in outputs
        if "datasets" in output.get("data", {}).get(contract.CHART_MIME, {})
    )
    row = next(iter(chart[contract.CHART_MIME]["datasets"].values()))[0]
    row[next(name for name, value in row.items() if isinstance(value, float))] += 1
    table_cell, table = next(
        one for one in outputs if "</td>" in one[1].get("data", {}).get("text/html", "")
    )
    table.data["text/html"] = table.data["text/html"].replace("</td>", "-</td>", 1)
    (tmp_path / NOTEBOOK.name).write_text(json.dumps(notebook), encoding="utf-8")
    options = "-m pytest -p no:cacheprovider --nbval --nbval-current-env ."
    env = os.environ | {"JINGJINJI_BOOK": "1"}
    command = [sys.executable, *options.split()]
    report = subprocess.run(command, env=env, capture_output=True, text=True, cwd=tmp_path).stdout
    for planted in (print_cell, chart_cell, table_cell):
        assert re.search(rf"::Cell {planted}\b", report), report[-2000:]
    assert re.search(r"\b3 failed", report), report[-2000:]


def messages(rule, notebook) -> list[str]:
    """List the findings of a rule in a notebook."""
    return list(map(str, rule(Chapter(NOTEBOOK.with_suffix(".md"), notebook))))


def list_typed(problems: list[str]) -> list[str]:
    """List the typed numbers that problems name."""
    return [re.search("typed number '?([0-9.,]+)", problem)[1] for problem in problems]


def test_an_output_that_is_not_compared_not_rounded_or_not_stored_is_caught(notebook):
    assert messages(run.find_unstored, notebook) == []
    cell = contract.code_cells(notebook)[1]
    cell.metadata["tags"] = ["nbval-skip"]
    assert len(messages(run.find_unstored, notebook)) == 1
    cell.metadata["tags"] = []
    cell.source = "# NBVAL_IGNORE_OUTPUT\n" + cell.source
    assert len(messages(run.find_unstored, notebook)) == 1
    for text, faults in (("5.378378378378378", 1), ("0.001069367325", 0), ("21893095", 0)):
        cell.source = "x"
        cell.outputs = [nbformat.v4.new_output("stream", text=text)]
        assert len(messages(run.find_unstored, notebook)) == faults, text
    for cell in contract.code_cells(notebook):
        cell.outputs = []
        cell.execution_count = None
    assert any(
        "no cell stores an output" in problem for problem in messages(run.find_unstored, notebook)
    )


def test_a_stale_notebook_is_caught(tmp_path, monkeypatch):
    source = tmp_path / "04_vintages.md"
    shutil.copy(NOTEBOOK.with_suffix(".md"), source)
    shutil.copy(NOTEBOOK, tmp_path)
    # Changes of the library and of tables: test_freshness.py.
    fresh = contract.read(NOTEBOOK).metadata["made_from"]["code"]
    monkeypatch.setattr(freshness, "digest_code", lambda *_: fresh)
    assert list(run.find_stale(Chapter.load(source))) == []
    with source.open("a", encoding="utf-8") as text:
        text.write("\nOne more sentence.\n")
    assert "Run 'make notebooks'" in str(next(run.find_stale(Chapter.load(source))))


CHART_FAULTS = {
    "alternative text of 0 characters": {"description": ""},
    "holds no number": {"description": "How things went over the years, more or less. " * 2},
    "says 1.69": {
        "description": "The line rises slowly; the top is 1.69, where the chart's data say 1.85."
    },
    "no title": {"title": ""},
    "not valid Vega-Lite": {"layer": [{"mark": "banana"}]},
    "a score is no title": {"title": "It fell in 3 of 12"},
    "the colour of Beijing stands for rich": {
        "encoding": {"color": {"scale": {"domain": ["rich"], "range": ["#8c2d04"]}}}
    },
    "the colour of Hebei stands for something else": {"mark": {"color": "#c98b00"}},
    "the x axis is called 'Year'": {"encoding": {"x": {"field": "year", "title": "Year"}}},
    "the y axis is called 'per_head'": {
        "layer": [{"mark": "bar", "encoding": {"y": {"field": "per_head"}}}]
    },
}


def test_a_faulty_chart_is_caught(notebook):
    cell, spec = contract.stored(notebook, contract.CHART_MIME)[0]
    notebook.cells = [cell]
    sound = dict(spec)
    assert messages(charts.find_faulty, notebook) == []
    for message, fault in CHART_FAULTS.items():
        spec.clear()
        spec.update(sound | fault)
        assert message in str(messages(charts.find_faulty, notebook))
    del cell.metadata["mystnb"]
    assert "no numbered caption" in str(messages(charts.find_faulty, notebook))


def test_a_chart_whose_words_do_not_follow_its_control_is_caught():
    bind = {"input": "range", "min": 1, "max": 2, "step": 0.5}
    spec = {"params": [{"name": "number", "value": 1, "bind": bind}]}
    assert "neither follow nor hold" in charts.list_unsaid_states(spec)[0]
    spec["usermeta"] = {"hold": ["number"]}
    assert charts.list_unsaid_states(spec) == []
    texts = {"[1]": ["One", "It is one."], "[1.5]": ["More", "It is more."]}
    spec["usermeta"] = {"follow": {"controls": ["number"], "texts": texts}}
    assert charts.list_unsaid_states(spec) == ["no words for the state [2]"]


NO_UNIT = {
    "mark": "bar",
    "encoding": {"y": {"field": "gdp", "type": "quantitative", "title": "GDP"}},
}
UNIT = {
    "mark": "bar",
    "encoding": {"y": {"field": "gdp", "type": "quantitative", "title": "GDP (yuan)"}},
}


def test_an_axis_without_a_unit_is_caught_in_whatever_part_of_a_chart():
    def put(view: dict) -> dict:
        layered = {"facet": {"field": "place"}, "spec": {"layer": [{"mark": "rule"}, view]}}
        return {"hconcat": [UNIT, {"vconcat": [UNIT, layered]}, {"repeat": ["gdp"], "spec": UNIT}]}

    assert units.find_problems([(3, put(UNIT))]) == []
    (problem,) = units.find_problems([(3, put(NO_UNIT))])
    assert problem.startswith("The chart of cell 3: the y axis names no unit")


def test_a_constant_of_the_ledger_is_caught(notebook):
    contract.code_cells(notebook)[0].source += "\nratio = 1.8"
    assert "claims.get('C80').value" in str(messages(code.find_constants, notebook))


# Each typed number between asterisks is caught. Years, a base, a level of confidence, an ordinal, a
# count and a licence are not, nor the numbers of claims and figures that are named.
TYPED = """The region's GDP grew to *1.86* times its level, or *1.9* times.
Hebei's output rose by *7* % in that year, or *8* per cent, or by *10.0* %.
It has *1,120* schools.
C80 says 1.8 times, and we find *1.6* (C78: 10).
The bureau printed 10.0 (F113), not *10.2*.
In 2013-2022 (2013 = 100) 3 places had a 95 % interval in the 13th plan on 5 May 2023
(CC BY 4.0)."""


@pytest.mark.parametrize("text", TYPED.splitlines())
@pytest.mark.parametrize("where", ["prose", "caption"])
def test_a_typed_number_is_caught(notebook, where, text):
    caught = re.findall(r"\*(.+?)\*", text)
    text = text.replace("*", "")
    if where == "prose":
        notebook.cells[0].source += f"\n\n{text}"
    else:
        contract.stored(notebook, contract.CHART_MIME)[0][0].metadata["mystnb"]["figure"][
            "caption"
        ] = text
    assert list_typed(messages(numbers.find_typed, notebook)) == caught


def test_numbers_typed_in_a_verdict_and_in_the_texts_of_a_chart_are_caught(notebook):
    contract.code_cells(notebook)[0].source += """
claims.verdict("C80", a=(ratio, 1.8, ratio), b=1.859,
    sentence="From 2013 to 2022 it is 1.8 times, or " f"{more} % and 81.3 % more.")
own_short_form("C26", "no indicator in any of 14 plans")
chart.properties(title=f"GDP rose by {more:.0f} % from 2013", description="Bars. Tianjin 1.64.")
"""
    assert list_typed(messages(numbers.find_in_verdicts, notebook)) == [
        "1.8",
        "1.859",
        "81.3",
        "14",
    ]
    assert list_typed(messages(numbers.find_in_chart_texts, notebook)) == ["1.64"]


def test_a_missing_verdict_is_caught():
    notebook = contract.read(CHECKS)
    for cell in contract.code_cells(notebook):
        cell.outputs = [o for o in cell.outputs if VERDICT_MIME not in o.get("data", {})]
    findings = run.find_unanswered(Chapter(CHECKS.with_suffix(".md"), notebook))
    assert "0 verdict cards" in str(list(map(str, findings)))


# Faults of a page are planted in the response to the browser; the site itself stays as it is.
PAGE = "chapters/04_vintages.html"


@pytest.fixture
def planted(at_desk, home):
    """Return a function that opens a chapter's page with one text replaced."""

    def visit(old: str, new: str) -> browser.Visit:
        def answer(route) -> None:
            text = (browser.HTML / PAGE).read_text(encoding="utf-8")
            assert old in text
            route.fulfill(body=text.replace(old, new, 1), content_type="text/html; charset=utf-8")

        at_desk.route(f"**/{PAGE}", answer)
        return browser.open_page(at_desk, home, PAGE)

    return visit


def test_an_external_script_and_a_chart_that_does_not_draw_are_caught(planted):
    visit = planted("</head>", '<script src="https://cdn.example.org/vega.js"></script></head>')
    assert visit.foreign == ["https://cdn.example.org/vega.js"]
    visit = planted('class="chart-spec">{', 'class="chart-spec">{broken ')
    broken = visit.page.locator(".chart-title").first.inner_text()
    assert broken in visit.find_charts_not_drawn(patience=2_000)
    assert visit.errors != []


FAULTS = """<p style="color: #888; background: #999">grey on grey</p>
<p>some words <a href="#x" style="color: #333; text-decoration: none">led</a> and more words</p>
<p>北京</p> <img src="../_static/social.png">
<i class="fa-solid fa-nothing">x</i> <p style="width: 2000px">wide</p>
<div class="chart"><p class="chart-title">Planted</p><svg width="300" height="90" font-size="12">
<g class="role-axis-label"><text x="9" y="50">2020</text><text x="37" y="50">2021</text></g>
<text x="280" y="20">Baoding</text> <text x="100" y="15" font-size="9">fine</text>
<text x="100" y="80" stroke="#fff">C</text> <text x="180" y="50">Wuxi</text>
<text x="181" y="50">Wuxi</text>
<rect fill="#4c78a8" width="9" height="9"/></svg></div>
<div class="highlight"><pre><span class="zz" style="color: #eee">pale</span></pre></div>
<a href="#x" id="lost">lost</a>"""


def test_faults_of_a_page_are_caught(planted):
    page = planted("</article>", FAULTS + "</article>").page
    assert checks.icons(page) and len(checks.language(page)) == 1
    problems = "\n".join(checks.accessibility(page))
    assert all(rule in problems for rule in ("color-contrast", "link-in-text-block", "image-alt"))
    looks = ["touches", "is cut", "under 11 px", "stays light", "written twice", "Vega's own"]
    found = [finding for finding in checks.looks(page) if finding.startswith("Planted:")]
    assert len(found) == len(looks) and all(look in "".join(found) for look in looks)
    page.evaluate("document.addEventListener('keydown', () => { lost.inert = true; })")
    assert any("lost" in finding for finding in checks.keyboard(page))
    page.set_viewport_size(browser.PHONE)
    assert len(checks.width(page)) == 1


def test_loads_from_another_site_are_caught(tmp_path):
    for element, loads in {
        '<a href="https://example.org/">a link to follow</a>': 0,
        '<script src="//cdn.example.org/a.js"></script>': 1,
        '<link rel="preconnect" href="https://cdn.example.org/">': 1,
        '<img loading="lazy" src="https://cdn.example.org/a.png">': 1,
        "<style>@font-face { font-family: A; "
        'src: url("https://cdn.example.org/a.woff2"); }</style>': 1,
    }.items():
        (tmp_path / "page.html").write_text(element, encoding="utf-8")
        assert len(browser.find_third_party_loads(tmp_path)) == loads, element
