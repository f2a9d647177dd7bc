"""The ledger's page: strips, sources, the record behind the verdicts, and the ledger for other programs."""

import csv
import functools
import json
import re

import pytest
from frictionless import Package

from book.ledger import strip
from jingjinji import claims, data, records
from tests import browser
from tests.pages import built
from tests.pages.built import ROOT, html

VOCABULARY = json.loads((ROOT / "tests" / "pages" / "schema_org.json").read_text(encoding="utf-8"))


@functools.cache
def made() -> list[dict]:
    return records.records()


def row(claim: str) -> str:
    """A claim's row of the ledger as HTML."""
    return re.search(rf'<tr [^>]*id="claim-{claim.lower()}".*?</tr>', html("pages/ledger.html"), re.DOTALL)[0]


# What a row shows


@pytest.mark.parametrize("record", made(), ids=lambda record: record["claim_id"])
def test_a_row_has_the_derived_label_every_reading_and_its_strip(record):
    shown = row(record["claim_id"])
    assert f">{record['verdict']}</span>" in shown
    assert shown.count('class="outcome-') == sum(one["kind"] != "none" for one in record["readings"])
    drawn = [one for one in record["readings"] if one["found"]]
    assert shown.count('class="strip"') == bool(drawn)
    assert shown.count('class="band"') == len(drawn)


def test_a_strip_says_in_words_what_it_draws():
    for record in made():
        drawn = [one for one in record["readings"] if one["found"]]
        said = strip.describe(drawn)
        assert said.count("Reading ") == len(drawn)
        assert all(one["found"] in said and one["threshold"] in said for one in drawn)


def test_marks_and_labels_stay_inside_the_strip():
    for record in made():
        places = re.findall(r'(?:cx|x1|x2|x)="(-?[\d.]+)"', strip.draw(record["readings"]))
        assert all(0 <= float(place) <= strip.WIDTH for place in places), record["claim_id"]


def test_readings_in_one_unit_share_a_scale():
    readings = next(record for record in made() if record["claim_id"] == "C80")["readings"]
    bands = re.findall(r'class="band" x="([\d.]+)"', strip.draw(readings))
    assert len(bands) == 4 and len(set(bands)) == 1


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
    found = records.agreement(records.codings())
    page = html("pages/ledger.html")
    assert f"the same label for {found['agreed']} of {found['of']} claims" in page
    assert f"what chance would bring, is {found['kappa']:.2f}" in page


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
    for record, entry in zip(made(), whole, strict=True):
        assert record["verdict"] == table[record["claim_id"]]["verdict"] == entry["verdict"]
        assert record["readings"] == entry["readings"]
        page, _, place = table[record["claim_id"]]["address"].partition("#")
        assert f'id="{place}"' in html(page)


def _ancestors(name: str) -> list[str]:
    return [name, *_ancestors(VOCABULARY["parents"][name])] if name in VOCABULARY["parents"] else [name]


def misfits(thing: dict, expected: list[str]) -> list[str]:
    """Where a thing has a type, a property or a value that the vocabulary does not know."""
    kinds = _ancestors(thing["@type"])
    found = [] if set(kinds) & set(expected) else [f"{thing['@type']} is none of {expected}"]
    known = {name: types for kind in kinds for name, types in VOCABULARY["properties"].get(kind, {}).items()}
    for name, value in thing.items():
        if name == "@type":
            continue
        if name not in known:
            found.append(f"{thing['@type']} has no {name}")
        elif isinstance(value, dict):
            found += misfits(value, known[name])
        elif not value or not {"Text", "URL", "Date"} & set(known[name]):
            found.append(f"{name} of {thing['@type']} is {value!r}")
        elif known[name] == ["Date"] and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            found.append(f"{name} is no date: {value!r}")
    return found


def test_every_claim_has_a_review_that_fits_the_vocabulary():
    text = re.search(r'<script type="application/ld\+json">(.*?)</script>', html("pages/ledger.html"))[1]
    graph = json.loads(text)
    assert graph["@context"] == "https://schema.org"
    assert [review["claimReviewed"] for review in graph["@graph"]] == claims.ledger()["statement"].tolist()
    assert [fault for review in graph["@graph"] for fault in misfits(review, ["ClaimReview"])] == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"verdict": "x"}, "ClaimReview has no verdict"),
        ({"datePublished": "soon"}, "datePublished is no date"),
        ({"author": {"@type": "Rating"}}, "Rating is none of"),
    ],
)
def test_what_the_vocabulary_does_not_know_is_found(change, fault):
    assert any(fault in said for said in misfits({"@type": "ClaimReview", **change}, ["ClaimReview"]))
