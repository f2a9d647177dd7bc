"""What a reader looks up: glossary, index, references, data dictionary and downloads."""

import functools
import importlib
import inspect
import json
import pkgutil
import re
import zipfile
from collections import Counter

import lxml.html

import jingjinji
from book.glossary.key_terms import make_pinyin_key
from coursework import headings
from jingjinji import check, claims, data
from tests import browser
from tests.chapters import contract
from tests.pages import built
from tests.pages.built import ROOT, plain

DATA = ROOT / "data"
FORM = r"\*\*([^*]+)\*\* · ([^·\n]+) · [^·\n]+\n: [^\n{]+"


@functools.cache
def resources() -> dict[str, dict]:
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: resource for resource in package["resources"]}


@functools.cache
def key_terms() -> dict[str, list[tuple[str, str]]]:
    """The key terms that each chapter lists, English and Chinese.

    An entry of another form would be missing from the glossary, and nobody would say so.
    """
    found = {}
    for stem in ["0b_doubt", *(path.stem for path in contract.SOURCES)]:
        text = (contract.CHAPTERS / f"{stem}.md").read_text(encoding="utf-8")
        section = re.search(rf"^## {headings.KEY_TERMS}$(.*?)^## ", text, re.MULTILINE | re.DOTALL)[1]
        entries = [entry.strip() for entry in section.split("\n\n") if entry.strip().startswith("**")]
        matches = [re.fullmatch(FORM, entry) for entry in entries]
        assert matches and all(matches), stem
        found[stem] = [match.groups() for match in matches]
    return found


def english() -> set[str]:
    return {term for terms in key_terms().values() for term, _ in terms}


# Glossary and first uses


def test_the_glossary_has_every_key_term_once_under_one_chinese_name(at):
    names = {pair for terms in key_terms().values() for pair in terms}
    assert len(names) == len(english()), "a term has two Chinese names"
    page = at("pages/glossary.html")
    shown = page.locator("dl.glossary dt").evaluate_all("all => all.map((dt) => dt.firstChild.textContent)")
    assert Counter(map(plain, shown)) == Counter(english())
    assert [plain(s).casefold() for s in shown] == sorted(plain(s).casefold() for s in shown)
    assert page.locator("dl.glossary dt:has([lang='zh-Hans'])").count() == len(english())
    assert page.locator("dl.glossary dd .where a").count() == sum(map(len, key_terms().values()))
    pinyin = page.locator(".in-pinyin-order .pinyin").all_inner_texts()
    assert len(pinyin) == len(english()) and pinyin == sorted(pinyin, key=make_pinyin_key)
    # The same syllables in another tone: the first comes first.
    assert make_pinyin_key("shī") < make_pinyin_key("shí") < make_pinyin_key("shìchǎng")
    page.locator(".in-pinyin-order a").first.click()
    assert page.locator("dl.glossary dt:target").count() == 1


AMISS = "ancestor::*[self::h1 or self::h2 or self::h3 or self::h4 or self::pre or self::code or self::table"
AMISS += " or self::figcaption or self::dl or contains(@class, 'verdict')] | ancestor::a[2]"


def test_first_uses_lead_to_the_glossary_once_a_page():
    glossary = built.html("pages/glossary.html")
    for stem, terms in key_terms().items():
        uses = lxml.html.fromstring(built.html(f"chapters/{stem}.html")).find_class("key-term")
        targets = [use.getparent().get("href").split("#") for use in uses]
        assert targets and len(targets) == len({id for _, id in targets}), stem
        assert [use.text_content() for use in uses if use.xpath(AMISS)] == [], stem
        assert {name for name, _ in targets} == {"../pages/glossary.html"}, stem
        assert [id for _, id in targets if f'id="{id}"' not in glossary] == [], stem
        # Most terms are used in the prose of the chapter that lists them; the rest stand in its list.
        assert len(targets) >= len(terms) / 2, stem


# Index and references


def test_the_index_has_every_term_claim_place_and_table(at):
    page = at("genindex.html")
    entries = page.locator(".genindextable > tbody > tr > td > ul > li").evaluate_all(
        """all => all.map((li) => [li.firstChild.textContent.trim() || li.querySelector("a").textContent,
                                   [...li.querySelectorAll("ul li")].map((below) => below.textContent)])"""
    )
    shown = {plain(name): below for name, below in entries}
    wanted = english() | {*claims.ledger().index, *data.load("cities")["city"], *resources()}
    # The capstone's example has claims of its own, and the library its functions.
    others = re.compile(r"Y\d\d|module|jingjinji\..*|\w+ \(.*|\w+\(\) \(.*")
    assert len(shown) == len(entries) and {name for name in shown if not others.fullmatch(name)} == wanted
    for below in shown.values():
        chapters = [int(number) for number in re.findall(r"chapter\s+(\d+)", " ".join(below))]
        assert chapters == sorted(chapters), below
    assert at("chapters/03_gdp.html").locator("nav.bd-links").get_by_role("link", name="Index").count() == 1


def test_every_public_function_is_described_and_found_by_its_name(at):
    """The capstone's check is a command of its own: it goes by no import."""
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(jingjinji.__path__, "jingjinji.")
        if "._" not in found.name and "capstone" not in found.name
    ]
    public = {
        f"{module.__name__}.{name}"
        for module in modules
        for name, value in vars(module).items()
        if name in getattr(module, "__all__", [name]) and name[0] != "_" and inspect.isroutine(value)
        if value.__module__ == module.__name__ or module is check
    }
    shown = at("pages/api.html").locator("dl.py > dt[id]").evaluate_all("all => all.map((name) => name.id)")
    assert len(public) > 80 and public - set(shown) == set(), "name its module in pages/api.md"
    index = set(built.html("genindex.html").split('"'))
    assert [name for name in sorted(public) if f"pages/api.html#{name}" not in index] == []


# Data dictionary and downloads


def test_the_dictionary_says_what_the_descriptor_says(at):
    dictionary, used = at("pages/data.html"), {}
    dictionary.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    for name, resource in resources().items():
        part = dictionary.locator(f"section#table-{name.replace('_', '-')}")
        text = plain(part.inner_text())
        assert plain(resource["title"]) in text, name
        href = part.locator("> p a.reference").first.get_attribute("href")
        assert href == f"../data/{resource['path']}", name
        assert (f"{len(data.load(name)):,} rows" if "schema" in resource else "a map") in text, name
        assert part.locator("details > ul > li").count() == len(resource["flaws"]), name
        assert {"Source", "Vintage", "Licence"} <= set(part.locator(".facts dt").all_inner_texts()), name
        used[name] = part.locator(".facts").text_content().strip()
        fields = resource.get("schema", {}).get("fields", [])
        rows = part.locator("table.fields tbody tr").all_inner_texts()
        assert part.locator("table.fields td:first-child").all_inner_texts() == [f["name"] for f in fields]
        for field, shown in zip(fields, rows, strict=True):
            assert field["type"] in shown and field.get("unit", "") in shown, field["name"]
            limits = field.get("constraints", {})
            assert ("never empty" in shown) == bool(limits.get("required")), field["name"]
            kinds = ("minimum", "maximum", "pattern")
            assert all(str(limits[key]) in shown for key in kinds if key in limits), field["name"]
    assert "chapters 1, 2, 3, 4, 5, 6" in used["province_gdp_vintages"]
    assert used["rail_timetable_2021"].endswith("chapters 11 and 12")
    assert used["german_counties"].endswith("chapter 5")


def test_the_package_is_the_files_as_a_zip_and_as_a_folder(tmp_path):
    """That these are valid, test_data.py holds."""
    (zipped,) = (browser.HTML / "data").glob("*.zip")
    files = {"datapackage.json", *(resource["path"] for resource in resources().values())}
    with zipfile.ZipFile(zipped) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert set(archive.namelist()) == files
        archive.extractall(tmp_path)
    for folder in (tmp_path, browser.HTML / "data"):
        assert all((folder / name).read_bytes() == (DATA / name).read_bytes() for name in files)
