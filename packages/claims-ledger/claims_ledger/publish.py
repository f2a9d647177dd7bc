"""The ledger for programs (`ledger.csv`, its description, `ledger.json`), and as one plain page."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from html import escape
from pathlib import Path
from typing import Any

from claims_ledger import rule, strip
from claims_ledger.folder import format_table
from claims_ledger.labels import LABELS, count, make_marks, make_slug, make_variables
from claims_ledger.records import write_json
from claims_ledger.reviews import make_reviews, make_script

STYLE = Path(__file__).parent / "sphinx" / "ledger.css"
PLAIN = Path(__file__).with_name("plain.css")  # what a page needs that no site gives a style
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


def render_page(record: dict[str, Any], address: str = "") -> str:
    """The ledger as one page of HTML that needs no other file but the downloads beside it."""
    article = record["article"]
    counts = Counter(claim["verdict"] for claim in record["claims"])
    counted = ", ".join(f"{counts[one.verdict]} {one.verdict}" for one in LABELS if counts[one.verdict])
    rules = "".join(
        f"<dt>{escape(one.verdict)}</dt><dd>{escape(one.rule)}</dd>" for one in LABELS if one.filed
    )
    light = "".join(f"{name}: {value}; " for name, value in make_variables(dark=False).items())
    plain, own = (path.read_text(encoding="utf-8") for path in (PLAIN, STYLE))
    style = f"{plain}:root {{ {light}}}\n{make_marks()}{own}"
    reviews = make_reviews(record, list_rows(record, "index.html"), article["publisher"], address)
    title = f"Claims of “{escape(article['title'])}”"
    said = f"{escape(article['author'])}, {escape(article['publisher'])}, {escape(article['date'])}"
    links = ", ".join(f'<a href="{name}">{name}</a>' for name in DOWNLOADS)
    parts = [
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{style}</style>{make_script(reviews)}</head><body>",
        f"<h1>{title}</h1><p>{said}. {count(len(record['claims']), 'claim')}: {counted}.</p><dl>{rules}</dl>",
        '<table class="ledger"><thead><tr><th>Claim</th><th>What the article says</th>',
        "<th>Verdict</th></tr></thead>",
        *map(_render_claim, record["claims"]),
        f"</table>{_render_agreement(record['agreement'])}{_render_corrections(record)}",
        f"<p>For programs: {links}.</p></body></html>\n",
    ]
    return "\n".join(parts)


def _render_claim(claim: dict[str, Any]) -> str:
    name, label = claim["claim_id"], claim["verdict"]
    listed = "".join(f"<li>{_render_reading(one)}</li>" for one in claim["readings"])
    badge = f'<span class="badge verdict-{make_slug(label)}">{escape(label)}</span> {escape(claim["remark"])}'
    where = escape(say_place(claim["paragraph"]))
    quoted = f"<p>“{escape(claim['quoted'])}” ({where})</p>" if claim["quoted"] else ""
    said = f"{quoted}<p>{escape(claim['statement'])}</p><p>{escape(claim['sentence'])}</p>"
    change = "".join(f"<li>{escape(one)}</li>" for one in claim["would_change"])
    shown = (
        f'<p>{badge}</p>{strip.draw(claim["readings"])}<ul class="readings">{listed}</ul>'
        f'<p>What would change it:</p><ul class="readings">{change}</ul>'
        f'<p><a href="#{label_claim(name)}">Permanent link</a></p>'
    )
    return f'<tr id="{label_claim(name)}"><td>{escape(name)}</td><td>{said}</td><td>{shown}</td></tr>'


def _render_reading(one: dict[str, Any]) -> str:
    if one["kind"] == rule.NONE:
        return f"No reading: {escape(one['says'])}"
    part = "" if one["part"] == rule.CORE else f" (“{one['part']}”)"
    found = f" Found: {one['found']}; to hold, {one['threshold']}." if one["found"] else ""
    sources = "; ".join(_render_source(source) for source in one["sources"])
    rests = f" Rests on: {sources}." if sources else ""
    quoted = "".join(f" “{escape(p['translation'] or p['passage'])}”" for p in one["passages"])
    why = f" ({one['obstacle']})" if one["obstacle"] else ""
    text = escape(f"{why}: {one['says']} {one['decides']}{found}")
    outcome = f'<strong class="outcome-{one["outcome"]}">{one["outcome"]}</strong>'
    return f"{one['reading']}{escape(part)} {outcome}{text}{quoted}{rests}"


def say_place(paragraph: str) -> str:
    """Where in an article its words stand: a paragraph has a number, a heading or caption a name."""
    return f"paragraph {paragraph}" if paragraph.isdigit() else paragraph


def say_address(source: dict[str, str]) -> str:
    """What stands where a cited figure has no address; empty where it has one."""
    return f"no address found, searched on {source['searched']}" if source["searched"] else ""


def _render_source(source: dict[str, str]) -> str:
    if source["kind"] != "figure":
        return escape(source["id"])
    said = escape(f"{source['publisher']}, {source['title']}, {source['date_published'] or 'no date'}")
    if source["url"]:
        return f'<a href="{escape(source["url"])}">{said}</a>'
    return said + (f" ({address})" if (address := say_address(source)) else "")


def _render_agreement(found: dict[str, Any]) -> str:
    """How far coders agree, with each other and with what was settled, a line a level."""
    listed = ""
    for level in found.get("levels", ()):
        pairs = "; ".join(f"{' and '.join(pair['who'])} {say_pair(pair)}" for pair in level["pairs"])
        listed += f"<li>{escape(level['level'])}: {escape(pairs)}</li>"
    return f"<h2>Codings</h2><ul>{listed}</ul>" if found else ""


def say_pair(pair: dict[str, Any]) -> str:
    """How often two agree, and Cohen's kappa with its interval of 95 %."""
    said = f"{pair['agreed']} of {pair['of']}"
    if pair["kappa"] is None:
        return said
    return f"{said}, kappa {pair['kappa']:.2f} ({pair['low']:.2f} to {pair['high']:.2f})"


def _render_corrections(record: dict[str, Any]) -> str:
    rows = sorted(record["corrections"], key=lambda row: row["date"], reverse=True)
    said = [f"{row['date']}, {row['claim_id']}: {row['from']} → {row['to']}. {row['why']}" for row in rows]
    where = record["article"]["corrections"]
    listed = "".join(f"<li>{escape(one)}</li>" for one in said) or "<li>None so far.</li>"
    return f"<h2>Corrections</h2><ul>{listed}</ul>" + (
        f"<p>Send one to {escape(where)}.</p>" if where else ""
    )
