"""How far two markers agree on answers that both marked, the second without sight of the first one's mark.

The first mark counts, as a row of decisions.csv; the second is a row of `SECOND` in the same form, which is
only compared. Kappa is Cohen's with weights by the distance of the points (1968, Psychological Bulletin 70:
213-220); over several exercises, the distances are shares of each one's points.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from notebook_grader import decisions
from notebook_grader.decisions import MACHINE, Decision, Table

SECOND = "moderation.csv"
FEW = 10  # below so many answers no kappa is told


@dataclass(frozen=True)
class Pair:
    """The marks that two persons gave to one answer."""

    first: Decision
    second: Decision


def open_second(folder: Path) -> Table:
    """The second marks in a folder of results. Raises `TableError` if a row cannot be used."""
    path = folder / SECOND
    return decisions.open_table(folder, file=SECOND) if path.exists() else Table(path)


def list_pairs(first: Table, second: Table) -> list[Pair]:
    """Both marks of each answer that has two, by student and exercise.

    A word of a third person on the first mark, as that of whoever compares the two, changes no pair.
    """
    pairs = []
    for (student, exercise, part, _), again in sorted(second.last.items()):
        own = [
            row
            for row in first.rows.get(student, ())
            if (row.exercise, row.answer, row.read) == (exercise, part, again.read)
            and row.points is not None
            and row.by not in (MACHINE, again.by)
        ]
        if own and again.points is not None:
            pairs.append(Pair([row for row in own if row.by == own[0].by][-1], again))
    return pairs


def find_kappa(marks: Iterable[tuple[str, float, float]], out_of: Mapping[str, float]) -> float | None:
    """Weighted kappa of two markers' points, each with its exercise."""
    given: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for exercise, one, other in marks:
        given[exercise].append((one, other))
    observed = expected = 0.0
    for exercise, both in given.items():
        whole = out_of.get(exercise) or 1.0
        observed += sum(abs(one - other) for one, other in both) / whole
        expected += sum(abs(one - other) for one, _ in both for _, other in both) / len(both) / whole
    return 1 - observed / expected if expected else None


def describe(pairs: Sequence[Pair], out_of: Mapping[str, float]) -> str:
    """How far pairs agree, as a sentence, empty where there is none; `out_of` are each exercise's points."""
    if not pairs:
        return ""
    marks = [(pair.first.exercise, pair.first.points or 0.0, pair.second.points or 0.0) for pair in pairs]
    gaps = [abs(one - other) for _, one, other in marks]
    kappa = find_kappa(marks, out_of) if len(pairs) >= FEW else None
    told = "" if kappa is None else f", kappa {kappa:.2f}".replace("-", "−")
    many = "answer was" if len(pairs) == 1 else "answers were"
    return (
        f"{len(pairs)} {many} marked by two persons: {gaps.count(0)} alike ({gaps.count(0) / len(pairs):.0%})"
        f"{told}; the marks lie {mean(gaps):.2g} points apart on average."
    )


def report(folder: Path, first: Table, out_of: Mapping[str, float], titles: Mapping[str, str]) -> list[str]:
    """What a report on a class says of the second marks in its folder: of all, and by exercise."""
    pairs = list_pairs(first, open_second(folder))
    by_exercise: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_exercise[pair.first.exercise].append(pair)
    told = [f"{titles.get(name, name)}: {describe(own, out_of)}" for name, own in sorted(by_exercise.items())]
    return [*filter(None, [describe(pairs, out_of)]), *(told if len(told) > 1 else [])]
