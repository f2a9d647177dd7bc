"""Families of claims from `families.csv`: similar claims need similar readings.

A family's `ways` are the readings that each of its claims needs, by the names in `ways.csv`: ``a b`` needs
both, ``a|b`` either, ``a|b+c`` either a, or b and c.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from sealed_readings.folder import read_table

FOLDER = Path(__file__).parent
QUALIFIER = "qualifier"  # way of a reading of a qualifier
FAMILIES = {row["family"]: row for row in read_table(FOLDER / "families.csv")}
WAYS = {row["way"]: row["means"] for row in read_table(FOLDER / "ways.csv")}


def is_testable(family: str) -> bool:
    """Whether claims of a family name anything that evidence could contradict."""
    return family in FAMILIES and FAMILIES[family]["testable"] == "true"


def find_missing(family: str, ways: Collection[str]) -> list[str]:
    """Required ways of a family that are missing. Alternatives count as one requirement."""
    return [
        need.replace("+", " and ").replace("|", " or ")
        for need in FAMILIES[family]["ways"].split()
        if not any(set(option.split("+")) <= set(ways) for option in need.split("|"))
    ]
