"""What a notebook shows and files of a claim: the claim, and what it computed for its readings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from math import isfinite, isnan, nan
from typing import Any

from sealed_readings import rule
from sealed_readings.folder import Folder
from sealed_readings.results import VERDICT_MIME, round_recorded
from sealed_readings.rule import Reading

UNDATED = "undated"
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


@dataclass(frozen=True)
class Claim:
    """One sentence of the article that can be asked for evidence.

    `printed` is the number as the article prints it (its digits say how exact it claims to be),
    `value` the same as a float in `unit`; both are None where the article names no number. `statement` is
    in our words, `sentence` in the article's.
    """

    claim_id: str
    statement: str
    sentence: str | None
    paragraph: str | None
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
class Verdict:
    """What a notebook found about one claim: a sentence of its own, and the numbers that it computed.

    `readings` are the claim's, with those numbers; the label follows in the ledger from all notebooks,
    documents and sources.
    """

    claim: Claim
    sentence: str
    readings: tuple[Reading, ...]
    places: dict[str, dict[str, float]]

    @property
    def filed(self) -> dict[str, Any]:
        """What pages and `results.csv` need of the notebook; the rest they take from the tables.

        `numbers` are number, lowest, highest and period by reading; the number is None where none stands out.
        """
        own = {"claim": self.claim.claim_id, "statement": self.claim.statement, "sentence": self.sentence}
        numbers = {
            one.reading: {
                "number": None if isnan(one.number) else one.number,
                **{"low": one.low, "high": one.high, "from": one.start, "to": one.end},
            }
            for one in self.readings
            if not isnan(one.low)
        }
        return {**own, "numbers": numbers, **({"places": self.places} if self.places else {})}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {VERDICT_MIME: self.filed, "text/plain": str(self)}

    def __str__(self) -> str:
        lines = [f"{self.claim.claim_id} · {self.claim.statement}", self.sentence]
        for one in self.readings:
            if one.found:
                lines.append(f"({one.reading}) {one.says} Found: {one.found}; to hold, {one.threshold}.")
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
    """How the claim may be read, as it was written; `ValueError` if no claim has this id."""
    get_claim(folder, claim_id)
    return tuple(reading for reading in folder.written if reading.claim_id == claim_id)


def make_verdict(
    folder: Folder,
    claim_id: str,
    sentence: str,
    numbers: Mapping[str, Any],
    period: Any = None,
    places: Mapping[str, Mapping[str, float]] | None = None,
) -> Verdict:
    """What a notebook files on one claim.

    Parameters
    ----------
    folder : the article's.
    claim_id : one of its claims.
    sentence : the finding in one sentence that can be read alone.
    numbers : for each reading of the kind "number" what was computed, by the reading's letter: a number, or
        a tuple of number, lowest and highest; of the last two where no one number stands out.
    period : when the numbers were measured: a year, a day as "2016-03-10", or first and last of these as a
        tuple. Where readings differ, a dictionary of these by letter. `UNDATED` for what has no date.
    places : for a reading the number of each place that it compares.

    Raises
    ------
    ValueError
        If the claim is unknown, the sentence empty, a letter that of no reading of the kind number, a number
        none, or outside its interval, or a number's period missing or no period.
    """
    claim, written = get_claim(folder, claim_id), list_readings(folder, claim_id)
    if not sentence.strip():
        raise ValueError(f"the verdict on {claim_id} needs a `sentence`")
    known = [one.reading for one in written if one.kind == rule.NUMBER]
    for letter in [*numbers, *(places or {})]:
        if letter not in known:
            has = f"it has: {', '.join(known)}" if known else "it has none"
            raise ValueError(f"{claim_id} has no reading {letter!r} of the kind {rule.NUMBER}; {has}")
    periods = period if isinstance(period, dict) else dict.fromkeys(numbers, period)
    if odd := sorted(periods.keys() - numbers.keys()):
        raise ValueError(f"{claim_id}: `period` has the reading {odd[0]!r}, for which no number is given")
    filled = tuple(
        replace(
            one,
            **_take_number(claim_id, one.reading, numbers[one.reading]),
            **_take_period(claim_id, one.reading, periods.get(one.reading)),
        )
        if one.reading in numbers
        else one
        for one in written
    )
    by_place = {
        letter: {str(place): round_recorded(float(number)) for place, number in found.items()}
        for letter, found in (places or {}).items()
    }
    return Verdict(claim, sentence, filled, by_place)


def _take_number(claim_id: str, letter: str, given: Any) -> dict[str, Any]:
    """Number, lowest and highest of what was computed for a reading."""
    values = [round_recorded(float(one)) for one in (given if isinstance(given, tuple | list) else (given,))]
    number, *ends = values if len(values) != 2 else (nan, *values)
    low, high = ends or (number, number)
    where = f"reading {letter!r} of {claim_id}"
    if not (isfinite(low) and isfinite(high)):
        raise ValueError(f"{where}: {given!r} is no number")
    if low > high or low > number or high < number:
        raise ValueError(f"{where}: the number {number:g} lies outside its interval, {low:g} to {high:g}")
    return {"number": number, "low": low, "high": high}


def _take_period(claim_id: str, letter: str, given: Any) -> dict[str, Any]:
    """Start and end of the period in which a reading's number was measured."""
    ends = given if isinstance(given, tuple | list) else (given, given)
    start, end = (str(one) for one in ends) if len(ends) == 2 else ("", "")
    dated = all(_DATE.fullmatch(one) for one in (start, end)) and start <= end
    if given != UNDATED and not dated:
        raise ValueError(
            f"reading {letter!r} of {claim_id}: the period {given!r} must be a year such as 2022, a day such "
            f"as '2016-03-10', first and last of these as a tuple, or {UNDATED!r} for what has no date"
        )
    return {"start": start, "end": end} if dated else {"start": "", "end": ""}
