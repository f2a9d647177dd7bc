"""How pages show what a verdict rests on: its strip, its readings, its sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes

from sealed_readings import rule, strip
from sealed_readings.folder import WITHOUT_TABLE
from sealed_readings.labels import LABELS
from sealed_readings.publish import label_claim, say_address
from sealed_readings.sphinx import parts
from sealed_readings.sphinx.parts import Part, paragraph

READ_AS = {"reprint": "read in a reprint", "table not seen": "the table itself was not seen"}


def make_badge(verdict: str) -> nodes.inline:
    """A label, by its id, as a reader sees it: its words, mark and colour."""
    label = LABELS[verdict]
    return nodes.inline("", label.words, classes=["badge", label.css_class])


def link_claim(env: Any, claim: str) -> nodes.Node:
    """A claim's number as a link to its row in the ledger."""
    return parts.link(env, label_claim(claim), claim)


def label_figure(figure: str) -> str:
    """The label of a cited figure's row on the page that lists them."""
    return f"figure-{figure}".lower()


def name_page(env: Any, page: str) -> str:
    """What the event `sealed-readings-page-name` calls a page; the index sorts by it, so its spaces stay."""
    return env.app.emit_firstresult("sealed-readings-page-name", page) or page


def label_verdict(claim: str, page: str) -> str:
    """A claim may have a card on several pages, so a card's label names its page too."""
    return f"verdict-{claim}-{Path(page).name}".lower()


def link_card(env: Any, claim: str, page: str, before: str = "") -> nodes.Node:
    """The name of a page that files a verdict on a claim, as a link to its card there."""
    return parts.link(env, label_verdict(claim, page), before + " ".join(name_page(env, page).split()))


def say_label(claim: dict[str, Any]) -> list[Part]:
    """The label's line: its badge, and what the label alone would hide."""
    remark = nodes.inline("", claim["remark"], classes=["remark"])
    return [make_badge(claim["verdict"]), *([" ", remark] if claim["remark"] else [])]


def draw_strip(claim: dict[str, Any]) -> list[nodes.Node]:
    """The strip of a claim, or nothing where no reading has a number."""
    drawn = strip.draw(claim["readings"])
    return [parts.raw(drawn)] if drawn else []


def list_readings(claim: dict[str, Any], *, whole: bool = False) -> nodes.bullet_list:
    """Each reading with its outcome, and what was found; or why there is none.

    `whole` adds what would have counted against each, and the passages of documents.
    """
    return parts.bullets((paragraph(*_say_reading(one, whole)) for one in claim["readings"]), "readings")


def list_what_would_change(claim: dict[str, Any]) -> list[nodes.Node]:
    """What evidence would make the label another one; nothing where no reading could have any."""
    if not claim["would_change"]:
        return []
    listed = parts.bullets(claim["would_change"], "readings")
    return [paragraph(nodes.strong("", "What would change it")), listed]


def fold_evidence(env: Any, claim: dict[str, Any], *first: nodes.Node) -> nodes.container:
    """Readings and sources of a claim, folded: they say what the letters of its strip stand for."""
    inside = *first, list_readings(claim), list_sources(env, claim)
    return parts.folded("How it can be read, and what that rests on", *inside)


def list_sources(env: Any, claim: dict[str, Any]) -> nodes.paragraph:
    """What a verdict rests on, with links: figures lead to their rows, tables to where they are described."""
    listed = {source["id"]: source for reading in claim["readings"] for source in reading["sources"]}
    article_last = sorted(listed.values(), key=lambda source: source["kind"] == "article")
    said = [part for source in article_last for part in ("; ", *_say_source(env, source))][1:]
    said = said or ["no source: there is nothing to look up"]
    return paragraph(nodes.strong("", "Rests on: "), *said, ".", kind="rests-on copied")


def _say_reading(reading: dict[str, Any], whole: bool) -> list[Part]:
    if reading["kind"] == rule.NONE:
        return ["No reading: ", reading["says"]]
    outcome = nodes.strong("", reading["outcome"], classes=[f"outcome-{reading['outcome']}"])
    of = "" if reading["part"] == rule.CORE else f" (“{reading['part']}”)"
    why = f" ({reading['obstacle']})" if reading["obstacle"] else ""
    said: list[Part] = [f"{reading['reading']}{of} ", outcome, f"{why}: {reading['says']}"]
    if whole and reading["against"]:
        said.append(f" Against it: {reading['against'][0].lower()}{reading['against'][1:]}")
    if reading["found"]:
        said.append(
            f" Found: {reading['found']}; to hold, {reading['threshold']}.{strip.list_places(reading)}"
        )
    for passage in reading["passages"] if whole else ():
        translated = f" ({passage['translation']})" if passage["translation"] else ""
        said.append(f" Passage: “{passage['passage']}”{translated}")
    if reading["decides"]:
        said.append(f" To decide it: {reading['decides']}")
    if reading["held_by"]:
        said.append(f" Held by: {reading['held_by']}")
    if reading["added"]:
        said.append(f" {reading['added'][:1].upper()}{reading['added'][1:]}")
    return said


def _say_source(env: Any, source: dict[str, str]) -> list[Part]:
    if source["kind"] in WITHOUT_TABLE:
        return [WITHOUT_TABLE[source["kind"]]]
    if source["kind"] == "table":
        name, label = nodes.literal("", source["id"]), env.config.sealed_readings_table_label
        return ["table ", parts.link(env, nodes.make_id(label.format(source["id"])), name) if label else name]
    row = parts.link(env, label_figure(source["id"]), source["id"])
    date = f", {source['date_published']}" if source["date_published"] else ""
    read = f", {READ_AS[source['read_as']]}" if source["read_as"] in READ_AS else ""
    said: Part = source["publisher"]
    if source["url"]:
        said = nodes.reference("", said, refuri=source["url"], internal=False)
    address = say_address(source)
    return [said, f"{date}{read}, {source['standing']}{', ' * bool(address)}{address} (", row, ")"]
