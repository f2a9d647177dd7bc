"""The answers to one assignment that persons mark, equal answers grouped.

The folder of results is read again for each page and each mark, so that a spreadsheet, a run of the
grader and several browsers can share it; a mark is refused if the answer or its mark has changed
since the marker opened it. Answers marked by the machine are here as well: a person's points
override them, with a reason.
"""

import copy
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from notebook_grader import files, headings
from notebook_grader.assignments.assignment import Assignment
from notebook_grader.assignments.fact import TextFact
from notebook_grader.judge.cell import Cell
from notebook_grader.marks import agreement, decisions, manual, store
from notebook_grader.marks.agreement import Pair
from notebook_grader.marks.decisions import MACHINE, MARK, Decision, Mark, Table, digest
from notebook_grader.marks.desk import beside
from notebook_grader.marks.desk.markers import Markers
from notebook_grader.tables import TableError, format_number, read_points, read_table

SAMPLES = {
    "full": "A model answer, for all points",
    "half": "For half of the points",
    "none": "For no points",
}


COPIED = "The model answer stands in it word for word."


class Conflict(ValueError):
    """The answer was marked by somebody else meanwhile, or is gone."""


@dataclass(frozen=True)
class Question:
    """An exercise; `machine` is whether the machine marked it, so that a person only overrides
    points."""

    name: str
    out_of: float
    title: str = ""
    text: str = ""
    items: tuple[tuple[float, str], ...] = ()
    samples: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    machine: bool = False

    def sum(self, chosen: tuple[int, ...]) -> float:
        """Sum of the points of these rubric items, counted from 1."""
        return sum(self.items[number - 1][0] for number in chosen)


@dataclass(frozen=True)
class Group:
    """Equal answers to one question, with the mark of each student and a `note` of the machine."""

    name: str
    answer: str
    marks: dict[str, Mark]
    note: str = ""

    @property
    def seen(self) -> str:
        """Digest that changes with any mark of the group or its students."""
        return _digest(
            repr([(s, m.points, m.comment, m.items) for s, m in sorted(self.marks.items())])
        )

    @property
    def waiting(self) -> int:
        """Number of answers without points."""
        return sum(mark.points is None for mark in self.marks.values())

    @property
    def mark(self) -> Mark:
        """The mark of the group; the first if they differ."""
        return next(iter(self.marks.values()))

    @property
    def differs(self) -> bool:
        """Whether equal answers have different marks."""
        return len({(m.points, m.comment, m.items) for m in self.marks.values()}) > 1


class Stack:
    """The answers to one assignment in its folder of results: all, or a marker's share."""

    def __init__(self, folder: Path, assignment: Assignment) -> None:
        self.folder = folder
        self.name = assignment.name
        self._version = assignment.version
        self._texts = assignment.texts
        self._points = assignment.list_points()
        self._titles = headings.find_titles(assignment.notebook)
        self._marker = ""
        self._markers = Markers()
        self.most = sum(self._points.values())
        self.refresh()

    def share(self, marker: str, markers: Markers) -> Self:
        """The share of one marker. A second marker sees only their own marks."""
        share = copy.copy(self)
        share._marker = marker
        share._markers = markers
        return share

    @property
    def questions(self) -> dict[str, Question]:
        """Questions by name; only the lead sees those that the machine marked."""
        return {
            n: asked for n, asked in self._questions.items() if not (self._marker and asked.machine)
        }

    def refresh(self) -> None:
        """Read the folder of results.

        Raises `TableError` if a decision cannot be used, or marks are of another version of the
        assignment.
        """
        with store.lock_marks(self.folder):
            self._read()

    def _read(self) -> None:
        self._results = store.read_results(self.folder)
        if odd := sorted(
            s for s, result in self._results.items() if result.version != self._version
        ):
            raise TableError(
                f"{self.folder} holds marks of another version of {self.name} ({odd[0]}'s): "
                "grade first, so that all have the same version."
            )
        self._table = manual.open_table(self.folder, self._results, self._points)
        self.members = store.read_members(self.folder, self._results)
        self._second = agreement.open_second(self.folder)
        answers: dict[str, dict[str, dict[str, Mark]]] = defaultdict(lambda: defaultdict(dict))
        asked = dict[str, Cell]()
        notes = dict[tuple[str, str], str]()
        for student, result in sorted(self._results.items()):
            for name, mark in self._table.view(result).marks.items():
                cell = result.cells[name]
                if cell.points is None or name not in asked:  # the machine marks empty texts
                    asked[name] = cell
                # White space does not count. An empty text equals no other.
                text = " ".join(cell.answer.split()) or f"\0{student}"
                if cell.points is not None or cell.note:
                    text += f"\0{cell.points} {cell.note}"
                    notes[name, text] = _describe_machine(cell)
                elif _has_model_answer(self._texts.get(name), cell.answer):
                    notes[name, text] = COPIED
                answers[name][text][student] = mark
        self._gather(asked, answers, notes)

    def _gather(
        self,
        asked: dict[str, Cell],
        answers: dict[str, dict[str, dict[str, Mark]]],
        notes: dict[tuple[str, str], str],
    ) -> None:
        """Keep the questions, and the groups of equal answers to each."""
        self._questions = {}
        self._groups = {}
        for name in sorted(asked, key=_number):
            fact = self._texts.get(name, TextFact(self._titles.get(name, name)))
            self._questions[name] = _make_question(name, asked[name], fact)
            groups = [
                Group(
                    _digest(text), next(iter(own.values())).answer, own, notes.get((name, text), "")
                )
                for text, own in answers[name].items()
            ]
            # A stable order that depends neither on names nor on marks.
            self._groups[name] = sorted(groups, key=lambda group: group.name)

    def group_answers(self, question: str) -> list[Group]:
        """List the answers to a question, equal ones grouped."""
        groups = self._groups.get(question, [])
        if not self._marker:
            return groups
        share = []
        split = self._split(question)
        for group in groups:
            first, *second = split[group.name]
            if self._marker == first:
                share.append(group)
            elif self._marker in second:
                share.append(self.show_second_marks(question, group))
        return share

    def count_groups(self, question: str) -> int:
        """Count the different answers to a question, in all shares."""
        return len(self._groups.get(question, []))

    def _split(self, question: str) -> dict[str, tuple[str, ...]]:
        return self._markers.split(
            self.name, [group.name for group in self._groups.get(question, [])]
        )

    def count_marked(self, question: str | None = None) -> tuple[int, int]:
        """Count answers marked by a person, and all answers; to one question, or to all for
        persons."""
        chosen = (
            [question]
            if question
            else [n for n, asked in self.questions.items() if not asked.machine]
        )
        current = [
            m for name in chosen for group in self.group_answers(name) for m in group.marks.values()
        ]
        machine = question is not None and self.questions[question].machine
        return sum(m.by != MACHINE if machine else m.points is not None for m in current), len(
            current
        )

    def list_comments(self, question: str) -> list[str]:
        """List the comments on answers to a question, the most frequent first."""
        groups = self.group_answers(question)
        counted = Counter(group.mark.comment for group in groups if group.mark.comment)
        return sorted(counted, key=lambda comment: (-counted[comment], comment))

    def find(self, question: str, name: str) -> Group:
        """Find a group by its name. Raises `Conflict` if it is gone, or in another marker's
        share."""
        for group in self.group_answers(question):
            if group.name == name:
                return group
        if any(group.name == name for group in self._groups.get(question, [])):
            raise Conflict("This answer is in another marker's share, so nothing was kept.")
        raise Conflict("This answer is gone: its student handed in again, so nothing was kept.")

    def show_second_marks(self, question: str, group: Group) -> Group:
        """Replace the marks of a group by second marks."""
        marks = {}
        for student, mark in group.marks.items():
            row = self._second.find_last(student, question)
            marks[student] = Mark(None, "", mark.answer)
            if row and row.read == digest(mark.answer):
                marks[student] = Mark(row.points, row.reason, mark.answer, row.items, row.by)
        return replace(group, marks=marks)

    def show(self, question: str, group: Group) -> beside.Shown:
        """Render an answer, and what the notebook of the first who gave it displayed."""
        result = self._results[next(iter(group.marks))]
        file = f"{store.make_file_name(result.student)}.ipynb"
        paths = self.folder / "notebooks" / file, self.folder / "submissions" / file
        return beside.show(paths, question, group.answer, result.fingerprint + result.sha256)

    def list_students(self) -> list[str]:
        """Names of all who handed in, are on the class's list, or have a mark."""
        table = self.folder / "grades.csv"
        listed = [row.get("student", "") for row in read_table(table)[1]] if table.is_file() else []
        return sorted({*self._results, *listed, *self._table.rows, *self.members} - {""})

    def list_answers(self, student: str) -> list[tuple[Question, Group, Mark]]:
        """List the answers of a student, or of the one who handed in for the group."""
        student = self.members.get(student, student)
        groups = [
            (asked, group) for name, asked in self.questions.items() for group in self._groups[name]
        ]
        return [
            (asked, group, group.marks[student])
            for asked, group in groups
            if student in group.marks
        ]

    def get_whole(self, student: str) -> Decision | None:
        """A person's mark for all of a student's work, with a notebook or without."""
        return self._table.find_last(student, MARK, decisions.WHOLE)

    def give_whole(self, student: str, seen: str, points: str, reason: str, by: str) -> None:
        """Give a mark for all of a student's work; no points take it back. Raises as `give`."""
        with store.lock_marks(self.folder):
            self._read()
            old = self.get_whole(student)
            if student not in self.list_students() or (old.when if old else "") != seen:
                raise Conflict(
                    f"{student or 'Nobody'} has another mark now, or is not on the list."
                )
            given = read_points(points, self.most)
            if not reason.strip():
                raise TableError("Say why: the mark takes the place of all others.")
            self._keep([decisions.decide_matter(student, MARK, given, by, reason)])

    def list_differences(self) -> dict[str, list[tuple[Question, Group, Pair]]]:
        """List what two persons marked differently and nobody has settled, by a digest of both
        marks."""
        found = defaultdict(list)
        for question, group, pair in self.list_pairs():
            if pair.differs and not pair.settled:
                two = [
                    (mark.by, mark.points, mark.reason, mark.items)
                    for mark in (pair.first, pair.second)
                ]
                found[_digest(repr((question.name, group.name, two)))].append(
                    (question, group, pair)
                )
        return dict(found)

    def settle(self, seen: str, take: str, points: str, reason: str, by: str) -> None:
        """Settle a difference: take the `first` mark, the `second`, or other points. Raises as
        `give`."""
        with store.lock_marks(self.folder):
            self._read()
            if not (chosen := self.list_differences().get(seen)):
                raise Conflict(
                    "One of the two marks has changed, or somebody settled it; nothing was kept."
                )
            question, _, pair = chosen[0]
            mark = {"first": pair.first, "second": pair.second}.get(take)
            own = replace(
                pair.first, points=read_points(points, question.out_of), reason=reason, items=()
            )
            if not mark and (own.points is None or not reason.strip()):
                raise TableError("Give points, and say why: the student reads it.")
            new = replace(mark or own, by=f"{by}, settling", key=self._version)
            self._keep(
                [replace(new, student=pair.first.student) for _, _, pair in chosen], again=True
            )

    def list_pairs(self) -> list[tuple[Question, Group, Pair]]:
        """List the answers that two persons marked. Empty unless the user is the lead."""
        pairs = [] if self._marker else agreement.list_pairs(self._table, self._second)
        return [
            (self._questions[pair.first.exercise], group, pair)
            for pair in pairs
            for group in self._groups.get(pair.first.exercise, [])
            if pair.first.student in group.marks
        ]

    def give(self, question: str, group: str, seen: str, mark: Mark, students: set[str]) -> None:
        """Mark the answers of these students in a group, if its marks are still those that were
        `seen`.

        A second marker's mark replaces no other: it is compared with the first.

        Raises `Conflict` if the group has changed, is gone or in another marker's share, and
        `TableError` as
        `refresh`, or if the machine's points would be replaced without a reason.
        """
        with store.lock_marks(self.folder):
            self._read()
            target = self.find(question, group)
            second = bool(self._marker) and self._split(question)[group][0] != self._marker
            held = {student: old for student, old in target.marks.items() if student in students}
            new = mark.points, mark.comment, mark.items
            if held and all((old.points, old.comment, old.items) == new for old in held.values()):
                return
            if target.seen != seen:
                raise Conflict(
                    "Somebody else marked this answer after you opened it; both marks are below."
                )
            if self.questions[question].machine and not mark.comment.strip():
                raise TableError("Say why, as a comment: these points replace the machine's.")
            table = (
                decisions.open_table(self.folder, file=agreement.SECOND) if second else self._table
            )
            entries = mark.points, mark.by, mark.comment, mark.items
            rows = [
                (student, question, "", *entries, digest(old.answer))
                for student, old in held.items()
            ]
            self._keep((Decision(*row, self._version) for row in rows), table=table)

    def _keep(
        self, rows: Iterable[Decision], again: bool = False, table: Table | None = None
    ) -> None:
        (table or self._table).add(rows, again)
        files.write(self.folder / manual.MANUAL, manual.format_manual(self._results, self._table))
        self._read()


def _describe_machine(cell: Cell) -> str:
    rows = [
        f"{e['run']}: {e['answer']} = {e['came']}; the key says {e['wanted']}."
        for e in cell.evidence
    ]
    given = format_number(cell.points) or "no points"
    return " ".join([f"The machine gave {given}. {cell.note}", *rows])


def _has_model_answer(fact: TextFact | None, answer: str) -> bool:
    """Whether the words of the model answer stand in an answer, in their order and nothing between
    them."""
    model, _ = fact.samples.get("full", ("", "")) if fact else ("", "")
    words, wanted = (" ".join(re.findall(r"\w+", text.casefold())) for text in (answer, model))
    return bool(wanted) and f" {wanted} " in f" {words} "


def _make_question(name: str, cell: Cell, fact: TextFact) -> Question:
    items = tuple((points, text) for points, text in fact.rubric)
    if sum(points for points, _ in items) != cell.out_of:
        items = ()  # a builder of assignments refuses it
    machine = cell.points is not None
    return Question(name, cell.out_of, fact.title, fact.question, items, fact.samples, machine)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _number(name: str) -> list[int | str]:
    return [int(part) if part.isdigit() else part for part in name.split("-")]
