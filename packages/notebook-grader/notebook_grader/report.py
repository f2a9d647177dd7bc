"""report.txt: a line for every student, in plain words."""

from collections import defaultdict

from notebook_grader.decisions import View
from notebook_grader.store import Result


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
    for student, result in results.items():
        same[result.sha256].append(student)
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
        lines += [
            "",
            "Mark them at the desk, or write points into manual.csv and run the same command again.",
        ]
    if failed:
        lines += [
            "",
            "Those that the grader could not run are tried again when the same command is run again.",
        ]
    return "\n".join(lines) + "\n"


def _count(result: Result, view: View) -> list[str]:
    counted = [f"{view.points:g} of {view.out_of:g} points."]
    waiting = [name for name, mark in view.marks.items() if mark.points is None]
    counted += [f"{view.waiting:g} points wait for a person ({', '.join(waiting)})."] if waiting else []
    return counted + view.sentences + result.remarks
