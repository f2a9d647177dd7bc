"""What the tables say of each claim: label, readings, sources; and how pages show it."""

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from book import elements, facts, settings
from book.elements import Part, paragraph
from book.ledger import strip

OTHER = {"article": "the article itself", "calendar": "the calendar"}
READ_AS = {"reprint": "read in a reprint", "table not seen": "the table itself was not seen"}


def collect(app: Sphinx) -> dict[str, dict]:
    """Every claim that has a reading, by its id."""
    return {record["claim_id"]: record for record in _read_ledger(app)["claims"] if record["readings"]}


def measure_agreement(app: Sphinx) -> dict:
    """How far two coders agree, and where they and what was settled do not."""
    return _read_ledger(app)["agreement"]


def _read_ledger(app: Sphinx) -> dict:
    return json.loads(Path(app.srcdir, settings.LEDGER).read_text(encoding="utf-8"))


def draw_strip(record: dict) -> list[nodes.Node]:
    """The strip of a claim, or nothing where no reading has a number."""
    drawn = strip.draw(record["readings"])
    return [nodes.raw("", drawn, format="html")] if drawn else []


def list_readings(record: dict, *, against: bool = False) -> nodes.bullet_list:
    """Each reading with its outcome, and what was found; or why there is none.

    `against` says whether to print what would have counted against each.
    """
    return elements.bullets((paragraph(*_render(one, against)) for one in record["readings"]), "readings")


def fold_evidence(env, record: dict, *first: nodes.Node) -> nodes.container:
    """Readings and sources of a claim, folded: they say what the letters of its strip stand for."""
    inside = *first, list_readings(record), list_evidence(env, record)
    return elements.folded("How it can be read, and what that rests on", *inside)


def list_evidence(env, record: dict) -> nodes.paragraph:
    """What a verdict rests on, with links: figures lead to their rows, tables to the data dictionary."""
    listed = {source["id"]: source for reading in record["readings"] for source in reading["sources"]}
    article_last = sorted(listed.values(), key=lambda source: source["kind"] == "article")
    said = [part for source in article_last for part in ("; ", *_make_source(env, source))][1:]
    if not said:
        said = ["no source: there is nothing to look up"]
    elif not any(reading["independent"] for reading in record["readings"]):
        said.append(". No source of its own beside the article")
    return paragraph(nodes.strong("", "Rests on: "), *said, ".", classes=["rests-on"])


def _render(reading: dict, against: bool) -> list[Part]:
    if reading["kind"] == "none":
        return ["No reading: ", reading["says"]]
    outcome = nodes.strong("", reading["outcome"], classes=[f"outcome-{reading['outcome']}"])
    said = [f"{reading['reading']} ", outcome, f": {reading['says']}"]
    if against:
        said.append(f" Against it: {reading['against'][0].lower()}{reading['against'][1:]}")
    if reading["found"]:
        limits = f"; to hold, {reading['threshold']}" if reading["threshold"] else ""
        said.append(f" Found: {reading['found']}{limits}.{strip.list_places(reading)}")
    if reading["decides"]:
        said.append(f" To decide it: {reading['decides']}")
    if reading["held_by"]:
        said.append(f" Held by: {reading['held_by']}")
    return said


def label_figure(figure: str) -> str:
    """The label of a cited figure's row on the page that lists them."""
    return f"figure-{figure}".lower()


def label_table(table: str) -> str:
    """The label of a table's section in the data dictionary."""
    return nodes.make_id(f"table-{table}")


def _make_source(env, source: dict) -> list[Part]:
    if source["kind"] in OTHER:
        return [OTHER[source["kind"]]]
    if source["kind"] == "table":
        name = nodes.literal("", source["id"])
        return ["table ", elements.reference(env, label_table(source["id"]), name)]
    row = elements.reference(env, label_figure(source["id"]), source["id"])
    date = f", {source['date_published']}" if source["date_published"] else ""
    read = f", {READ_AS[source['read_as']]}" if source["read_as"] in READ_AS else ""
    said: Part = source["publisher"]
    if source["url"]:
        said = nodes.reference("", said, refuri=source["url"], internal=False)
    return [said, f"{date}{read} (", row, ")"]


def setup(app: Sphinx) -> None:
    """Pages that show a claim are read anew when what is known of it changes."""
    facts.register("judged", lambda app, claim: collect(app).get(claim))
