"""What a verdict rests on, as pages show it: label, strip, readings and sources of a claim."""

from pathlib import Path

from docutils import nodes
from sealed_readings import rule, strip
from sealed_readings.folder import WITHOUT_TABLE
from sealed_readings.labels import LABELS
from sealed_readings.publish import label_claim, say_address
from sphinx.environment import BuildEnvironment

from book.downloads.data_dictionary import label_table
from book.elements import Part, bullets, folded, paragraph, reference
from book.glossary.key_terms import name_chapter
from book.ledger.ledgers import Claim

READ_AS = {"reprint": "read in a reprint", "table not seen": "the table itself was not seen"}


def make_badge(verdict: str) -> nodes.inline:
    """Make the badge of a label: its words, mark and colour."""
    label = LABELS[verdict]
    return nodes.inline("", label.words, classes=["badge", label.css_class])


def make_label(claim: Claim) -> list[Part]:
    """Make a claim's badge and the remark beside it."""
    remark = nodes.inline("", claim["remark"], classes=["remark"])
    return [make_badge(claim["verdict"]), *([" ", remark] if claim["remark"] else [])]


def link_claim(env: BuildEnvironment, claim_id: str) -> nodes.Node:
    """Link a claim's id to its row in the ledger."""
    return reference(env, label_claim(claim_id), claim_id)


def label_figure(figure_id: str) -> str:
    """Label of a cited figure's row on the page of figures."""
    return f"figure-{figure_id}".lower()


def label_verdict(claim_id: str, page: str) -> str:
    """Label of a claim's card on a page. A claim may have cards on several pages."""
    return f"verdict-{claim_id}-{Path(page).name}".lower()


def link_card(env: BuildEnvironment, claim_id: str, page: str, before: str = "") -> nodes.Node:
    """Link the name of a page that files a verdict to the card there."""
    name = " ".join(name_chapter(env, page).split())
    return reference(env, label_verdict(claim_id, page), before + name)


def draw_strip(claim: Claim) -> list[nodes.Node]:
    """Draw a claim's strip; empty if no reading has a number."""
    drawing = strip.draw(claim["readings"])
    return [nodes.raw("", drawing, format="html")] if drawing else []


def list_readings(claim: Claim, *, whole: bool = False) -> nodes.bullet_list:
    """List readings with their outcomes, or why there is none.

    `whole` adds what would count against each reading, and the passages of documents.
    """
    return bullets((paragraph(*_describe_reading(one, whole)) for one in claim["readings"]), "readings")


def fold_evidence(env: BuildEnvironment, claim: Claim, *first: nodes.Node) -> nodes.container:
    """Make a collapsed section of a claim's readings and sources, after the nodes in `first`."""
    content = *first, list_readings(claim), list_sources(env, claim)
    return folded("How it can be read, and what that rests on", *content)


def list_sources(env: BuildEnvironment, claim: Claim) -> nodes.paragraph:
    """List a claim's sources with links to figures and to descriptions of tables. The article comes last."""
    sources = {source["id"]: source for reading in claim["readings"] for source in reading["sources"]}
    ordered = sorted(sources.values(), key=lambda source: source["kind"] == "article")
    parts = [part for source in ordered for part in ("; ", *_describe_source(env, source))][1:]
    listed = parts or ["no source: there is nothing to look up"]
    return paragraph(nodes.strong("", "Rests on: "), *listed, ".", classes=["rests-on", "copied"])


def _describe_reading(reading: dict, whole: bool) -> list[Part]:
    if reading["kind"] == rule.NONE:
        return ["No reading: ", reading["says"]]
    outcome = nodes.strong("", reading["outcome"], classes=[f"outcome-{reading['outcome']}"])
    part = "" if reading["part"] == rule.CORE else f" (“{reading['part']}”)"
    text = f" ({reading['obstacle']})" if reading["obstacle"] else ""
    text += f": {reading['says']}"
    if whole:
        against = reading["against"]
        text += f" Against it: {against[0].lower()}{against[1:]}" if against else ""
    if reading["found"]:
        text += f" Found: {reading['found']}; to hold, {reading['threshold']}.{strip.list_places(reading)}"
    for passage in reading["passages"] if whole else ():
        translation = f" ({passage['translation']})" if passage["translation"] else ""
        text += f" Passage: “{passage['passage']}”{translation}"
    for heading, column in (("To decide it: ", "decides"), ("Held by: ", "held_by")):
        text += f" {heading}{reading[column]}" if reading[column] else ""
    added = reading["added"]
    return [
        f"{reading['reading']}{part} ",
        outcome,
        text,
        f" {added[:1].upper()}{added[1:]}" if added else "",
    ]


def _describe_source(env: BuildEnvironment, source: dict[str, str]) -> list[Part]:
    name = source["id"]
    if source["kind"] in WITHOUT_TABLE:
        return [WITHOUT_TABLE[source["kind"]]]
    if source["kind"] == "table":
        return ["table ", reference(env, label_table(name), nodes.literal("", name))]
    publisher: Part = source["publisher"]
    if source["url"]:
        publisher = nodes.reference("", publisher, refuri=source["url"], internal=False)
    about = (
        source["date_published"],
        READ_AS.get(source["read_as"]),
        source["standing"],
        say_address(source),
    )
    text = ", ".join(filter(None, about))
    return [publisher, f", {text} (", reference(env, label_figure(name), name), ")"]
