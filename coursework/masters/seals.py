"""Seal the answers of a master, as its solutions and misconceptions recorded them in a run."""

import hashlib
from dataclasses import replace

from nbformat import NotebookNode
from plain_answers import sealing
from plain_answers.judging import Answer
from plain_answers.recording import make_answer, read_records

from coursework.common import MasterError
from coursework.masters.master import Exercise, Master


def read_recorded(cell: NotebookNode) -> list[dict]:
    """Records of `check.answer` and `check.slip` in the outputs of a master's cell."""
    return read_records(cell.get("outputs", []))


def seal_answers(master: Master) -> dict[str, dict]:
    """Seal every answer of a master, by its name, in the form that `check.use` takes."""
    sealed: list[Answer] = []
    for exercise in master.exercises:
        if exercise.by_hand:
            continue
        try:
            sealed += _seal_exercise(master, exercise)
        except ValueError as error:  # a `MasterError` is one, and so is what `sealing` raises
            raise MasterError(f"{master.path.name}: exercise {exercise.number}: {error}") from None
    return sealing.write(sealed)


def _seal_exercise(master: Master, exercise: Exercise) -> list[Answer]:
    answers = read_recorded(exercise.tests)
    if not answers:
        raise MasterError(
            "the tests record no answer: call check.answer in them, then 'make notebooks'"
        )
    slips = [
        {"name": answers[0]["name"], "values": {"": letter}, "slip": choice["says"]}
        for letter, choice in exercise.wrong_choices.items()
    ]
    for cell in exercise.slips:
        records = read_recorded(cell)
        if not records:
            name = cell.metadata["misconception"]
            raise MasterError(
                f"the misconception {name!r} records nothing: call check.slip in its cell"
            )
        slips += records
    if strange := {slip["name"] for slip in slips} - {record["name"] for record in answers}:
        raise MasterError(f"a misconception is filed under {strange.pop()!r}, which no test checks")
    sealed = []
    for record in answers:
        salt = hashlib.sha256(f"{master.name}|{record['name']}".encode()).hexdigest()[:12]
        answer = make_answer(record, slips, " ".join(exercise.hints), exercise.accepted)
        options = exercise.list_options(record)
        sealed.append(sealing.seal(replace(answer, options=options), salt))
    return sealed
