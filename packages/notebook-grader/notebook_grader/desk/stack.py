"""What lies on the desk: the answers to one assignment that a person marks, equal ones together.

The folder of results is the truth. It is read at each look and each mark, so that a spreadsheet, a run of the
grader and two browsers can share it; a mark is given only to what its giver saw. What the machine marked lies
here too: a person's points take its place, with a reason.
"""

import copy
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from notebook_grader import agreement, decisions, marks, pages, store
from notebook_grader.agreement import Pair
from notebook_grader.assignment import Assignment
from notebook_grader.decisions import MACHINE, Decision, Mark, digest
from notebook_grader.desk.markers import Markers
from notebook_grader.fact import TextFact
from notebook_grader.tables import TableError, format_number

SAMPLES = {
    "full": "A model answer, for all points",
    "half": "For half of the points",
    "none": "For no points",
}


class Conflict(ValueError):
    """Somebody else marked the answer meanwhile, or it is gone; the message says which."""


@dataclass(frozen=True)
class Question:
    """An exercise that a person marks; `problem` says why its rubric cannot be used, if it cannot.

    `machine` where the machine marked it, and a person may give other points.
    """

    name: str
    out_of: float
    title: str = ""
    text: str = ""
    items: tuple[tuple[float, str], ...] = ()
    samples: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    problem: str = ""
    machine: bool = False

    def sum(self, chosen: tuple[int, ...]) -> float:
        """What these items of the rubric, counted from 1, earn together."""
        return sum(self.items[number - 1][0] for number in chosen)


@dataclass(frozen=True)
class Group:
    """Equal answers to one question, by whom they are and what they have; `note` is what the machine said."""

    name: str
    answer: str
    marks: dict[str, Mark]
    note: str = ""

    @property
    def seen(self) -> str:
        """Changes when a mark of the group does, or who is in it."""
        return _digest(repr([(s, m.points, m.comment, m.items) for s, m in sorted(self.marks.items())]))

    @property
    def waiting(self) -> int:
        """How many of the answers have no points yet."""
        return sum(mark.points is None for mark in self.marks.values())

    @property
    def mark(self) -> Mark:
        """What the group has; of different marks, the first."""
        return next(iter(self.marks.values()))

    @property
    def differs(self) -> bool:
        """Whether equal answers have different marks."""
        return len({(m.points, m.comment, m.items) for m in self.marks.values()}) > 1


class Stack:
    """One assignment's answers in its folder of results, equal ones together: all, or a marker's share."""

    def __init__(self, folder: Path, assignment: Assignment) -> None:
        self.folder, self.name = folder, assignment.name
        self._version, self._texts = assignment.version, assignment.texts
        self._points, self._titles = assignment.list_points(), pages.find_titles(assignment.notebook)
        self._marker, self._markers = "", Markers()
        self.refresh()

    def share(self, marker: str, markers: Markers) -> Self:
        """The same as one marker has it: what is marked twice shows the second no mark but their own."""
        own = copy.copy(self)
        own._marker, own._markers = marker, markers
        return own

    @property
    def questions(self) -> dict[str, Question]:
        """What is marked, by name; the machine's marks are changed by whoever leads."""
        return {n: asked for n, asked in self._questions.items() if not (self._marker and asked.machine)}

    def refresh(self) -> None:
        """Read what is on the disk.

        Raises `TableError` if a decision cannot be used, or marks are of another version of the assignment.
        """
        with store.lock_marks(self.folder):
            self._read()

    def _read(self) -> None:
        self._results = store.read_results(self.folder)
        if odd := sorted(s for s, result in self._results.items() if result.version != self._version):
            raise TableError(
                f"{self.folder} holds marks of another version of {self.name} ({odd[0]}'s): "
                "grade first, which marks everybody by one."
            )
        self._table = marks.open_table(self.folder, self._results, self._points)
        self._second = agreement.open_second(self.folder)
        answers: dict[str, dict[str, dict[str, Mark]]] = defaultdict(lambda: defaultdict(dict))
        asked, notes = dict[str, store.Cell](), dict[tuple[str, str], str]()
        for student, result in sorted(self._results.items()):
            for name, mark in self._table.view(result).marks.items():
                cell = result.cells[name]
                if cell.points is None or name not in asked:  # the machine marks a text that nobody wrote
                    asked[name] = cell
                # The ends of lines are no difference. What nobody can read here is equal to nothing.
                text = " ".join(cell.answer.split()) or f"\0{student}"
                if cell.points is not None:
                    text += f"\0{cell.points} {cell.note}"
                    notes[name, text] = _describe_machine(cell)
                answers[name][text][student] = mark
        self._questions = {}
        for name in sorted(asked, key=_number):
            fact = self._texts.get(name, TextFact(self._titles.get(name, name)))
            self._questions[name] = _make_question(name, asked[name], fact)
        self._groups = {}
        for name, texts in answers.items():
            groups = []
            for text, own in texts.items():
                first = next(iter(own.values()))
                groups.append(Group(_digest(text), first.answer, own, notes.get((name, text), "")))
            # In an order that follows neither names nor marks, and is the same each time.
            self._groups[name] = sorted(groups, key=lambda group: group.name)

    def group_answers(self, question: str) -> list[Group]:
        """The answers to a question, equal ones together."""
        groups = self._groups.get(question, [])
        if not self._marker:
            return groups
        found, split = [], self._split(question)
        for group in groups:
            first, *second = split[group.name]
            if self._marker == first:
                found.append(group)
            elif self._marker in second:
                found.append(self.see_second(question, group))
        return found

    def _split(self, question: str) -> dict[str, tuple[str, ...]]:
        return self._markers.split(self.name, [group.name for group in self._groups.get(question, [])])

    def count_marked(self, question: str | None = None) -> tuple[int, int]:
        """How many answers are marked by a person, of how many; to one question, or to all that need one."""
        chosen = [question] if question else [n for n, asked in self.questions.items() if not asked.machine]
        found = [m for name in chosen for group in self.group_answers(name) for m in group.marks.values()]
        machine = question is not None and self.questions[question].machine
        return sum(m.by != MACHINE if machine else m.points is not None for m in found), len(found)

    def list_comments(self, question: str) -> list[str]:
        """The comments that answers to a question have, the most frequent first."""
        groups = self.group_answers(question)
        counted = Counter(group.mark.comment for group in groups if group.mark.comment)
        return sorted(counted, key=lambda comment: (-counted[comment], comment))

    def find(self, question: str, name: str) -> Group:
        """One group of the answers to a question. Raises `Conflict` if it is gone, or another marker's."""
        for group in self.group_answers(question):
            if group.name == name:
                return group
        if any(group.name == name for group in self._groups.get(question, [])):
            raise Conflict("This answer is in another marker's share, so nothing was kept.")
        raise Conflict("This answer is not there any more: its student handed in again, so nothing was kept.")

    def see_second(self, question: str, group: Group) -> Group:
        """A group with the second marks of its answers in place of those that count."""
        marks = {}
        for student, mark in group.marks.items():
            row = self._second.last.get((student, question, "", False))
            marks[student] = Mark(None, "", mark.answer)
            if row and row.read == digest(mark.answer):
                marks[student] = Mark(row.points, row.reason, mark.answer, row.items, row.by)
        return replace(group, marks=marks)

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
        """Decide on a mark for these students of a group, if its marks are those that were `seen`.

        A second marker's takes the place of none: it is compared with the first.

        Raises `Conflict` if the group has changed since, is gone or another marker's, and `TableError` as
        `refresh`, or where a mark would take the place of the machine's without a reason.
        """
        with store.lock_marks(self.folder):
            self._read()
            found = self.find(question, group)
            second = bool(self._marker) and self._split(question)[group][0] != self._marker
            news: dict[str, Any] = {"points": mark.points, "comment": mark.comment, "items": mark.items}
            here = [found.marks[student] for student in students & found.marks.keys()]
            if here and all(replace(mark, **news) == mark for mark in here):
                return
            if found.seen != seen:
                raise Conflict("Somebody else marked this answer after you opened it; both marks are below.")
            if self.questions[question].machine and not mark.comment.strip():
                raise TableError("Say why, as a comment: these points take the place of the machine's.")
            table = decisions.open_table(self.folder, file=agreement.SECOND) if second else self._table
            given = mark.points, mark.by, mark.comment, mark.items
            table.add(
                Decision(student, question, "", *given, digest(held.answer), self._version)
                for student, held in found.marks.items()
                if student in students
            )
            store.write(self.folder / marks.MANUAL, marks.format_manual(self._results, self._table))
            self._read()


def _describe_machine(cell: store.Cell) -> str:
    came = [f"{e['run']}: {e['answer']} = {e['came']}; the key says {e['wanted']}." for e in cell.evidence]
    return " ".join([f"The machine gave {format_number(cell.points)}. {cell.note}", *came])


def _make_question(name: str, cell: store.Cell, fact: TextFact) -> Question:
    rubric, out_of = tuple((points, text) for points, text in fact.rubric), cell.out_of
    machine = cell.points is not None
    question = Question(name, out_of, fact.title, fact.question, rubric, fact.samples, machine=machine)
    if question.items and (total := sum(points for points, _ in question.items)) != out_of:
        problem = (
            f"The rubric does not add up: its items give {total:g} points, the answer has {out_of:g}. "
            "Write the points themselves, or mend the rubric and grade again."
        )
        return replace(question, items=(), problem=problem)
    return question


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _number(name: str) -> list[int | str]:
    return [int(part) if part.isdigit() else part for part in name.split("-")]
