"""The families of claims, as `families.csv` has them: like claims carry like readings.

A family's `ways` are the readings that each of its claims needs, by the names of `ways.csv`: ``a b`` needs
both, ``a|b`` either, ``a|b+c`` either a, or b and c.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sealed_readings.folder import read_table

FOLDER = Path(__file__).parent
QUALIFIER = "qualifier"  # the way of a reading of a word beside the core


@dataclass(frozen=True)
class Family:
    """What claims of a family have in common: the readings that each needs.

    Of a family that is not `testable` no reading names anything that evidence could contradict.
    """

    family: str
    means: str
    readings: str
    testable: bool
    ways: str

    def find_missing(self, given: Collection[str]) -> list[str]:
        """Which of the ways that the family needs are not among those given; alternatives as one."""
        return [
            need.replace("+", " and ").replace("|", " or ")
            for need in self.ways.split()
            if not any(set(one.split("+")) <= set(given) for one in need.split("|"))
        ]


FAMILIES = {
    row["family"]: Family(**row | {"testable": row["testable"] == "true"})  # type: ignore[arg-type]
    for row in read_table(FOLDER / "families.csv")
}
WAYS = {row["way"]: row["means"] for row in read_table(FOLDER / "ways.csv")}
