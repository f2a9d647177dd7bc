"""One printable page on a student: all assignments, points, lateness, and what persons decided.

Meant for exam boards: where a person's mark differs from the machine's, it says who gave it, when
and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from notebook_grader import files
from notebook_grader.hand_in.people import find_same, fold
from notebook_grader.hand_in.platforms import split_student
from notebook_grader.judge.cell import Cell
from notebook_grader.marks import decisions, store
from notebook_grader.marks.decisions import MACHINE, RETURNED, Decision, Mark, Table, View
from notebook_grader.marks.store import Result
from notebook_grader.tables import format_number

NOTHING, UNUSABLE = "nothing handed in", "no file that could be used"


@dataclass
class Graded:
    """What a folder of results says; `members` are marked by the file of another in their group."""

    name: str
    results: dict[str, Result]
    table: Table
    facts: Mapping = field(default_factory=dict)
    members: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Graded":
        """Read the folder of an assignment's results."""
        held = store.read_results(folder)
        table = decisions.open_table(folder, bool(held))
        facts = files.read_kept(folder / store.FACTS)
        return cls(folder.name, held, table, facts, store.read_members(folder, held))

    @property
    def refused(self) -> Mapping[str, list[str]]:
        """Why files could not be used, by student."""
        return self.facts.get("refused", {})

    @property
    def students(self) -> set[str]:
        """Everybody who handed in or has a mark."""
        return {*self.results, *self.members, *self.refused, *self.table.rows} - {""}

    @property
    def out_of(self) -> float:
        """Points in all."""
        cells = [result.cells.values() for result in self.results.values()][:1]
        return self.facts.get("out_of") or sum(cell.out_of for own in cells for cell in own)


def make_sheet(grades: Path, student: str, assignment: str | None = None) -> str:
    """Make the page. Raises `ValueError` if the name is unknown or could be several people's."""
    chosen = [name for name in store.list_graded(grades) if assignment in (None, name)]
    classes = {name: Graded.read(grades / name) for name in chosen}
    names = _find_person(student, classes)
    points = 0.0
    out_of = 0.0
    waits = False
    name = split_student(next(iter(names.values())))[0]
    lines = [f"{name}: marks in {len(chosen)} assignment{'s' * (len(chosen) != 1)}", ""]
    for name, graded in classes.items():
        view, said = _describe(graded, names.get(name, ""))
        lines += [*said, ""]
        if view and view.excused is not None:
            continue
        out_of += graded.out_of
        points += view.points if view else 0
        waits = waits or bool(view and view.waiting)
    so_far = " so far, as answers wait for a person" if waits else ""
    lines.append(f"In all {points:g} of {out_of:g} points{so_far}, without what is excused.")
    lines.append("Weights, and marks that are dropped, are the platform's.")
    return "\n".join("".join(c if c.isprintable() else " " for c in line) for line in lines)


def _find_person(student: str, classes: Mapping[str, Graded]) -> dict[str, str]:
    """The student's name in each assignment, as a platform's number may differ from one to the
    next."""
    everybody = sorted({name for graded in classes.values() for name in graded.students})
    exact = [name for name in everybody if student in (name, split_student(name)[0])]
    found = [student] if student in exact else exact
    found = found or [name for name in everybody if fold(student) in fold(name)]
    if not found:
        raise ValueError(f"{student!r} has handed in nothing that was graded, and has no mark.")
    same = find_same(found[0], {name: graded.students for name, graded in classes.items()})
    if others := [name for name in found if name not in same.values()]:
        raise ValueError(f"{student!r} could be {', '.join([found[0], *others][:6])}.")
    return same


def _describe(graded: Graded, student: str) -> tuple[View | None, list[str]]:
    """A student's marks in one assignment, and the lines on them."""
    whose = graded.members.get(student, student)
    others = graded.table.view_others(graded.results, graded.out_of)
    result = graded.results.get(whose)
    view = graded.table.view(result) if result else others.get(student)
    refused = graded.refused.get(student, [])[:1]
    why = [f"    The last file could not be used: {reason}." for reason in refused]
    if view is None:
        return None, [f"{graded.name}: {UNUSABLE if refused else NOTHING}.", *why]
    state = (
        "excused" if view.excused is not None else f"{view.points:g} of {graded.out_of:g} points"
    )
    state += f", and {view.waiting:g} wait for a person" if view.waiting else ""
    lines = [f"{graded.name}: {state}."]
    lines += (
        [f"    Marked by the file that {whose} handed in for the group."]
        if whose != student
        else []
    )
    lines += [f"    Handed in: {result.file} (SHA-256 {result.sha256[:12]})."] if result else []
    lines += why
    lines += [f"    {sentence}" for sentence in view.sentences]
    if view.whole:
        lines.append(f"    That mark is by {view.whole.by}, on {_date(view.whole)}.")
    if view.days:
        lines.append(f"    In this course {decisions.describe_rules(graded.table.rules)}.")
    rows = graded.table.list_about(whose)
    lines += _list_exercises(view, result, rows) if result else []
    lines += [
        f"    Returned on {_date(row)}: {row.points:g}." for row in rows if row.exercise == RETURNED
    ]
    return view, lines


def _list_exercises(view: View, result: Result, rows: tuple[Decision, ...]) -> list[str]:
    """What the machine gave in one line, and a line for each mark of a person."""
    by_machine = {name: mark for name, mark in view.marks.items() if mark.by == MACHINE}
    given = [
        f"{_number(name)} {_share(mark, result.cells[name])}"
        for name, mark in by_machine.items()
        if mark.points is not None
    ]
    lines = [f"    By the machine: {', '.join(given)}."] if given else []
    waiting = [_number(name) for name, mark in view.marks.items() if mark.points is None]
    lines += [f"    Waits for a person: {', '.join(waiting)}."] if waiting else []
    for name, mark in view.marks.items():
        if name not in by_machine:
            share = _share(mark, result.cells[name])
            lines.append(f"    {_number(name)} {share}, {_say_who(name, mark, result, rows)}")
    return lines


def _say_who(name: str, mark: Mark, result: Result, rows: tuple[Decision, ...]) -> str:
    own = [row for row in rows if row.exercise == name and row.by == mark.by]
    machine = result.cells[name].points
    said = f"by {mark.by}" + (f" on {_date(own[-1])}" if own else "")
    said += f", in place of the machine's {machine:g}" if machine not in (None, mark.points) else ""
    return said + (f": {' '.join(mark.comment.split())}" if mark.comment else ".")


def _number(name: str) -> str:
    """The number of an exercise, by the name of its cell."""
    return ".".join(name.split("-")[1:]) or name


def _share(mark: Mark, cell: Cell) -> str:
    return f"{format_number(mark.points)} of {cell.out_of:g}"


def _date(row: Decision) -> str:
    return row.when[:10]
