"""The ledger's page: what each label means, all claims with their verdicts, and the files to download.

Directives: `verdict-labels` explains the labels; `verdict-ledger` is the table of claims;
`verdict-downloads` links the files and explains their columns.
"""

from collections import Counter
from pathlib import Path
from typing import Any

from docutils import nodes
from sealed_readings import publish
from sealed_readings.labels import LABELS, count
from sealed_readings.publish import label_claim, say_place
from sealed_readings.reviews import make_reviews, make_script
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

from book.elements import anchor, box, bullets, definitions, folded, index_entry, paragraph, row, table
from book.ledger.evidence import draw_strip, link_card, list_readings, list_sources, make_label
from book.ledger.ledgers import Claim, LedgerDirective, read_ledgers
from book.page import Page

FOLDER = "data"  # where the built book has the main ledger's files
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
HEAD = ("Claim", "What the article says, and what would check it", "Verdict, and what it rests on")
FILES = {
    publish.DOWNLOADS[0]: " has a row for each claim; ",
    publish.DOWNLOADS[1]: " has the readings, outcomes and sources too; ",
    publish.DOWNLOADS[2]: " describes the table for programs. Its columns:",
}


class VerdictLabels(SphinxDirective):
    """Explains each label; `{count}` in the directive's sentence is their number in words."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        labels = [label for label in LABELS.values() if label.filed]
        text, messages = self.parse_inline(" ".join(self.content).format(count=NUMBERS[len(labels)]))
        rules = definitions(((label.words, [label.rule]) for label in labels), "myst")
        return [paragraph(*text), rules, *messages]


class VerdictLedger(LedgerDirective):
    """Shows one table of all claims with their verdicts."""

    def run(self) -> list[nodes.Node]:
        claims = self.take("claims")
        counts = Counter(claim["verdict"] for claim in claims)
        shown = [label for label in LABELS.values() if label.filed or counts[label.id]]
        counted = ", ".join(f"{counts[label.id]} “{label.words}”" for label in shown)
        summary = paragraph(f"{count(len(claims), 'claim')}: {counted}.", classes=["ledger-summary"])
        return [summary, box("ledger-box", table("ledger", HEAD, map(self._make_row, claims)))]

    def _make_row(self, claim: Claim) -> nodes.row:
        name = claim["claim_id"]
        label = label_claim(name)
        anchor(self.env, label)
        number = [index_entry(name, label, main="main"), paragraph(name, classes=["copied"])]
        said: list[nodes.Node] = [paragraph(claim["statement"], classes=["copied"])]
        if claim["quoted"]:
            where = f" ({say_place(claim['paragraph'])})" if claim["paragraph"] else ""
            said.insert(0, paragraph(f"“{claim['quoted']}”{where}", classes=["quoted", "copied"]))
        said.append(paragraph(claim["check"], classes=["ledger-check"]))
        classes = [f"theme-{nodes.make_id(claim['theme'])}", LABELS[claim["verdict"]].css_class]
        return row([number, said, self._make_verdict(claim)], ids=[label], classes=classes)

    def _make_verdict(self, claim: Claim) -> list[nodes.Node]:
        """Make label, finding, strip and sources; collapsed, the readings; and links to the pages."""
        cell: list[nodes.Node] = [paragraph(*make_label(claim), classes=["label-line", "copied"])]
        if not claim["readings"]:
            return cell
        if claim["before"]:
            before = f"Without what was added or dropped once numbers were known: {claim['before']}."
            cell.append(paragraph(before, classes=["ledger-check", "copied"]))
        if claim["sentence"]:
            cell.append(paragraph(claim["sentence"], classes=["copied"]))
        readings = [list_readings(claim, whole=True)]
        if claim["would_change"]:
            heading = paragraph(nodes.strong("", "What would change it"))
            readings += [heading, bullets(claim["would_change"], "readings")]
        ways = folded("How it can be read, and what would change it", *readings)
        return [*cell, *draw_strip(claim), list_sources(self.env, claim), ways, self._make_links(claim)]

    def _make_links(self, claim: Claim) -> nodes.paragraph:
        """Link the row itself and the pages that file a verdict, the deciding page first."""
        name = claim["claim_id"]
        permanent = nodes.reference("", "Permanent link", refid=label_claim(name), internal=True)
        pages = sorted(claim["pages"], key=lambda page: page != claim["working"])
        links = [part for page in pages for part in (" ", link_card(self.env, name, page))]
        return paragraph(permanent, ". How it was found:" if pages else "", *links)


class Downloads(LedgerDirective):
    """Links the ledger's files, and explains the columns of its table."""

    def run(self) -> list[nodes.Node]:
        folder = "../" * self.env.docname.count("/") + _find_folder(self.config, self.page)
        parts: list[Any] = []
        for name, sentence in FILES.items():
            parts += [nodes.reference("", name, refuri=f"{folder}/{name}", internal=True), sentence]
        return [paragraph(*parts), definitions(((k, [v]) for k, v in publish.FIELDS.items()), "facts")]


def _find_folder(config: Config, page: str) -> str:
    """Folder of a ledger's files in the built book: the main ledger's, or one below it."""
    is_main = page == next(iter(config.sealed_readings_ledgers))
    return FOLDER if is_main else f"{FOLDER}/{Path(page).name}"


def write_downloads(app: Sphinx) -> None:
    """Write the files of every ledger into the built book."""
    for page, record in read_ledgers(app).items():
        folder = Path(app.outdir, _find_folder(app.config, page))
        publish.write_downloads(record, folder, f"{page}.html")


def add_reviews(page: Page) -> None:
    """Add the reviews of a ledger to the head of its page."""
    config = page.app.config
    if page.name in config.sealed_readings_ledgers:
        record = read_ledgers(page.app)[page.name]
        rows = publish.list_rows(record, f"{page.name}.html")
        reviews = make_reviews(record, rows, config.html_title, config.html_baseurl)
        page.context["metatags"] = page.context.get("metatags", "") + make_script(reviews)
