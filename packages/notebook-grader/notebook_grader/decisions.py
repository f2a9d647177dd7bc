"""Marks as a table of decisions, to which rows are only ever added; what holds now is a view of it.

A row says who gave which points to which exercise of whom, why, when, by which key, and of what: a digest of
the text or code that was read, empty where the decision holds whatever is handed in. The machine decides, and
persons do; a person's word outranks the machine's for the answer that the person read. Words in place of an
exercise decide about the whole: days that it was `late`, days of `extension`, and whether it is `excused`. In
rows of no student they are the rules for everybody.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from notebook_grader import tables
from notebook_grader.store import Cell, Result, StoreError

FILE = "decisions.csv"
MACHINE = "machine"
LATE, EXTENSION, EXCUSED = "late", "extension", "excused"
RULES = {"late off": 0.0, "late most": 100.0, "late days": 0.0}
"""What holds for late work where nothing is said: per cent taken off for each day begun, at most so much, and
after so many days nothing counts (0: it always counts)."""
WORDS = (LATE, EXTENSION, EXCUSED)
CHANGED = "The answer changed after it was given"
"""How the comment begins on an answer that was marked, and is to be marked again."""


@dataclass(frozen=True)
class Decision:
    """One row; `answer` is the name of one answer in the exercise, empty where it is about all of them."""

    student: str
    exercise: str
    answer: str
    points: float | None
    by: str
    reason: str = ""
    items: tuple[int, ...] = ()
    read: str = ""
    key: str = ""
    when: str = ""

    @property
    def what(self) -> tuple[str, str, str, bool]:
        """What it is about; of the machine's decisions and those of persons, each the last counts."""
        return self.student, self.exercise, self.answer, self.by == MACHINE

    def says_as(self, other: Decision | None) -> bool:
        """Whether it says what another did, whoever said it and when."""
        # A person's word holds for any key.
        same: dict[str, Any] = (
            {"when": "", "by": ""} if self.by == MACHINE else {"when": "", "by": "", "key": ""}
        )
        return other is not None and replace(self, **same) == replace(other, **same)


@dataclass(frozen=True)
class Mark:
    """What holds for one exercise: points, None while it waits for a person, and what is said of them.

    `answer` is what was read, `items` are those of the rubric that it earns, counted from 1.
    """

    points: float | None
    comment: str
    answer: str
    items: tuple[int, ...] = ()
    by: str = "marker"


@dataclass(frozen=True)
class View:
    """What holds for one submission: its marks, what lateness takes off, and why it is excused."""

    marks: dict[str, Mark]
    waiting: float
    out_of: float
    days: int = 0
    off: float = 0.0
    excused: str | None = None

    @property
    def points(self) -> float:
        """The points that it has so far."""
        return round(sum(mark.points or 0 for mark in self.marks.values()) - self.off, 2)

    @property
    def final(self) -> float | None:
        """Its points; None while some wait for a person, or where they count for nothing."""
        return None if self.waiting or self.excused is not None else self.points

    @property
    def sentences(self) -> list[str]:
        """What is to be said of the whole."""
        says = [f"It was {self.days} day{'s' * (self.days > 1)} late."] if self.days else []
        says += [f"That takes {self.off:g} points off."] if self.off else []
        return says + ([f"Excused: {self.excused}".rstrip(": .") + "."] if self.excused is not None else [])


@dataclass
class Table:
    """All decisions about one assignment, in the order in which they were made."""

    path: Path
    rows: dict[str, list[Decision]] = field(default_factory=lambda: defaultdict(list))
    last: dict[tuple[str, str, str, bool], Decision] = field(default_factory=dict)

    def _keep(self, row: Decision) -> None:
        self.rows[row.student].append(row)
        self.last[row.what] = row

    def add(self, rows: Iterable[Decision]) -> list[Decision]:
        """Append what was not said last already; returns that. Only who holds the lock of marks may."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        new = []
        for row in rows:
            if not row.says_as(self.last.get(row.what)):
                new.append(replace(row, when=now))
                self._keep(new[-1])
        if new:
            with self.path.open("a", encoding="utf-8", newline="") as stream:
                stream.write(tables.format_table(map(_format_row, new)))
                stream.flush()
        return new

    def list_about(self, student: str) -> tuple[Decision, ...]:
        """All that was decided about a student, and the rules for everybody."""
        return (*self.rows.get("", ()), *self.rows.get(student, ()))

    def view(self, result: Result) -> View:
        """What holds for a submission."""
        return make_view(result, self.list_about(result.student))


COLUMNS = tuple(one.name for one in fields(Decision))


def _format_row(row: Decision) -> list[str]:
    texts = vars(row) | {"points": tables.format_number(row.points), "items": " ".join(map(str, row.items))}
    return [tables.escape_formula(texts[name]) for name in COLUMNS]


def _read_row(row: dict[str, str]) -> Decision:
    entries: dict[str, Any] = {name: row.get(name, "") for name in COLUMNS}
    given = {"points": tables.read_points(row["points"]), "items": tables.read_items(entries["items"])}
    return Decision(**entries | given)


def open_table(folder: Path, given: bool = False, file: str = FILE) -> Table:
    """The decisions in a folder of results, begun if it has none; `given` where marks were given already.

    Raises `StoreError` if the table is gone though it had rows, and `TableError` if a row cannot be used.
    """
    path = folder / file
    if given and (not path.is_file() or not path.stat().st_size):
        raise StoreError(
            f"{path} is gone or empty, though marks were given: put a copy back, or delete results/, and "
            "all are graded anew."
        )
    table = Table(path)
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text("\ufeff" + tables.format_table([COLUMNS]), encoding="utf-8")
        return table
    for row in tables.read_rows(path, ("student", "exercise", "points", "by"), _read_row):
        table._keep(row)
    return table


def show_answer(cell: Cell) -> str:
    """The text or code that a decision is about, as tables show it."""
    return cell.answer or (f"[{cell.doubt}]" if cell.doubt else "")


def digest(answer: str) -> str:
    """What a decision is about, in short; spreadsheets change the ends of lines, which are no difference."""
    plain = " ".join(answer.split()).encode("utf-8", "replace")
    return hashlib.sha256(plain).hexdigest()[:12] if plain else ""


def decide_by_machine(result: Result) -> list[Decision]:
    """What the machine decided about a submission: points by exercise, or by answer where it has such."""
    rows = []
    for name, cell in result.cells.items():
        own: dict[str, Any] = {"read": digest(show_answer(cell)), "key": result.version, "by": MACHINE}
        parts: Mapping[str, float | None] = cell.parts or {"": cell.points}
        rows += [Decision(result.student, name, answer, points, **own) for answer, points in parts.items()]
    late = 1.0 if result.packed and result.packed.late else 0.0
    return [*rows, Decision(result.student, LATE, "", late, MACHINE, key=result.version)]


def make_view(result: Result, rows: Sequence[Decision]) -> View:
    """What holds for a submission, of all that was decided about its student."""
    rules, whole = dict(RULES), dict[str, Decision]()
    for row in rows:
        if not row.student and row.exercise in RULES and row.points is not None:
            rules[row.exercise] = row.points
        elif row.exercise in WORDS:
            before = whole.get(row.exercise)
            whole[row.exercise] = before if before and before.by != MACHINE == row.by else row
    marks = {name: _make_mark(name, cell, result.version, rows) for name, cell in result.cells.items()}
    waiting = sum(result.cells[name].out_of for name, mark in marks.items() if mark.points is None)
    excused = whole.get(EXCUSED)
    days = math.ceil(_get_points(whole.get(LATE)) - _get_points(whole.get(EXTENSION)))
    share = min(days * rules["late off"], rules["late most"]) / 100 if days > 0 else 0.0
    share = 1.0 if 0 < rules["late days"] < days else share
    given = sum(mark.points or 0 for mark in marks.values())
    out_of = sum(cell.out_of for cell in result.cells.values())
    reason = excused.reason if excused and excused.points else None
    return View(marks, waiting, out_of, max(days, 0), round(given * share, 2), reason)


def _get_points(row: Decision | None) -> float:
    return row.points or 0.0 if row else 0.0


def _make_mark(name: str, cell: Cell, version: str, rows: Sequence[Decision]) -> Mark:
    """What holds for one exercise: the machine's points by answer, unless a person gave others."""
    answer = show_answer(cell)
    read, parts, own, words = digest(answer), dict[str, float | None](), dict[str, Decision](), ""
    for row in rows:
        if row.exercise != name:
            continue
        if row.by == MACHINE:
            parts |= {row.answer: row.points} if row.key == version and row.read == read else {}
        elif row.read not in ("", read):
            words = f"{CHANGED} {tables.format_number(row.points) or 'no points'}. {row.reason}"
        else:
            # A word on the whole takes the place of those on its answers.
            others = {part: one for part, one in own.items() if part and row.answer}
            own = others | {row.answer: row}
    own = {part: row for part, row in own.items() if row.points is not None or part == ""}
    if not own:
        return Mark(_add(parts), words.strip(), answer, by=MACHINE)
    row = list(own.values())[-1]
    if "" in own:
        points = row.points if row.points is not None else _add(parts)
    else:
        points = _add(parts | {part: one.points for part, one in own.items()})
    reason = " ".join(dict.fromkeys(one.reason for one in own.values() if one.reason))
    return Mark(points, reason, answer, row.items, row.by if row.points is not None else MACHINE)


def _add(parts: Mapping[str, float | None]) -> float | None:
    given = [points for points in parts.values() if points is not None]
    return sum(given) if len(given) == len(parts) and parts else None
