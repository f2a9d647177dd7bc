"""What the marks of a class say: report.html, on its exercises, and report.txt, a line for every student."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

from notebook_grader import items, pages
from notebook_grader.assignment import Assignment
from notebook_grader.decisions import Mark, View
from notebook_grader.items import FEW, Item, Summary
from notebook_grader.store import Result

FEW_DRAWN = 10  # a class below so many has no bars and intervals: a person sees it all at once


def render(
    assignment: Assignment,
    results: Mapping[str, Result],
    final: Mapping[str, Mapping[str, Mark]],
    told: Sequence[str] = (),
) -> str:
    """The page on one assignment, the same for the same marks.

    `final` are the marks of each student, `told` are sentences of others, as on how far markers agree.
    """
    points, titles = assignment.list_points(), pages.find_titles(assignment.notebook)
    summary = items.summarise(results, final, points, titles, assignment.objectives)
    return pages.render(
        "report",
        made_from="",
        assignment=assignment.name,
        summary=summary,
        students=len(results),
        waiting=sum(any(mark.points is None for mark in marks.values()) for marks in final.values()),
        drawn=len(results) >= FEW_DRAWN,
        findings=[*find(summary), *told],
        limits=items,
        percent="{:.0%}".format,
        shown=_describe,
        plain=_make_plain,
        signed=lambda share: f"{share:+.0%}".replace("-", "−"),
        values={name: fact.variants for name, fact in assignment.key.facts.items() if fact.variants},
    )


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
        if one.differs and one.apart:
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


def format_report(
    name: str,
    results: dict[str, Result],
    views: dict[str, View],
    refused: dict[str, str],
    failed: dict[str, str],
) -> str:
    """The report on one assignment.

    `refused` says why a student's submission could not be graded, `failed` what stopped the grader itself.
    """
    students = sorted({*results, *refused, *failed})
    waiting = [student for student, view in views.items() if view.waiting]
    lines = [
        f"{name}: {len(students)} students, {len(results)} graded, {len(waiting)} with answers for a "
        f"person to mark, {len(set(students) - set(results))} without marks.",
        "",
    ]
    same = defaultdict(list)
    for student, one in results.items():
        same[one.sha256].append(student)
    for student in students:
        sentences, again = ["Not graded."], ""
        if result := results.get(student):
            sentences = _count(result, views[student])
            again = " The marks are those of the file graded before."
            if twins := [other for other in same[result.sha256] if other != student]:
                sentences.append(f"Byte for byte the same file as that of {', '.join(twins)}.")
        if student in refused:
            sentences.append(f"The file could not be used: {refused[student]}.{again}")
        if student in failed:
            sentences.append(f"The grader could not run it: {failed[student]}.")
        text = f"{student}: {' '.join(sentences)}"
        lines.append("".join(c if c.isprintable() else " " for c in text))
    if waiting:
        says = "Mark them at the desk, or write points into manual.csv and run the same command again."
        lines += ["", says]
    if failed:
        says = "Those that the grader could not run are tried again when the same command is run again."
        lines += ["", says]
    return "\n".join(lines) + "\n"


def _count(result: Result, view: View) -> list[str]:
    counted = [f"{view.points:g} of {view.out_of:g} points."]
    waiting = [name for name, mark in view.marks.items() if mark.points is None]
    counted += [f"{view.waiting:g} points wait for a person ({', '.join(waiting)})."] if waiting else []
    return counted + view.sentences + result.remarks
