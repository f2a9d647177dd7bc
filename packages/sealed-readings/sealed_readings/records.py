"""The ledger as one record: claims with readings, sources, labels and the sentences filed on them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from math import isinf, isnan
from pathlib import Path
from typing import Any

from sealed_readings import rule
from sealed_readings.agreement import measure_agreement
from sealed_readings.folder import WITHOUT_TABLE, Folder, FolderError
from sealed_readings.labels import say
from sealed_readings.results import Filed, choose_deciding, list_filed
from sealed_readings.rule import Reading

# What a page says of a cited figure on which a reading rests.
CITED = ("publisher", "title", "date_published", "url", "searched", "read_as", "standing")
PASSAGE = ("passage", "translation", "where")


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

    `quoted` are the article's words, `sentence` is what the notebook `working` found, which decides the
    claim; `pages` are all that filed something. A claim without readings is not examined yet.
    """
    filed: dict[str, list[Filed]] = defaultdict(list)
    for one in list_filed(folder):
        filed[one.claim].append(one)
    derived = list_verdicts(folder)
    found = []
    for claim_id, claim in folder.claims.items():
        said = choose_deciding(folder, filed[claim_id]) if filed[claim_id] else None
        found.append(
            claim
            | {
                "quoted": claim["sentence"],
                "sentence": said.sentence if said else "",
                "working": said.page if said else "",
                "pages": list(dict.fromkeys(one.page for one in filed[claim_id])),
            }
            | derived[claim_id]
        )
    return found


def list_verdicts(folder: Folder) -> dict[str, dict[str, Any]]:
    """What follows from the tables alone: label, remark and readings of every claim, by its id.

    `verdict` is the label's id, `label` its words, `open` the number of open readings beside it; `before` has
    the label and remark without what came or left once numbers were known, where anything did.
    """
    for number, reading in enumerate(folder.readings, start=2):
        if reading.claim_id not in folder.claims:
            name = folder.find_table("readings").name
            raise FolderError(f"{name}, row {number}: no claim is called {reading.claim_id!r}")
    of_claim = rule.group_by_claim(folder.readings)
    return {name: _describe_verdict(folder, name, of_claim.get(name, [])) for name in folder.claims}


def _describe_verdict(folder: Folder, claim_id: str, rows: list[Reading]) -> dict[str, Any]:
    found, before = rule.decide(rows), rule.decide_before(rows)
    label = found.label if rows else rule.UNEXAMINED
    return {
        "claim_id": claim_id,
        "verdict": label,
        "label": say(label),
        "remark": found.remark,
        "open": found.open,
        "before": say(before.label, before.remark) if any(one.added for one in rows) else "",
        "would_change": [*_list_what_would_change(rows)],
        "readings": [_describe_reading(folder, row) for row in rows],
    }


def _list_what_would_change(rows: list[Reading]) -> Iterable[str]:
    """For each reading what evidence would make its outcome another one."""
    for one in rows:
        if one.kind == rule.NONE or one.is_dropped:
            continue
        if one.outcome == rule.HOLDS:
            yield f"({one.reading}) {one.against}"
        elif one.outcome == rule.FAILS:
            wanted = f"{one.threshold} ({one.unit})." if one.threshold else one.says
            yield f"({one.reading}) {wanted[:1].upper()}{wanted[1:]}"
        else:
            yield f"({one.reading}) {one.decides or one.against}"


def _describe_reading(folder: Folder, one: Reading) -> dict[str, Any]:
    hidden = ("claim_id", "documented", "sources", "standings", "number", "low", "high", "start", "end")
    plain = {name: value for name, value in asdict(one).items() if name not in hidden}
    ends = one.limits if one.kind == rule.NUMBER else None
    places = folder.by_place.get((one.claim_id, one.reading), [])
    passages = folder.passages.get((one.claim_id, one.reading), [])
    return plain | {
        "outcome": "" if one.kind == rule.NONE else one.outcome,
        "obstacle": one.obstacle,
        "found": one.found,
        "measured": one.measured,
        "period": one.period,
        "from": one.start,
        "to": one.end,
        "threshold": one.threshold,
        "number": None if isnan(one.number) else one.number,
        "interval": None if isnan(one.low) else [one.low, one.high],
        "limits": ends and [None if isinf(end) else end for end in (ends.low, ends.high)],
        "shown_limits": ends and ["" if isinf(e) else one.write_whole(e) for e in (ends.low, ends.high)],
        "sources": list(_describe_sources(folder, one)),
        "passages": [{name: row[name] for name in PASSAGE} for row in passages],
        "places": [{"place": p, "number": n, "shown": one.write(n)} for p, n in places],
    }


def _describe_sources(folder: Folder, reading: Reading) -> Iterable[dict[str, str]]:
    """A source by its id: a cited figure, a table, the article itself or a calendar."""
    for name in reading.sources.split():
        if name in folder.figures:
            yield {"id": name, "kind": "figure", **{part: folder.figures[name][part] for part in CITED}}
        elif name in WITHOUT_TABLE:
            yield {"id": name, "kind": name}
        elif name in folder.evidence:
            yield {"id": name, "kind": "table", "standing": folder.find_standing(name)}
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
