"""A schema.org ClaimReview for each claim that has a verdict, for search engines."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin


def make_reviews(record: dict[str, Any], rows: list[dict[str, str]], reviewer: str, base: str = "") -> str:
    """Make the reviews as JSON-LD in a script element for a page's head.

    `record` is the result of `records.make_record`, `rows` that of `publish.list_rows`. Addresses are
    relative unless `base` has the site's address.
    """
    article = record["article"]
    about: dict[str, Any] = {"author": {"@type": "Organization", "name": reviewer}, "inLanguage": "en"}
    if record["corrections"]:
        about["datePublished"] = max(row["date"] for row in record["corrections"])
    appearance = {
        "@type": "NewsArticle",
        "headline": article["title"],
        "datePublished": article["date"],
        "author": _make_speaker(article["author"], article),
        "publisher": {"@type": "Organization", "name": article["publisher"]},
    }
    if article["address"]:
        appearance["url"] = article["address"]
    graph = [
        {
            "@type": "ClaimReview",
            "url": urljoin(f"{base.rstrip('/')}/", row["address"]) if base else row["address"],
            "claimReviewed": row["quoted"] or row["statement"],
            "itemReviewed": {
                "@type": "Claim",
                "author": _make_speaker(row["attributed_to"], article),
                "appearance": appearance,
            },
            "reviewRating": {
                "@type": "Rating",
                "alternateName": "; ".join(filter(None, [row["label"], row["remark"]])),
                "ratingExplanation": row["sentence"] or "Nothing has been filed in a sentence.",
            },
            **about,
        }
        for row in rows
    ]
    reviews = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    content = reviews.replace("</", "<\\/")  # "</" would end the script
    return f'<script type="application/ld+json">{content}</script>\n'


def _make_speaker(attributed_to: str, article: dict[str, Any]) -> dict[str, str]:
    """Who makes a claim: the article's author if it speaks in its own voice, as in "the title"."""
    name = attributed_to.partition(" (")[0]
    if not name or name[0].islower():
        name = article["author"]
    return {"@type": "Organization" if name in article["organizations"] else "Person", "name": name}
