"""What stands behind the verdicts: codings, corrections, open readings, cited figures.

Directives: `verdict-worked` shows step by step how a claim was decided; `verdict-agreement` describes the
coders and how far they agree; `verdict-corrections` lists labels that changed, `verdict-send-corrections`
where to send a correction; `verdict-article` names the article; `verdict-open` lists open readings;
`cited-figures` makes a section for each theme of cited figures. The role `filed` inserts part of a claim.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from docutils import nodes
from sealed_readings import rule
from sealed_readings.labels import count, say
from sealed_readings.publish import say_address, say_pair
from sphinx.util.docutils import SphinxDirective, SphinxRole

from book.elements import Cell, Part, anchor, box, bullets, folded, join, paragraph, row, table
from book.ledger.evidence import (
    READ_AS,
    draw_strip,
    label_figure,
    link_claim,
    list_readings,
    make_badge,
    make_label,
)
from book.ledger.ledgers import LedgerDirective, get_claim


def _make_box(kind: str, head: Sequence[str], rows: Sequence[list[Cell]]) -> nodes.container:
    return box("record-box", table(f"record {kind}", head, rows))


def _link(text: str, address: str) -> Part:
    """Link a text; the text itself if there is no address."""
    return nodes.reference("", text, refuri=address, internal=False) if address else text


class Worked(SphinxDirective):
    """Shows one claim from its readings to its label, with what would count against each reading."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        claim = get_claim(self.env, name)
        if not claim or not claim["readings"]:
            raise self.error(f"{name!r} must be a claim that has readings")
        statement = paragraph(link_claim(self.env, name), " ", claim["statement"])
        label = paragraph("So the label is ", *make_label(claim), ".")
        return [box("worked", statement, *draw_strip(claim), list_readings(claim, whole=True), label)]


class Agreement(LedgerDirective):
    """Describes the coders and how far they agree with each other and with the settled readings."""

    def run(self) -> list[nodes.Node]:
        agreement = self.take("agreement")
        if not agreement:
            return [paragraph("Not two coders have sealed a sheet of these claims.")]
        coders = (
            f"{row['sheet'].removesuffix('.csv')}: {row['coder_is']}, given {row['was_given']}; "
            f"sealed on {row['date']} with SHA-256 {row['sha256'][:16]}…"
            for row in agreement["coders"]
        )
        levels = agreement["levels"]
        pairs = [" and ".join(pair["who"]) for pair in levels[0]["pairs"]]
        rows: list[list[Cell]] = [[one["level"], *map(say_pair, one["pairs"])] for one in levels]
        content = [bullets(coders, "coders"), _make_box("agreement", ("Level", *pairs), rows)]
        if agreement["unlike"]:
            content.append(self._fold_unlike(agreement["unlike"]))
        return content

    def _fold_unlike(self, claims: list[dict[str, Any]]) -> nodes.container:
        """Make a collapsed table of claims whose labels differ."""
        rows: list[list[Cell]] = [
            [
                link_claim(self.env, claim["claim_id"]),
                *(label and say(label) for label in claim["labels"]),
                claim["why"],
            ]
            for claim in claims
        ]
        summary = f"{count(len(rows), 'claim')} on which the three labels are not one"
        head = ("Claim", "First coder", "Second coder", "Settled", "Why")
        return folded(summary, _make_box("codings", head, rows))


class Corrections(LedgerDirective):
    """Lists every label that changed, the latest correction first."""

    def run(self) -> list[nodes.Node]:
        rows: list[list[Cell]] = [
            [row["date"], link_claim(self.env, row["claim_id"]), say(row["from"]), say(row["to"]), row["why"]]
            for row in sorted(self.take("corrections"), key=lambda row: row["date"], reverse=True)
        ]
        return [_make_box("corrections", ("Date", "Claim", "From", "To", "Why"), rows)]


class SendCorrections(LedgerDirective):
    """Shows the directive's text, and the address for corrections that `article.yml` has, if any."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        text, messages = self.parse_inline(" ".join(self.content))
        where = self.take("article")["corrections"]
        link = _link(where, where if "://" in where else f"mailto:{where}")
        to = [" Send it to ", link, "."] if where else [" This copy of the site names no address for it."]
        return [paragraph(*text, *to), *messages]


class Article(LedgerDirective):
    """Names the article's author, title, publisher, date and address."""

    def run(self) -> list[nodes.Node]:
        about = self.take("article")
        day = date.fromisoformat(about["date"])
        end = f", {day.day} {day:%B %Y}. {'' if about['address'] else 'This site has no address for it.'}"
        title, paper = _link(f"“{about['title']}”", about["address"]), nodes.emphasis("", about["publisher"])
        return [paragraph(f"{about['author']}, ", title, ", ", paper, end, classes=["article-source"])]


class Open(LedgerDirective):
    """Lists open readings in the order of the article: who holds the evidence, and what would decide."""

    def run(self) -> list[nodes.Node]:
        rows: list[list[Cell]] = [
            [link_claim(self.env, claim["claim_id"]), *(reading[k] for k in ("says", "held_by", "decides"))]
            for claim in self.take("claims")
            for reading in claim["readings"]
            if reading["outcome"] == rule.OPEN
        ]
        return [_make_box("open", ("Claim", "What is open", "Who holds it", "What would decide"), rows)]


class CitedFigures(LedgerDirective):
    """Shows cited figures in a section for each theme: their source, and the claims that rest on them."""

    def run(self) -> list[nodes.Node]:
        uses: dict[str, list[str]] = defaultdict(list)
        for claim in self.take("claims"):
            for source in {source["id"] for r in claim["readings"] for source in r["sources"]}:
                uses[source].append(claim["claim_id"])
        themes: dict[str, list[nodes.row]] = defaultdict(list)
        for figure in self.take("figures"):
            themes[figure["theme"]].append(self._make_row(figure, uses[figure["figure_id"]]))
        return [self._make_section(theme, rows) for theme, rows in themes.items()]

    def _make_section(self, theme: str, rows: list[nodes.row]) -> nodes.section:
        head = ("Figure", "What was printed", "Where", "Claims that rest on it")
        title = nodes.title("", theme[:1].upper() + theme[1:])
        figures = box("figures-box", table("figures", head, rows))
        return nodes.section("", title, figures, ids=[nodes.make_id(theme)])

    def _make_row(self, figure: dict[str, str], claims: list[str]) -> nodes.row:
        label = label_figure(figure["figure_id"])
        anchor(self.env, label)
        unit = "" if figure["unit"] == "date" else f" {figure['unit']}"
        printed = f"{figure['indicator']}, {figure['place']}, {figure['period']}: {figure['printed']}{unit}"
        note = [paragraph(figure["note"], classes=["figure-note"])] if figure["note"] else []
        links = join(link_claim(self.env, name) for name in claims)
        rests = paragraph(*(links or [figure["set_aside"]]))
        cells: list[Cell] = [figure["figure_id"], [paragraph(printed), *note], _say_source(figure), rests]
        return row(cells, ids=[label])


def _say_source(figure: dict[str, str]) -> nodes.paragraph:
    date = f", {figure['date_published'] or 'no date'}"
    about = (READ_AS.get(figure["read_as"]), figure["standing"], say_address(figure))
    remarks = ", ".join(filter(None, about))
    title = _link(figure["title"], figure["url"])
    return paragraph(f"{figure['publisher']}: ", title, date, f" ({remarks})" if remarks else "")


class Filed(SphinxRole):
    """Inserts part of a claim: ``{filed}`A1 sentence` ``, or `verdict` for its label."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        name, _, part = self.text.partition(" ")
        text: Any = (get_claim(self.env, name) or {}).get(part)
        if not text or not isinstance(text, str):
            message = f"no verdict on {name!r} says {part!r}"
            return [], [self.inliner.reporter.error(message, line=self.lineno)]
        return [make_badge(text) if part == "verdict" else nodes.Text(text)], []
