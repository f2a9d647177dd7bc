"""A week of a term as the teaching page says it: from the class's notebooks to marks in Moodle's
format."""

import csv
import html
import io
import re
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from notebook_grader.assignments.fact import TextFact, read_texts

from coursework import needs
from coursework.__main__ import main as run_coursework
from coursework.masters.artefacts import Artefacts
from coursework.masters.master import read
from tests.coursework.masters import ROOT, needs_sandbox

NAME = "06_choices"
SIZE = 7  # enough to see every step: three hold the misconception, as few as "Teach again" names
STUDENTS = [str(1000 + number) for number in range(SIZE)]
MISTAKEN = STUDENTS[::3]  # take a mean
CHEAT = STUDENTS[2]  # leaves every blank, and replaces the course's check
KINDS = ("full", "half", "none")

pytestmark = [pytest.mark.slow, needs_sandbox]


def coursework(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "coursework", *arguments, "--assignments", "built"]


def grade(folder: Path) -> None:
    command = coursework("grade", "week3.zip")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr


@contextmanager
def desk(folder: Path):
    """Start the desk; yields the address that it prints."""
    command = coursework("mark", "--port", "0")
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield re.search(r"http\S+", running.stdout.readline())[0]
        finally:
            running.terminate()


def hand_out(folder: Path) -> nbformat.NotebookNode:
    """Write the assignment and the list of the class; returns the notebook with solutions."""
    master = read(ROOT / "exercises" / f"{NAME}.ipynb")
    assignment = Artefacts(master, needs.name_wheel(ROOT)).make_assignment()
    for kind, text in assignment._asdict().items():
        path = folder / "built" / kind / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    rows = [f"S{student},T{student},{student},{student}@example.org" for student in STUDENTS]
    listed = "\n".join(["First name,Last name,ID number,Email address", *rows])
    (folder / "participants.csv").write_text(listed + "\n", encoding="utf-8")
    return nbformat.reads(assignment.source, as_version=4)


def hand_in(folder: Path, source: nbformat.NotebookNode) -> None:
    """The class solves its notebooks, some with a misconception, and writes texts of three
    kinds."""
    texts = read_texts(source)
    right = {
        c.metadata.nbgrader.grade_id: c.source for c in source.cells if c.metadata.nbgrader.solution
    }
    with zipfile.ZipFile(folder / "week3.zip", "w") as packed:
        for number, student in enumerate(STUDENTS):
            notebook = nbformat.read(
                folder / "built" / "release" / NAME / f"{NAME}.ipynb", as_version=4
            )
            own = {name: text.samples[KINDS[number % 3]][0] for name, text in texts.items()}
            own = {name: f"{text}\n\n({student})" for name, text in own.items()}
            answers = own if student == CHEAT else right | own
            answers |= {"answer-6-5": 'choice = "C"'} if student in MISTAKEN else {}
            for cell in notebook.cells:
                name = cell.metadata.nbgrader.grade_id
                cell.source = answers.get(name, cell.source)
            first = next(
                c for c in notebook.cells if c.cell_type == "code" and c.metadata.nbgrader.solution
            )
            if student == CHEAT:
                first.source += "\ncheck.answer = lambda *a, **k: None"
            elif student == MISTAKEN[0]:  # names that given cells import are the student's to bind
                first.source += "\n%time data, check = 5, None"
            packed.writestr(f"{student}/{NAME}.ipynb", nbformat.writes(notebook))


def mark(page, address: str, texts: dict[str, TextFact]) -> None:
    """Mark every text by keyboard, as its kind deserves."""
    page.goto(address)
    page.get_by_text(
        "answers are marked"
    ).first.wait_for()  # the link itself only leads on to the desk
    home = page.url.partition("?")[0]  # the desk's path is drawn again each time
    for name, text in texts.items():
        page.goto(f"{home}{NAME}/{name}/")
        with page.expect_navigation():  # keys work once the page is whole
            page.get_by_role("link", name="Mark the first that waits").click()
        for _ in range(SIZE):
            here = page.url
            number = int(re.search(r"\((\d+)\)$", page.locator("#answer").inner_text())[1]) - 1000
            if KINDS[number % 3] == "half":
                for item in range(len(text.rubric) // 2):
                    page.keyboard.press(str(item + 1))
                page.keyboard.press("Control+Enter")
            else:
                page.keyboard.press("f" if KINDS[number % 3] == "full" else "0")
            page.wait_for_url(lambda url, here=here: url != here)
        page.get_by_text(f"{SIZE} of {SIZE} answers are marked").wait_for()


def test_a_week_from_hand_out_to_marks_in_moodles_format(tmp_path, at_desk, monkeypatch):
    source = hand_out(tmp_path)
    hand_in(tmp_path, source)
    grade(tmp_path)
    with desk(tmp_path) as address:
        mark(at_desk.new_page(), address, read_texts(source))
    grade(tmp_path)
    text = (tmp_path / "grades" / NAME / "grades.csv").read_text(encoding="utf-8-sig")
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(text))}
    assert {row["status"] for row in rows.values()} == {"graded"} and rows[CHEAT]["points"] == "0"
    page = (tmp_path / "grades" / NAME / "feedback" / f"{STUDENTS[1]}.html").read_text(
        encoding="utf-8"
    )
    assert "4 of 10 points (items 1, 2 of the list of points)" in page
    exercises = read(ROOT / "exercises" / f"{NAME}.ipynb").exercises
    assert all(exercise.title in html.unescape(page) for exercise in exercises)
    monkeypatch.chdir(tmp_path)
    assert run_coursework(["return", "participants.csv"]) == 0
    text = (tmp_path / "grades" / "moodle.csv").read_text(encoding="utf-8")
    uploaded = {row["ID number"]: row for row in csv.DictReader(io.StringIO(text))}
    column = f"Assignment: {NAME} (Real)"
    assert uploaded.keys() == rows.keys()
    assert [
        student for student in rows if uploaded[student][column] != rows[student]["points"]
    ] == []
    # All that the mistaken lose is the exercise on which they hold the misconception.
    assert {
        float(rows[student]["out_of"]) - float(rows[student]["points"]) for student in MISTAKEN
    } == {2}
    # The report names it first.
    report = (tmp_path / "grades" / NAME / "report.html").read_text(encoding="utf-8")
    held = f"held by {len(MISTAKEN)} of the {SIZE - 1} who"
    again = f"Teach again: “a mean of two questions is an answer” .*{held}"
    assert re.search(again, re.search(r"<li>(.*?)</li>", report)[1])
