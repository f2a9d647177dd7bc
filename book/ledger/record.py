"""What stands behind the verdicts: codings, corrections, open readings, cited figures."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from docutils import nodes
from sealed_readings import rule
from sealed_readings.labels import count, say
from sealed_readings.publish import say_address, say_pair
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole

from book.elements import Cell, anchor, box, bullets, folded, join, paragraph, row, table
from book.ledger import evidence
from book.ledger.evidence import link, link_claim
from book.ledger.ledgers import LedgerDirective, get_claim


def _make_box(kind: str, head: Sequence[str], rows: Iterable[list[Cell]]) -> nodes.container:
    return box("record-box", table(f"record {kind}", head, rows))


def show_worked(directive: LedgerDirective) -> list[nodes.Node]:
    """Show one claim from its readings to its label, with what would count against each reading."""
    name = " ".join(directive.arguments)
    claim = get_claim(directive.env, name)
    if not claim or not claim["readings"]:
        raise directive.error(f"{name!r} must be a claim that has readings")
    statement = paragraph(link_claim(directive.env, name), " ", claim["statement"])
    readings = [*evidence.draw_strip(claim), evidence.list_readings(claim, whole=True)]
    label = paragraph("So the label is ", *evidence.make_label(claim), ".")
    return [box("worked", statement, *readings, label)]


def show_agreement(directive: LedgerDirective) -> list[nodes.Node]:
    """Describe the coders and how far they agree with each other and with the settled readings."""
    agreement = directive.take("agreement")
    if not agreement:
        return [paragraph("Not two coders have sealed a sheet of these claims.")]
    coders = (
        f"{row['sheet'].removesuffix('.csv')}: {row['coder_is']}, given {row['was_given']}; "
        f"sealed on {row['date']} with SHA-256 {row['sha256'][:16]}…"
        for row in agreement["coders"]
    )
    levels = agreement["levels"]
    head = ("Level", *(" and ".join(pair["who"]) for pair in levels[0]["pairs"]))
    rows = [[one["level"], *map(say_pair, one["pairs"])] for one in levels]
    unlike = [
        [
            link_claim(directive.env, one["claim_id"]),
            *(name and say(name) for name in one["labels"]),
            one["why"],
        ]
        for one in agreement["unlike"]
    ]
    codings = _make_box("codings", ("Claim", "First coder", "Second coder", "Settled", "Why"), unlike)
    summary = f"{count(len(unlike), 'claim')} on which the three labels are not one"
    differences = [folded(summary, codings)] if unlike else []
    return [bullets(coders, "coders"), _make_box("agreement", head, rows), *differences]


def show_corrections(directive: LedgerDirective) -> list[nodes.Node]:
    """List every label that changed, the latest correction first."""
    rows = [
        [
            one["date"],
            link_claim(directive.env, one["claim_id"]),
            say(one["from"]),
            say(one["to"]),
            one["why"],
        ]
        for one in sorted(directive.take("corrections"), key=lambda one: one["date"], reverse=True)
    ]
    return [_make_box("corrections", ("Date", "Claim", "From", "To", "Why"), rows)]


def show_address_for_corrections(directive: LedgerDirective) -> list[nodes.Node]:
    """Show the directive's text, and the address for corrections that `article.yml` has, if any."""
    text, messages = directive.parse_inline(" ".join(directive.content))
    where = directive.take("article")["corrections"]
    if not where:
        return [paragraph(*text, " This copy of the site names no address for it."), *messages]
    address = where if "://" in where else f"mailto:{where}"
    return [paragraph(*text, " Send it to ", link(where, address), "."), *messages]


def show_article(directive: LedgerDirective) -> list[nodes.Node]:
    """Name the article's author, title, publisher, date and address."""
    about = directive.take("article")
    day = date.fromisoformat(about["date"])
    end = f", {day.day} {day:%B %Y}. {'' if about['address'] else 'This site has no address for it.'}"
    title, paper = link(f"“{about['title']}”", about["address"]), nodes.emphasis("", about["publisher"])
    return [paragraph(f"{about['author']}, ", title, ", ", paper, end, classes=["article-source"])]


def show_open(directive: LedgerDirective) -> list[nodes.Node]:
    """List open readings in the order of the article: who holds the evidence, and what would decide."""
    columns = ("says", "held_by", "decides")
    rows = [
        [link_claim(directive.env, claim["claim_id"]), *(reading[column] for column in columns)]
        for claim in directive.take("claims")
        for reading in claim["readings"]
        if reading["outcome"] == rule.OPEN
    ]
    return [_make_box("open", ("Claim", "What is open", "Who holds it", "What would decide"), rows)]


def show_figures(directive: LedgerDirective) -> list[nodes.Node]:
    """Show cited figures in a section for each theme: their source, and the claims that rest on them."""
    uses: dict[str, list[str]] = defaultdict(list)
    for claim in directive.take("claims"):
        for source in {source["id"] for reading in claim["readings"] for source in reading["sources"]}:
            uses[source].append(claim["claim_id"])
    themes: dict[str, list[nodes.row]] = defaultdict(list)
    for figure in directive.take("figures"):
        themes[figure["theme"]].append(_make_figure(directive.env, figure, uses[figure["figure_id"]]))
    head = ("Figure", "What was printed", "Where", "Claims that rest on it")
    sections = []
    for theme, rows in themes.items():
        title, figures = nodes.title("", theme[:1].upper() + theme[1:]), table("figures", head, rows)
        sections.append(nodes.section("", title, box("figures-box", figures), ids=[nodes.make_id(theme)]))
    return sections


def _make_figure(env: BuildEnvironment, figure: dict[str, str], claims: list[str]) -> nodes.row:
    anchor(env, label := evidence.label_figure(figure["figure_id"]))
    unit = "" if figure["unit"] == "date" else f" {figure['unit']}"
    printed = f"{figure['indicator']}, {figure['place']}, {figure['period']}: {figure['printed']}{unit}"
    note = [paragraph(figure["note"], classes=["figure-note"])] if figure["note"] else []
    about = [evidence.READ_AS.get(figure["read_as"]), figure["standing"], say_address(figure)]
    remarks = ", ".join(filter(None, about))
    end = f", {figure['date_published'] or 'no date'}{f' ({remarks})' if remarks else ''}"
    source = paragraph(f"{figure['publisher']}: ", link(figure["title"], figure["url"]), end)
    rests = join(link_claim(env, name) for name in claims) or [figure["set_aside"]]
    return row([figure["figure_id"], [paragraph(printed), *note], source, paragraph(*rests)], ids=[label])


class Filed(SphinxRole):
    """Inserts part of a claim: ``{filed}`A1 sentence` ``, or `verdict` for its label."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        name, _, part = self.text.partition(" ")
        text: Any = (get_claim(self.env, name) or {}).get(part)
        if not text or not isinstance(text, str):
            message = f"no verdict on {name!r} says {part!r}"
            return [], [self.inliner.reporter.error(message, line=self.lineno)]
        return [evidence.make_badge(text) if part == "verdict" else nodes.Text(text)], []
