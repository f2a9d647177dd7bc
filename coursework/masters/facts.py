"""What the grader must know of each exercise to make its key: metadata of its source."""

from notebook_grader.assignments.fact import Fact, TextFact

from coursework.masters.master import READ_OFF, Exercise, Master


def list_exercise_facts(master: Master) -> dict[str, Fact]:
    """Facts of each exercise that the grader marks, by the name of its graded cell."""
    machine = [exercise for exercise in master.exercises if not exercise.by_hand]
    return {one.tests.metadata["nbgrader"]["grade_id"]: make_fact(one) for one in machine}


def list_text_facts(master: Master) -> dict[str, TextFact]:
    """Question, rubric and samples of each text that a person marks, by the name of its cell."""
    return {
        exercise.answer.metadata["nbgrader"]["grade_id"]: TextFact(
            title=f"{exercise.number} {exercise.title}",
            question="\n\n".join(cell.source for cell in exercise.question),
            rubric=tuple((line["points"], line["for"]) for line in exercise.facts["rubric"]),
            samples={
                "full": (exercise.answer.source, ""),
                **{
                    marks: (sample["text"], sample["why"])
                    for marks, sample in exercise.samples.items()
                },
            },
            objectives=tuple(map(str, exercise.objectives)),
        )
        for exercise in master.exercises
        if exercise.by_hand
    }


def _list_holders(exercise: Exercise) -> tuple[str, ...]:
    """Names of the cells of an assignment that hold the text of an exercise's parameters."""
    if exercise.parts:
        return tuple(
            cell.metadata["nbgrader"]["grade_id"] for cell in (exercise.answer, exercise.tests)
        )
    if not exercise.parameters:
        return ()
    index = exercise.provided.index(exercise.parameters) + 1
    return (f"given-{exercise.number.replace('.', '-')}-{index}",)


def make_fact(exercise: Exercise) -> Fact:
    """Facts of an exercise that the grader marks."""
    variants = exercise.variant_cells
    quarter = max(1, exercise.points // 4)  # of three points one: nothing would be no quarter
    typed = exercise.facts.get("number", 0 if exercise.inputs else quarter)
    return Fact(
        exercise=exercise.number,
        hint=" ".join(exercise.hints),
        slips=tuple((cell.source, cell.metadata["misconception"]) for cell in exercise.slips),
        accepted={text: tuple(others) for text, others in exercise.accepted.items()},
        choices={
            k: (choice["says"], choice["misconception"])
            for k, choice in exercise.wrong_choices.items()
        },
        random_inputs=exercise.inputs.source if exercise.inputs else "",
        parameters=_list_holders(exercise),
        variants=tuple(variants),
        rerun=bool(variants) and exercise.in_code and exercise.facts["kind"] != READ_OFF,
        typed_points=typed,
        parts={
            name: float(points) for name, points in (exercise.facts.get("answers") or {}).items()
        },
        objectives=tuple(map(str, exercise.objectives)),
    )
