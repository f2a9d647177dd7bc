"""A schema.org ClaimReview for each whole sentence that is true, true with a correction, or not
borne out."""

import json
from typing import Any
from urllib.parse import urljoin

from sealed_readings.verdicts import CORRECTED, NOT_BORNE_OUT, TRUE

# A search engine shows one word: what depends on a choice, or could not be checked, has none.
REVIEWED = (TRUE, CORRECTED, NOT_BORNE_OUT)


def make_reviews(
    record: dict[str, Any], rows: list[dict[str, str]], reviewer: str, base: str = ""
) -> str:
    """Make the reviews as JSON-LD in a script element for a page's head; empty if there are none.

    `record` is the result of `records.make_record`, `rows` that of `publish.list_rows`. Only claims
    whose words are a whole sentence (`whole`) are reviewed, as the publisher's. Addresses are
    relative unless `base` has the site's address.
    """
    whole = {claim["claim_id"] for claim in record["claims"] if claim["whole"] == "yes"}
    about: dict[str, Any] = {
        "author": {"@type": "Organization", "name": reviewer},
        "inLanguage": "en",
    }
    if record["corrections"]:
        about["datePublished"] = max(row["date"] for row in record["corrections"])
    item = _describe_item(record["article"])
    graph = [
        _make_review(row, item, base) | about
        for row in rows
        if row["claim_id"] in whole and row["verdict"] in REVIEWED
    ]
    if not graph:
        return ""
    reviews = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    content = reviews.replace("</", "<\\/")  # "</" would end the script
    return f'<script type="application/ld+json">{content}</script>\n'


def _describe_item(article: dict[str, Any]) -> dict[str, Any]:
    """The claim's publisher, and the article in which it appeared."""
    publisher = {"@type": "Organization", "name": article["publisher"]}
    appearance = {
        "@type": "NewsArticle",
        "headline": article["title"],
        "datePublished": article["date"],
        "publisher": publisher,
    }
    if article["address"]:
        appearance["url"] = article["address"]
    return {"@type": "Claim", "author": publisher, "appearance": appearance}


def _make_review(row: dict[str, str], item: dict[str, Any], base: str) -> dict[str, Any]:
    address = row["address"]
    return {
        "@type": "ClaimReview",
        "url": urljoin(f"{base.rstrip('/')}/", address) if base else address,
        "claimReviewed": row["quoted"] or row["statement"],
        "itemReviewed": item,
        "reviewRating": {
            "@type": "Rating",
            "alternateName": row["label"],
            "ratingExplanation": row["plain"] or row["sentence"],
        },
    }
