"""All claims with readings, outcomes, sources and labels in one file, from which pages take them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd

from jingjinji import claims, data, rule
from jingjinji.rule import Reading, kappa, label_of

# Sources that are no table: the article itself, and a calendar on which days are counted.
OTHER = ("article", "calendar")
# What a page says of a cited figure on which a reading rests.
CITED = ("publisher", "title", "date_published", "url", "read_as")


def records() -> list[dict[str, Any]]:
    """All claims with label, readings and sources, as plain values."""
    publishers, tables = data.load("cited_figures").set_index("figure_id"), data.names()
    places = data.load("reading_places").set_index(["claim_id", "reading"])
    ways: dict[str, list[Reading]] = {claim_id: [] for claim_id in claims.ledger().index}
    for reading in claims.all_readings():
        ways[reading.claim_id].append(reading)
    return [
        {
            "claim_id": claim_id,
            "verdict": label_of(rows) if rows else "",
            "readings": [_record(row, publishers, tables) | _by_place(row, places) for row in rows],
        }
        for claim_id, rows in ways.items()
    ]


def codings() -> pd.DataFrame:
    """The label that follows from each coder's readings (`1`, `2`), and the `settled` one, by claim."""
    table = data.load("codings")
    labels = {
        str(coder): {claim: _coded(rows) for claim, rows in by_coder.groupby("claim_id")}
        for coder, by_coder in table.groupby("coder")
    }
    settled = {record["claim_id"]: record["verdict"] for record in records()}
    return pd.DataFrame({**labels, "settled": settled})


def _coded(rows: pd.DataFrame) -> str:
    """The label of one coder's readings of a claim, with the outcomes that the coder decided."""
    blank = dict.fromkeys(Reading.__dataclass_fields__, "")
    return label_of(
        Reading(
            **blank
            | {
                "kind": rule.NONE if row["kind"] == rule.NONE else rule.DOCUMENT,
                "documented": row["outcome"],
                "independent": row["sources"] != "article",
            }
        )
        for row in rows.to_dict("records")
    )


def agreement(labels: pd.DataFrame) -> dict[str, Any]:
    """How often two coders derive the same label, Cohen's kappa, and where the three labels are not one."""
    first, second = labels["1"].tolist(), labels["2"].tolist()
    why = data.load("settlements").set_index("claim_id")["why"]
    unlike = labels[labels.nunique(axis=1) > 1]
    return {
        "agreed": sum(one == other for one, other in zip(first, second, strict=True)),
        "of": len(labels),
        "kappa": round(kappa(first, second), 2),
        "unlike": [{"claim_id": c, **row, "why": why[c]} for c, row in unlike.to_dict("index").items()],
    }


def _record(reading: Reading, figures: pd.DataFrame, tables: Iterable[str]) -> dict[str, Any]:
    plain = {
        name: None if isinstance(value, float) and isnan(value) else value
        for name, value in asdict(reading).items()
        if name not in ("claim_id", "documented", "sources")
    }
    numbers = ("number", "number_low", "number_high", "low_limit", "high_limit")
    derived = {
        "outcome": reading.outcome,
        "found": reading.found,
        "threshold": reading.threshold,
        "shown": {name: reading.shown(getattr(reading, name)) for name in numbers},
    }
    return plain | derived | {"sources": [_source(name, figures, tables) for name in reading.sources.split()]}


def _by_place(reading: Reading, table: pd.DataFrame) -> dict[str, Any]:
    """The numbers of single places, where the table has them."""
    key = (reading.claim_id, reading.reading)
    rows = table.loc[[key]].to_dict("records") if key in table.index else []
    return {"places": [row | {"shown": reading.shown(row["number"])} for row in rows]}


def _source(name: str, figures: pd.DataFrame, tables: Iterable[str]) -> dict[str, str]:
    """A source by its id: a cited figure, a table of the course, or the article itself."""
    if name in figures.index:
        return {"id": name, "kind": "figure", **figures.loc[name, list(CITED)].fillna("").to_dict()}
    if name in tables or name in OTHER:
        return {"id": name, "kind": "table" if name in tables else name}
    raise ValueError(f"{name!r} is no cited figure, no table, and none of: {', '.join(OTHER)}")


def write(target: Path) -> None:
    """Write the file from which pages take labels, readings and sources."""
    target.parent.mkdir(parents=True, exist_ok=True)
    made = {"claims": records(), "agreement": agreement(codings())}
    target.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
