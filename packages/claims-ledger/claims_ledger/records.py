"""The ledger as one record: claims with readings, sources, labels and the sentences filed on them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import Any

from claims_ledger import rule
from claims_ledger.agreement import kappa
from claims_ledger.folder import WITHOUT_TABLE, Folder, FolderError
from claims_ledger.labels import UNEXAMINED
from claims_ledger.rule import Reading, label_of

# How a stored output of a notebook that files a verdict is marked.
VERDICT_MIME = "application/vnd.verdict+json"
# What a page says of a cited figure on which a reading rests.
CITED = ("publisher", "title", "date_published", "url", "read_as")
NUMBERS = ("number", "number_low", "number_high", "low_limit", "high_limit")


def make_record(folder: Folder) -> dict[str, Any]:
    """All that pages and programs show of a folder, as plain values."""
    article = asdict(folder.article)
    told = ("title", "author", "publisher", "date", "address", "subjects", "organizations", "corrections")
    return {
        "article": {name: article[name] for name in told},
        "claims": list_claims(folder),
        "agreement": measure_agreement(folder),
        "corrections": folder.read_rows("corrections"),
        "figures": folder.read_rows("figures"),
    }


def list_claims(folder: Folder) -> list[dict[str, Any]]:
    """Every claim with its label, its readings, and the sentence that stands on it.

    `pages` are the notebooks that filed one; a claim without readings is not examined yet.
    """
    filed, derived = collect_filed(folder), list_verdicts(folder)
    unsaid = {"sentence": "", "pages": []}
    return [
        unsaid | filed.get(claim_id, {}) | claim | derived[claim_id]
        for claim_id, claim in folder.claims.items()
    ]


def list_verdicts(folder: Folder) -> dict[str, dict[str, Any]]:
    """What follows from the tables alone: label and readings of every claim, by its id."""
    ways: dict[str, list[Reading]] = {claim_id: [] for claim_id in folder.claims}
    for number, reading in enumerate(folder.readings, start=2):
        if reading.claim_id not in ways:
            name = folder.find_table("readings").name
            raise FolderError(f"{name}, row {number}: no claim is called {reading.claim_id!r}")
        ways[reading.claim_id].append(reading)
    return {
        claim_id: {
            "claim_id": claim_id,
            "verdict": label_of(rows) if rows else UNEXAMINED,
            "readings": [_describe_reading(folder, row) for row in rows],
        }
        for claim_id, rows in ways.items()
    }


def read_filed(notebook: Path) -> list[dict[str, Any]]:
    """The verdicts among the stored outputs of one executed notebook, in order."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = (output.get("data", {}) for cell in cells for output in cell.get("outputs", []))
    stored = [data[VERDICT_MIME] for data in outputs if VERDICT_MIME in data]
    return [verdict for content in stored for verdict in content.get("table", [content])]


def collect_filed(folder: Folder) -> dict[str, dict[str, Any]]:
    """What the folder's notebooks filed on each claim, with the `pages` that did."""
    said: dict[str, dict[str, Any]] = {}
    for page, path in folder.list_notebooks():
        for verdict in read_filed(path):
            # A later notebook knows more than an earlier one: its sentence is the one that stands.
            earlier = said.get(verdict["claim"], {}).get("pages", ())
            said[verdict["claim"]] = verdict | {"pages": list(dict.fromkeys([*earlier, page]))}
    return said


def list_labels(folder: Folder) -> dict[str, dict[str, str]]:
    """The labels that follow from each coder's readings and from the settled ones: coder, claim, label."""
    coded: dict[str, dict[str, list[Reading]]] = {}
    for row in folder.read_rows("codings"):
        coded.setdefault(row["coder"], {}).setdefault(row["claim_id"], []).append(_read_coded(row))
    labels = {
        coder: {claim: label_of(rows) for claim, rows in by_claim.items()}
        for coder, by_claim in sorted(coded.items())
    }
    settled: dict[str, list[Reading]] = {}
    for reading in folder.readings:
        settled.setdefault(reading.claim_id, []).append(reading)
    return {**labels, "settled": {claim: label_of(rows) for claim, rows in settled.items()}}


def _read_coded(row: dict[str, str]) -> Reading:
    """A coder's reading, with the outcome that the coder decided."""
    blank: dict[str, Any] = dict.fromkeys(Reading.__dataclass_fields__, "")
    return Reading(
        **blank
        | {
            "kind": rule.NONE if row["kind"] == rule.NONE else rule.DOCUMENT,
            "documented": row["outcome"],
            "independent": row["sources"] != "article",
        }
    )


def measure_agreement(folder: Folder) -> dict[str, Any]:
    """How often two coders derive the same label, Cohen's kappa, and where the three labels are not one.

    Empty where not exactly two have coded.
    """
    labels = list_labels(folder)
    coders = [coder for coder in labels if coder != "settled"]
    if len(coders) != 2:
        return {}
    both = [claim for claim in folder.claims if all(claim in labels[coder] for coder in coders)]
    first, second = ([labels[coder][claim] for claim in both] for coder in coders)
    found = kappa(first, second)
    why = {row["claim_id"]: row["why"] for row in folder.read_rows("settlements")}
    return {
        "agreed": sum(one == other for one, other in zip(first, second, strict=True)),
        "of": len(both),
        **{
            name: None if isnan(value) else round(value, 2)
            for name, value in (("kappa", found.value), ("low", found.low), ("high", found.high))
        },
        "unlike": [
            {"claim_id": claim, "labels": [*given], "settled": settled, "why": why.get(claim, "")}
            for claim, *given in zip(both, first, second, strict=True)
            if {*given} != {settled := labels["settled"].get(claim, UNEXAMINED)}
        ],
    }


def _describe_reading(folder: Folder, reading: Reading) -> dict[str, Any]:
    plain = {
        name: None if isinstance(value, float) and isnan(value) else value
        for name, value in asdict(reading).items()
        if name not in ("claim_id", "documented", "sources")
    }
    places = folder.by_place.get((reading.claim_id, reading.reading), [])
    derived = {
        "outcome": reading.outcome,
        "found": reading.found,
        "threshold": reading.threshold,
        "shown": {name: reading.shown(getattr(reading, name)) for name in NUMBERS},
        "sources": list(_describe_sources(folder, reading)),
        "places": [{"place": p, "number": n, "shown": reading.shown(n)} for p, n in places],
    }
    return plain | derived


def _describe_sources(folder: Folder, reading: Reading) -> Iterable[dict[str, str]]:
    """A source by its id: a cited figure, a table, the article itself or a calendar."""
    for name in reading.sources.split():
        if name in folder.figures:
            yield {"id": name, "kind": "figure", **{part: folder.figures[name][part] for part in CITED}}
        elif name in WITHOUT_TABLE:
            yield {"id": name, "kind": name}
        elif name in folder.evidence:
            yield {"id": name, "kind": "table"}
        else:
            where = f"{folder.find_table('readings').name}, {reading.claim_id} {reading.reading}"
            raise FolderError(
                f"{where}: {name!r} is no cited figure, no table, and none of: {', '.join(WITHOUT_TABLE)}"
            )


def format_json(content: object) -> str:
    """Plain values as the text of a JSON file."""
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_json(target: Path, content: object) -> None:
    """Write a file as JSON."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(format_json(content), encoding="utf-8")
