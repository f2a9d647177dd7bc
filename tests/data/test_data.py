"""The data package: it fits its descriptor, claims and figures are whole, and the loader is kind."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from frictionless import Package

from book.downloads.descriptor import format_descriptor, refresh
from jingjinji import data

FOLDER = Path(__file__).parents[2] / "data"
DESCRIPTOR = json.loads((FOLDER / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in DESCRIPTOR["resources"]}
TABLES = [name for name, r in RESOURCES.items() if r["profile"] == "tabular-data-resource"]
SHAPES = [name for name in RESOURCES if name not in TABLES]


def faults(folder: Path, table: str = "") -> list[list]:
    """What validation finds in a package, or in one table of it: where, and what is wrong."""
    package = Package(str(folder / "datapackage.json"))
    found = (package.get_resource(table) if table else package).validate()
    return found.flatten(["taskNumber", "rowNumber", "fieldName", "message"])


# The package and its descriptor


def list_files() -> list[Path]:
    """The files of the folder itself: coders' sheets, a folder below, are the ledger's own."""
    return [path for path in FOLDER.iterdir() if path.is_file()]


def test_package_is_valid():
    assert faults(FOLDER) == []


def test_every_file_is_described():
    described = {resource["path"] for resource in RESOURCES.values()} | {"datapackage.json", "article.yml"}
    there = {path.name for path in list_files()}
    assert there - described == set(), "without an entry in data/datapackage.json"
    assert described - there == set(), "with an entry in data/datapackage.json, and no file"


@pytest.mark.parametrize("name", RESOURCES)
def test_resource_is_described(name):
    for part in ("title", "description", "sources", "licenses", "vintage", "flaws"):
        assert RESOURCES[name][part], f"{name} has no {part}"


@pytest.mark.parametrize("name", TABLES)
def test_table_is_described(name):
    assert RESOURCES[name]["schema"]["primaryKey"]
    for field in RESOURCES[name]["schema"]["fields"]:
        assert field["title"] and field["description"], field["name"]
        numeric = field["type"] in ("integer", "number")
        rule = "a number has a unit, such as 'persons' or 'calendar year'; a text has none"
        assert ("unit" in field) == numeric, f"{name}.{field['name']}: {rule}"


def test_sizes_and_checksums_are_fresh():
    held = (FOLDER / "datapackage.json").read_text(encoding="utf-8")
    assert held == format_descriptor(FOLDER), "run 'make data'"


def test_tables_are_small():
    sizes = {path.name: path.stat().st_size for path in list_files()}
    assert {name: size for name, size in sizes.items() if size > 400_000} == {}
    assert sum(sizes.values()) < 3_000_000


def test_no_unconfirmed_figure():
    found = [path.name for path in list_files() if "recalled" in path.read_text("utf-8")]
    assert found == []


@pytest.mark.parametrize("name", SHAPES)
def test_outlines_are_attributed_and_schematic(name):
    resource = RESOURCES[name]
    assert resource["licenses"][0]["name"] == "ODbL-1.0"
    assert "OpenStreetMap" in resource["attribution"]
    assert "示意图" in " ".join(resource["flaws"])


# Planted faults


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(FOLDER, tmp_path / "data"))


def break_line(folder: Path, table: str, old: str, new: str) -> int:
    """Replace one line of a table and return its row number in the file."""
    path = folder / f"{table}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    number = lines.index(old)
    lines[number] = new
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return number + 1


GOOD = "110000,Beijing,1994,before_4th_census,1145.31"


@pytest.mark.parametrize(
    ("broken", "field", "shown"),
    [
        ("110000,Beijing,1994,before_4th_census,abc", "gdp_100m_yuan", "abc"),
        ("110000,Beijing,1994,before_4th_census,-1", "gdp_100m_yuan", "minimum"),
        ("110000,Beijing,1993,before_4th_census,1145.31", None, "primary key"),
        ("110000,Beijing,1994,before_9th_census,1145.31", None, "before_9th_census"),
    ],
    ids=["text in a number", "negative GDP", "duplicated key", "unknown vintage"],
)
def test_planted_fault_is_reported(copy, broken, field, shown):
    row = break_line(copy, "province_gdp_vintages", GOOD, broken)
    refresh(copy)
    (found,) = faults(copy, "province_gdp_vintages")
    assert found[1:3] == [row, field] and shown in found[3]


def test_changed_file_is_reported(copy):
    break_line(copy, "province_gdp_vintages", GOOD, GOOD.replace("1145.31", "1145.32"))
    (found,) = faults(copy, "province_gdp_vintages")
    assert "hash" in found[3]


# Claims and cited figures


def test_claims_are_complete_and_in_order():
    claims = data.load("claims")
    assert list(claims["claim_id"]) == [f"C{i:02d}" for i in range(1, 83)]
    # Which claim belongs to which chapter, the cards of the chapters say once more.
    chapters = (FOLDER.parent / "chapters").glob("[0-9][0-9]_*.md")
    assert set(" ".join(claims["chapters"]).split()) == {str(int(path.name[:2])) for path in chapters}


def test_printed_numbers_agree_with_values():
    claims = data.load("claims")
    assert (claims["value"].isna() == claims["qualifier"].isna()).all()
    assert (claims["value"].isna() == claims["unit"].isna()).all()
    printed = claims.dropna(subset=["printed"])
    assert (printed["printed"].astype(float) == printed["value"]).all()


def test_claims_spell_out_abbreviations():
    text = data.load("claims")[["statement", "check", "caution"]].stack().str.cat(sep=" ")
    assert re.findall(r"\b(?:JJJ|YRD|PRD|GBA|VA|CCD|NBS|SOE|TEU|VC|LQ)\b", text) == []


def test_cited_figures_show_their_conflicts():
    figure = data.load("cited_figures").set_index("figure_id")["value"]
    assert figure["F014b"] + figure["F014c"] == figure["F014a"]
    assert figure["F174a"] + figure["F174b"] == figure["F014a"]
    assert figure["F005a"] + figure["F007"] == pytest.approx(figure["F008"])
    from_growth = figure["F167"] / (1 + figure["F010a"] / 100)
    from_total = figure["F171"] - figure["F007"] - figure["F167"] - figure["F169a"]
    assert round(from_growth, 2) == 35.69 and round(from_total, 2) == 36.59


def test_a_passage_is_short_translated_and_from_the_page_of_its_figure():
    passages = data.load("passages").fillna("")
    figures = data.load("cited_figures").set_index("figure_id")
    address = figures["url"].fillna("")
    assert not (address[figures["searched"].notna()] != "").any()
    assert passages["passage"].str.len().max() < 240
    english = passages["passage"].str.contains(r"\b(?:the|of|and|in|to|is|was|by|for|each|km)\b", case=False)
    assert (english == (passages["translation"] == "")).all()
    read = passages[passages["where"] != ""]
    assert (read["where"] == read["figure_id"].map(address)).all()


# The loader


@pytest.mark.parametrize("name", TABLES)
def test_a_loaded_table_follows_its_description(name):
    frame, fields = data.load(name), RESOURCES[name]["schema"]["fields"]
    kinds = {"integer": "i", "number": "f", "boolean": "b"}
    for field in fields:
        dtype = frame[field["name"]].dtype
        if field["type"] == "string":
            assert pd.api.types.is_string_dtype(dtype), field["name"]
        else:
            assert dtype.kind == kinds[field["type"]], field["name"]
    assert set(frame.attrs) == {"title", "units", "source", "vintage", "flaws", "license"}
    assert frame.attrs["units"] == {field["name"]: field["unit"] for field in fields if "unit" in field}
    assert re.fullmatch(r"Source: .+\.", frame.attrs["source"])
    assert all(isinstance(flaw, str) for flaw in frame.attrs["flaws"])


def test_each_load_is_fresh():
    first = data.load("provinces")
    first.loc[0, "province"] = "changed"
    assert data.load("provinces").loc[0, "province"] == "Beijing"


def test_unknown_name_suggests_the_closest():
    with pytest.raises(ValueError, match="did you mean 'province_accounts'") as error:
        data.load("province_acounts")
    assert data.names() == sorted(TABLES) and all(name in str(error.value) for name in TABLES)


def test_unknown_map_names_the_known():
    with pytest.raises(ValueError, match="no map 'county'.*the maps are counties, prefectures"):
        data.shapes("county")
    with pytest.raises(ValueError, match="There is no table 'counties'"):
        data.load("counties")


@pytest.mark.parametrize(
    ("open_it", "name", "file"),
    [(data.shapes, "counties", "counties.topo.json"), (data.load, "provinces", "provinces.csv")],
)
def test_missing_file(copy, monkeypatch, open_it, name, file):
    monkeypatch.setattr(data, "_folder", lambda: copy)
    (copy / file).unlink()
    with pytest.raises(FileNotFoundError, match=f"(Map|Table) '{name}'.*{file} is missing"):
        open_it(name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be read"),
        ("province_code,province\n110000,Beijing\n", "must have the columns"),
        ("province_code,province,province_zh,in_cluster\n1,B,B,perhaps\n", "cannot be read"),
    ],
    ids=["empty", "missing columns", "wrong type"],
)
def test_broken_file(copy, monkeypatch, text, message):
    monkeypatch.setattr(data, "_folder", lambda: copy)
    (copy / "provinces.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"Table 'provinces' .*{message}"):
        data.load("provinces")
