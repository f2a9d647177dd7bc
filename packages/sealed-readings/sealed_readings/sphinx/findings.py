"""Findings at a glance: the verdicts of a ledger as a picture, some with their strips, the rest in a line.

Directives: `findings-picture` counts the labels and draws a mark for each claim; `findings-chosen` shows the
claims that its content lists, each with the reason why it is there (``- A1: the headline``); `findings` lists
every claim, a section a subject.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.errors import ExtensionError

from sealed_readings import rule
from sealed_readings.labels import LABELS, count, count_in_words
from sealed_readings.sphinx import parts
from sealed_readings.sphinx.evidence import (
    draw_strip,
    fold_evidence,
    link_card,
    link_claim,
    make_badge,
    say_label,
)
from sealed_readings.sphinx.ledger import OfLedger
from sealed_readings.sphinx.parts import paragraph

# The chart but for what follows from the claims. Where a mark stands in its row says nothing, so that is no
# column of its table; a pale mark is one whose label may change with a reading that is open.
PICTURE = Path(__file__).with_name("picture.json")
_CHOSEN = re.compile(r"^- (\S+): (.+)$")
Claims = list[dict[str, Any]]
DRAWN = "One mark for each of {} claims, by subject and verdict: {}."
DRAWN_OPEN = "One mark for each of {} claims, by subject and verdict: {}; {} of them with a reading open."


def group_by_subject(subjects: dict[str, list[str]], claims: Claims) -> dict[str, Claims]:
    """The claims of each subject, in the order of the article; every claim must have one.

    Where there are no subjects, each theme is one.
    """
    subjects = subjects or {claim["theme"]: [claim["theme"]] for claim in claims}
    subject_of = {theme: subject for subject, themes in subjects.items() for theme in themes}
    if lost := sorted({claim["theme"] for claim in claims} - subject_of.keys()):
        raise ExtensionError(f"article.yml gives no subject to: {', '.join(lost)}; it must name every theme.")
    groups: dict[str, Claims] = {subject: [] for subject in subjects}
    for claim in claims:
        groups[subject_of[claim["theme"]]].append(claim)
    return groups


def count_labels(claims: Claims) -> tuple[Counter[str], Counter[str]]:
    """How many claims got each label, and how many of these have an open reading."""
    left = Counter(claim["verdict"] for claim in claims if claim["open"])
    return Counter(claim["verdict"] for claim in claims), left


def count_decided(claim: dict[str, Any]) -> str:
    """How many readings of a claim evidence decides, in words."""
    kept = (one for one in claim["readings"] if not one["added"].startswith(rule.DROPPED))
    read = [one["outcome"] for one in kept if one["kind"] != rule.NONE]
    return f"{len(read) - read.count(rule.OPEN)} of {len(read)} decided" if read else "none to decide"


def draw_labels(groups: dict[str, Claims]) -> dict[str, Any]:
    """One mark a claim as a Vega-Lite chart: a row for each subject, ordered by label."""
    names = list(LABELS)
    chart = json.loads(PICTURE.read_text(encoding="utf-8"))
    encoding = chart["encoding"]
    rows = [
        {
            "subject": subject,
            "claim": claim["claim_id"],
            "verdict": claim["label"],
            "readings": count_decided(claim),
            "pale": claim["open"] > 0,
        }
        for subject, claims in groups.items()
        for claim in sorted(claims, key=lambda claim: names.index(claim["verdict"]))
    ]
    everything = [claim for claims in groups.values() for claim in claims]
    counts, left = count_labels(everything)
    counted = ", ".join(f"{counts[name]} {label.words}" for name, label in LABELS.items() if counts[name])
    chart["title"] = count_in_words(counts, left)
    chart["description"] = (DRAWN_OPEN if left else DRAWN).format(len(rows), counted, left.total())
    chart["datasets"]["claims"] = rows
    encoding["y"]["sort"] = list(groups)
    encoding["x"]["scale"]["domain"] = [0.5, max(map(len, groups.values())) + 0.5]
    words = [label.words for label in LABELS.values()]
    encoding["color"]["scale"] |= {
        "domain": words,
        "range": [f"var(--{label.css_class}, {label.light})" for label in LABELS.values()],
    }
    encoding["shape"]["scale"] |= {"domain": words, "range": [label.mark for label in LABELS.values()]}
    return chart


class Picture(OfLedger):
    """How many claims got which label: a list, and where the site draws charts, a chart.

    The event `sealed-readings-chart` gets the chart's specification and gives the node that shows it.
    """

    def run(self) -> list[nodes.Node]:
        claims = list(self.take("claims").values())
        counts, left = count_labels(claims)
        key = parts.bullets(
            (
                paragraph(
                    nodes.strong("", f"{counts[name]} "),
                    make_badge(name),
                    f" of which {left[name]} with an open reading" if left[name] else "",
                )
                for name in LABELS
                if counts[name]
            ),
            "verdict-key",
        )
        chart = draw_labels(group_by_subject(self.take("article")["subjects"], claims))
        drawn = self.env.app.emit_firstresult("sealed-readings-chart", chart)
        return [key, *([drawn] if drawn else [paragraph(f"{chart['title']}.")])]


def render_finding(env: Any, claim: dict[str, Any], reason: str) -> nodes.container:
    """One claim with its verdict, and the reason why it is shown."""
    name = claim["claim_id"]
    body: list[nodes.Node] = [
        paragraph(reason, kind="finding-reason"),
        paragraph(claim["statement"], kind="finding-statement"),
        paragraph(*say_label(claim), " ", claim["sentence"]),
    ]
    if claim["readings"]:
        body.append(fold_evidence(env, claim, *draw_strip(claim)))
    if page := claim["working"]:
        body.append(paragraph(link_card(env, name, page, "Working: "), kind="finding-where"))
    number = paragraph(link_claim(env, name), kind="finding-claim")
    return parts.box("finding", number, parts.box("finding-body", *body))


class Chosen(OfLedger):
    """Some claims, each with the reason why it was chosen."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        known, result = self.take("claims"), []
        for line in filter(None, map(str.strip, self.content)):
            read = _CHOSEN.match(line)
            if not read or read[1] not in known:
                example = next(iter(known), "A1")
                raise self.error(
                    f"{line!r} must be '- {example}: why it is here', with a claim of the ledger."
                )
            result.append(render_finding(self.env, known[read[1]], read[2]))
        return result


class Findings(OfLedger):
    """Every claim with its verdict in a line, a table a subject."""

    def run(self) -> list[nodes.Node]:
        """A section for each subject."""
        subjects, sections = self.take("article")["subjects"], []
        for subject, claims in group_by_subject(subjects, list(self.take("claims").values())).items():
            label = f"findings-{nodes.make_id(subject)}"
            parts.anchor(self.env, label)
            rows: list[nodes.row | list[parts.Cell]] = [
                [link_claim(self.env, claim["claim_id"]), claim["statement"], paragraph(*say_label(claim))]
                for claim in claims
            ]
            table = parts.table("findings", ("Claim", "What the article says", "Verdict"), rows)
            given = Counter(claim["verdict"] for claim in claims)
            said = ", ".join(f"{one.words} {given[one.id]}" for one in LABELS.values() if given[one.id])
            shown = parts.folded(f"{count(len(claims), 'claim')}: {said}", table)
            sections.append(nodes.section("", nodes.title("", subject), shown, ids=[label]))
        return [*sections]
