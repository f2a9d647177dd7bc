"""What a verdict rests on, as pages show it: label, readings and sources of a claim."""

from pathlib import Path

from docutils import nodes
from sealed_readings import rule, verdicts
from sealed_readings.folder import WITHOUT_TABLE, is_address
from sealed_readings.labels import LABELS
from sealed_readings.publish import label_claim, say_address, sentence_case
from sphinx.environment import BuildEnvironment

from book.downloads.data_dictionary import label_table
from book.elements import Part, bullets, inline, paragraph, reference
from book.glossary.key_terms import name_chapter
from book.ledger.ledgers import Claim

# What a passage says to its reading; without a word for or against it stands beside, or has the
# number.
_NAMES = {"for": "Passage for it: ", "against": "Passage against it: ", "": "Passage: "}
DEPENDS = "Depends"  # the badge alone: the choice stands beside it
READ_AS = {"reprint": "read in a reprint", "table not seen": "the table itself was not seen"}


def make_badge(verdict: str, words: str = "") -> nodes.inline:
    """Make the badge of a label: its words, mark and colour."""
    label = LABELS[verdict]
    return nodes.inline("", words or sentence_case(label.words), classes=["badge", label.css_class])


def make_label(verdict: str, as_far: str, depends_on: str) -> list[Part]:
    """Make a badge; beside it stands what the verdict depends on, or how far it could be
    checked."""
    if depends_on:
        parts: list[Part] = [
            make_badge(verdict, DEPENDS),
            inline(f" on {depends_on}", classes=["remark"]),
        ]
    else:
        parts = [make_badge(verdict, sentence_case(verdicts.say_verdict(verdict)))]
    if as_far == verdicts.YES:
        parts.append(inline(verdicts.AS_FAR, classes=["remark"]))
    return parts


def make_verdict(claim: Claim) -> nodes.paragraph:
    """Make the line of a claim's verdicts: the first, and the second if two questions are asked."""
    parts: list[Part] = [inline(*_make_first(claim), classes=["copied"])]
    if claim["second"]:
        second = [sentence_case(claim["second"]), "? ", *make_second(claim)]
        parts += [" ", inline(*second, classes=["second", "copied"])]
    return paragraph(*parts, classes=["verdict-line"])


def _make_first(claim: Claim) -> list[Part]:
    return make_label(claim["verdict"], claim["as_far"], claim["depends_on"])


def make_second(claim: Claim) -> list[Part]:
    """Make the badge of the second verdict, with the choice on which it depends."""
    return make_label(claim["second_verdict"], claim["second_as_far"], claim["second_depends_on"])


def link_claim(env: BuildEnvironment, claim_id: str, text: str = "") -> nodes.Node:
    """Link a claim's id, or a text, to its row in the ledger."""
    return reference(env, label_claim(claim_id), text or claim_id)


def link(text: str, address: str) -> Part:
    """Link a text to another site; the text alone if there is no http(s) address."""
    return (
        nodes.reference("", text, refuri=address, internal=False) if is_address(address) else text
    )


def label_figure(figure_id: str) -> str:
    """Label of a cited figure's row on the page of figures."""
    return f"figure-{figure_id}".lower()


def label_verdict(claim_id: str, page: str) -> str:
    """Label of a claim's card on a page. A claim may have cards on several pages."""
    return f"verdict-{claim_id}-{Path(page).name}".lower()


def link_card(env: BuildEnvironment, claim_id: str, page: str) -> nodes.Node:
    """Link the name of a page that files a verdict to the card there."""
    name = " ".join(name_chapter(env, page).split())
    return reference(env, label_verdict(claim_id, page), name)


def list_readings(env: BuildEnvironment, claim: Claim) -> nodes.bullet_list:
    """List readings with outcomes, what would change them, passages and sources, or why there is
    none."""
    readings = (_describe_reading(env, one) for one in claim["readings"])
    return bullets((paragraph(*parts, classes=["copied"]) for parts in readings), "readings")


def _describe_reading(env: BuildEnvironment, reading: dict) -> list[Part]:
    if reading["kind"] == rule.NONE:
        return ["No reading: ", reading["says"]]
    name = reading["outcome"]
    outcome = [nodes.strong("", name, classes=[f"outcome-{name}"])] if name else []
    part = "" if reading["part"] == rule.CORE else f" (“{reading['part']}”)"
    reason = reading["beside"] or reading["obstacle"]
    against, found, added = (reading[key] for key in ("against", "found", "added"))
    against = against[:1].lower() + against[1:]
    to_hold = f"; to hold, {reading['threshold']}" if reading["threshold"] else ""
    sentences = [
        ("What would change it: " if name == rule.HOLDS else "Against it: ", against),
        ("Found: ", found and f"{found}{to_hold}.{_list_places(reading)}"),
        *((_NAMES[passage["speaks"]], _quote(passage)) for passage in reading["passages"]),
        ("What would decide it: ", name == rule.OPEN and reading["decides"]),
        ("", added[:1].upper() + added[1:]),
    ]
    text = "".join(f" {heading}{sentence}" for heading, sentence in sentences if sentence)
    says = f"{f' ({reason})' if reason else ''}: {reading['says']}"
    parts = [f"{reading['reading']}{part} ", *outcome, says, inline(text, classes=["reading-more"])]
    if name == rule.OPEN and reading["held_by"]:
        parts.append(inline(f" Held by: {reading['held_by']}", classes=["rests-on"]))
    for heading, sources in (
        (" Rests on: ", reading["sources"]),
        (" The same say: ", reading["also"]),
    ):
        if sources:
            listed = [
                part for source in sources for part in ("; ", *_describe_source(env, source))
            ][1:]
            parts.append(inline(heading, *listed, ".", classes=["rests-on"]))
    return parts


def say_sentence(claim: Claim) -> str:
    """The article's sentence if its words carry it alone, or else what it says in ours."""
    return f"“{claim['quoted']}”" if claim["whole"] == "yes" else claim["statement"]


def say_other(other: dict[str, str]) -> str:
    """What another editor gave, with the reason."""
    return f"{other['editor']}: {say_label(other)}"


def say_label(given: dict[str, str]) -> str:
    """A label in words, with the reason that was given for it."""
    return f"{given['label']}{f' ({why})' if (why := given['why']) else ''}"


def list_shown(claim: Claim) -> nodes.bullet_list:
    """List the readings that a verdict names: what each says, what counts against it, what was
    found."""
    items = []
    for one in claim["readings"]:
        if one["reading"] in claim["shown"]:
            found = f" Found: {one['found']}." if one["found"] else ""
            against = inline(f"Against it: {one['against']}{found}", classes=["against"])
            items.append(paragraph(one["says"], against))
    return bullets(items, "plain-readings")


def list_missing(claim: Claim, part: str) -> list[str]:
    """What would decide the core's open readings (`decides`), or who holds it (`held_by`), each
    once."""
    core = [
        one for one in claim["readings"] if one["part"] == rule.CORE and one["kind"] != rule.NONE
    ]
    return list(
        dict.fromkeys(one[part] for one in core if one["outcome"] == rule.OPEN and one[part])
    )


def _list_places(reading: dict) -> str:
    """List the numbers of places in words; empty if there are none."""
    places = ", ".join(f"{one['place']} {one['shown']}" for one in reading["places"])
    return f" By place: {places}." if places else ""


def _quote(passage: dict[str, str]) -> str:
    translation = f" ({passage['translation']})" if passage["translation"] else ""
    return f"“{passage['passage']}”{translation}"


def _describe_source(env: BuildEnvironment, source: dict[str, str]) -> list[Part]:
    name = source["id"]
    if source["kind"] in WITHOUT_TABLE:
        return [WITHOUT_TABLE[source["kind"]]]
    if source["kind"] == "table":
        return ["table ", reference(env, label_table(name), nodes.literal("", name))]
    about = [source["date_published"], READ_AS.get(source["read_as"]), source["standing"]]
    text = ", ".join(filter(None, [*about, say_address(source)]))
    figure = reference(env, label_figure(name), name)
    return [link(source["publisher"], source["url"]), f", {text} (", figure, ")"]
