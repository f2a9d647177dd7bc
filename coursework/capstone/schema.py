"""The JSON Schema of a verdict card: `capstone/card.schema.json`, with the labels of `data/verdicts.csv`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

TEMPLATE, LABELS = Path("capstone") / "card.schema.json", Path("data") / "verdicts.csv"
# The whole schema, as the capstone's page offers it.
OFFERED = Path("_build") / "capstone" / "card.schema.json"


def read(root: Path) -> dict:
    """The schema of a card, whole."""
    with (root / LABELS).open(encoding="utf-8", newline="") as handle:
        labels = [row["verdict"] for row in csv.DictReader(handle) if row["filed"] == "true"]
    schema = json.loads((root / TEMPLATE).read_text(encoding="utf-8"))
    schema["$defs"]["card"]["properties"]["verdict"] = {
        "enum": labels,
        "description": f"{', '.join(labels[:-1])} or {labels[-1]}",
    }
    return schema


def text(root: Path) -> str:
    """The schema as the file that students download."""
    return json.dumps(read(root), ensure_ascii=False, indent=2) + "\n"
