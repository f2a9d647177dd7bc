"""report.html: what the marks of a class say about its exercises, as one page that needs nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from coursework.grading import items, pages, store
from coursework.grading.items import FEW, FEW_EACH, GAP, Item, Summary
from coursework.grading.marks import Mark
from coursework.grading.store import Result

FEW_DRAWN = 5
"""Below so many students there are no charts."""
RULES = (
    f"Discrimination is the correlation of an exercise's points with the points of all other exercises "
    f"(Guilford 1953), shown from {FEW} students on; its interval is Fisher's. There is a warning where the "
    "whole interval lies below 0.",
    f"Sets of values are compared where two or more had {FEW_EACH} students or more. There is a warning "
    f"where their mean shares of the points differ by {GAP:.0%} or more and a permutation test gives chance "
    "less than 5%, after Holm's correction for the number of exercises.",
    "A misconception is counted where an answer is the one that it gives; a student counts once.",
    "Intervals of shares are Wilson's.",
)


def write(
    path: Path,
    name: str,
    results: Mapping[str, Result],
    final: Mapping[str, Mapping[str, Mark]],
    exercises: Mapping[str, float],
    titles: Mapping[str, str],
) -> bool:
    """Write the page unless it is there already for these marks; returns whether it was written.

    `final` are the marks of each student, `exercises` the points of each graded cell, `titles` its heading.
    """
    made_from = hashlib.sha256(
        repr((name, sorted(results.items()), sorted(final.items()), exercises, titles)).encode(
            "utf-8", "surrogateescape"
        )
    ).hexdigest()
    if pages.is_made_from(path, made_from):
        return False
    waiting = sum(any(mark.points is None for mark in marks.values()) for marks in final.values())
    summary = items.summarise(results, final, exercises, titles)
    return store.write(path, render(name, summary, waiting, made_from))


def render(name: str, summary: Summary, waiting: int, made_from: str = "") -> str:
    """The page on one assignment; `waiting` is how many students have answers that wait for a person."""
    count = summary.items[0].count if summary.items else 0
    figures, colours = [], Markup("")
    if count >= FEW_DRAWN:
        # Not above: what draws takes a second to import.
        from coursework.grading import figures as drawing

        figures, colours = drawing.draw(summary), Markup(drawing.colours())
    return pages.render(
        "report.html.j2",
        made_from,
        colours=colours,
        assignment=name,
        summary=summary,
        waiting=waiting,
        figures=figures,
        few=FEW_DRAWN if count < FEW_DRAWN else 0,
        findings=find(summary),
        held=summary.misconceptions(),
        compared=[item for item in summary.items if item.variants],
        rules=RULES,
        percent=lambda share: f"{100 * share:.0f}%",
        shown=_discrimination,
    )


def find(summary: Summary) -> list[str]:
    """What an instructor should look at, a sentence each."""
    found = [
        f"Teach again: “{name}” ({item.title}), held by {count} of the {item.answered} who answered."
        for item, name, count in summary.misconceptions()[:3]
    ]
    for item in summary.items:
        if item.count and not item.answered:
            found.append(f"{item.title}: nobody answered it.")
        if item.negative:
            found.append(
                f"{item.title}: those who do well elsewhere do worse here ({_discrimination(item)}); "
                "see whether its question misleads or its key is wrong."
            )
        if item.name in summary.unfair:
            means = [variant for variant in item.variants if variant.count >= FEW_EACH]
            hard = min(means, key=lambda variant: (variant.mean, variant.place))
            found.append(
                f"{item.title}: its sets of values are not equally hard; set {hard.place + 1} is hardest, "
                f"{100 * item.gap:.0f} points of a hundred below the easiest."
            )
    return found or ["Nothing stands out."]


def _discrimination(item: Item) -> str:
    if item.discrimination is None or item.interval is None:
        return "–" if not item.marked else f"too few (under {FEW})" if item.marked < FEW else "all alike"
    low, high = item.interval
    return f"{item.discrimination:.2f} ({low:.2f} to {high:.2f})".replace("-", "−")
