"""Verdict cards in chapters, and the ledger page that collects them.

A stored output of type ``application/vnd.verdict+json`` becomes a card. `verdict-ledger` makes one table of
every claim and the verdict that the executed notebooks filed on it, `verdict-labels` the list of what each
label means. ``_config.yml`` says where the claims are (`verdict_claims`).
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings
from book.elements import paragraph
from book.glossary.key_terms import chapter_name
from book.ledger import judged
from book.ledger.labels import badge, filed, not_yet, slug

FACTS = ("found", "range", "condition", "source", "vintage")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def verdict_label(claim: str, page: str) -> str:
    """A claim may have a card in several chapters, so a card's label names its page too."""
    return f"verdict-{claim}-{Path(page).name}".lower()


def claim_label(claim: str) -> str:
    """The label of a claim's row in the ledger."""
    return f"claim-{claim}".lower()


def card(verdict: dict, env) -> nodes.container:
    """One verdict as a card, with a link to its claim's row in the ledger."""
    claim = verdict["claim"]
    label = verdict_label(claim, env.docname)
    elements.anchor(env, label)
    own = verdict.get("verdict")
    record = None if own else judged.of(env, claim)
    kind = own or record["verdict"]
    return nodes.container(
        "",
        elements.index_entry(f"{claim}; {chapter_name(env, env.docname)}", label, "Claims"),
        paragraph(
            elements.reference(env, claim_label(claim), claim), " ", badge(kind), classes=["card-head"]
        ),
        paragraph(verdict["statement"], classes=["card-claim"]),
        paragraph(verdict["sentence"]),
        *(_body(env, record) if record else [_own_facts(verdict)]),
        ids=[label],
        classes=["verdict", f"verdict-{slug(kind)}"],
    )


def _own_facts(verdict: dict) -> nodes.definition_list:
    """What the author of a card that carries its own label says beside the sentence."""
    listed = [(name.capitalize(), [verdict[name]]) for name in FACTS if verdict[name]]
    return elements.definitions(listed, "facts")


def _body(env, record: dict) -> list[nodes.Node]:
    return [*judged.drawing(record), judged.readings(record), judged.rests_on(env, record)]


def card_table(verdicts: list[dict], env) -> nodes.container:
    """Several verdicts as a compact table, each with the address that its card would have."""
    rows = []
    for verdict in verdicts:
        label, record = verdict_label(verdict["claim"], env.docname), judged.of(env, verdict["claim"])
        elements.anchor(env, label)
        kind = record["verdict"]
        number = paragraph(elements.reference(env, claim_label(verdict["claim"]), verdict["claim"]))
        said = [paragraph(verdict["statement"], classes=["card-claim"]), paragraph(verdict["sentence"])]
        entry = elements.index_entry(f"{verdict['claim']}; {chapter_name(env, env.docname)}", label, "Claims")
        body = [*judged.drawing(record), judged.folded(env, record)]
        row = elements.row([[entry, number], [*said, *body], [paragraph(badge(kind))]], ids=[label])
        rows.append(row)
    table = elements.table("verdict-table", ("Claim", "What it says, and what was found", "Verdict"), rows)
    return nodes.container("", table, classes=["verdict-box"])


class VerdictRenderer:
    """How myst-nb turns a stored verdict into a card."""

    mime_priority_overrides = [("html", settings.VERDICT_MIME, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline):
        """The card of an output, or None for an output of another type."""
        if inline or data.mime_type != settings.VERDICT_MIME:
            return None
        show = card_table if "table" in data.content else card
        return [show(data.content.get("table", data.content), renderer.renderer.sphinx_env)]


def filed_verdicts(notebook: Path) -> list[dict]:
    """The verdicts among the stored outputs of one executed notebook, in order."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = (output.get("data", {}) for cell in cells for output in cell.get("outputs", []))
    stored = [data[settings.VERDICT_MIME] for data in outputs if settings.VERDICT_MIME in data]
    return [verdict for content in stored for verdict in content.get("table", [content])]


def notebooks(root: Path) -> list[Path]:
    """The notebooks that file verdicts: the chapters in their order."""
    return [chapter.notebook(root) for chapter in settings.chapters(root)]


def claims_and_verdicts(env) -> tuple[list[dict], dict[str, dict]]:
    """All claims, and by claim the verdict that stands, with the page that filed it (``chapters/03_gdp``).

    The page that is being read is read anew when a claim, a label or a verdict changes.
    """
    root = Path(env.srcdir)
    for name in (env.config.verdict_claims, settings.VERDICTS):
        env.note_dependency(str(root / name))
    facts.depend_on(env.app, "verdicts")
    return collect(env.app)


def collect(app: Sphinx) -> tuple[list[dict], dict[str, dict]]:
    """All claims, and by claim the verdict that stands, as tables and notebooks have them now."""
    root = Path(app.srcdir)
    table = root / app.config.verdict_claims
    filed: dict[str, dict] = {}
    for path in notebooks(root):
        page = path.relative_to(root).with_suffix("").as_posix()
        for verdict in filed_verdicts(path):
            # A later chapter knows more than an earlier one: its sentence is the one that stands.
            earlier = filed.get(verdict["claim"], {}).get("pages", [])
            pages = [*(one for one in earlier if one != page), page]
            filed[verdict["claim"]] = verdict | {"page": page, "pages": pages}
    # Label, readings and sources come from the tables, whether a chapter has filed a sentence or not.
    unfiled = {"sentence": "", "page": ""}
    known = {
        claim: unfiled | filed.get(claim, {}) | record | {"found": judged.found(record)}
        for claim, record in judged.collect(app).items()
    }
    return settings.read_table(table), known


class VerdictLabels(SphinxDirective):
    """What each label means; `{count}` in the directive's sentence is their number in words."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / settings.VERDICTS))
        known = filed(root)
        sentence = " ".join(self.content).format(count=NUMBERS[len(known)])
        text, messages = self.parse_inline(sentence)
        rules = [(label.verdict, [label.rule]) for label in known]
        return [paragraph(*text), elements.definitions(rules, "myst"), *messages]


class VerdictLedger(SphinxDirective):
    """One table of all claims, with the verdict that stands on each."""

    def run(self) -> list[nodes.Node]:
        claims, verdicts = claims_and_verdicts(self.env)
        self.not_yet = not_yet(self.env.srcdir).verdict
        head = ("Claim", "What the article says, and what makes it checkable", "Verdict")
        rows = [self._row(claim, verdicts.get(claim["claim_id"])) for claim in claims]
        table = elements.table("ledger", head, rows)
        return [self._summary(claims, verdicts), nodes.container("", table, classes=["ledger-box"])]

    def _summary(self, claims: list[dict], verdicts: dict[str, dict]) -> nodes.paragraph:
        counts = Counter(verdict["verdict"] for verdict in verdicts.values())
        parts = [f"{counts[label.verdict]} {label.verdict}" for label in filed(self.env.srcdir)]
        if without := len(claims) - len(verdicts):
            parts.append(f"{without} {self.not_yet}")
        return paragraph(f"{len(claims)} claims: {', '.join(parts)}.", classes=["ledger-summary"])

    def _row(self, claim: dict, verdict: dict | None) -> nodes.row:
        name = claim["claim_id"]
        label = claim_label(name)
        elements.anchor(self.env, label)
        number = [elements.index_entry(name, label, "Claims", main="main"), paragraph(name)]
        said = [paragraph(claim["statement"]), paragraph(claim["check"], classes=["ledger-check"])]
        kind = slug(verdict["verdict"] if verdict else self.not_yet)
        return elements.row(
            [number, said, self._status(claim, verdict)],
            ids=[label],
            classes=[f"theme-{slug(claim['theme'])}", f"verdict-{kind}"],
        )

    def _status(self, claim: dict, verdict: dict | None) -> list[nodes.Node]:
        if not verdict:
            return [paragraph(f"Chapter {claim['chapters'].split()[0]}, not written yet")]
        head = paragraph(badge(verdict["verdict"]))
        if verdict["page"]:
            head += nodes.Text(" How it was found:")
            for page in verdict["pages"]:
                name = " ".join(chapter_name(self.env, page).split())
                label = verdict_label(claim["claim_id"], page)
                head += [nodes.Text(" "), elements.reference(self.env, label, name)]
        ways = elements.folded("How it can be read", judged.readings(verdict))
        return [head, *judged.drawing(verdict), ways]


def setup(app: Sphinx) -> dict:
    """Register cards, the ledger and the list of labels."""
    app.add_config_value("verdict_claims", "", "env")
    facts.register("verdicts", collect)
    app.add_directive("verdict-ledger", VerdictLedger)
    app.add_directive("verdict-labels", VerdictLabels)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
