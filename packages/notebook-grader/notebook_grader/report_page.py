"""report.html: what the marks of a class say about its exercises, as one page that needs nothing else."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from notebook_grader import items, pages, store
from notebook_grader.assignment import Assignment
from notebook_grader.decisions import Mark
from notebook_grader.items import FEW, FEW_EACH, GAP, Item, Summary
from notebook_grader.store import Result

FEW_DRAWN = 10
"""A class below so many has no bars and intervals: a person sees it all at once."""
RULES = (
    "Bars: the share with all points, its 95% interval as a line; points: the mean share of the points.",
    f"Discrimination is the correlation of an exercise's points with the points of all other exercises "
    f"(Guilford 1953), shown from {FEW} students on; its interval is Fisher's. There is a warning where the "
    "whole interval lies below 0.",
    f"Sets of values are compared where two or more had {FEW_EACH} students or more. There is a warning "
    f"where their mean shares of the points differ by {GAP:.0%} or more and chance parts them so far in less "
    "than 5% of classes (Kruskal and Wallis 1952, with Holm's rule for many exercises).",
    "A misconception is counted where an answer is the one that it gives; a student counts once.",
    "Intervals of shares are Wilson's.",
    "An objective has the points of the exercises that practise it, but for those in which an answer waits.",
    f"Markers are compared on exercises to which others marked {FEW_EACH} answers or more, if they marked "
    f"{FEW_EACH} of these answers: each answer with the mean of what others gave, and a 95% interval of the "
    f"mean difference. There is a warning where it differs from 0 by {GAP:.0%} of the points or more, and "
    "its interval does not hold 0. Whoever got weaker answers gave fewer points with good reason: look at "
    "some of them together.",
)


def write(
    path: Path,
    assignment: Assignment,
    results: Mapping[str, Result],
    final: Mapping[str, Mapping[str, Mark]],
    told: Sequence[str] = (),
) -> bool:
    """Write the page unless it is there already for these marks; returns whether it was written.

    `final` are the marks of each student, `told` are sentences of others, as on how far markers agree.
    """
    marked = sorted(results.items()), sorted(final.items()), *told
    made_from = pages.make_digest(assignment.name, assignment.version, assignment.objectives, *marked)
    if pages.is_made_from(path, made_from):
        return False
    return store.write(path, render(assignment, results, final, made_from, told))


def render(
    assignment: Assignment,
    results: Mapping[str, Result],
    final: Mapping[str, Mapping[str, Mark]],
    made_from: str = "",
    told: Sequence[str] = (),
) -> str:
    """The page on one assignment."""
    points, titles = assignment.list_points(), pages.find_titles(assignment.notebook)
    summary = items.summarise(results, final, points, titles, assignment.objectives)
    return pages.render(
        "report.html.j2",
        made_from,
        assignment=assignment.name,
        summary=summary,
        students=len(results),
        waiting=sum(any(mark.points is None for mark in marks.values()) for marks in final.values()),
        drawn=len(results) >= FEW_DRAWN,
        findings=[*find(summary), *told],
        held=summary.list_misconceptions(),
        compared=[item for item in summary.items if item.variants],
        rules=RULES,
        percent="{:.0%}".format,
        shown=_describe,
        plain=_make_plain,
        signed=lambda share: f"{share:+.0%}".replace("-", "−"),
        values=lambda item, index: _find_values(assignment, item.name, index),
    )


def _find_values(assignment: Assignment, name: str, index: int) -> str:
    fact = assignment.key.facts.get(name)
    variants = fact.variants if fact else ()
    return variants[index % len(variants)] if variants else ""


def find(summary: Summary) -> list[str]:
    """What an instructor should look at, a sentence each."""
    found = [
        f"Teach again: “{name}” ({item.title}), held by {count} of the {item.answered} who answered."
        for item, name, count in summary.list_misconceptions()[:3]
    ]
    if marked := [item for item in summary.items if item.share is not None]:
        hardest = min(marked, key=lambda item: (item.share, item.name))
        found.append(f"{hardest.title} is right least often, for {hardest.share:.0%} of the class.")
    if known := [one for one in summary.objectives if one.mean is not None]:
        weakest = min(known, key=lambda one: (one.mean, one.text))
        found.append(
            f"Met least: “{_make_plain(weakest.text)}”, with {weakest.mean:.0%} of its points; "
            f"{weakest.below} of the class have less than half of them."
        )
    for one in summary.markers:
        if one.differs:
            more = "more" if one.apart > 0 else "less"
            found.append(
                f"{one.name} gave {100 * abs(one.apart):.0f} points of a hundred {more} than others for the "
                "same exercises; look at some answers together."
            )
    if summary.totals:
        found.append(f"Half of the class has {median(summary.totals):.0%} of the final points or more.")
    for item in summary.items:
        if item.count and not item.answered:
            found.append(f"{item.title}: nobody answered it.")
        if item.negative:
            found.append(
                f"{item.title}: those who do well elsewhere do worse here ({_describe(item)}); "
                "see whether its question misleads or its key is wrong."
            )
        if item.name in summary.unfair:
            hard = min(item.compared, key=lambda variant: (variant.mean, variant.index))
            found.append(
                f"{item.title}: its sets of values are not equally hard; set {hard.index + 1} is hardest, "
                f"{100 * item.gap:.0f} points of a hundred below the easiest."
            )
    return found or ["Nothing stands out."]


def _make_plain(text: str) -> str:
    """Words without the signs of Markdown."""
    return re.sub(r"[*`]", "", text)


def _describe(item: Item) -> str:
    if item.discrimination is None or item.interval is None:
        return "–" if not item.marked else f"too few (under {FEW})" if item.marked < FEW else "all alike"
    low, high = item.interval
    return f"{item.discrimination:.2f} ({low:.2f} to {high:.2f})".replace("-", "−")
