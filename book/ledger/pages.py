"""Sphinx extension for ledgers of claims: directives, the role `filed`, and the setting that names ledgers.

`sealed_readings_ledgers` in `_config.yml` maps each page that shows a ledger to the JSON file of that ledger.
"""

from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import facts
from book.ledger import findings, ledgers, record, table

DIRECTIVES: dict[str, type[SphinxDirective]] = {
    "verdict-labels": table.VerdictLabels,
    "verdict-ledger": table.VerdictLedger,
    "verdict-downloads": table.Downloads,
    "findings-picture": findings.Picture,
    "findings-chosen": findings.Chosen,
    "findings": findings.Findings,
    "verdict-worked": record.Worked,
    "verdict-agreement": record.Agreement,
    "verdict-corrections": record.Corrections,
    "verdict-send-corrections": record.SendCorrections,
    "verdict-article": record.Article,
    "verdict-open": record.Open,
    "cited-figures": record.CitedFigures,
}


def setup(app: Sphinx) -> None:
    """Register directives, the role and what ledgers need."""
    app.add_config_value("sealed_readings_ledgers", {}, "env")
    facts.register("ledger", lambda app, page, part: ledgers.read_ledgers(app)[page][part])
    facts.register("claim", ledgers.collect_claim)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    app.add_role("filed", record.Filed())
