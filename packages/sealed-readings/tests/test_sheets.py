"""A coder's sheet: blank, checked, sealed; limits that are exact at the edge."""

import csv
import re
import shutil
from pathlib import Path

import pytest
from sealed_readings import limits, sheets
from sealed_readings.__main__ import main
from sealed_readings.check import find_problems
from sealed_readings.sheets import FAMILIES, WAYS

from conftest import read_faults

CODING = Path(sheets.__file__).with_name("CODING.md").read_text(encoding="utf-8")


@pytest.fixture
def sheet(toy) -> Path:
    assert main(["code", str(toy.path), "cyd"]) == 0
    target = toy.path / "coding" / "cyd.csv"
    with target.open(encoding="utf-8", newline="") as handle:
        blank = list(csv.DictReader(handle))
    assert [row["claim_id"] for row in blank] == ["T-1", "T-2", "T-3"]
    assert blank[0]["statement"] == "Rents rose in Northtown." and not blank[0]["reading"]
    assert (target.with_name("tables.csv")).read_text() == "table,column,unit\nrents,year,\nrents,rent,\n"
    assert len(sheets.find_problems(toy, target)) >= 3
    shutil.copy(Path(__file__).with_name("cyd.csv"), target)
    return target


def test_a_whole_sheet_passes_and_is_sealed_once(toy, sheet, capsys):
    assert main(["code", str(toy.path), "cyd", "--check"]) == 0
    asked = ["code", str(toy.path), *["cyd", "--seal", "2024-07-01", "--is", "clerk", "--given", "article"]]
    assert main(asked) == 0 and re.search("[0-9a-f]{64}", capsys.readouterr().out)
    assert main(asked) == 2 and "cyd.csv is sealed already" in capsys.readouterr().err
    assert find_problems(toy) == []
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("> 0", "> 1"), encoding="utf-8")
    assert find_problems(toy) == ["coding/cyd.csv is not as it was sealed."]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["cyd"], "cyd.csv is there already"),
        (["c d"], "is no name for a coder"),
        (["dan", "--check"], "there is no "),
        (["cyd", "--seal", "soon"], "'soon' is no date; write it as 2000-01-31"),
    ],
)
def test_what_cannot_be_done_is_said(toy, sheet, capsys, arguments, sentence):
    assert main(["code", str(toy.path), *arguments]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(("old", "new", "sentence"), read_faults("sheet_faults.csv"))
def test_a_fault_of_a_sheet_is_named(toy, sheet, old, new, sentence):
    text = sheet.read_text(encoding="utf-8")
    assert old in text
    sheet.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(sentence in one for one in sheets.find_problems(toy, sheet)), sheets.find_problems(toy, sheet)


@pytest.mark.parametrize(
    ("text", "within", "outside"),
    [
        ("> 50", [50.01], [50, 49]),
        (">= 21", [21], [20.9]),
        ("< 0", [-0.1], [0]),
        ("<= 3", [3], [3.1]),
        ("= 21", [21], [20, 22]),
        ("1.75 to 1.85", [1.75, 1.85], [1.74, 1.86]),
        ("1,150 to < 1,250", [1150, 1249.9], [1250]),
        ("−2 to -1", [-2, -1], [0]),
    ],
)
def test_limits_are_exact_at_the_edge(text, within, outside):
    found = limits.parse(text)
    assert all(map(found.holds, within)) and not any(map(found.holds, outside))


@pytest.mark.parametrize("text", ["", "50", "more than 50", "2 to 1", "> fifty"])
def test_what_says_no_limit_is_refused(text):
    with pytest.raises(ValueError, match="says no limits; write '> 50'"):
        limits.parse(text)


def test_a_coder_reads_of_every_column_family_and_way():
    for name in (*sheets.COLUMNS, *FAMILIES, *WAYS):
        assert f"`{name}`" in CODING, name
    of_ways = {way for family in FAMILIES.values() for way in re.split(r"[ |+]", family["ways"])} - {""}
    assert of_ways == set(WAYS)
