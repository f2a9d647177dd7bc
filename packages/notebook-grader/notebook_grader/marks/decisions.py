"""Marks as an append-only table of decisions; current marks are a view of it.

A row has the student, the exercise, the points, who gave them, why, when and by which key, and a
digest of the answer that was read, empty if the decision holds for any answer. Decisions are made
by the machine or by persons; a person's decision overrides the machine's for the answer that the
person read. The column `about` says what a row decides: an answer, lateness (`late` and
`extension`, in days), the whole submission (`excused`, `mark`, which needs no submission, and
what was `returned` to a platform), or a rule. What lateness costs is one rule of the whole
course, in a table of its own beside the assignments.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from notebook_grader import files, tables
from notebook_grader.files import StoreError
from notebook_grader.judge.cell import Cell
from notebook_grader.marks.store import Result, lock_marks
from notebook_grader.tables import read_rows

FILE = "decisions.csv"
MACHINE = "machine"
LATE, EXTENSION, EXCUSED, MARK = "late", "extension", "excused", "mark"
RETURNED = "returned"
ANSWER, LATENESS, WHOLE, RULE = "answer", "lateness", "whole", "rule"
"""What a decision is about; those that are not about an answer say in `exercise` which matter."""
RULES = {"late off": 0.0, "late most": 100.0, "late days": 0.0}
"""Defaults for late work: per cent deducted for each day begun, the most that is deducted, and the
days after which it earns nothing (0: it always counts)."""
LATENESS_FILE = "lateness.csv"
"""The table of these rules, in the folder of all grades: the last row of each counts."""
WORDS = {LATE: "a number of days", EXTENSION: "a number of days", EXCUSED: "1 for excused, or 0"}
WORDS |= {MARK: "a number of points"}  # what the points of each are
ABOUT = {LATE: LATENESS, EXTENSION: LATENESS, EXCUSED: WHOLE, MARK: WHOLE, RETURNED: WHOLE}
ABOUT |= dict.fromkeys(RULES, RULE)  # what each matter belongs to
CHANGED = "The answer changed after it was given"
"""Beginning of the comment on an answer that was marked and has to be marked again."""


@dataclass(frozen=True)
class Decision:
    """One row; `answer` is the name of one answer in the exercise, empty if the decision is about
    all. `exercise` holds the matter, such as `extension`, if the row is not `about` an answer."""

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
    about: str = ANSWER

    @property
    def subject(self) -> tuple[str, str, str, str, bool]:
        """What it decides: the last decision of the machine and the last of a person count."""
        return self.student, self.about, self.exercise, self.answer, self.by == MACHINE

    def repeats(self, other: Self | None) -> bool:
        """Whether it decides the same as another, whoever decided and when."""
        # A person's decision holds for any key.
        ignored: dict[str, Any] = {"when": "", "by": ""} | (
            {} if self.by == MACHINE else {"key": ""}
        )
        return other is not None and replace(self, **ignored) == replace(other, **ignored)


@dataclass(frozen=True)
class Mark:
    """Current mark of one exercise: points, None while it waits for a person, and the comment.

    `answer` is the text or code that was read, `items` are the rubric items that it earns, counted
    from 1. `is_outdated` tells that a person's points were for an earlier answer.
    """

    points: float | None
    comment: str
    answer: str
    items: tuple[int, ...] = ()
    by: str = "marker"
    is_outdated: bool = False


@dataclass(frozen=True)
class View:
    """Current marks of one submission, the deduction for lateness, and the reason if it is excused.

    `whole` is a person's decision on the mark as a whole, `returned` the mark that a platform got,
    and `words` how the platform says that the work was late.
    """

    marks: dict[str, Mark]
    waiting: float
    out_of: float
    days: int = 0
    off: float = 0.0
    excused: str | None = None
    whole: Decision | None = None
    returned: float | None = None
    words: str = ""

    @property
    def points(self) -> float:
        """Points so far."""
        if self.whole and self.whole.points is not None:
            return self.whole.points
        return round(sum(mark.points or 0 for mark in self.marks.values()) - self.off, 2)

    @property
    def outdated(self) -> bool:
        """Whether another mark was returned than the present one."""
        return self.returned is not None and self.final not in (None, self.returned)

    @property
    def final(self) -> float | None:
        """Points; None while an answer waits for a person, or if it is excused."""
        return None if self.waiting or self.excused is not None else self.points

    @property
    def sentences(self) -> list[str]:
        """Sentences about the submission as a whole."""
        sentences = []
        if self.days:
            days = "day" if self.days == 1 else "days"
            words = f" ({self.words})" if self.words else ""
            sentences.append(f"It was {self.days} {days} late{words}.")
        if self.off:
            sentences.append(f"That takes {self.off:g} points off.")
        if self.whole:
            sentences.append(f"A person gave {self.points:g} in all: {self.whole.reason}")
        if self.excused is not None:
            sentences.append(f"Excused: {self.excused}".rstrip(": .") + ".")
        return sentences


@dataclass
class Table:
    """All decisions about one assignment, in the order in which they were made."""

    path: Path
    rows: dict[str, list[Decision]] = field(default_factory=lambda: defaultdict(list))
    last: dict[tuple[str, str, str, str, bool], Decision] = field(default_factory=dict)
    unused: list[tuple[dict[str, str], str]] = field(default_factory=list)
    """Rows of manual.csv that cannot be used, and why."""
    rules: Sequence[Decision] = ()
    """The course's decisions on late work."""

    def _keep(self, row: Decision) -> None:
        self.rows[row.student].append(row)
        self.last[row.subject] = row

    def add(self, rows: Iterable[Decision], again: bool = False) -> list[Decision]:
        """Append decisions unless they repeat the last ones, or even then; returns the new rows.
        The caller holds the lock."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        new = []
        for row in rows:
            if again or not row.repeats(self.last.get(row.subject)):
                new.append(replace(row, when=now))
                self._keep(new[-1])
        if new:
            _upgrade(self.path)
            with self.path.open("a", encoding="utf-8", newline="") as stream:
                stream.write(tables.format_table(map(_format_row, new)))
                stream.flush()
        return new

    def find_last(self, student: str, exercise: str, about: str = ANSWER) -> Decision | None:
        """A person's last decision on an exercise or another matter, as a whole."""
        return self.last.get((student, about, exercise, "", False))

    def list_about(self, student: str) -> tuple[Decision, ...]:
        """List the rules for everybody and the decisions about a student."""
        return (*self.rules, *self.rows.get(student, ()))

    def view(self, result: Result) -> View:
        """Current marks of a submission."""
        return make_view(result, self.list_about(result.student))

    def view_others(self, results: Mapping[str, Result], out_of: float) -> dict[str, View]:
        """Marks that persons gave to students who have no submission."""
        names = self.rows.keys() - results.keys() - {""}
        views = {name: self.view(Result(name, "", "", "", {})) for name in names}
        given = {
            name: view for name, view in views.items() if view.whole or view.excused is not None
        }
        return {name: replace(view, out_of=out_of) for name, view in given.items()}


COLUMNS = tuple(column.name for column in fields(Decision))


def _format_row(row: Decision) -> list[str]:
    texts = vars(row) | {
        "points": tables.format_number(row.points),
        "items": tables.format_items(row.items),
    }
    return [texts[name] for name in COLUMNS]


def _read_row(row: dict[str, str]) -> Decision:
    entries: dict[str, Any] = {name: row.get(name, "") for name in COLUMNS}
    entries |= {
        "points": tables.read_points(row["points"]),
        "items": tables.read_items(entries["items"]),
    }
    # Tables of earlier versions have no column `about`.
    entries["about"] = entries["about"] or ABOUT.get(entries["exercise"], ANSWER)
    return Decision(**entries)


def _upgrade(path: Path) -> None:
    """Write a table with the columns of this version, if an earlier one made it."""
    columns, rows = tables.read_table(path)
    if tuple(columns) != COLUMNS:
        lines = [COLUMNS, *(_format_row(_read_row(row)) for row in rows)]
        files.write(path, "\ufeff" + tables.format_table(lines))


def decide_matter(
    student: str, matter: str, points: float | None, by: str, reason: str = ""
) -> Decision:
    """A decision that is not about an answer; `matter` is one of `ABOUT`."""
    return Decision(student, matter, "", points, by, reason, about=ABOUT[matter])


def open_table(folder: Path, exists: bool = False, file: str = FILE) -> Table:
    """Open the decisions in a folder of results, created unless it `exists` because marks were
    given before.

    Raises `StoreError` if an existing table is gone or empty, and `TableError` if a row cannot be
    used.
    """
    path = folder / file
    if exists and (not path.is_file() or not path.stat().st_size):
        raise StoreError(
            f"{path} is gone or empty, though marks were given: put a copy back, or delete results/"
            " and grade again."
        )
    table = Table(path, rules=_read_lateness(folder))
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text("\ufeff" + tables.format_table([COLUMNS]), encoding="utf-8")
        return table
    for row in read_rows(path, ("student", "exercise", "points", "by"), _read_row):
        table._keep(row)
    return table


def _read_lateness(folder: Path) -> list[Decision]:
    """Read the course's rules, which lie beside the folder of an assignment's results, or in it."""
    places = (folder / LATENESS_FILE, folder.parent / LATENESS_FILE)
    there = [path for path in places if path.is_file()]
    return read_rows(there[0], ("exercise", "points"), _read_row) if there else []


def keep_rules(grades: Path, rules: Mapping[str, float]) -> None:
    """Keep new rules of the course for late work."""
    if rules:
        with lock_marks(grades):
            rows = [
                decide_matter("", name, float(value), "options") for name, value in rules.items()
            ]
            open_table(grades, file=LATENESS_FILE).add(rows)


def describe_rules(rows: Iterable[Decision]) -> str:
    """Say what lateness costs, as the end of a sentence."""
    rules = read_rules(rows)
    off = rules["late off"]
    most = rules["late most"]
    days = rules["late days"]
    said = f"late work costs {off:g} % a day" if off else "late work costs nothing"
    said += f", {most:g} % at most" if off and most < 100 else ""
    return said + (f", and after {days:g} days it earns nothing" if days else "")


def show_answer(cell: Cell) -> str:
    """The text or code that a decision is about, as tables show it."""
    return cell.answer or (f"[{cell.doubt}]" if cell.doubt else "")


def digest(answer: str) -> str:
    """Digest of the answer that a decision refers to. White space is normalised because
    spreadsheets change line endings."""
    plain = " ".join(answer.split()).encode("utf-8", "replace")
    return hashlib.sha256(plain).hexdigest()[:12] if plain else ""


def decide_by_machine(result: Result, listed: Iterable[Decision] = ()) -> list[Decision]:
    """The machine's decisions about a submission: points by exercise, or by answer if answers have
    points.

    What the class's list says of lateness, `listed`, takes the place of what a file's name says.
    """
    rows = []
    for name, cell in result.cells.items():
        facts: dict[str, Any] = {
            "read": digest(show_answer(cell)),
            "key": result.version,
            "by": MACHINE,
        }
        parts: Mapping[str, float | None] = cell.parts or {"": cell.points}
        rows += [
            Decision(result.student, name, answer, points, **facts)
            for answer, points in parts.items()
        ]
    late = 1.0 if result.packed and result.packed.late else 0.0
    known = {LATE: decide_matter(result.student, LATE, late, MACHINE)} | {
        row.exercise: row for row in listed
    }
    return [*rows, *(replace(row, key=result.version) for row in known.values())]


def read_rules(rows: Iterable[Decision]) -> dict[str, float]:
    """The rules for everybody, given all decisions about them."""
    given = {row.exercise: row.points for row in rows if row.about == RULE}
    return RULES | {name: points for name, points in given.items() if points is not None}


def make_view(result: Result, rows: Sequence[Decision]) -> View:
    """Current marks of a submission, given all decisions about its student."""
    whole = _list_whole(rows)
    marks = {
        name: _make_mark(name, cell, result.version, rows) for name, cell in result.cells.items()
    }
    days = _count_days(whole)
    share = _find_share(days, read_rules(rows))
    earned = sum(mark.points or 0 for mark in marks.values())
    waiting = sum(result.cells[name].out_of for name, mark in marks.items() if mark.points is None)
    excused = whole.get(EXCUSED)
    given = whole.get(MARK)
    returned = [row.points for row in rows if row.subject[1:3] == (WHOLE, RETURNED)]
    return View(
        marks,
        waiting=0 if given else waiting,
        out_of=sum(cell.out_of for cell in result.cells.values()),
        days=days,
        off=round(earned * share, 2),
        excused=excused.reason if excused and excused.points else None,
        whole=given,
        returned=returned[-1] if returned else None,
        words=_describe_lateness(whole),
    )


def _list_whole(rows: Iterable[Decision]) -> dict[str, Decision]:
    """The decision that counts on each matter of a whole submission: a person's, unless withdrawn,
    or else the machine's."""
    machine = dict[str, Decision]()
    persons = dict[str, Decision]()
    for row in rows:
        if row.about not in (LATENESS, WHOLE):
            continue
        if row.by == MACHINE:
            machine[row.exercise] = row
        else:
            persons[row.exercise] = row
    return machine | {name: row for name, row in persons.items() if row.points is not None}


def _count_days(whole: Mapping[str, Decision]) -> int:
    """The days by which work was late, those begun included, after an extension."""
    late = whole[LATE].points or 0.0 if LATE in whole else 0.0
    extension = whole[EXTENSION].points or 0.0 if EXTENSION in whole else 0.0
    return max(math.ceil(late - extension), 0)


def _find_share(days: int, rules: Mapping[str, float]) -> float:
    """The share of the points that so many days take off."""
    if not days:
        return 0.0
    if 0 < rules["late days"] < days:
        return 1.0
    return min(days * rules["late off"], rules["late most"]) / 100


def _describe_lateness(whole: Mapping[str, Decision]) -> str:
    said = []
    if LATE in whole and whole[LATE].reason:
        said.append(whole[LATE].reason)
    if EXTENSION in whole and whole[EXTENSION].points:
        said.append(f"extension in days: {whole[EXTENSION].points:g}")
    return "; ".join(said)


def _make_mark(name: str, cell: Cell, version: str, rows: Sequence[Decision]) -> Mark:
    """Current mark of one exercise: the machine's points by answer, unless a person gave others."""
    answer = show_answer(cell)
    read = digest(answer)
    parts = dict[str, float | None]()  # the machine's points
    own = dict[str, Decision]()  # of persons
    outdated = ""
    for row in rows:
        if row.about != ANSWER or row.exercise != name:
            continue
        if row.by == MACHINE:
            if row.key == version and row.read == read:
                parts[row.answer] = row.points
        elif row.read not in ("", read):
            outdated = f"{CHANGED} {tables.format_number(row.points) or 'no points'}. {row.reason}"
        else:
            # A decision on the whole replaces those on its answers.
            own = {part: last for part, last in own.items() if part and row.answer} | {
                row.answer: row
            }
    own = {part: row for part, row in own.items() if row.points is not None or part == ""}
    if not own:
        return Mark(_add(parts), outdated.strip(), answer, by=MACHINE, is_outdated=bool(outdated))
    row = list(own.values())[-1]
    if "" in own:
        points = row.points if row.points is not None else _add(parts)
    else:
        points = _add(parts | {part: last.points for part, last in own.items()})
    reason = " ".join(dict.fromkeys(last.reason for last in own.values() if last.reason))
    return Mark(points, reason, answer, row.items, row.by if row.points is not None else MACHINE)


def _add(parts: Mapping[str, float | None]) -> float | None:
    known = [points for points in parts.values() if points is not None]
    return sum(known) if known and len(known) == len(parts) else None
