"""Verdicts that notebooks store, as cards on their pages.

A stored output of the type `results.VERDICT_MIME` becomes a card, several of one cell a compact table.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.errors import ExtensionError

from sealed_readings.labels import LABELS
from sealed_readings.results import VERDICT_MIME
from sealed_readings.sphinx import parts, store
from sealed_readings.sphinx.evidence import (
    draw_strip,
    fold_evidence,
    label_verdict,
    link_card,
    link_claim,
    list_readings,
    list_sources,
    name_page,
    say_label,
)
from sealed_readings.sphinx.parts import paragraph


def make_card(verdict: dict[str, Any], env: Any) -> nodes.container:
    """One verdict as a card, with a link to its claim's row in the ledger."""
    label, entry, number, claim = _begin(verdict["claim"], env)
    body = [*draw_strip(claim), list_readings(claim), list_sources(env, claim), *_lead_on(env, claim)]
    return parts.box(
        f"verdict {LABELS[claim['verdict']].css_class}",
        entry,
        paragraph(number, " ", *say_label(claim), kind="card-head"),
        paragraph(verdict["statement"], kind="card-claim"),
        paragraph(verdict["sentence"]),
        *body,
        ids=[label],
    )


def make_card_table(verdicts: list[dict[str, Any]], env: Any) -> nodes.container:
    """Several verdicts as a compact table, each with the address that its card would have."""
    rows = []
    for verdict in verdicts:
        label, entry, number, claim = _begin(verdict["claim"], env)
        said = [paragraph(verdict["statement"], kind="card-claim"), paragraph(verdict["sentence"])]
        found = [*draw_strip(claim), fold_evidence(env, claim), *_lead_on(env, claim)]
        cells = [entry, paragraph(number)], [*said, *found]
        rows.append(parts.row([*cells, paragraph(*say_label(claim))], ids=[label]))
    head = ("Claim", "What it says, and what was found", "Verdict")
    return parts.box("verdict-box", parts.table("verdict-table", head, rows))


def _lead_on(env: Any, claim: dict[str, Any]) -> list[nodes.Node]:
    """Where the claim is decided, if that is on another page."""
    page = claim["working"]
    if page in ("", env.docname):
        return []
    return [paragraph("It is decided in ", link_card(env, claim["claim_id"], page), ".")]


def _begin(name: str, env: Any) -> tuple[str, nodes.Node, nodes.Node, dict[str, Any]]:
    """A card's label on this page, its entry of the index, the claim's number as a link, and the claim."""
    claim = store.take_claim(env, name)
    if claim is None:
        raise ExtensionError(f"{env.docname} files a verdict on {name}, which no ledger has")
    label = label_verdict(name, env.docname)
    parts.anchor(env, label)
    entry = parts.index_entry(f"{name}; {name_page(env, env.docname)}", label)
    return label, entry, link_claim(env, name), claim


class VerdictRenderer:
    """How myst-nb turns a stored verdict into a card."""

    mime_priority_overrides = [("html", VERDICT_MIME, 1)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Node] | None:
        """The card of an output, or None for an output of another type."""
        if inline or data.mime_type != VERDICT_MIME:
            return None
        env = renderer.renderer.sphinx_env
        if "table" in data.content:
            return [make_card_table(data.content["table"], env)]
        return [make_card(data.content, env)]
