"""What notebooks filed on claims: sentences, and the numbers for `results.csv` and `places.csv`.

Nobody types a number: a reading's number is one that a notebook computed and stored among its outputs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sealed_readings import rule
from sealed_readings.folder import (
    COLUMNS,
    FOUND,
    PERIOD,
    Folder,
    FolderError,
    format_table,
    read_text,
    reading,
)

# MIME type of the outputs in which notebooks store verdicts.
VERDICT_MIME = "application/vnd.verdict+json"
Row = dict[str, str]
NUMBER = (*FOUND, *PERIOD)  # what is filed for a reading


@dataclass(frozen=True)
class Filed:
    """What one notebook filed on one claim: a sentence, and by reading the cells of results and places."""

    claim: str
    page: str
    sentence: str
    numbers: dict[str, Row]
    places: dict[str, Row]


def round_recorded(number: float) -> float:
    """Round a number to the digits that are the same on every processor."""
    return float(f"{number:.{rule.MOST}g}")


def list_filed(folder: Folder) -> Iterator[Filed]:
    """Read the verdicts among the stored outputs of the folder's notebooks, in their order."""
    for page, path in folder.list_notebooks():
        with reading(path.name, "open it in Jupyter, run all cells and save it"):
            cells = json.loads(read_text(path))["cells"]
            outputs = (output.get("data", {}) for cell in cells for output in cell.get("outputs", []))
            stored = [data[VERDICT_MIME] for data in outputs if VERDICT_MIME in data]
            verdicts = [verdict for content in stored for verdict in content.get("table", [content])]
            filed = [_read_filed(page, verdict) for verdict in verdicts]
        yield from filed


def _read_filed(page: str, verdict: dict[str, Any]) -> Filed:
    numbers = {
        letter: {name: _format(values[name]) for name in FOUND} | {name: str(values[name]) for name in PERIOD}
        for letter, values in verdict.get("numbers", {}).items()
    }
    places = {
        letter: {place: _format(number) for place, number in values.items()}
        for letter, values in verdict.get("places", {}).items()
    }
    return Filed(str(verdict["claim"]), page, str(verdict["sentence"]), numbers, places)


def _format(number: float | None) -> str:
    """Format a number as a cell; None is empty."""
    return "" if number is None else f"{round_recorded(float(number)):.10g}"


def collect(folder: Folder) -> tuple[list[Row], list[Row]]:
    """Collect the rows of `results.csv` and `places.csv` from the notebooks.

    Raises
    ------
    FolderError
        If two notebooks file different numbers for a reading, or a number is filed for no known reading.
    """
    known = {(one.claim_id, one.reading) for one in folder.written if one.kind == rule.NUMBER}
    results: dict[tuple[str, str], Row] = {}
    places: dict[tuple[str, str, str], Row] = {}
    for one in list_filed(folder):
        for letter, cells in one.numbers.items():
            key = one.claim, letter
            if key not in known:
                raise FolderError(
                    f"{one.page} files a number for {one.claim} {letter}, which is not a reading of the kind "
                    f"{rule.NUMBER} in {folder.find_table('readings').name}; correct and rerun its cell"
                )
            earlier = results.get(key, cells)
            if any(earlier[name] != cells[name] for name in NUMBER):
                raise FolderError(
                    f"{earlier['chapter']} files {_describe(earlier)} for {one.claim} {letter} and "
                    f"{one.page} files {_describe(cells)}; one reading has one number and one period"
                )
            results[key] = {"claim_id": one.claim, "reading": letter, **cells, "chapter": one.page}
        for letter, cells in one.places.items():
            for place, number in cells.items():
                row = one.claim, letter, place, number
                places[row[:3]] = dict(zip(COLUMNS["places"], row, strict=True))
    # Sorting is stable: the places of a reading stay in the notebook's order.
    listed = sorted(places.values(), key=lambda row: (row["claim_id"], row["reading"]))
    return [results[key] for key in sorted(results)], listed


def _describe(row: Row) -> str:
    number, low, high, start, end = (row[name] for name in NUMBER)
    text = number if number and low == high else f"{number} ({low} to {high})".strip()
    return f"{text}, {start} to {end}" if start else text


def write_results(folder: Folder) -> list[str]:
    """Write both tables from what the notebooks filed; returns a sentence for each consequence.

    A folder that names no notebooks keeps its tables. Raises `FolderError` as `collect` does.
    """
    if not folder.article.notebooks:
        return []
    try:
        old = {claim: folder.find_label(claim) for claim, _ in folder.results}
    except FolderError:  # written by another version, or damaged: there is nothing to compare with
        old = {}
    results, places = collect(folder)
    changed = [_replace(folder, name, rows) for name, rows in (("results", results), ("places", places))]
    if not any(changed):
        return []
    new = Folder(folder.path)
    messages = [f"{new.find_table('results').name} was rewritten from {len(results)} numbers in notebooks."]
    for claim, before in old.items():  # without claims that have a first number, which corrects nothing
        if (now := new.find_label(claim)) != before:
            line = f"DATE,{claim},{before},{now},WHY"
            messages.append(f"{claim} was {before!r} and is {now!r} now; add to corrections.csv: {line}")
    return messages


def _replace(folder: Folder, name: str, rows: list[Row]) -> bool:
    """Write a table if it has changed; returns whether it has."""
    text, path = format_table(COLUMNS[name], rows), folder.find_table(name)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True
