"""Check that numbers are computed from tables, and that a placebo was filed.

Names in an expression are followed back to the calls that computed them; a person reads what
passes.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode
from sealed_readings.rule import Reading

from jingjinji.capstone import rerun
from jingjinji.capstone.keys import Key

# Calls that pass a value on without measuring anything.
_CONVERSIONS = {"print", "float", "int", "str", "round", "list", "tuple", "format", "join", "array"}
_CONVERSIONS |= {"DataFrame", "Series", "loads", "literal_eval", "eval", "get", "iloc", "Decimal"}


@dataclass
class Origin:
    """What an expression depends on: names of the functions called, and numbers typed."""

    calls: set[str] = field(default_factory=set)
    typed: set[float] = field(default_factory=set)

    @property
    def from_table(self) -> bool:
        """Whether it depends on a loaded table or a file."""
        return any(map(_reads, self.calls))

    @property
    def measured(self) -> bool:
        """Whether a function was called that does more than pass a value on."""
        return any(not _reads(name) and name not in _CONVERSIONS for name in self.calls)


def _reads(call: str) -> bool:
    return call in ("load", "Folder") or call.startswith("read_")


class Code:
    """The code of a notebook, cell by cell, and the statements that assign each of its names."""

    def __init__(self, notebook: NotebookNode) -> None:
        self.trees: list[ast.Module] = []
        self._statements: dict[str, list[ast.AST]] = defaultdict(list)
        for _, cell in rerun.list_code_cells(notebook):
            lines = [
                "" if line.startswith(("%", "!")) else line for line in cell.source.splitlines()
            ]
            try:
                self.trees.append(ast.parse("\n".join(lines)))
            except (
                SyntaxError,
                ValueError,
                RecursionError,
                MemoryError,
            ):  # the second run reports it
                continue
            for node in ast.walk(self.trees[-1]):
                for name in _assigned(node):
                    self._statements[name].append(node)

    def list_calls(self, *names: str) -> list[ast.Call]:
        """Return every call of a function or method with one of these names, in order."""
        nodes = (node for tree in self.trees for node in ast.walk(tree))
        return [node for node in nodes if isinstance(node, ast.Call) and _last(node.func) in names]

    def origin(self, *expressions: ast.AST) -> Origin:
        """Return what these expressions depend on, directly and through all names that they use."""
        origin = Origin()
        seen = set()
        pending = list(expressions)
        while pending:
            for node in ast.walk(pending.pop()):
                if isinstance(node, ast.Call):
                    origin.calls.add(_last(node.func))
                elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
                    origin.typed.add(float(node.value))
                elif isinstance(node, ast.Name) and node.id not in seen:
                    seen.add(node.id)
                    pending += self._statements[node.id]
        return origin


def _last(function: ast.AST) -> str:
    """Return the last part of a dotted name."""
    return getattr(function, "attr", getattr(function, "id", ""))


def _base(target: ast.AST) -> str:
    """Return the first part of a dotted name, without indices and calls."""
    while isinstance(target, ast.Subscript | ast.Attribute | ast.Starred | ast.Call):
        target = target.func if isinstance(target, ast.Call) else target.value
    return target.id if isinstance(target, ast.Name) else ""


def _assigned(node: ast.AST) -> set[str]:
    """Return the names that a statement assigns or changes."""
    match node:
        case ast.FunctionDef():
            return {node.name}
        case ast.Expr(value=ast.Call()):  # such as rows.append(...)
            return {_base(node.value)} - {"", "print"}
        case ast.Assign():
            targets = node.targets
        case ast.AnnAssign() | ast.AugAssign() | ast.For() | ast.NamedExpr():
            targets = [node.target]
        case _:
            return set()
    parts = [
        part for t in targets for part in (t.elts if isinstance(t, ast.Tuple | ast.List) else [t])
    ]
    return set(map(_base, parts)) - {""}


def find_key_problems(code: Code, printed: list[str], known: dict[str, Key]) -> list[str]:
    """Return which of the printed keys were typed or copied instead of computed, one sentence
    each."""
    problems = []
    if any("answer_keys" in ast.dump(tree) for tree in code.trees):
        problems.append(
            "The notebook reads the published results; compute each key with the measure itself."
        )
    for name in printed:
        origin = _origin_of_key(code, name)
        if origin is None or not origin.measured:
            problems.append(
                f"Key {name} is typed; compute it with the measure that you use for the claim."
            )
        elif all(
            _is_typed(number, known[name].within, origin.typed) for number in known[name].expected
        ):
            problems.append(
                f"Key {name} is published, and its result is typed in the code; compute it."
            )
    return problems


def _origin_of_key(code: Code, name: str) -> Origin | None:
    """Return what a printed key depends on; None if no call of `print` formats a value into its
    line."""
    for call in code.list_calls("print"):
        nodes = [node for argument in call.args for node in ast.walk(argument)]
        texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        is_plain = all(isinstance(node, ast.Constant | ast.JoinedStr) for node in nodes)
        if not is_plain and any(re.match(rf"key ({name}\b|$)", text) for text in texts):
            return code.origin(*call.args)
    return None


def _is_typed(number: float, within: float, typed: set[float]) -> bool:
    # A small whole number is an input as often as a result.
    is_small = number == int(number) and abs(number) < 100
    return not is_small and any(abs(number - constant) <= within for constant in typed)


def find_problems(
    code: Code, readings: Sequence[Reading], answered: Collection[tuple[str, str]]
) -> list[str]:
    """Return what evidence a notebook lacks; `answered` are the readings for which a number was
    filed."""
    problems = []
    if not any(
        one.way == "placebo" and (one.claim_id, one.reading) in answered for one in readings
    ):
        problems.append(
            "There is no placebo: file a number for a reading of the way `placebo`, which compares"
            " your places with all others."
        )
    problems += [
        f"The number of {claim} {letter} is typed or comes from no loaded table; file the computed"
        " value."
        for claim, letter, value in _list_filed(code)
        if not code.origin(value).from_table
    ]
    return problems


def _list_filed(code: Code) -> Iterator[tuple[str, str, ast.AST]]:
    """Yield claim, letter and expression of each number that code files for a reading."""
    for call in code.list_calls("make_verdict"):
        arguments = dict(
            zip(("folder", "claim_id", "sentence", "numbers"), call.args, strict=False)
        )
        arguments |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        numbers = arguments.get("numbers")
        claim = str(getattr(arguments.get("claim_id"), "value", "a claim"))
        if isinstance(numbers, ast.Dict):
            for key, value in zip(numbers.keys, numbers.values, strict=True):
                yield claim, str(getattr(key, "value", "")), value
        elif isinstance(numbers, ast.Call) and _last(numbers.func) == "dict":
            yield from ((claim, keyword.arg or "", keyword.value) for keyword in numbers.keywords)
        elif numbers is not None:
            yield claim, "in `numbers`", numbers
