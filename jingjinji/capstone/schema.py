"""The JSON Schema of a verdict card: `card.schema.json`, with the labels of `data/verdicts.csv`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jingjinji import claims

TEMPLATE = Path(__file__).with_name("card.schema.json")
# The whole schema, as the capstone's page offers it.
OFFERED = Path("_build") / "capstone" / "card.schema.json"


def read() -> dict[str, Any]:
    """The schema of a card, whole."""
    labels = list(claims.VERDICTS)
    schema: dict[str, Any] = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    schema["$defs"]["card"]["properties"]["verdict"] = {
        "enum": labels,
        "description": f"{', '.join(labels[:-1])} or {labels[-1]}",
    }
    return schema


def text() -> str:
    """The schema as the file that students download."""
    return json.dumps(read(), ensure_ascii=False, indent=2) + "\n"
