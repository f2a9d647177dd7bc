"""Reports on a class: report.html on its exercises, report.txt with a line for every student."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

from notebook_grader import headings
from notebook_grader.assignments.assignment import Assignment
from notebook_grader.marks import items, pages
from notebook_grader.marks.agreement import Pair
from notebook_grader.marks.decisions import View
from notebook_grader.marks.items import FEW, Item, Marks, Summary
from notebook_grader.marks.store import Result

# How many, and which share of those who answered, must hold a misconception to teach it again.
LEAST = 3
LEAST_SHARE = 0.1
TO_MARK = "Mark texts at the desk, or enter points in manual.csv, then run the same command again."
TO_RETRY = "Run the same command again to retry the submissions that the grader could not run."
FEW_DRAWN = 10  # students below which no bars are drawn: the table shows the class at a glance


def render(assignment: Assignment, results: Mapping[str, Result], final: Marks) -> str:
    """Render the page on one assignment. `final` are the marks of each student."""
    points = assignment.list_points()
    titles = headings.find_titles(assignment.notebook)
    summary = items.summarise(results, final, points, titles, assignment.objectives)
    return pages.render(
        "report",
        made_from="",
        assignment=assignment.name,
        summary=summary,
        students=len(results),
        waiting=sum(
            any(mark.points is None for mark in marks.values()) for marks in final.values()
        ),
        drawn=len(results) >= FEW_DRAWN,
        findings=list_findings(summary),
        few=FEW,
        least=LEAST,
        least_share=LEAST_SHARE,
        percent="{:.0%}".format,
        describe=_describe,
        plain=_drop_markdown,
    )


def list_findings(summary: Summary) -> list[str]:
    """List what an instructor should look at, a sentence each."""
    held = summary.list_misconceptions()
    common = [row for row in held if row[2] >= max(LEAST, LEAST_SHARE * row[0].answered)]
    findings = [
        f"Teach again: “{name}” ({item.title}), held by {count} of the {item.answered} who"
        " answered."
        for item, name, count in common[:3]
    ]
    if held and not common:
        least = f"{LEAST} students and {LEAST_SHARE:.0%} of those who answered"
        findings.append(f"Nothing to teach again: no misconception is held by {least}.")
    if marked := [item for item in summary.items if item.share is not None]:
        hardest = min(marked, key=lambda item: (item.share, item.name))
        findings.append(
            f"{hardest.title} is right least often, for {hardest.share:.0%} of the class."
        )
    if known := [objective for objective in summary.objectives if objective.mean is not None]:
        weakest = min(known, key=lambda objective: (objective.mean, objective.text))
        findings.append(
            f"Met least: “{_drop_markdown(weakest.text)}”, with {weakest.mean:.0%} of its points; "
            f"{weakest.below} of the class have less than half of them."
        )
    if summary.totals:
        findings.append(
            f"Half of the class has {median(summary.totals):.0%} of the final points or more."
        )
    for item in summary.items:
        if item.count and not item.answered:
            findings.append(f"{item.title}: nobody answered it.")
        if item.negative:
            findings.append(
                f"{item.title}: students who do well elsewhere do worse here ({_describe(item)}); "
                "check whether its question misleads or its key is wrong."
            )
    return findings or ["Nothing stands out."]


def _drop_markdown(text: str) -> str:
    return re.sub(r"[*`]", "", text)


def _describe(item: Item) -> str:
    """Discrimination of an exercise, or why it has none."""
    if item.discrimination is None:
        if not item.marked:
            return "–"
        return f"too few (under {FEW})" if item.marked < FEW else "all alike"
    return f"{item.discrimination:.2f}".replace("-", "−")


def format_report(
    name: str,
    results: Mapping[str, Result],
    views: Mapping[str, View],
    refused: Mapping[str, str],
    failed: Mapping[str, str],
    pairs: Sequence[Pair] = (),
    groups: Sequence[set[str]] = (),
    listed: Sequence[str] = (),
) -> str:
    """Format the report on one assignment.

    `refused` says why a student's submission could not be graded, `failed` what stopped the grader
    itself; `pairs` are the marks of answers that two persons marked, `groups` those who hand in one
    file, `listed` is what the class's list adds.
    """
    students = sorted({*results, *refused, *failed})
    waiting = [student for student, view in views.items() if view.waiting]
    lines = [
        (
            f"{name}: {len(students)} students, {len(results)} graded, {len(waiting)} with answers"
            f" for a person to mark, {len(set(students) - set(results))} without marks."
        ),
        "",
    ]
    twins = _find_twins(results, groups)
    for student in students:
        sentences = _describe_student(results.get(student), views.get(student), twins.get(student))
        if student in refused:
            again = " The marks are those of the file graded before." if student in results else ""
            sentences.append(f"The file could not be used: {refused[student]}.{again}")
        if student in failed:
            sentences.append(f"The grader could not run it: {failed[student]}.")
        lines.append(f"{student}: {' '.join(sentences)}")
    if listed:
        lines += ["", *listed]
    lines += _list_differing(pairs)
    if waiting:
        lines += ["", TO_MARK]
    if failed:
        lines += ["", TO_RETRY]
    return "".join("".join(c if c.isprintable() else " " for c in line) + "\n" for line in lines)


def _find_twins(results: Mapping[str, Result], groups: Sequence[set[str]]) -> dict[str, list[str]]:
    """Who else handed in the same bytes, without those of the same group, by student."""
    same = defaultdict(list)
    for student, held in results.items():
        same[held.sha256].append(student)
    twins = {}
    for student, held in results.items():
        own = {student}.union(*(group for group in groups if student in group))
        twins[student] = [other for other in same[held.sha256] if other not in own]
    return twins


def _describe_student(
    result: Result | None, view: View | None, twins: Sequence[str] | None
) -> list[str]:
    """What is said of a student's marks, a sentence each."""
    if view is None:
        return ["Not graded."]
    if result is None:
        return [f"{view.points:g} points, without a notebook.", *view.sentences]
    sentences = _describe_result(result, view)
    if twins:
        sentences.append(f"Byte for byte the same file as that of {', '.join(twins)}.")
    return sentences


def _list_differing(pairs: Sequence[Pair]) -> list[str]:
    """The answers on which two markers differ."""
    differing = [pair for pair in pairs if pair.differs]
    if not differing:
        return []
    count = f"{len(differing)} of the {len(pairs)}"
    head = f"Two markers differ on {count} answers that both marked."
    rows = [f"{pair.first.student}, {pair.first.exercise}: {pair}." for pair in differing]
    return ["", head, *rows]


def _describe_result(result: Result, view: View) -> list[str]:
    sentences = [f"{view.points:g} of {view.out_of:g} points."]
    waiting = [name for name, mark in view.marks.items() if mark.points is None]
    sentences += (
        [f"{view.waiting:g} points wait for a person ({', '.join(waiting)})."] if waiting else []
    )
    return sentences + view.sentences + result.remarks
