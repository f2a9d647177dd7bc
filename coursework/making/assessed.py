"""The notebook that is marked: what the practice notebook asks, without seals, hashes and hidden tests.

Its checks look at the form of an answer only. What its answers are worth is decided by the grader, which
makes the key from what `list_exercise_facts` writes into the instructor's notebook.
"""

import copy
import json

from nbformat import NotebookNode
from notebook_grader.fact import Fact, TextFact
from notebook_grader.limits import Limits
from plain_answers import charted, parsing

from coursework.making.master import Exercise, Master
from coursework.making.seals import read_recorded
from coursework.making.templates import fill

# The kind whose answer is typed, as it is read off: no code of its reader can follow other values.
READ_OFF = "chart reading"
AGAIN = (
    "*Your code runs a second time with other values in the cell of parameters. "
    "A right number that does not follow them earns {number} of the {points} points.*"
)
CALLED = "*Your function is also called with inputs that you have not seen.*"


def list_exercise_facts(master: Master) -> dict[str, Fact]:
    """What the grader must know of each exercise that it marks, by the name of its graded cell."""
    return {
        exercise.tests.metadata["nbgrader"]["grade_id"]: make_fact(exercise)
        for exercise in master.exercises
        if not exercise.by_hand
    }


def list_text_facts(master: Master) -> dict[str, TextFact]:
    """What a person sees who marks a text, by the name of its cell: question, rubric, answers to compare."""
    return {
        exercise.answer.metadata["nbgrader"]["grade_id"]: TextFact(
            title=f"{exercise.number} {exercise.title}",
            question="\n\n".join(cell.source for cell in exercise.question),
            rubric=tuple((line["points"], line["for"]) for line in exercise.facts["rubric"]),
            samples={
                "full": (exercise.answer.source, ""),
                **{marks: (sample["text"], sample["why"]) for marks, sample in exercise.samples.items()},
            },
            objectives=tuple(map(str, exercise.objectives)),
        )
        for exercise in master.exercises
        if exercise.by_hand
    }


def _list_holders(exercise: Exercise) -> tuple[str, ...]:
    """The names of the cells of an assignment in which the text of an exercise's parameters stands."""
    if exercise.parts:
        return tuple(cell.metadata["nbgrader"]["grade_id"] for cell in (exercise.answer, exercise.tests))
    if not exercise.parameters:
        return ()
    index = exercise.provided.index(exercise.parameters) + 1
    return (f"given-{exercise.number.replace('.', '-')}-{index}",)


def make_fact(exercise: Exercise) -> Fact:
    """What the grader must know of an exercise."""
    variants = exercise.variant_cells
    rerun = bool(variants) and exercise.in_code and exercise.facts["kind"] != READ_OFF
    typed = exercise.facts.get("number", 0 if exercise.inputs else exercise.points // 4)
    wrong = {k: choice for k, choice in exercise.choices.items() if "misconception" in choice}
    return Fact(
        exercise=exercise.number,
        hint=" ".join(exercise.hints),
        slips=tuple((cell.source, cell.metadata["misconception"]) for cell in exercise.slips),
        accepted={text: tuple(others) for text, others in exercise.accepted.items()},
        choices={letter: (choice["says"], choice["misconception"]) for letter, choice in wrong.items()},
        random_inputs=exercise.inputs.source if exercise.inputs else "",
        parameters=_list_holders(exercise),
        variants=tuple(variants),
        rerun=rerun,
        typed_points=typed,
        parts={name: float(points) for name, points in (exercise.facts.get("answers") or {}).items()},
        objectives=tuple(map(str, exercise.objectives)),
    )


def list_forms(master: Master) -> dict[str, dict]:
    """The form of each answer: its kind, and its labels where they say nothing about the answer."""
    found = {}
    for exercise in master.exercises:
        for record in read_recorded(exercise.tests) if exercise.tests else []:
            labels = list(record["values"])
            if "asks" in record:
                # How much is drawn, and what, is for the student to find.
                told = [label for label in labels if not charted.is_label_of_data(label)]
                types = {name: record["values"][f"{name} type"] for name in charted.channels(labels)}
                form = {"kind": charted.CHART, "labels": told, "asks": record["asks"], "types": types}
                found[record["name"]] = form
                continue
            listed = labels == [str(place) for place in range(1, len(labels) + 1)]
            # The length of a list may be what is asked, and labels may follow the parameters.
            free = labels != [""] and exercise.variant_cells
            kept = None if listed else parsing.ANY if free else labels
            found[record["name"]] = {"kind": parsing.kind_of(record["values"]), "labels": kept}
    return found


def make_assessed(release: NotebookNode, master: Master, install: str, stubs: dict[str, str]) -> NotebookNode:
    """The assessed notebook, from `release`, which is the practice notebook."""
    notebook = copy.deepcopy(release)
    notebook.metadata["course"] = {"assignment": master.name}
    by_name = {cell.metadata["nbgrader"]["grade_id"]: cell for cell in notebook.cells}
    told = fill("marked.md", limits=Limits(), install=install, name=master.name, **stubs)
    by_name["how-to"].source = f"# {master.title}\n\n{told}"
    expected = json.dumps(json.dumps(list_forms(master), ensure_ascii=False), ensure_ascii=False)
    told = "# The form that each answer must have; it holds no answers.\nfrom jingjinji import check"
    forms_cell = by_name["sealed"]
    forms_cell.source = f"{told}\n\ncheck.expect({expected})"
    forms_cell.metadata["nbgrader"]["grade_id"] = "forms"
    for exercise in master.exercises:
        if exercise.by_hand:
            continue
        fact = make_fact(exercise)
        marked = [AGAIN.format(number=fact.typed_points, points=exercise.points)] if fact.rerun else []
        marked += [CALLED] if fact.random_inputs else []
        question = by_name[f"question-{exercise.number.replace('.', '-')}"]
        question.source = "\n\n".join([question.source, *marked])
    for cell in notebook.cells:
        marks = cell.metadata["nbgrader"]
        marks.pop("checksum", None)
        # A master's ids are hashes of its cells, solutions included: short ones could be guessed by them.
        cell.id = marks["grade_id"]
    return notebook
