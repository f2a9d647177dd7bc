"""The ledger's page: strips, sources, the record behind the verdicts, and the ledger for other programs."""

import csv
import functools
import json
import re

from claims_ledger.records import make_record
from frictionless import Package

from jingjinji import claims, data
from tests import browser
from tests.pages.built import html


@functools.cache
def record() -> dict:
    return make_record(claims.folder())


def row(page: str, name: str) -> str:
    """A row of a page by its id, as HTML."""
    return re.search(rf'<tr [^>]*id="{name.lower()}".*?</tr>', html(page), re.DOTALL)[0]


def test_a_row_has_the_derived_label_every_reading_and_its_strip():
    for claim in record()["claims"]:
        shown = row("pages/ledger.html", f"claim-{claim['claim_id']}")
        drawn = [one for one in claim["readings"] if one["found"]]
        assert f">{claim['verdict']}</span>" in shown
        assert shown.count('class="outcome-') == sum(one["kind"] != "none" for one in claim["readings"])
        assert (shown.count('class="strip"'), shown.count('class="band"')) == (bool(drawn), len(drawn))


def test_every_figure_stands_on_the_page_of_figures_with_its_address():
    for figure in data.load("cited_figures").fillna({"url": ""}).to_dict("records"):
        shown = row("pages/figures.html", f"figure-{figure['figure_id']}")
        assert not figure["url"] or f'href="{figure["url"].replace("&", "&amp;")}"' in shown
        assert figure["read_as"] != "reprint" or "read in a reprint" in shown


def test_agreement_corrections_and_open_readings_stand_on_the_page():
    found, page = record()["agreement"], html("pages/ledger.html")
    assert f"the same label for {found['agreed']} of {found['of']} claims" in page
    assert f"chance would bring, is {found['kappa']:.2f} ({found['low']:.2f} to {found['high']:.2f}" in page
    tables = dict(re.findall(r'<table class="record (\w+)[^"]*".*?>(.*?)</table>', page, re.DOTALL))
    assert tables["corrections"].count("<tr") == len(data.load("corrections")) + 1
    assert tables["open"].count("<tr") == data.load("readings")["held_by"].notna().sum() + 1


def test_the_downloads_fit_their_description_and_have_every_claim():
    folder = browser.HTML / "data"
    assert Package(str(folder / "ledger-package.json")).validate().valid
    with (folder / "ledger.csv").open(encoding="utf-8", newline="") as handle:
        table = {line["claim_id"]: line for line in csv.DictReader(handle)}
    assert sorted(table) == sorted(claims.ledger().index)
    whole = json.loads((folder / "ledger.json").read_text(encoding="utf-8"))["claims"]
    for one, entry in zip(record()["claims"], whole, strict=True):
        assert one["verdict"] == table[one["claim_id"]]["verdict"] == entry["verdict"]
        assert one["readings"] == entry["readings"]
        page, _, place = table[one["claim_id"]]["address"].partition("#")
        assert f'id="{place}"' in html(page)
    text = re.search(r'<script type="application/ld\+json">(.*?)</script>', html("pages/ledger.html"))[1]
    reviewed = [review["claimReviewed"] for review in json.loads(text)["@graph"]]
    assert reviewed == claims.ledger()["statement"].tolist()
