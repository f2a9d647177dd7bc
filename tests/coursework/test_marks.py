"""Notebooks that are marked give nothing away."""

import base64
import html
import json
import re
import zipfile
from collections import Counter
from unittest import mock

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient
from notebook_grader import headings
from notebook_grader.assignments import key
from plain_answers.judging import judge
from plain_answers.recording import Recorder, make_answer, read_records

from coursework import products
from coursework.masters import bounds, facts, in_page
from coursework.masters.artefacts import Artefacts
from coursework.masters.master import Exercise, read
from coursework.masters.notebooks import MARKED
from coursework.masters.seals import read_recorded, seal_answers
from jingjinji.measures import growth, inequality, space
from tests.browser import HTML
from tests.coursework.masters import ROOT, SOURCES, list_secrets, toy_cells, toy_master

MASTERS = [path.with_suffix(".ipynb") for path in SOURCES]


def test_typed_numbers_earn_a_quarter_of_an_assignment_and_a_point_at_most_and_never_nothing():
    """Exercises that ask for code have a second set of values."""
    for path in MASTERS:
        master = read(path)
        assert [
            fault for exercise in master.exercises for fault in bounds.find_misdeclared(exercise)
        ] == []
        coded = [
            (exercise, facts.make_fact(exercise))
            for exercise in master.exercises
            if exercise.in_code
        ]
        typed = sum(
            fact.typed_points if fact.needs_rerun else exercise.points for exercise, fact in coded
        )
        assert 4 * (typed - 1) <= sum(one.points for one in master.exercises if not one.by_hand), (
            path.stem
        )
        assert all(
            fact.typed_points for one, fact in coded if not one.inputs and "number" not in one.facts
        )
    cells = toy_cells()
    assert bounds.find_misdeclared(toy_master(cells).exercises[0]) == []
    cells["answer"].source = cells["answer"].source.replace("n = 2", "n = 1 + len('a')")
    (fault,) = bounds.find_misdeclared(toy_master(cells).exercises[0])
    assert "add variants or a cell of inputs" in fault


# Functions that hand an exercise's work to the library.
CHEATS = {
    "divide": (
        "def divide(top, bottom):\n    found = top / bottom\n    return found.low, found.high"
    ),
    "concentration": (
        "def concentration(h, y, n):\n    return inequality.concentration_index(h, y, n)"
    ),
    "exponent": "def exponent(values):\n    return space.rank_size(values).exponent",
}
_WITHOUT = re.compile(r"(?i)without (the library|`\w+\.)|not use (the library|`\w+\.)")


def test_what_is_to_be_done_without_the_library_cannot_be_done_with_it():
    exercises = [one for path in MASTERS for one in read(path).exercises]
    texts = {one.number: "\n".join(cell.source for cell in one.question) for one in exercises}
    asked = [one for one in exercises if _WITHOUT.search(texts[one.number])]
    assert asked
    for one in asked:
        names = {"np": np, "pd": pd, "mock": mock, "check": Recorder(), "Interval": growth.Interval}
        names |= {"inequality": inequality, "space": space}
        exec(one.answer.source, names)
        exec(one.inputs.source, names)
        exec(next(cheat for name, cheat in CHEATS.items() if name in names), names)
        with pytest.raises(AssertionError, match=f"{one.number} asks for .* without"):
            exec(one.inputs.source, names)


def test_every_recorded_answer_is_right_by_its_own_key():
    """Also those for drawn inputs: a list of lists, for one, is nothing that a student could
    match."""
    for path in MASTERS:
        for one in read(path).exercises:
            for cell in filter(None, (one.tests, one.inputs)):
                for record in read_records(cell.get("outputs", ())):
                    finding = judge(make_answer(record), record["values"])
                    assert finding.right, f"{path.stem}: {finding.sentence}"


def test_words_that_mean_the_same_are_right_for_the_grader_too():
    (one,) = (
        one
        for one in read(ROOT / "exercises" / "16_moving.ipynb").exercises
        if one.number == "16.5"
    )
    answer = key._make_answer(read_recorded(one.tests)[0], facts.make_fact(one), one.slips)
    assert judge(answer, {"": "天津市"}).right and not judge(answer, "北京").misconception
    assert judge(answer, "河北").misconception == one.misconceptions[0]
    one.facts["accepted"].pop("Hebei")
    assert "'Hebei' is an answer: add to 'accepted'" in bounds.find_out_of_bounds(one)[0]


def test_hints_are_written_for_one_exercise_and_right_options_have_no_favoured_place():
    hints = Counter()
    places = Counter()
    for exercise in (exercise for path in MASTERS for exercise in read(path).exercises):
        hints.update(exercise.hints)
        places.update(letter for letter, c in exercise.choices.items() if "misconception" not in c)
        assert exercise.by_hand or 1 <= len(exercise.hints) <= 3
    assert [hint for hint, count in hints.items() if count > 1] == []
    assert max(places.values()) <= 0.35 * places.total(), places
    assert min(places[letter] for letter in "ABCD") >= 0.15 * places.total(), places


def test_the_notebook_that_is_marked_has_nothing_to_break():
    """It holds no hash, seal, hidden test or solution that a program could open."""
    leaks = []
    for stem in (path.stem for path in MASTERS):
        source, text = (path.read_text("utf-8") for path in products.list_assignment(ROOT, stem))
        leaks += [f"{stem}: {word}" for word in re.findall(r"\b[0-9a-f]{8,}\b", text)]
        facts = json.loads(source)["metadata"]["course"]["exercises"].values()
        secrets = ["check.use", "### BEGIN", "salt", "check.slip", "misconception", "SEED"]
        secrets += [record for fact in facts for record, _ in fact["slips"]]
        leaks += [f"{stem}: {secret[:60]}" for secret in secrets if secret in text]
    assert leaks == []


def test_each_exercise_has_a_heading_by_which_the_grader_knows_its_cells():
    """Cells that a student moved are put back beside their answer, and texts belong to their
    question."""
    for stem in (path.stem for path in MASTERS):
        notebook = nbformat.read(products.list_assignment(ROOT, stem).release, as_version=4)
        exercises = {}
        sections = headings.number_sections(notebook)
        for name, section in sections.items():
            number = re.search(r"-(\d+-\d+)(-\d+)?$", name)
            exercises.setdefault(section, set()).add(number[1] if number else "")
        assert all(len(numbers) == 1 for numbers in exercises.values()), stem
        assert len(exercises) == len(read(ROOT / "exercises" / f"{stem}.ipynb").exercises) + 1


def test_run_all_of_an_untouched_notebook_runs_to_its_end():
    """The checks say what is missing, and stop nothing; a cell that a reader is given raises
    nothing."""
    for path in MASTERS:
        made = Artefacts(read(path), "wheel")
        practice = made.make_practice("wheel").notebook
        release = made.make_assignment().release
        for notebook in (nbformat.reads(text, as_version=4) for text in (practice, release)):
            for cell in notebook.cells:
                told = cell.cell_type == "code" and cell.metadata["nbgrader"]["grade"]
                assert ("raises-exception" in cell.metadata.get("tags", [])) == told, path.stem
    path = MASTERS[1]
    for text in Artefacts(read(path), "wheel").make_practice("wheel").notebook, release_of(path):
        notebook = nbformat.reads(text, as_version=4)
        client = NotebookClient(
            notebook, kernel_name="python3", resources={"metadata": {"path": ROOT}}
        )
        client.execute()
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert all(cell.execution_count for cell in code)
        failed = [cell for cell in code if any(one.output_type == "error" for one in cell.outputs)]
        assert failed and all(cell.metadata["nbgrader"]["grade"] for cell in failed)


def release_of(path) -> str:
    """The notebook that is marked, as students get it."""
    return Artefacts(read(path), "wheel").make_assignment().release


def _read_published(text: str) -> str:
    """Read a file that a reader gets, with and without its markup, and what it packs."""
    packed = re.findall(r"(?:[A-Za-z0-9+/]{4}){15,}(?:[A-Za-z0-9+/]{2,3}={1,2})?", text)
    texts = [base64.b64decode(one).decode("utf-8", "ignore") for one in packed]
    return (
        html.unescape("\n".join([text, re.sub(r"<[^>]+>", "", text), *texts]))
        .replace("\\n", "\n")
        .replace('\\"', '"')
    )


def _list_names(exercise: Exercise) -> set[str]:
    """List names of seals, hints, words on choices, and the answer's hash, by which it is
    guessed."""
    says = {choice["says"] for choice in exercise.choices.values()}
    names = (
        {record["name"] for record in read_recorded(exercise.tests)} if exercise.tests else set()
    )
    return names | says | {*exercise.hints, exercise.answer.id}


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_nothing_of_a_marked_exercise_is_published(path):
    """Neither solution nor seal nor slip is on the page, in what it fetches, or in the practice
    notebook.

    Every second one is marked, and then the others; what is practised stays as it was.
    """
    for first in (0, 1):
        master = read(path)
        for exercise in master.exercises[first::2]:
            exercise.facts["marked"] = True
        made = Artefacts(master, "wheel").make_practice("wheel")
        published = "\n".join(map(_read_published, made))
        cells = [
            cell.source
            for cell in master.cells
            if not cell.metadata.get("nbgrader", {}).get("grade")
        ]
        shown = re.sub("(?s)### BEGIN S.*?### END S", "", "\n".join(cells))
        secrets = [
            (one.marked, list_secrets(one, shown) | _list_names(one)) for one in master.exercises
        ]
        practised = set().union(*(own for marked, own in secrets if not marked))
        assert [one for m, own in secrets if m for one in own - practised if one in published] == []
        assert [
            name for name in seal_answers(master) if name in practised and name not in published
        ] == []
        marked = sum(one.marked for one in master.exercises)
        assert made.page.count(MARKED) == made.notebook.count(MARKED) == marked > 0


def test_neither_masters_nor_what_is_for_the_assignment_stand_anywhere_on_the_site():
    """Files to take along included; what is practised is there, packed."""
    paths = [path for path in HTML.rglob("*.*") if path.is_file()]
    assert [
        path for path in paths if "/key/" in str(path) or "_sources/exercises/0" in str(path)
    ] == []
    zips = [
        zipfile.ZipFile(path)
        for path in paths
        if path.suffix == ".zip" and path.name != "packages.zip"
    ]
    texts = [one.read(name).decode("utf-8", "ignore") for one in zips for name in one.namelist()]
    texts += [
        path.read_text("utf-8")
        for path in paths
        if re.search("html|js|json|txt|ipynb", path.suffix)
    ]
    site = {line.strip(' ",') for text in texts for line in _read_published(text).splitlines()}
    assert not site & {"### BEGIN SOLUTION", "### BEGIN HIDDEN TESTS"}
    exercises = [one for path in MASTERS for one in read(path).exercises]
    shown = "\n".join(path.read_text("utf-8") for path in ROOT.glob("chapters/*.md"))
    shown += "\n".join(cell.source for one in exercises for cell in (*one.question, *one.provided))
    secrets = [{line.strip(' ",') for line in list_secrets(one, shown, 25)} for one in exercises]
    practised = set().union(*(own for one, own in zip(exercises, secrets) if not one.marked))
    kept = [own - practised for one, own in zip(exercises, secrets) if one.marked]
    assert [own & site for own in kept if own & site] == []
    assert min(map(len, kept)) >= 3 and len(practised & site) > 500


def test_an_exercise_on_a_page_asks_for_other_values_in_plain_words_and_packs_its_solution():
    """test_cohorts.py holds that the solution is right for them, test_lab.py that a page judges by
    them."""
    for path in MASTERS:
        for exercise in json.loads(in_page.format_page(read(path)))["exercises"].values():
            solution = json.loads(base64.b64decode(exercise["key"]))["shown"]
            assert solution and solution not in json.dumps(exercise), path.stem
            asked = [variant["question"] for variant in exercise["variants"]]
            assert not any(re.search(r"\{\{|\}`|<\w|\*\w", text) for text in asked), asked
