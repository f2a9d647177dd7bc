"""A small site with the extension: its ledger, findings, record and cards, and what is read anew."""

import io
import json
import shutil
from pathlib import Path

import pytest
from sealed_readings.records import make_record, write_json
from sealed_readings.sphinx import findings
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from conftest import FILED

CONF = """\
extensions = ["myst_nb", "sealed_readings.sphinx"]
nb_execution_mode = "off"
html_theme = "basic"
sealed_readings_ledgers = {"ledger": "ledger.json", "elsewhere": "elsewhere.json"}
"""
PAGES = {
    "index": "# Start\n\nIt is {filed}`T-2 verdict`: {filed}`T-2 sentence`\n\n"
    "```{toctree}\nledger\nfindings\nrecord\nelsewhere\nplain\ntrees\nrents\n```\n",
    "ledger": "# Ledger\n\n```{verdict-labels}\nOne of {count}:\n```\n\n```{verdict-ledger}\n```\n\n"
    "```{verdict-downloads}\n```\n",
    "findings": "# Findings\n\n```{findings-picture}\n```\n\n"
    "```{findings-chosen}\n- T-2: Trees count.\n```\n\n## All\n\n```{findings}\n```\n",
    "record": "# Record\n\n```{verdict-worked} T-2\n```\n\n```{verdict-agreement}\n```\n\n"
    "```{verdict-article}\n```\n\n```{verdict-open}\n```\n\n```{verdict-corrections}\n```\n\n```{cited-figures}\n```\n",
    "elsewhere": "# Elsewhere\n\n```{verdict-ledger}\n```\n\n```{findings-picture}\n```\n",
    "plain": "# Plain\n\nNothing of the ledger.\n",
}


@pytest.fixture
def site(toy, tmp_path) -> Path:
    source = tmp_path / "site"
    source.mkdir()
    (source / "conf.py").write_text(CONF, encoding="utf-8")
    for name, text in PAGES.items():
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    for name in FILED:
        shutil.copy(toy.path / f"{name}.ipynb", source)
    write_json(source / "ledger.json", record := make_record(toy))
    # A second article, with ids of its own, and nothing filed from a notebook.
    for claim in record["claims"]:
        claim |= {"claim_id": claim["claim_id"].replace("T", "U"), "pages": [], "working": ""}
    write_json(source / "elsewhere.json", record)
    return source


def build(source: Path) -> tuple[Path, set[str], str]:
    """The site, the pages that were read for it, and the warnings."""
    out, read, warnings = source.parent / "html", set(), io.StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(source, source, out, source.parent / "doctrees", "html", status=None, warning=warnings)
        app.connect("source-read", lambda app, page, text: read.add(page))
        app.build()
    return out, read, warnings.getvalue()


def test_pages_show_the_ledger_and_are_read_anew_when_it_changes(site):
    out, _, warnings = build(site)
    assert warnings == ""
    html = {path.stem: " ".join(path.read_text(encoding="utf-8").split()) for path in out.glob("*.html")}
    assert "One of five:" in html["ledger"] and "3 claims: 1 “supported”" in html["ledger"]
    assert 'id="claim-t-2"' in html["ledger"] and "application/ld+json" in html["ledger"]
    assert (
        'href="trees.html#verdict-t-2-trees"' in html["ledger"]
        and 'href="ledger/ledger.csv"' in html["ledger"]
    )
    assert (out / "ledger" / "ledger.csv").is_file() and "ledger.css" in html["plain"]
    assert "verdict-supported" in (out / "_static" / "ledger.css").read_text(encoding="utf-8")
    assert 'id="verdict-t-2-trees"' in html["trees"] and 'href="ledger.html#claim-t-2"' in html["trees"]
    assert "“1200 trees” (paragraph 3)" in html["ledger"] and "What would change it" in html["ledger"]
    assert "Without what was added or dropped once numbers were known: not supported." in html["ledger"]
    assert "It is decided in" in html["trees"] and "It is decided in" not in html["rents"]
    assert (
        "no usable address found, searched on 2024-06-01" in html["record"]
        and "a clerk, given" in html["record"]
    )
    assert 'id="claim-u-2"' in html["elsewhere"] and "3 claims: 1 “supported”" in html["elsewhere"]
    assert (out / "ledger" / "elsewhere" / "ledger.csv").is_file() and "claim-u-2" not in html["ledger"]
    assert "Trees count." in html["findings"] and "(1 of them with a reading still open)" in html["findings"]
    assert html["findings"].count("<section") == 4 and "Homes" in html["findings"]
    assert "So the label is" in html["record"] and "The council." in html["record"]
    assert 'href="https://example.org/trees"' in html["record"] and 'id="figure-f1"' in html["record"]
    assert "This site has no address for it." in html["record"]
    assert "The register has 1,310 trees." in html["index"]
    held = json.loads((site / "ledger.json").read_text(encoding="utf-8"))
    held["claims"][0]["statement"] = "Rents rose much in Northtown."
    (site / "ledger.json").write_text(json.dumps(held), encoding="utf-8")
    # All but the start page and the plain one show T-1.
    assert build(site)[1] == {"ledger", "findings", "record", "rents", "trees"}


def test_what_a_page_asks_for_and_no_ledger_has_is_said_in_a_warning(site):
    faults = {
        "findings": ("```{findings-chosen}\n- T-9: Nothing.\n```", "must be '- T-1: why it is here'"),
        "record": ("```{verdict-worked} T-9\n```", "'T-9' must be a claim that has readings"),
        "index": ("{filed}`T-3 sentence`", "no verdict on 'T-3' says 'sentence'"),
        "plain": (
            "```{verdict-ledger}\n:ledger: other\n```",
            "has no page 'other'; it has: ledger, elsewhere",
        ),
    }
    for page, (text, _) in faults.items():
        (site / f"{page}.md").write_text(f"# Page\n\n{text}\n", encoding="utf-8")
    said = build(site)[2]
    assert [sentence for _, sentence in faults.values() if sentence not in said] == []


def test_the_picture_says_of_each_claim_how_many_readings_are_decided(toy):
    rows = findings.draw_labels({"All": make_record(toy)["claims"]})["datasets"]["claims"]
    told = {row["claim"]: row["readings"] for row in rows}
    assert told == {"T-1": "1 of 3 decided", "T-2": "2 of 2 decided", "T-3": "none to decide"}
    assert [row["claim"] for row in rows if row["pale"]] == ["T-1"]


def test_a_missing_file_is_named(site):
    (site / "ledger.json").unlink()
    with pytest.raises(Exception, match=r"sealed_readings_ledgers: there is no .*ledger\.json"):
        build(site)


def test_a_theme_without_a_subject_is_named():
    with pytest.raises(Exception, match="gives no subject to: rivers;"):
        findings.group_by_subject({"Growth": ["growth"]}, [{"theme": "rivers"}])
