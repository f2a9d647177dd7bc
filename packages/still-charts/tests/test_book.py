"""Build the README's book of two pages."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from still_charts import assets
from still_charts.vega import CHART_MIME

README = Path(__file__).parents[1] / "README.md"
CHART = {
    "title": "Output doubled",
    "description": "From 10 to 20 million.",
    "data": {"values": [{"year": "2020", "gdp": 10}, {"year": "2021", "gdp": 20}]},
    "mark": {"type": "bar", "color": "#8c2d04"},
    "encoding": {
        "x": {"field": "year", "type": "ordinal"},
        "y": {"field": "gdp", "type": "quantitative"},
    },
}


def build(folder: Path, conf: str, charts: list[dict]) -> subprocess.CompletedProcess:
    """Build a page of text and a notebook that stores these charts."""
    cells = [nbformat.v4.new_markdown_cell("# A notebook")]
    for chart in charts:
        output = nbformat.v4.new_output(
            "display_data", {CHART_MIME: chart, "text/plain": "alt.Chart"}
        )
        named = {"mystnb": {"figure": {"name": "fig-a", "caption": "Data: an office."}}}
        cells.append(nbformat.v4.new_code_cell("alt.Chart(...)", outputs=[output], metadata=named))
    about = {"language_info": {"name": "python", "pygments_lexer": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=about), folder / "page.ipynb")
    (folder / "index.md").write_text("# A book\n\n```{toctree}\npage\n```\n", encoding="utf-8")
    (folder / "conf.py").write_text(conf, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", ".", "html"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.fixture(scope="module")
def conf() -> str:
    """Return the README's conf.py with a theme that comes with Sphinx."""
    return re.search(r"```python\n(# conf.py.*?)```", README.read_text("utf-8"), re.DOTALL)[
        1
    ].replace("pydata_sphinx_theme", "alabaster")


def test_the_readmes_book_shows_a_chart_without_a_script_and_brings_it_alive_with_its_own(
    tmp_path, conf
):
    choose = {"places": ["2020", "2021"], "columns": {"year": "places"}, "noun": "years"}
    params = [{"name": "places", "value": None}]
    done = build(tmp_path, conf, [CHART | {"params": params, "usermeta": {"choose": choose}}])
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "html" / "page.html").read_text(encoding="utf-8")
    assert '<p class="chart-title">Output doubled</p>' in page and "<td>20</td>" in page
    assert 'aria-label="From 10 to 20 million."' in page and "var(--brand, #8c2d04)" in page
    assert re.search(r'<script defer="defer" src="_static/still-charts.js\?v=\w+">', page)
    assert not re.search(r'<(?:script|link|img|use)\b[^>]*"(?:https?:)?//', page)
    static = tmp_path / "html" / "_static"
    assert (static / "vega.js").stat().st_size > 100_000 and not (static / "vega-lite.js").exists()
    script = (static / "still-charts.js").read_text(encoding="utf-8")
    assert all(path.read_text(encoding="utf-8") in script for path in assets.SCRIPTS)
    assert "chart-title" in (static / "still-charts.css").read_text(encoding="utf-8")
    alone = (static / "embeds" / "fig-a.html").read_text(encoding="utf-8")
    assert 'href="../../page.html#fig-a"' in alone and "<p>Data: an office.</p>" in alone
    assert re.search(r'class="chart".*chart-spec.*chart-choose.*class="choose-places"', alone)
    assert "vega" not in (tmp_path / "html" / "index.html").read_text(encoding="utf-8")


def test_a_chart_that_cannot_be_drawn_ends_the_build_in_a_sentence(tmp_path, conf):
    done = build(tmp_path, conf, [CHART | {"mark": 5}])
    assert done.returncode and 'The chart "Output doubled" cannot be drawn' in done.stderr, (
        done.stderr
    )
