"""The charts of report.html: rows of bars, points and intervals, which the page's template draws.

Each comes with its finding as a title and with its words; both are computed from the numbers that it draws.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from notebook_grader.items import Item, Summary

LISTED = 10


@dataclass(frozen=True)
class Row:
    """One row: its values lie between 0 and 1, which is where the axis begins and ends."""

    label: str
    bar: float | None = None
    point: float | None = None
    interval: tuple[float, float] | None = None
    value: str = ""


@dataclass(frozen=True)
class Figure:
    """A chart: its rows, and the words at equal distances along its axis, whose title is `axis`."""

    title: str
    says: str
    rows: tuple[Row, ...]
    axis: str = ""
    ticks: tuple[str, ...] = ()
    zero: float | None = None


def draw(summary: Summary) -> list[Figure]:
    """Every chart for which there are numbers."""
    makers = (_draw_shares, _draw_totals, _draw_discrimination, _draw_misconceptions, _draw_variants)
    return [figure for make in makers if (figure := make(summary)) is not None]


def label_item(item: Item) -> str:
    """The number of an exercise, or its whole title where it has none."""
    found = re.search(r"\d+\.\d+", item.title)
    return found[0] if found else item.title


def format_signed(value: float) -> str:
    """A number with two decimals and a minus sign that is no hyphen."""
    return f"{value:.2f}".replace("-", "−")


PER_CENT = tuple(f"{share}%" for share in range(0, 101, 20))


def _find_interval(right: int, count: int) -> tuple[float, float]:
    # Not above: it takes a second to import.
    from scipy import stats

    return tuple(map(float, stats.binomtest(right, count).proportion_ci(method="wilson")))


def _join(said: Iterable[tuple[object, object]]) -> str:
    return "; ".join(f"{what}: {value}" for what, value in said) + "."


def _draw_shares(summary: Summary) -> Figure | None:
    marked = [item for item in summary.items if item.share is not None]
    if not marked:
        return None
    hardest = min(marked, key=lambda item: (item.share, item.name))
    rows = [Row(label_item(i), i.share, i.mean, _find_interval(i.right, i.marked)) for i in marked]
    return Figure(
        f"Exercise {label_item(hardest)} is right least often, for {hardest.share:.0%}",
        "Bars: the share of the class that has all points, each with its 95% interval as a line. "
        "Points: the mean share of the points. "
        + _join((label_item(i), f"{i.share:.0%} right, mean {i.mean:.0%}") for i in marked),
        tuple(rows),
        "Share with all points",
        PER_CENT,
    )


def _draw_totals(summary: Summary) -> Figure | None:
    if not summary.totals:
        return None
    tenths = Counter(min(int(total * 10 + 1e-9), 9) for total in summary.totals)
    words = {tenth: f"{10 * tenth} to {10 * tenth + 10}%" for tenth in range(10)}
    most = max(tenths.values())
    return Figure(
        f"Half of the class has {median(summary.totals):.0%} of the points or more",
        "Students by their share of all points that are final. "
        + _join((words[tenth], tenths[tenth]) for tenth in sorted(tenths)),
        tuple(Row(words[tenth], tenths[tenth] / most, value=str(tenths[tenth])) for tenth in words),
    )


def _draw_discrimination(summary: Summary) -> Figure | None:
    known = [item for item in summary.items if item.interval is not None]
    if not known:
        return None
    weakest = min(known, key=lambda item: (item.discrimination, item.name))
    rows = [
        Row(
            label_item(i),
            point=(i.discrimination + 1) / 2,
            interval=tuple((end + 1) / 2 for end in i.interval),
        )
        for i in known
    ]
    return Figure(
        f"Exercise {label_item(weakest)} separates students least, "
        f"with {format_signed(weakest.discrimination)}",
        "Discrimination: the correlation of an exercise's points with the points of all other exercises, "
        "with its 95% interval. Right of 0, those who do well elsewhere do well here. "
        + _join((label_item(i), format_signed(i.discrimination)) for i in known),
        tuple(rows),
        "Correlation with all other exercises",
        ("−1", "−0.5", "0", "0.5", "1"),
        0.5,
    )


def _draw_misconceptions(summary: Summary) -> Figure | None:
    found = summary.list_misconceptions()[:LISTED]
    if not found:
        return None
    item, name, most = found[0]
    return Figure(
        f"Most frequent, with {most} of {item.count} students: {name}",
        "How many students gave the answer that a misconception gives, each with its exercise. "
        + _join((f"{label_item(i)}, {n}", c) for i, n, c in found),
        tuple(Row(f"{label_item(i)}: {n}", c / most, value=str(c)) for i, n, c in found),
    )


def _draw_variants(summary: Summary) -> Figure | None:
    compared = [(i, v) for i in summary.items if i.chance is not None for v in i.compared]
    if not compared:
        return None
    unfair = [label_item(item) for item in summary.items if item.name in summary.unfair]
    which = f"Sets of values differ in exercise {', '.join(unfair)}" if unfair else ""
    words = [f"{label_item(i)}, set {v.index + 1}" for i, v in compared]
    shares = [v.right / v.count for _, v in compared]
    intervals = [_find_interval(v.right, v.count) for _, v in compared]
    rows = zip(words, shares, intervals, strict=True)
    return Figure(
        which or "No set of values is harder than another beyond chance",
        "Share of those with each set of values who have all points, with its 95% interval. "
        + _join((word, f"{share:.0%}") for word, share in zip(words, shares, strict=True)),
        tuple(Row(word, point=share, interval=interval) for word, share, interval in rows),
        "Share with all points",
        PER_CENT,
    )
