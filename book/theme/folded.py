"""Collapsed answers and code, which open without scripts.

    :::{dropdown} Answer
    About twenty million.
    :::

The summary of collapsed code is written as valid HTML: myst-nb puts a paragraph into it, and an ARIA label
that differs from its text.
"""

from html import escape
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements

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


def _open(translator: Any, node: HideCodeCellNode) -> None:
    show, hide = escape(node["prompt_show"]), escape(node["prompt_hide"])
    translator.body.append(_START.format(kind=" ".join(node["classes"]), show=show, hide=hide))


def _close(translator: Any, node: HideCodeCellNode) -> None:
    translator.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    """Register the directive, and replace the HTML of collapsed code."""
    app.add_directive("dropdown", Dropdown)
    app.add_node(HideCodeCellNode, override=True, html=(_open, _close))
