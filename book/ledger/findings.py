"""Findings at a glance: the verdicts of the ledger as a picture, ten with their strips, the rest in a line.

``verdict_subjects`` in ``_config.yml`` gives each subject the themes of its claims. Directives:

- `findings-picture`: how many claims got which verdict, and a drawing with one mark a claim;
- `findings-chosen`: its content is a plain list of claims, each with the reason why it is there
  (``- C80: the headline``);
- `findings`: every claim in a line, a section a subject.
"""

import re
from collections import Counter
from collections.abc import Sequence

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from still_charts.pages import make_chart

from book import elements, facts, settings
from book.elements import paragraph
from book.ledger import judged
from book.ledger.labels import Label, make_badge, read_labels
from book.ledger.verdicts import label_verdict, link_claim

_CHOSEN = re.compile(r"^- (C\d+): (.+)$")


def group_by_subject(subjects: dict[str, list[str]], claims: list[dict]) -> dict[str, list[dict]]:
    """The claims of each subject, in the order of the article; every claim must have one."""
    subject_of = {theme: subject for subject, themes in subjects.items() for theme in themes}
    lost = sorted({claim["theme"] for claim in claims} - subject_of.keys())
    if lost:
        raise ExtensionError(
            f"verdict_subjects in _config.yml gives no subject to: {', '.join(lost)}; "
            "it must name every theme."
        )
    return {
        subject: [claim for claim in claims if subject_of[claim["theme"]] == subject] for subject in subjects
    }


def count_in_words(states: Sequence[Label], counts: dict[str, int]) -> str:
    """How many claims got each label, as one sentence."""
    *parts, last = (state.summary.format(counts[state.verdict]) for state in states if state.filed)
    return "".join(parts) + last.replace(", ", ", and ", 1)


def draw_states(groups: dict[str, list[dict]], states: Sequence[Label]) -> dict:
    """One mark a claim as a Vega-Lite chart: a row for each subject, ordered by verdict."""
    names = [state.verdict for state in states]
    rows = [
        {"subject": subject, "claim": claim["claim_id"], "verdict": claim["verdict"], "place": place}
        for subject, claims in groups.items()
        for place, claim in enumerate(sorted(claims, key=lambda claim: names.index(claim["verdict"])))
    ]
    counts = Counter(row["verdict"] for row in rows)
    counted = ", ".join(f"{counts[name]} {name}" for name in names if counts[name])
    by_verdict = {"field": "verdict", "title": "Verdict", "type": "nominal", "legend": None}
    colours, marks = ([f"var({s.colour}, {s.light})" for s in states], [s.mark for s in states])
    return {
        "title": count_in_words(states, counts),
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
            "color": by_verdict | {"scale": {"domain": names, "range": colours}},
            "shape": by_verdict | {"scale": {"domain": names, "range": marks}},
            "tooltip": [{"field": "claim", "title": "Claim"}],
        },
    }


class Picture(SphinxDirective):
    """How many claims got which verdict, as a list and as a chart."""

    def run(self) -> list[nodes.Node]:
        claims, states = facts.take(self.env.app, "claims").values(), read_labels(self.env.srcdir)
        counts = Counter(claim["verdict"] for claim in claims)
        key = elements.bullets(
            (
                paragraph(nodes.strong("", f"{counts[state.verdict]} "), make_badge(state.verdict))
                for state in states
                if counts[state.verdict]
            ),
            "verdict-key",
        )
        chart = draw_states(group_by_subject(self.config.verdict_subjects, claims), states)
        return [key, make_chart(self.env, chart, still=True)]


def render_finding(env, claim: dict, reason: str) -> nodes.container:
    """One claim with its verdict, and the reason why it is shown."""
    name = claim["claim_id"]
    number = paragraph(link_claim(env, name), classes=["finding-claim"])
    body = [
        paragraph(reason, classes=["finding-reason"]),
        paragraph(claim["statement"], classes=["finding-statement"]),
        paragraph(make_badge(claim["verdict"]), " " + claim["sentence"]),
    ]
    if claim["readings"]:
        body.append(judged.fold_evidence(env, claim, *judged.draw_strip(claim)))
    if claim["pages"]:
        page = claim["pages"][-1]
        working = f"Working: chapter {settings.find_chapter(env.srcdir, page).number}"
        link = elements.reference(env, label_verdict(name, page), working)
        body.append(paragraph(link, classes=["finding-where"]))
    return nodes.container(
        "", number, nodes.container("", *body, classes=["finding-body"]), classes=["finding"]
    )


class Chosen(SphinxDirective):
    """Some claims, each with the reason why it was chosen."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        known, result = facts.take(self.env.app, "claims"), []
        for line in filter(None, map(str.strip, self.content)):
            read = _CHOSEN.match(line)
            if not read or read[1] not in known:
                raise self.error(f"{line!r} must be '- C80: why it is here', with a claim of the table.")
            result.append(render_finding(self.env, known[read[1]], read[2]))
        return result


class Findings(SphinxDirective):
    """Every claim with its verdict in a line, a table a subject."""

    def run(self) -> list[nodes.Node]:
        """A section for each subject."""
        claims, states, sections = (
            facts.take(self.env.app, "claims").values(),
            read_labels(self.env.srcdir),
            [],
        )
        for subject, its_claims in group_by_subject(self.config.verdict_subjects, claims).items():
            label = f"findings-{nodes.make_id(subject)}"
            elements.anchor(self.env, label)
            rows = [
                [link_claim(self.env, claim["claim_id"]), claim["statement"], make_badge(claim["verdict"])]
                for claim in its_claims
            ]
            table = elements.table("findings", ("Claim", "What the article says", "Verdict"), rows)
            given = Counter(claim["verdict"] for claim in its_claims)
            said = ", ".join(f"{s.verdict} {given[s.verdict]}" for s in states if given[s.verdict])
            box = elements.folded(f"{len(its_claims)} claims: {said}", table)
            sections.append(nodes.section("", nodes.title("", subject), box, ids=[label]))
        return sections


def setup(app: Sphinx) -> None:
    """Register the directives of the findings page."""
    app.add_config_value("verdict_subjects", {}, "env")
    app.add_directive("findings-picture", Picture)
    app.add_directive("findings-chosen", Chosen)
    app.add_directive("findings", Findings)
