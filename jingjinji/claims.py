"""The claims ledger: what the article says, how each claim may be read, and the verdict that follows."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from html import escape
from math import isnan
from typing import Any

import pandas as pd

from jingjinji import data, rule
from jingjinji.rule import Reading, label_of

__all__ = ["Card", "Claim", "Reading", "Verdict", "card", "get", "label_of", "ledger", "readings", "verdict"]

# The labels, and what a card with each must name, stand in one table: data/verdicts.csv.
_LABELS = data.load("verdicts").set_index("verdict").loc[lambda table: table["filed"]]
VERDICTS = tuple(_LABELS.index)
VERDICT_MIME = "application/vnd.verdict+json"


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
    """A verdict whose label its author answers for: what a capstone files."""

    claim: str
    statement: str
    verdict: str
    found: str
    sentence: str
    range: str
    condition: str
    source: str
    vintage: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {VERDICT_MIME: asdict(self), "text/plain": str(self)}

    def __str__(self) -> str:
        lines = [f"{self.claim} · {self.verdict}", self.statement, f"Found: {self.found}"]
        labelled = {
            "Range": self.range,
            "Condition": self.condition,
            "Source": self.source,
            "Vintage": self.vintage,
        }
        lines += [self.sentence] + [f"{name}: {text}" for name, text in labelled.items() if text]
        return "\n".join(lines)


@dataclass(frozen=True)
class Verdict:
    """What the chapters found about one claim: a sentence of theirs, and a label that follows from readings.

    `numbers` are those that the chapter computed, by the reading to which each belongs.
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
        """What a page needs of the chapter; label and readings it takes from the table."""
        own = {"claim": self.claim.claim_id, "statement": self.claim.statement, "sentence": self.sentence}
        return {**own, "computed": sorted(self.numbers)}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
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

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        table = [one.filed for one in self.verdicts]
        return {VERDICT_MIME: {"table": table}, "text/plain": str(self)}

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.verdicts))


def ledger() -> pd.DataFrame:
    """All claims of the article, one row each, indexed by `claim_id`."""
    return data.load("claims").set_index("claim_id")


def get(claim_id: str) -> Claim:
    """The claim with this id, such as ``get("C80")``.

    Raises
    ------
    ValueError
        If no claim has this id.
    """
    table = ledger()
    if claim_id not in table.index:
        first, last = table.index[0], table.index[-1]
        raise ValueError(f"no claim is called {claim_id!r}; the ids run from {first} to {last}")
    row = table.loc[claim_id]
    kept: dict[str, Any] = {
        name: None if pd.isna(row[name]) else row[name]
        for name in Claim.__dataclass_fields__
        if name != "claim_id"
    }
    return Claim(claim_id=claim_id, **kept)


def readings(claim_id: str) -> tuple[Reading, ...]:
    """How the claim may reasonably be read, each reading with its threshold, number and sources.

    A claim that is not testable as worded has one row of the kind "none", which says why.

    Raises
    ------
    ValueError
        If no claim has this id.
    """
    get(claim_id)
    return tuple(reading for reading in all_readings() if reading.claim_id == claim_id)


def all_readings() -> list[Reading]:
    """Every reading of every claim, in the order of the article."""
    return [_reading(row) for row in data.load("readings").to_dict("records")]


def _reading(row: dict[Any, Any]) -> Reading:
    filled: dict[str, Any] = {"documented": row.pop("outcome"), **row}
    for field in fields(Reading):
        if field.type == "str" and pd.isna(filled[field.name]):
            filled[field.name] = ""
    return Reading(**filled)


def verdict(claim_id: str, *, sentence: str, **numbers: Any) -> Verdict:
    """File the verdict on one claim. Its label follows from the readings in `data/readings.csv`.

    Parameters
    ----------
    claim_id : the claim, "C01" to "C82".
    sentence : the finding in one sentence that can be read without the chapter.
    **numbers : for each reading of the kind "number" what the chapter computed, by the reading's letter:
        a number, or a tuple of number, lowest and highest; of the last two where no one number is recorded.

    Raises
    ------
    ValueError
        If the claim is unknown, the sentence empty, or a number differs from the recorded one.
    """
    claim, ways = get(claim_id), readings(claim_id)
    if not ways:
        raise ValueError(f"data/readings.csv has no reading of {claim_id}")
    if not sentence.strip():
        raise ValueError(f"the verdict on {claim_id} needs a `sentence`")
    given = {name: value if isinstance(value, tuple) else (value,) for name, value in numbers.items()}
    known = {reading.reading: reading for reading in ways if reading.kind == rule.NUMBER}
    for name, values in given.items():
        if name not in known:
            raise ValueError(
                f"{claim_id} has no reading {name!r} of the kind number; it has: {', '.join(known)}"
            )
        _compare(known[name], values)
    return Verdict(claim, sentence, given, ways)


def _compare(reading: Reading, values: tuple[float, ...]) -> None:
    """Hold what a chapter computed to what is recorded, at the digits that are recorded."""
    alone = isnan(reading.number)
    names = ("number", "number_low", "number_high")[alone:]
    recorded = reading.interval if alone else (reading.number, *reading.interval)
    named = zip(names, recorded, values, strict=False)
    differing = [
        f"{name} {old:g}, not {float(new):.6g}" for name, old, new in named if not rule.agrees(old, new)
    ]
    if differing:
        said = f"data/readings.csv has for reading {reading.reading!r} of {reading.claim_id}"
        raise ValueError(f"{said}: {'; '.join(differing)}")


def verdict_table(*verdicts: Verdict) -> VerdictTable:
    """Show several verdicts as one compact table; each of them is filed."""
    return VerdictTable(verdicts)


def card(
    claim_id: str,
    verdict: str,
    *,
    found: str,
    sentence: str,
    range: str = "",
    condition: str = "",
    source: str = "",
    vintage: str = "",
) -> Card:
    """Make a card whose label its author chooses and answers for, as a capstone does.

    Parameters
    ----------
    claim_id : the claim, "C01" to "C82".
    verdict : one of `VERDICTS`.
    found : the number that the chapter found, with its unit, made from a computed value.
    sentence : the finding in one sentence that can be read without the chapter.
    range : what the number could be (rounding, vintages, definitions), with its unit.
    condition : what must be granted; required where the verdict depends on something.
    source, vintage : the table or publisher behind the number, and its vintage.

    Raises
    ------
    ValueError
        If the id or the verdict is unknown, or the verdict lacks what it needs.
    """
    claim = get(claim_id)
    if verdict not in VERDICTS:
        raise ValueError(f"{verdict!r} is not a verdict; use one of: {', '.join(VERDICTS)}")
    if not found.strip() or not sentence.strip():
        raise ValueError(f"the verdict on {claim_id} needs both `found` and `sentence`")
    if _LABELS.loc[verdict, "needs_condition"] and not condition.strip():
        raise ValueError(f"the verdict on {claim_id} names no `condition`, though it depends on one")
    if _LABELS.loc[verdict, "needs_source"] and not source.strip():
        raise ValueError(f"the verdict on {claim_id} needs a `source` for what was found")
    return Card(claim_id, claim.statement, verdict, found, sentence, range, condition, source, vintage)
