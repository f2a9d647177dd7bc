"""Parts of a page that several features make: paragraphs, tables, links to any page of the book."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment

Part: TypeAlias = str | nodes.Node


def paragraph(*parts: Part, classes: Iterable[str] = ()) -> nodes.paragraph:
    """A paragraph of texts and nodes."""
    return nodes.paragraph("", "", *map(_make_node, parts), classes=list(classes))


def bullets(items: Iterable[Part], kind: str = "") -> nodes.bullet_list:
    """A plain list, an item each; `kind` is its class."""
    entries = (nodes.list_item("", _make_block(item)) for item in items)
    return nodes.bullet_list("", *entries, classes=[kind] if kind else [])


def definitions(entries: Iterable[tuple[str, list[Part]]], kind: str) -> nodes.definition_list:
    """Terms, each with the paragraphs that define it; `kind` is the list's class."""
    items = (
        nodes.definition_list_item("", nodes.term("", term), nodes.definition("", *map(_make_block, parts)))
        for term, parts in entries
    )
    return nodes.definition_list("", *items, classes=[kind])


def table(kind: str, head: Iterable[str], rows: Iterable[nodes.row | list[Part]]) -> nodes.table:
    """A table of the class `kind`; a row is a list of cells, or a row that is made already."""
    names = list(head)
    body = (one if isinstance(one, nodes.row) else row(one) for one in rows)
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in names), cols=len(names))
    group += [nodes.thead("", row(names)), nodes.tbody("", *body)]
    return nodes.table("", group, classes=[kind])


def join(parts: Iterable[Part], between: str = ", ") -> list[Part]:
    """Parts with a text between each two."""
    return [one for part in parts for one in (between, part)][1:]


def row(cells: Iterable[Part | list[nodes.Node]], **attributes: list[str]) -> nodes.row:
    """A row of a table; a cell is a text, a node, or several."""
    parts = (cell if isinstance(cell, list) else [_make_block(cell)] for cell in cells)
    return nodes.row("", *(nodes.entry("", *part) for part in parts), **attributes)


def folded(summary: str, *inside: nodes.Node) -> nodes.container:
    """Parts that the reader opens; paper, and a link that leads into them, open them too."""
    start = f'<details class="folded"><summary>{escape(summary)}</summary>'
    end = nodes.raw("", "</details>", format="html")
    return nodes.container("", nodes.raw("", start, format="html"), *inside, end, classes=["folded-box"])


def reference(env: BuildEnvironment, target: str, *text: Part, kind: str = "ref") -> addnodes.pending_xref:
    """A link that Sphinx resolves when every page is read: to a label, a page (`doc`) or a `term`."""
    return addnodes.pending_xref(
        "",
        nodes.inline("", "", *map(_make_node, text)),
        refdomain="std",
        reftype=kind,
        reftarget=target,
        refexplicit=True,
        refdoc=env.docname,
        refwarn=True,
    )


def anchor(env: BuildEnvironment, label: str, target: str = "") -> None:
    """Let any page refer by `label` to an id of the page that is being read, by default the same."""
    cast(StandardDomain, env.get_domain("std")).anonlabels[label] = (env.docname, target or label)


def index_entry(value: str, target: str, heading: str, main: str = "") -> addnodes.index:
    """An entry of the index that leads to an id of the page which holds it."""
    return addnodes.index(entries=[("single", value, target, main, heading)])


def _make_node(part: Part) -> nodes.Node:
    return nodes.Text(part) if isinstance(part, str) else part


def _make_block(part: Part) -> nodes.Node:
    return paragraph(part) if isinstance(part, str | nodes.Inline) else part
