"""How this book shows a ledger of claims: picture, names of chapters, a card for each claim."""

from docutils import nodes
from sealed_readings.labels import LABELS
from sealed_readings.publish import label_claim
from sealed_readings.sphinx.store import read_ledgers
from sphinx.application import Sphinx
from still_charts.pages import make_chart

from book.glossary.cards import write_cards
from book.glossary.key_terms import name_chapter


def _draw(app: Sphinx, chart: dict) -> nodes.Element:
    return nodes.container("", make_chart(app.env, chart, still=True), classes=["claims-picture"])


def _name_page(app: Sphinx, page: str) -> str:
    return name_chapter(app.env, page)


def write_claims(app: Sphinx) -> None:
    """What the article says, its label and the sentence that says why, by the claim's row in the ledger."""
    claims = [claim for ledger in read_ledgers(app).values() for claim in ledger["claims"].values()]
    cards = {
        label_claim(claim["claim_id"]): {
            "name": f"“{claim['quoted']}”" if claim["quoted"] else claim["statement"],
            "label": claim["label"],
            "class": LABELS[claim["verdict"]].css_class,
            "text": claim["sentence"] or claim["check"],
            "page": claim["working"],
        }
        for claim in claims
    }
    write_cards(app, "claims", cards)


def setup(app: Sphinx) -> None:
    """Answer what the ledger's extension asks."""
    app.connect("sealed-readings-chart", _draw)
    app.connect("sealed-readings-page-name", _name_page)
