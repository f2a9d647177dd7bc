"""Findings at a glance: the verdicts of the ledger as a picture, and each as a sentence, by subject.

``verdict_subjects`` in ``_config.yml`` gives each subject the themes of its claims. Directives:

- `findings-picture`: how many claims got which verdict, and a drawing with one mark a claim;
- `findings-chosen`: its content is a plain list of claims, each with the reason why it is there
  (``- C80: the headline``);
- `findings`: every claim, a section a subject.
"""

from __future__ import annotations

import json
import re
from collections import Counter

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from book.charts.pages import vega_chart
from book.ledger.verdicts import ORDER, anchor, badge, claims_and_verdicts, link, slug, verdict_label

NOT_YET = "not examined yet"
STATES = (*ORDER, NOT_YET)
COLOURS = ("var(--good)", "var(--part)", "var(--bad)", "var(--open)", "var(--chart-muted)")
# Disc, half disc, cross, ring, dot: the marks of `_static/book.css`, for those who do not see the colours.
_DISC = "M0,-1A1,1,0,0,1,0,1A1,1,0,0,1,0,-1Z"
SHAPES = (
    _DISC,
    _DISC + "M0,-.72L0,.72A.72,.72,0,0,0,0,-.72Z",
    "M-1,-.62L-.62,-1L0,-.38L.62,-1L1,-.62L.38,0L1,.62L.62,1L0,.38L-.62,1L-1,.62L-.38,0Z",
    _DISC + "M0,-.72A.72,.72,0,0,0,0,.72A.72,.72,0,0,0,0,-.72Z",
    "M0,-.3A.3,.3,0,0,1,0,.3A.3,.3,0,0,1,0,-.3Z",
)
_CHAPTER = re.compile(r"(?:^|/)(\d\d)_")
_CHOSEN = re.compile(r"^- (C\d+): (.+)$")


def by_subject(subjects: dict[str, list[str]], claims: list[dict]) -> dict[str, list[dict]]:
    """The claims of each subject, in the order of the article; every claim must have one."""
    subject_of = {theme: subject for subject, themes in subjects.items() for theme in themes}
    lost = sorted({claim["theme"] for claim in claims} - subject_of.keys())
    if lost:
        raise ExtensionError(
            f"verdict_subjects in _config.yml gives no subject to: {', '.join(lost)}; it must name every theme."
        )
    return {
        subject: [claim for claim in claims if subject_of[claim["theme"]] == subject] for subject in subjects
    }


def picture(groups: dict[str, list[dict]], verdicts: dict[str, dict]) -> dict:
    """One mark a claim as a Vega-Lite chart: a row for each subject, ordered by verdict."""
    rows = []
    for subject, claims in groups.items():
        states = {c["claim_id"]: verdicts.get(c["claim_id"], {}).get("verdict", NOT_YET) for c in claims}
        ordered = sorted(states, key=lambda claim: STATES.index(states[claim]))
        rows += [
            {"subject": subject, "claim": claim, "verdict": states[claim], "place": place}
            for place, claim in enumerate(ordered)
        ]
    found = Counter(row["verdict"] for row in rows)
    counted = ", ".join(f"{found[state]} {state}" for state in STATES if found[state])
    held, with_condition, failed, open_ = (found[state] for state in ORDER)
    scale = {"domain": list(STATES)}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": f"{held} claims hold as they are written, {with_condition} with a condition; "
        f"{failed} do not, and {open_} cannot be tested",
        "description": f"One mark for each of {len(rows)} claims, by subject and verdict: {counted}.",
        "width": "container",
        "height": {"step": 26},
        "config": {"view": {"stroke": None}, "axis": {"labelFontSize": 12, "labelLimit": 150}},
        "datasets": {"claims": rows},
        "data": {"name": "claims"},
        "mark": {"type": "point", "filled": True, "size": 96, "opacity": 1},
        "encoding": {
            "y": {
                "field": "subject",
                "title": "Subject",
                "type": "nominal",
                "sort": list(groups),
                "axis": {"title": None, "domain": False, "ticks": False, "labelPadding": 10},
            },
            "x": {
                "field": "place",
                "title": "Place in its row",
                "type": "quantitative",
                "axis": None,
                "scale": {"domain": [-0.5, max(map(len, groups.values())) - 0.5], "nice": False},
            },
            "color": {
                "field": "verdict",
                "title": "Verdict",
                "type": "nominal",
                "legend": None,
                "scale": scale | {"range": list(COLOURS)},
            },
            "shape": {
                "field": "verdict",
                "title": "Verdict",
                "type": "nominal",
                "legend": None,
                "scale": scale | {"range": list(SHAPES)},
            },
            "tooltip": [{"field": "claim", "title": "Claim"}],
        },
    }


class Picture(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        claims, verdicts = claims_and_verdicts(self.env)
        states = Counter(verdicts.get(claim["claim_id"], {}).get("verdict", NOT_YET) for claim in claims)
        key = nodes.bullet_list("", classes=["verdict-key"])
        key += [
            nodes.list_item("", nodes.paragraph("", "", nodes.strong("", f"{states[state]} "), badge(state)))
            for state in STATES
            if states[state]
        ]
        chart = picture(by_subject(self.config.verdict_subjects, claims), verdicts)
        return [key, vega_chart(specification=json.dumps(chart, ensure_ascii=False), still=True)]


def finding(env, claim: dict, filed: dict | None, reason: str = "") -> nodes.container:
    """One claim with its verdict, or with the chapters that it waits for."""
    number = link(env, f"claim-{claim['claim_id'].lower()}", claim["claim_id"])
    number["classes"].append("finding-claim")
    said = nodes.paragraph("", claim["statement"], classes=["finding-statement"])
    body = nodes.container("", said, classes=["finding-body"])
    if reason:
        body.insert(0, nodes.paragraph("", reason, classes=["finding-reason"]))
    if filed:
        body += nodes.paragraph("", "", badge(filed["verdict"]), nodes.Text(" " + filed["sentence"]))
        chapter = _CHAPTER.search(filed["page"])
        place = f"chapter {int(chapter[1])}" if chapter else filed["page"].partition("/")[0]
        where = link(env, verdict_label(claim["claim_id"], filed["page"]), f"Working: {place}")
        if filed["found"]:
            where.insert(0, nodes.Text(f"Found: {filed['found'].rstrip('.')}. "))
        where["classes"].append("finding-where")
        body += where
    else:
        body += nodes.paragraph("", "", badge(NOT_YET))
    return nodes.container("", number, body, classes=["finding"])


class Chosen(SphinxDirective):
    has_content = True

    def run(self) -> list[nodes.Node]:
        claims, verdicts = claims_and_verdicts(self.env)
        known = {claim["claim_id"]: claim for claim in claims}
        result = []
        for line in filter(None, map(str.strip, self.content)):
            read = _CHOSEN.match(line)
            if not read or read[1] not in known:
                raise self.error(f"{line!r} must be '- C80: why it is here', with a claim of the table.")
            result.append(finding(self.env, known[read[1]], verdicts.get(read[1]), read[2]))
        return result


class Findings(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        claims, verdicts = claims_and_verdicts(self.env)
        to_subjects = nodes.bullet_list("", classes=["subjects"])
        result: list[nodes.Node] = [to_subjects]
        for subject, its_claims in by_subject(self.config.verdict_subjects, claims).items():
            label = f"findings-{slug(subject)}"
            anchor(self.env, label)
            to_subjects += nodes.list_item("", link(self.env, label, subject))
            section = nodes.section("", nodes.title("", subject), ids=[label])
            section += [finding(self.env, c, verdicts.get(c["claim_id"])) for c in its_claims]
            result.append(section)
        return result


def setup(app: Sphinx) -> dict:
    app.add_config_value("verdict_subjects", {}, "env")
    app.add_directive("findings-picture", Picture)
    app.add_directive("findings-chosen", Chosen)
    app.add_directive("findings", Findings)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
