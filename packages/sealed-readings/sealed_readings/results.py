"""What was filed on claims: sentences, and the rows of `results.csv`, `places.csv` and `shares.csv`.

Nobody types a number: a reading's number is one that a notebook computed and stored among its outputs, or
that a script wrote with `cards.write_verdicts`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sealed_readings import rule
from sealed_readings.folder import (
    ARTICLE,
    COLUMNS,
    FOUND,
    PERIOD,
    Folder,
    FolderError,
    format_table,
    read_text,
    reading,
)
from sealed_readings.labels import count

# MIME type of the outputs in which notebooks store verdicts.
VERDICT_MIME = "application/vnd.verdict+json"
Row = dict[str, str]
NUMBER = (*FOUND, *PERIOD)  # what is filed for a reading
WRITTEN = ("results", "places", "shares")  # tables that `collect` writes


@dataclass(frozen=True)
class Filed:
    """What one notebook or script filed on one claim: a sentence, by reading numbers and places, a share."""

    claim: str
    page: str
    sentence: str
    numbers: dict[str, Row]
    places: dict[str, Row]
    share: Row


def round_recorded(number: float) -> float:
    """Round a number to the digits that are the same on every processor."""
    return float(f"{number:.{rule.MOST}g}")


def list_filed(folder: Folder) -> Iterator[Filed]:
    """Read the verdicts in stored outputs of notebooks, or in JSON files of scripts, in their order."""
    for page, path in folder.list_notebooks():
        remedy = "open it in Jupyter, run all cells and save it"
        if path.suffix == ".json":
            remedy = "write it with `cards.write_verdicts`"
        with reading(path.name, remedy):
            content = json.loads(read_text(path))
            verdicts = content if path.suffix == ".json" else _list_stored(content)
            filed = [_read_filed(page, verdict) for verdict in verdicts]
        yield from filed


def _list_stored(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Verdicts among a notebook's outputs, alone or in tables."""
    outputs = (out.get("data", {}) for cell in notebook["cells"] for out in cell.get("outputs", []))
    stored = (data[VERDICT_MIME] for data in outputs if VERDICT_MIME in data)
    return [verdict for content in stored for verdict in content.get("table", [content])]


def _read_filed(page: str, verdict: dict[str, Any]) -> Filed:
    numbers = {
        letter: {name: _format(values[name]) for name in FOUND}
        | {name: str(values.get(name, "") if name == "known" else values[name]) for name in PERIOD}
        for letter, values in verdict.get("numbers", {}).items()
    }
    places = {
        letter: {place: _format(number) for place, number in values.items()}
        for letter, values in verdict.get("places", {}).items()
    }
    share = {name: str(value) for name, value in verdict.get("share", {}).items()}
    return Filed(str(verdict["claim"]), page, str(verdict["sentence"]), numbers, places, share)


def _format(number: float | None) -> str:
    """Format a number as a cell; None is empty."""
    return "" if number is None else f"{round_recorded(float(number)):.10g}"


def collect(folder: Folder) -> dict[str, list[Row]]:
    """Collect the rows of the tables in `WRITTEN` from what was filed, by table.

    Raises
    ------
    FolderError
        If two notebooks file different numbers for a reading or shares for a claim, or a number is filed for
        no known reading.
    """
    known = {(one.claim_id, one.reading) for one in folder.written if one.kind == rule.NUMBER}
    results: dict[tuple[str, str], Row] = {}
    places: dict[tuple[str, str, str], Row] = {}
    shares: dict[str, Row] = {}
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
        if one.share:
            share = {"claim_id": one.claim, **one.share, "chapter": one.page}
            if (first := shares.setdefault(one.claim, share)) | {"chapter": one.page} != share:
                both = f"{first['chapter']} and {one.page}"
                raise FolderError(f"{both} file different shares for {one.claim}; a claim has one")
    # Sorting is stable: the places of a reading stay in the notebook's order.
    listed = sorted(places.values(), key=lambda row: (row["claim_id"], row["reading"]))
    tables = ([results[key] for key in sorted(results)], listed, [shares[key] for key in sorted(shares)])
    return dict(zip(WRITTEN, tables, strict=True))


def _describe(row: Row) -> str:
    number, low, high, start, end, known = (row[name] for name in NUMBER)
    text = number if number and low == high else f"{number} ({low} to {high})".strip()
    return ", ".join(filter(None, [text, start and f"{start} to {end}", known and f"known since {known}"]))


def write_results(folder: Folder) -> list[str]:
    """Write the tables from what was filed; returns a sentence for each consequence.

    Raises `FolderError` as `collect` does, and if nothing was filed: then the tables stay as they are.
    """
    try:
        old = {claim: folder.find_label(claim) for claim, _ in folder.results}
    except FolderError:  # written by another version, or damaged: there is nothing to compare with
        old = {}
    tables = collect(folder)
    if not any(tables.values()):
        patterns = " or ".join(map(repr, folder.article.notebooks)) or "[]"
        found = (
            f"{count(len(folder.list_notebooks()), 'file')} that match `notebooks: {patterns}` in {ARTICLE}"
        )
        raise FolderError(f"nothing is filed in {found}; the tables were not changed")
    changed = [_replace(folder, name, rows) for name, rows in tables.items()]
    if not any(changed):
        return []
    new = Folder(folder.path)
    filed = count(len(tables["results"]), "filed number")
    messages = [f"{new.find_table('results').name} was rewritten from {filed}."]
    for claim, before in old.items():  # without claims that have a first number, which corrects nothing
        if (now := new.find_label(claim)) != before:
            line = f"DATE,{claim},{before},{now},WHY"
            messages.append(f"{claim} was {before!r} and is {now!r} now; add to corrections.csv: {line}")
    return messages


def _replace(folder: Folder, name: str, rows: list[Row]) -> bool:
    """Write a table if it has changed; returns whether it has. An empty table that is missing stays so."""
    text, path = format_table(COLUMNS[name], rows), folder.find_table(name)
    if path.read_bytes() == text.encode() if path.is_file() else not rows:
        return False
    path.write_text(text, encoding="utf-8")
    return True
