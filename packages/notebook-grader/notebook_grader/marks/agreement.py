"""Answers that two persons marked, the second without seeing the mark of the first.

The first mark counts, as a row of decisions.csv; the second is a row of `SECOND` in the same form,
which is only compared. A third person's decision settles the two, even if it repeats the first.
"""

from dataclasses import dataclass
from pathlib import Path

from notebook_grader.marks import decisions
from notebook_grader.marks.decisions import MACHINE, Decision, Table

SECOND = "moderation.csv"


@dataclass(frozen=True)
class Pair:
    """The marks that two persons gave to one answer, and what a third decided since."""

    first: Decision
    second: Decision
    settled: Decision | None = None

    @property
    def differs(self) -> bool:
        """Whether the two gave different points."""
        return self.first.points != self.second.points

    def __str__(self) -> str:
        both = " and ".join(f"{mark.points:g} by {mark.by}" for mark in (self.first, self.second))
        return both + (
            f"; settled: {self.settled.points:g} by {self.settled.by}" if self.settled else ""
        )


def open_second(folder: Path) -> Table:
    """Open the second marks in a folder of results. Raises `TableError` if a row cannot be used."""
    path = folder / SECOND
    return decisions.open_table(folder, file=SECOND) if path.exists() else Table(path)


def list_pairs(first: Table, second: Table) -> list[Pair]:
    """List both marks of each answer that has two, by student and exercise."""
    pairs = []
    for (student, _, exercise, part, _), again in sorted(second.last.items()):
        marks = [
            row
            for row in first.rows.get(student, ())
            if (row.exercise, row.answer, row.read) == (exercise, part, again.read)
            and row.points is not None
            and row.by not in (MACHINE, again.by)
        ]
        if marks and again.points is not None:
            settled = (
                marks[-1] if marks[-1].by != marks[0].by and marks[-1].when >= again.when else None
            )
            pairs.append(Pair([row for row in marks if row.by == marks[0].by][-1], again, settled))
    return pairs
