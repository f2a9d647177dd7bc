"""Notebooks whose cells were moved or deleted: given cells stand where the answers need them."""

import random
import re

import nbformat
import pytest
import small
from nbformat.v4 import new_code_cell, new_markdown_cell
from notebook_grader.cells import INPUTS, get_grade_id
from notebook_grader.course import PLAIN
from notebook_grader.grading.grade import Job, grade
from notebook_grader.hand_in import plain
from notebook_grader.limits import Limits
from notebook_grader.run.attempt import Terms
from notebook_grader.run.restore import restore
from running import needs_sandbox

OPENING = ("how-to", "forms", "given")
LIMITS = Limits(cell_seconds=60, seconds=300, memory=1024)


def _of(number: int, kinds: str = "question given answer tests"):
    """Test of a cell for being one of these kinds, of an exercise."""
    names = {f"{kind}-1-{number}" for kind in kinds.split()}
    return lambda cell: get_grade_id(cell) in names


def _kind(kind: str):
    return lambda cell: get_grade_id(cell).startswith(f"{kind}-")


def _move(chosen, place: int):
    """Move cells, in their order, so that the first has this place among the others."""

    def change(made) -> None:
        moved = [cell for cell in made.cells if chosen(cell)]
        rest = [cell for cell in made.cells if not chosen(cell)]
        cut = len(rest) if place < 0 else place
        made.cells = [*rest[:cut], *moved, *rest[cut:]]

    return change


def _drop(chosen):
    return lambda made: made.update(cells=[cell for cell in made.cells if not chosen(cell)])


def _then(*changes):
    def change(made) -> None:
        for one in changes:
            one(made)

    return change


def _shuffle_exercises(seed: int):
    """All exercises in another order, each in one piece."""

    def change(made) -> None:
        numbers = random.Random(seed).sample(range(1, 6), 5)
        for number in numbers:
            _move(_of(number), -1)(made)

    return change


def _is_opening(cell) -> bool:
    return get_grade_id(cell) in OPENING


def _reverse(made) -> None:
    for number in (5, 4, 3, 2, 1):
        _move(_of(number), -1)(made)


def _forget_ids(made) -> None:
    """Cell ids are new, as where cells were cut and pasted; the metadata stay."""
    for number, cell in enumerate(made.cells):
        cell["id"] = f"new-{number}"


ORDERS = {
    "as handed out": lambda made: None,
    "one exercise first": _move(_of(2), 3),
    "one exercise last": _move(_of(2), -1),
    "the first exercise last": _move(_of(1), -1),
    "one exercise above everything": _move(_of(2), 0),
    "with its parameters above everything": _move(_of(1), 0),
    "an exercise above the imports": _move(_of(2), 1),
    "reversed": _reverse,
    "shuffled": _shuffle_exercises(1),
    "shuffled otherwise": _shuffle_exercises(2),
    "shuffled, with new ids": _then(_shuffle_exercises(3), _forget_ids),
    "a question at the top": _move(_of(2, "question"), 0),
    "a question at the end": _move(_of(2, "question"), -1),
    "another question in the middle": _move(_of(4, "question"), 6),
    "all questions at the top": _move(_kind("question"), 0),
    "all questions at the end": _move(_kind("question"), -1),
    "no questions": _drop(_kind("question")),
    "all tests at the end": _move(_kind("tests"), -1),
    "all tests at the top": _move(_kind("tests"), 0),
    "tests above their answer": _move(_of(2, "tests"), 7),
    "an answer at the end": _move(_of(2, "answer"), -1),
    "all answers at the end": _move(_kind("answer"), -1),
    "all answers at the top": _move(_kind("answer"), 0),
    "parameters at the end": _move(_of(1, "given"), -1),
    "parameters at the top": _move(_of(1, "given"), 0),
    "the text first": _move(_of(5), 3),
    "the introduction at the end": _move(_is_opening, -1),
    "the imports after an exercise": _move(lambda cell: get_grade_id(cell) == "forms", 7),
    "no tests": _drop(_kind("tests")),
    "first, and without tests": _then(_move(_of(2), 3), _drop(_of(2, "tests"))),
    "last, and without parameters": _then(_move(_of(1), -1), _drop(_of(1, "given"))),
    "last, and only its answer": _then(_move(_of(1), -1), _drop(_of(1, "question given tests"))),
    "first, and only its answer": _then(_move(_of(4), 3), _drop(_of(4, "question given tests"))),
    "only the answers": _drop(lambda cell: not get_grade_id(cell).startswith("answer-")),
    "only the answers, reversed": _then(
        _reverse, _drop(lambda cell: not get_grade_id(cell).startswith("answer-"))
    ),
    "no introduction, one exercise first": _then(_drop(_is_opening), _move(_of(3), 0)),
    "a heading of one's own above a moved exercise": _then(
        _move(_of(2), -1), lambda made: made.cells.insert(-4, new_markdown_cell("# My plan"))
    ),
}


def _restore(made, assignment):
    """Restore a notebook as it is read from a file."""
    notebook = plain.parse(nbformat.writes(made).encode())
    return notebook, restore(notebook, assignment)


def _find_faults(notebook, notes=()) -> list[str]:
    """Say which given cells do not stand where the answers need them."""
    names = [get_grade_id(cell) for cell in notebook.cells]
    code = [n for n, cell in zip(names, notebook.cells) if n and cell.cell_type == "code"]
    faults = [] if code[:2] == ["forms", "given"] else ["the imports are not first"]
    for number in range(1, 5):
        own = [n for n in code if re.search(rf"-1-{number}$", n)]
        inputs = [f"{INPUTS}tests-1-2"] if number == 2 else []
        given = ["given-1-1"] if number == 1 else []
        wanted = [*given, f"answer-1-{number}", f"tests-1-{number}", *inputs]
        start = code.index(own[0])
        if code[start : start + len(wanted)] != wanted:
            faults.append(f"1.{number}: {code[start : start + len(wanted)]}")
    at = names.index(f"{INPUTS}tests-1-2")
    return faults + (
        [] if names[at - 1] == "tests-1-2" else ["the inputs are not behind their tests"]
    )


@pytest.mark.parametrize("order", ORDERS)
def test_an_answer_has_what_it_needs_in_any_order_of_cells(loaded, order):
    again = loaded.choose_variants(dict.fromkeys(loaded.key.facts, 1), random_inputs=True)
    notebook, _ = _restore(small.changed(ORDERS[order]), again)
    assert _find_faults(notebook) == []
    names = [get_grade_id(cell) for cell in notebook.cells]
    assert sorted(filter(None, names)) == sorted(again.list_cells())


def test_cells_that_are_where_they_are_needed_stay_there(loaded):
    """The order of exercises is the student's, and own cells stay with their exercise."""
    made = small.changed(_move(_of(2), 3))
    for place, text in ((4, "half = 2"), (6, "mean_too = mean"), (8, "half = 3")):
        made.cells.insert(place, new_code_cell(text))
    before = [cell.source for cell in made.cells]
    notebook, remarks = _restore(made, loaded)
    assert [cell.source for cell in notebook.cells] == before
    assert remarks == []


def test_own_cells_around_an_answer_keep_their_place(loaded):
    """Parameters are put back above own cells in front of an answer, tests behind those that follow
    it."""
    made = small.changed(_then(_move(_of(1), -1), _drop(_of(1, "given tests"))))
    made.cells.insert(-1, new_code_cell("first = start"))
    made.cells.append(new_code_cell("rate = round(rate, 4)"))
    notebook, remarks = _restore(made, loaded)
    sources = [cell.source for cell in notebook.cells][-6:]
    assert sources[0].startswith("## Exercise 1.1") and sources[1] == small.PARAMETERS[0]
    assert sources[2:5] == ["first = start", small.RATE, "rate = round(rate, 4)"]
    assert "1.1 rate" in sources[5]
    assert remarks == ["Missing cells, put back: given-1-1, tests-1-1."]


def test_an_answer_in_a_cell_of_ones_own_is_not_taken_from_its_tests(loaded):
    """The cell for the answer is untouched, and elsewhere."""
    made = small.changed(_move(_of(4, "answer"), -1), parts="parts = ...")
    place = [get_grade_id(cell) for cell in made.cells].index("tests-1-4")
    made.cells.insert(place, new_code_cell(small.PARTS))
    notebook, _ = _restore(made, loaded)
    assert notebook.cells[place].source == small.PARTS
    assert get_grade_id(notebook.cells[place + 1]) == "tests-1-4"


@pytest.mark.parametrize("lost", ["given-1-1", "tests-1-2", "forms", "given- tests- forms"])
def test_a_given_cell_that_lost_its_metadata_is_known_by_its_text(loaded, lost):
    """Else it would run as a cell of the student's own, and its parameters would replace those put
    back."""
    again = loaded.choose_variants(dict.fromkeys(loaded.key.facts, 1), random_inputs=True)
    made = small.submission()
    for number, cell in enumerate(made.cells):
        if get_grade_id(cell).startswith(tuple(lost.split())):
            cell["id"] = f"lost-{number}"
            cell.metadata = {}
    notebook, _ = _restore(made, again)
    assert _find_faults(notebook) == []
    assert [get_grade_id(cell) for cell in notebook.cells] == [*again.list_cells()]
    assert small.PARAMETERS[0] not in [cell.source for cell in notebook.cells]


@pytest.mark.parametrize("place", [0, 5, 6, 7, 99])
def test_a_copy_of_parameters_has_the_other_values_too(loaded, place):
    again = loaded.choose_variants(dict.fromkeys(loaded.key.facts, 1), random_inputs=True)
    made = small.submission()
    copied = small.make_code("given-1-1", small.PARAMETERS[0])
    copied["id"] = "copied"
    made.cells.insert(place, copied)
    notebook, remarks = _restore(made, again)
    assert _find_faults(notebook) == []
    sources = [cell.source for cell in notebook.cells]
    assert small.PARAMETERS[0] not in sources and sources.count(small.PARAMETERS[1]) == 2
    assert "Copied cells, of which the last counts: given-1-1." in remarks


def test_what_was_moved_back_is_told(loaded):
    _, remarks = _restore(small.changed(ORDERS["tests above their answer"]), loaded)
    assert remarks == ["Moved cells, put back: tests-1-2."]
    _, remarks = _restore(small.changed(ORDERS["one exercise above everything"]), loaded)
    assert remarks == ["Moved cells, put back: forms, given."]


def test_a_cell_of_inputs_that_a_student_wrote_stands_behind_the_tests_too(loaded):
    again = loaded.choose_variants(dict.fromkeys(loaded.key.facts, 1), random_inputs=True)
    name = f"{INPUTS}tests-1-2"
    made = small.changed(lambda made: made.cells.insert(1, small.make_code(name, "mean = 5")))
    notebook, _ = _restore(made, again)
    assert _find_faults(notebook) == []
    assert "mean = 5" not in [cell.source for cell in notebook.cells]


@needs_sandbox
@pytest.mark.parametrize("order", ["one exercise above everything", "only the answers, reversed"])
def test_right_answers_earn_all_in_another_order(loaded, order):
    data = nbformat.writes(small.changed(ORDERS[order])).encode()
    result, _ = grade(Job("ann", "x.ipynb", data), Terms(loaded, PLAIN, LIMITS))
    assert [result.cells[f"tests-1-{n}"].points for n in range(1, 5)] == [4, 3, 2, 2], result
