"""Verdicts speak of the years of their numbers, and chapters name the labels that the ledger
has."""

import re
from collections.abc import Iterator
from typing import Any

from sealed_readings import rule
from sealed_readings.labels import LABELS

from coursework.lint.chapter import Chapter, Finding, list_stored
from jingjinji import claims
from jingjinji.claims import VERDICT_MIME

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SPAN = re.compile(r"\b[Ff]rom (\d{4}) to (\d{4})|\b[Ii]n (\d{4}) than in (\d{4})")
_CLAIM = re.compile(r"\bC\d\d\b")
# Longer labels come first: "true, with a correction" is not "true". Many a sentence is true in
# other ways.
_WORDS = "|".join(
    sorted((label.words.split(" …")[0] for label in LABELS.values()), key=len, reverse=True)
)
_LABEL = re.compile(rf"\bledger (?:says|calls)\b[^.]*?\b({_WORDS})\b")


def _list_periods(card: dict[str, Any]) -> set[tuple[str, str]]:
    """First and last year of a card's numbers for the core that decide, or else of all that come
    near."""
    numbers = {
        letter: (filed["from"][:4], filed["to"][:4]) for letter, filed in card["numbers"].items()
    }
    rows = claims.folder().by_claim[card["claim"]]
    core = [one for one in rows if one.is_core and not one.beside and one.reading in numbers]
    decided = [one for one in core if one.outcome != rule.OPEN]
    return {numbers[one.reading] for one in decided or core} - {("", "")}


def find_other_years(chapter: Chapter) -> Iterator[Finding]:
    """Sentences of verdicts without the years of a number that decides, or with another span before
    it.

    A sentence that names no year is about all of them.
    """
    for cell, stored in list_stored(chapter.notebook, VERDICT_MIME):
        for card in stored.get("table", [stored]):
            sentence = card["sentence"]
            periods = _list_periods(card)
            years = {*_YEAR.findall(sentence)}
            first = [tuple(sorted(filter(None, span))) for span in _SPAN.findall(sentence)][:1]
            named = {period for period in periods if years.issuperset(period)}
            if years and periods and not (named and named.issuperset(first)):
                spans = " or ".join(
                    sorted(" to ".join(dict.fromkeys(period)) for period in periods)
                )
                says = (
                    f"the sentence on {card['claim']} is not about {spans}: {sentence.rstrip('.')}"
                )
                yield chapter.note(
                    cell, says, "Name the years of the number that decides", card["claim"]
                )


def find_other_labels(chapter: Chapter) -> Iterator[Finding]:
    """Sentences of the text that name one claim and a label that it does not have."""
    for cell in chapter.notebook.cells:
        for sentence in (
            re.split(r"(?<=[.;:?!])\s", cell.source) if cell.cell_type == "markdown" else ()
        ):
            named = {*_CLAIM.findall(sentence)}
            if len(named) == 1 and (label := _LABEL.search(sentence)):
                now = claims.folder().say_label(named.pop())
                if not now.startswith(label[1]):
                    says = f"{label[0]!r} in: {' '.join(sentence.rstrip('.').split())}"
                    yield chapter.note(cell, says, f"The ledger says {now!r}", sentence)
