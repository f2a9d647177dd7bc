"""The ledger's page: what each label means, all claims with their verdicts, and the files to download."""

from collections import Counter
from pathlib import Path

from docutils import nodes
from sealed_readings import publish
from sealed_readings.labels import LABELS, count
from sealed_readings.publish import label_claim, say_place
from sealed_readings.reviews import make_reviews
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from book.elements import Part, anchor, box, bullets, definitions, folded, index_entry, paragraph, row, table
from book.ledger import evidence
from book.ledger.evidence import make_label
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


def show_labels(directive: LedgerDirective) -> list[nodes.Node]:
    """Explain each label; `{count}` in the directive's sentence is their number in words."""
    labels = [label for label in LABELS.values() if label.filed]
    sentence = " ".join(directive.content).format(count=NUMBERS[len(labels)])
    text, messages = directive.parse_inline(sentence)
    return [
        paragraph(*text),
        definitions(((label.words, [label.rule]) for label in labels), "myst"),
        *messages,
    ]


def show_ledger(directive: LedgerDirective) -> list[nodes.Node]:
    """Show one table of all claims with their verdicts."""
    claims = directive.take("claims")
    counts = Counter(claim["verdict"] for claim in claims)
    shown = [label for label in LABELS.values() if label.filed or counts[label.id]]
    counted = ", ".join(f"{counts[label.id]} “{label.words}”" for label in shown)
    summary = paragraph(f"{count(len(claims), 'claim')}: {counted}.", classes=["ledger-summary"])
    rows = (_make_row(directive.env, claim) for claim in claims)
    return [summary, box("ledger-box", table("ledger", HEAD, rows))]


def _make_row(env: BuildEnvironment, claim: Claim) -> nodes.row:
    name = claim["claim_id"]
    anchor(env, label := label_claim(name))
    number = [index_entry(name, label, main="main"), paragraph(name, classes=["copied"])]
    words: list[nodes.Node] = [paragraph(claim["statement"], classes=["copied"])]
    if claim["quoted"]:
        where = f" ({say_place(claim['paragraph'])})" if claim["paragraph"] else ""
        words.insert(0, paragraph(f"“{claim['quoted']}”{where}", classes=["quoted", "copied"]))
    words.append(paragraph(claim["check"], classes=["ledger-check"]))
    classes = [f"theme-{nodes.make_id(claim['theme'])}", LABELS[claim["verdict"]].css_class]
    return row([number, words, _make_verdict(env, claim)], ids=[label], classes=classes)


def _make_verdict(env: BuildEnvironment, claim: Claim) -> list[nodes.Node]:
    """Make label, finding, strip and sources; collapsed, the readings; and links to the pages."""
    cell: list[nodes.Node] = [paragraph(*make_label(claim), classes=["label-line", "copied"])]
    if not claim["readings"]:
        return cell
    if claim["before"]:
        before = f"Without what was added or dropped once numbers were known: {claim['before']}."
        cell.append(paragraph(before, classes=["ledger-check", "copied"]))
    if claim["sentence"]:
        cell.append(paragraph(claim["sentence"], classes=["copied"]))
    readings = [evidence.list_readings(claim, whole=True)]
    if claim["would_change"]:
        heading = paragraph(nodes.strong("", "What would change it"))
        readings += [heading, bullets(claim["would_change"], "readings")]
    ways = folded("How it can be read, and what would change it", *readings)
    cell += [*evidence.draw_strip(claim), evidence.list_sources(env, claim), ways]
    # The row's own address, and the pages that file a verdict, the deciding page first.
    name, pages = claim["claim_id"], sorted(claim["pages"], key=lambda page: page != claim["working"])
    permanent = nodes.reference("", "Permanent link", refid=label_claim(name), internal=True)
    links = [part for page in pages for part in (" ", evidence.link_card(env, name, page))]
    return [*cell, paragraph(permanent, ". How it was found:" if pages else "", *links)]


def show_downloads(directive: LedgerDirective) -> list[nodes.Node]:
    """Link the ledger's files, and explain the columns of its table."""
    folder = "../" * directive.env.docname.count("/") + _find_folder(directive.config, directive.page)
    parts: list[Part] = []
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
        page.context["metatags"] = page.context.get("metatags", "") + reviews
