"""Findings at a glance: all verdicts as a picture and in tables, and chosen claims with their strips."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from docutils import nodes
from sealed_readings import rule
from sealed_readings.labels import LABELS, count, count_in_words
from sphinx.environment import BuildEnvironment
from still_charts.pages import make_chart

from book.elements import anchor, box, bullets, folded, paragraph, table
from book.ledger import evidence
from book.ledger.evidence import link_claim, make_label
from book.ledger.ledgers import Claim, LedgerDirective, get_claim

# The chart apart from its data. The position of a mark in its row means nothing, so the chart's table has no
# column for it. A mark is pale if an open reading may change its label.
PICTURE = Path(__file__).with_name("picture.json")
DESCRIPTION = "One mark for each of {} claims, by subject and verdict: {}{}."


def group_by_subject(subjects: dict[str, list[str]], claims: list[Claim]) -> dict[str, list[Claim]]:
    """Claims of each subject in the order of the article. Without subjects, each theme is one."""
    subjects = subjects or {claim["theme"]: [claim["theme"]] for claim in claims}
    return {name: [one for one in claims if one["theme"] in themes] for name, themes in subjects.items()}


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
        {"subject": subject, "claim": claim["claim_id"], "verdict": claim["label"]}
        | {"readings": count_decided(claim), "pale": claim["open"] > 0}
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


def show_picture(directive: LedgerDirective) -> list[nodes.Node]:
    """Show how many claims have each label, as a list and as a chart."""
    claims, entries = directive.take("claims"), []
    counts, with_open = count_labels(claims)
    for name in filter(counts.get, LABELS):
        opened = f" of which {with_open[name]} with an open reading" if with_open[name] else ""
        number = nodes.strong("", f"{counts[name]} ")
        entries.append(paragraph(number, evidence.make_badge(name), opened))
    chart = draw_labels(group_by_subject(directive.take("article")["subjects"], claims))
    return [
        bullets(entries, "verdict-key"),
        box("claims-picture", make_chart(directive.env, chart, still=True)),
    ]


def make_finding(env: BuildEnvironment, claim: Claim, reason: str) -> nodes.container:
    """Make a claim with its verdict, and the reason for showing it."""
    content: list[nodes.Node] = [
        paragraph(reason, classes=["finding-reason"]),
        paragraph(claim["statement"], classes=["finding-statement"]),
        paragraph(*make_label(claim), " ", claim["sentence"]),
    ]
    if claim["readings"]:
        content.append(evidence.fold_evidence(env, claim, *evidence.draw_strip(claim)))
    if page := claim["working"]:
        link = evidence.link_card(env, claim["claim_id"], page, "Working: ")
        content.append(paragraph(link, classes=["finding-where"]))
    number = paragraph(link_claim(env, claim["claim_id"]), classes=["finding-claim"])
    return box("finding", number, box("finding-body", *content))


def show_chosen(directive: LedgerDirective) -> list[nodes.Node]:
    """Show the claims in the directive's content, each with a reason: ``- A1: the headline``."""
    findings = []
    for line in filter(None, map(str.strip, directive.content)):
        name, _, reason = line.removeprefix("- ").partition(": ")
        claim = get_claim(directive.env, name)
        if not claim or not reason:
            raise directive.error(f"{line!r} must be '- A1: why it is here', with a claim of a ledger.")
        findings.append(make_finding(directive.env, claim, reason))
    return findings


def show_findings(directive: LedgerDirective) -> list[nodes.Node]:
    """Show a section for each subject, with a table of its claims and verdicts."""
    env, sections = directive.env, []
    groups = group_by_subject(directive.take("article")["subjects"], directive.take("claims"))
    for subject, claims in groups.items():
        anchor(env, label := f"findings-{nodes.make_id(subject)}")
        rows = [
            [link_claim(env, claim["claim_id"]), claim["statement"], paragraph(*make_label(claim))]
            for claim in claims
        ]
        counts, _ = count_labels(claims)
        counted = ", ".join(f"{one.words} {counts[one.id]}" for one in LABELS.values() if counts[one.id])
        content = table("findings", ("Claim", "What the article says", "Verdict"), rows)
        content = folded(f"{count(len(claims), 'claim')}: {counted}", content)
        sections.append(nodes.section("", nodes.title("", subject), content, ids=[label]))
    return sections
