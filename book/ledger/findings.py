"""Findings at a glance: a picture of all verdicts, some claims with their strips, the others in a line each.

Directives: `findings-picture` counts the labels and draws a mark for each claim; `findings-chosen` shows the
claims in its content, each with a reason (``- A1: the headline``); `findings` lists all claims by subject.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from docutils import nodes
from sealed_readings import rule
from sealed_readings.labels import LABELS, count, count_in_words
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from still_charts.pages import make_chart

from book.elements import Cell, anchor, box, bullets, folded, paragraph, table
from book.ledger.evidence import draw_strip, fold_evidence, link_card, link_claim, make_badge, make_label
from book.ledger.ledgers import Claim, LedgerDirective, get_claim

# The chart apart from its data. The position of a mark in its row means nothing, so the chart's table has no
# column for it. A mark is pale if an open reading may change its label.
PICTURE = Path(__file__).with_name("picture.json")
_CHOSEN = re.compile(r"^- (\S+): (.+)$")
DESCRIPTION = "One mark for each of {} claims, by subject and verdict: {}{}."


def group_by_subject(subjects: dict[str, list[str]], claims: list[Claim]) -> dict[str, list[Claim]]:
    """Claims of each subject in the order of the article. Without subjects, each theme is one."""
    subjects = subjects or {claim["theme"]: [claim["theme"]] for claim in claims}
    return {
        subject: [claim for claim in claims if claim["theme"] in themes]
        for subject, themes in subjects.items()
    }


def count_labels(claims: list[Claim]) -> tuple[Counter[str], Counter[str]]:
    """Number of claims with each label, and how many of these have an open reading."""
    with_open = Counter(claim["verdict"] for claim in claims if claim["open"])
    return Counter(claim["verdict"] for claim in claims), with_open


def count_decided(claim: Claim) -> str:
    """Number of a claim's readings that evidence decides, in words."""
    kept = (one for one in claim["readings"] if not one["added"].startswith(rule.DROPPED))
    outcomes = [one["outcome"] for one in kept if one["kind"] != rule.NONE]
    decided = len(outcomes) - outcomes.count(rule.OPEN)
    return f"{decided} of {len(outcomes)} decided" if outcomes else "none to decide"


def draw_labels(groups: dict[str, list[Claim]]) -> dict[str, Any]:
    """Make the Vega-Lite chart: a row for each subject, a mark for each claim, ordered by label."""
    labels = list(LABELS.values())
    chart: dict[str, Any] = json.loads(PICTURE.read_text(encoding="utf-8"))
    rows = [
        {
            "subject": subject,
            "claim": claim["claim_id"],
            "verdict": claim["label"],
            "readings": count_decided(claim),
            "pale": claim["open"] > 0,
        }
        for subject, claims in groups.items()
        for claim in sorted(claims, key=lambda claim: list(LABELS).index(claim["verdict"]))
    ]
    counts, with_open = count_labels([claim for claims in groups.values() for claim in claims])
    counted = ", ".join(f"{counts[label.id]} {label.words}" for label in labels if counts[label.id])
    open_part = f"; {with_open.total()} of them with a reading open" if with_open else ""
    chart["title"] = count_in_words(counts, with_open)
    chart["description"] = DESCRIPTION.format(len(rows), counted, open_part)
    chart["datasets"]["claims"] = rows
    encoding, domain = chart["encoding"], [label.words for label in labels]
    encoding["y"]["sort"] = list(groups)
    encoding["x"]["scale"]["domain"] = [0.5, max(map(len, groups.values())) + 0.5]
    colours = [f"var(--{label.css_class}, {label.light})" for label in labels]
    encoding["color"]["scale"] |= {"domain": domain, "range": colours}
    encoding["shape"]["scale"] |= {"domain": domain, "range": [label.mark for label in labels]}
    return chart


class Picture(LedgerDirective):
    """Shows how many claims have each label, as a list and as a chart."""

    def run(self) -> list[nodes.Node]:
        claims = self.take("claims")
        counts, with_open = count_labels(claims)
        entries = (
            paragraph(
                nodes.strong("", f"{counts[name]} "),
                make_badge(name),
                f" of which {with_open[name]} with an open reading" if with_open[name] else "",
            )
            for name in LABELS
            if counts[name]
        )
        chart = draw_labels(group_by_subject(self.take("article")["subjects"], claims))
        picture = box("claims-picture", make_chart(self.env, chart, still=True))
        return [bullets(entries, "verdict-key"), picture]


def make_finding(env: BuildEnvironment, claim: Claim, reason: str) -> nodes.container:
    """Make a claim with its verdict, and the reason for showing it."""
    content: list[nodes.Node] = [
        paragraph(reason, classes=["finding-reason"]),
        paragraph(claim["statement"], classes=["finding-statement"]),
        paragraph(*make_label(claim), " ", claim["sentence"]),
    ]
    if claim["readings"]:
        content.append(fold_evidence(env, claim, *draw_strip(claim)))
    if page := claim["working"]:
        link = link_card(env, claim["claim_id"], page, "Working: ")
        content.append(paragraph(link, classes=["finding-where"]))
    number = paragraph(link_claim(env, claim["claim_id"]), classes=["finding-claim"])
    return box("finding", number, box("finding-body", *content))


class Chosen(SphinxDirective):
    """Shows the claims in the directive's content, each with a reason."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        findings = []
        for line in filter(None, map(str.strip, self.content)):
            match = _CHOSEN.match(line)
            claim = match and get_claim(self.env, match[1])
            if not match or not claim:
                raise self.error(f"{line!r} must be '- A1: why it is here', with a claim of a ledger.")
            findings.append(make_finding(self.env, claim, match[2]))
        return findings


class Findings(LedgerDirective):
    """Shows a section for each subject, with a table of its claims and verdicts."""

    def run(self) -> list[nodes.Node]:
        groups = group_by_subject(self.take("article")["subjects"], self.take("claims"))
        return [self._make_section(subject, claims) for subject, claims in groups.items()]

    def _make_section(self, subject: str, claims: list[Claim]) -> nodes.section:
        label = f"findings-{nodes.make_id(subject)}"
        anchor(self.env, label)
        rows: list[list[Cell]] = [
            [link_claim(self.env, claim["claim_id"]), claim["statement"], paragraph(*make_label(claim))]
            for claim in claims
        ]
        counts, _ = count_labels(claims)
        counted = ", ".join(f"{one.words} {counts[one.id]}" for one in LABELS.values() if counts[one.id])
        claims_table = table("findings", ("Claim", "What the article says", "Verdict"), rows)
        content = folded(f"{count(len(claims), 'claim')}: {counted}", claims_table)
        return nodes.section("", nodes.title("", subject), content, ids=[label])
