"""Parts of a page as docutils nodes: paragraphs, tables, links to any page of the site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, TypeAlias

from docutils import nodes
from sphinx import addnodes

Part: TypeAlias = "str | nodes.Node"
Cell: TypeAlias = "Part | list[nodes.Node]"


def paragraph(*parts: Part, kind: str = "") -> nodes.paragraph:
    """A paragraph of texts and nodes, of a class."""
    inside = (nodes.Text(part) if isinstance(part, str) else part for part in parts)
    return nodes.paragraph("", "", *inside, classes=kind.split())


def make_block(part: Part) -> nodes.Node:
    """What may stand where paragraphs do."""
    return paragraph(part) if isinstance(part, str | nodes.Inline) else part


def bullets(items: Iterable[Part], kind: str) -> nodes.bullet_list:
    """A plain list, an item each."""
    return nodes.bullet_list("", *(nodes.list_item("", make_block(item)) for item in items), classes=[kind])


def definitions(entries: Iterable[tuple[str, str]], kind: str) -> nodes.definition_list:
    """Terms, each with the sentence that defines it."""
    made = nodes.definition_list("", classes=[kind])
    for term, said in entries:
        made += nodes.definition_list_item("", nodes.term("", term), nodes.definition("", paragraph(said)))
    return made


def row(cells: Iterable[Cell], **attributes: list[str]) -> nodes.row:
    """A row of a table; a cell is a text, a node, or several."""
    made = nodes.row("", **attributes)
    for cell in cells:
        made += nodes.entry("", *(cell if isinstance(cell, list) else [make_block(cell)]))
    return made


def table(kind: str, head: Sequence[str], rows: Iterable[nodes.row | list[Cell]]) -> nodes.table:
    """A table of the class `kind`."""
    group = nodes.tgroup("", cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", row(head))
    group += nodes.tbody("", *(one if isinstance(one, nodes.row) else row(one) for one in rows))
    return nodes.table("", group, classes=kind.split())


def box(kind: str, *inside: nodes.Node, ids: Sequence[str] = ()) -> nodes.container:
    """Parts in a box of some classes."""
    return nodes.container("", *inside, classes=kind.split(), ids=list(ids))


def folded(summary: str, *inside: nodes.Node) -> nodes.container:
    """Parts that the reader opens; paper, and a link that leads into them, open them too."""
    start = f'<details class="folded"><summary>{escape(summary)}</summary>'
    return box("folded-box", raw(start), *inside, raw("</details>"))


def raw(html: str) -> nodes.raw:
    """HTML as it is."""
    return nodes.raw("", html, format="html")


def link(env: Any, label: str, said: Part) -> addnodes.pending_xref:
    """A link to a label of any page, which Sphinx resolves when all are read."""
    text = nodes.inline("", "", nodes.Text(said) if isinstance(said, str) else said)
    wanted = {"reftype": "ref", "reftarget": label, "refdomain": "std", "refdoc": env.docname}
    return addnodes.pending_xref("", text, refexplicit=True, refwarn=True, **wanted)


def anchor(env: Any, label: str) -> None:
    """Let any page refer to an id of the page that is being read."""
    env.get_domain("std").anonlabels[label] = (env.docname, label)


def index_entry(said: str, label: str, main: str = "") -> addnodes.index:
    """An entry of the index that leads to an id of the page which holds it."""
    return addnodes.index(entries=[("single", said, label, main, "Claims")])
