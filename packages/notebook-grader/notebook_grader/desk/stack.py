"""What lies on the desk: the questions of one assignment, the answers to each, and the marks that they have.

Marks live in manual.csv alone. It is read before each look and each mark, so that a spreadsheet, a run of the
grader and two browsers can share it; a mark is given only to what its giver saw.
"""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from notebook_grader import marks, store
from notebook_grader.assignment import Assignment
from notebook_grader.marks import Manual, Mark
from notebook_grader.store import Result

SAMPLES = {
    "full": "A model answer, for all points",
    "half": "For half of the points",
    "none": "For no points",
}


class Conflict(ValueError):
    """Somebody else marked the answer meanwhile, or it is gone; the message says which."""


@dataclass(frozen=True)
class Item:
    """A line of a rubric: what earns how many points."""

    points: float
    says: str


@dataclass(frozen=True)
class Question:
    """An exercise that a person marks; `problem` says why its rubric cannot be used, if it cannot."""

    name: str
    out_of: float
    title: str = ""
    text: str = ""
    items: tuple[Item, ...] = ()
    samples: dict[str, dict[str, str]] = field(default_factory=dict)
    problem: str = ""

    def sum(self, chosen: tuple[int, ...]) -> float:
        """What these items of the rubric, counted from 1, earn together."""
        return sum(self.items[number - 1].points for number in chosen)


@dataclass(frozen=True)
class Group:
    """Equal answers to one question, by whom they are and what they have."""

    name: str
    answer: str
    marks: dict[str, Mark]

    @property
    def seen(self) -> str:
        """Changes when a mark of the group does, or who is in it."""
        told = [(s, m.points, m.comment, m.items) for s, m in sorted(self.marks.items())]
        return hashlib.sha256(repr(told).encode("utf-8", "surrogateescape")).hexdigest()[:16]

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
    """One assignment's answers, in its folder of results."""

    def __init__(self, folder: Path, assignment: Assignment) -> None:
        self.folder, self.name = folder, assignment.name
        self._version, self._texts = assignment.version, assignment.texts
        self._stamps: dict[str, object] = {}
        self._results: dict[str, Result] = {}
        self._manual: Manual = {}
        self._groups: dict[str, list[Group]] = {}
        self.questions: dict[str, Question] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read what has changed on the disk.

        Raises
        ------
        ManualError
            If manual.csv cannot be used, or the marks are of another version of the assignment.
        """
        if changed := self._has_changed("results"):
            self._results = store.read_results(self.folder)
            self._check_version()
        if self._has_changed(marks.MANUAL) or changed:
            # Forgotten first: of a file that cannot be read nothing is shown, and it is read again next time.
            stamp = self._stamps.pop(marks.MANUAL)
            self._manual = marks.read_manual(self.folder / marks.MANUAL, self._results)
            self._stamps[marks.MANUAL] = stamp
            self._sort()

    def _has_changed(self, name: str) -> bool:
        path = self.folder / name
        found = path.stat() if path.exists() else None
        stamp = found and (found.st_mtime_ns, found.st_ino, found.st_size)
        if name in self._stamps and self._stamps[name] == stamp:
            return False
        self._stamps[name] = stamp
        return True

    def _check_version(self) -> None:
        if odd := sorted(s for s, result in self._results.items() if result.version != self._version):
            self._stamps.clear()
            raise marks.ManualError(
                f"{self.folder} holds marks of another version of {self.name} ({odd[0]}'s): "
                "run 'make grade' first, which grades everybody by one."
            )

    def _sort(self) -> None:
        answers: dict[str, dict[str, dict[str, Mark]]] = defaultdict(lambda: defaultdict(dict))
        outs = {}
        for student, result in sorted(self._results.items()):
            for name, mark in marks.combine_marks(result, self._manual).items():
                cell = result.cells[name]
                if cell.points is None:
                    # As marks.combine_marks: the ends of lines are no difference. What nobody can read here
                    # is equal to nothing.
                    text = " ".join(cell.answer.split()) or f"\0{student}"
                    answers[name][text][student] = mark
                    outs[name] = cell.out_of
        self.questions = {
            name: self._make_question(name, outs[name]) for name in sorted(answers, key=_number)
        }
        # In an order that follows neither names nor marks, and is the same each time.
        self._groups = {
            name: sorted(
                (Group(_digest(text), next(iter(own.values())).answer, own) for text, own in texts.items()),
                key=lambda group: group.name,
            )
            for name, texts in answers.items()
        }

    def _make_question(self, name: str, out_of: float) -> Question:
        told = self._texts.get(name, {})
        items = tuple(Item(line["points"], line["for"]) for line in told.get("rubric", []))
        question = Question(
            name, out_of, told.get("title", name), told.get("question", ""), items, told.get("samples", {})
        )
        if items and (total := sum(item.points for item in items)) != out_of:
            problem = (
                f"The rubric does not add up: its items give {total:g} points, the answer has {out_of:g}. "
                "Write the points themselves, or mend the master and run 'make grade'."
            )
            return replace(question, items=(), problem=problem)
        return question

    def group_answers(self, question: str) -> list[Group]:
        """The answers to a question, equal ones together."""
        return self._groups[question]

    def find(self, question: str, name: str) -> Group:
        """One group of the answers to a question.

        Raises
        ------
        Conflict
            If the group is gone.
        """
        for group in self._groups.get(question, []):
            if group.name == name:
                return group
        raise Conflict("This answer is not there any more: its student handed in again, so nothing was kept.")

    def count_marked(self, question: str | None = None) -> tuple[int, int]:
        """How many answers are marked, of how many; to one question, or to all."""
        chosen = [question] if question else list(self._groups)
        groups = [group for name in chosen for group in self._groups[name]]
        whole = sum(len(group.marks) for group in groups)
        return whole - sum(group.waiting for group in groups), whole

    def list_comments(self, question: str) -> list[str]:
        """Comments that were given to a question's answers, the most frequent first."""
        counted = Counter(group.mark.comment for group in self._groups[question] if group.mark.comment)
        return sorted(counted, key=lambda comment: (-counted[comment], comment))

    def give(self, question: str, group: str, seen: str, mark: Mark, students: set[str]) -> None:
        """Write a mark for these students of a group, if its marks are those that were `seen`.

        Raises
        ------
        Conflict
            If the group has changed since, or is gone.
        ManualError
            If manual.csv cannot be used.
        """
        with store.lock_marks(self.folder):
            self.refresh()
            found = self.find(question, group)
            news = {"points": mark.points, "comment": mark.comment, "items": mark.items}
            given = {s: replace(held, **news) for s, held in found.marks.items() if s in students}
            if given.items() <= found.marks.items():
                return
            if found.seen != seen:
                raise Conflict("Somebody else marked this answer after you opened it; both marks are below.")
            manual = self._manual | {(student, question): one for student, one in given.items()}
            store.write(self.folder / marks.MANUAL, marks.format_manual(self._results, manual))
        self.refresh()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _number(name: str) -> list[int | str]:
    return [int(part) if part.isdigit() else part for part in name.split("-")]
