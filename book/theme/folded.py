"""Collapsed answers and code, which open without scripts, and what the layer "Read" of a chapter folds.

    :::{dropdown} Answer
    About twenty million.
    :::

The summary of collapsed code is written as valid HTML: myst-nb puts a paragraph into it, and an ARIA label
that differs from its text. What belongs to the work on a chapter is written as open `<details>`, whose
summaries are not seen until `folded.js` folds them.
"""

from html import escape
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from book import elements, settings

_START = """<details class="admonition hide {kind}">
<summary><span class="collapsed admonition-title">{show}</span>
<span class="expanded admonition-title">{hide}</span></summary>
"""


class Dropdown(SphinxDirective):
    """A collapsed block under a title of plain text."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        return [elements.folded(self.arguments[0], *self.parse_content_to_nodes())]


def _summarise(node: nodes.Element) -> str:
    """Name what is folded when a chapter is only read; "" for what stays."""
    classes, first, before = node["classes"], node[0] if len(node) else None, node.previous_sibling()
    if "cell_input" in classes and not isinstance(node.parent, HideCodeCellNode):
        lines = node.astext().strip().count("\n") + 1
        return f"Code, {lines} {'line' if lines == 1 else 'lines'}"
    if "cell_output" in classes and "curve.refused" in node.parent.astext():
        return "Forks that were refused, and why"
    if "modify" in classes:
        return "Modify: a change in the code"
    if isinstance(first, nodes.table) and "exercise-list" in first["classes"]:
        return "The exercises"
    if isinstance(first, nodes.footnote):
        return f"References: {len(node)}"
    if isinstance(node, nodes.definition_list) and isinstance(node.parent, nodes.section):
        return f"Key terms: {len(node)}"
    if isinstance(node, nodes.enumerated_list) and before and (names := [*before.findall(nodes.strong)]):
        return f"{names[0].astext().rstrip('.')}: {len(node)}"
    return ""


class FoldWork(SphinxPostTransform):
    """Wrap what belongs to the work on a chapter in `<details>`."""

    # After boxes have their content, and footnotes their place.
    default_priority = 910
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        # The first text is about code, which stays.
        if self.env.docname not in settings.list_executed(self.app.srcdir)[1:]:
            return
        for node in list(self.document.findall(nodes.Element)):
            if summary := _summarise(node):
                tags = f'<details class="work" open><summary>{summary}</summary>', "</details>"
                start, end = (nodes.raw("", tag, format="html") for tag in tags)
                place = node.parent.index(node)
                node.parent[place : place + 1] = [start, node, end]


def _open(translator: Any, node: HideCodeCellNode) -> None:
    show, hide = escape(node["prompt_show"]), escape(node["prompt_hide"])
    translator.body.append(_START.format(kind=" ".join(node["classes"]), show=show, hide=hide))


def _close(translator: Any, node: HideCodeCellNode) -> None:
    translator.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    """Register directive and transform, and replace the HTML of collapsed code."""
    app.add_directive("dropdown", Dropdown)
    app.add_post_transform(FoldWork)
    app.add_node(HideCodeCellNode, override=True, html=(_open, _close))
