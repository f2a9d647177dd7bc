"""Write mathematics as MathML at build time: it needs no script, and screen readers can read it."""

import re
from html import escape
from typing import Any, NoReturn

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

# What latex2mathml leaves of an unknown command or environment.
_NOT_CONVERTED = re.compile(r"<mi>(\\\w+|&)</mi>")
# Where a named function needs the thin space that TeX leaves around it.
_APART = re.compile(
    r"(</m(?:i|n|sub|sup|frac)>(?=<mi>(?:ln|log)<)|<mi>(?:ln|log)</mi>(?=<m(?:[in]|sub|frac|row)>))"
)


def make_mathml(latex: str, display: str, node: nodes.Element) -> str:
    """Convert a formula to a `<math>` element with its LaTeX; warn about unknown commands."""
    try:
        result = convert(latex, display=display)
    except Exception as error:  # the converter raises many kinds
        logger.warning("cannot read the formula %r: %s", latex, error, location=node)
        return f"<code>{escape(latex)}</code>"
    left_over = _NOT_CONVERTED.search(result)
    if left_over:
        logger.warning(
            "%s in %r has no MathML; write it another way", left_over[1], latex, location=node
        )
    opening, rest = result.replace("<mover>", '<mover accent="true">').split(">", 1)
    body = _APART.sub(r'\1<mspace width="0.17em"/>', rest.removesuffix("</math>"))
    source = f'<annotation encoding="application/x-tex">{escape(latex, quote=False)}</annotation>'
    return f"{opening}><semantics>{body}{source}</semantics></math>"


def _visit_inline(translator: Any, node: nodes.math) -> NoReturn:
    translator.body.append(make_mathml(node.astext(), "inline", node))
    raise nodes.SkipNode


def _visit_block(translator: Any, node: nodes.math_block) -> NoReturn:
    identifier = f' id="{node["ids"][0]}"' if node.get("ids") else ""
    number = f'<span class="eqno">({node["number"]})</span>' if node.get("number") else ""
    formula = make_mathml(node.astext(), "block", node)
    translator.body.append(
        f'<div class="math-block scroll" tabindex="0"{identifier}>{formula}{number}</div>\n'
    )
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (_visit_inline, None), (_visit_block, None))
