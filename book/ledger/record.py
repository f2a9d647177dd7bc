"""What stands behind the verdicts: codings, corrections, open readings, cited figures."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from docutils import nodes
from sealed_readings import verdicts
from sealed_readings.labels import LABELS, count, say_of_its_time
from sealed_readings.publish import say_address, say_pair
from sealed_readings.records import CITED
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole

from book.elements import (
    Cell,
    anchor,
    box,
    bullets,
    folded,
    inline,
    join,
    paragraph,
    reference,
    sift,
    table,
)
from book.ledger import evidence
from book.ledger.evidence import link, link_claim
from book.ledger.ledgers import Claim, LedgerDirective, get_claim
from book.ledger.table import label_correction


def _make_box(kind: str, head: Sequence[str], rows: Iterable[list[Cell]]) -> nodes.container:
    return box("record-box", table(f"record {kind}", head, rows))


def show_agreement(directive: LedgerDirective) -> list[nodes.Node]:
    """Describe the coders and how far they agree with each other and with the settled readings."""
    agreement = directive.take("agreement")
    if not agreement:
        return [paragraph("Not two coders have sealed a sheet of these claims.")]
    coders = (
        f"{row['sheet'].removesuffix('.csv')}: {row['coder_is']}, given {row['was_given']}; knew"
        f" something by heart of {count(row['by_heart']['claims'], 'claim')}; SHA-256"
        f" {row['sha256'][:16]}…, witness: {row['witness'] or 'none'}"
        for row in agreement["coders"]
    )
    levels = agreement["levels"]
    head = ("Level", *(" and ".join(pair["who"]) for pair in levels[0]["pairs"]))
    rows = [[one["level"], *map(say_pair, one["pairs"])] for one in levels]
    return [bullets(coders, "coders"), _make_box("agreement", head, rows)]


def show_editors(directive: LedgerDirective) -> list[nodes.Node]:
    """Say how far other editors agree with the verdicts, and list where they part and what a third
    settled."""
    editors = directive.take("editors")
    if not editors:
        return [paragraph("No editor has given these verdicts.")]
    shown: list[nodes.Node] = [
        _show_pairs([*editors["pairs"], *editors["since"], editors["before"]])
    ]
    if editors["settled"]:
        kept = f"{editors['kept']} of {count(editors['settled'], 'verdict')}"
        shown.append(paragraph(f"Of what it settled, the third editor kept {kept}."))
    given = {claim["claim_id"]: _list_settled(claim) for claim in directive.take("claims")}
    return [*shown, *_fold_parted(directive, editors["parted"], given)]


def show_outside_desk(directive: LedgerDirective) -> list[nodes.Node]:
    """Say how far an outside desk agrees with the verdicts, and list where it parts."""
    editors = directive.take("editors")
    if not (editors and editors["desk"]):
        return [paragraph("No outside desk has read these sentences.")]
    given = {
        claim["claim_id"]: [f"printed: {claim['label']}", *map(evidence.say_other, claim["desk"])]
        for claim in directive.take("claims")
    }
    parted = _fold_parted(directive, editors["desk_parted"], given)
    return [_show_pairs(editors["desk"]), *parted]


def _show_pairs(pairs: list[dict[str, Any]]) -> nodes.container:
    rows: list[list[Cell]] = [[" and ".join(pair["who"]), say_pair(pair)] for pair in pairs]
    return _make_box("agreement", ("Who", "The same verdict"), rows)


def _list_settled(claim: Claim) -> list[str]:
    """What was printed at first, what editors gave, and what a third settled."""
    settled = claim["settled"] or {"printed": claim["label"], "label": "nobody yet", "why": ""}
    others = map(evidence.say_other, claim["others"])
    third = f"a third settled: {evidence.say_label(settled)}"
    return [f"printed at first: {settled['printed']}", *others, third]


def _fold_parted(
    directive: LedgerDirective, names: list[str], given: dict[str, list[str]]
) -> list[nodes.Node]:
    """List the sentences with these names and what each reader gave; nothing if there are none."""
    rows: list[list[Cell]] = [
        [
            paragraph(link_claim(directive.env, name, evidence.say_sentence(claim))),
            bullets(given[name]),
        ]
        for claim in directive.take("claims")
        if (name := claim["claim_id"]) in names
    ]
    listed = _make_box("parted", ("Sentence", "Verdicts"), rows)
    return [folded(f"Where they part: {count(len(rows), 'sentence')}", listed)] if rows else []


def show_corrections(directive: LedgerDirective) -> list[nodes.Node]:
    """List every label that changed, the latest first, with links to the reasons in the ledger's
    rows."""

    def why(one: dict[str, str]) -> nodes.paragraph:
        return paragraph(reference(directive.env, label_correction(one), "why"))

    words = {claim["claim_id"]: evidence.say_sentence(claim) for claim in directive.take("claims")}
    rows = [
        [
            one["date"],
            link_claim(directive.env, one["claim_id"], words[one["claim_id"]]),
            say_of_its_time(one["from"]),
            say_of_its_time(one["to"]),
            why(one),
        ]
        for one in sorted(directive.take("corrections"), key=lambda one: one["date"], reverse=True)
    ]
    listed = _make_box("corrections", ("Date", "Claim", "From", "To", "Why"), rows)
    return [folded(f"{count(len(rows), 'correction')}, the latest first", listed)]


def show_article(directive: LedgerDirective) -> list[nodes.Node]:
    """Name the article's author, title, publisher, date and address."""
    about = directive.take("article")
    day = date.fromisoformat(about["date"])
    end = f", {day.day} {day:%B %Y}."
    title = link(f"“{about['title']}”", about["address"])
    paper = nodes.emphasis("", about["publisher"])
    return [paragraph(f"{about['author']}, ", title, ", ", paper, end, classes=["article-source"])]


def show_open(directive: LedgerDirective) -> list[nodes.Node]:
    """List claims that could not be checked: where evidence leans, what would decide, who holds
    it."""
    rows: list[list[Cell]] = []
    for claim in directive.take("claims"):
        if claim["verdict"] != verdicts.UNCHECKED:
            continue
        asked, held = (
            " ".join(evidence.list_missing(claim, name)) for name in ("decides", "held_by")
        )
        words = paragraph(
            link_claim(directive.env, claim["claim_id"], evidence.say_sentence(claim))
        )
        rows.append(
            [words, claim["plain"] or claim["sentence"] or "no evidence at hand", asked, held]
        )
    listed = _make_box(
        "open", ("Sentence", "What is known", "What would decide", "Who holds it"), rows
    )
    return [folded("Every sentence that could not be checked", listed)]


def show_figures(directive: LedgerDirective) -> list[nodes.Node]:
    """Show cited figures by theme and source: each source once, below it its figures and their
    claims."""
    uses: dict[str, list[str]] = defaultdict(list)
    for claim in directive.take("claims"):
        for source in {
            source["id"] for reading in claim["readings"] for source in reading["sources"]
        }:
            uses[source].append(claim["claim_id"])
    themes: dict[str, dict[tuple[str, ...], list[dict[str, str]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for figure in directive.take("figures"):
        themes[figure["theme"]][tuple(figure[name] for name in CITED)].append(figure)
    sections = []
    for theme, sources in themes.items():
        title = nodes.title("", theme[:1].upper() + theme[1:])
        listed = []
        for figures in sources.values():
            items = [
                _make_figure(directive.env, figure, uses[figure["figure_id"]]) for figure in figures
            ]
            listed += [
                _describe_source(figures),
                nodes.bullet_list("", *items, classes=["figures"]),
            ]
        said = f"{count(sum(map(len, sources.values())), 'number')}, by source"
        shown = folded(said, *listed)
        sections.append(nodes.section("", title, shown, ids=[nodes.make_id(theme)]))
    return [sift(), *sections]


def _describe_source(figures: list[dict[str, str]]) -> nodes.paragraph:
    """Name the source that some figures share."""
    first = figures[0]
    about = [evidence.READ_AS.get(first["read_as"]), first["standing"], say_address(first)]
    remarks = ", ".join(filter(None, about))
    end = f", {first['date_published'] or 'no date'}{f' ({remarks})' if remarks else ''}. "
    parts = [f"{first['publisher']}: ", link(first["title"], first["url"]), end]
    return paragraph(*parts, classes=["source"])


def _make_figure(
    env: BuildEnvironment, figure: dict[str, str], claims: list[str]
) -> nodes.list_item:
    anchor(env, label := evidence.label_figure(figure["figure_id"]))
    unit = "" if figure["unit"] == "date" else f" {figure['unit']}"
    printed = (
        f" {figure['indicator']}, {figure['place']}, {figure['period']}:"
        f" {figure['printed']}{unit}. "
    )
    rests = join(link_claim(env, name) for name in claims) or [
        inline(figure["set_aside"], classes=["figure-note"])
    ]
    note = inline(f" {figure['note'].removesuffix('Read in a reprint.')}", classes=["figure-note"])
    text = paragraph(nodes.strong("", figure["figure_id"]), printed, *rests, note)
    return nodes.list_item("", text, ids=[label])


class Filed(SphinxRole):
    """Inserts part of a claim: ``{filed}`A1 sentence` ``, or `verdict` for its label without the
    numbers."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        name, _, part = self.text.partition(" ")
        claim = get_claim(self.env, name) or {}
        text: Any = claim.get(part)
        if not text or not isinstance(text, str):
            message = f"no verdict on {name!r} says {part!r}"
            return [], [self.inliner.reporter.error(message, line=self.lineno)]
        if part == "verdict":
            # In a sentence the choice is named, without its numbers.
            choice = claim["depends_on"].partition(":")[0]
            return [evidence.make_badge(text, LABELS[text].words.replace("…", choice))], []
        return [nodes.Text(text)], []
