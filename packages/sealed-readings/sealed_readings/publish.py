"""The ledger for programs (`ledger.csv`, its description, `ledger.json`), and as one plain page."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from sealed_readings import rule, strip
from sealed_readings.folder import format_table
from sealed_readings.labels import LABELS, count, make_marks, make_variables, say
from sealed_readings.records import write_json
from sealed_readings.reviews import make_reviews, make_script

FILES = ("page.html.j2", "plain.css", "ledger.css")
PAGE, PLAIN, STYLE = (Path(__file__).with_name(name) for name in FILES)
# A Frictionless description of ledger.csv: its columns, and what each means.
DESCRIPTION = Path(__file__).with_name("ledger-package.json")
_SCHEMA = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["resources"][0]["schema"]
FIELDS = {field["name"]: field["description"] for field in _SCHEMA["fields"]}
DOWNLOADS = ("ledger.csv", "ledger.json", "ledger-package.json")


def list_rows(record: dict[str, Any], page: str) -> list[dict[str, str]]:
    """Every claim that has readings as a row of `ledger.csv`; `page` is the address of the ledger's page."""
    return [_make_row(claim, page) for claim in record["claims"] if claim["readings"]]


def label_claim(claim: str) -> str:
    """The id of a claim's row on the ledger's page."""
    return f"claim-{claim}".lower()


def _make_row(claim: dict[str, Any], page: str) -> dict[str, str]:
    readings = claim["readings"]
    letters = {
        outcome: " ".join(r["reading"] for r in readings if r["outcome"] == outcome)
        for outcome in (rule.HOLDS, rule.FAILS, rule.OPEN)
    }
    derived = {
        "sources": " ".join(dict.fromkeys(source["id"] for r in readings for source in r["sources"])),
        "address": f"{page}#{label_claim(claim['claim_id'])}",
        "working": f"{claim['working']}.html" if claim["working"] else "",
    }
    return {name: (claim | letters | derived)[name] for name in FIELDS}


def write_downloads(record: dict[str, Any], target: Path, page: str) -> None:
    """Write the three files of `DOWNLOADS` into a folder."""
    target.mkdir(parents=True, exist_ok=True)
    rows = list_rows(record, page)
    (target / DOWNLOADS[0]).write_text(format_table(list(FIELDS), rows), encoding="utf-8", newline="")
    readings = {claim["claim_id"]: claim["readings"] for claim in record["claims"]}
    whole = [row | {"readings": readings[row["claim_id"]]} for row in rows]
    write_json(target / DOWNLOADS[1], {"claims": whole, "agreement": record["agreement"]})
    shutil.copyfile(DESCRIPTION, target / DOWNLOADS[2])


def format_style() -> str:
    """The style of ledger, cards and findings with the labels' colours and marks, whatever the theme.

    Values that a theme gives come before ours, as it sets them by a longer selector.
    """
    colours = "".join(f"  {name}: {value};\n" for name, value in make_variables(dark=False).items())
    plain, own = (path.read_text(encoding="utf-8") for path in (PLAIN, STYLE))
    return f"{plain}:root {{\n{colours}}}\n{make_marks()}{own}"


def render_page(record: dict[str, Any], address: str = "") -> str:
    """The ledger as one page of HTML that needs no other file but the downloads beside it."""
    # Not above: a notebook that files verdicts need not wait for it.
    from jinja2 import Environment, StrictUndefined

    reviews = make_reviews(record, list_rows(record, "index.html"), record["article"]["publisher"], address)
    made = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    saying = (count, label_claim, say_address, say_pair, say_place)
    made.globals |= {one.__name__: one for one in saying} | {"draw": strip.draw, "rule": rule}
    counts = Counter(claim["verdict"] for claim in record["claims"])
    parts = {"style": format_style(), "reviews": make_script(reviews), "counts": counts}
    template = made.from_string(PAGE.read_text(encoding="utf-8"))
    return template.render(record=record, labels=LABELS, say_label=say, downloads=DOWNLOADS, **parts)


def say_place(paragraph: str) -> str:
    """Where in an article its words stand: a paragraph has a number, a heading or caption a name."""
    return f"paragraph {paragraph}" if paragraph.isdigit() else paragraph


def say_address(source: dict[str, str]) -> str:
    """What stands where a cited figure has no address to link; empty where it has one."""
    return f"no usable address found, searched on {source['searched']}" if source["searched"] else ""


def say_pair(pair: dict[str, Any]) -> str:
    """How often two agree, and Cohen's kappa with its interval of 95 %."""
    said = f"{pair['agreed']} of {pair['of']}"
    if pair["kappa"] is None:
        return said
    return f"{said}, kappa {pair['kappa']:.2f} ({pair['low']:.2f} to {pair['high']:.2f})"
