"""Ledgers of claims on the pages of a Sphinx site.

Settings: `sealed_readings_ledgers` maps the page that shows a ledger to the JSON that
`sealed_readings.records` wrote; `sealed_readings_table_label` is the label of a table's section, such as
``table-{}``, where the site has one; `sealed_readings_folder` is where the built site has the ledger's files;
`sealed_readings_style` is false where the site puts `STYLE` and `SCRIPT` into files of its own.

Events: `sealed-readings-chart` gets a Vega-Lite specification and gives a node that shows it;
`sealed-readings-page-name` gets a page that files verdicts and gives what the site calls it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from sealed_readings import publish
from sealed_readings.sphinx import findings, ledger, record, store

DIRECTIVES = {
    "verdict-labels": ledger.VerdictLabels,
    "verdict-ledger": ledger.VerdictLedger,
    "verdict-downloads": ledger.Downloads,
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
STYLE, SCRIPT = publish.STYLE, Path(__file__).with_name("ledger.js")


def _write_files(app: Sphinx) -> None:
    """The style with the labels' colours, and the script, as files of their own."""
    if not app.config.sealed_readings_style or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    (static / STYLE.name).write_text(publish.format_style(), encoding="utf-8")
    (static / SCRIPT.name).write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
    app.add_css_file(STYLE.name)
    app.add_js_file(SCRIPT.name, loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register settings, events, directives and the role."""
    app.add_config_value("sealed_readings_ledgers", {}, "env")
    app.add_config_value("sealed_readings_table_label", "", "env")
    app.add_config_value("sealed_readings_folder", "ledger", "env")
    app.add_config_value("sealed_readings_style", True, "html")
    app.add_event("sealed-readings-chart")
    app.add_event("sealed-readings-page-name")
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    app.add_role("filed", record.Filed())
    app.connect("builder-inited", _write_files)
    app.connect("env-get-outdated", store.find_outdated)
    app.connect("html-page-context", ledger.add_reviews)
    app.connect("build-finished", ledger.write_downloads)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
