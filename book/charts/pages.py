"""Vega-Lite charts in a book: drawn at build time, interactive when the reader comes near.

A stored output of type ``application/vnd.vegalite.v6+json`` becomes

- the chart as SVG, there at first paint, its title and its description as text, and its numbers as a
  table (all in ``chart_html.py``),
- its specification, compiled, which ``scripts/charts.js`` brings to life with Vega from ``vl_convert``.
  Only pages with a chart ask for either script.

Colours are CSS variables (``_static/book.css``): a drawing follows the page from light to dark at once.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from book.charts import drawing as chart_html
import vl_convert
from docutils import nodes
from sphinx.application import Sphinx

MIME = "application/vnd.vegalite.v6+json"
VEGA_SCRIPT = "vega.js"

# The drawing engine takes half a second to start: beside Sphinx, in a process of its own, it costs nothing.
_pool = ProcessPoolExecutor(max_workers=1)
_asked: dict[Path, Future] = {}


class vega_chart(nodes.General, nodes.Element):
    """A chart in the document, drawn while the rest of the book is read.

    One that is `still` comes alive when the reader asks, not when the reader comes near: for pages that
    are to weigh less than the chart library does.
    """


def _keep(target: Path, text: str) -> None:
    """Write a file that later builds trust: whole or not at all, also when this build is interrupted."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(target)


def _draw(specification: str, target: Path) -> None:
    _keep(target, chart_html.chart_html(json.loads(specification)))


def _drawing(app: Sphinx, specification: str) -> Path:
    """Where the HTML of a chart is, or will be: a chart that an earlier build drew is not drawn again."""
    code = Path(chart_html.__file__).read_bytes()
    name = hashlib.sha256(code + specification.encode()).hexdigest()[:20]
    target = _folder(app) / f"{name}.html"
    if target not in _asked and not target.exists():
        _asked[target] = _pool.submit(_draw, specification, target)
    return target


def _folder(app: Sphinx) -> Path:
    return Path(app.doctreedir) / "charts"


def _write_chart(self, node: vega_chart) -> None:
    target = _drawing(self.builder.app, node["specification"])
    if target in _asked:
        _asked[target].result()
    html = target.read_text(encoding="utf-8")
    if node.get("still"):
        html = html.replace('class="chart"', 'class="chart still"', 1)
    self.body.append(html)
    raise nodes.SkipNode


class ChartRenderer:
    """How myst-nb turns a stored chart into a node of the document."""

    mime_priority_overrides = [("html", MIME, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline):
        if inline or data.mime_type != MIME:
            return None
        specification = json.dumps(data.content, ensure_ascii=False)
        _drawing(renderer.renderer.sphinx_env.app, specification)
        return [vega_chart(specification=specification)]


def _scripts_where_needed(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if doctree and any(doctree.findall(vega_chart)):
        app.add_js_file("charts.js", loading_method="defer")


def _bundle() -> Path:
    """Vega itself, from the copy inside vl_convert: no page asks a third party for it.

    Bundling takes longer than a page does and depends on nothing but vl_convert's version, so the
    result is kept in the environment beside it.
    """
    kept = Path(sys.prefix) / "share" / f"vega-{vl_convert.__version__}-{chart_html.VEGA_LITE}.js"
    if not kept.exists():
        # The address is a name: vl_convert has the module of this version inside and asks no network for it.
        vega = f"https://cdn.jsdelivr.net/npm/vega@{vl_convert.get_vega_version()}/+esm"
        script = vl_convert.javascript_bundle(
            f'import {{ View, Warn, parse }} from "{vega}"; window.vega = {{ View, Warn, parse }};',
            vl_version=chart_html.VEGA_LITE,
        )
        # The bundle is module text; as a plain script its top-level names would clash with others'.
        _keep(kept, "(function(){" + script + "})();\n")
    return kept


def _copy_bundle(app: Sphinx, error: Exception | None) -> None:
    target = Path(app.outdir) / "_static" / VEGA_SCRIPT
    if not error and app.builder.format == "html" and not target.exists():
        shutil.copyfile(_bundle(), target)


def setup(app: Sphinx) -> dict:
    if not _folder(app).exists():
        _pool.submit(vl_convert.vegalite_to_vega, {"mark": "point", "data": {"values": []}})  # start early
    app.add_node(vega_chart, html=(_write_chart, None))
    app.connect("html-page-context", _scripts_where_needed)
    app.connect("build-finished", _copy_bundle)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
