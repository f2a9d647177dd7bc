"""The ledger's page: strips, sources, the record behind the verdicts, and the ledger for other programs."""

import csv
import functools
import json
import re

from claims_ledger.records import make_record
from frictionless import Package

from jingjinji import claims, data
from tests import browser
from tests.pages import built
from tests.pages.built import html


@functools.cache
def record() -> dict:
    return make_record(claims.folder())


def made() -> list[dict]:
    return record()["claims"]


def row(claim: str) -> str:
    """A claim's row of the ledger as HTML."""
    return re.search(rf'<tr [^>]*id="claim-{claim.lower()}".*?</tr>', html("pages/ledger.html"), re.DOTALL)[0]


# What a row shows


def test_a_row_has_the_derived_label_every_reading_and_its_strip():
    for claim in made():
        shown, drawn = row(claim["claim_id"]), [one for one in claim["readings"] if one["found"]]
        assert f">{claim['verdict']}</span>" in shown
        assert shown.count('class="outcome-') == sum(one["kind"] != "none" for one in claim["readings"])
        assert (shown.count('class="strip"'), shown.count('class="band"')) == (bool(drawn), len(drawn))


def test_a_strip_fits_a_phone(on_phone, home):
    page = browser.open_page(on_phone, home, "pages/ledger.html").page
    widths = [drawn.bounding_box()["width"] for drawn in page.locator("svg.strip").all()[:10]]
    assert widths and max(widths) <= browser.PHONE["width"]


# What a verdict rests on


def test_every_figure_stands_on_the_page_of_figures_with_its_address():
    page = html("pages/figures.html")
    for figure in data.load("cited_figures").fillna({"url": ""}).to_dict("records"):
        shown = re.search(rf'<tr [^>]*id="figure-{figure["figure_id"].lower()}".*?</tr>', page, re.DOTALL)[0]
        assert not figure["url"] or f'href="{figure["url"].replace("&", "&amp;")}"' in shown
        assert figure["read_as"] != "reprint" or "read in a reprint" in shown


# The record


def test_agreement_stands_on_the_page():
    found = record()["agreement"]
    page = html("pages/ledger.html")
    assert f"the same label for {found['agreed']} of {found['of']} claims" in page
    assert (
        f"what chance would bring, is {found['kappa']:.2f} ({found['low']:.2f} to {found['high']:.2f}" in page
    )


def test_every_correction_and_every_open_reading_stands_on_the_page():
    page = html("pages/ledger.html")
    tables = dict(re.findall(r'<table class="record (\w+)[^"]*".*?>(.*?)</table>', page, re.DOTALL))
    assert tables["corrections"].count("<tr") == len(data.load("corrections")) + 1
    assert tables["open"].count("<tr") == data.load("readings")["held_by"].notna().sum() + 1


# For other programs


def test_the_downloads_fit_their_description_and_have_every_claim():
    folder = built.ROOT / "_build" / "html" / "data"
    assert Package(str(folder / "ledger-package.json")).validate().valid
    with (folder / "ledger.csv").open(encoding="utf-8", newline="") as handle:
        table = {line["claim_id"]: line for line in csv.DictReader(handle)}
    assert sorted(table) == sorted(claims.ledger().index)
    whole = json.loads((folder / "ledger.json").read_text(encoding="utf-8"))["claims"]
    for one, entry in zip(made(), whole, strict=True):
        assert one["verdict"] == table[one["claim_id"]]["verdict"] == entry["verdict"]
        assert one["readings"] == entry["readings"]
        page, _, place = table[one["claim_id"]]["address"].partition("#")
        assert f'id="{place}"' in html(page)


def test_every_claim_has_a_review_of_what_it_states():
    text = re.search(r'<script type="application/ld\+json">(.*?)</script>', html("pages/ledger.html"))[1]
    graph = json.loads(text)["@graph"]
    assert [review["claimReviewed"] for review in graph] == claims.ledger()["statement"].tolist()
