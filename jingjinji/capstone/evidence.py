"""Whether a notebook's numbers were computed from tables, and whether its claims were answered twice.

The author prints lines such as ``two C80: fourth census 6.3, fifth census 6.1 %`` and
``compare C80: Jing-Jin-Ji 6.3, Yangtze River Delta 7.0 %``. Where a number comes from is read in the code:
the names in an expression are followed back to the calls that made them. That finds empty and typed work,
not every trick: a person reads what passes.
"""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from jingjinji.capstone import rerun, units
from jingjinji.capstone.keys import Key

# So many claims are answered by two vintages or definitions; so many may be left without an answer.
TWICE, UNDECIDED = 3, 2
WITHOUT_ANSWER = ("open", "not testable as worded")
WORDS = {"range": 4, "condition": 8}
ROWS = 5  # of a chart that shows something
_LINE = re.compile(r"^(two|compare) (\w+): *(.*)$", re.MULTILINE)
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d,]*(?:\.\d+)?(?!\w)")
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
    return call == "load" or call.startswith("read_")


class Code:
    """The code of a notebook, cell by cell, and what each of its names rests on."""

    def __init__(self, notebook: NotebookNode) -> None:
        self.trees: dict[int, ast.Module] = {}
        self._made: dict[str, list[ast.AST]] = defaultdict(list)
        for number, cell in rerun.list_code_cells(notebook):
            lines = ["" if line.startswith(("%", "!")) else line for line in cell.source.splitlines()]
            try:
                self.trees[number] = ast.parse("\n".join(lines))
            except SyntaxError:  # the second run says so
                continue
            for statement in ast.walk(self.trees[number]):
                for name in _bound(statement):
                    self._made[name].append(statement)

    def calls_of(self, name: str) -> list[ast.Call]:
        """Every call of a function or method with this name, in order."""
        nodes = (node for tree in self.trees.values() for node in ast.walk(tree))
        return [node for node in nodes if isinstance(node, ast.Call) and _last(node.func) == name]

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
    if any("answer_keys" in ast.dump(tree) for tree in code.trees.values()):
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


def find_problems(code: Code, printed: str, cards: list[dict], charts: dict[int, dict]) -> list[str]:
    """What a notebook lacks to answer its claims from data, a sentence each."""
    if not cards:
        return ["No verdict card is complete, so no evidence can be looked for."]
    found = _undecided(cards) + _empty(cards)
    answered: dict[str, set[str]] = {"two": set(), "compare": set()}
    for kind, claim, text in _LINE.findall(printed):
        if claim not in {card["claim"] for card in cards}:
            found.append(f"The line '{kind} {claim}' is of a claim without a complete card.")
        elif wrong := _wrong(code, kind, claim, text):
            found.append(f"The line '{kind} {claim}' {wrong}.")
        else:
            answered[kind].add(claim)
    found += _unanswered(answered)
    found += [
        f"The card on {claim}: {wrong}."
        for claim in sorted(answered["two"])
        if (wrong := _typed_card(code, next(card for card in cards if card["claim"] == claim)))
    ]
    if charts and not any(_shows_data(code, cell, spec) for cell, spec in charts.items()):
        found.append(f"No chart shows a table: at least one must draw {ROWS} rows or more of loaded data.")
    return found


def _undecided(cards: list[dict]) -> list[str]:
    left = [card["claim"] for card in cards if card["verdict"] in WITHOUT_ANSWER]
    if len(left) <= UNDECIDED:
        return []
    return [
        f"{', '.join(left)} are left without an answer; at most {UNDECIDED} of the claims may be "
        f"{' or '.join(WITHOUT_ANSWER)}."
    ]


def _empty(cards: list[dict]) -> list[str]:
    found = []
    for name, least in WORDS.items():
        texts = [card[name].strip() for card in cards]
        found += [
            f"The card on {card['claim']}: `{name}` has {count} words; write a sentence of at least {least}."
            for card, text in zip(cards, texts, strict=True)
            if (count := len(set(text.lower().split()))) < least
        ]
        found += [
            f"{times} cards have the same `{name}`, '{text[:40]}'; each claim has its own."
            for text, times in Counter(texts).items()
            if times > 1
        ]
    return found


def _wrong(code: Code, kind: str, claim: str, text: str) -> str:
    """Why such a line is no evidence; empty if it is."""
    labels = []
    for part in re.split(r", ", text):
        numbers = list(_NUMBER.finditer(part))
        labels += [part[: numbers[-1].start()].strip()] if numbers else []
    if len(labels) < 2 or len(set(labels)) < len(labels) or not all(labels):
        return f"must name two numbers and tell them apart, as in '{kind} C80: one 6.3, other 6.1 %'"
    if units.find_without_unit(text):
        return "names no unit after its last number"
    origin = _printed_by(code, kind, claim)
    if origin is None or not origin.of_tables:
        return "holds numbers that come from no loaded table"
    return ""


def _unanswered(answered: dict[str, set[str]]) -> list[str]:
    found = []
    if len(answered["two"]) < TWICE:
        found.append(
            f"{len(answered['two'])} claims are answered by two vintages or definitions; at least {TWICE} "
            "must be, each in a printed line such as 'two C80: fourth census 6.3, fifth census 6.1 %'."
        )
    if not answered["compare"]:
        found.append(
            "Nothing is compared; print at least one line such as 'compare C80: Jing-Jin-Ji 6.3, "
            "Yangtze River Delta 7.0 %'."
        )
    return found


def _typed_card(code: Code, card: dict) -> str:
    """Why the numbers of a card are not the notebook's; empty if they are."""
    calls = code.calls_of("card")
    named = [call for call in calls if card["claim"] in (getattr(a, "value", None) for a in call.args)]
    calls = named or calls  # filed in a loop, any of them may be this one
    given = {k.arg: k.value for call in calls for k in call.keywords}
    for name in ("found", "range"):
        if not _NUMBER.search(card[name]):
            return f"`{name}` holds no number, though the claim is answered by two"
        if name in given and not code.origin(given[name]).of_tables:
            return f"the number in `{name}` is typed; put the computed value there in an f-string"
    return ""


def _shows_data(code: Code, cell: int, spec: dict[str, Any]) -> bool:
    tables = [*spec.get("datasets", {}).values(), (spec.get("data") or {}).get("values", [])]
    full = any(isinstance(rows, list) and len(rows) >= ROWS and _varies(rows) for rows in tables)
    return full and cell in code.trees and code.origin(code.trees[cell]).of_tables


def _varies(rows: list[dict[str, Any]]) -> bool:
    columns = {name for row in rows for name in row}
    return any(len({row.get(n) for row in rows if type(row.get(n)) in (int, float)}) > 2 for n in columns)
