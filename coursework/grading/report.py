"""report.txt: a line for every student, in plain words."""

from __future__ import annotations

from collections import defaultdict

from coursework.grading.marks import Manual, combine_marks
from coursework.grading.store import Result


def format_report(
    name: str,
    results: dict[str, Result],
    manual: Manual,
    refused: dict[str, str],
    failed: dict[str, str],
) -> str:
    """The report on one assignment.

    `refused` says why a student's submission could not be graded, `failed` what stopped the grader itself.
    """
    students = sorted({*results, *refused, *failed})
    waiting = [
        s for s, r in results.items() if any(m.points is None for m in combine_marks(r, manual).values())
    ]
    lines = [
        f"{name}: {len(students)} students, {len(results)} graded, {len(waiting)} with answers for a "
        f"person to mark, {len(set(students) - set(results))} without marks.",
        "",
    ]
    twins = _twins(results)
    lines += [_line(student, results.get(student), manual, refused, failed, twins) for student in students]
    if waiting:
        lines += [
            "",
            "Write points into manual.csv and run the same command again: marks and feedback take them over.",
        ]
    if failed:
        lines += [
            "",
            "Those that the grader could not run are tried again when the same command is run again.",
        ]
    return "\n".join(lines) + "\n"


def _twins(results: dict[str, Result]) -> dict[str, list[str]]:
    by_contents = defaultdict(list)
    for student, result in results.items():
        by_contents[result.sha256].append(student)
    return {s: [t for t in same if t != s] for same in by_contents.values() for s in same if len(same) > 1}


def _line(student, result, manual, refused, failed, twins) -> str:
    sentences = []
    if result:
        marks = combine_marks(result, manual)
        given = sum(mark.points or 0 for mark in marks.values())
        most = sum(cell.out_of for cell in result.cells.values())
        sentences.append(f"{given:g} of {most:g} points.")
        if wait := sum(result.cells[name].out_of for name, mark in marks.items() if mark.points is None):
            sentences.append(f"{wait:g} points wait for a person.")
        sentences += result.remarks
        if student in twins:
            sentences.append(f"Byte for byte the same file as that of {', '.join(twins[student])}.")
    else:
        sentences.append("Not graded.")
    if student in refused:
        again = " The marks are those of the file graded before." if result else ""
        sentences.append(f"The file could not be used: {refused[student]}.{again}")
    if student in failed:
        sentences.append(f"The grader could not run it: {failed[student]}.")
    return f"{_one_line(student)}: {_one_line(' '.join(sentences))}"


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
