"""How far coders agree, with each other and with what was settled, at every level: Cohen's kappa.

A coder's sheet has readings and no outcomes. The sealed sheet `settled.csv` names in `note` the rows of
other sheets that a settled reading takes over ("ann a; bob c"): these have its outcome. A coder's reading
that it names nowhere is open, and a coder's label follows from all of them as the settled one does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from math import isnan, nan, sqrt
from typing import Any

from sealed_readings import rule, sheets
from sealed_readings.folder import Folder
from sealed_readings.limits import parse
from sealed_readings.rule import Reading

NORMAL = 1.959963984540054  # standard errors to each side of an interval of 95 %
SETTLED = "settled"
_NAMED = re.compile(r"(\w+) ([a-z])\b")  # a reading of a coder's sheet, in the notes of the settled one
Coded = dict[str, list[Reading]]  # the readings of each claim


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa with an interval of 95 %; all NaN where chance alone would give full agreement."""

    value: float
    low: float
    high: float


def kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> Kappa:
    """Cohen's kappa of two coders' labels: how far they agree beyond what chance would bring.

    Cohen (1960); the standard error for large samples is that of Fleiss, Cohen and Everitt (1969).

    Raises
    ------
    ValueError
        If nothing was coded, or the two have not coded equally many.

    Examples
    --------
    >>> kappa(["yes", "yes", "no", "no"], ["yes", "no", "no", "no"]).value
    0.5
    """
    if not first or len(first) != len(second):
        raise ValueError(
            f"two coders must have coded the same things; there are {len(first)} and {len(second)}"
        )
    number = len(first)
    pairs, ones, others = Counter(zip(first, second, strict=True)), Counter(first), Counter(second)
    agreed = sum(times for (one, other), times in pairs.items() if one == other) / number
    chance = sum(ones[label] * others[label] for label in ones) / number**2
    if chance == 1:
        return Kappa(nan, nan, nan)
    value = (agreed - chance) / (1 - chance)
    spread = -((value - chance * (1 - value)) ** 2)
    for (one, other), times in pairs.items():
        share = times / number
        if one == other:
            spread += share * (1 - (ones[one] + others[one]) / number * (1 - value)) ** 2
        else:
            spread += share * ((others[one] + ones[other]) / number * (1 - value)) ** 2
    error = sqrt(max(spread, 0) / number) / (1 - chance)
    return Kappa(value, value - NORMAL * error, min(1.0, value + NORMAL * error))


def read_codings(folder: Folder) -> dict[str, Coded]:
    """The readings of each coder by the coder's name, and at last the settled ones, by claim.

    A sealed sheet of the name `SETTLED` is no coder's: it shows what was settled before a number was known.
    """
    found: dict[str, Coded] = {}
    for row in sheets.read_seals(folder):
        path = folder.path / sheets.FOLDER / row["sheet"]
        if path.stem != SETTLED and path.is_file():
            found[path.stem] = rule.group_by_claim(one for one in sheets.read_sheet(path) if one.kind)
    # As they were before numbers were known.
    before = (replace(one, added="") for one in folder.readings if not one.added or one.is_dropped)
    return found | {SETTLED: rule.group_by_claim(before)}


def _list_core(rows: list[Reading]) -> list[Reading]:
    return [one for one in rows if one.is_core and one.kind != rule.NONE]


def _list_limits(rows: list[Reading]) -> Hashable:
    """The limits of the core's numbers, in no order; None where there are none."""
    found = [parse(one.holds_if) for one in _list_core(rows) if one.kind == rule.NUMBER]
    return frozenset(Counter(found).items()) or None


# What is compared at each level; None leaves a claim out.
LEVELS: dict[str, Any] = {
    "testable": rule.is_testable,
    "family": lambda rows: rows[0].family,
    "number of readings of the core": lambda rows: len(_list_core(rows)),
    "limits of the core": _list_limits,
}


def read_taken_over(folder: Folder) -> dict[tuple[str, str, str], str]:
    """The settled reading that takes over a coder's, by coder, claim and the coder's letter."""
    path = folder.path / sheets.FOLDER / f"{SETTLED}.csv"
    settled = sheets.read_sheet(path) if path.is_file() else []
    return {
        (coder, one.claim_id, letter): one.reading
        for one in settled
        for coder, letter in _NAMED.findall(one.note)
    }


def list_labels(folder: Folder) -> dict[str, dict[str, str]]:
    """The label of each claim by each coder, and at last the settled one."""
    codings, taken = read_codings(folder), read_taken_over(folder)
    settled = {(one.claim_id, one.reading): one for rows in codings[SETTLED].values() for one in rows}

    def decide(coder: str, one: Reading) -> Reading:
        """A coder's reading with what was found for the one that takes it over."""
        twin = settled.get((one.claim_id, taken.get((coder, one.claim_id, one.reading), "")))
        found = twin if twin and one.kind != rule.NONE else None
        return replace(found, part=one.part) if found else one

    return {
        coder: {
            claim: rule.label_of(rows if coder == SETTLED else [decide(coder, one) for one in rows])
            for claim, rows in coded.items()
        }
        for coder, coded in codings.items()
    }


def measure_agreement(folder: Folder) -> dict[str, Any]:
    """For each level how often each two of two coders and the settled readings agree, and kappa.

    Limits are compared without their units. `unlike` are the claims whose labels are not all the same, with
    the reason as `settlements.csv` has it; `coders` are the lines of their seals. Empty where not two sheets
    are sealed.
    """
    codings = read_codings(folder)
    if len(codings) != 3:
        return {}
    first, second, _ = codings
    pairs = [(first, second), (first, SETTLED), (second, SETTLED)]
    values = {
        level: {name: {c: ask(rows) for c, rows in coded.items()} for name, coded in codings.items()}
        for level, ask in LEVELS.items()
    }
    labels = values["label"] = list_labels(folder)
    why = {row["claim_id"]: row["why"] for row in folder.read_rows("settlements")}
    unlike = [
        {"claim_id": claim, "labels": given, "why": why.get(claim, "")}
        for claim in folder.claims
        if len({*(given := [of.get(claim, "") for of in labels.values()])}) > 1
    ]
    return {
        "coders": sheets.read_seals(folder),
        "levels": [
            {"level": level, "pairs": [_compare(folder, of_coder, *pair) for pair in pairs]}
            for level, of_coder in values.items()
        ],
        "unlike": unlike,
    }


def _compare(folder: Folder, of_coder: dict[str, dict[str, Any]], one: str, other: str) -> dict[str, Any]:
    coded = ((of_coder[one].get(claim), of_coder[other].get(claim)) for claim in folder.claims)
    both = [pair for pair in coded if None not in pair]
    told = {"who": [one, other], "agreed": sum(a == b for a, b in both), "of": len(both)}
    found = kappa([a for a, _ in both], [b for _, b in both]) if both else Kappa(nan, nan, nan)
    ends = (("kappa", found.value), ("low", found.low), ("high", found.high))
    return told | {name: None if isnan(value) else round(value, 2) for name, value in ends}
