"""Statistics of a class by exercise: counts and shares only, no names.

Discrimination is the corrected item-total correlation: of an exercise's points with those of all
other exercises together (Guilford 1953, Educational and Psychological Measurement 13: 87-93).
"""

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notebook_grader.judge.cell import Cell
from notebook_grader.marks.decisions import Mark
from notebook_grader.marks.store import Result

Marks = Mapping[str, Mapping[str, Mark]]  # by student and exercise
FEW = 20  # students below which no discrimination is shown


@dataclass(frozen=True)
class Item:
    """One exercise; shares are of the `marked` students, whose points are final."""

    name: str
    title: str
    out_of: float
    count: int
    answered: int
    marked: int
    right: int
    mean: float | None
    discrimination: float | None
    misconceptions: tuple[tuple[str, int], ...]

    @property
    def share(self) -> float | None:
        """Share of the marked students who have all points."""
        return self.right / self.marked if self.marked else None

    @property
    def negative(self) -> bool:
        """Whether discrimination lies more than two standard errors below 0."""
        return self.discrimination is not None and self.discrimination < -2 / math.sqrt(self.marked)


@dataclass(frozen=True)
class Objective:
    """Exercises that practise one objective. `out_of`, the mean share and the number of students
    with less than half count only exercises in which no answer waits for a person."""

    text: str
    items: tuple[Item, ...]
    out_of: float
    mean: float | None
    below: int


@dataclass(frozen=True)
class Summary:
    """A class: its exercises, each student's share of all final points, its objectives, and the
    exercises with waiting answers: how many, and how many of these changed after they were
    marked."""

    items: tuple[Item, ...]
    totals: tuple[float, ...]
    objectives: tuple[Objective, ...]
    waiting: tuple[tuple[Item, int, int], ...]

    def list_misconceptions(self) -> list[tuple[Item, str, int]]:
        """List each misconception with its exercise and number of students, the most frequent
        first."""
        rows = [(item, name, count) for item in self.items for name, count in item.misconceptions]
        return sorted(rows, key=lambda row: (-row[2], row[0].name, row[1]))

    def count_totals(self) -> list[tuple[str, int]]:
        """Count the students in each tenth of the final points."""
        tenths = Counter(min(int(total * 10 + 1e-9), 9) for total in self.totals)
        return [(f"{10 * tenth} to {10 * tenth + 10}%", tenths[tenth]) for tenth in range(10)]


def summarise(
    results: Mapping[str, Result],
    final: Marks,
    exercises: Mapping[str, float],
    titles: Mapping[str, str],
    objectives: Mapping[str, Sequence[str]] | None = None,
) -> Summary:
    """Summarise a class.

    `final` are the marks of each student, `exercises` the points of each graded cell, `objectives`
    the graded cells by objective.
    """
    students = sorted(results)
    marks = {name: [final[student].get(name) for student in students] for name in exercises}
    points = {
        name: [mark.points if mark else None for mark in column] for name, column in marks.items()
    }
    # An exercise with a waiting answer counts in no total.
    complete = {
        name: [p for p in own if p is not None] for name, own in points.items() if None not in own
    }
    totals = [sum(row) for row in zip(*complete.values(), strict=True)]
    items = {}
    for name, out_of in exercises.items():
        cells = [results[student].cells.get(name) for student in students]
        rest = list[float]()
        if complete.keys() - {name}:
            own = complete.get(name, [0.0] * len(totals))
            rest = [total - share for total, share in zip(totals, own, strict=True)]
        items[name] = _make_item(titles.get(name, name), (name, out_of), points[name], rest, cells)
    counted = []
    for text, names in (objectives or {}).items():
        practised = tuple(items[name] for name in exercises if name in names)
        counted.append(_make_objective(text, practised, complete))
    most = sum(exercises[name] for name in complete)
    return Summary(
        tuple(items.values()),
        totals=tuple(total / most for total in totals) if most else (),
        objectives=tuple(counted),
        waiting=_list_waiting(items, marks),
    )


def _make_objective(
    text: str, practised: tuple[Item, ...], complete: Mapping[str, Sequence[float]]
) -> Objective:
    """`complete` has the points of all students on each exercise in which no answer waits."""
    finished = [item for item in practised if item.name in complete]
    most = sum(item.out_of for item in finished)
    columns = [complete[item.name] for item in finished]
    shares = [sum(row) / most for row in zip(*columns, strict=True)] if most else []
    mean = statistics.fmean(shares) if shares else None
    return Objective(text, practised, most, mean, sum(share < 0.5 for share in shares))


def _list_waiting(
    items: Mapping[str, Item], marks: Mapping[str, Sequence[Mark | None]]
) -> tuple[tuple[Item, int, int], ...]:
    """The exercises with waiting answers: how many, and how many of these changed after they were
    marked."""
    waiting = []
    for name, item in items.items():
        open_marks = [mark for mark in marks[name] if mark and mark.points is None]
        if open_marks:
            outdated = sum(mark.is_outdated for mark in open_marks)
            waiting.append((item, len(open_marks), outdated))
    return tuple(waiting)


def _make_item(
    title: str,
    exercise: tuple[str, float],
    points: Sequence[float | None],
    rest: Sequence[float],
    cells: Sequence[Cell | None],
) -> Item:
    """`points`, `rest` (those of the other exercises) and `cells` are by student, in the same
    order."""
    name, out_of = exercise
    marked = [value for value in points if value is not None]
    others = [value for value, own in zip(rest, points, strict=bool(rest)) if own is not None]
    known = len(marked) >= FEW and len({*marked}) > 1 and len({*others}) > 1
    held = Counter(slip for cell in cells if cell for slip in dict.fromkeys(cell.misconceptions))
    return Item(
        name=name,
        title=title,
        out_of=out_of,
        count=len(cells),
        answered=sum(bool(cell and cell.answered) for cell in cells),
        marked=len(marked),
        right=sum(value >= out_of for value in marked),
        mean=statistics.fmean(marked) / out_of if marked and out_of else None,
        discrimination=statistics.correlation(marked, others) if known else None,
        misconceptions=tuple(sorted(held.items(), key=lambda row: (-row[1], row[0]))),
    )
