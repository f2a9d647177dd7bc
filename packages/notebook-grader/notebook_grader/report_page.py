"""report.html: what the marks of a class say about its exercises, as one page that needs nothing else."""

from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from notebook_grader import items, pages, store
from notebook_grader.assignment import Assignment
from notebook_grader.items import FEW, FEW_EACH, GAP, Item, Summary
from notebook_grader.marks import Mark
from notebook_grader.store import Result

RULES = (
    f"Discrimination is the correlation of an exercise's points with the points of all other exercises "
    f"(Guilford 1953), shown from {FEW} students on; its interval is Fisher's. There is a warning where the "
    "whole interval lies below 0.",
    f"Sets of values are compared where two or more had {FEW_EACH} students or more. There is a warning "
    f"where their mean shares of the points differ by {GAP:.0%} or more and a permutation test finds them "
    "so far apart in less than 5% of shuffles, by Holm's rule for many exercises.",
    "A misconception is counted where an answer is the one that it gives; a student counts once.",
    "Intervals of shares are Wilson's.",
)


def write(
    path: Path,
    assignment: Assignment,
    results: Mapping[str, Result],
    final: Mapping[str, Mapping[str, Mark]],
) -> bool:
    """Write the page unless it is there already for these marks; returns whether it was written.

    `final` are the marks of each student.
    """
    marked = sorted(results.items()), sorted(final.items())
    made_from = pages.make_digest(assignment.name, assignment.version, *marked)
    if pages.is_made_from(path, made_from):
        return False
    return store.write(path, render(assignment, results, final, made_from))


def render(
    assignment: Assignment,
    results: Mapping[str, Result],
    final: Mapping[str, Mapping[str, Mark]],
    made_from: str = "",
) -> str:
    """The page on one assignment."""
    exercises = {
        name: float(cell.metadata.nbgrader.points) for name, cell in assignment.list_graded_cells().items()
    }
    summary = items.summarise(results, final, exercises, pages.find_titles(assignment.notebook))
    figures, colours = [], Markup("")
    if len(results) >= pages.FEW:
        # Not above: what draws takes a second to import.
        from notebook_grader import figures as drawing

        figures, colours = drawing.draw(summary), Markup(drawing.format_colours())
    return pages.render(
        "report.html.j2",
        made_from,
        colours=colours,
        assignment=assignment.name,
        summary=summary,
        students=len(results),
        waiting=sum(any(mark.points is None for mark in marks.values()) for marks in final.values()),
        figures=figures,
        drawn=pages.FEW,
        findings=find(summary),
        held=summary.list_misconceptions(),
        compared=[item for item in summary.items if item.variants],
        rules=RULES,
        percent="{:.0%}".format,
        shown=_describe,
        values=lambda item, place: _find_values(assignment, item.name, place),
    )


def _find_values(assignment: Assignment, name: str, place: int) -> str:
    variants = assignment.key.facts.get(name, {}).get("variants") or [""]
    return variants[place % len(variants)]


def find(summary: Summary) -> list[str]:
    """What an instructor should look at, a sentence each."""
    found = [
        f"Teach again: “{name}” ({item.title}), held by {count} of the {item.answered} who answered."
        for item, name, count in summary.list_misconceptions()[:3]
    ]
    for item in summary.items:
        if item.count and not item.answered:
            found.append(f"{item.title}: nobody answered it.")
        if item.negative:
            found.append(
                f"{item.title}: those who do well elsewhere do worse here ({_describe(item)}); "
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


def _describe(item: Item) -> str:
    if item.discrimination is None or item.interval is None:
        return "–" if not item.marked else f"too few (under {FEW})" if item.marked < FEW else "all alike"
    low, high = item.interval
    return f"{item.discrimination:.2f} ({low:.2f} to {high:.2f})".replace("-", "−")
