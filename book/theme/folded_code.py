"""The prompt over folded code as valid HTML, and named by what it says.

myst-nb puts a paragraph into the summary, where HTML allows only phrases, and a name over it that is not what
it says.
"""

from html import escape
from typing import Any

from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx

_START = """<details class="admonition hide {kind}">
<summary><span class="collapsed admonition-title">{show}</span>
<span class="expanded admonition-title">{hide}</span></summary>
"""


def _open(translator: Any, node: HideCodeCellNode) -> None:
    show, hide = escape(node["prompt_show"]), escape(node["prompt_hide"])
    translator.body.append(_START.format(kind=" ".join(node["classes"]), show=show, hide=hide))


def _close(translator: Any, node: HideCodeCellNode) -> None:
    translator.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    """Write folded code our way."""
    app.add_node(HideCodeCellNode, override=True, html=(_open, _close))
