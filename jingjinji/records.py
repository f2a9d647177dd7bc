"""All claims with readings, outcomes, sources and labels in one file, from which pages take them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd

from jingjinji import claims, data
from jingjinji.rule import Reading, label_of

# What a page says of a cited figure on which a reading rests.
CITED = ("publisher", "title", "date_published", "url", "read_as")


def records() -> list[dict[str, Any]]:
    """All claims with label, readings and sources, as plain values."""
    publishers, tables = data.load("cited_figures").set_index("figure_id"), data.names()
    ways: dict[str, list[Reading]] = {claim_id: [] for claim_id in claims.ledger().index}
    for reading in claims.all_readings():
        ways[reading.claim_id].append(reading)
    return [
        {
            "claim_id": claim_id,
            "verdict": label_of(rows) if rows else "",
            "readings": [_record(row, publishers, tables) for row in rows],
        }
        for claim_id, rows in ways.items()
    ]


def _record(reading: Reading, figures: pd.DataFrame, tables: Iterable[str]) -> dict[str, Any]:
    plain = {
        name: None if isinstance(value, float) and isnan(value) else value
        for name, value in asdict(reading).items()
        if name not in ("claim_id", "documented", "sources")
    }
    derived = {"outcome": reading.outcome, "found": reading.found, "threshold": reading.threshold}
    return plain | derived | {"sources": [_source(name, figures, tables) for name in reading.sources.split()]}


def _source(name: str, figures: pd.DataFrame, tables: Iterable[str]) -> dict[str, str]:
    """A source by its id: a cited figure, a table of the course, or the article itself."""
    if name in figures.index:
        return {"id": name, "kind": "figure", **figures.loc[name, list(CITED)].fillna("").to_dict()}
    if name not in {*tables, "article"}:
        raise ValueError(f"{name!r} is no cited figure, no table, and not 'article'")
    return {"id": name, "kind": "article" if name == "article" else "table"}


def write(target: Path) -> None:
    """Write the file from which pages take labels, readings and sources."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(records(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
