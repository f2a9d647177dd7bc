"""What the marks of a class say about its exercises: numbers only, no names.

Discrimination is the corrected item-total correlation: of an exercise's points with the points of all other
exercises, so that it is not correlated with itself (Guilford 1953, Educational and Psychological Measurement
13: 87-93). Its interval is Fisher's; that of a share is Wilson's (1927). Variants are compared by Kruskal and
Wallis (1952), and Holm's rule (1979) keeps many comparisons from finding what chance made. Markers are
compared on the exercises that others marked too, each answer with the mean of what the others gave.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from notebook_grader.decisions import CHANGED, MACHINE, Mark
from notebook_grader.store import Cell, Result

FEW = 20  # below so many students no discrimination is shown
FEW_EACH = 8  # below so many students a variant is not compared, and below so many answers a marker
GAP = 0.1  # between the means of two variants, or of markers, as a share of the points: less is not unfair
LEVEL = 0.05


@dataclass(frozen=True)
class Variant:
    """The students who had the same values in an exercise: how many, their mean share of the points, and how
    many had all."""

    index: int
    count: int
    mean: float
    right: int

    @property
    def share_interval(self) -> tuple[float, float]:
        """Wilson's 95% interval of the share that had all."""
        return find_interval(self.right, self.count)


@dataclass(frozen=True)
class Item:
    """One exercise: shares are of the students whose points are final, who are `marked`."""

    name: str
    title: str
    out_of: float
    count: int
    answered: int
    marked: int
    right: int
    mean: float | None
    discrimination: float | None
    interval: tuple[float, float] | None
    misconceptions: tuple[tuple[str, int], ...]
    variants: tuple[Variant, ...]
    chance: float | None

    @property
    def share(self) -> float | None:
        """Who has all points, of those who are marked."""
        return self.right / self.marked if self.marked else None

    @property
    def share_interval(self) -> tuple[float, float] | None:
        """Wilson's 95% interval of that share."""
        return find_interval(self.right, self.marked) if self.marked else None

    @property
    def negative(self) -> bool:
        """Whether those who are good at the rest do worse here, and not by chance alone."""
        return self.interval is not None and self.interval[1] < 0

    @property
    def compared(self) -> list[Variant]:
        """The variants that enough students had."""
        return [variant for variant in self.variants if variant.count >= FEW_EACH]

    @property
    def gap(self) -> float:
        """Between the easiest and the hardest variant that can be compared."""
        means = [variant.mean for variant in self.compared]
        return max(means) - min(means) if len(means) > 1 else 0.0


@dataclass(frozen=True)
class Objective:
    """What exercises practise together: the points of those in which nobody waits for a person, the mean
    share of them, None where there is none, and how many students have less than half."""

    text: str
    items: tuple[Item, ...]
    out_of: float
    mean: float | None
    below: int


@dataclass(frozen=True)
class Marker:
    """A person who gave points: how many answers, the mean share, and by how much it differs from what others
    gave for the same exercises, with a 95% interval; None where too few can be compared."""

    name: str
    count: int
    mean: float
    apart: float | None
    interval: tuple[float, float] | None

    @property
    def differs(self) -> bool:
        """Whether the marks are others than those of other persons, by more than the gap and chance."""
        return (
            self.interval is not None
            and abs(self.apart or 0) >= GAP
            and self.interval[0] * self.interval[1] > 0
        )


@dataclass(frozen=True)
class Summary:
    """A class: its exercises, each student's share of all points that are final, and the unfair exercises;
    what was practised, who marked, and the exercises that wait, each with how many answers do, and how many
    of these changed after they were marked."""

    items: tuple[Item, ...]
    totals: tuple[float, ...]
    unfair: frozenset[str]
    objectives: tuple[Objective, ...] = ()
    markers: tuple[Marker, ...] = ()
    waiting: tuple[tuple[Item, int, int], ...] = ()

    def list_misconceptions(self) -> list[tuple[Item, str, int]]:
        """Each misconception with its exercise and how many hold it, the most frequent first."""
        found = [(item, name, count) for item in self.items for name, count in item.misconceptions]
        return sorted(found, key=lambda one: (-one[2], one[0].name, one[1]))

    def count_totals(self) -> list[tuple[str, int]]:
        """How many students have each tenth of the final points, in words."""
        tenths = Counter(min(int(total * 10 + 1e-9), 9) for total in self.totals)
        return [(f"{10 * tenth} to {10 * tenth + 10}%", tenths[tenth]) for tenth in range(10)]


def find_interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share."""
    low, high = stats.binomtest(right, count).proportion_ci(method="wilson")
    return float(low), float(high)


def summarise(
    results: Mapping[str, Result],
    final: Mapping[str, Mapping[str, Mark]],
    exercises: Mapping[str, float],
    titles: Mapping[str, str],
    objectives: Mapping[str, Sequence[str]] | None = None,
) -> Summary:
    """Count a class. `final` are the marks of each student, `exercises` the points of each graded cell,
    `objectives` the graded cells by what they practise."""
    students = sorted(results)
    # NaN where somebody waits for a person, or has no such exercise.
    marked = [[final[one].get(name) for name in exercises] for one in students]
    rows = [[mark.points if mark else None for mark in row] for row in marked]
    points = np.array(rows, dtype=float).reshape(len(students), len(exercises))
    # An exercise that waits for a person anywhere is in nobody's total.
    complete = ~np.isnan(points).any(axis=0)
    totals = points[:, complete].sum(axis=1)
    items = []
    for column, (name, out_of) in enumerate(exercises.items()):
        own, cells = points[:, column], [results[student].cells.get(name) for student in students]
        rest = totals - own if complete[column] else totals
        others = complete.sum() - complete[column]
        items.append(_make_item(name, titles.get(name, name), out_of, own, rest if others else None, cells))
    most = sum(out_of for out_of, counts in zip(exercises.values(), complete, strict=True) if counts)
    marks = {name: [own[name] for own in final.values() if name in own] for name in exercises}
    found = [
        _count_objective(text, [(n, items[n]) for n, name in enumerate(exercises) if name in cells], points)
        for text, cells in (objectives or {}).items()
    ]
    waiting = [(item, [mark for mark in marks[item.name] if mark.points is None]) for item in items]
    return Summary(
        tuple(items),
        tuple(float(t) / most for t in totals) if most else (),
        _find_unfair(items),
        tuple(found),
        tuple(_compare_markers(marks, exercises)),
        tuple(
            (item, len(own), sum(m.comment.startswith(CHANGED) for m in own)) for item, own in waiting if own
        ),
    )


def _count_objective(text: str, own: Sequence[tuple[int, Item]], points: np.ndarray) -> Objective:
    """`own` are its exercises, each with its column of `points`."""
    counted = [(column, item) for column, item in own if not np.isnan(points[:, column]).any()]
    out_of = sum(item.out_of for _, item in counted)
    shares = points[:, [column for column, _ in counted]].sum(axis=1) / (out_of or 1)
    mean = float(shares.mean()) if out_of and len(shares) else None
    return Objective(text, tuple(item for _, item in own), out_of, mean, int((shares < 0.5).sum()))


def _compare_markers(marks: Mapping[str, Sequence[Mark]], exercises: Mapping[str, float]) -> Iterator[Marker]:
    """Everybody who gave points, by name."""
    given: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for name, out_of in exercises.items():
        for mark in marks[name]:
            if mark.by != MACHINE and mark.points is not None and out_of:
                given[mark.by][name].append(mark.points / out_of)
    for who, own in sorted(given.items()):
        apart, shares = list[float](), [share for one in own.values() for share in one]
        for name, one in own.items():
            others = [share for other in given if other != who for share in given[other].get(name, ())]
            apart += [share - sum(others) / len(others) for share in one] if len(others) >= FEW_EACH else []
        mean = interval = None
        if len(apart) >= FEW_EACH:
            mean, error = float(np.mean(apart)), float(np.std(apart, ddof=1)) / math.sqrt(len(apart))
            interval = mean - 1.96 * error, mean + 1.96 * error
        yield Marker(who, len(shares), sum(shares) / len(shares), mean, interval)


def _make_item(
    name: str,
    title: str,
    out_of: float,
    own: np.ndarray,
    rest: np.ndarray | None,
    cells: Sequence[Cell | None],
) -> Item:
    marked = ~np.isnan(own)
    count, right = int(marked.sum()), int((own[marked] >= out_of).sum())
    r = interval = chance = None
    if rest is not None and count >= FEW and own[marked].std() > 0 and rest[marked].std() > 0:
        found = stats.pearsonr(own[marked], rest[marked])
        low, high = map(float, found.confidence_interval())
        r, interval = float(found.statistic), (low, high)
    held = Counter(one for cell in cells if cell for one in dict.fromkeys(cell.misconceptions))
    groups: dict[int, list[float]] = {}
    for cell, given in zip(cells, own, strict=True):
        if cell and not math.isnan(given):
            groups.setdefault(cell.variant, []).append(float(given) / out_of if out_of else 0.0)
    variants = tuple(
        Variant(index, len(shares), sum(shares) / len(shares), sum(share >= 1 for share in shares))
        for index, shares in sorted(groups.items())
    )
    compared = [shares for shares in groups.values() if len(shares) >= FEW_EACH]
    if len(compared) > 1:
        alike = len({share for shares in compared for share in shares}) == 1
        chance = 1.0 if alike else float(stats.kruskal(*compared).pvalue)
    return Item(
        name=name,
        title=title,
        out_of=out_of,
        count=len(cells),
        answered=sum(bool(cell and cell.answered) for cell in cells),
        marked=count,
        right=right,
        mean=float(own[marked].mean() / out_of) if count and out_of else None,
        discrimination=r,
        interval=interval,
        misconceptions=tuple(sorted(held.items(), key=lambda one: (-one[1], one[0]))),
        variants=variants if len(variants) > 1 else (),
        chance=chance,
    )


def _find_unfair(items: Sequence[Item]) -> frozenset[str]:
    """The exercises whose variants differ, by Holm's rule for many comparisons, and by more than the gap."""
    tested = sorted((item.chance, item.name) for item in items if item.chance is not None)
    found = set()
    for rank, (chance, name) in enumerate(tested):
        if chance > LEVEL / (len(tested) - rank):
            break
        found.add(name)
    return frozenset(item.name for item in items if item.name in found and item.gap >= GAP)
