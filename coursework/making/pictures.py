"""The pictures of the teaching page: the desk and the report, from their own templates, in frames that act on
nothing.

The desk's students hand in the samples of a master; the report is on a class that is made up by a rule.
"""

import html
import json
import re
import tempfile
from dataclasses import asdict
from pathlib import Path

from notebook_grader import report_page, store
from notebook_grader.assignment import Assignment
from notebook_grader.desk import pages
from notebook_grader.desk.stack import Stack
from notebook_grader.key import Key
from notebook_grader.marks import Mark, combine_marks

from coursework.making import notebooks
from coursework.making.files import write_file
from coursework.making.master import Exercise, Master

CLASS = {"Ann": "half", "Bob": "none", "Cai": "full", "Dora": "half"}
SIZE = 40  # of the class of the report
DESK = "The desk: an answer that two students gave, its rubric, and the answers to compare with"
REPORT = f"A report on a class of {SIZE}, which is made up"


def write(folder: Path, master: Master, question: str) -> None:
    """Write both pictures, of one chapter's assignment and one of its texts, as files to be included."""
    source = notebooks.make_source(master, "")
    facts, texts = (source.metadata["course"][kind] for kind in ("exercises", "texts"))
    key = Key("", "", (), facts)
    assignment = Assignment(master.name, notebooks.release(source, master, ""), key, texts=texts)
    write_file(folder / "desk.txt", draw_desk(assignment, question))
    write_file(folder / "report.txt", draw_report(assignment, master))


def draw_desk(assignment: Assignment, question: str) -> str:
    """The desk's page of one answer, half marked."""
    text = assignment.texts[question]
    out_of = float(sum(item["points"] for item in text["rubric"]))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for student, sample in CLASS.items():
            cell = store.Cell(None, out_of, text["samples"][sample]["text"])
            result = store.Result(student, "", "", "", {question: cell}, version=assignment.version)
            store.write(folder / "results" / f"{student}.json", json.dumps(asdict(result)))
        stack = Stack(folder, assignment)
        groups = {student: group for group in stack.group_answers(question) for student in group.marks}
        said = Mark(0, "Which prices, and which vintage?", "")
        stack.give(question, groups["Bob"].name, groups["Bob"].seen, said, {"Bob"})
        asked = stack.questions[question]
        half = tuple(range(1, len(asked.items) // 2 + 1))
        given = pages.Given(half)
        page = pages.render_answer(stack, asked, groups["Ann"], pages.Look(), given=given)
    style = f"<style>{(pages.FOLDER / 'desk.css').read_text(encoding='utf-8')}</style>"
    return _make_frame(re.sub(r'<link rel="stylesheet"[^>]*>', lambda _: style, page), DESK)


def draw_report(assignment: Assignment, master: Master) -> str:
    """The report on a class that is made up."""
    results = {f"student {number}": _make_up(number, master) for number in range(SIZE)}
    given = {
        (student, name): Mark(_draw_points(number, place, cell), "", cell.answer)
        for number, (student, result) in enumerate(results.items())
        for place, (name, cell) in enumerate(result.cells.items())
        if cell.points is None
    }
    final = {student: combine_marks(result, given) for student, result in results.items()}
    return _make_frame(report_page.render(assignment, results, final), REPORT)


def _make_up(number: int, master: Master) -> store.Result:
    cells = {}
    for place, exercise in enumerate(master.exercises):
        out_of = float(exercise.points)
        cell = store.Cell(None, out_of, answer="A text")
        if not exercise.by_hand:
            right = _draw_luck(number, place) < 0.5 + 0.5 * number / SIZE - 0.05 * place
            held = [] if right else _choose_misconception(number, exercise)
            cell = store.Cell(out_of if right else 0.0, out_of, misconceptions=held)
        cells[exercise.graded.metadata["nbgrader"]["grade_id"]] = cell
    return store.Result(f"student {number}", "", "", "", cells)


def _choose_misconception(number: int, exercise: Exercise) -> list[str]:
    known = exercise.misconceptions
    return [known[0]] if number % 2 else known[1:2]


def _draw_points(number: int, place: int, cell: store.Cell) -> float:
    return round(cell.out_of * min(1, 0.2 + 0.5 * number / SIZE + 0.5 * _draw_luck(number, place)))


def _draw_luck(number: int, place: int) -> float:
    return (number * 7919 + place * 104_729) % 97 / 97


def _make_frame(page: str, title: str) -> str:
    """A page in a frame without links and scripts, as one line, which is a block of HTML in Markdown."""
    page = re.sub(r"<script[^>]*></script>", "", re.sub(r' href="[^"]*"', "", page))
    framed = html.escape(page).replace("\n", "&#10;")
    style = "width: 100%; height: 44rem; border: 1px solid #888"
    return f'<iframe style="{style}" sandbox title="{title}" srcdoc="{framed}"></iframe>\n'
