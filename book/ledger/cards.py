"""Verdicts that notebooks store, as cards on their pages, and what a claim's id shows on hover.

A stored output of type `results.VERDICT_MIME` becomes a card; several verdicts of one cell become a table.
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
from book.elements import paragraph
from book.glossary.cards import write_cards
from book.glossary.key_terms import name_chapter
from book.ledger import evidence
from book.ledger.ledgers import Claim, get_claim, read_ledgers


def make_card(env: BuildEnvironment, verdict: dict[str, str]) -> nodes.container:
    """Make the card of one verdict, with a link to its claim's row in the ledger."""
    claim, label, entry = _register(env, verdict["claim"])
    number = evidence.link_claim(env, verdict["claim"])
    return elements.box(
        f"verdict {LABELS[claim['verdict']].css_class}",
        entry,
        paragraph(number, " ", *evidence.make_label(claim), classes=["card-head"]),
        *_make_statement(verdict),
        *evidence.draw_strip(claim),
        evidence.list_readings(claim),
        evidence.list_sources(env, claim),
        *_link_deciding_page(env, claim),
        ids=[label],
    )


def make_card_table(env: BuildEnvironment, verdicts: list[dict[str, str]]) -> nodes.container:
    """Make a compact table of several verdicts; each row has the id that its card would have."""
    rows = []
    for verdict in verdicts:
        claim, label, entry = _register(env, verdict["claim"])
        rests_on = [*evidence.draw_strip(claim), evidence.fold_evidence(env, claim)]
        cells: list[elements.Cell] = [
            [entry, paragraph(evidence.link_claim(env, verdict["claim"]))],
            [*_make_statement(verdict), *rests_on, *_link_deciding_page(env, claim)],
            paragraph(*evidence.make_label(claim)),
        ]
        rows.append(elements.row(cells, ids=[label]))
    head = ("Claim", "What it says, and what was found", "Verdict")
    return elements.box("verdict-box", elements.table("verdict-table", head, rows))


def _make_statement(verdict: dict[str, str]) -> list[nodes.Node]:
    return [paragraph(verdict["statement"], classes=["card-claim"]), paragraph(verdict["sentence"])]


def _link_deciding_page(env: BuildEnvironment, claim: Claim) -> list[nodes.Node]:
    """Link to the page that decides the claim; empty if it is this page or there is none."""
    page = claim["working"]
    if page in ("", env.docname):
        return []
    return [paragraph("It is decided in ", evidence.link_card(env, claim["claim_id"], page), ".")]


def _register(env: BuildEnvironment, claim_id: str) -> tuple[Claim, str, nodes.Node]:
    """Look up a claim and register its card: its label on this page and its index entry."""
    claim = get_claim(env, claim_id)
    if claim is None:
        raise ExtensionError(f"{env.docname} files a verdict on {claim_id}, which no ledger has")
    label = evidence.label_verdict(claim_id, env.docname)
    elements.anchor(env, label)
    value = f"{claim_id}; {name_chapter(env, env.docname)}"
    return claim, label, elements.index_entry(value, label)


class VerdictRenderer:
    """MyST-NB plugin that renders stored verdicts; `book/pyproject.toml` registers it."""

    mime_priority_overrides = [("html", VERDICT_MIME, 1)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Node] | None:
        """Render a verdict; None for outputs of other types."""
        if inline or data.mime_type != VERDICT_MIME:
            return None
        env = renderer.renderer.sphinx_env
        if "table" in data.content:
            return [make_card_table(env, data.content["table"])]
        return [make_card(env, data.content)]


def write_claims(app: Sphinx) -> None:
    """Write what each claim's id shows on hover, by the claim's id in the ledger."""
    claims = [claim for ledger in read_ledgers(app).values() for claim in ledger["claims"]]
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
