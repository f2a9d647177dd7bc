"""Check the values of an exercise: how they are declared, and that no answer of theirs is
degenerate."""

import ast
import string
from collections.abc import Iterator, Mapping
from textwrap import dedent
from typing import Any

from coursework.common import MasterError
from coursework.masters import parameters
from coursework.masters.master import READ_OFF, SOLUTION, Exercise, Master
from coursework.masters.seals import read_recorded

# As many draws as a cohort must differ from: those of the four terms before it, and one more.
FEWEST = 5


def check(master: Master) -> None:
    """Raise `MasterError` if values are badly declared, or make an exercise degenerate."""
    faults = [
        f"exercise {exercise.number}: {fault}"
        for exercise in master.exercises
        for fault in (not master.cohort and find_misdeclared(exercise))
        or find_out_of_bounds(exercise)
    ]
    faults += [] if master.cohort else _find_bound_again(master)
    if faults:
        raise MasterError("\n".join(f"{master.name}.ipynb: {fault}" for fault in faults))


def _find_bound_again(master: Master) -> Iterator[str]:
    """Parameters that another cell binds too: whoever runs cells out of order would use other
    values."""
    cells = [*master.cells, *(e.parameters for e in master.exercises if e.parameters and e.parts)]
    bound = [
        (cell, parameters.find_bound(cell.source)) for cell in cells if cell.cell_type == "code"
    ]
    for exercise in master.exercises:
        others = [names for cell, names in bound if cell is not exercise.parameters]
        for name in parameters.assign_names(exercise.values):
            if any(name in names for names in others):
                fault = f"another cell binds its parameter {name!r} too, so give it another name"
                yield f"exercise {exercise.number}: {fault}"


def find_misdeclared(exercise: Exercise) -> list[str]:
    """Faults of an exercise's cell of parameters and of the other values in its raw cell."""
    declared = exercise.facts.get("variants") or {}
    if set(declared) != set(exercise.values):
        cell, raw = (
            ", ".join(f"'{name}'" for name in names) or "nothing"
            for names in (exercise.values, declared)
        )
        return [
            f"the cell of parameters binds {cell}, the raw cell has variants of {raw}: they must be"
            " the same"
        ]
    if not declared:
        fault = "code is asked for, and a number can be typed: add variants or a cell of inputs"
        return [fault] if asks_for_code(exercise) and not exercise.inputs else []
    combinations = exercise.combinations
    try:
        assigned = [parameters.assign_names(values) for values in combinations]
    except MasterError as error:
        return [str(error)]
    if exercise.parts and not _letters_lines(exercise, assigned):
        return ["each variant must give every line a letter, A and those that follow"]
    faults = _find_unused(exercise, declared)
    if len({parameters.write(values) for values in combinations}) < len(combinations):
        faults.append("a value is declared twice")
    if len(combinations) <= FEWEST:
        faults.append(
            f"declare more values: {FEWEST} combinations besides the master's own are the fewest"
        )
    return faults


def _letters_lines(exercise: Exercise, assigned: list[dict[str, Any]]) -> bool:
    """Whether each variant gives every line of the question one of the first letters."""
    lines = dict(zip(exercise.parts, string.ascii_uppercase))
    return all(
        values.keys() == lines.keys() and sorted(map(str, values.values())) == [*lines.values()]
        for values in assigned
    )


def _find_unused(exercise: Exercise, declared: Mapping[str, Any]) -> list[str]:
    """Parameters that the question or the code does not use."""
    if exercise.parts:
        return []
    code = [
        cell.source
        for cell in [*exercise.provided[1:], exercise.answer]
        if cell.cell_type == "code"
    ]
    uses = {"question": exercise.names_asked, "code": parameters.find_words("\n".join(code))}
    return [
        f"the {where} does not use the parameter '{names}'"
        for names in declared
        for where, words in uses.items()
        if not words & set(names.split(", "))
    ]


def asks_for_code(exercise: Exercise) -> bool:
    """Whether the answer is computed: the solution reads a name, calls something or calculates."""
    if not exercise.in_code or exercise.facts["kind"] == READ_OFF:
        return False
    nodes = [*ast.walk(ast.parse(dedent("\n".join(SOLUTION.findall(exercise.answer.source)))))]
    named = any(isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) for node in nodes)
    return named or any(isinstance(node, (ast.Call, ast.BinOp)) for node in nodes)


def find_out_of_bounds(exercise: Exercise) -> list[str]:
    """Degenerate answers: outside their bounds, nearly 0, or too close to a misconception."""
    faults = [] if exercise.choices else [*_find_unspelled(exercise)]
    if not exercise.values:
        return faults
    slips = [record for cell in exercise.slips for record in read_recorded(cell)]
    for record in read_recorded(exercise.tests):
        if (
            "asks" in record
        ):  # what a chart draws has no bounds, and each misconception has its own labels
            continue
        name = record["name"]
        within = record["within"]
        values = {label: v for label, v in record["values"].items() if type(v) in (int, float)}
        if exercise.parts and list(record["values"].values()) == sorted(record["values"].values()):
            faults.append(f"{name!r} leaves the lines in the order in which they stand")
        if values:
            faults += _find_beyond(
                name, values, within, (exercise.facts.get("bounds") or {}).get(name)
            )
        for slip in slips if within else []:
            if slip["name"] == name and all(
                abs(slip["values"][label] - v) < 2 * within for label, v in values.items()
            ):
                faults.append(
                    f"{name!r} is less than two tolerances from a misconception: {slip['slip']}"
                )
    return faults


def _find_unspelled(exercise: Exercise) -> Iterator[str]:
    """Words that are an answer with the current values, but for which no other spelling is
    accepted."""
    cells = [exercise.tests, *exercise.slips] if exercise.accepted else []
    answers = {record["values"].get("") for cell in cells for record in read_recorded(cell)}
    for word in sorted(
        {word for word in answers if isinstance(word, str)} - exercise.accepted.keys()
    ):
        yield f"{word!r} is an answer: add to 'accepted' other texts that mean the same"


def _find_beyond(
    name: str, values: dict[str, float], within: float, bounds: list[float] | None
) -> Iterator[str]:
    if not bounds:
        yield (
            f"no bounds are stated for the number {name!r}: add 'bounds: {{{name}: [lowest,"
            " highest]}'"
        )
        return
    low, high = bounds
    for value in values.values():
        if not low <= value <= high:
            yield f"{name!r} is {value:g}, outside {low:g} to {high:g}"
    if len(values) == 1 and abs(next(iter(values.values()))) <= 2 * within:
        yield f"{name!r} cannot be told from 0"
