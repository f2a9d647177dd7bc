"""What was filed on claims: sentences, and the rows of `results.csv` and `places.csv`.

Nobody types a number: a reading's number is one that a notebook computed and stored among its
outputs, or that a script wrote with `cards.write_verdicts`.
"""

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
# Tables that `collect` writes, each with the columns that identify a row.
KEYS = {
    "results": ("claim_id", "reading"),
    "places": ("claim_id", "reading", "place"),
}


@dataclass(frozen=True)
class Filed:
    """What one notebook or script filed on one claim: a sentence, and rows of the tables in
    `KEYS`."""

    claim: str
    page: str
    sentence: str
    rows: dict[str, list[Row]]


def round_recorded(number: float) -> float:
    """Round a number to the digits that are the same on every processor."""
    return float(f"{number:.{rule.MOST}g}")


def list_filed(folder: Folder) -> Iterator[Filed]:
    """Read the verdicts in stored outputs of notebooks, or in JSON files of scripts, in their
    order."""
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
    of = {"claim_id": str(verdict["claim"]), "chapter": page}
    numbers = verdict.get("numbers", {}).items()
    places = verdict.get("places", {}).items()
    rows: dict[str, list[Row]] = {
        "results": [
            of
            | {"reading": letter, **{name: _format(values[name]) for name in FOUND}}
            | {name: str(values.get(name, "")) for name in PERIOD}
            for letter, values in numbers
        ],
        "places": [
            of | {"reading": letter, "place": place, "number": _format(number)}
            for letter, values in places
            for place, number in values.items()
        ],
    }
    return Filed(of["claim_id"], page, str(verdict["sentence"]), rows)


def _format(number: float | None) -> str:
    """Format a number as a cell; None is empty."""
    return "" if number is None else f"{round_recorded(float(number)):.10g}"


def collect(folder: Folder) -> dict[str, list[Row]]:
    """Collect the rows of the tables in `KEYS` from what was filed, by table.

    Raises `FolderError` if two notebooks file different values for one row, or a reading is not
    known.
    """
    known = {(one.claim_id, one.reading) for one in folder.written if one.kind == rule.NUMBER}
    tables: dict[str, dict[tuple[str, ...], Row]] = {name: {} for name in KEYS}
    for one in list_filed(folder):
        for name, row in ((name, row) for name, rows in one.rows.items() for row in rows):
            key = tuple(row[column] for column in KEYS[name])
            if "reading" in row and key[:2] not in known:
                raise FolderError(
                    f"{one.page} files a number for {' '.join(key)}, which is not a reading of the"
                    f" kind {rule.NUMBER} in {folder.find_table('readings').name}; correct and"
                    " rerun its cell"
                )
            earlier = tables[name].get(key, row)
            if (filed := _describe(row)) != (before := _describe(earlier)):
                raise FolderError(
                    f"{earlier['chapter']} files {before} for {' '.join(key)} and {one.page} files"
                    f" {filed}; one reading has one number and one period"
                )
            tables[name][key] = row
    # Sorting is stable: the places of a reading stay in the notebook's order.
    return {
        name: [
            {column: row[column] for column in COLUMNS[name]}
            for row in sorted(
                rows.values(), key=lambda row: (row["claim_id"], row.get("reading", ""))
            )
        ]
        for name, rows in tables.items()
    }


def _describe(row: Row) -> str:
    return ", ".join(
        text for name, text in row.items() if text and name not in (*KEYS["places"], "chapter")
    )


def write_results(folder: Folder) -> list[str]:
    """Write the tables from what was filed; returns a sentence if one has changed.

    Raises `FolderError` as `collect` does, and if nothing was filed: then the tables stay as they
    are.
    """
    tables = collect(folder)
    if not any(tables.values()):
        files = count(len(folder.list_notebooks()), "file")
        setting = (
            f"`notebooks: {' or '.join(map(repr, folder.article.notebooks)) or '[]'}` in {ARTICLE}"
        )
        raise FolderError(
            f"nothing is filed in {files} that match {setting}; the tables were not changed"
        )
    changed = [_replace(folder, name, rows) for name, rows in tables.items()]
    if not any(changed):
        return []
    filed = count(len(tables["results"]), "filed number")
    return [f"{folder.find_table('results').name} was rewritten from {filed}."]


def _replace(folder: Folder, name: str, rows: list[Row]) -> bool:
    """Write a table if it has changed; returns whether it has. An empty table that is missing stays
    so."""
    text = format_table(COLUMNS[name], rows)
    path = folder.find_table(name)
    with reading(path.name, "close or move it"):
        if path.read_bytes() == text.encode() if path.exists() else not rows:
            return False
        path.write_text(text, encoding="utf-8")
    return True
