"""Verdict cards in chapters, and the ledger page that collects them.

A stored output of type ``application/vnd.verdict+json`` becomes a card. The directive `verdict-ledger`
becomes one table with every claim and the verdict that the executed notebooks filed on it.
``_config.yml`` says where the claims and the notebooks are (`verdict_claims`, `verdict_notebooks`).
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

from docutils import nodes
from book.glossary.key_terms import chapter_number, index_entry
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

MIME = "application/vnd.verdict+json"
ORDER = ("supported", "supported with a condition", "not supported", "not testable")
LABELLED = {
    "found": "Found",
    "range": "Range",
    "condition": "Condition",
    "source": "Source",
    "vintage": "Vintage",
}


def slug(text: str) -> str:
    return nodes.make_id(text)


def anchor(env, label: str) -> None:
    """Let any page refer to `label` on the page that is being read."""
    env.get_domain("std").anonlabels[label] = (env.docname, label)


def verdict_label(claim: str, page: str) -> str:
    """A claim may have a card in several chapters, so a card's label names its page too."""
    return f"verdict-{claim}-{Path(page).name}".lower()


def link(env, label: str, text: str) -> nodes.paragraph:
    """A paragraph that links to a label of any page."""
    reference = addnodes.pending_xref(
        "",
        nodes.inline("", text),
        refdomain="std",
        reftype="ref",
        reftarget=label,
        refexplicit=True,
        refdoc=env.docname,
        refwarn=True,
    )
    return nodes.paragraph("", "", reference)


def badge(verdict: str) -> nodes.inline:
    """The label of a verdict, with its mark and colour (`_static/book.css`)."""
    return nodes.inline("", verdict, classes=["badge", f"verdict-{slug(verdict)}"])


def card(filed: dict, env) -> nodes.container:
    """One verdict as a card, with a link to its claim's row in the ledger."""
    label = verdict_label(filed["claim"], env.docname)
    anchor(env, label)
    head = link(env, f"claim-{filed['claim'].lower()}", filed["claim"])
    head += [nodes.Text(" "), badge(filed["verdict"])]
    head["classes"].append("card-head")
    facts = nodes.definition_list(classes=["facts"])
    for key, name in LABELLED.items():
        if filed[key]:
            facts += nodes.definition_list_item(
                "", nodes.term("", name), nodes.definition("", nodes.paragraph("", filed[key]))
            )
    return nodes.container(
        "",
        index_entry(f"{filed['claim']}; {chapter_number(env.docname)}", label, "Claims"),
        head,
        nodes.paragraph("", filed["statement"], classes=["card-claim"]),
        nodes.paragraph("", filed["sentence"]),
        facts,
        ids=[label],
        classes=["verdict", f"verdict-{slug(filed['verdict'])}"],
    )


class VerdictRenderer:
    """How myst-nb turns a stored verdict into a card."""

    mime_priority_overrides = [("html", MIME, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline):
        if inline or data.mime_type != MIME:
            return None
        return [card(data.content, renderer.renderer.sphinx_env)]


def filed_verdicts(notebook: Path) -> list[dict]:
    """The verdicts among the stored outputs of one executed notebook, in order."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [
        output["data"][MIME]
        for cell in cells
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {})
    ]


def claims_and_verdicts(env) -> tuple[list[dict], dict[str, dict]]:
    """All claims, and by claim the verdict that stands, with the page that filed it (``chapters/03_gdp``).

    The page that is being read is read anew when a claim or a notebook changes.
    """
    root = Path(env.srcdir)
    table = root / env.config.verdict_claims
    notebooks = [path for pattern in env.config.verdict_notebooks for path in sorted(root.glob(pattern))]
    for path in (table, *notebooks):
        env.note_dependency(str(path))
    with table.open(encoding="utf-8", newline="") as handle:
        claims = list(csv.DictReader(handle))
    # A later chapter knows more than an earlier one: its verdict is the one that stands.
    return claims, {
        filed["claim"]: filed | {"page": path.relative_to(root).with_suffix("").as_posix()}
        for path in notebooks
        for filed in filed_verdicts(path)
    }


class VerdictLedger(SphinxDirective):
    has_content = False

    def run(self) -> list[nodes.Node]:
        claims, verdicts = claims_and_verdicts(self.env)
        return [self._summary(claims, verdicts), self._table(claims, verdicts)]

    def _summary(self, claims: list[dict], verdicts: dict[str, dict]) -> nodes.paragraph:
        counts = Counter(filed["verdict"] for filed in verdicts.values())
        parts = [f"{counts[verdict]} {verdict}" for verdict in ORDER]
        parts.append(f"{len(claims) - len(verdicts)} not examined yet")
        return nodes.paragraph("", f"{len(claims)} claims: {', '.join(parts)}.", classes=["ledger-summary"])

    def _table(self, claims: list[dict], verdicts: dict[str, dict]) -> nodes.container:
        widths = (6, 34, 30, 30)
        head = nodes.row(
            "",
            *(
                nodes.entry("", nodes.paragraph("", name))
                for name in ("Claim", "What the article says", "What makes it checkable", "Verdict")
            ),
        )
        body = nodes.tbody("", *(self._row(claim, verdicts.get(claim["claim_id"])) for claim in claims))
        group = nodes.tgroup(
            "",
            *(nodes.colspec(colwidth=width) for width in widths),
            nodes.thead("", head),
            body,
            cols=len(widths),
        )
        return nodes.container("", nodes.table("", group, classes=["ledger"]), classes=["ledger-box"])

    def _row(self, claim: dict, filed: dict | None) -> nodes.row:
        label = f"claim-{claim['claim_id'].lower()}"
        anchor(self.env, label)
        status = filed["verdict"] if filed else "not examined yet"
        if filed:
            verdict = [
                nodes.paragraph("", "", badge(status)),
                nodes.paragraph("", filed["found"]),
                link(self.env, verdict_label(claim["claim_id"], filed["page"]), "How it was found"),
            ]
        else:
            chapters = claim["chapters"].split()
            name = "Capstone" if chapters == ["capstone"] else "Chapter " + chapters[0]
            verdict = [nodes.paragraph("", f"{name}, not written yet")]
        return nodes.row(
            "",
            nodes.entry(
                "",
                index_entry(claim["claim_id"], label, "Claims", main="main"),
                nodes.paragraph("", claim["claim_id"]),
            ),
            nodes.entry("", nodes.paragraph("", claim["statement"])),
            nodes.entry("", nodes.paragraph("", claim["check"])),
            nodes.entry("", *verdict),
            ids=[label],
            classes=[f"theme-{slug(claim['theme'])}", f"verdict-{slug(status)}"],
        )


def _script_where_needed(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if doctree and any("ledger" in table["classes"] for table in doctree.findall(nodes.table)):
        app.add_js_file("ledger.js", loading_method="defer")


def setup(app: Sphinx) -> dict:
    app.add_config_value("verdict_claims", "", "env")
    app.add_config_value("verdict_notebooks", [], "env")
    app.add_directive("verdict-ledger", VerdictLedger)
    app.connect("html-page-context", _script_where_needed)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
