"""Verdicts that notebooks store, as cards on their pages, and what a claim's id shows on hover.

A stored output of type `results.VERDICT_MIME` becomes a card; several verdicts of one cell become a
table.
"""

from typing import Any

from docutils import nodes
from sealed_readings.labels import LABELS
from sealed_readings.publish import label_claim
from sealed_readings.results import VERDICT_MIME
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from book import elements
from book.elements import folded, paragraph
from book.glossary.key_terms import name_chapter, write_cards
from book.ledger import evidence
from book.ledger.ledgers import get_claim, read_ledgers


def make_card(
    env: BuildEnvironment, verdict: dict[str, str], *, in_table: bool = False
) -> nodes.Element:
    """Make the card of a verdict, with a link to its claim's row in the ledger; in a table, it is a
    row."""
    name = verdict["claim"]
    page = env.docname
    claim = get_claim(env, name)
    if claim is None:
        raise ExtensionError(f"{page} files a verdict on {name}, which no ledger has")
    elements.anchor(env, label := evidence.label_verdict(name, page))
    entry = elements.index_entry(f"{name}; {name_chapter(env, page)}", label)
    head = evidence.make_verdict(claim)
    statement = paragraph(verdict["statement"], classes=["card-claim"])
    fold = folded("Readings and sources", evidence.list_readings(env, claim))
    finding = [statement, paragraph(claim["plain"] or verdict["sentence"]), fold]
    if claim["plain"]:
        finding.insert(2, paragraph(verdict["sentence"], classes=["card-detail"]))
    row = [evidence.link_claim(env, name, f"In the ledger ({name})"), "."]
    if claim["working"] not in ("", page):
        row += [" It is decided in ", evidence.link_card(env, name, claim["working"]), "."]
    finding.append(paragraph(*row, classes=["card-row"]))
    if in_table:
        return elements.row([[entry, *finding], head], ids=[label])
    css_class = LABELS[claim["verdict"]].css_class
    return elements.box(f"verdict {css_class}", entry, head, *finding, ids=[label])


class VerdictRenderer:
    """MyST-NB plugin that renders stored verdicts; `book/pyproject.toml` registers it."""

    mime_priority_overrides = [("html", VERDICT_MIME, 1)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Node] | None:
        """Render a verdict; None for outputs of other types."""
        if inline or data.mime_type != VERDICT_MIME:
            return None
        env = renderer.renderer.sphinx_env
        if "table" not in data.content:
            return [make_card(env, data.content)]
        head = ("What the article says, and what was found", "Verdict")
        rows = (make_card(env, verdict, in_table=True) for verdict in data.content["table"])
        return [elements.box("verdict-box", elements.table("verdict-table", head, rows))]


def write_claims(app: Sphinx) -> None:
    """Write what each claim's id shows on hover, by the claim's id in the ledger."""
    claims = [claim for ledger in read_ledgers(app).values() for claim in ledger["claims"]]
    cards = {
        label_claim(claim["claim_id"]): {
            "name": f"“{claim['quoted']}”" if claim["quoted"] else claim["statement"],
            "label": claim["label"],
            "class": LABELS[claim["verdict"]].css_class,
            "text": claim["plain"] or claim["sentence"] or claim["check"],
            "lesson": claim["working"].removesuffix("_checks"),
        }
        for claim in claims
    }
    write_cards(app, "claims", cards)
