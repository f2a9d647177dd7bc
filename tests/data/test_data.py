"""The data package: it matches its descriptor, claims and figures are complete, the loader reports
errors."""

import json
import re
import shutil
from pathlib import Path

import pytest
from frictionless import Package

from coursework.build.freshness import format_descriptor
from coursework.common import list_lessons
from jingjinji import data

FOLDER = Path(__file__).parents[2] / "data"
DESCRIPTOR = json.loads((FOLDER / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in DESCRIPTOR["resources"]}
TABLES = [name for name, r in RESOURCES.items() if r["profile"] == "tabular-data-resource"]
# Coders' sheets, in a folder below, belong to the ledger.
FILES = [path for path in FOLDER.iterdir() if path.is_file()]


def test_the_package_is_valid_and_describes_every_file():
    report = Package(str(FOLDER / "datapackage.json")).validate()
    assert report.flatten(["title", "rowNumber", "fieldName", "message"]) == []
    described = {resource["path"] for resource in RESOURCES.values()} | {
        "datapackage.json",
        "article.yml",
    }
    assert {path.name for path in FILES} == described


@pytest.mark.parametrize("name", RESOURCES)
def test_resource_is_described(name):
    resource = RESOURCES[name]
    for part in ("title", "description", "sources", "licenses", "vintage", "flaws"):
        assert resource[part], f"{name} has no {part}"
    if name not in TABLES:
        assert (
            resource["licenses"][0]["name"] == "ODbL-1.0"
            and "OpenStreetMap" in resource["attribution"]
        )
        assert "示意图" in " ".join(resource["flaws"])
        return
    assert resource["schema"]["primaryKey"]
    for field in resource["schema"]["fields"]:
        assert field["title"] and field["description"], field["name"]
        # A number has a unit, such as 'persons' or 'calendar year'; a text has none.
        assert ("unit" in field) == (field["type"] in ("integer", "number")), (name, field["name"])


def test_sizes_and_checksums_are_fresh_and_tables_are_small():
    stored = (FOLDER / "datapackage.json").read_text(encoding="utf-8")
    assert stored == format_descriptor(FOLDER), "run 'make data'"
    sizes = {path.name: path.stat().st_size for path in FILES}
    assert {name: size for name, size in sizes.items() if size > 400_000} == {}
    assert sum(sizes.values()) < 3_000_000


def test_claims_are_complete_in_order_and_as_printed():
    claims = data.load("claims")
    assert list(claims["claim_id"]) == [f"C{i:02d}" for i in range(1, 83)]
    # Chapters' own cards repeat which claims they treat.
    lessons = {str(int(path.name[:2])) for path in list_lessons(FOLDER.parent)}
    assert set(" ".join(claims["chapters"]).split()) <= lessons
    assert (claims["value"].isna() == claims["qualifier"].isna()).all()
    assert (claims["value"].isna() == claims["unit"].isna()).all()
    printed = claims.dropna(subset=["printed"])
    assert (printed["printed"].astype(float) == printed["value"]).all()


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
    words = r"\b(?:the|of|and|in|to|is|was|by|for|each|km|south|sq|1st)\b"
    english = passages["passage"].str.contains(words, case=False)
    assert (english == (passages["translation"] == "")).all()
    read = passages[passages["where"] != ""]
    assert (read["where"] == read["figure_id"].map(address)).all()


@pytest.mark.parametrize("name", TABLES)
def test_a_loaded_table_follows_its_description(name):
    frame = data.load(name)
    fields = RESOURCES[name]["schema"]["fields"]
    types = {str: "string", int: "integer", float: "number", bool: "boolean"}
    for field in fields:
        values = {*map(type, frame[field["name"]].dropna().tolist())}
        assert {types[one] for one in values} <= {field["type"]}, field["name"]
    assert set(frame.attrs) == {"title", "units", "source", "vintage", "flaws", "license"}
    assert frame.attrs["units"] == {
        field["name"]: field["unit"] for field in fields if "unit" in field
    }
    assert re.fullmatch(r"Source: .+\.", frame.attrs["source"])
    del frame[fields[0]["name"]]
    assert fields[0]["name"] in data.load(name), "each load returns a new frame"


def test_unknown_names_suggest_the_closest_and_list_all():
    with pytest.raises(ValueError, match="did you mean 'province_accounts'") as error:
        data.load("province_acounts")
    assert data.names() == sorted(TABLES) and all(name in str(error.value) for name in TABLES)
    with pytest.raises(ValueError, match="no map 'county'.*the maps are counties, prefectures"):
        data.shapes("county")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be read"),
        ("province_code,province\n110000,Beijing\n", "must have the columns"),
        ("province_code,province,province_zh,in_cluster\n1,B,B,perhaps\n", "cannot be read"),
    ],
)
def test_a_broken_file_is_named(tmp_path, monkeypatch, text, message):
    monkeypatch.setattr(data, "folder", lambda: tmp_path)
    shutil.copy(FOLDER / "datapackage.json", tmp_path)
    (tmp_path / "provinces.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"Table .*provinces.csv {message}"):
        data.load("provinces")
