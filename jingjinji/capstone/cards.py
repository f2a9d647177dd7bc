"""The five verdict cards: each against its schema, together against the rules of the capstone."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from claims_ledger.cards import find_card_problems

from jingjinji import claims

CARDS, CHAPTERS = 5, 3
# The claims that the finished example treats, beside the chapters, and nobody else may choose.
RESERVED = ("C25", "C33", "C73", "C77", "C81")


def find_chapter(claim: str) -> str:
    """The chapter for which a claim counts: the first that treats it."""
    return str(claims.ledger().loc[claim, "chapters"]).split()[0]


def list_statements(own: pd.DataFrame | None = None) -> dict[str, str]:
    """What each claim of the ledger says, or of another article's."""
    return (claims.ledger() if own is None else own)["statement"].to_dict()


def find_problems(cards: list[dict], *, example: bool = False, own: pd.DataFrame | None = None) -> list[str]:
    """What is wrong with the cards of one notebook, a sentence each.

    `example` is true for the book's own, which must treat the claims that nobody else may choose; `own` is
    the ledger of another article.
    """
    stated = list_statements(own)
    found = [
        sentence
        for place, card in enumerate(cards, start=1)
        for sentence in find_card_problems(card, stated, place)
    ]
    return found or _rules(cards, example, own is not None)


def _rules(cards: list[dict], example: bool, own: bool) -> list[str]:
    if not cards:
        return [
            f"No verdict card is filed; a capstone has {CARDS}: end the notebook with claims.card(...) "
            "for each of your claims."
        ]
    chosen = [card["claim"] for card in cards]
    found = []
    if twice := [claim for claim, times in Counter(chosen).items() if times > 1]:
        found.append(f"{_listed(twice)} has more than one card; file one verdict for each claim.")
    elif len(cards) != CARDS:
        found.append(
            f"{len(cards)} verdict cards are filed; a capstone has {CARDS}, one for each of its claims."
        )
    if own:  # another article knows no chapters, and nothing is kept of it
        return found
    if not example and (kept := sorted(set(chosen) & set(RESERVED))):
        found.append(
            f"{_listed(kept)} {'is' if len(kept) == 1 else 'are'} kept for the example; choose another."
        )
    if len(chapters := {find_chapter(claim) for claim in chosen}) < CHAPTERS:
        found.append(
            f"The claims come from {_listed(sorted(chapters, key=int), 'chapter ')}; take them from at least "
            f"{CHAPTERS} chapters, counting each claim for the first chapter that treats it."
        )
    return found


def _listed(names: list[str], kind: str = "") -> str:
    return kind + ", ".join(names) if names else "no chapter"
