"""The index as a page of the book, in its table of contents like any other.

Sphinx collects and sorts the entries, but writes them by a template of its own, which no table of contents
can name. The directive `index-entries` puts them on the page `genindex` instead.
"""

from typing import cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.index import IndexDomain
from sphinx.environment import BuildEnvironment
from sphinx.environment.adapters.indexentries import IndexEntries
from sphinx.util.docutils import SphinxDirective

from book import elements
from book.settings import INDEX_PAGE


class index_entries(nodes.General, nodes.Element):  # type: ignore[misc]  # docutils has no types
    """Where the entries will stand when every page has been read."""


class Index(SphinxDirective):
    """The place of the entries."""

    def run(self) -> list[nodes.Node]:
        return [index_entries()]


def _format_line(text: str, targets: list[tuple[str, str]]) -> nodes.paragraph:
    """One entry; where it leads to several places, the later ones are numbered.

    Sphinx gives addresses as from the root of the book, where its own index would stand.
    """
    up = "../" * INDEX_PAGE.count("/")
    links = [
        nodes.reference("", f"[{number}]" if number > 1 else text, refuri=up + uri, internal=True)
        for number, (_, uri) in enumerate(targets, start=1)
    ]
    return elements.paragraph(*elements.join(links) or [text])


def _group_entries(app: Sphinx) -> dict[str, list]:
    """The entries under each letter, which Sphinx gives twice: of what it heads itself, and of what we do."""
    groups: dict[str, list] = {}
    for letter, entries in IndexEntries(app.env).create_index(app.builder):
        groups.setdefault(letter, []).extend(entries)
    return {
        letter: sorted(entries, key=lambda entry: entry[0].casefold()) for letter, entries in groups.items()
    }


def _fill(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for waiting in list(doctree.findall(index_entries)):
        letters, sections = elements.paragraph(classes=["letters"]), []
        for letter, entries in _group_entries(app).items():
            target = f"index-{nodes.make_id(letter)}"
            letters += [nodes.reference("", letter, refid=target, internal=True), nodes.Text(" ")]
            listed = nodes.bullet_list("", classes=["index-entries"])
            for name, (targets, below, _) in entries:
                lower = [elements.bullets(_format_line(*pair) for pair in below)] if below else []
                listed += nodes.list_item("", _format_line(name, targets), *lower)
            sections.append(nodes.section("", nodes.title("", letter), listed, ids=[target]))
        waiting.replace_self([letters, *sections])


def _find_changed(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """A page that was read anew may have new entries: then this one is written anew."""
    entries = repr(sorted(cast(IndexDomain, env.get_domain("index")).entries.items()))
    before, env.__dict__["index_entries"] = env.__dict__.get("index_entries", ""), entries
    return [INDEX_PAGE] if INDEX_PAGE in env.found_docs and entries != before else []


def setup(app: Sphinx) -> None:
    """Register the index of the book as a page."""
    app.add_node(index_entries)
    app.add_directive("index-entries", Index)
    app.connect("env-updated", _find_changed)
    app.connect("doctree-resolved", _fill)
