"""A toy article's folder, whole: three claims on a town, two coders, one correction."""

import json
from pathlib import Path

import pytest
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
"""
ROWS = {
    "claims": """\
T-1,rents,Rents rose in Northtown.,,,,2023,Northtown,the article,Compare the means of two years.,
T-2,trees,Northtown has 1200 street trees.,1200,1200,trees,2024,Northtown,the mayor,Count them.,
T-3,traffic,New lanes will calm traffic.,,,,2030,Northtown,the mayor,Name a measure.,A forecast.
""",
    "readings": """\
T-1,change,a,2023 is above 2022.,It is not.,number,euro per m2,0.01,,0.5,0.4,0.6,,rents,true,,,
T-1,change,b,In every quarter.,One without.,number,quarters,,0,,,,,rents,true,The council.,Four quarters.,
T-2,count,a,"A count by others prints as 1,200.",Another count.,number,trees,1150,1249,1310,,,,F1,true,,,
T-3,forecast,-,It names no measure.,,none,,,,,,,,,false,,,
""",
    "figures": """\
F1,trees,Street trees,Northtown,2024,1310,trees,Office of Parks,Tree register,2024-02-01,https://example.org/trees,,,
""",
    "codings": """\
ann,T-1,change,a,The mean rose.,It did not.,number,euro per m2,0.01,,0.5,,,holds,rents,
ann,T-2,count,a,A count by others.,Another count.,number,trees,1150,1249,1310,,,fails,F1,
ann,T-3,forecast,-,It names no measure.,,none,,,,,,,,,
bob,T-1,change,a,The mean rose.,It did not.,number,euro per m2,0.01,,0.5,,,holds,rents,
bob,T-2,count,a,A count by others.,Another count.,document,,,,,,,open,article,
bob,T-3,forecast,-,It names no measure.,,none,,,,,,,,,
""",
    "settlements": "T-2,The register was not known to one coder.\n",
    "corrections": "2024-06-01,T-2,open,not supported,The register was found.\n",
    "places": "T-1,a,Northtown,0.5\nT-1,a,Southtown,0.4\n",
}
SENTENCE = "The register has 1,310 trees."


def fill(folder: Path) -> Folder:
    """Fill a folder that `new` has begun."""
    (folder / "article.yml").write_text(ARTICLE + "units: [quarters, euro per m2]\n", "utf-8")
    for name, rows in ROWS.items():
        with (folder / f"{name}.csv").open("a", encoding="utf-8") as table:
            table.write(rows)
    (folder / "tables" / "rents.csv").write_text("year,rent\n2022,9.5\n2023,10\n", "utf-8")
    verdict = {"claim": "T-2", "statement": "x", "sentence": SENTENCE, "computed": ["a"]}
    shown = {"output_type": "display_data", "metadata": {}, "data": {"application/vnd.verdict+json": verdict}}
    cell = {"cell_type": "code", "metadata": {}, "source": "file()", "execution_count": 1, "outputs": [shown]}
    head = {"cell_type": "markdown", "metadata": {}, "source": "# Trees"}
    about = {"language_info": {"name": "python", "pygments_lexer": "python"}}
    book = {"nbformat": 4, "nbformat_minor": 4, "metadata": about, "cells": [head, cell]}
    (folder / "trees.ipynb").write_text(json.dumps(book), encoding="utf-8")
    return Folder(folder)


@pytest.fixture
def toy(tmp_path) -> Folder:
    begin(tmp_path / "toy")
    return fill(tmp_path / "toy")
