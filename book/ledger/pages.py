"""Sphinx extension for ledgers of claims: directives, the role `filed`, and the setting that names
ledgers.

`sealed_readings_ledgers` in `_config.yml` maps each page that shows a ledger to the JSON file of
that ledger.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from book import facts
from book.ledger import findings, ledgers, record, table

DIRECTIVES = {
    "verdict-labels": table.show_labels,
    "verdict-ledger": table.show_ledger,
    "verdict-downloads": table.show_downloads,
    "verdict-counts": findings.show_counts,
    "finding": findings.show_finding,
    "verdict-agreement": record.show_agreement,
    "verdict-editors": record.show_editors,
    "verdict-outside-desk": record.show_outside_desk,
    "verdict-corrections": record.show_corrections,
    "verdict-desk": table.show_desk,
    "verdict-article": record.show_article,
    "verdict-open": record.show_open,
    "cited-figures": record.show_figures,
}


class WordsOfClaims(SphinxPostTransform):
    """Mark links to claims whose text is words, which look like any link: an id is a tag."""

    # After references have their text.
    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for link in self.document.findall(nodes.reference):
            if "#claim-" in link.get("refuri", "") and not re.fullmatch(r"[A-Z]\d+", link.astext()):
                link["classes"].append("claim-words")


def setup(app: Sphinx) -> None:
    """Register the setting, facts, directives and the role."""
    app.add_config_value("sealed_readings_ledgers", {}, "env")
    facts.register("ledger", lambda app, page, part: ledgers.read_ledgers(app)[page][part])
    facts.register("claim", ledgers.collect_claim)
    for name, show in DIRECTIVES.items():
        app.add_directive(name, type(name, (ledgers.LedgerDirective,), {"run": show}))
    app.add_role("filed", record.Filed())
    app.add_post_transform(WordsOfClaims)
