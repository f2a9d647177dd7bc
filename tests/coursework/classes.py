"""Classes whose statistics are known, as the grader would have kept them."""

from notebook_grader.assignment import Assignment
from notebook_grader.key import Key
from notebook_grader.marks import Mark, combine_marks
from notebook_grader.pages import find_titles
from notebook_grader.store import Cell, Result

from tests.coursework import marked

VALUES = ["year = 2010", "year = 2011", "year = 2012"]
ASSIGNMENT = Assignment(marked.NAME, marked.release(), Key("", "", (), {"tests-1-3": {"variants": VALUES}}))
EXERCISES = {"tests-1-1": 4.0, "tests-1-2": 3.0, "tests-1-3": 2.0, "tests-1-4": 2.0, "answer-1-5": 5.0}
TITLES = find_titles(ASSIGNMENT.notebook)
SHARES = "growth rates add up"


def marked(
    student: str, points: float = 4, given: float | None = None, comment: str = ""
) -> tuple[Result, dict[str, Mark]]:
    """A result of the small assignment: a test, a failed test and a text, and what a person gave for that."""
    cells = {
        "tests-1-1": Cell(points, 4),
        "tests-1-2": Cell(0.0, 3),
        "answer-1-3": Cell(None, 5, answer="Text"),
    }
    marks = {name: Mark(cell.points, "", "") for name, cell in cells.items()}
    marks["answer-1-3"] = Mark(given, comment, "Text")
    return Result(student, "key", "file", "sha", cells), marks


def make(count: int = 60) -> tuple[dict[str, Result], dict[str, dict[str, Mark]]]:
    """Results and marks. The better half has 1.1 right and 1.2 wrong; a third of the wrong 1.1 hold the
    misconception; of 1.3 only the students with the first set of values are right; nobody answered 1.4; a
    person must still mark 1.5."""
    results = {}
    for number in range(count):
        good, first = number % 2 == 0, number // 2 % 2 == 0
        held = [SHARES] if not good and number % 3 == 0 else []
        cells = {
            "tests-1-1": Cell(4.0 if good else 0.0, 4, misconceptions=held),
            # Not all, so that the correlation is not exactly −1.
            "tests-1-2": Cell(3.0 if good == (number < 6) else 0.0, 3),
            "tests-1-3": Cell(2.0 if first else 0.0, 2, place=1 if first else 2),
            "tests-1-4": Cell(0.0, 2, answered=False),
            "answer-1-5": Cell(None, 5, answer="A text."),
        }
        student = f"student {number:02}"
        results[student] = Result(student, "key", "file", f"sha {number}", cells)
    return results, {student: combine_marks(result, {}) for student, result in results.items()}
