"""The ledger as files for programs (`ledger.csv`, its description, `ledger.json`) and as one plain page."""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from sealed_readings import rule, strip
from sealed_readings.folder import format_table, is_address
from sealed_readings.labels import LABELS, count, make_marks, make_variables, say, say_share
from sealed_readings.records import format_json
from sealed_readings.reviews import make_reviews

PAGE, PLAIN, STYLE = map(Path(__file__).with_name, ("page.html.j2", "plain.css", "ledger.css"))
# Frictionless description of ledger.csv, and from it the columns with their meanings.
DESCRIPTION = Path(__file__).with_name("ledger-package.json")
_SCHEMA = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["resources"][0]["schema"]
FIELDS = {field["name"]: field["description"] for field in _SCHEMA["fields"]}
DOWNLOADS = ("ledger.csv", "ledger.json", "ledger-package.json")


def list_rows(record: dict[str, Any], page: str) -> list[dict[str, str]]:
    """Rows of `ledger.csv`: every claim that has readings. `page` is the address of the ledger's page."""
    rows = []
    for claim in record["claims"]:
        row = dict(claim)
        for outcome in rule.OUTCOMES:
            decided = [one for one in row["readings"] if one["outcome"] == outcome and not one["beside"]]
            row[outcome] = " ".join(one["reading"] for one in decided)
        row["share"] = say_share(row["share"])
        sources = [source["id"] for one in row["readings"] for source in one["sources"]]
        row["sources"] = " ".join(dict.fromkeys(sources))
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
    (folder / DOWNLOADS[0]).write_text(format_table(list(FIELDS), rows), encoding="utf-8", newline="")
    (folder / DOWNLOADS[1]).write_text(format_json(ledger), encoding="utf-8")
    shutil.copyfile(DESCRIPTION, folder / DOWNLOADS[2])


def format_style() -> str:
    """Style sheet of the plain page, with the labels' colours and marks."""
    colours = "".join(f"  {name}: {value};\n" for name, value in make_variables(dark=False).items())
    plain, style = (path.read_text(encoding="utf-8") for path in (PLAIN, STYLE))
    return f"{plain}:root {{\n{colours}}}\n{make_marks()}{style}"


def render_page(record: dict[str, Any], address: str = "") -> str:
    """Render the ledger as one HTML page that needs no other file but the downloads beside it."""
    from jinja2 import Environment, StrictUndefined  # notebooks that file verdicts do not need it

    reviews = make_reviews(record, list_rows(record, "index.html"), record["article"]["publisher"], address)
    functions = (count, is_address, label_claim, say_address, say_pair, say_place, say_share)
    pages = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    return pages.from_string(PAGE.read_text(encoding="utf-8")).render(
        **{function.__name__: function for function in functions},
        **{"record": record, "rule": rule, "labels": LABELS, "downloads": DOWNLOADS},
        **{"say_label": say, "draw": strip.draw, "style": format_style(), "reviews": reviews},
        counts=Counter(claim["verdict"] for claim in record["claims"]),
    )


def say_place(paragraph: str) -> str:
    """Place in an article: the number of a paragraph, or the name of a heading or caption."""
    return f"paragraph {paragraph}" if paragraph.isdigit() else paragraph


def say_address(source: dict[str, str]) -> str:
    """Text for a cited figure that has no address; empty if it has one."""
    return f"no usable address found, searched on {source['searched']}" if source["searched"] else ""


def say_pair(pair: dict[str, Any]) -> str:
    """How often two coders agree, with Cohen's kappa."""
    agreed = f"{pair['agreed']} of {pair['of']}"
    return agreed if pair["kappa"] is None else f"{agreed}, kappa {pair['kappa']:.2f}"
