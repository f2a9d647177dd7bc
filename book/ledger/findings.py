"""Findings at a glance: all verdicts as a picture, and chosen claims with their strips."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from docutils import nodes
from sealed_readings import rule
from sealed_readings.labels import LABELS
from still_charts.pages import make_chart

from book.elements import Part, box, bullets, paragraph
from book.ledger import evidence
from book.ledger.evidence import link_claim, make_label
from book.ledger.ledgers import Claim, LedgerDirective, group_by_subject

# The chart apart from its data. The position of a mark in its row means nothing, so the chart's table has no
# column for it. A mark is pale if an open reading may change its label.
PICTURE = Path(__file__).with_name("picture.json")
TITLE = "Each claim by subject and label"
DESCRIPTION = "One mark for each of {} claims, by subject and label; the list above has the counts."


def count_decided(claim: Claim) -> str:
    """Number of a claim's readings that evidence decides, in words."""
    outcomes = [one["outcome"] for one in claim["readings"] if one["outcome"] and not one["beside"]]
    decided = len(outcomes) - outcomes.count(rule.OPEN)
    return f"{decided} of {len(outcomes)} decided" if outcomes else "none to decide"


def draw_labels(groups: dict[str, list[Claim]]) -> dict[str, Any]:
    """Make the Vega-Lite chart: a row for each subject, a mark for each claim, ordered by label."""
    labels = list(LABELS.values())
    chart: dict[str, Any] = json.loads(PICTURE.read_text(encoding="utf-8"))
    rows = [
        {"subject": subject, "claim": claim["claim_id"], "verdict": claim["label"]}
        | {"readings": count_decided(claim), "pale": claim["open"] > 0}
        for subject, claims in groups.items()
        for claim in sorted(claims, key=lambda claim: list(LABELS).index(claim["verdict"]))
    ]
    chart["title"], chart["description"] = TITLE, DESCRIPTION.format(len(rows))
    chart["datasets"]["claims"] = rows
    encoding, domain = chart["encoding"], [label.words for label in labels]
    encoding["y"]["sort"] = list(groups)
    encoding["x"]["scale"]["domain"] = [0.5, max(map(len, groups.values())) + 0.5]
    colours = [f"var(--{label.css_class}, {label.light})" for label in labels]
    encoding["color"]["scale"] |= {"domain": domain, "range": colours}
    encoding["shape"]["scale"] |= {"domain": domain, "range": [label.mark for label in labels]}
    return chart


def show_picture(directive: LedgerDirective) -> list[nodes.Node]:
    """Show how many claims have each label, as a list and as a chart."""
    claims, entries = directive.take("claims"), []
    counts = Counter(claim["verdict"] for claim in claims)
    with_open = Counter(claim["verdict"] for claim in claims if claim["open"])
    for name in filter(counts.get, LABELS):
        opened = f" of which {with_open[name]} with an open reading" if with_open[name] else ""
        number = nodes.strong("", f"{counts[name]} ")
        entries.append(paragraph(number, evidence.make_badge(name), opened))
    chart = draw_labels(group_by_subject(directive.take("article")["subjects"], claims))
    drawing = box("claims-picture", make_chart(directive.env, chart, still=True))
    return [bullets(entries, "verdict-key"), drawing]


def show_chosen(directive: LedgerDirective) -> list[nodes.Node]:
    """Show the chosen claims, each with its reason, its verdict and a link to the page that decides it."""
    env, findings = directive.env, []
    for claim, reason in directive.list_chosen():
        name, page = claim["claim_id"], claim["working"]
        working: list[Part] = [" (", evidence.link_card(env, name, page), ")"] if page else []
        head, label = paragraph(reason, classes=["finding-reason"]), paragraph(*make_label(claim), *working)
        findings.append(box("finding claim", head, *evidence.outline(claim, link_claim(env, name)), label))
    return findings
