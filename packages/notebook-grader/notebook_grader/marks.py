"""The tables: marks that are given, and answers that wait for a person."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from notebook_grader.packed import read_name
from notebook_grader.store import Cell, Result

COLUMNS = ("student", "exercise", "points", "out_of", "comment", "answer")
ITEMS = "items"
"""The column of rubric items that were ticked at the desk; a file without it is as good."""
MANUAL = "manual.csv"


class ManualError(ValueError):
    """manual.csv cannot be used; the message names the line."""


@dataclass(frozen=True)
class Mark:
    """What a person gave for one answer; no points while it waits.

    `items` are those of the rubric that it earns, counted from 1; `out_of` is what manual.csv says.
    """

    points: float | None
    comment: str
    answer: str
    items: tuple[int, ...] = ()
    out_of: str = ""


Manual = dict[tuple[str, str], Mark]


def escape_formula(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    # Also with the sign of escaping in front, which else would be taken for ours and lost.
    formula = text.lstrip("'").startswith(("=", "+", "-", "@", "\t", "\r")) and text != "-"
    return f"'{text}" if formula else text


def unescape_formula(text: str) -> str:
    """The text that `escape_formula` was given."""
    return text[1:] if text.startswith("'") and escape_formula(text[1:]) == text else text


def format_csv(rows: Iterable[Iterable[object]]) -> str:
    """Rows as the text of a CSV."""
    text = io.StringIO()
    plain = ([re.sub("\r\n?", "\n", one) if isinstance(one, str) else one for one in row] for row in rows)
    csv.writer(text, lineterminator="\n").writerows(plain)
    return text.getvalue()


def _format_table(rows: list[list[object]]) -> str:
    # Spreadsheets recognise UTF-8 by this mark.
    return "\ufeff" + format_csv(rows)


def format_number(value: float | None) -> str:
    """Points as a table shows them, empty while there are none."""
    return "" if value is None else f"{value:g}"


def show_answer(cell: Cell) -> str:
    """The text that a person has to judge, as manual.csv shows it."""
    return cell.answer or f"[{cell.doubt}]"


def read_manual(path: Path, results: dict[str, Result]) -> Manual:
    """The marks that a person has written into manual.csv; empty if it is not there.

    Raises `ManualError` if a line cannot be used.
    """
    if not path.exists():
        return {}
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except UnicodeDecodeError:
        raise ManualError(f"{path} is not UTF-8: save it as 'CSV UTF-8' and run again.") from None
    found: Manual = {}
    for line, row in enumerate(rows, start=2):
        if missing := [name for name in COLUMNS if row.get(name) is None]:
            raise ManualError(f"{path}, row {line}: the column {missing[0]!r} is missing.")
        student, exercise = unescape_formula(row["student"]), row["exercise"]
        cell = results[student].cells.get(exercise) if student in results else None
        most = cell.out_of if cell else float("inf")
        try:
            points, items = read_points(row["points"], most), _read_items(row.get(ITEMS) or "")
        except ManualError as error:
            raise ManualError(f"{path}, row {line}: {error}") from None
        comment, answer = unescape_formula(row["comment"]), unescape_formula(row["answer"])
        found[student, exercise] = Mark(points, comment, answer, items, row["out_of"])
    return found


def read_points(text: str, most: float) -> float | None:
    """The points that somebody wrote, None if nothing. Raises `ManualError` unless from 0 to `most`."""
    if not text.strip():
        return None
    try:
        points = float(text.strip().replace(",", "."))
    except ValueError:
        points = -1.0
    if not 0 <= points <= most:
        raise ManualError(f"{text!r} is not a number of points from 0 to {most:g}.")
    return points


def _read_items(text: str) -> tuple[int, ...]:
    try:
        return tuple(map(int, text.split()))
    except ValueError:
        raise ManualError(f"{text!r} is no list of rubric items, such as '1 3'.") from None


def combine_marks(result: Result, manual: Manual) -> dict[str, Mark]:
    """Points and comment of every graded cell of one student.

    A person's points count only for the answer that the person read.
    """
    found = {}
    for name, cell in result.cells.items():
        mark = manual.get((result.student, name))
        if cell.points is not None:
            found[name] = Mark(cell.points, "", "")
        elif mark and _is_same(mark.answer, show_answer(cell)):
            # The same before and after it is in the file, so that no page is made anew for it.
            found[name] = replace(mark, out_of="")
        elif mark and mark.points is not None:
            comment = (
                f"The answer changed after it was given {format_number(mark.points)}. {mark.comment}".strip()
            )
            found[name] = Mark(None, comment, show_answer(cell))
        else:
            found[name] = Mark(None, mark.comment if mark else "", show_answer(cell))
    return found


def count_points(result: Result, marks: dict[str, Mark]) -> tuple[float, float, float]:
    """The points that one student has, those that wait for a person, and those that there are."""
    given = sum(mark.points or 0 for mark in marks.values())
    waiting = sum(result.cells[name].out_of for name, mark in marks.items() if mark.points is None)
    return given, waiting, sum(cell.out_of for cell in result.cells.values())


def _is_same(one: str, other: str) -> bool:
    # Spreadsheets change the ends of lines.
    return one.split() == other.split()


def format_manual(results: dict[str, Result], manual: Manual) -> str:
    """manual.csv: a row for each answer that a person judges, with what is given already.

    Marks of students without a result stay: a run may have failed to grade them again.
    """
    rows: list[list[object]] = [[*COLUMNS, ITEMS]]
    for student, result in sorted(results.items()):
        for name, mark in combine_marks(result, manual).items():
            if result.cells[name].points is None:
                rows.append(_format_manual_row(student, name, mark, format_number(result.cells[name].out_of)))
    kept = [(*key, mark, mark.out_of) for key, mark in sorted(manual.items()) if key[0] not in results]
    return _format_table(rows + [_format_manual_row(*row) for row in kept])


def _format_manual_row(student: str, name: str, mark: Mark, out_of: str) -> list[object]:
    texts = (escape_formula(mark.comment), escape_formula(mark.answer), " ".join(map(str, mark.items)))
    return [escape_formula(student), name, format_number(mark.points), out_of, *texts]


def format_grades(
    results: dict[str, Result], manual: Manual, refused: dict[str, str], exercises: dict[str, float]
) -> str:
    """grades.csv: one row a student; `refused` are those without marks, `exercises` the points of each.

    `late` and `attempt` are what a platform's name for the file tells, empty where it tells nothing.
    """
    head = ["student", "points", "out_of", "to_be_marked", "status", "late", "attempt", *exercises]
    rows: list[list[object]] = [head]
    for student in sorted({*results, *refused}):
        row: dict[str, object] = dict.fromkeys(head, "")
        row |= {"student": escape_formula(student), "status": "not graded"}
        row |= {"out_of": format_number(sum(exercises.values()))}
        if result := results.get(student):
            marks = combine_marks(result, manual)
            given, waiting, _ = count_points(result, marks)
            row |= {"points": format_number(given), "to_be_marked": format_number(waiting)}
            row |= {"status": "to be marked" if waiting else "graded"} | _describe_submission(result)
            row |= {name: format_number(marks[name].points) for name in exercises}
        rows.append(list(row.values()))
    return _format_table(rows)


def _describe_submission(result: Result) -> dict[str, object]:
    packed = read_name(PurePosixPath(result.file).parts)
    if packed is None:
        return {}
    late = "" if packed.late is None else "yes" if packed.late else "no"
    return {"late": late, "attempt": packed.attempt or ""}
