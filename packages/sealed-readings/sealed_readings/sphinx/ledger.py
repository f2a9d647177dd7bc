"""The ledger's page: what each label means, every claim with its verdict, and the files to download."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from sealed_readings import publish
from sealed_readings.labels import LABELS, count
from sealed_readings.publish import label_claim, say_place
from sealed_readings.reviews import make_reviews, make_script
from sealed_readings.sphinx import parts, store
from sealed_readings.sphinx.evidence import (
    draw_strip,
    link_card,
    list_readings,
    list_sources,
    list_what_would_change,
    say_label,
)
from sealed_readings.sphinx.parts import paragraph

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class VerdictLabels(SphinxDirective):
    """What each label means; `{count}` in the directive's sentence is their number in words."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        known = [label for label in LABELS.values() if label.filed]
        sentence = " ".join(self.content).format(count=NUMBERS[len(known)])
        text, messages = self.parse_inline(sentence)
        rules = parts.definitions([(label.words, label.rule) for label in known], "myst")
        return [paragraph(*text), rules, *messages]


class OfLedger(SphinxDirective):
    """What shows a part of a ledger: its page's own, the main one, or that of the page `ledger`."""

    option_spec = {"ledger": str}

    @property
    def page(self) -> str:
        """The page of the ledger that is shown."""
        pages, asked = list(self.config.sealed_readings_ledgers), self.options.get("ledger", "")
        if not pages or (asked and asked not in pages):
            raise self.error(
                f"sealed_readings_ledgers has no page {asked!r}; it has: {', '.join(pages) or 'none'}"
            )
        return asked or (self.env.docname if self.env.docname in pages else pages[0])

    def take(self, part: str) -> Any:
        """A part of that ledger."""
        return store.take(self.env, self.page, part)


class VerdictLedger(OfLedger):
    """One table of all claims, with the verdict that stands on each."""

    def run(self) -> list[nodes.Node]:
        claims = self.take("claims")
        counts = Counter(claim["verdict"] for claim in claims.values())
        shown = [label for label in LABELS.values() if label.filed or counts[label.id]]
        counted = ", ".join(f"{counts[label.id]} “{label.words}”" for label in shown)
        summary = paragraph(f"{count(len(claims), 'claim')}: {counted}.", kind="ledger-summary")
        head = ("Claim", "What the article says, and what would check it", "Verdict, and what it rests on")
        table = parts.table("ledger", head, [self._make_row(claim) for claim in claims.values()])
        return [summary, parts.box("ledger-box", table)]

    def _make_row(self, claim: dict[str, Any]) -> nodes.row:
        name = claim["claim_id"]
        label = label_claim(name)
        parts.anchor(self.env, label)
        number = [parts.index_entry(name, label, main="main"), paragraph(name, kind="copied")]
        said: list[nodes.Node] = [paragraph(claim["statement"], kind="copied")]
        if claim["quoted"]:
            where = f" ({say_place(claim['paragraph'])})" if claim["paragraph"] else ""
            said.insert(0, paragraph(f"“{claim['quoted']}”{where}", kind="quoted copied"))
        said.append(paragraph(claim["check"], kind="ledger-check"))
        kinds = [f"theme-{nodes.make_id(claim['theme'])}", LABELS[claim["verdict"]].css_class]
        return parts.row([number, said, self._make_status(claim)], ids=[label], classes=kinds)

    def _make_status(self, claim: dict[str, Any]) -> list[nodes.Node]:
        """Label, finding, strip, sources; folded, readings and what would change it; the pages."""
        name = claim["claim_id"]
        made: list[nodes.Node] = [paragraph(*say_label(claim), kind="label-line copied")]
        if not claim["readings"]:
            return made
        if claim["before"]:
            said = "Without what was added or dropped once numbers were known: "
            made.append(paragraph(f"{said}{claim['before']}.", kind="ledger-check copied"))
        if claim["sentence"]:
            made.append(paragraph(claim["sentence"], kind="copied"))
        inside = list_readings(claim, whole=True), *list_what_would_change(claim)
        ways = parts.folded("How it can be read, and what would change it", *inside)
        made += [*draw_strip(claim), list_sources(self.env, claim), ways]
        foot = paragraph(nodes.reference("", "Permanent link", refid=label_claim(name), internal=True))
        # The page that decides comes first.
        pages = sorted(claim["pages"], key=lambda page: page != claim["working"])
        foot += nodes.Text(". How it was found:" if pages else "")
        for page in pages:
            foot += [nodes.Text(" "), link_card(self.env, name, page)]
        return [*made, foot]


class Downloads(OfLedger):
    """Links to the files, and what each column of the table means."""

    def run(self) -> list[nodes.Node]:
        """A sentence and a list of definitions."""
        up = "../" * self.env.docname.count("/") + find_downloads(self.env.app, self.page)
        about = (
            " has a row for each claim; ",
            " has the readings, outcomes and sources too; ",
            " describes the table for programs. Its columns:",
        )
        said = paragraph()
        for name, sentence in zip(publish.DOWNLOADS, about, strict=True):
            link = nodes.reference("", name, refuri=f"{up}/{name}", internal=True)
            said += [link, nodes.Text(sentence)]
        return [said, parts.definitions(publish.FIELDS.items(), "facts")]


def find_downloads(app: Sphinx, page: str) -> str:
    """The folder of a ledger's files in the built site: the main ledger's, or one below it."""
    main = next(iter(app.config.sealed_readings_ledgers)) == page
    return app.config.sealed_readings_folder + ("" if main else f"/{Path(page).name}")


def _unpack(record: dict[str, Any]) -> dict[str, Any]:
    return record | {"claims": list(record["claims"].values())}


def write_downloads(app: Sphinx, error: Exception | None) -> None:
    """The files of every ledger, into the built site."""
    if error or app.builder.format != "html":
        return
    for page, record in store.read_ledgers(app).items():
        publish.write_downloads(_unpack(record), Path(app.outdir, find_downloads(app, page)), f"{page}.html")


def add_reviews(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """The reviews of a ledger, into the head of its page."""
    if page in app.config.sealed_readings_ledgers:
        record = _unpack(store.read_ledgers(app)[page])
        rows = publish.list_rows(record, f"{page}.html")
        reviews = make_reviews(record, rows, app.config.html_title, app.config.html_baseurl)
        context["metatags"] = context.get("metatags", "") + make_script(reviews)
