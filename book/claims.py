"""How this book shows a ledger of claims: its picture is a chart, a chapter goes by its number."""

from docutils import nodes
from sphinx.application import Sphinx
from still_charts.pages import make_chart

from book.glossary.key_terms import name_chapter


def _draw(app: Sphinx, chart: dict) -> nodes.Element:
    return make_chart(app.env, chart, still=True)


def _name_page(app: Sphinx, page: str) -> str:
    return name_chapter(app.env, page)


def setup(app: Sphinx) -> None:
    """Answer what the ledger's extension asks."""
    app.connect("claims-ledger-chart", _draw)
    app.connect("claims-ledger-page-name", _name_page)
