"""A coder's sheet: blank, checked, sealed."""

import csv
import re
import shutil
from pathlib import Path

import pytest
from sealed_readings import sheets
from sealed_readings.__main__ import main
from sealed_readings.check import find_problems

from conftest import read_faults

CODING = Path(sheets.__file__).with_name("CODING.md").read_text(encoding="utf-8")


@pytest.fixture
def sheet(toy) -> Path:
    """A complete sheet, which was written blank."""
    assert main(["code", str(toy.path), "cyd"]) == 0
    path = toy.path / "coding" / "cyd.csv"
    blank = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [row["claim_id"] for row in blank] == ["T-1", "T-2", "T-3"]
    assert blank[0]["statement"] == "Rents rose in Northtown." and not blank[0]["reading"]
    assert (
        path.with_name("tables.csv").read_text()
        == "table,column,unit,years\nrents,year,,\nrents,rent,,\n"
    )
    assert len(sheets.find_problems(toy, path)) >= 3
    shutil.copy(Path(__file__).with_name("cyd.csv"), path)
    return path


def test_a_complete_sheet_passes_and_is_sealed_once(toy, sheet, capsys):
    command = ["code", str(toy.path), "cyd"]
    assert main([*command, "--check"]) == 0
    seal = [*command, "--seal", "--is", "clerk", "--given", "article", "--witness", "commit 12"]
    assert main(seal) == 0 and re.search("[0-9a-f]{64}", capsys.readouterr().out)
    assert main(seal) == 2 and "cyd.csv is already sealed" in capsys.readouterr().err
    assert find_problems(toy) == []
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("> 0", "> 1"), encoding="utf-8")
    assert find_problems(toy) == ["coding/cyd.csv differs from the sheet that was sealed."]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["cyd"], "cyd.csv already exists"),
        (["c d"], "is not a valid name for a coder"),
        (["dan", "--check"], "there is no "),
    ],
)
def test_what_cannot_be_done_is_reported(toy, sheet, capsys, arguments, sentence):
    assert main(["code", str(toy.path), *arguments]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(("old", "new", "sentence"), read_faults("sheet_faults.csv"))
def test_a_fault_of_a_sheet_is_reported(toy, sheet, old, new, sentence):
    (toy.path / "coding" / "seals.csv").unlink()  # a sheet after these may leave out claims
    text = sheet.read_text(encoding="utf-8")
    assert old in text
    sheet.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert sentence in "\n".join(sheets.find_problems(toy, sheet))


def test_coders_can_read_of_every_column():
    assert [name for name in sheets.COLUMNS if f"`{name}`" not in CODING] == []
