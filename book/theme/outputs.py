"""Outputs that notebooks store, as pages show them: tables are valid HTML, and columns stay columns."""

import re
from typing import Any

from docutils import nodes
from lxml import html
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.theme import printed
from book.theme.languages import mark_element

# Two lines of printed text with a gap inside: columns, which a line broken on a phone would mix.
_COLUMNS = re.compile(r"\S {2,}\S.*\n.*\S {2,}\S")


class columns(nodes.General, nodes.Element):  # type: ignore[misc]  # docutils has no types
    """Printed text that scrolls sideways, also by keyboard."""


def mend_table(stored: str) -> str:
    """The HTML of an output, with its Chinese marked as Chinese.

    pandas gives each table a style of its own, a border that HTML no longer has, and empty cells for headers.
    """
    box = html.fragment_fromstring(stored, create_parent="div")
    for style in box.xpath(".//style[@scoped]"):
        style.drop_tree()
    for element in box.iter("table", "tr", "th"):
        element.attrib.pop("border" if element.tag == "table" else "valign", None)
        if element.tag == "th" and not len(element) and not element.text:
            element.tag = "td"
    mark_element(box)
    return (box.text or "") + "".join(html.tostring(part, encoding="unicode") for part in box)


class ShowOutputs(SphinxPostTransform):
    """Makes of outputs what a page shows."""

    # When of several forms of an output one is chosen.
    default_priority = 890
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for raw in self.document.findall(nodes.raw):
            if "text_html" in raw["classes"]:
                raw.replace(raw[0], nodes.Text(mend_table(raw.astext())))
        for block in list(self.document.findall(nodes.literal_block)):
            if "output" in block["classes"]:
                block.replace_self([_show(block, part) for part in printed.find_tables(block.astext())])


def _show(block: nodes.literal_block, part: str | list[list[str]]) -> nodes.Element:
    """A part of what a cell printed: a table, or text in lines."""
    if isinstance(part, list):
        return columns("", nodes.raw("", mend_table(printed.render_table(part)), format="html"))
    text = nodes.literal_block(part, part, **block.attributes)
    return columns("", text) if _COLUMNS.search(part) else text


def _open(translator: Any, node: columns) -> None:
    translator.body.append('<div class="in-columns scroll" tabindex="0">')


def _close(translator: Any, node: columns) -> None:
    translator.body.append("</div>")


def setup(app: Sphinx) -> None:
    """Show outputs so."""
    app.add_node(columns, html=(_open, _close))
    app.add_post_transform(ShowOutputs)
