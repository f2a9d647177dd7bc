"""What makes the values of an exercise unfit: declared badly, or an answer that says nothing."""

import ast
import string
from textwrap import dedent

from coursework.making import parameters
from coursework.making.assessed import READ_OFF
from coursework.making.files import MasterError
from coursework.making.in_page import SOLUTION
from coursework.making.master import Exercise, Master
from coursework.making.seals import read_recorded

# As many draws as a cohort must differ from: any that a year of four terms may hold before it, and one more.
FEWEST = 5


def check(master: Master) -> None:
    """Raise `MasterError` where values are badly declared, or make an exercise degenerate."""
    found = [
        f"{master.name}.ipynb: exercise {exercise.number}: {fault}"
        for exercise in master.exercises
        for fault in (not master.cohort and find_misdeclared(exercise)) or find_out_of_bounds(exercise)
    ]
    found += [] if master.cohort else [f"{master.name}.ipynb: {fault}" for fault in _find_bound_again(master)]
    if found:
        raise MasterError("\n".join(found))


def _find_bound_again(master: Master) -> list[str]:
    """Parameters that another cell binds too: who runs cells out of order would answer for other values."""
    own = [
        (e.number, name, e.parameters) for e in master.exercises for name in parameters.assign_names(e.values)
    ]
    cells = [*master.cells, *(e.parameters for e in master.exercises if e.parameters and e.parts)]
    bound = [(cell, parameters.find_bound(cell.source)) for cell in cells if cell.cell_type == "code"]
    return [
        f"exercise {number}: another cell binds its parameter {name!r} too, so give it another name"
        for number, name, cell in own
        if any(name in names for other, names in bound if other is not cell)
    ]


def find_misdeclared(exercise: Exercise) -> list[str]:
    """What is wrong with an exercise's cell of parameters and the other values of its raw cell."""
    declared = exercise.facts.get("variants") or {}
    if set(declared) != set(exercise.values):
        cell, raw = (
            ", ".join(f"'{names}'" for names in one) or "nothing" for one in (exercise.values, declared)
        )
        return [
            f"the cell of parameters binds {cell}, the raw cell has variants of {raw}: they must be the same"
        ]
    combinations = parameters.list_combinations(exercise.values, declared)
    try:
        each = [parameters.assign_names(values) for values in combinations]
    except parameters.ParameterError as error:
        return [str(error)]
    if not declared:
        says = "code is asked for, and a number can be typed: add variants or a cell of inputs"
        return [says] if asks_for_code(exercise) and not exercise.inputs else []
    found = []
    letters = sorted(string.ascii_uppercase[: len(exercise.parts)])
    if exercise.parts and any(
        sorted(map(str, values.values())) != letters or set(values) != set(exercise.parts) for values in each
    ):
        return ["each variant must give every line a letter, A and those that follow"]
    code = "\n".join(
        cell.source for cell in [*exercise.provided[1:], exercise.answer] if cell.cell_type == "code"
    )
    for names in declared:
        for where, used in (("question", exercise.names_asked), ("code", parameters.find_words(code))):
            if not exercise.parts and not used & set(names.split(", ")):
                found.append(f"the {where} does not use the parameter '{names}'")
    if len({parameters.write(values) for values in combinations}) < len(combinations):
        found.append("a value is declared twice")
    if len(combinations) <= FEWEST:
        found.append(f"declare more values: {FEWEST} combinations besides the master's own are the fewest")
    return found


def asks_for_code(exercise: Exercise) -> bool:
    """Whether its answer is to be computed: its solution uses a name, calls something or calculates."""
    if not exercise.in_code or exercise.facts["kind"] == READ_OFF:
        return False
    nodes = [*ast.walk(ast.parse(dedent("\n".join(SOLUTION.findall(exercise.answer.source)))))]
    named = any(isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) for node in nodes)
    return named or any(isinstance(node, (ast.Call, ast.BinOp)) for node in nodes)


def find_out_of_bounds(exercise: Exercise) -> list[str]:
    """What makes an answer degenerate: outside its bounds, nearly 0, or too close to a misconception."""
    found = [] if exercise.choices else _find_unspelled(exercise)
    if not exercise.values:
        return found
    slips = [record for cell in exercise.slips for record in read_recorded(cell)]
    for record in read_recorded(exercise.tests):
        if "asks" in record:  # what a chart draws has no bounds, and each misconception has its own labels
            continue
        name, within = record["name"], record["within"]
        values = {label: v for label, v in record["values"].items() if type(v) in (int, float)}
        if exercise.parts and list(record["values"].values()) == sorted(record["values"].values()):
            found.append(f"{name!r} leaves the lines in the order in which they stand")
        if values:
            found += _find_beyond(name, values, within, (exercise.facts.get("bounds") or {}).get(name))
        for slip in slips if within else []:
            if slip["name"] != name:
                continue
            if all(abs(slip["values"][label] - v) < 2 * within for label, v in values.items()):
                found.append(f"{name!r} is less than two tolerances from a misconception: {slip['slip']}")
    return found


def _find_unspelled(exercise: Exercise) -> list[str]:
    """Words that are an answer, of these values too, and that can be written in one way only."""
    cells = [exercise.tests, *exercise.slips] if exercise.accepted else []
    given = (one["values"].get("") for cell in cells for one in read_recorded(cell))
    lost = sorted({word for word in given if isinstance(word, str)} - exercise.accepted.keys())
    return [f"{word!r} is an answer: add to 'accepted' other texts that mean the same" for word in lost]


def _find_beyond(name: str, values: dict[str, float], within: float, bounds: list | None) -> list[str]:
    if not bounds:
        return [f"no bounds are stated for the number {name!r}: add 'bounds: {{{name}: [lowest, highest]}}'"]
    low, high = bounds
    found = [
        f"{name!r} is {v:g}, outside {low:g} to {high:g}" for v in values.values() if not low <= v <= high
    ]
    if len(values) == 1 and abs(next(iter(values.values()))) <= 2 * within:
        found.append(f"{name!r} cannot be told from 0")
    return found
