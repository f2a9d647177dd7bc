"""The checks can fail: each planted fault must be caught by the check that is there for it.

A broken cell in a table is planted in test_data.py, beside the validation that catches it.
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import contract
import pages
import pytest

NOTEBOOK = contract.CHAPTERS / "03_gdp.ipynb"


@pytest.fixture
def notebook():
    return contract.read(NOTEBOOK)


def nbval(folder: Path, notebook) -> subprocess.CompletedProcess:
    """Re-run one notebook as `make test` does, and compare its outputs."""
    path = folder / NOTEBOOK.name
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "--nbval",
            "--nbval-current-env",
            str(path),
        ],
        env={**os.environ, "JINGJINJI_BOOK": "1"},
        capture_output=True,
        text=True,
        cwd=folder,
    )


def test_a_changed_number_and_a_changed_datum_are_caught(notebook, tmp_path):
    """Both at once, in two cells, because a run takes a kernel's start: nbval must name both."""

    def first_output(mime: str, holds: str):
        return next(
            (i, output["data"])
            for i, cell in enumerate(contract.code_cells(notebook))
            for output in cell.outputs
            if holds in str(output.get("data", {}).get(mime, ""))
        )

    table_cell, table = first_output("text/html", 'class="data"')
    changed = re.sub(r"\d(?=</td>)", lambda digit: str((int(digit[0]) + 1) % 10), table["text/html"], count=1)
    assert changed != table["text/html"]
    table["text/html"] = changed
    chart_cell, chart = first_output(contract.CHART_MIME, "datasets")
    row = next(iter(chart[contract.CHART_MIME]["datasets"].values()))[0]
    row[next(name for name, value in row.items() if isinstance(value, float))] += 1
    result = nbval(tmp_path, notebook)
    assert result.returncode == 1, result.stdout[-2000:]
    for planted in (table_cell, chart_cell):
        assert re.search(rf"::Cell {planted}\b", result.stdout), result.stdout[-2000:]
    assert re.search(r"\b2 failed", result.stdout), result.stdout[-2000:]


def test_a_notebook_without_outputs_is_caught(notebook):
    for cell in contract.code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    assert any("no cell stores an output" in problem for problem in contract.output_problems(notebook))


def test_a_stale_notebook_is_caught(tmp_path):
    source = tmp_path / "03_gdp.md"
    shutil.copy(NOTEBOOK.with_suffix(".md"), source)
    shutil.copy(NOTEBOOK, tmp_path)
    assert contract.pair_problems(source, tmp_path / NOTEBOOK.name) == []
    text = source.read_text(encoding="utf-8")
    for edited in (text + "\nOne more sentence.\n", text.replace("at current prices, 2022", "at prices, 2022", 1)):
        assert edited != text
        source.write_text(edited, encoding="utf-8")
        assert "run 'make notebooks'" in contract.pair_problems(source, tmp_path / NOTEBOOK.name)[0]


CHART_FAULTS = {
    "a deleted alternative text": (lambda cell, spec: spec.pop("description"), "alternative text"),
    "an alternative text without the data": (
        lambda cell, spec: spec.update(
            description="A chart that shows how things went over the years, more or less."
        ),
        "no number of the chart's data",
    ),
    "a missing title": (lambda cell, spec: spec.pop("title"), "no title"),
    "a missing caption": (lambda cell, spec: cell.metadata.pop("mystnb"), "no numbered caption"),
    "a mark that does not exist": (
        lambda cell, spec: spec.update(layer=[{"mark": "banana"}]),
        "not valid Vega-Lite",
    ),
}


@pytest.mark.parametrize("fault", CHART_FAULTS)
def test_a_faulty_chart_is_caught(notebook, fault):
    plant, message = CHART_FAULTS[fault]
    cell, spec = contract.stored(notebook, contract.CHART_MIME)[0]
    cell, spec = copy.deepcopy(cell), copy.deepcopy(spec)
    assert contract.chart_problems(cell, spec) == []
    plant(cell, spec)
    assert any(message in problem for problem in contract.chart_problems(cell, spec))


def test_an_axis_without_a_unit_is_caught():
    spec = {"mark": "bar", "encoding": {"y": {"field": "gdp", "type": "quantitative", "title": "GDP"}}}
    assert contract._axis_problems(spec) != []
    spec["encoding"]["y"]["title"] = "GDP (trillion yuan)"
    assert contract._axis_problems(spec) == []


def test_typed_numbers_are_caught(notebook):
    ids = contract.claims_of("3")
    code = contract.code_cells(notebook)[0]
    code.source += "\nratio = 1.8"
    notebook.cells[0].source += "\n\nThe region's GDP grew to 1.86 times its level."
    assert any("claims.get('C80').value" in problem for problem in contract.code_problems(notebook, ids))
    assert any("1.86" in problem for problem in contract.typed_numbers(notebook))


def test_a_missing_verdict_is_caught(notebook):
    ids = contract.claims_of("3")
    for cell in contract.code_cells(notebook):
        cell.outputs = [o for o in cell.outputs if contract.VERDICT_MIME not in o.get("data", {})]
    assert any("0 verdict cards" in problem for problem in contract.structure_problems(notebook, ids))


@pytest.fixture
def faulty_site(tmp_path):
    """A copy of one chapter's page with whatever a test plants in it."""
    site = tmp_path / "html"
    shutil.copytree(pages.HTML, site, ignore=shutil.ignore_patterns("_sources"))

    def plant(old: str, new: str) -> None:
        path = site / "chapters" / "03_gdp.html"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pages.served(site) as home:
        yield home, plant


def test_an_external_script_is_caught(faulty_site, chromium):
    home, plant = faulty_site
    plant("</head>", '<script src="https://cdn.example.org/vega.js"></script></head>')
    visit = pages.open_page(chromium.new_context(), home, "chapters/03_gdp.html")
    assert visit.foreign == ["https://cdn.example.org/vega.js"]


def test_a_chart_that_does_not_draw_is_caught(faulty_site, chromium):
    home, plant = faulty_site
    plant('class="chart-spec">{', 'class="chart-spec">{broken ')
    visit = pages.open_page(chromium.new_context(viewport=pages.DESK), home, "chapters/03_gdp.html")
    assert len(visit.charts_not_drawn()) == 1
    assert visit.errors != []
