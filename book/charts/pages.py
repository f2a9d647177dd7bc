"""Vega-Lite charts in a book: drawn before it is built, interactive when the reader comes near.

A stored output of type ``application/vnd.vegalite.v6+json`` becomes

- the chart as SVG, there at first paint, its title and its description as text, and its numbers as a
  table (all in ``drawing.py``; ``python -m book.charts`` has drawn it),
- its specification, compiled, which ``charts.js`` brings to life with Vega from ``vl_convert``.
  Only a page with a chart asks for Vega.

Colours are CSS variables (``_static/book.css``): a drawing follows the page from light to dark at once.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from book.charts import store
from book.settings import CHART_MIME as MIME

VEGA_SCRIPT = "vega.js"


class vega_chart(nodes.General, nodes.Element):
    """A chart in the document.

    One that is `still` comes alive when the reader asks, not when the reader comes near: for pages that
    are to weigh less than the chart library does.
    """


def _write_chart(self, node: vega_chart) -> None:
    root = Path(self.builder.srcdir)
    target = store.place(root, node["specification"])
    if not target.exists():
        # A chart that a page makes of others' findings is in no notebook. The engine has threads, which do
        # not survive the fork of a process that writes pages: it runs in a process of its own.
        command = [sys.executable, "-m", "book.charts", "--one"]
        subprocess.run(command, cwd=root, input=node["specification"], text=True, check=True)
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
        return [vega_chart(specification=store.text_of(data.content))]


def _bundle() -> Path:
    """Vega itself, from the copy inside vl_convert: no page asks a third party for it.

    Bundling takes longer than a page does and depends on nothing but vl_convert's version, so the
    result is kept in the environment beside it.
    """
    kept = Path(sys.prefix) / "share" / f"vega-{version('vl-convert-python')}.js"
    if not kept.exists():
        import vl_convert

        from book.charts.drawing import VEGA_LITE

        # The address is a name: vl_convert has the module of this version inside and asks no network for it.
        vega = f"https://cdn.jsdelivr.net/npm/vega@{vl_convert.get_vega_version()}/+esm"
        script = vl_convert.javascript_bundle(
            f'import {{ View, Warn, parse }} from "{vega}"; window.vega = {{ View, Warn, parse }};',
            vl_version=VEGA_LITE,
        )
        # The bundle is module text; as a plain script its top-level names would clash with others'.
        store.keep(kept, "(function(){" + script + "})();\n")
    return kept


def _copy_bundle(app: Sphinx, error: Exception | None) -> None:
    target = Path(app.outdir) / "_static" / VEGA_SCRIPT
    if not error and app.builder.format == "html" and not target.exists():
        shutil.copyfile(_bundle(), target)


def setup(app: Sphinx) -> dict:
    app.add_node(vega_chart, html=(_write_chart, None))
    app.connect("build-finished", _copy_bundle)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
