"""What stands behind the verdicts, as tables: codings, corrections, what is open, cited figures.

Directives: `verdict-worked` shows how one claim was decided, step by step; `verdict-agreement` says what the
coders were, how far they agree with each other and with what was settled; `verdict-corrections` has every
label that changed, `verdict-send-corrections` where to send one; `verdict-article` names the article;
`verdict-open` says who holds what is missing, and what would decide; `cited-figures` makes a section for each
theme of the cited figures. The role `filed` puts a part of a claim into a sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxRole

from sealed_readings import rule
from sealed_readings.labels import count, say
from sealed_readings.publish import say_address, say_pair
from sealed_readings.sphinx import parts, store
from sealed_readings.sphinx.evidence import (
    READ_AS,
    draw_strip,
    label_figure,
    link_claim,
    list_readings,
    make_badge,
    say_label,
)
from sealed_readings.sphinx.ledger import OfLedger
from sealed_readings.sphinx.parts import Cell, Part, paragraph


def _make_box(kind: str, head: Sequence[str], rows: Sequence[list[Cell]]) -> nodes.container:
    return parts.box("record-box", parts.table(f"record {kind}", head, rows))


class Worked(OfLedger):
    """One claim from its readings to its label, with what would have counted against each."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The claim, its strip, its readings and what follows."""
        name = self.arguments[0]
        claim = self.take("claims").get(name) or {}
        if not claim.get("readings"):
            raise self.error(f"{name!r} must be a claim that has readings")
        said = paragraph(link_claim(self.env, name), " ", claim["statement"])
        follows = paragraph("So the label is ", *say_label(claim), ".")
        readings = list_readings(claim, whole=True)
        return [parts.box("worked", said, *draw_strip(claim), readings, follows)]


class Agreement(OfLedger):
    """What the coders were, how far they and the settled readings agree, and where labels differ."""

    def run(self) -> list[nodes.Node]:
        """A list of coders and two tables."""
        found = self.take("agreement")
        if not found:
            return [paragraph("Not two coders have sealed a sheet of these claims.")]
        coders = parts.bullets(
            (
                f"{row['sheet'].removesuffix('.csv')}: {row['coder_is']}, given {row['was_given']}; "
                f"sealed on {row['date']} with SHA-256 {row['sha256'][:16]}…"
                for row in found["coders"]
            ),
            "coders",
        )
        who = [" and ".join(pair["who"]) for pair in found["levels"][0]["pairs"]]
        rows: list[list[Cell]] = [
            [level["level"], *(say_pair(pair) for pair in level["pairs"])] for level in found["levels"]
        ]
        unlike: list[list[Cell]] = [
            [
                link_claim(self.env, one["claim_id"]),
                *(label and say(label) for label in one["labels"]),
                one["why"],
            ]
            for one in found["unlike"]
        ]
        summary = f"{count(len(unlike), 'claim')} on which the three labels are not one"
        head = ("Claim", "First coder", "Second coder", "Settled", "Why")
        told = parts.folded(summary, _make_box("codings", head, unlike))
        return [coders, _make_box("agreement", ("Level", *who), rows), *([told] if unlike else [])]


class Corrections(OfLedger):
    """Every label that changed."""

    def run(self) -> list[nodes.Node]:
        """A table, the latest correction first."""
        changed = sorted(self.take("corrections"), key=lambda row: row["date"], reverse=True)
        rows: list[list[Cell]] = [
            [row["date"], link_claim(self.env, row["claim_id"]), say(row["from"]), say(row["to"]), row["why"]]
            for row in changed
        ]
        return [_make_box("corrections", ("Date", "Claim", "From", "To", "Why"), rows)]


class SendCorrections(OfLedger):
    """How to send a correction: what the directive says, and the address that `article.yml` has, if any."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """One paragraph; nothing pretends that there is an address where none is set."""
        text, messages = self.parse_inline(" ".join(self.content))
        where = self.take("article")["corrections"]
        address = where if "://" in where else f"mailto:{where}"
        to: list[Part] = [" Send it to ", nodes.reference("", where, refuri=address, internal=False), "."]
        return [
            paragraph(*text, *(to if where else [" This copy of the site names no address for it."])),
            *messages,
        ]


class Article(OfLedger):
    """Which article it is: author, title, publisher and date, and its address, or that none is known."""

    def run(self) -> list[nodes.Node]:
        """One paragraph."""
        about = self.take("article")
        day = date.fromisoformat(about["date"])
        where, title = about["address"], f"“{about['title']}”"
        name = nodes.reference("", title, refuri=where, internal=False) if where else title
        paper = nodes.emphasis("", about["publisher"])
        end = f", {day.day} {day:%B %Y}. {'' if where else 'This site has no address for it.'}"
        return [paragraph(f"{about['author']}, ", name, ", ", paper, end, kind="article-source")]


class Open(OfLedger):
    """Readings that nothing at hand decides: who holds the evidence, and what would decide."""

    def run(self) -> list[nodes.Node]:
        """A table in the order of the article."""
        rows: list[list[Cell]] = [
            [link_claim(self.env, name), reading["says"], reading["held_by"], reading["decides"]]
            for name, claim in self.take("claims").items()
            for reading in claim["readings"]
            if reading["outcome"] == rule.OPEN
        ]
        return [_make_box("open", ("Claim", "What is open", "Who holds it", "What would decide"), rows)]


class CitedFigures(OfLedger):
    """Every cited figure, by theme: who printed it, where, how it was read, and what rests on it."""

    def run(self) -> list[nodes.Node]:
        """A section for each theme, in the order of the table."""
        uses: dict[str, list[str]] = defaultdict(list)
        for name, claim in self.take("claims").items():
            for source in {source["id"] for r in claim["readings"] for source in r["sources"]}:
                uses[source].append(name)
        themes: dict[str, list[nodes.row]] = defaultdict(list)
        for figure in self.take("figures"):
            themes[figure["theme"]].append(self._make_row(figure, uses[figure["figure_id"]]))
        return [self._make_section(theme, rows) for theme, rows in themes.items()]

    def _make_section(self, theme: str, rows: list[nodes.row]) -> nodes.section:
        head = ("Figure", "What was printed", "Where", "Claims that rest on it")
        shown = parts.box("figures-box", parts.table("figures", head, rows))
        title = nodes.title("", theme[:1].upper() + theme[1:])
        return nodes.section("", title, shown, ids=[nodes.make_id(theme)])

    def _make_row(self, figure: dict[str, str], claims: list[str]) -> nodes.row:
        label = label_figure(figure["figure_id"])
        parts.anchor(self.env, label)
        unit = "" if figure["unit"] == "date" else f" {figure['unit']}"
        said = f"{figure['indicator']}, {figure['place']}, {figure['period']}: {figure['printed']}{unit}"
        note = [paragraph(figure["note"], kind="figure-note")] if figure["note"] else []
        links: list[Part] = [one for name in claims for one in (", ", link_claim(self.env, name))][1:]
        rests = paragraph(*(links or [figure["set_aside"]]))
        cells: list[Cell] = [figure["figure_id"], [paragraph(said), *note], _say_source(figure), rests]
        return parts.row(cells, ids=[label])


def _say_source(figure: dict[str, str]) -> nodes.paragraph:
    title: Part = figure["title"]
    if figure["url"]:
        title = nodes.reference("", figure["title"], refuri=figure["url"], internal=False)
    date = f", {figure['date_published']}" if figure["date_published"] else ", no date"
    read = READ_AS.get(figure["read_as"], "")
    told = ", ".join(filter(None, [read, figure["standing"], say_address(figure)]))
    return paragraph(f"{figure['publisher']}: ", title, date, f" ({told})" if told else "")


class Filed(SphinxRole):
    """A part of the verdict that stands on a claim: ``{filed}`A1 sentence` ``, or `verdict`, its label."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        name, _, part = self.text.partition(" ")
        text: Any = (store.take_claim(self.env, name) or {}).get(part)
        if not text or not isinstance(text, str):
            message = f"no verdict on {name!r} says {part!r}"
            return [], [self.inliner.reporter.error(message, line=self.lineno)]
        return [make_badge(text) if part == "verdict" else nodes.Text(text)], []
