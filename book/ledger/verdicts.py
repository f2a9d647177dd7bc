"""Verdict cards in chapters, and the ledger page that collects them.

A stored output of type ``application/vnd.verdict+json`` becomes a card. `verdict-ledger` makes one table of
every claim and the verdict that the executed notebooks filed on it, `verdict-labels` the list of what each
label means.
"""

from collections import Counter
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, facts, settings
from book.elements import paragraph
from book.glossary.key_terms import name_chapter
from book.ledger import judged
from book.ledger.labels import make_badge, make_class, read_labels

FACTS = ("found", "range", "condition", "source", "vintage")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def label_verdict(claim: str, page: str) -> str:
    """A claim may have a card in several chapters, so a card's label names its page too."""
    return f"verdict-{claim}-{Path(page).name}".lower()


def label_claim(claim: str) -> str:
    """The label of a claim's row in the ledger."""
    return f"claim-{claim}".lower()


def link_claim(env, claim: str) -> nodes.Node:
    """A claim's number as a link to its row in the ledger."""
    return elements.reference(env, label_claim(claim), claim)


def make_card(verdict: dict, env) -> nodes.container:
    """One verdict as a card, with a link to its claim's row in the ledger."""
    label, entry, number = _place(verdict["claim"], env)
    if given := verdict.get("verdict"):
        listed = [(name.capitalize(), [verdict[name]]) for name in FACTS if verdict[name]]
        body = [elements.definitions(listed, "facts")]
    else:
        record = facts.take(env.app, "judged", verdict["claim"])
        given = record["verdict"]
        body = [*judged.draw_strip(record), judged.list_readings(record), judged.list_evidence(env, record)]
    return nodes.container(
        "",
        entry,
        paragraph(number, " ", make_badge(given), classes=["card-head"]),
        paragraph(verdict["statement"], classes=["card-claim"]),
        paragraph(verdict["sentence"]),
        *body,
        ids=[label],
        classes=["verdict", make_class(given)],
    )


def make_card_table(verdicts: list[dict], env) -> nodes.container:
    """Several verdicts as a compact table, each with the address that its card would have."""
    rows = []
    for verdict in verdicts:
        label, entry, number = _place(verdict["claim"], env)
        record = facts.take(env.app, "judged", verdict["claim"])
        said = [paragraph(verdict["statement"], classes=["card-claim"]), paragraph(verdict["sentence"])]
        body = [*judged.draw_strip(record), judged.fold_evidence(env, record)]
        cells = [entry, paragraph(number)], [*said, *body], make_badge(record["verdict"])
        rows.append(elements.row(cells, ids=[label]))
    table = elements.table("verdict-table", ("Claim", "What it says, and what was found", "Verdict"), rows)
    return nodes.container("", table, classes=["verdict-box"])


def _place(claim: str, env) -> tuple[str, nodes.Node, nodes.Node]:
    """The label of a claim's card on this page, its entry of the index, and its number as a link."""
    label = label_verdict(claim, env.docname)
    elements.anchor(env, label)
    entry = elements.index_entry(f"{claim}; {name_chapter(env, env.docname)}", label, "Claims")
    return label, entry, link_claim(env, claim)


class VerdictRenderer:
    """How myst-nb turns a stored verdict into a card."""

    mime_priority_overrides = [("html", settings.VERDICT_MIME, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline):
        """The card of an output, or None for an output of another type."""
        if inline or data.mime_type != settings.VERDICT_MIME:
            return None
        show = make_card_table if "table" in data.content else make_card
        return [show(data.content.get("table", data.content), renderer.renderer.sphinx_env)]


def read_verdicts(root: Path, page: str) -> list[dict]:
    """The verdicts among the stored outputs of one executed notebook, in order."""
    cells = settings.read_notebook(root, page)["cells"]
    outputs = (output.get("data", {}) for cell in cells for output in cell.get("outputs", []))
    stored = [data[settings.VERDICT_MIME] for data in outputs if settings.VERDICT_MIME in data]
    return [verdict for content in stored for verdict in content.get("table", [content])]


def collect(app: Sphinx) -> dict[str, dict]:
    """Every claim by its id, as tables and notebooks have it now.

    Label, readings and sources come from the tables, whether a chapter has filed a sentence or not; a claim
    without readings is not examined yet. `pages` are the chapters that filed one (`chapters/03_gdp`).
    """
    root = Path(app.srcdir)
    said: dict[str, dict] = {}
    for chapter in settings.list_chapters(root):
        for verdict in read_verdicts(root, chapter.page):
            # A later chapter knows more than an earlier one: its sentence is the one that stands.
            earlier = said.get(verdict["claim"], {}).get("pages", ())
            said[verdict["claim"]] = verdict | {"pages": list(dict.fromkeys([*earlier, chapter.page]))}
    records, unsaid = judged.collect(app), {"sentence": "", "pages": []}
    unexamined = {"verdict": read_labels(root)[-1].verdict, "readings": []}
    claims = {claim["claim_id"]: claim for claim in settings.read_table(root / settings.CLAIMS)}
    return {
        name: unsaid | said.get(name, {}) | claim | records.get(name, unexamined)
        for name, claim in claims.items()
    }


class VerdictLabels(SphinxDirective):
    """What each label means; `{count}` in the directive's sentence is their number in words."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        known = [label for label in read_labels(self.env.srcdir) if label.filed]
        sentence = " ".join(self.content).format(count=NUMBERS[len(known)])
        text, messages = self.parse_inline(sentence)
        rules = [(label.verdict, [label.rule]) for label in known]
        return [paragraph(*text), elements.definitions(rules, "myst"), *messages]


class VerdictLedger(SphinxDirective):
    """One table of all claims, with the verdict that stands on each."""

    def run(self) -> list[nodes.Node]:
        claims = facts.take(self.env.app, "claims")
        counts = Counter(claim["verdict"] for claim in claims.values())
        said = (
            f"{counts[label.verdict]} {label.verdict}"
            for label in read_labels(self.env.srcdir)
            if label.filed or counts[label.verdict]
        )
        summary = paragraph(f"{len(claims)} claims: {', '.join(said)}.", classes=["ledger-summary"])
        head = ("Claim", "What the article says, and what makes it checkable", "Verdict")
        table = elements.table("ledger", head, map(self._make_row, claims.values()))
        return [summary, nodes.container("", table, classes=["ledger-box"])]

    def _make_row(self, claim: dict) -> nodes.row:
        name = claim["claim_id"]
        label = label_claim(name)
        elements.anchor(self.env, label)
        number = [elements.index_entry(name, label, "Claims", main="main"), paragraph(name)]
        said = [paragraph(claim["statement"]), paragraph(claim["check"], classes=["ledger-check"])]
        return elements.row(
            [number, said, self._make_status(claim)],
            ids=[label],
            classes=[f"theme-{nodes.make_id(claim['theme'])}", make_class(claim["verdict"])],
        )

    def _make_status(self, claim: dict) -> list[nodes.Node]:
        if not claim["readings"]:
            return [paragraph(f"Chapter {claim['chapters'].split()[0]}, not written yet")]
        head = paragraph(make_badge(claim["verdict"]), " How it was found:" if claim["pages"] else "")
        for page in claim["pages"]:
            name = " ".join(name_chapter(self.env, page).split())
            label = label_verdict(claim["claim_id"], page)
            head += [nodes.Text(" "), elements.reference(self.env, label, name)]
        ways = elements.folded("How it can be read", judged.list_readings(claim))
        return [head, *judged.draw_strip(claim), ways]


def setup(app: Sphinx) -> None:
    """Register cards, the ledger and the list of labels."""
    facts.register("claims", collect)
    app.add_directive("verdict-ledger", VerdictLedger)
    app.add_directive("verdict-labels", VerdictLabels)
