"""The families of claims, as `families.csv` has them: like claims carry like readings."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("families.csv")


@dataclass(frozen=True)
class Family:
    """What claims of a family have in common: the readings that each needs, and how many at least.

    Of a family that is not `testable` no reading names anything that evidence could contradict.
    """

    family: str
    means: str
    readings: str
    least: int
    testable: bool


def _read() -> dict[str, Family]:
    with TABLE.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {
        row["family"]: Family(
            row["family"], row["means"], row["readings"], int(row["least"]), row["testable"] == "true"
        )
        for row in rows
    }


FAMILIES = _read()
