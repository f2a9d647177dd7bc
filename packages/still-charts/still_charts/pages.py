"""Put Vega-Lite charts into a book: drawn during the build, interactive when the reader comes near.

A stored chart becomes a node of the document. After all pages are read, missing charts are drawn;
before a page is written, its nodes get their HTML: drawing, words, data as a table, and the program
that ``charts.js`` runs with Vega. Colours are CSS variables, so drawings follow the page from light
to dark.
"""

from pathlib import Path
from typing import Any, NoReturn

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from still_charts.embeds import write_embed
from still_charts.shared import render_charts
from still_charts.store import ChartStore, format_specification
from still_charts.vega import CHART_MIME


class vega_chart(nodes.General, nodes.Element):  # type: ignore[misc]  # docutils has no types
    """A chart in the document; if it is `still`, it stays a drawing."""


def make_chart(env: BuildEnvironment, specification: dict, *, still: bool = False) -> vega_chart:
    """Make the node of a chart, for any directive."""
    text = format_specification(specification)
    _list_wanted(env).append(text)
    return vega_chart(specification=text, still=still)


def open_store(app: Sphinx) -> ChartStore:
    """Open the store of this book's drawings, with its colours."""
    config = app.config
    folder = Path(app.srcdir) / config.still_charts_folder
    return ChartStore(folder, config.still_charts_colours, config.still_charts_han)


class ChartRenderer:
    """Renderer with which myst-nb turns a stored chart into a node."""

    mime_priority_overrides = [("html", CHART_MIME, 1)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """Return the node of an output, or None if it has another type."""
        if inline or data.mime_type != CHART_MIME:
            return None
        return [make_chart(renderer.renderer.sphinx_env, data.content)]


def _list_wanted(env: BuildEnvironment) -> list[str]:
    """Return the charts of the pages that were read in this build."""
    return env.__dict__.setdefault("still_charts_wanted", [])


def _merge_wanted(
    app: Sphinx, env: BuildEnvironment, pages: list[str], other: BuildEnvironment
) -> None:
    _list_wanted(env).extend(_list_wanted(other))


def _draw(app: Sphinx, env: BuildEnvironment) -> list[str]:
    wanted = _list_wanted(env)
    open_store(app).draw_missing(wanted)
    wanted.clear()
    return []


def _render(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Give each chart of a page its HTML."""
    charts = list(doctree.findall(vega_chart))
    if not charts or app.builder.format != "html":
        return
    store = open_store(app)
    drawings = [store.read(node["specification"]) for node in charts]
    still = (index for index, node in enumerate(charts) if node["still"])
    rendered, end = render_charts(drawings, page, still)
    for node, html in zip(charts, rendered, strict=True):
        node["html"] = html
    if app.builder.name in ("html", "dirhtml"):
        for node, drawing in zip(charts, drawings, strict=True):
            write_embed(app, node, drawing, page)
    if end:
        doctree.append(nodes.raw("", end, format="html"))


def _visit(translator: Any, node: vega_chart) -> NoReturn:
    translator.body.append(node["html"])
    raise nodes.SkipNode


def _leave_out(translator: Any, node: vega_chart) -> NoReturn:
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register settings, the node and events."""
    app.add_config_value("still_charts_folder", "_build/charts", "html", str)
    app.add_config_value("still_charts_colours", {}, "html", dict)
    app.add_config_value("still_charts_han", "", "html", str)
    app.add_config_value("still_charts_variables", ({}, {}), "html", (list, tuple))
    app.add_config_value("still_charts_licence", ("", ""), "html", (list, tuple))
    others: dict[str, Any] = dict.fromkeys(("latex", "text", "man", "texinfo"), (_leave_out, None))
    app.add_node(vega_chart, html=(_visit, None), **others)
    app.connect("env-merge-info", _merge_wanted)
    app.connect("env-updated", _draw)
    app.connect("doctree-resolved", _render)
