"""What one marker sees of an assignment's answers: their own share, and others' to mark again."""

from notebook_grader.decisions import Mark
from notebook_grader.desk.markers import Markers
from notebook_grader.desk.stack import Answers, Conflict, Group, Question, Stack


class Share(Answers):
    """A stack as one marker has it. What is marked twice shows the second marker no mark but their own."""

    def __init__(self, stack: Stack, marker: str, markers: Markers) -> None:
        self.stack, self.name, self._marker, self._markers = stack, stack.name, marker, markers

    def refresh(self) -> None:
        """Read what is on the disk; raises as `Stack.refresh`."""
        self.stack.refresh()

    @property
    def questions(self) -> dict[str, Question]:
        """What persons mark; the machine's marks are changed by whoever leads."""
        return {name: asked for name, asked in self.stack.questions.items() if not asked.machine}

    def _split(self, question: str) -> dict[str, tuple[str, ...]]:
        names = [group.name for group in self.stack.group_answers(question)]
        return self._markers.split(self.name, names)

    def group_answers(self, question: str) -> list[Group]:
        """The answers to a question that this marker marks."""
        found, split = [], self._split(question)
        for group in self.stack.group_answers(question):
            first, *second = split[group.name]
            if self._marker == first:
                found.append(group)
            elif self._marker in second:
                found.append(self.stack.see_second(question, group))
        return found

    def find(self, question: str, name: str) -> Group:
        """One group of this marker's. Raises `Conflict` if it is gone, or another's."""
        self.stack.find(question, name)
        for group in self.group_answers(question):
            if group.name == name:
                return group
        raise Conflict("This answer is in another marker's share, so nothing was kept.")

    def give(self, question: str, group: str, seen: str, mark: Mark, students: set[str]) -> None:
        """Decide on a mark; raises as `Stack.give`, and `Conflict` for an answer of another's share."""
        self.find(question, group)
        second = self._split(question)[group][0] != self._marker
        self.stack.give(question, group, seen, mark, students, second=second)
