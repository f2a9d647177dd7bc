"""What a reader looks up: glossary, index, references, data dictionary and downloads."""

import functools
import json
import pkgutil
import re
import zipfile
from collections import Counter

import lxml.html
import pytest

import jingjinji
from book.glossary.key_terms import make_pinyin_key
from coursework import headings
from jingjinji import claims, data
from tests import browser
from tests.chapters import contract
from tests.pages import built, checks
from tests.pages.built import ROOT, plain

DATA = ROOT / "data"


@functools.cache
def resources() -> dict[str, dict]:
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: resource for resource in package["resources"]}


@functools.cache
def key_terms() -> dict[str, list[tuple[str, str]]]:
    """Map each chapter to its key terms, English and Chinese, as the chapters list them."""
    terms = {}
    for stem in ["0a_refresher", *(path.stem for path in contract.SOURCES)]:
        text = (contract.CHAPTERS / f"{stem}.md").read_text(encoding="utf-8")
        section = re.search(
            rf"^## {headings.KEY_TERMS}$(.*?)(?:^## |\Z)", text, re.MULTILINE | re.DOTALL
        )
        assert section, f"{stem} has no section '{headings.KEY_TERMS}'"
        terms[stem] = re.findall(
            r"^\*\*([^*]+)\*\* · ([^·\n]+) · [^·\n]+\n: [^\n{]", section[1], re.MULTILINE
        )
        assert len(terms[stem]) == len(re.findall(r"^\*\*", section[1], re.MULTILINE)) > 0, stem
    return terms


def english() -> set[str]:
    return {term for terms in key_terms().values() for term, _ in terms}


# Glossary and first uses


def test_the_glossary_has_every_key_term_once_under_one_chinese_name(at):
    names = {pair for terms in key_terms().values() for pair in terms}
    assert len(names) == len(english()), "a term has two Chinese names"
    page = at("pages/glossary.html")
    shown = page.locator("dl.glossary dt").evaluate_all(
        "all => all.map((dt) => dt.firstChild.textContent)"
    )
    assert Counter(map(plain, shown)) == Counter(english())
    assert [plain(s).casefold() for s in shown] == sorted(plain(s).casefold() for s in shown)
    assert page.locator("dl.glossary dt:has([lang='zh-Hans'])").count() == len(english())
    assert page.locator("dl.glossary dd .where a").count() == sum(map(len, key_terms().values()))
    pinyin = page.locator(".in-pinyin-order .pinyin").all_inner_texts()
    assert len(pinyin) == len(english()) and pinyin == sorted(pinyin, key=make_pinyin_key)
    page.locator(".in-pinyin-order a").first.click()
    assert page.locator("dl.glossary dt:target").count() == 1


TAGS = "h1 h2 h3 h4 pre code table figcaption dl"
AROUND = " or ".join([*(f"self::{tag}" for tag in TAGS.split()), "contains(@class, 'verdict')"])
MISPLACED = f"ancestor::*[{AROUND}] | ancestor::a[2]"


def test_first_uses_lead_to_the_glossary_once_a_page():
    for stem, terms in key_terms().items():
        uses = lxml.html.fromstring(built.html(f"chapters/{stem}.html")).find_class("key-term")
        targets = [use.getparent().get("href") for use in uses]
        assert all(target.startswith("../pages/glossary.html#") for target in targets), stem
        assert [use.text_content() for use in uses if use.xpath(MISPLACED)] == [], stem
        # Most terms are used in the prose of the chapter that lists them.
        assert len(terms) / 2 <= len(targets) == len({*targets}), stem


# Index and references


def test_the_index_has_every_term_claim_place_and_table(at):
    page = at("genindex.html")
    entries = page.locator(".genindextable > tbody > tr > td > ul > li").evaluate_all(
        """all => all.map((li) => [
            li.firstChild.textContent.trim() || li.querySelector("a").textContent,
            [...li.querySelectorAll("ul li")].map((below) => below.textContent)])"""
    )
    shown = {plain(name): below for name, below in entries}
    wanted = english() | {*claims.ledger().index, *resources()}
    assert len(shown) == len(entries) and wanted <= shown.keys()
    # A city that no text speaks of has no entry.
    assert len(shown.keys() & {*data.load("cities")["city"]}) >= 10
    for below in shown.values():
        chapters = [int(number) for number in re.findall(r"chapter\s+(\d+)", " ".join(below))]
        assert chapters == sorted(chapters), below
    assert (
        at("chapters/04_vintages.html")
        .locator("nav.bd-links")
        .get_by_role("link", name="Index")
        .count()
        == 1
    )


def test_every_public_module_is_described_and_its_functions_are_in_the_index():
    modules = pkgutil.walk_packages(jingjinji.__path__, "jingjinji.")
    names = {module.name for module in modules if not module.ispkg} - {
        "jingjinji.defaults"
    }  # constants
    public = {name for name in names if "._" not in name and "capstone" not in name}
    page = built.html("pages/api.html")
    described = {
        re.sub(r"\.[a-z_]\w*$", "", name) for name in re.findall(r'id="(jingjinji[\w.]*)"', page)
    }
    assert public - described == set(), "name it in pages/api.md"
    assert "pages/api.html#jingjinji.data.load" in built.html("genindex.html")


# Data dictionary and downloads


def test_the_dictionary_says_what_the_descriptor_says(at):
    dictionary = at("pages/data.html")
    used = {}
    dictionary.evaluate(
        "document.querySelectorAll('details').forEach((box) => { box.open = true; })"
    )
    for name, resource in resources().items():
        part = dictionary.locator(f"section#table-{name.replace('_', '-')}")
        text = plain(part.inner_text())
        facts = part.locator(".facts")
        href = part.locator("> p a.reference").first.get_attribute("href")
        assert href == f"../data/{resource['path']}" and plain(resource["title"]) in text, name
        assert (f"{len(data.load(name)):,} rows" if "schema" in resource else "a map") in text, name
        assert part.locator("details > ul > li").count() == len(resource["flaws"]), name
        assert {"Source", "Vintage", "Licence"} <= set(facts.locator("dt").all_inner_texts()), name
        used[name] = facts.text_content().strip()
        fields = resource.get("schema", {}).get("fields", [])
        rows = part.locator("table.fields tbody tr").all_inner_texts()
        for field, shown in zip(fields, rows, strict=True):
            limits = field.get("constraints", {})
            parts = [field["name"], field["type"], field.get("unit", "")]
            parts += [
                str(limits[kind]) for kind in ("minimum", "maximum", "pattern") if kind in limits
            ]
            assert all(part in shown for part in parts), field["name"]
            assert ("never empty" in shown) == bool(limits.get("required")), field["name"]
    assert "lessons 1, 2, 4, 5, 6, 8" in used["province_gdp_vintages"]
    assert used["rail_timetable_2021"].endswith("lessons 18, 19 and 23")


def test_the_package_is_the_files_as_a_zip_and_as_a_folder():
    """test_data.py checks that the files are valid."""
    (zipped,) = (browser.HTML / "data").glob("*.zip")
    names = {"datapackage.json", *(resource["path"] for resource in resources().values())}
    with zipfile.ZipFile(zipped) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files == {name: (DATA / name).read_bytes() for name in names}
    assert all((browser.HTML / "data" / name).read_bytes() == files[name] for name in names)


# Long lists

SIFTED = {
    "glossary": ("gini", "dl.glossary > dt:visible", 40),
    "data": ("harbour port", "section:has(> .folded-box .facts):visible", 40),
    "figures": ("containers", ".figures > li:visible", 60),
}


@pytest.mark.parametrize("name", SIFTED)
def test_a_long_list_is_sifted_by_words_and_is_whole_again(at, name):
    words, rows, most = SIFTED[name]
    page = at(f"pages/{name}.html")
    before = page.evaluate("document.body.scrollHeight")
    field = page.locator(".sift input")
    field.fill(words.split()[-1])
    shown = page.locator(rows).count()
    assert 0 < shown < most
    # As in the ledger, a query finds the beginning of a word: "port", but not "report".
    begins = re.compile(rf"(?<![a-z]){words.split()[-1]}")
    assert all(begins.search(text.lower()) for text in page.locator(rows).all_text_contents())
    assert page.locator(".sift [role=status]").inner_text().startswith(f"{shown} of ")
    assert checks.accessibility(page) == []
    field.fill("")
    assert page.evaluate("document.body.scrollHeight") == before


def test_the_glossary_has_a_link_for_each_letter(at):
    page = at("pages/glossary.html")
    letters = page.locator(".letters a")
    assert letters.all_inner_texts() == sorted({term[0].upper() for term in english()})
    letters.last.click()
    assert page.locator("dl.glossary dt:target").count() == 1


def test_cited_numbers_come_by_subject_in_folds_that_a_link_opens(at):
    page = at("pages/figures.html")
    assert page.locator(".figures > li:visible").count() == 0
    assert page.evaluate("document.body.scrollHeight") < 12_000
    page = at("pages/figures.html#figure-f114")
    assert page.locator("#figure-f114:visible").count() == 1
