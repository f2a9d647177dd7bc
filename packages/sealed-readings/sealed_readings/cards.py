"""What a notebook shows and files about a claim: the claim itself, and the numbers for its
readings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape
from math import isfinite, isnan, nan
from pathlib import Path
from typing import Any

from sealed_readings import rule
from sealed_readings.folder import Folder, FolderError, format_json
from sealed_readings.periods import is_date
from sealed_readings.results import NUMBER, VERDICT_MIME, round_recorded
from sealed_readings.rule import Reading

UNDATED = "undated"


@dataclass(frozen=True)
class Claim:
    """A sentence of the article that evidence can test.

    `printed` is the number as the article prints it, whose digits imply a precision; `value` is the
    same as a float in `unit`. Both are None if there is no number. `statement` is in our words,
    `sentence` in theirs.
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
            self.attributed_to
            and f' <span class="claim-source">({escape(self.attributed_to)})</span>'
        )
        return (
            f'<p class="claim"><strong>{self.claim_id}</strong>'
            f" {escape(self.statement)}{who or ''}</p>"
        )

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.statement}"


@dataclass(frozen=True)
class Verdict:
    """What a notebook found about one claim: a text to read, and what pages and `results.csv` need
    of it.

    The label follows in the ledger, from all notebooks, documents and sources.
    """

    text: str
    filed: dict[str, Any]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {VERDICT_MIME: self.filed, "text/plain": self.text}

    def __str__(self) -> str:
        return self.text


class VerdictTable(Verdict):
    """Several verdicts as one compact table; each is filed as if it stood alone."""

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        verdicts = list(verdicts)
        super().__init__(
            "\n\n".join(map(str, verdicts)), {"table": [one.filed for one in verdicts]}
        )


def get_claim(folder: Folder, claim_id: str) -> Claim:
    """Look up a claim; `FolderError`, a `ValueError`, if no claim has this id."""
    if claim_id not in folder.claims:
        first, *_, last = [*folder.claims, *folder.claims]
        raise FolderError(f"no claim is called {claim_id!r}; the ids run from {first} to {last}")
    row = folder.claims[claim_id]
    cells: dict[str, Any] = {name: row[name] or None for name in Claim.__dataclass_fields__}
    return Claim(**cells | {"value": float(row["value"]) if row["value"] else None})


def list_readings(folder: Folder, claim_id: str) -> tuple[Reading, ...]:
    """Readings of a claim as they were written; `ValueError` if no claim has this id."""
    get_claim(folder, claim_id)
    return tuple(one for one in folder.written if one.claim_id == claim_id)


def make_verdict(
    folder: Folder,
    claim_id: str,
    sentence: str,
    numbers: Mapping[str, Any],
    period: Any = None,
    places: Mapping[str, Mapping[str, float]] | None = None,
) -> Verdict:
    """File what a notebook or script found about one claim.

    Parameters
    ----------
    folder : the article's folder.
    claim_id : one of its claims.
    sentence : the finding in one sentence that can be read alone.
    numbers : the computed number of each reading of the kind "number", by the reading's letter: a
        number, a
        tuple of number, lowest and highest, or a tuple of lowest and highest.
    period : when the numbers were measured: a year, a day as "2016-03-10", or a tuple of the first
    and last
        of these; a dictionary by letter if readings differ; `UNDATED` for what has no date.
    places : the number of each place that a reading compares, by the reading's letter.

    Raises
    ------
    ValueError
        If the claim or a reading is unknown, the sentence is empty, a number is not finite or
        outside its interval, or a number has no valid period.
    """
    claim = get_claim(folder, claim_id)
    written = list_readings(folder, claim_id)
    if not sentence.strip():
        raise ValueError(f"the verdict on {claim_id} needs a `sentence`")
    _check_letters(claim_id, written, [*numbers, *(places or {})])
    periods = period if isinstance(period, dict) else dict.fromkeys(numbers, period)
    if odd := sorted(periods.keys() - numbers.keys()):
        raise ValueError(
            f"{claim_id}: `period` has the reading {odd[0]!r}, for which no number is given"
        )
    filed: dict[str, Any] = {"claim": claim_id, "statement": claim.statement, "sentence": sentence}
    filed["numbers"] = {}
    lines = [f"{claim_id} · {claim.statement}", sentence]
    for one in written:
        letter = one.reading
        if letter not in numbers:
            continue
        where = f"reading {letter!r} of {claim_id}"
        result = _measure(where, one, numbers[letter], periods.get(letter))
        lines.append(_describe_found(result))
        filed["numbers"][letter] = _file_number(result)
    if places:
        filed["places"] = {letter: _file_places(named) for letter, named in places.items()}
    return Verdict("\n".join(lines), filed)


def _check_letters(claim_id: str, written: Iterable[Reading], asked: Iterable[str]) -> None:
    """Raise `ValueError` if a letter is of no reading that has a number."""
    letters = [one.reading for one in written if one.kind == rule.NUMBER]
    for letter in asked:
        if letter not in letters:
            has = f"it has: {', '.join(letters)}" if letters else "it has none"
            raise ValueError(
                f"{claim_id} has no reading {letter!r} of the kind {rule.NUMBER}; {has}"
            )


def _measure(where: str, one: Reading, value: Any, period: Any) -> Reading:
    """A reading with the number that was found, and when it was measured."""
    number, low, high = _check_number(where, value)
    start, end = _check_period(where, period)
    return replace(one, number=number, low=low, high=high, start=start, end=end)


def _describe_found(result: Reading) -> str:
    limit = f"; to hold, {result.threshold}" if result.threshold else ""
    return f"({result.reading}) {result.says} Found: {result.found}{limit}."


def _file_number(result: Reading) -> dict[str, Any]:
    number = None if isnan(result.number) else result.number
    values = (number, result.low, result.high, result.start, result.end)
    return dict(zip(NUMBER, values, strict=True))


def _file_places(numbers: Mapping[str, float]) -> dict[str, float]:
    return {str(place): round_recorded(float(number)) for place, number in numbers.items()}


def write_verdicts(path: str | Path, verdicts: Iterable[Verdict]) -> None:
    """Write verdicts as a JSON file, which `notebooks` in `article.yml` may name like a
    notebook."""
    Path(path).write_text(format_json([one.filed for one in verdicts]), encoding="utf-8")


def _check_number(where: str, value: Any) -> tuple[float, float, float]:
    """Number, lowest and highest of a reading."""
    values = [
        round_recorded(float(one))
        for one in (value if isinstance(value, tuple | list) else (value,))
    ]
    number, *ends = values if len(values) != 2 else (nan, *values)
    low, high = ends or (number, number)
    if not (isfinite(low) and isfinite(high)):
        raise ValueError(f"{where}: {value!r} is not a finite number")
    if low > high or low > number or high < number:
        raise ValueError(
            f"{where}: the number {number:g} lies outside its interval, {low:g} to {high:g}"
        )
    return number, low, high


def _check_period(where: str, value: Any) -> tuple[str, str]:
    """Start and end of the period in which a reading's number was measured."""
    if value == UNDATED:
        return "", ""
    ends = [*map(str, value if isinstance(value, tuple | list) else (value, value))]
    if len(ends) != 2 or not all(map(is_date, ends)) or ends[0] > ends[1]:
        raise ValueError(
            f"{where}: the period {value!r} must be a year such as 2022, a day such as"
            f" '2016-03-10', first and last of these as a tuple, or {UNDATED!r} for what has no"
            " date"
        )
    return ends[0], ends[1]
