"""What a reader looks up: glossary, index, references, data dictionary and downloads."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter

from tests.chapters import contract
from book import browser as pages
import pandas as pd
import pytest
from frictionless import Package

from jingjinji import claims, data

ROOT = contract.CHAPTERS.parent
DATA = ROOT / "data"
DESCRIPTOR = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in DESCRIPTOR["resources"]}
CHAPTERS = [path.stem for path in contract.SOURCES]


def key_terms(stem: str) -> list[tuple[str, str]]:
    """The key terms that a chapter's source lists, English and Chinese."""
    text = (contract.CHAPTERS / f"{stem}.md").read_text(encoding="utf-8")
    section = re.search(r"^## Key terms$(.*?)^## ", text, re.MULTILINE | re.DOTALL)[1]
    return re.findall(r"^\*\*(.+?)\*\* · (.+?) ·", section, re.MULTILINE)


LISTED = {stem: key_terms(stem) for stem in CHAPTERS}


@pytest.fixture
def at(chromium, home):
    """Opens a page of the book, and closes it after the test."""
    context = chromium.new_context(viewport=pages.DESK)
    yield lambda name: pages.open_page(context, home, name).page
    context.close()


def plain(text: str) -> str:
    return text.replace("’", "'")


# Glossary and first uses


@pytest.mark.parametrize("stem", CHAPTERS)
def test_every_key_term_has_chinese_pinyin_and_a_line_of_text(stem):
    """An entry of another form would be missing from the glossary, and nobody would say so."""
    text = (contract.CHAPTERS / f"{stem}.md").read_text(encoding="utf-8")
    section = re.search(r"^## Key terms$(.*?)^## ", text, re.MULTILINE | re.DOTALL)[1]
    entries = [entry for entry in re.split(r"\n\n+", section) if entry.strip().startswith("**")]
    form = r"\*\*[^*]+\*\* · [^·\n]+ · [^·\n]+\n: [^\n{]+"
    odd = [entry for entry in entries if not re.fullmatch(form, entry.strip())]
    assert odd == [] and entries


def test_a_term_has_one_chinese_name():
    names: dict[str, set[str]] = {}
    for terms in LISTED.values():
        for english, chinese in terms:
            names.setdefault(english, set()).add(chinese)
    assert {english: found for english, found in names.items() if len(found) > 1} == {}


def test_the_glossary_has_every_key_term_once(at):
    page = at("glossary.html")
    shown = page.locator("dl.glossary dt").evaluate_all("all => all.map((dt) => dt.firstChild.textContent)")
    wanted = {english for terms in LISTED.values() for english, _ in terms}
    assert Counter(map(plain, shown)) == Counter(wanted)
    assert [plain(s).casefold() for s in shown] == sorted(plain(s).casefold() for s in shown)
    assert page.locator("dl.glossary dt:has([lang='zh-Hans'])").count() == len(wanted)
    explained = page.locator("dl.glossary dd .where a").count()
    assert explained == sum(map(len, LISTED.values()))


FIRST_USES = """() => [...document.querySelectorAll('.key-term')].map((term) => ({
  target: term.parentElement.getAttribute('href'),
  amiss: Boolean(term.closest('h1, h2, h3, h4, pre, code, table, figcaption, dl, a a, .verdict')),
}))"""


@pytest.mark.parametrize("stem", CHAPTERS)
def test_first_uses_lead_to_the_glossary_once_a_page(at, stem):
    uses = at(f"chapters/{stem}.html").evaluate(FIRST_USES)
    targets = Counter(use["target"] for use in uses)
    assert targets and set(targets.values()) == {1}
    assert not any(use["amiss"] for use in uses)
    glossary = (pages.HTML / "glossary.html").read_text(encoding="utf-8")
    assert {target.partition("#")[0] for target in targets} == {"../glossary.html"}
    assert all(f'id="{target.partition("#")[2]}"' in glossary for target in targets)
    # Most terms are used in the prose of the chapter that lists them; the rest stand in its list.
    assert len(targets) >= len(LISTED[stem]) / 2


# Index and references


def test_the_index_has_every_term_claim_place_and_table(at):
    page = at("genindex.html")
    shown = {plain(text) for text in page.locator("ul.index-entries > li > p").all_inner_texts()}
    wanted = {english for terms in LISTED.values() for english, _ in terms}
    wanted |= {*claims.ledger().index, *data.load("cities")["city"], *RESOURCES}
    assert shown == wanted
    assert page.locator("ul.index-entries p:not(:has(a))").count() <= len(data.load("cities"))


def test_references_are_what_the_chapters_cite(at):
    known = set(re.findall(r"^@\w+\{([^,]+),", (ROOT / "references.bib").read_text("utf-8"), re.MULTILINE))
    sources = [*contract.SOURCES, *sorted((ROOT / "exercises").glob("[0-9]*.md"))]
    cited = {
        key
        for path in sources
        for keys in re.findall(r"\{footcite:\w+\}`([^`]+)`", path.read_text(encoding="utf-8"))
        for key in keys.split(",")
    }
    assert cited <= known
    assert at("references.html").locator(".bd-article li:not(nav li)").count() == len(known)


# Data dictionary and downloads


@pytest.fixture(scope="module")
def dictionary(chromium, home):
    context = chromium.new_context(viewport=pages.DESK)
    yield pages.open_page(context, home, "data.html").page
    context.close()


@pytest.mark.parametrize("name", RESOURCES)
def test_the_dictionary_says_what_the_descriptor_says(dictionary, name):
    resource = RESOURCES[name]
    section = dictionary.locator(f"section#table-{name.replace('_', '-')}")
    text = plain(section.inner_text())
    assert resource["title"].replace('"', "”") in text.replace("“", "”")
    assert section.locator(".facts a").first.get_attribute("href") == f"data/{resource['path']}"
    assert section.locator("> ul > li").count() == len(resource["flaws"])
    assert {"Download", "Source", "Vintage", "Licence"} <= set(section.locator(".facts dt").all_inner_texts())
    fields = resource.get("schema", {}).get("fields", [])
    assert section.locator("table.fields td:first-child").all_inner_texts() == [f["name"] for f in fields]
    for field, row in zip(fields, section.locator("table.fields tbody tr").all()):
        shown = row.inner_text()
        assert field["type"] in shown and field.get("unit", "") in shown
        limits = field.get("constraints", {})
        assert ("never empty" in shown) == bool(limits.get("required"))
        assert all(str(limits[key]) in shown for key in ("minimum", "maximum", "pattern") if key in limits)


@pytest.mark.parametrize("name", RESOURCES)
def test_a_download_is_the_file(at, home, name):
    path = RESOURCES[name]["path"]
    got = at("data.html").request.get(f"{home}/data/{path}").body()
    assert got == (DATA / path).read_bytes()
    if path.endswith(".csv"):
        assert len(pd.read_csv(io.BytesIO(got), dtype=str, keep_default_na=False)) == len(data.load(name))


def test_the_dictionary_names_the_chapters_that_use_a_table(dictionary):
    used = {
        name: dictionary.locator(f"section#table-{name.replace('_', '-')} .facts").inner_text()
        for name in ("province_gdp_vintages", "rail_timetable_2021", "german_counties")
    }
    assert "chapters 1, 2, 3, 4, 5, 6" in used["province_gdp_vintages"]
    assert used["rail_timetable_2021"].endswith("chapter 9")  # loaded as rail_timetable_{year}
    assert used["german_counties"].endswith("chapter 5")


def test_the_package_is_valid_as_a_zip_and_as_a_folder(tmp_path):
    zipped = pages.HTML / "data" / f"{DESCRIPTOR['name']}.zip"
    with zipfile.ZipFile(zipped) as archive:
        entries = archive.infolist()
        assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.filename for entry in entries} == {path.name for path in DATA.iterdir()}
        assert all(archive.read(entry) == (DATA / entry.filename).read_bytes() for entry in entries)
        archive.extractall(tmp_path)
    for folder in (tmp_path, pages.HTML / "data"):
        assert Package(str(folder / "datapackage.json")).validate().valid
