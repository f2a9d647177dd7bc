"""The ledger as files: `ledger.csv`, described, and `ledger.json` for programs, `ledger.md` to
read."""

import json
import shutil
from pathlib import Path
from typing import Any

from sealed_readings.folder import format_json, format_table

# Frictionless description of ledger.csv, and from it the columns with their meanings.
DESCRIPTION = Path(__file__).with_name("ledger-package.json")
_SCHEMA = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["resources"][0]["schema"]
FIELDS = {field["name"]: field["description"] for field in _SCHEMA["fields"]}
DOWNLOADS = ("ledger.csv", "ledger.json", "ledger-package.json")
TEXT = "ledger.md"


def list_rows(record: dict[str, Any], page: str) -> list[dict[str, str]]:
    """Rows of `ledger.csv`: every claim that has readings. `page` is the address of the ledger's
    page."""
    rows = []
    for claim in record["claims"]:
        row = dict(claim)
        sources = [source["id"] for one in row["readings"] for source in one["sources"]]
        row["sources"] = " ".join(dict.fromkeys(sources))
        row["against"] = " ".join(row["against"])
        row["address"] = f"{page}#{label_claim(row['claim_id'])}"
        row["working"] = f"{row['working']}.html" if row["working"] else ""
        if row["readings"]:
            rows.append({name: row[name] for name in FIELDS})
    return rows


def label_claim(claim_id: str) -> str:
    """Id of a claim's row on the ledger's page."""
    return f"claim-{claim_id}".lower()


def write_downloads(record: dict[str, Any], folder: Path, page: str) -> None:
    """Write the three files of `DOWNLOADS` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = list_rows(record, page)
    readings = {claim["claim_id"]: claim["readings"] for claim in record["claims"]}
    claims = [row | {"readings": readings[row["claim_id"]]} for row in rows]
    ledger = {"claims": claims, "agreement": record["agreement"]}
    (folder / DOWNLOADS[0]).write_text(
        format_table(list(FIELDS), rows), encoding="utf-8", newline=""
    )
    (folder / DOWNLOADS[1]).write_text(format_json(ledger), encoding="utf-8")
    shutil.copyfile(DESCRIPTION, folder / DOWNLOADS[2])


def format_text(record: dict[str, Any]) -> str:
    """The ledger as Markdown: each claim's words, its verdict, what was found, and what speaks
    against it."""
    article = record["article"]
    parts = [
        f"# {article['title']}",
        f"{article['author']}, {article['publisher']}, {article['date']}",
    ]
    for claim in record["claims"]:
        parts += [
            f"## “{claim['quoted'] or claim['statement']}”",
            f"**{sentence_case(claim['label'])}.**",
        ]
        parts += filter(
            None, [claim["plain"], claim["corrected"] and f"Corrected: “{claim['corrected']}”"]
        )
        if claim["second"]:
            parts.append(
                f"{sentence_case(claim['second'])}? {sentence_case(claim['second_label'])}."
            )
        if claim["evidence"]:
            parts.append(f"Evidence: {claim['evidence']}")
        parts += [f"Against it: {one}" for one in claim["against"]]
        parts += filter(None, [claim["state_media"]])
    return "\n\n".join(parts) + "\n"


def sentence_case(text: str) -> str:
    """A text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def say_place(paragraph: str) -> str:
    """Place in an article: the number of a paragraph, or the name of a heading or caption."""
    return f"paragraph {paragraph}" if paragraph.isdigit() else paragraph


def say_address(source: dict[str, str]) -> str:
    """Text for a cited figure that has no address; empty if it has one."""
    return (
        f"no usable address found, searched on {source['searched']}" if source["searched"] else ""
    )


def say_pair(pair: dict[str, Any]) -> str:
    """How often two coders agree, with Cohen's kappa."""
    agreed = f"{pair['agreed']} of {pair['of']}"
    return agreed if pair["kappa"] is None else f"{agreed}, kappa {pair['kappa']:.2f}"
