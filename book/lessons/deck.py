"""The line under a page's title that says what the page is about.

It stands in the page's metadata, `deck: "..."`. Front page and search engines show it too.
"""

from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from sphinx.application import Sphinx

from book import elements, settings

KIND = "deck"


def read_deck(app: Sphinx, page: str) -> str:
    """Read the line of a page; "" if it has none."""
    lesson = settings.find_chapter(app.srcdir, page)
    if lesson and lesson.page == page:
        return settings.read_notebook(app.srcdir, page)["metadata"].get(KIND, "")
    return app.env.metadata[page].get(KIND, "")


def find_deck(document: nodes.document) -> nodes.paragraph | None:
    """Find the line in a page; None if it has none."""
    return next((one for one in document.findall(nodes.paragraph) if KIND in one["classes"]), None)


def _add_deck(app: Sphinx, document: nodes.document) -> None:
    """Add the line after the title, with the quotation marks of a printed text."""
    title = next(document.findall(nodes.title), None)
    deck = read_deck(app, app.env.docname)
    if title is None or not deck:
        return
    printed = smartyPants(deck, "qDe", app.config.language)
    place = title.parent.index(title) + 1
    title.parent.insert(place, elements.paragraph(printed, classes=[KIND]))


def setup(app: Sphinx) -> None:
    """Add the line to each page that has one."""
    app.connect("doctree-read", _add_deck)
