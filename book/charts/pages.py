"""Vega-Lite charts in a book: drawn before it is built, interactive when the reader comes near.

A stored chart becomes

- the chart as SVG, there at first paint, its title and its description as text, and its numbers as a
  table (all in ``drawing.py``; ``python -m book.charts`` has drawn it),
- its specification, compiled, which ``charts.js`` brings to life with Vega from ``vl_convert``.
  Only a page with a chart asks for Vega.

Colours are CSS variables (``_static/book.css``): a drawing follows the page from light to dark at once.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import vl_convert
from docutils import nodes
from sphinx.application import Sphinx

from book.charts import store
from book.settings import CHART_MIME

VEGA_SCRIPT = "vega.js"
# The packages of Vega that the book's charts use, in the versions that vl_convert has inside: without trees,
# forces, regressions, word clouds and the like, the script is a sixth smaller.
VEGA = """\
import { extend, Warn } from "vega-util@2.1.0";
import { transforms } from "vega-dataflow@6.1.0";
import * as common from "vega-transforms@5.1.0";
import * as view from "vega-view-transforms@5.1.0";
import * as encode from "vega-encode@5.1.0";
import * as geo from "vega-geo@5.1.0";
import { View } from "vega-view@6.1.0";
import { parse } from "vega-parser@7.1.0";
extend(transforms, common, view, encode, geo);
window.vega = { View, Warn, parse };"""


class vega_chart(nodes.General, nodes.Element):
    """A chart in the document; one that is `still`, such as a picture of a page, stays the drawing."""


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

    mime_priority_overrides = [("html", CHART_MIME, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline):
        if inline or data.mime_type != CHART_MIME:
            return None
        return [vega_chart(specification=store.format_specification(data.content))]


def bundle_script(module: str) -> str:
    """A script of this module and all that it imports, from the packages inside vl_convert."""
    # The address is a name: vl_convert has the package of this version inside and asks no network for it.
    addressed = re.sub(r'from "(.+?)"', r'from "https://cdn.jsdelivr.net/npm/\1/+esm"', module)
    # The bundle is module text; as a plain script its top-level names would clash with others'.
    return "(function(){" + vl_convert.javascript_bundle(addressed) + "})();\n"


def _bundle() -> Path:
    """Vega itself, from the copy inside vl_convert: no page asks a third party for it.

    Bundling takes longer than a page does and depends on nothing but vl_convert's version, so the
    result is kept in the environment beside it.
    """
    made_of = hashlib.sha256(VEGA.encode()).hexdigest()[:8]
    kept = Path(sys.prefix) / "share" / f"vega-{version('vl-convert-python')}-{made_of}.js"
    if not kept.exists():
        store.keep(kept, bundle_script(VEGA))
    return kept


def _copy_bundle(app: Sphinx, error: Exception | None) -> None:
    if not error:
        shutil.copyfile(_bundle(), Path(app.outdir) / "_static" / VEGA_SCRIPT)


def setup(app: Sphinx) -> None:
    """Draw the charts, and send their script along."""
    app.add_node(vega_chart, html=(_write_chart, None))
    app.connect("build-finished", _copy_bundle)
