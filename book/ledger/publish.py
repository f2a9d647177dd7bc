"""The ledger for programs: `ledger.csv` and `ledger.json` to download, and a schema.org ClaimReview a claim.

The build writes the two files, and a Frictionless description of the first, beside the tables of the course.
The page of the ledger carries the reviews as JSON-LD, where search engines look for them; ``_config.yml``
describes the article that is reviewed, as `verdict_article`.
"""

import csv
import json
from pathlib import Path
from urllib.parse import urljoin

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import elements, settings
from book.elements import paragraph
from book.ledger import judged
from book.ledger.verdicts import collect, label_claim

FOLDER = "data"
PAGE = "pages/ledger"
# The columns of ledger.csv, and what each means.
FIELDS = {
    "claim_id": "Identifier of the claim.",
    "theme": "Subject to which the claim belongs.",
    "statement": "What the article says, in the course's words.",
    "attributed_to": "Who says so according to the article.",
    "verdict": "The label that follows from the readings.",
    "sentence": "What a chapter found, in a sentence.",
    "holds": "Letters of the readings that hold.",
    "fails": "Letters of the readings that fail.",
    "open": "Letters of the readings that are open.",
    "sources": "Ids of cited figures and names of tables on which the readings rest.",
    "address": "Where the claim stands in the book.",
    "working": "The page on which a chapter examined it; empty where none has filed a sentence.",
}


def list_rows(app: Sphinx) -> list[dict[str, str]]:
    """Every claim as a row of `ledger.csv`."""
    return [_make_row(claim) for claim in collect(app).values() if claim["readings"]]


def _make_row(claim: dict) -> dict[str, str]:
    readings = claim["readings"]
    letters = {
        outcome: " ".join(r["reading"] for r in readings if r["outcome"] == outcome)
        for outcome in ("holds", "fails", "open")
    }
    sources = dict.fromkeys(source["id"] for reading in readings for source in reading["sources"])
    derived = {
        "sources": " ".join(sources),
        "address": f"{PAGE}.html#{label_claim(claim['claim_id'])}",
        "working": f"{claim['pages'][-1]}.html" if claim["pages"] else "",
    }
    return {name: (claim | letters | derived)[name] for name in FIELDS}


def describe() -> dict:
    """A Frictionless description of `ledger.csv`."""
    fields = [{"name": name, "type": "string", "description": said} for name, said in FIELDS.items()]
    resource = {
        "name": "ledger",
        "profile": "tabular-data-resource",
        "path": "ledger.csv",
        "title": "The claims of the article, each with its verdict",
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "schema": {"fields": fields, "primaryKey": "claim_id"},
    }
    return {"profile": "tabular-data-package", "name": "ledger", "resources": [resource]}


def make_reviews(app: Sphinx) -> dict:
    """A schema.org ClaimReview for each claim that has a verdict."""
    article, base = app.config.verdict_article, app.config.html_baseurl
    changed = settings.read_table(Path(app.srcdir, settings.CORRECTIONS))
    about = {
        "author": {"@type": "Organization", "name": app.config.html_title},
        "datePublished": max(row["date"] for row in changed),
        "inLanguage": "en",
    }
    appearance = {
        "@type": "NewsArticle",
        "headline": article["headline"],
        "datePublished": str(article["date"]),
        "author": _make_speaker(article["author"], article),
        "publisher": {"@type": "Organization", "name": article["publisher"]},
    }
    graph = [
        {
            "@type": "ClaimReview",
            "url": urljoin(f"{base.rstrip('/')}/", row["address"]) if base else row["address"],
            "claimReviewed": row["statement"],
            "itemReviewed": {
                "@type": "Claim",
                "author": _make_speaker(row["attributed_to"], article),
                "appearance": appearance,
            },
            "reviewRating": {
                "@type": "Rating",
                "alternateName": row["verdict"],
                "ratingExplanation": row["sentence"] or "No chapter has filed a sentence.",
            },
            **about,
        }
        for row in list_rows(app)
    ]
    return {"@context": "https://schema.org", "@graph": graph}


def _make_speaker(said_by: str, article: dict) -> dict[str, str]:
    """Who makes a claim; where the article speaks in its own voice ("the print title"), its author."""
    name = said_by.partition(" (")[0]
    if name[0].islower():
        name = article["author"]
    return {"@type": "Organization" if name in article["organizations"] else "Person", "name": name}


class Downloads(SphinxDirective):
    """Links to the files, and what each column of the table means."""

    def run(self) -> list[nodes.Node]:
        """A sentence and a list of definitions."""
        up = "../" * self.env.docname.count("/") + FOLDER
        files = {
            "ledger.csv": " has a row for each claim; ",
            "ledger.json": " has the readings, outcomes and sources too; ",
            "ledger-package.json": " describes the table for programs. Its columns:",
        }
        said = paragraph()
        for name, about in files.items():
            said += [nodes.reference("", name, refuri=f"{up}/{name}", internal=True), nodes.Text(about)]
        return [said, elements.definitions([(name, [text]) for name, text in FIELDS.items()], "facts")]


def _write(app: Sphinx, error: Exception | None) -> None:
    if error:
        return
    target = Path(app.outdir, FOLDER)
    target.mkdir(exist_ok=True)
    made, records = list_rows(app), judged.collect(app)
    with (target / "ledger.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(FIELDS), lineterminator="\n")
        writer.writeheader()
        writer.writerows(made)
    whole = [row | {"readings": records[row["claim_id"]]["readings"]} for row in made]
    for name, content in {
        "ledger.json": {"claims": whole, "agreement": judged.measure_agreement(app)},
        "ledger-package.json": describe(),
    }.items():
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        (target / name).write_text(text, encoding="utf-8")


def _add_review(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if page == PAGE:
        # A slash after "<" would end the script.
        text = json.dumps(make_reviews(app), ensure_ascii=False).replace("</", "<\\/")
        context["metatags"] = context.get("metatags", "") + (
            f'<script type="application/ld+json">{text}</script>\n'
        )


def setup(app: Sphinx) -> None:
    """Register the downloads and the reviews."""
    app.add_config_value("verdict_article", {}, "html")
    app.add_directive("verdict-downloads", Downloads)
    app.connect("html-page-context", _add_review, priority=600)
    app.connect("build-finished", _write)
