"""Whether a notebook's numbers were computed from tables, and tried by a placebo and a curve of choices.

Where a number comes from is read in the code: the names in an expression are followed back to the calls that
made them. That finds empty and typed work, not every trick: a person reads what passes.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode
from sealed_readings.rule import Reading

from jingjinji.capstone import rerun
from jingjinji.capstone.keys import Key

COMBINATIONS = 8  # of a curve of choices, at least
# How `choices` describes its chart, and what it says where each unit has a number.
_CURVE = re.compile(r"Specification curve: (\d+) estimates \(.*?\), sorted from (\S+) to (\S+);")
_UNITS = re.compile(r"\bof \d+ units\b")
# What passes a value on and measures nothing.
_CARRIES = {"print", "float", "int", "str", "round", "list", "tuple", "format", "join", "array", "DataFrame"}
_CARRIES |= {"Series", "loads", "literal_eval", "eval", "get", "iloc", "Decimal"}


@dataclass
class Origin:
    """What an expression rests on: the last names of the calls, and the numbers typed."""

    calls: set[str] = field(default_factory=set)
    typed: set[float] = field(default_factory=set)

    @property
    def of_tables(self) -> bool:
        """Whether a table was loaded or a file read for it."""
        return any(_reads(name) for name in self.calls)

    @property
    def measured(self) -> bool:
        """Whether something was done that is more than passing a value on."""
        return any(not _reads(name) and name not in _CARRIES for name in self.calls)


def _reads(call: str) -> bool:
    return call in ("load", "Folder") or call.startswith("read_")


class Code:
    """The code of a notebook, cell by cell, and what each of its names rests on."""

    def __init__(self, notebook: NotebookNode) -> None:
        self.trees: list[ast.Module] = []
        self._made: dict[str, list[ast.AST]] = defaultdict(list)
        for _, cell in rerun.list_code_cells(notebook):
            lines = ["" if line.startswith(("%", "!")) else line for line in cell.source.splitlines()]
            try:
                self.trees.append(ast.parse("\n".join(lines)))
            except (SyntaxError, ValueError, RecursionError, MemoryError):  # the second run says so
                continue
            for statement in ast.walk(self.trees[-1]):
                for name in _bound(statement):
                    self._made[name].append(statement)

    def calls_of(self, *names: str) -> list[ast.Call]:
        """Every call of a function or method with one of these names, in order."""
        nodes = (node for tree in self.trees for node in ast.walk(tree))
        return [node for node in nodes if isinstance(node, ast.Call) and _last(node.func) in names]

    def origin(self, *starts: ast.AST) -> Origin:
        """What these pieces of code rest on, over all names that they use."""
        found, seen, waiting = Origin(), set(), list(starts)
        while waiting:
            for node in ast.walk(waiting.pop()):
                if isinstance(node, ast.Call):
                    found.calls.add(_last(node.func))
                elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
                    found.typed.add(float(node.value))
                elif isinstance(node, ast.Name) and node.id not in seen:
                    seen.add(node.id)
                    waiting += self._made[node.id]
        return found


def _last(function: ast.AST) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def _base(target: ast.AST) -> str:
    while isinstance(target, ast.Subscript | ast.Attribute | ast.Starred | ast.Call):
        target = target.func if isinstance(target, ast.Call) else target.value
    return target.id if isinstance(target, ast.Name) else ""


def _bound(statement: ast.AST) -> set[str]:
    """The names that one statement makes or changes."""
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    if isinstance(statement, ast.Expr):  # such as rows.append(...)
        return {_base(statement.value)} - {"", "print"} if isinstance(statement.value, ast.Call) else set()
    if isinstance(statement, ast.For):
        targets = [statement.target]
    else:
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.NamedExpr):
        return set()
    parts = [p for t in targets for p in (t.elts if isinstance(t, ast.Tuple | ast.List) else [t])]
    return {_base(part) for part in parts} - {""}


def _printed_by(code: Code, kind: str, name: str) -> Origin | None:
    """What a printed line rests on; None if no call prints it with a value put in."""
    for call in code.calls_of("print"):
        texts = [node for argument in call.args for node in ast.walk(argument)]
        words = [n.value for n in texts if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        begins = [w for w in words if re.match(rf"{kind} ({name}\b|$)", w)]
        if begins and any(not isinstance(n, ast.Constant | ast.JoinedStr) for n in texts):
            return code.origin(*call.args)
    return None


def find_key_problems(code: Code, printed: list[str], known: dict[str, Key]) -> list[str]:
    """Which of the printed keys were typed or read off instead of computed, a sentence each."""
    found = []
    if any("answer_keys" in ast.dump(tree) for tree in code.trees):
        found.append("The notebook reads the published results; compute each key with the measure itself.")
    for name in printed:
        origin = _printed_by(code, "key", name)
        if origin is None or not origin.measured:
            found.append(f"Key {name} is typed; compute it with the measure that you use for the claim.")
        elif all(_near(number, known[name].within, origin.typed) for number in known[name].expected):
            found.append(f"Key {name} is published, and its result is typed in the code; compute it.")
    return found


def _near(number: float, within: float, typed: set[float]) -> bool:
    whole = number == int(number) and abs(number) < 100  # such a number is an input as often as a result
    return not whole and any(abs(number - one) <= within for one in typed)


def find_problems(
    code: Code,
    charts: Sequence[tuple[int, dict[str, Any]]],
    readings: Sequence[Reading],
    answered: Collection[tuple[str, str]],
) -> list[str]:
    """What a notebook lacks to answer its claims from data, a sentence each.

    `answered` are the readings, by claim and letter, for which a number was filed.
    """
    found, said = [], [str(chart.get("description", "")) for _, chart in charts]
    curves = [match for text in said if (match := _CURVE.match(text))]
    placebo = [one for one in readings if one.way == "placebo" and (one.claim_id, one.reading) in answered]
    if not placebo and not any(_UNITS.search(text) for text in said):
        found.append(
            "There is no placebo: file a number for a reading of the way `placebo`, or let the curve's "
            "estimate return the numbers of all places (choices.run(..., own=...))."
        )
    if not curves or not any(code.origin(call).of_tables for call in code.calls_of("set_up", "run")):
        found.append(
            "There is no curve of choices: compute one from a table with choices.set_up and choices.run, and "
            "show what its draw gives."
        )
    elif max(int(match[1]) for match in curves) < COMBINATIONS:
        number = max(int(match[1]) for match in curves)
        found.append(
            f"The curve of choices has {number} combinations; {COMBINATIONS} are the fewest: name rival "
            "vintages, years, definitions, controls."
        )
    elif all(match[2] == match[3] for match in curves):
        found.append(
            f"All estimates of the curve are {curves[0][2]}; its options must change what is computed."
        )
    found += [
        f"The number of {claim} {letter} is typed or comes from no loaded table; file the computed value."
        for claim, letter, value in _list_filed(code)
        if not code.origin(value).of_tables
    ]
    return found


def _list_filed(code: Code) -> Iterator[tuple[str, str, ast.AST]]:
    """What code files for each reading: claim, letter, and the expression of the number."""
    for call in code.calls_of("make_verdict"):
        named = {one.arg: one.value for one in call.keywords}
        claim = named.get("claim_id", call.args[1] if len(call.args) > 1 else None)
        given = named.get("numbers", call.args[3] if len(call.args) > 3 else None)
        name = str(getattr(claim, "value", "a claim"))
        if isinstance(given, ast.Dict):
            for key, value in zip(given.keys, given.values, strict=True):
                yield name, str(getattr(key, "value", "")), value
        elif isinstance(given, ast.Call) and _last(given.func) == "dict":
            yield from ((name, one.arg or "", one.value) for one in given.keywords)
        elif given is not None:
            yield name, "in `numbers`", given
