"""What a notebook shows and files of a claim: the claim, a verdict that follows from its readings, a card.

A card's label is its author's own; `find_card_problems` holds a card to its schema, `card.schema.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from html import escape
from math import isnan
from pathlib import Path
from typing import Any

from claims_ledger import rule
from claims_ledger.folder import Folder
from claims_ledger.labels import LABELS, VERDICTS
from claims_ledger.records import VERDICT_MIME
from claims_ledger.rule import Reading, label_of

SCHEMA = Path(__file__).with_name("card.schema.json")


@dataclass(frozen=True)
class Claim:
    """One sentence of the article that can be asked for evidence.

    `printed` is the number as the article prints it (its digits say how exact it claims to be),
    `value` the same as a float in `unit`; both are None where the article names no number.
    """

    claim_id: str
    statement: str
    theme: str
    printed: str | None
    value: float | None
    unit: str | None
    period: str | None
    place: str | None
    attributed_to: str | None
    check: str
    caution: str

    def _repr_html_(self) -> str:
        who = (
            f' <span class="claim-source">({escape(self.attributed_to)})</span>' if self.attributed_to else ""
        )
        return f'<p class="claim"><strong>{self.claim_id}</strong> {escape(self.statement)}{who}</p>'

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.statement}"


@dataclass(frozen=True)
class Card:
    """A verdict whose label its author answers for."""

    claim: str
    statement: str
    verdict: str
    found: str
    sentence: str
    range: str
    condition: str
    source: str
    vintage: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {VERDICT_MIME: asdict(self), "text/plain": str(self)}

    def __str__(self) -> str:
        lines = [f"{self.claim} · {self.verdict}", self.statement, f"Found: {self.found}", self.sentence]
        named = ("range", "condition", "source", "vintage")
        lines += [f"{name.capitalize()}: {getattr(self, name)}" for name in named if getattr(self, name)]
        return "\n".join(lines)


@dataclass(frozen=True)
class Verdict:
    """What a notebook found about one claim: a sentence of its own, and a label that follows from readings.

    `numbers` are those that the notebook computed, by the reading to which each belongs.
    """

    claim: Claim
    sentence: str
    numbers: dict[str, tuple[float, ...]]
    readings: tuple[Reading, ...]

    @property
    def label(self) -> str:
        """One of `VERDICTS`."""
        return label_of(self.readings)

    @property
    def filed(self) -> dict[str, Any]:
        """What a page needs of the notebook; label and readings it takes from the tables."""
        own = {"claim": self.claim.claim_id, "statement": self.claim.statement, "sentence": self.sentence}
        return {**own, "computed": sorted(self.numbers)}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {VERDICT_MIME: self.filed, "text/plain": str(self)}

    def __str__(self) -> str:
        lines = [f"{self.claim.claim_id} · {self.label}", self.claim.statement, self.sentence]
        for reading in self.readings:
            if reading.kind == rule.NONE:
                lines.append(reading.says)
                continue
            holds_if = f"; it must be {reading.threshold}" if reading.threshold else ""
            found = f": {reading.found}{holds_if}" if reading.found else ""
            lines.append(f"({reading.reading}) {reading.outcome}: {reading.says.rstrip('.')}{found}")
        return "\n".join(lines)


@dataclass(frozen=True)
class VerdictTable:
    """Several verdicts as one compact table; each is filed as if it stood alone."""

    verdicts: tuple[Verdict, ...]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        table = [one.filed for one in self.verdicts]
        return {VERDICT_MIME: {"table": table}, "text/plain": str(self)}

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.verdicts))


def get_claim(folder: Folder, claim_id: str) -> Claim:
    """The claim with this id; `ValueError` if no claim has it."""
    if claim_id not in folder.claims:
        first, *_, last = [*folder.claims, *folder.claims]
        raise ValueError(f"no claim is called {claim_id!r}; the ids run from {first} to {last}")
    row = folder.claims[claim_id]
    kept: dict[str, Any] = {name: row[name] or None for name in Claim.__dataclass_fields__}
    return Claim(**kept | {"value": float(row["value"]) if row["value"] else None})


def list_readings(folder: Folder, claim_id: str) -> tuple[Reading, ...]:
    """How the claim may reasonably be read; `ValueError` if no claim has this id."""
    get_claim(folder, claim_id)
    return tuple(reading for reading in folder.readings if reading.claim_id == claim_id)


def make_verdict(folder: Folder, claim_id: str, sentence: str, numbers: Mapping[str, Any]) -> Verdict:
    """The verdict on one claim, whose label follows from its readings.

    Parameters
    ----------
    folder : the article's.
    claim_id : one of its claims.
    sentence : the finding in one sentence that can be read alone.
    numbers : for each reading of the kind "number" what was computed, by the reading's letter: a number, or
        a tuple of number, lowest and highest; of the last two where no one number is recorded.

    Raises
    ------
    ValueError
        If the claim is unknown, the sentence empty, or a number differs from the recorded one.
    """
    claim, ways, table = get_claim(folder, claim_id), list_readings(folder, claim_id), "readings.csv"
    if not ways:
        raise ValueError(f"{table} has no reading of {claim_id}")
    if not sentence.strip():
        raise ValueError(f"the verdict on {claim_id} needs a `sentence`")
    given = {name: value if isinstance(value, tuple) else (value,) for name, value in numbers.items()}
    known = {reading.reading: reading for reading in ways if reading.kind == rule.NUMBER}
    for name, values in given.items():
        if name not in known:
            raise ValueError(
                f"{claim_id} has no reading {name!r} of the kind number; it has: {', '.join(known)}"
            )
        if differing := _list_differences(known[name], values):
            raise ValueError(f"{table} has for reading {name!r} of {claim_id}: {'; '.join(differing)}")
    return Verdict(claim, sentence, given, ways)


def _list_differences(reading: Reading, values: tuple[float, ...]) -> list[str]:
    """Where what was computed is not what is recorded, at the digits that are recorded."""
    alone = isnan(reading.number)
    names = ("number", "number_low", "number_high")[alone:]
    recorded = reading.interval if alone else (reading.number, *reading.interval)
    named = zip(names, recorded, values, strict=False)
    return [f"{name} {old:g}, not {float(new):.6g}" for name, old, new in named if not rule.agrees(old, new)]


def make_card(folder: Folder, claim_id: str, verdict: str, **said: str) -> Card:
    """A card whose label its author chooses and answers for; what it says is named as the fields of `Card`.

    Raises
    ------
    ValueError
        If the id or the verdict is unknown, or the verdict lacks what it needs.
    """
    claim = get_claim(folder, claim_id)
    if verdict not in VERDICTS:
        raise ValueError(f"{verdict!r} is not a verdict; use one of: {', '.join(VERDICTS)}")
    (label,) = (one for one in LABELS if one.verdict == verdict)
    blank = dict.fromkeys(("range", "condition", "source", "vintage"), "")
    card = Card(claim=claim_id, statement=claim.statement, verdict=verdict, **blank | said)
    if not card.found.strip() or not card.sentence.strip():
        raise ValueError(f"the verdict on {claim_id} needs both `found` and `sentence`")
    if label.needs_condition and not card.condition.strip():
        raise ValueError(f"the verdict on {claim_id} names no `condition`, though it depends on one")
    if label.needs_source and not card.source.strip():
        raise ValueError(f"the verdict on {claim_id} needs a `source` for what was found")
    return card


def make_schema() -> dict[str, Any]:
    """The JSON Schema of a card, whole: `card.schema.json` with the labels of `labels.csv`."""
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    said = f"{', '.join(VERDICTS[:-1])} or {VERDICTS[-1]}"
    schema["$defs"]["card"]["properties"]["verdict"] = {"enum": list(VERDICTS), "description": said}
    return schema


def find_card_problems(card: dict[str, Any], claims: Mapping[str, str], place: int = 1) -> list[str]:
    """What is wrong with one card, a sentence each.

    `claims` has the statement of each claim by its id; `place` tells the card from others if it names none.
    """
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    name, schema = f"The card on {card['claim']}" if card.get("claim") else f"Card {place}", make_schema()
    fields = schema["$defs"]["card"]["properties"]
    if found := [_say(error, fields) for error in Draft202012Validator(schema).iter_errors(card)]:
        return [f"{name}: {sentence}" for sentence in found]
    if card["claim"] not in claims:
        first, *_, last = [*claims, *claims]
        return [f"{name}: no claim has this id; they run from {first} to {last}."]
    if card["statement"] != claims[card["claim"]]:
        return [f"{name}: the statement is not the ledger's; file it with the function that puts it there."]
    return []


def _say(error: Any, fields: dict[str, Any]) -> str:
    """What the schema finds wrong, in a sentence."""
    if error.validator == "required":
        missing = next(field for field in error.validator_value if field not in error.instance)
        return f"`{missing}` is missing; it must say {fields[missing]['description']}."
    if error.validator == "additionalProperties":
        extra = ", ".join(sorted(set(error.instance) - set(fields)))
        return f"it has a field that no card has: {extra}."
    if not error.path:
        return "it is no card; file it with claims.card."
    faults = {
        "minLength": "is empty",
        "maxLength": f"has {len(str(error.instance))} characters",
        "type": "is not a text",
    }
    said = faults.get(error.validator, f"is {error.instance!r}")
    return f"`{error.path[0]}` {said}; it must say {fields[error.path[0]]['description']}."
