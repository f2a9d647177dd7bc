"""The ledger's pages: verdicts, sources, the record behind them, downloads; and what is built
again."""

import csv
import functools
import io
import json
import re
from urllib.parse import unquote

import lxml.html
import pytest
from frictionless import Package
from sealed_readings.folder import Folder
from sealed_readings.publish import say_pair
from sealed_readings.records import make_record
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from book.ledger.table import label_correction, write_address
from coursework import products
from jingjinji import claims
from tests import browser
from tests.pages import built
from tests.pages.built import html, plain


@functools.cache
def record(folder: str = "data") -> dict:
    return make_record(Folder(browser.HTML.parents[1] / folder))


@functools.cache
def tree(page: str) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(html(page))


def find(page: str, label: str) -> lxml.html.HtmlElement:
    """Part of a page that has this id."""
    return tree(f"{page}.html").get_element_by_id(label.lower())


# The third, the capstone's example, has cards on its page and no ledger.
SHOWN = [*zip(products.LEDGERS, built.config()["sealed_readings_ledgers"], strict=True)][:2]


@pytest.mark.parametrize("folder, page", SHOWN)
def test_a_claim_shows_words_verdict_and_plain_sentence_and_folds_the_rest(folder, page):
    ledger = record(folder)
    for claim in ledger["claims"]:
        box = find(page, f"claim-{claim['claim_id']}")
        readings = claim["readings"]
        text = plain(box.text_content())
        seen = plain(" ".join(one.text_content() for one in box.xpath("./p")))
        verdicts = [claim["label"], claim["second_label"], claim["plain"]]
        assert [part for part in verdicts if plain(part).casefold() not in seen.casefold()] == []
        assert not re.match(r"[A-Z]\d", seen), "no id before words"
        parts = [
            claim[name] for name in ("quoted", "statement", "evidence", "state_media", "corrected")
        ]
        parts += [
            part for one in readings for part in (one["found"], one["beside"] or one["obstacle"])
        ]
        parts += [f" {source['id']}" for one in readings for source in one["also"]]
        parts += [passage["passage"] for one in readings for passage in one["passages"]]
        parts += claim["against"]
        assert [part for part in parts if plain(part) not in text] == []
        links = {*map(unquote, box.xpath(".//a/@href")), ""}
        assert {
            unquote(source.get("url", "")) for one in readings for source in one["sources"]
        } <= links
        assert {
            f"#{box.get('id')}",
            f"{ledger['article']['address']}#:~:text={claim['quoted']}",
        } <= links
    for one in ledger["corrections"]:
        box = find(page, label_correction(one))
        assert plain(one["why"]) in plain(box.text_content())


def test_ten_findings_have_a_verdict_and_a_door_to_a_lesson():
    boxes = tree("pages/findings.html").xpath("//div[contains(@class, 'finding')]")
    assert len(boxes) == 10
    for box in boxes:
        assert box.xpath(".//*[contains(@class, 'badge')]")
        assert box.xpath(".//a[contains(@href, 'chapters/')]") and box.xpath(
            ".//a[contains(@href, '#claim-')]"
        )


def test_three_pages_are_doors_of_one_house():
    names = ["findings", "answers", "ledger"]
    for name in names:
        links = {
            *tree(f"pages/{name}.html").xpath("//article//section/p[position() <= 2]//a/@href")
        }
        assert {f"{other}.html" for other in names if other != name} <= links, name


def test_the_ledger_is_short_and_its_filters_stand_in_the_address(at_desk, on_phone, home):
    def count(page) -> int:
        return page.locator(".claim:visible").count()

    page = browser.open_page(at_desk, home, "pages/ledger.html").page
    phone = browser.open_page(on_phone, home, "pages/ledger.html").page
    heights = [one.evaluate("document.documentElement.scrollHeight") for one in (page, phone)]
    assert heights[0] <= 12_500 and heights[1] <= 16_000
    page.locator("[name=label]").select_option("unchecked")
    unchecked = sum(claim["verdict"] == "unchecked" for claim in record()["claims"])
    assert count(page) == unchecked
    page.locator(".ledger-filter [name=q]").fill("students HEBEI")
    assert 0 < count(page) < unchecked
    again = browser.open_page(at_desk, home, f"pages/ledger.html?{page.url.partition('?')[2]}").page
    assert count(again) == count(page)
    again.evaluate("location.hash = '#claim-c80'")
    again.locator("#claim-c80 .facts").wait_for()
    assert count(again) == len(record()["claims"]) and "?" not in again.url


def test_a_verdict_is_copied_whole_and_a_correction_begins_with_its_claim(at_desk, home):
    page = browser.open_page(at_desk, home, "pages/ledger.html#claim-c80").page
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    claim = next(one for one in record()["claims"] if one["claim_id"] == "C80")
    page.get_by_role("button", name="Copy as text, C80").click()
    copied = plain(page.evaluate("window.copied"))
    last = max(one["date"] for one in record()["corrections"])
    parts = [
        claim["quoted"],
        claim["label"],
        claim["plain"],
        "#claim-c80",
        f"last correction on {last}",
    ]
    parts += [claim["evidence"]]
    assert [part for part in parts if plain(part).casefold() not in copied.casefold()] == []
    page.locator("#claim-c80").get_by_text("Correct this row").click()
    page.get_by_role("button", name="Copy the form, C80").click()
    assert page.evaluate("window.copied").startswith(
        f"C80: “{claim['quoted']}”\nVerdict: {claim['label']}"
    )


def test_a_correction_goes_by_mail_or_to_a_site_with_the_form_filled_in():
    assert write_address("a@b.org", "C01", "x%20y") == "mailto:a@b.org?subject=C01&body=x%20y"
    assert (
        write_address("https://b.org/?t={claim}&b={text}", "C01", "x") == "https://b.org/?t=C01&b=x"
    )


def test_every_figure_is_on_the_page_of_figures_below_its_source():
    for figure in record()["figures"]:
        source = find("pages/figures", f"figure-{figure['figure_id']}").getparent().getprevious()
        assert plain(f"{figure['publisher']}: {figure['title']}") in plain(source.text_content())
        assert {figure["url"]} <= {*source.xpath("./a/@href"), ""}


def test_agreement_corrections_and_open_claims_are_listed():
    agreement = record()["agreement"]
    page = html("pages/ledger.html")
    pairs = [pair for level in agreement["levels"] for pair in level["pairs"]]
    assert len(pairs) == 9 and all(say_pair(pair) in plain(page) for pair in pairs)
    editors = record()["editors"]
    pairs = [*editors["pairs"], *editors["since"], editors["before"], *editors["desk"]]
    assert all(say_pair(pair) in plain(page) for pair in pairs)
    parted = tree("pages/ledger.html").xpath("//table[contains(@class, 'record parted')]//tbody")
    lengths = [len(editors["parted"]), len(editors["desk_parted"])]
    assert [len(body.xpath("./tr")) for body in parted] == lengths
    rows = {"corrections": record()["corrections"]}
    rows["open"] = [claim for claim in record()["claims"] if claim["verdict"] == "unchecked"]
    for (name, listed), page in zip(
        rows.items(), ("pages/ledger.html", "pages/findings.html"), strict=True
    ):
        (table,) = tree(page).xpath(f"//table[contains(@class, 'record {name}')]")
        assert len(table.xpath(".//tbody/tr")) == len(listed)
        assert all(
            plain(one["plain"]) in plain(table.text_content()) for one in listed if name == "open"
        )


def test_the_downloads_have_every_claim_with_its_place_on_the_page():
    """And fit their description; what else they hold, `sealed-readings` tests."""
    assert Package(str(browser.HTML / "data" / "ledger-package.json")).validate().valid
    with (browser.HTML / "data" / "ledger.csv").open(encoding="utf-8", newline="") as handle:
        table = {line["claim_id"]: line for line in csv.DictReader(handle)}
    assert sorted(table) == sorted(claims.ledger().index)
    for claim in record()["claims"]:
        line = table[claim["claim_id"]]
        page, _, place = line["address"].partition("#")
        assert claim["verdict"] == line["verdict"] and f'id="{place}"' in html(page)
    text = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', html("pages/ledger.html")
    )
    reviews = json.loads(text[1])["@graph"] if text else []
    whole = [claim["quoted"] for claim in record()["claims"] if claim["whole"]]
    assert {review["claimReviewed"] for review in reviews} <= {*whole}


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
    "worked": ".. finding:: C01",
}
FAULTS = {
    ".. finding:: C99": "'C99' must be a claim with a verdict",
    ":filed:`C01 mood`": "no verdict on 'C01' says 'mood'",
}


def test_a_page_is_read_again_when_its_claim_changes_and_a_claim_that_no_ledger_has_is_a_warning(
    tmp_path,
):
    def write(page: str, text: str) -> None:
        (tmp_path / f"{page}.rst").write_text(f"Page\n====\n\n{text}\n", encoding="utf-8")

    def build() -> tuple[set[str], str]:
        """Build; return the pages that were read, and the warnings."""
        (tmp_path / "ledger.json").write_text(
            json.dumps(record() | {"claims": filed}), encoding="utf-8"
        )
        warnings = io.StringIO()
        read = set()
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
        claim["statement"] = claim["quoted"] = "Another statement."
        assert build()[0] == {"ledger", page}
    write("worked", "\n\n".join(FAULTS))
    warnings = build()[1]
    assert [message for message in FAULTS.values() if message not in warnings] == []


CUT = """() => [...document.querySelectorAll(".bd-article td a[href*='#claim-']")]
  .filter((link) => getComputedStyle(link).whiteSpace === "nowrap")
  .map((link) => link.textContent)"""


def test_a_sentence_that_leads_to_its_claim_breaks_on_a_narrow_page(at):
    page = at("pages/ledger.html")
    assert page.locator(".bd-article td a[href*='#claim-']").count() > 100
    assert page.evaluate(CUT) == []
