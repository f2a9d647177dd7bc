"""The ledger's page: what each label means, all claims by subject, and the files to download."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from sealed_readings import publish, verdicts
from sealed_readings.folder import is_address
from sealed_readings.labels import LABELS, count, say_of_its_time
from sealed_readings.publish import label_claim, say_place, sentence_case
from sealed_readings.reviews import make_reviews
from sphinx.application import Sphinx
from sphinx.config import Config

from book.elements import (
    Part,
    anchor,
    box,
    definitions,
    folded,
    index_entry,
    inline,
    join,
    paragraph,
)
from book.ledger import evidence
from book.ledger.evidence import link
from book.ledger.ledgers import Claim, LedgerDirective, group_by_subject, read_ledgers
from book.page import Page

NAMING = ("claim_id", "date", "from", "to")  # what tells a correction from others
FOLDER = "data"  # where the built book has the main ledger's files
NOBODY = "Corrections cannot be sent yet."
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
FILES = {
    publish.DOWNLOADS[0]: " has a row for each claim; ",
    publish.DOWNLOADS[1]: " has the readings, outcomes and sources too; ",
    publish.DOWNLOADS[2]: " describes the table for programs.",
}


def show_labels(directive: LedgerDirective) -> list[nodes.Node]:
    """Explain each label; `{count}` in the directive's sentence is their number in words."""
    labels = [label for label in LABELS.values() if label.filed]
    sentence = " ".join(directive.content).format(count=NUMBERS[len(labels)])
    text, messages = directive.parse_inline(sentence)
    rules = definitions(((sentence_case(label.words), [label.rule]) for label in labels), "myst")
    return [paragraph(*text), rules, *messages]


def show_ledger(directive: LedgerDirective) -> list[nodes.Node]:
    """Show all claims in the order of the article, each with its verdict and plain sentence."""
    claims = directive.take("claims")
    groups = group_by_subject(directive.take("article")["subjects"], claims)
    subject_of = {
        claim["claim_id"]: subject for subject, group in groups.items() for claim in group
    }
    rows = [_make_claim(directive, claim, subject_of[claim["claim_id"]]) for claim in claims]
    days = [correction["date"] for correction in directive.take("corrections")]
    citation = directive.config.html_context.get("citation")
    edition = f"Edition {citation.version}, " if citation else ""
    edition += f"last correction on {max(days)}." if days else "no correction so far."
    summary = [f"{count(len(claims), 'sentence')}. ", inline(edition, classes=["ledger-edition"])]
    return [paragraph(*summary, classes=["ledger-summary"]), box("ledger", *rows)]


def _make_claim(directive: LedgerDirective, claim: Claim, subject: str) -> nodes.container:
    """Make a claim: its words, its verdict and the plain sentence; collapsed below, a small
    table."""
    name = claim["claim_id"]
    anchor(directive.env, label := label_claim(name))
    found = claim["plain"] or claim["sentence"]
    content = [
        index_entry(name, label, main="main"),
        paragraph(evidence.say_sentence(claim), classes=["quoted", "copied"]),
        evidence.make_verdict(claim),
        *([paragraph(found, classes=["plain", "copied"])] if found else []),
        folded("Evidence", *_list_details(directive, claim)),
    ]
    kind = f"claim {LABELS[claim['verdict']].css_class} subject-{nodes.make_id(subject)}"
    return box(kind, *content, ids=[label])


def _list_details(directive: LedgerDirective, claim: Claim) -> list[nodes.Node]:
    """A small table of what the verdict rests on, the readings, and a form for a correction."""
    env = directive.env
    name = claim["claim_id"]
    rows = [[head, text] for head, text in _list_rows(directive, claim) if text]
    pages = sorted(
        claim["pages"], key=lambda page: page != claim["working"]
    )  # the deciding page first
    if links := join(evidence.link_card(env, name, page) for page in pages):
        rows.append(["How it was found", paragraph(*links)])
    listed = definitions(((head, [text]) for head, text in rows), "facts")
    details: list[nodes.Node] = [listed]
    if claim["readings"]:
        details.append(
            folded("Every reading, with its sources", evidence.list_readings(env, claim))
        )
    permanent = nodes.reference("", name, refid=label_claim(name), internal=True)
    details.append(paragraph("Number of this claim, and its permanent link: ", permanent, "."))
    return [*details, _make_form(claim, directive.take("article")["corrections"])]


def _list_rows(directive: LedgerDirective, claim: Claim) -> Iterator[tuple[str, Part]]:
    """Rows of the small table, some of them empty."""
    unchecked = claim["verdict"] in (verdicts.UNCHECKED, verdicts.UNEXAMINED)
    yield "Corrected", claim["corrected"] and f"“{claim['corrected']}”"
    yield "Evidence", inline(claim["evidence"], classes=["copied"]) if claim["evidence"] else ""
    if claim["shown"]:
        yield "How it may be read, as written before", evidence.list_shown(claim)
    elif claim["verdict"] == verdicts.OPINION:
        yield "What would count against it", "Nothing could."
    yield "What would decide it", unchecked and " ".join(evidence.list_missing(claim, "decides"))
    yield "Who has that", unchecked and " ".join(evidence.list_missing(claim, "held_by"))
    yield "State media", claim["state_media"]
    yield (
        "Editors who did not see it",
        "; ".join(evidence.say_other(one) for one in claim["others"]),
    )
    yield "A third editor settled", claim["settled"] and evidence.say_label(claim["settled"])
    yield "Said by", claim["attributed_to"]
    yield "In the article", _locate(claim, directive.take("article")["address"])
    for one in directive.take("corrections"):
        if one["claim_id"] == claim["claim_id"]:
            anchor(directive.env, label := label_correction(one))
            change = f"{say_of_its_time(one['from'])} → {say_of_its_time(one['to'])}. "
            change = one["why"] if one["from"] == one["to"] else change + one["why"]
            yield f"Correction of {one['date']}", box("correction", paragraph(change), ids=[label])


def _locate(claim: Claim, address: str) -> nodes.paragraph:
    """Say where a claim stands and what it states, with a link that leads to the words in the
    article."""
    place = say_place(claim["paragraph"]) if claim["paragraph"] else "the article"
    if address and claim["quoted"]:
        # A hyphen has a meaning of its own in the directive of a text fragment.
        address += f"#:~:text={quote(claim['quoted'], safe='').replace('-', '%2D')}"
    words = [": “", inline(claim["quoted"], classes=["copied"]), "”"] if claim["quoted"] else []
    return paragraph(link(place, address), *words, ". In our words: ", claim["statement"])


def label_correction(correction: dict[str, str]) -> str:
    """Id of a correction on the ledger's page; a claim may have two of a day."""
    return "-".join(["correction", *(correction[name] for name in NAMING)]).lower()


def _make_form(claim: Claim, where: str) -> nodes.container:
    """Make a form for a correction, filled in with the claim, and the link that sends it if there
    is one."""
    readings = [f"  {one['reading']} {one['outcome']}: {one['says']}" for one in claim["readings"]]
    words = claim["quoted"] or claim["statement"]
    head = [f"{claim['claim_id']}: “{words}”", f"Verdict: {claim['label']}", "Readings:"]
    asked = ("The reading in question:", "What you find instead:", "Where it is printed:")
    text = "\n".join([*head, *readings, "", *asked])
    form = nodes.raw("", f'<pre class="correction-form">{escape(text)}</pre>', format="html")
    end = NOBODY + " The form can be copied and kept."
    if where:
        address = write_address(where, quote(claim["claim_id"]), quote(text))
        end = nodes.reference("", "Send this form", refuri=address, internal=False)
    return folded("Correct this row", paragraph(end), form)


def write_address(where: str, claim_id: str = "", text: str = "") -> str:
    """Address of a correction: a mail to `where`, or `where` with `{claim}` and `{text}` filled
    in."""
    if not is_address(where):
        where = f"mailto:{where}?subject={{claim}}&body={{text}}"
    return where.replace("{claim}", claim_id).replace("{text}", text)


def show_desk(directive: LedgerDirective) -> list[nodes.Node]:
    """Say who answers for the ledger, where corrections go, and whether the publisher was asked."""
    article = directive.take("article")
    where = article["corrections"]
    address = {"refuri": write_address(where).partition("?")[0], "internal": False}
    desk = nodes.reference("", where.partition("?")[0], **address) if where else NOBODY
    asked = (
        article["asked"] or f"{article['publisher']} has not been asked yet, nor has the author."
    )
    entries = {
        "Who answers for it": (
            article["answerable"] or "Nobody yet. No person has put a name to it."
        ),
        "Where corrections go": desk,
        "Whether the publisher was asked": asked,
    }
    return [definitions(((name, [entry]) for name, entry in entries.items()), "facts")]


def show_downloads(directive: LedgerDirective) -> list[nodes.Node]:
    """Link the ledger's files, and explain the columns of its table."""
    folder = "../" * directive.env.docname.count("/") + _find_folder(
        directive.config, directive.page
    )
    parts: list[Part] = []
    for name, sentence in FILES.items():
        parts += [nodes.reference("", name, refuri=f"{folder}/{name}", internal=True), sentence]
    columns = definitions(((k, [v]) for k, v in publish.FIELDS.items()), "facts")
    return [paragraph(*parts), folded(f"The columns of {publish.DOWNLOADS[0]}", columns)]


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
