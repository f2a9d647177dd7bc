"""The ledger's pages: strips, sources, the record behind the verdicts, downloads; and what is built again."""

import csv
import functools
import io
import json
import re

import lxml.html
import pytest
from frictionless import Package
from sealed_readings.folder import Folder
from sealed_readings.publish import say_pair
from sealed_readings.records import make_record
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from coursework import products
from jingjinji import claims
from tests import browser
from tests.pages import built
from tests.pages.built import html, plain


@functools.cache
def record(folder: str = "data") -> dict:
    return make_record(Folder(browser.HTML.parents[1] / folder))


def row(page: str, label: str) -> str:
    """A row of a page by its id, as HTML."""
    return re.search(rf'<tr [^>]*id="{label.lower()}".*?</tr>', html(page), re.DOTALL)[0]


def has_link(source: dict, text: str) -> bool:
    return not source["url"] or f'href="{source["url"].replace("&", "&amp;")}"' in text


# The third, the capstone's example, has cards on its page and no ledger.
SHOWN = [*zip(products.LEDGERS, built.config()["sealed_readings_ledgers"], strict=True)][:2]


@pytest.mark.parametrize("folder, page", SHOWN)
def test_a_row_has_everything_about_its_claim(folder, page):
    for claim in record(folder)["claims"]:
        label = f"claim-{claim['claim_id'].lower()}"
        shown, readings = row(f"{page}.html", label), claim["readings"]
        drawn = [reading for reading in readings if reading["found"]]
        text = plain(lxml.html.fromstring(f"<table>{shown}</table>").text_content())
        assert f">{claim['label']}</span>" in shown and f'href="#{label}"' in shown
        assert shown.count('class="outcome-') == sum(reading["kind"] != "none" for reading in readings)
        assert (shown.count('class="strip"'), shown.count('class="band"')) == (bool(drawn), len(drawn))
        parts = [claim[name] for name in ("remark", "quoted", "statement", "sentence")]
        parts += [*claim["would_change"], *(reading["found"] for reading in drawn)]
        figures = [source for one in readings for source in one["sources"] if source["kind"] == "figure"]
        parts += [f"searched on {figure['searched']}" for figure in figures if figure["searched"]]
        assert [part for part in parts if plain(part) not in text] == []
        assert all(f"{reading['period']}</text>" in shown for reading in drawn), "a strip cuts no period"
        assert all(has_link(figure, shown) for figure in figures)


def test_a_row_can_be_copied_as_text(at_desk, home):
    page = browser.open_page(at_desk, home, "pages/ledger.html").page
    page.evaluate("navigator.clipboard.writeText = (text) => { window.copied = text; }")
    first = record()["claims"][0]
    page.locator(f"#claim-{first['claim_id'].lower()} .ledger-copy").click()
    copied = plain(page.evaluate("window.copied"))
    assert plain(first["quoted"]) in copied and f"#claim-{first['claim_id'].lower()}" in copied


def test_every_figure_is_on_the_page_of_figures_with_its_address():
    for figure in record()["figures"]:
        shown = row("pages/figures.html", f"figure-{figure['figure_id']}")
        assert has_link(figure, shown)
        assert figure["read_as"] != "reprint" or "read in a reprint" in shown


def test_agreement_corrections_and_open_readings_are_on_the_page():
    agreement, page = record()["agreement"], html("pages/ledger.html")
    pairs = [pair for level in agreement["levels"] for pair in level["pairs"]]
    assert len(pairs) == 15 and all(say_pair(pair) in plain(page) for pair in pairs)
    tables = dict(re.findall(r'<table class="record (\w+)[^"]*".*?>(.*?)</table>', page, re.DOTALL))
    readings = [reading for claim in record()["claims"] for reading in claim["readings"]]
    rows = {"corrections": record()["corrections"], "open": [r for r in readings if r["outcome"] == "open"]}
    assert all(tables[name].count("<tr") == len(listed) + 1 for name, listed in rows.items())


def test_the_downloads_fit_their_description_and_have_every_claim():
    folder = browser.HTML / "data"
    assert Package(str(folder / "ledger-package.json")).validate().valid
    with (folder / "ledger.csv").open(encoding="utf-8", newline="") as handle:
        table = {line["claim_id"]: line for line in csv.DictReader(handle)}
    entries = json.loads((folder / "ledger.json").read_text(encoding="utf-8"))["claims"]
    assert sorted(table) == sorted(claims.ledger().index)
    for claim, entry in zip(record()["claims"], entries, strict=True):
        line = table[claim["claim_id"]]
        assert claim["verdict"] == line["verdict"] == entry["verdict"]
        assert claim["readings"] == entry["readings"]
        page, _, place = line["address"].partition("#")
        assert f'id="{place}"' in html(page)
    text = re.search(r'<script type="application/ld\+json">(.*?)</script>', html("pages/ledger.html"))[1]
    reviews = json.loads(text)["@graph"]
    assert [review["claimReviewed"] for review in reviews] == claims.ledger()["sentence"].tolist()


CONF = """
from book import facts
from book.ledger import pages
html_theme = "basic"
sealed_readings_ledgers = {"ledger": "ledger.json"}
def setup(app):
    facts.setup(app)
    pages.setup(app)
"""
PAGES = {
    "index": ":filed:`C02 statement`\n\n.. toctree::\n\n   ledger\n   worked",
    "ledger": ".. verdict-ledger::",
    "worked": ".. verdict-worked:: C01",
}
FAULTS = {
    ".. findings-chosen::\n\n   - C99: Nothing.": "must be '- A1: why it is here'",
    ".. verdict-worked:: C99": "'C99' must be a claim that has readings",
    ":filed:`C01 mood`": "no verdict on 'C01' says 'mood'",
}


def test_a_page_is_read_again_when_its_claim_changes_and_a_claim_that_no_ledger_has_is_a_warning(tmp_path):
    def write(page: str, text: str) -> None:
        (tmp_path / f"{page}.rst").write_text(f"Page\n====\n\n{text}\n", encoding="utf-8")

    def build() -> tuple[set[str], str]:
        """Build; return the pages that were read, and the warnings."""
        (tmp_path / "ledger.json").write_text(json.dumps(record() | {"claims": filed}), encoding="utf-8")
        warnings, read = io.StringIO(), set()
        with patch_docutils(), docutils_namespace():
            places = (tmp_path, tmp_path, tmp_path / "out", tmp_path / "doctrees")
            app = Sphinx(*places, "dummy", status=None, warning=warnings)
            app.connect("source-read", lambda app, page, text: read.add(page))
            app.build()
        return read, warnings.getvalue()

    (tmp_path / "conf.py").write_text(CONF, encoding="utf-8")
    filed = [claim | {"pages": [], "working": ""} for claim in record()["claims"][:2]]
    for page, text in PAGES.items():
        write(page, text)
    assert (build()[0], build()[0]) == ({*PAGES}, set())
    for claim, page in zip(filed, ("worked", "index"), strict=True):
        claim["statement"] = "Another statement."
        assert build()[0] == {"ledger", page}
    write("worked", "\n\n".join(FAULTS))
    warnings = build()[1]
    assert [message for message in FAULTS.values() if message not in warnings] == []
