"""A toy article's folder, whole: three claims on a town, two sealed sheets, one correction."""

import csv
import json
from pathlib import Path

import pytest
from claims_ledger import sheets
from claims_ledger.__main__ import begin
from claims_ledger.folder import Folder

ARTICLE = """\
title: Rents, trees and a mayor
author: A. Writer
publisher: The Town Paper
date: "2024-05-01"
claim_ids: T-[0-9]+
places: [Northtown, Southtown]
subjects: {Homes: [rents], Streets: [trees, traffic]}
corrections: desk@example.org
notebooks: ["*.ipynb"]
units: [quarters, euro per m2]
"""
ROWS = {
    "claims": """\
T-1,rents,Rents rose in Northtown.,rents rose steadily,2,,,,2023,Northtown,the article,Compare two years.,
T-2,trees,Northtown has 1200 street trees.,1200 trees,3,1200,1200,trees,2024,Northtown,a mayor,Count them.,
T-3,traffic,New lanes will calm traffic.,will calm,4,,,,2030,Northtown,a mayor,Name a measure.,
""",
    "readings": """\
T-1,rents rose,change,core,ends,a,2023 is above 2022.,It is not.,number,euro per m2,> 0,,rents,own,,,,
T-1,,,core,every,b,In every quarter.,One without.,number,quarters,= 4,,rents,,The council.,Four quarters.,,
T-1,,,core,placebo,,No table has other towns.,,none,,,,,,,,,
T-1,,,steadily,qualifier,c,Never by much.,A tenth.,number,percent,< 10,,rents,,The council.,All months.,,
T-2,1200 trees,count,core,count,a,A count by others.,Another.,number,trees,"1,150 to < 1,250",,F1,own,,,,
T-2,,,street,qualifier,b,All stand in streets.,One in a park.,document,,,holds,F1,own,,,added late,
T-3,will calm,forecast,core,,,It names no measure.,,none,,,,,,,,,
""",
    "figures": """\
F1,trees,Trees,Northtown,2024,1310,trees,Office of Parks,Tree register,2024-02-01,{},,,official statistics,,
F2,trees,Trees,Northtown,2010,900,trees,The mayor,A speech,2010-02-01,,2024-06-01,,interested party,,Too old.
""".format("https://example.org/trees"),
    "passages": "T-2,b,F1,Bäume an allen Straßen,All trees along streets,page 2\n",
    "settlements": "T-2,The register has them all.\n",
    "corrections": "2024-06-01,T-2,open,not supported,The register was found.\n",
}
SHEET = """\
{0},T-1,,2,rents rose,change,core,ends,a,2023 is above 2022.,It is not.,number,euro per m2,> 0,rents,
{0},T-1,,,,,core,every,b,In every quarter.,One without.,number,quarters,= {1},rents,
{0},T-1,,,,,core,placebo,,No table has other towns.,,none,,,,
{0},T-2,,3,street trees,count,core,count,a,A count.,Another.,number,trees,"1,150 to < 1,250",The parks,
{0},T-3,,4,will calm,forecast,core,,,It will come.,,none,,,,
"""


def read_faults(file: str) -> list:
    """The faults of a table, by name: what is changed into what, and the sentence that names it."""
    with Path(__file__).with_name(file).open(encoding="utf-8", newline="") as table:
        next(rows := csv.reader(table))
        return [pytest.param(*fault, id=name) for name, *fault in rows]


SENTENCE = "The register has 1,310 trees."
FILED = {
    "rents": {
        "T-1": {"numbers": {"a": [0.5, 0.4, 0.6]}, "places": {"a": {"Northtown": 0.5, "Southtown": 0.4}}}
    },
    "trees": {"T-2": {"numbers": {"a": [1310, 1310, 1310]}}, "T-1": {"sentence": "Seen from the trees."}},
}


def write_notebook(folder: Path, name: str, filed: dict[str, dict]) -> None:
    """A notebook that ran and filed verdicts, as one cell's table."""
    rows = [
        {"claim": claim, "statement": "x", "sentence": SENTENCE, "numbers": {}} | v
        for claim, v in filed.items()
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
    (folder / "article.yml").write_text(ARTICLE, "utf-8")
    for name, rows in ROWS.items():
        with (folder / f"{name}.csv").open("a", encoding="utf-8") as table:
            table.write(rows)
    (folder / "tables" / "rents.csv").write_text("year,rent\n2022,9.5\n2023,10\n", "utf-8")
    for name, filed in FILED.items():
        write_notebook(folder, name, filed)
    (folder / "coding").mkdir()
    for coder, quarters in (("ann", 4), ("bob", 3), ("settled", 4)):
        sheet = folder / "coding" / f"{coder}.csv"
        rows = SHEET.format(coder, quarters)
        if coder == "settled":
            rows = rows.replace("rents,\n", "rents,ann a; bob a\n", 1).replace(
                "The parks,", "The parks,ann a"
            )
        sheet.write_text(f"{','.join(sheets.COLUMNS)}\n{rows}", encoding="utf-8")
        sheets.seal(Folder(folder), sheet, "2024-05-20", "a clerk", "the article")
    return Folder(folder)


@pytest.fixture
def toy(tmp_path) -> Folder:
    """The folder with its results collected."""
    from claims_ledger.results import write_results

    begin(tmp_path / "toy")
    write_results(fill(tmp_path / "toy"))
    return Folder(tmp_path / "toy")
