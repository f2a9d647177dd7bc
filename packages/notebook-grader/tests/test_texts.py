"""Placements of a text: whatever an editor splits or a student writes beside the cell reaches the
marker."""

import copy
import itertools

import nbformat
import pytest
import small
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from notebook_grader.assignments.assignment import Assignment, digest_text
from notebook_grader.assignments.key import Key
from notebook_grader.cells import get_grade_id, is_solution
from notebook_grader.hand_in import plain
from notebook_grader.run.elsewhere import SHORTEST
from notebook_grader.run.restore import restore
from small import find_cell

STUB = "*Write your answer here.*"
NAME, NEXT = "answer-1-5", "answer-1-6"
MEMO = [
    "First, the base of the rate is not named anywhere.",
    "Second, two of the prices are of another year.",
    "Third, a mean of rates is not the rate of the sum.",
    "Fourth, nobody says who was counted and who was not.",
    "Fifth, I would therefore not print the number at all.",
]
ALL = "\n\n".join(MEMO)
OTHER = "What stands here belongs to the next question, which is about something else altogether."


def _extend(made):
    """The small assignment with a further text, so that a question follows the first."""
    made.cells.append(small.make_text("question-1-6", "## Exercise 1.6. Another text"))
    text = STUB if find_cell(made, NAME).source == STUB else OTHER
    made.cells.append(
        small.make_text(NEXT, text, grade=True, locked=False, solution=True, points=5)
    )
    return made


RELEASE = _extend(small.release())
IDS = itertools.count()
GIVEN = {get_grade_id(c): [digest_text(c.source)] for c in RELEASE.cells if not is_solution(c)}
HELD = Assignment(
    small.NAME, RELEASE, Key("", "s", (), small.FACTS), texts=small.TEXTS, given=GIVEN
)


def _own(*texts, make=new_markdown_cell):
    """Cells of a student's own."""
    return [make(text) for text in texts]


def _part(text, keeps=True):
    """A part of the answer's cell, which keeps the metadata or has lost them."""
    cell = small.make_text(NAME, text, grade=True, locked=False, solution=True, points=5)
    cell["id"] = f"part-{next(IDS)}"
    cell.metadata = cell.metadata if keeps else {}
    return cell


def _keep_id(cell):
    """What some editors leave of a cell: its id."""
    cell["id"] = NAME
    return cell


def _split(*texts, keeps=None):
    """The answer's cell, split; all parts keep the metadata, or those at the places `keeps` do."""
    return [_part(text, keeps is None or place in keeps) for place, text in enumerate(texts)]


TWO = ["\n\n".join(MEMO[:2]), "\n\n".join(MEMO[2:])]
COMMENTS = "\n".join(f"# {sentence}" for sentence in MEMO)
REST = COMMENTS.partition("\n")[2]
STRING = f'"""{ALL}"""'
# What stands in place of the answer's cell.
AROUND = {
    "one cell": [_part(ALL)],
    "split in two": _split(*TWO),
    "split in three": _split(MEMO[0], "\n\n".join(MEMO[1:4]), MEMO[4]),
    "split in five": _split(*MEMO),
    "split at a line": [_part("\n".join(MEMO[:2])), _part("\n".join(MEMO[2:]))],
    "split, and the last part is empty": _split(*MEMO, " "),
    "split, and the first part is the starter text": _split(STUB, *MEMO),
    "split with code between": [
        *_split(MEMO[0]),
        *_own("x = 1", make=new_code_cell),
        *_split(*MEMO[1:]),
    ],
    "split with a text between": [*_split(MEMO[0]), *_own(MEMO[1]), *_split(*MEMO[2:])],
    "split without metadata, the first kept them": _split(*MEMO, keeps=[0]),
    "split without metadata, the last kept them": _split(*MEMO, keeps=[4]),
    "split without metadata, a middle part kept them": _split(*MEMO, keeps=[2]),
    "split in two without metadata": _split(*TWO, keeps=[0]),
    "split in two, the second kept them": _split(*TWO, keeps=[1]),
    "split twice, by two editors": _split(*MEMO, keeps=[0, 1, 4]),
    "split without metadata, one kept the cell id": [
        _keep_id(_part(MEMO[0], False)),
        *_own(*MEMO[1:]),
    ],
    "split and without any metadata": _own(*MEMO),
    "split, the rest as code": [*_split(MEMO[0]), *_own(REST, make=new_code_cell)],
    "split, one part raw": [*_split(MEMO[0]), *_own("\n\n".join(MEMO[1:]), make=new_raw_cell)],
    "copied, and the copy is the same": _split(ALL, ALL),
    "copied, and the copy is untouched": _split(ALL, STUB),
    "copied, and the original is untouched": _split(STUB, ALL),
    "a draft in a copy": _split("\n\n".join(MEMO[:3]), "\n\n".join(MEMO[3:])),
    "a draft above": [*_own(*MEMO[:2]), *_split("\n\n".join(MEMO[2:]))],
    "a final version below": [*_split("\n\n".join(MEMO[:2])), *_own("**Final:**", *MEMO[2:])],
    "half of it below": [*_split("\n\n".join(MEMO[:3])), *_own("\n\n".join(MEMO[3:]))],
    "half of it in a list below": [
        *_split(*MEMO[:2]),
        *_own("\n".join(f"- {s}" for s in MEMO[2:])),
    ],
    "see below": [*_split("See below."), *_own(ALL)],
    "see below, in five cells": [*_split("See below."), *_own(*MEMO)],
    "answer in the next cell": [*_split("(answer in the next cell)"), *_own(ALL)],
    "a label": [*_split("**Answer:**"), *_own(ALL)],
    "a heading": [*_split("### My answer"), *_own(ALL)],
    "a heading, and headings below": [*_split("## 1.5"), *_own("# My memo", *MEMO)],
    "an arrow": [*_split("↓"), *_own(ALL)],
    "a picture of an arrow": [*_split("⬇️⬇️"), *_own(ALL)],
    "a rule": [*_split("---"), *_own(ALL)],
    "a full stop": [*_split("."), *_own(ALL)],
    "my name": [*_split("Ann Smith, group 4"), *_own(ALL)],
    "see below, in Chinese": [*_split("见下面的单元格"), *_own(ALL)],
    "see below, in Spanish": [*_split("Véase la celda siguiente."), *_own(ALL)],
    "see above": [*_own(ALL), *_split("See above.")],
    "starter text kept, below": [*_split(STUB), *_own(ALL)],
    "starter text kept, above": [*_own(ALL), *_split(STUB)],
    "see below, as comments": [*_split("See below."), *_own(COMMENTS, make=new_code_cell)],
    "see below, as a string": [*_split("See below."), *_own(STRING, make=new_code_cell)],
    "see below, as print": [*_split("See below."), *_own(f"print({STRING})", make=new_code_cell)],
    "see below, as a magic": [
        *_split("See below."),
        *_own(f"%%markdown\n{ALL}", make=new_code_cell),
    ],
    "see below, as raw": [*_split("See below."), *_own(ALL, make=new_raw_cell)],
    "see below, behind a chart": [
        *_split("See below."),
        *_own("1 + 1", make=new_code_cell),
        *_own(ALL),
    ],
    "see below, renamed": [
        *_split("See below."),
        small.make_text("answer-1-5-b", ALL, solution=True),
    ],
    "itself as code": [small.make_code(NAME, COMMENTS, grade=True, solution=True, locked=False)],
}

UNTOUCHED = {
    "starter text kept, below",
    "starter text kept, above",
    "split and without any metadata",
}


def _write_into(name: str, text: str):
    return lambda made: find_cell(made, name).update(
        source=f"{find_cell(made, name).source}\n\n{text}"
    )


def _insert(text: str, place: int):
    return lambda made: made.cells.insert(place, new_markdown_cell(text))


def _move_to_top(*names: str):
    def change(made) -> None:
        moved = [cell for cell in made.cells if get_grade_id(cell) in names]
        made.cells = moved + [cell for cell in made.cells if cell not in moved]

    return change


def _lose_metadata_of_next_question(made) -> None:
    question = find_cell(made, "question-1-6")
    question.update(id="lost", metadata={})


# What else is changed in the notebook, by what stands in place of the answer's cell.
FAR = {
    "in the question": ("See the question.", _write_into("question-1-5", ALL)),
    "half of it in the question": (TWO[1], _write_into("question-1-5", TWO[0])),
    "in the introduction": ("See the introduction.", _write_into("how-to", ALL)),
    "at the top": ("See the top of the notebook.", _insert(ALL, 0)),
    "at the end": ("At the end of the notebook.", _insert(ALL, 99)),
    "above the question": ("See above.", _insert(ALL, -4)),
    "in the next question": ("See the next question's cell.", _write_into("question-1-6", ALL)),
    "the exercise at the top": (ALL, _move_to_top("question-1-5", NAME)),
    "the question at the top": (ALL, _move_to_top("question-1-5")),
}


def _replace_answer(made, cells) -> None:
    place = [get_grade_id(cell) for cell in made.cells].index(NAME)
    made.cells[place : place + 1] = copy.deepcopy(cells)


def _read(made):
    """Restore a notebook as it is read from a file; returns it and the remarks."""
    notebook = plain.parse(nbformat.writes(made).encode())
    return notebook, restore(notebook, HELD)


def _find_sentences(text: str) -> list[str]:
    """The memo's sentences in a text, in order."""
    return sorted((one for one in MEMO if one in text), key=text.index)


def test_there_are_as_many_placements_as_the_attacker_had():
    assert len(AROUND) + len(FAR) >= 45


@pytest.mark.parametrize("placement", AROUND)
def test_a_text_reaches_the_marker_wherever_it_stands_around_the_cell(placement):
    made = _extend(small.submission())
    _replace_answer(made, AROUND[placement])
    notebook, _ = _read(made)
    text = find_cell(notebook, NAME).source
    assert _find_sentences(text) == MEMO
    assert all(text.count(sentence) == 1 for sentence in MEMO)
    assert find_cell(notebook, NEXT).source == OTHER
    assert (OTHER in text) == (placement in UNTOUCHED), (
        "other answers are shown only where there is none"
    )


@pytest.mark.parametrize("placement", AROUND)
def test_a_text_reaches_the_marker_from_a_notebook_without_any_metadata(placement):
    made = _extend(small.submission())
    _replace_answer(made, AROUND[placement])
    for number, cell in enumerate(made.cells):
        cell.metadata = {}
        cell["id"] = f"c{number}"
    text = find_cell(_read(made)[0], NAME).source
    assert _find_sentences(text) == MEMO


def _drop_questions(made) -> None:
    made.cells = [cell for cell in made.cells if not get_grade_id(cell).startswith("question-")]


@pytest.mark.parametrize("change", [_drop_questions, _move_to_top("question-1-5", "question-1-6")])
@pytest.mark.parametrize("placement", AROUND)
def test_a_text_reaches_the_marker_where_its_question_does_not_stand_above(placement, change):
    made = _extend(small.submission())
    _replace_answer(made, AROUND[placement])
    change(made)
    assert _find_sentences(find_cell(_read(made)[0], NAME).source) == MEMO


@pytest.mark.parametrize("placement", FAR)
def test_a_text_reaches_the_marker_from_elsewhere_if_the_cell_has_none(placement):
    written, change = FAR[placement]
    made = _extend(small.submission(text=written))
    change(made)
    notebook, _ = _read(made)
    text = find_cell(notebook, NAME).source
    assert _find_sentences(text) == MEMO and written in text
    assert OTHER not in text


def test_parts_of_a_split_cell_are_one_text_again():
    made = _extend(small.submission())
    _replace_answer(made, _split(*MEMO))
    notebook, remarks = _read(made)
    assert find_cell(notebook, NAME).source == ALL
    assert remarks == ["Copied cells for a text, read together: answer-1-5."]


def test_what_stands_beside_an_answer_says_where():
    made = _extend(small.submission())
    _replace_answer(made, [*_own(MEMO[0]), *_split(TWO[1]), *_own(MEMO[1])])
    notebook, remarks = _read(made)
    assert (
        find_cell(notebook, NAME).source
        == f"[In a cell of its own, under “Exercise 1.5. A text”:]\n\n{MEMO[0]}\n\n"
        f"[In the cell for the answer:]\n\n{TWO[1]}\n\n"
        f"[In a cell of its own, under “Exercise 1.5. A text”:]\n\n{MEMO[1]}"
    )
    assert remarks == ["Texts beside the cell for a text, read with it: answer-1-5."]


def test_a_question_that_lost_its_metadata_still_ends_what_belongs_to_the_one_before():
    made = _extend(small.submission(text=ALL))
    _lose_metadata_of_next_question(made)
    made.cells.insert(-1, new_markdown_cell("A note on the next question."))
    notebook, _ = _read(made)
    assert find_cell(notebook, NAME).source == ALL
    assert "A note on the next question." in find_cell(notebook, NEXT).source


def test_a_long_answer_is_not_mixed_with_notes_elsewhere():
    """A short one is: it may point to a text elsewhere. Answers to other questions stay with
    these."""
    for written in ("x" * SHORTEST, "x" * (SHORTEST - 1)):
        made = _extend(small.submission(text=written))
        made.cells.insert(3, new_markdown_cell("A note on the first exercise."))
        find_cell(made, "answer-1-4").source += "\n# This is a comment on parts."
        text = find_cell(_read(made)[0], NAME).source
        assert ("A note on the first" in text) == (len(written) < SHORTEST)
        assert "This is a comment" not in text and OTHER not in text


def test_pictures_of_own_cells_come_along():
    made = _extend(small.submission())
    own = new_markdown_cell(
        "![a](attachment:a.png)", attachments={"a.png": {"image/png": "iVBORw0KGgo="}}
    )
    _replace_answer(made, [*_split("See below."), own])
    answer = find_cell(_read(made)[0], NAME)
    (name,) = answer.attachments
    assert f"attachment:{name}" in answer.source
