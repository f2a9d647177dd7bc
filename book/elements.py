"""Builders of docutils nodes that several features share: paragraphs, tables, links to any page."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment

Part: TypeAlias = str | nodes.Node
Cell: TypeAlias = Part | list[nodes.Node]


def paragraph(*parts: Part, classes: Iterable[str] = ()) -> nodes.paragraph:
    """Make a paragraph of texts and nodes."""
    return nodes.paragraph("", "", *map(_make_node, parts), classes=list(classes))


def inline(*parts: Part, classes: Iterable[str] = ()) -> nodes.inline:
    """Make a span of texts and nodes."""
    return nodes.inline("", "", *map(_make_node, parts), classes=list(classes))


def bullets(items: Iterable[Part], kind: str = "") -> nodes.bullet_list:
    """Make a bullet list of class `kind`."""
    entries = (nodes.list_item("", _make_block(item)) for item in items)
    return nodes.bullet_list("", *entries, classes=[kind] if kind else [])


def definitions(entries: Iterable[tuple[str, list[Part]]], kind: str) -> nodes.definition_list:
    """Make a definition list of class `kind` from terms, each with its defining paragraphs."""
    items = (
        nodes.definition_list_item(
            "", nodes.term("", term), nodes.definition("", *map(_make_block, parts))
        )
        for term, parts in entries
    )
    return nodes.definition_list("", *items, classes=[kind])


def table(
    kind: str, head: Iterable[str], rows: Iterable[nodes.row | Sequence[Cell]]
) -> nodes.table:
    """Make a table of the classes in `kind`; each row is a list of cells or a finished row."""
    names = list(head)
    body = (cells if isinstance(cells, nodes.row) else row(cells) for cells in rows)
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in names), cols=len(names))
    group += [nodes.thead("", row(names)), nodes.tbody("", *body)]
    return nodes.table("", group, classes=kind.split())


def join(parts: Iterable[Part], between: str = ", ") -> list[Part]:
    """Insert a separator between parts."""
    return [item for part in parts for item in (between, part)][1:]


def row(cells: Iterable[Cell], **attributes: list[str]) -> nodes.row:
    """Make a table row; a cell is a text, a node, or a list of nodes."""
    parts = (cell if isinstance(cell, list) else [_make_block(cell)] for cell in cells)
    return nodes.row("", *(nodes.entry("", *part) for part in parts), **attributes)


def box(kind: str, *content: nodes.Node, ids: Iterable[str] = ()) -> nodes.container:
    """Make a container of the classes in `kind`."""
    return nodes.container("", *content, classes=kind.split(), ids=list(ids))


def folded(summary: Part, *content: nodes.Node) -> nodes.container:
    """Make a collapsed section. It opens for print and for links that lead into it."""
    tags = '<details class="folded"><summary>', "</summary>", "</details>"
    start, middle, end = (nodes.raw("", tag, format="html") for tag in tags)
    return box("folded-box", start, _make_node(summary), middle, *content, end)


def sift() -> nodes.raw:
    """Make the place of the field that filters the list after it (`sift.js`)."""
    return nodes.raw("", '<div class="sift"></div>', format="html")


def reference(
    env: BuildEnvironment, target: str, *text: Part, kind: str = "ref"
) -> addnodes.pending_xref:
    """Make a cross-reference to a label, a page (`doc`) or a `term`, resolved once all pages are
    read."""
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
    """Register `label` as a cross-reference target for an id on the current page."""
    cast(StandardDomain, env.get_domain("std")).anonlabels[label] = (env.docname, target or label)


def is_lesson(document: nodes.document) -> bool:
    """Whether a page has the form of a lesson, as `glance` at its head says."""
    return any("glance" in box["classes"] for box in document.findall(nodes.container))


def index_entry(value: str, target: str, main: str = "") -> addnodes.index:
    """Make an index entry for an id on the current page."""
    return addnodes.index(entries=[("single", value, target, main, None)])


def _make_node(part: Part) -> nodes.Node:
    return nodes.Text(part) if isinstance(part, str) else part


def _make_block(part: Part) -> nodes.Node:
    return paragraph(part) if isinstance(part, str | nodes.Inline) else part
