"""The five verdict cards: each against the schema, and the five together against the rules of the
capstone."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from jsonschema import Draft202012Validator, ValidationError  # type: ignore[import-untyped]

from jingjinji import claims
from jingjinji.capstone import schema

SCHEMA = schema.read()
CARDS, CHAPTERS = 5, 3
# The claims that the finished example treats, beside the chapters, and nobody else may choose.
RESERVED = ("C25", "C33", "C73", "C77", "C81")


def find_chapter(claim: str) -> str:
    """The chapter for which a claim counts: the first that treats it."""
    return str(claims.ledger().loc[claim, "chapters"]).split()[0]


def find_problems(cards: list[dict], *, example: bool = False, own: pd.DataFrame | None = None) -> list[str]:
    """What is wrong with the cards of one notebook, a sentence each.

    `example` is true for the book's own, which must treat the claims that nobody else may choose; `own` is
    the ledger of another article.
    """
    found = [
        sentence
        for place, card in enumerate(cards, start=1)
        for sentence in find_card_problems(card, place, own)
    ]
    return found or _rules(cards, example, own is not None)


def find_card_problems(card: dict, place: int = 1, own: pd.DataFrame | None = None) -> list[str]:
    """What is wrong with one card; `place` tells it from others if it names no claim."""
    name = f"The card on {card['claim']}" if card.get("claim") else f"Card {place}"
    found = [f"{name}: {_sentence(e)}" for e in Draft202012Validator(SCHEMA).iter_errors(card)]
    if found:
        return found
    ledger = claims.ledger() if own is None else own
    if card["claim"] not in ledger.index:
        return [f"{name}: no claim has this id; they run from {ledger.index[0]} to {ledger.index[-1]}."]
    if card["statement"] != ledger.loc[card["claim"], "statement"]:
        return [f"{name}: the statement is not the ledger's; file it with the function that puts it there."]
    return []


def _sentence(error: ValidationError) -> str:
    fields = SCHEMA["$defs"]["card"]["properties"]
    if error.validator == "required":
        missing = next(field for field in error.validator_value if field not in error.instance)
        return f"`{missing}` is missing; it must say {fields[missing]['description']}."
    if error.validator == "additionalProperties":
        extra = ", ".join(sorted(set(error.instance) - set(fields)))
        return f"it has a field that no card has: {extra}."
    if not error.path:
        return "it is no card; file it with claims.card."
    field = error.path[0]
    fault = {
        "minLength": "is empty",
        "maxLength": f"has {len(str(error.instance))} characters",
        "type": "is not a text",
    }.get(error.validator, f"is {error.instance!r}")
    return f"`{field}` {fault}; it must say {fields[field]['description']}."


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
