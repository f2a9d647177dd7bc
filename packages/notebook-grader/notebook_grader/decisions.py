"""Marks as a table of decisions, to which rows are only ever added; what holds now is a view of it.

A row says who gave which points to which exercise of whom, why, when, by which key, and of what: a digest of
the text or code that was read, empty where the decision holds whatever is handed in. The machine decides, and
persons do; a person's word outranks the machine's for the answer that the person read. Words in place of an
exercise decide about the whole: days that it was `late`, days of `extension`, and whether it is `excused`. In
rows of no student they are the rules for everybody.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from notebook_grader.packed import read_name
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


class ManualError(ValueError):
    """A decision cannot be used; the message says which, and why."""


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
        same = {"when": "", "by": ""} if self.by == MACHINE else {"when": "", "by": "", "key": ""}
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
                stream.write(format_csv(map(_format_row, new)))
                stream.flush()
        return new

    def list_about(self, student: str) -> tuple[Decision, ...]:
        """All that was decided about a student, and the rules for everybody."""
        return (*self.rows.get("", ()), *self.rows.get(student, ()))

    def view(self, result: Result) -> View:
        """What holds for a submission."""
        return make_view(result, self.list_about(result.student))


COLUMNS = tuple(one.name for one in fields(Decision))


def escape_formula(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    # Also with the sign of escaping in front, which else would be taken for ours and lost.
    formula = text.lstrip("'").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    return f"'{text}" if formula and text != "-" else text


def unescape_formula(text: str) -> str:
    """The text that `escape_formula` was given."""
    return text[1:] if text.startswith("'") and escape_formula(text[1:]) == text else text


def format_csv(rows: Iterable[Iterable[object]]) -> str:
    """Rows as the text of a CSV, with one kind of line end."""
    text = io.StringIO()
    plain = ([re.sub("\r\n?", "\n", one) if isinstance(one, str) else one for one in row] for row in rows)
    csv.writer(text, lineterminator="\n").writerows(plain)
    return text.getvalue().encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def format_number(value: float | None) -> str:
    """Points as a table shows them, empty while there are none."""
    return "" if value is None else f"{value:.10g}"


def _format_row(row: Decision) -> list[str]:
    shown = replace(row, student=escape_formula(row.student), reason=escape_formula(row.reason))
    return [
        format_number(one)
        if isinstance(one, (int, float))
        else " ".join(map(str, one or ()))
        if one == row.items
        else one or ""
        for one in astuple(shown)
    ]


def open_table(folder: Path, given: bool = False, file: str = FILE) -> Table:
    """The decisions in a folder of results, begun if it has none; `given` where marks were given already.

    Raises `StoreError` if the table is gone though it had rows, and `ManualError` if a row cannot be used.
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
        path.write_text("\ufeff" + format_csv([COLUMNS]), encoding="utf-8")
        return table
    for line, row in read_rows(path, ("student", "exercise", "points", "by")):
        try:
            items, points = read_items(row.get("items") or ""), read_points(row["points"])
        except ManualError as error:
            raise ManualError(f"{path}, row {line}: {error}") from None
        texts = {name: unescape_formula(row.get(name) or "") for name in COLUMNS}
        table._keep(Decision(**texts | {"points": points, "items": items}))
    return table


def read_rows(path: Path, needed: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table with their numbers, whichever sign a spreadsheet put between its columns.

    Raises `ManualError` if it is no UTF-8 or lacks a column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ManualError(f"{path} is not UTF-8: save it as 'CSV UTF-8' and run again.") from None
    found = []
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=find_separator(text))
    for line, row in enumerate(rows, start=2):
        if missing := [name for name in needed if row.get(name) is None]:
            raise ManualError(f"{path}, row {line}: the column {missing[0]!r} is missing.")
        found.append((line, {name: value for name, value in row.items() if isinstance(value, str)}))
    return found


def find_separator(text: str) -> str:
    """The sign between the columns of a table, by its first line."""
    return max(",;\t", key=text.partition("\n")[0].count)


def read_points(text: str, most: float = float("inf"), what: str = "a number of points") -> float | None:
    """The points that somebody wrote, None if nothing. Raises `ManualError` unless from 0 to `most`, in which
    they are called as `what` says."""
    if not text.strip():
        return None
    try:
        points = float(text.strip().replace(",", "."))
    except ValueError:
        points = -1.0
    if not 0 <= points <= most:
        up_to = f" from 0 to {most:g}" if most < float("inf") else ""
        raise ManualError(f"{text!r} is not {what}{up_to}.")
    return points


def read_items(text: str) -> tuple[int, ...]:
    """Items of a rubric, as "1 3". Raises `ManualError` for anything else."""
    try:
        return tuple(map(int, text.split()))
    except ValueError:
        raise ManualError(f"{text!r} is no list of rubric items, such as '1 3'.") from None


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
        own = {"read": digest(show_answer(cell)), "key": result.version, "by": MACHINE}
        parts = cell.parts or {"": cell.points}
        rows += [Decision(result.student, name, answer, points, **own) for answer, points in parts.items()]
    packed = read_name(PurePosixPath(result.file).parts)
    late = 1.0 if packed and packed.late else 0.0
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
    return View(
        marks,
        waiting,
        sum(cell.out_of for cell in result.cells.values()),
        max(days, 0),
        round(given * share, 2),
        excused.reason if excused and excused.points else None,
    )


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
            given = format_number(row.points) or "no points"
            words = f"{CHANGED} {given}. {row.reason}"
        else:
            # A word on the whole takes the place of those on its answers.
            own = (
                {row.answer: row}
                if not row.answer
                else {k: v for k, v in own.items() if k} | {row.answer: row}
            )
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
