"""A complete article's folder: three claims on a town, two sealed sheets, one correction."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from sealed_readings import results, sheets
from sealed_readings.__main__ import begin
from sealed_readings.folder import Folder

TOY = Path(__file__).with_name("toy")
SENTENCE = "The register has 1,310 trees."
PLACES = {"a": {"Northtown": 0.5, "Southtown": 0.4}}
# What each notebook files, by claim: the numbers of readings in the order of `results.NUMBER`.
FILED = {
    "rents": {"T-1": {"numbers": {"a": [0.5, 0.4, 0.6, "2022", "2023"]}, "places": PLACES}},
    "trees": {
        "T-2": {"numbers": {"a": [1310, 1310, 1310, "2024-02-01", "2024-02-01"]}},
        "T-1": {"sentence": "Seen from the trees."},
    },
}


def read_faults(file: str) -> list:
    """Faults from a table, by name: the text to change, its replacement, and the sentence that
    names it."""
    with Path(__file__).with_name(file).open(encoding="utf-8", newline="") as table:
        next(rows := csv.reader(table))
        return [pytest.param(*fault, id=name) for name, *fault in rows]


def write_notebook(folder: Path, name: str, filed: dict[str, dict]) -> None:
    """Write a notebook that ran and filed verdicts, as one cell's table."""
    table = []
    for claim, verdict in filed.items():
        numbers = {a: dict(zip(results.NUMBER, n)) for a, n in verdict.get("numbers", {}).items()}
        table.append({"claim": claim, "sentence": SENTENCE, **verdict, "numbers": numbers})
    book = {"cells": [{"outputs": [{"data": {results.VERDICT_MIME: {"table": table}}}]}]}
    (folder / f"{name}.ipynb").write_text(json.dumps(book), encoding="utf-8")


def fill(folder: Path) -> Folder:
    """Fill a new folder, including its sealed sheets and notebooks."""
    shutil.copytree(TOY, folder, dirs_exist_ok=True)
    for name, filed in FILED.items():
        write_notebook(folder, name, filed)
    for coder in ("ann", "bob", "settled"):
        sheet = folder / "coding" / f"{coder}.csv"
        sheets.seal(Folder(folder), sheet, "a clerk", "the article", "handed in")
    return Folder(folder)


COLUMNS = (
    "claim_id,verdict,as_far,depends_on,corrected,sentence,evidence,readings,"
    "second,second_verdict,second_as_far,second_depends_on,state_media,without\n"
)
VERDICTS = (
    COLUMNS
    + "T-1,true,yes,,,Rents rose in both years.,A table of rents.,a,"
    + 'did it come about,unchecked,,,"a state paper, for the day",unchecked\n'
    + "T-2,corrected,,,1310 trees,The register has 1310.,The register of 2024.,a,,,,,,\n"
    + "T-3,opinion,,,,A forecast.,Nothing.,,,,,,,\n"
)


def write_verdicts(folder: Path, text: str = VERDICTS) -> None:
    """Write verdicts on the three claims, and the correction that the second needs."""
    (folder / "verdicts.csv").write_text(text, encoding="utf-8")
    with (folder / "corrections.csv").open("a", encoding="utf-8") as table:
        table.write("2024-06-01,T-2,not-borne-out,corrected,A slip of a digit.\n")


@pytest.fixture
def toy(tmp_path) -> Folder:
    """The folder with its results collected."""
    begin(tmp_path / "toy")
    results.write_results(fill(tmp_path / "toy"))
    return Folder(tmp_path / "toy")
