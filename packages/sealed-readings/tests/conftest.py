"""A toy article's folder, whole: three claims on a town, two sealed sheets, one correction."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from sealed_readings import results, sheets
from sealed_readings.__main__ import begin
from sealed_readings.folder import Folder

TOY = Path(__file__).with_name("toy")


def read_faults(file: str) -> list:
    """The faults of a table, by name: what is changed into what, and the sentence that names it."""
    with Path(__file__).with_name(file).open(encoding="utf-8", newline="") as table:
        next(rows := csv.reader(table))
        return [pytest.param(*fault, id=name) for name, *fault in rows]


SENTENCE = "The register has 1,310 trees."
FILED = {
    "rents": {
        "T-1": {
            "numbers": {"a": [0.5, 0.4, 0.6, "2022", "2023"]},
            "places": {"a": {"Northtown": 0.5, "Southtown": 0.4}},
        }
    },
    "trees": {
        "T-2": {"numbers": {"a": [1310, 1310, 1310, "2024-02-01", "2024-02-01"]}},
        "T-1": {"sentence": "Seen from the trees."},
    },
}


def write_notebook(folder: Path, name: str, filed: dict[str, dict]) -> None:
    """A notebook that ran and filed verdicts, as one cell's table."""
    rows = [
        {"claim": claim, "statement": "x", "sentence": SENTENCE}
        | one
        | {
            "numbers": {
                a: dict(zip(results.NUMBER, n, strict=True)) for a, n in one.get("numbers", {}).items()
            }
        }
        for claim, one in filed.items()
    ]
    data = {"application/vnd.verdict+json": {"table": rows}}
    shown = {"output_type": "display_data", "metadata": {}, "data": data}
    cell = {"cell_type": "code", "metadata": {}, "source": "file()", "execution_count": 1, "outputs": [shown]}
    head = {"cell_type": "markdown", "metadata": {}, "source": f"# {name.capitalize()}"}
    about = {"language_info": {"name": "python", "pygments_lexer": "python"}}
    book = {"nbformat": 4, "nbformat_minor": 4, "metadata": about, "cells": [head, cell]}
    (folder / f"{name}.ipynb").write_text(json.dumps(book), encoding="utf-8")


def fill(folder: Path) -> Folder:
    """Fill a folder that `new` has begun, up to its sealed sheets and the notebooks."""
    shutil.copytree(TOY, folder, dirs_exist_ok=True)
    for name, filed in FILED.items():
        write_notebook(folder, name, filed)
    for coder in ("ann", "bob", "settled"):
        sheet = folder / "coding" / f"{coder}.csv"
        sheets.seal(Folder(folder), sheet, "2024-05-20", "a clerk", "the article")
    return Folder(folder)


@pytest.fixture
def toy(tmp_path) -> Folder:
    """The folder with its results collected."""
    begin(tmp_path / "toy")
    results.write_results(fill(tmp_path / "toy"))
    return Folder(tmp_path / "toy")
