"""Tables for people: grades.csv to read, and manual.csv to fill in, whose rows become decisions."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from notebook_grader import tables
from notebook_grader.hand_in.platforms import Packed
from notebook_grader.judge.cell import Cell
from notebook_grader.marks import decisions
from notebook_grader.marks.decisions import (
    ABOUT,
    ANSWER,
    MARK,
    WORDS,
    Decision,
    Table,
    View,
    digest,
)
from notebook_grader.marks.store import Result
from notebook_grader.tables import TableError, format_items, format_number, read_items

MANUAL = "manual.csv"
COLUMNS = ("student", "exercise", "points", "out_of", "comment", "answer")
GRADES = ("student", "points", "out_of", "to_be_marked", "status", "late", "attempt", "off")
"""Columns of grades.csv in front of those of the exercises."""
MORE = ("items", "part")
"""Optional columns: rubric items that were ticked at the desk, and the name of one answer."""
WITHDRAWN = "-"  # in place of points: the earlier decision does not count any more


def open_table(
    folder: Path, results: Mapping[str, Result], exercises: Mapping[str, float]
) -> Table:
    """Open the decisions about an assignment, after adding those that were written into manual.csv.

    The caller holds the lock. Rows that cannot be used are in `unused` of the table. Raises
    `TableError` if a column is missing.
    """
    table = decisions.open_table(folder, bool(results))
    path = folder / MANUAL
    read = partial(_read_row, table=table, results=results, exercises=exercises)
    if path.exists():
        table.add(row for row in tables.read_rows(path, COLUMNS[:3], read, table.unused) if row)
    return table


def _read_row(
    row: dict[str, str], table: Table, results: Mapping[str, Result], exercises: Mapping[str, float]
) -> Decision | None:
    """Convert a row of manual.csv into a decision; None if it repeats the current mark."""
    student = row["student"]
    part = row.get("part", "")
    text = row["points"].strip()
    exercise = row["exercise"].strip()
    if exercise.casefold() in WORDS:
        exercise = exercise.casefold()
    _check_named(student, exercise, table, results, exercises)
    result = results.get(student)
    cell = result.cells.get(exercise) if result else None
    most = _find_most(exercise, part, cell, exercises)
    kind = WORDS.get(exercise, WORDS[MARK])
    points = None if text == WITHDRAWN else tables.read_points(text, most, kind)
    if part and cell and part not in cell.parts:
        raise TableError(f"{part!r} has no points of its own in {exercise}.")
    decision = Decision(
        student,
        exercise,
        part,
        points,
        MANUAL,
        reason=row.get("comment", ""),
        items=read_items(row.get("items", "")),
        read=digest(row.get("answer", "")),
        key=result.version if result else "",
        about=ABOUT.get(exercise, ANSWER),
    )
    last = table.last.get(decision.subject)
    if points is None and text != WITHDRAWN:
        shown = table.view(result).marks[exercise].comment if result and cell else ""
        if _is_no_comment(decision.reason, shown, last):
            return None
    if last and _is_repeated(decision, last):
        return None
    replaces = exercise == MARK or (cell is not None and cell.points is not None)
    if replaces and not decision.reason.strip():
        raise TableError("say why, in the column 'comment': these points take the place of others.")
    return decision


def _check_named(
    student: str,
    exercise: str,
    table: Table,
    results: Mapping[str, Result],
    exercises: Mapping[str, float],
) -> None:
    """Raise `TableError` if a row is about an exercise or a student that is not here."""
    if exercise not in (*exercises, *WORDS):
        known = ", ".join([*exercises, *WORDS])
        raise TableError(f"{exercise!r} is not an exercise here; there are {known}.")
    if exercise in exercises and student not in results and student not in table.rows:
        near = get_close_matches(student, results, 1, 0.4)
        advice = f"; the nearest name in grades.csv is {near[0]!r}" if near else ""
        raise TableError(f"nobody who handed in is called {student!r}{advice}.")


def _find_most(
    exercise: str, part: str, cell: Cell | None, exercises: Mapping[str, float]
) -> float:
    """The most points that a row may give."""
    if exercise == MARK:
        return sum(exercises.values())
    if cell is None:
        return exercises.get(exercise, float("inf"))
    return cell.most.get(part, cell.out_of) if part else cell.out_of


def _is_no_comment(comment: str, shown: str, last: Decision | None) -> bool:
    """Whether a row without points has no comment either, or one that is already there."""
    earlier = last.reason if last else ""
    return comment.split() in ([], shown.split(), earlier.split())


def _is_repeated(decision: Decision, last: Decision) -> bool:
    """Whether a row gives what was given last, for an answer that may be the same."""
    if decision.points != last.points or decision.items != last.items:
        return False
    if decision.reason.split() != last.reason.split():
        return False
    return decision.read == last.read or not (decision.read and last.read)


def format_manual(results: Mapping[str, Result], table: Table) -> str:
    """Format manual.csv: a row for each answer that a person marks, and for all other decisions of
    persons.

    Decisions about students without a result stay: a run may have failed to grade them again.
    """
    columns = (*COLUMNS, *MORE)
    kept = [tuple(row.get(name, "") for name in columns) for row, _ in table.unused]
    unused = {(*row[:2], row[7]): row for row in kept}
    rows: list[tuple[str, ...]] = []
    for student, result in sorted(results.items()):
        for name, mark in table.view(result).marks.items():
            if (cell := result.cells[name]).points is None:
                points = format_number(mark.points), format_number(cell.out_of)
                rows.append(
                    (
                        student,
                        name,
                        *points,
                        mark.comment,
                        mark.answer,
                        format_items(mark.items),
                        "",
                    )
                )
    texts = {row[:2] for row in rows}
    for (student, _, name, part, machine), last in sorted(table.last.items()):
        known = student and (
            name in WORDS or "-" in name
        )  # words of earlier versions have no meaning
        if not machine and known and (student, name) not in texts:
            points = format_number(last.points) or WITHDRAWN, ""
            rows.append((student, name, *points, last.reason, "", format_items(last.items), part))
    # What cannot be used stays as it was written, to be corrected.
    rows = [unused.pop((*row[:2], row[7]), row) for row in rows]
    return "\ufeff" + tables.format_table([columns, *rows, *unused.values()])


def format_grades(
    results: Mapping[str, Result],
    views: Mapping[str, View],
    others: Mapping[str, str],
    exercises: Mapping[str, float],
) -> str:
    """Format grades.csv: one row a student; `others` say why some have no marks by a notebook,
    `exercises` are the points of each.

    `late` and `attempt` come from the platform's name for the file, empty if it says neither; `off`
    is the deduction for lateness.
    """
    out_of = sum(exercises.values())
    rows = [[*GRADES, *exercises]]
    for student in sorted({*results, *views, *others}):
        row = dict.fromkeys(rows[0], "")
        row |= {"student": student, "out_of": format_number(out_of)}
        row["status"] = "not graded" if others.get(student) else "nothing handed in"
        if view := views.get(student):
            row |= _format_view(view)
        if view and (result := results.get(student)):
            row |= _format_packed(result.packed, row["late"])
            row |= {name: format_number(view.marks[name].points) for name in exercises}
        rows.append(list(row.values()))
    return "\ufeff" + tables.format_table(rows)


def _format_view(view: View) -> dict[str, str]:
    """The entries of grades.csv that say what a submission earns."""
    status = "to be marked" if view.waiting else "graded"
    if view.excused is not None:
        status = "excused"
    return {
        "points": format_number(view.points),
        "to_be_marked": format_number(view.waiting),
        "status": status,
        "off": format_number(view.off or None),
        "late": "yes" if view.days > 0 else "",
    }


def _format_packed(packed: Packed | None, late: str) -> dict[str, str]:
    """The entries that a platform's name for the file fills; `late` is what else says so."""
    if packed is None:
        return {}
    if packed.late:
        late = "yes"
    elif packed.late is False and not late:
        late = "no"
    return {"late": late, "attempt": format_number(packed.attempt)}
