"""The ledger's page: strips, sources, the record behind the verdicts, and the ledger for other programs."""

import csv
import functools
import json
import re

import lxml.html
import pytest
from frictionless import Package
from sealed_readings.folder import Folder
from sealed_readings.publish import say_pair
from sealed_readings.records import make_record

from coursework import products
from jingjinji import claims, data
from tests import browser
from tests.pages import built
from tests.pages.built import html, plain


@functools.cache
def record(folder: str = "data") -> dict:
    return make_record(Folder(browser.HTML.parents[1] / folder))


def row(page: str, name: str) -> str:
    """A row of a page by its id, as HTML."""
    return re.search(rf'<tr [^>]*id="{name.lower()}".*?</tr>', html(page), re.DOTALL)[0]


# The third, the capstone's example, has cards on its page and no ledger.
SHOWN = [*zip(products.LEDGERS, built.config()["sealed_readings_ledgers"], strict=True)][:2]


@pytest.mark.parametrize("folder, page", SHOWN)
def test_a_row_has_what_a_reader_can_use_elsewhere(folder, page):
    for claim in record(folder)["claims"]:
        name = f"claim-{claim['claim_id'].lower()}"
        shown, drawn = row(f"{page}.html", name), [one for one in claim["readings"] if one["found"]]
        text = plain(lxml.html.fromstring(f"<table>{shown}</table>").text_content())
        assert f">{claim['label']}</span>" in shown and f'href="#{name}"' in shown
        assert shown.count('class="outcome-') == sum(one["kind"] != "none" for one in claim["readings"])
        assert (shown.count('class="strip"'), shown.count('class="band"')) == (bool(drawn), len(drawn))
        said = (*map(claim.get, ("remark", "quoted", "statement", "sentence")), *claim["would_change"])
        assert [one for one in (*said, *(one["found"] for one in drawn)) if plain(one) not in text] == []
        assert all(f"{one['period']}</text>" in shown for one in drawn), "a strip cuts no period"
        figures = [s for one in claim["readings"] for s in one["sources"] if s["kind"] == "figure"]
        assert all(f'href="{s["url"].replace("&", "&amp;")}"' in shown for s in figures if s["url"])
        assert all(f"searched on {s['searched']}" in text for s in figures if s["searched"])


def test_a_row_can_be_copied_as_text(at_desk, home):
    page = browser.open_page(at_desk, home, "pages/ledger.html").page
    page.evaluate("navigator.clipboard.writeText = (text) => { window.copied = text; }")
    first = record()["claims"][0]
    page.locator(f"#claim-{first['claim_id'].lower()} .ledger-copy").click()
    copied = plain(page.evaluate("window.copied"))
    assert plain(first["quoted"]) in copied and f"#claim-{first['claim_id'].lower()}" in copied


def test_every_figure_stands_on_the_page_of_figures_with_its_address():
    for figure in data.load("cited_figures").fillna({"url": ""}).to_dict("records"):
        shown = row("pages/figures.html", f"figure-{figure['figure_id']}")
        assert not figure["url"] or f'href="{figure["url"].replace("&", "&amp;")}"' in shown
        assert figure["read_as"] != "reprint" or "read in a reprint" in shown


def test_agreement_corrections_and_open_readings_stand_on_the_page():
    found, page = record()["agreement"], html("pages/ledger.html")
    pairs = [pair for level in found["levels"] for pair in level["pairs"]]
    assert len(pairs) == 15 and all(say_pair(pair) in plain(page) for pair in pairs)
    assert all(coder["coder_is"] in page and coder["was_given"] in plain(page) for coder in found["coders"])
    tables = dict(re.findall(r'<table class="record (\w+)[^"]*".*?>(.*?)</table>', page, re.DOTALL))
    assert tables["corrections"].count("<tr") == len(data.load("corrections")) + 1
    left = [one for claim in record()["claims"] for one in claim["readings"] if one["outcome"] == "open"]
    assert tables["open"].count("<tr") == len(left) + 1


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
    reviews = json.loads(text)["@graph"]
    assert [review["claimReviewed"] for review in reviews] == claims.ledger()["sentence"].tolist()
    where = {review["itemReviewed"]["appearance"].get("url") for review in reviews}
    assert where == {claims.folder().article.address}
