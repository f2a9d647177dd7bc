"""What notebooks filed on claims: sentences, and the numbers that become `results.csv` and `places.csv`.

Nobody types a number: a reading's is the one that a notebook computed and stored among its outputs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sealed_readings import rule
from sealed_readings.folder import (
    COLUMNS,
    FOUND,
    PERIOD,
    Folder,
    FolderError,
    Results,
    format_table,
    read_text,
    reading,
)

# How a stored output of a notebook that files a verdict is marked.
VERDICT_MIME = "application/vnd.verdict+json"
Row = dict[str, str]
NUMBER = (*FOUND, *PERIOD)  # what is filed for a reading


@dataclass(frozen=True)
class Filed:
    """What one notebook filed on one claim; `numbers` has number, lowest, highest and period by reading."""

    claim: str
    page: str
    sentence: str
    numbers: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[str, dict[str, float]] = field(default_factory=dict)


def round_recorded(number: float) -> float:
    """A number as it is filed: at as many digits as any processor computes alike."""
    return float(f"{number:.{rule.MOST}g}")


def read_outputs(notebook: Path) -> list[dict[str, Any]]:
    """The verdicts among the stored outputs of one executed notebook, in order."""
    cells = json.loads(read_text(notebook))["cells"]
    outputs = (output.get("data", {}) for cell in cells for output in cell.get("outputs", []))
    stored = [data[VERDICT_MIME] for data in outputs if VERDICT_MIME in data]
    return [verdict for content in stored for verdict in content.get("table", [content])]


def list_filed(folder: Folder) -> Iterator[Filed]:
    """All that the folder's notebooks filed, in their order."""
    for page, path in folder.list_notebooks():
        with reading(path.name, "open it in Jupyter, run all cells and save it"):
            filed = [_read_filed(page, one) for one in read_outputs(path)]
        yield from filed


def _read_filed(page: str, one: dict[str, Any]) -> Filed:
    numbers = {
        letter: {name: None if values[name] is None else float(values[name]) for name in FOUND}
        | {name: str(values[name]) for name in PERIOD}
        for letter, values in one.get("numbers", {}).items()
    }
    places = {
        letter: {place: float(number) for place, number in found.items()}
        for letter, found in one.get("places", {}).items()
    }
    return Filed(str(one["claim"]), page, str(one["sentence"]), numbers, places)


def choose_deciding(folder: Folder, filed: list[Filed]) -> Filed:
    """Of what was filed on one claim that which decides it, whose sentence stands on the claim.

    It is the last that has a number for the core; where none has, the first.
    """
    core = {one.reading for one in folder.written if one.claim_id == filed[0].claim and one.is_core}
    return next((one for one in reversed(filed) if core & one.numbers.keys()), filed[0])


def collect(folder: Folder) -> tuple[list[Row], list[Row]]:
    """The rows of `results.csv` and of `places.csv` as the notebooks have them.

    Raises
    ------
    FolderError
        If two notebooks file unlike numbers for one reading, or one files a number for what is no reading.
    """
    known = {(one.claim_id, one.reading) for one in folder.written if one.kind == rule.NUMBER}
    results: dict[tuple[str, str], Row] = {}
    places: dict[tuple[str, str, str], Row] = {}
    for one in list_filed(folder):
        for letter, values in one.numbers.items():
            key = (one.claim, letter)
            if key not in known:
                raise FolderError(
                    f"{one.page} files a number for {one.claim} {letter}, which is no reading of the kind "
                    f"{rule.NUMBER} in {folder.find_table('readings').name}; mend its cell and run it again"
                )
            row = {"claim_id": one.claim, "reading": letter}
            row |= {name: _write(values[name]) for name in NUMBER}
            earlier = results.setdefault(key, row | {"chapter": one.page})
            if any(earlier[name] != value for name, value in row.items()):
                raise FolderError(
                    f"{earlier['chapter']} files {_say(earlier)} for {one.claim} {letter} and "
                    f"{one.page} files {_say(row)}; one reading has one number and one period"
                )
            results[key] = row | {"chapter": one.page}
        for letter, found in one.places.items():
            for place, number in found.items():
                cells = (one.claim, letter, place, _write(number))
                places[cells[:3]] = dict(zip(COLUMNS["places"], cells, strict=True))
    # The places of a reading in the order in which the notebook names them.
    listed = sorted(places.values(), key=lambda row: (row["claim_id"], row["reading"]))
    return [results[key] for key in sorted(results)], listed


def _write(value: float | str | None) -> str:
    """A cell: a number, a date, or nothing."""
    return f"{round_recorded(value):.10g}" if isinstance(value, int | float) else value or ""


def _say(row: Row) -> str:
    number, low, high, start, end = (row[name] for name in NUMBER)
    said = number if number and low == high else f"{number} ({low} to {high})".strip()
    return f"{said}, {start} to {end}" if start else said


def write_results(folder: Folder) -> list[str]:
    """Write both tables from what the notebooks filed; returns what changed by it, a sentence each.

    A folder that names no notebooks keeps the tables that it has. Raises `FolderError` as `collect` does.
    """
    if not folder.article.notebooks:
        return []
    try:
        before = folder.results
    except FolderError:  # of another version, or spoiled: it is made anew, and nothing can be compared
        before = {}
    old = _decide(folder, before)
    results, places = collect(folder)
    changed = [_replace(folder, name, rows) for name, rows in (("results", results), ("places", places))]
    if not any(changed):
        return []
    new = _decide(folder, Folder(folder.path).results)
    said = [f"{folder.find_table('results').name} is written anew from {len(results)} numbers of notebooks."]
    filed = {claim for claim, _ in before}
    for claim, label in new.items():
        if old[claim] != label and claim in filed:  # a first number corrects nothing
            line = f"DATE,{claim},{old[claim]},{label},WHY"
            said.append(
                f"{claim} was {old[claim]!r} and is {label!r} now: corrections.csv wants a line {line}"
            )
    return said


def _decide(folder: Folder, results: Results) -> dict[str, str]:
    of_claim = rule.group_by_claim(folder.fill(results))
    return {claim: rule.label_of(of_claim.get(claim, [])) for claim in folder.claims}


def _replace(folder: Folder, name: str, rows: list[Row]) -> bool:
    """Write a table, if it is another one than there is."""
    text, path = format_table(COLUMNS[name], rows), folder.find_table(name)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True
