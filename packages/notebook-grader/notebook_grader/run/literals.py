"""Values of parameters that a student wrote out, where the question prints them, instead of their
names.

``crowded(county, 800)`` is as computed as ``crowded(county, limit)``. So where nothing in an
exercise uses a parameter's name, the second run changes the number or text itself.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Mapping
from typing import Any

from nbformat import NotebookNode

from notebook_grader.assignments.fact import Fact
from notebook_grader.cells import get_grade_id, is_locked

LONGEST = 50_000  # characters of a cell that is looked at
_NO_PYTHON = (SyntaxError, ValueError, tokenize.TokenError, RecursionError, MemoryError)
Values = dict[str, Any]  # by the name of the parameter


def follow(notebook: NotebookNode, facts: Mapping[str, Fact], variants: Mapping[str, int]) -> None:
    """Change the values that a restored notebook's own cells write out to those of variants, in
    place."""
    places = {
        name: place for place, cell in enumerate(notebook.cells) if (name := get_grade_id(cell))
    }
    for name, fact in facts.items():
        holder = places.get(fact.parameters[0]) if len(fact.parameters) == 1 else None
        if not fact.follows_parameters or holder is None or name not in places:
            continue
        cells = [
            cell
            for cell in notebook.cells[holder + 1 : places[name] + 1]
            if cell.cell_type == "code"
        ]
        own = [cell for cell in cells if not is_locked(cell)]
        given = [cell.source for cell in cells if is_locked(cell)]
        before = fact.variants[0]
        after = fact.variants[variants[name] % len(fact.variants)]
        sources = replace_literals([cell.source for cell in own], given, before, after)
        for cell, source in zip(own, sources, strict=True):
            cell.source = source


def read_parameters(source: str) -> Values:
    """Read the plain values that a cell of parameters binds to single names; {} if it is no such
    cell."""
    values: Values = {}
    try:
        for line in ast.parse(source).body:
            target = line.targets[0] if isinstance(line, ast.Assign) else None
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            bound = ast.literal_eval(line.value) if isinstance(line, ast.Assign) else ()
            parts = bound if isinstance(target, ast.Tuple) else [bound]
            pairs = zip(names, parts, strict=True)
            values |= {name.id: part for name, part in pairs if isinstance(name, ast.Name)}
    except (*_NO_PYTHON, TypeError):
        return {}
    return values


def replace_literals(own: list[str], given: Iterable[str], before: str, after: str) -> list[str]:
    """Sources of cells with the values of the parameters `after` in place of those `before`.

    Only values count whose names neither the student's nor the given cells of the exercise use.
    """
    used = set(re.findall(r"\w+", "\n".join([*own, *given])))
    old = read_parameters(before)
    new = read_parameters(after)
    changed = {
        name: value for name, value in old.items() if name not in used and _is_telling(value)
    }
    # Two parameters of one value: nobody knows which is meant.
    changed = {
        name: v for name, v in changed.items() if list(old.values()).count(v) == 1 and name in new
    }
    changed = {name: value for name, value in changed.items() if new[name] != value}
    return [_replace(one, changed, new) if changed and len(one) <= LONGEST else one for one in own]


def _is_telling(value: object) -> bool:
    """Whether a value is a text or number that seldom stands for anything else."""
    return isinstance(value, str) or (
        type(value) in (int, float) and value not in (0, 1, 2, 10, 100)
    )


def _replace(source: str, before: Values, after: Values) -> str:
    lines = source.split("\n")
    try:
        tokens = [*tokenize.generate_tokens(io.StringIO(source).readline)]
    except _NO_PYTHON:
        return source
    for token in reversed(tokens):
        row, start = token.start
        last, end = token.end
        if token.type in (tokenize.NUMBER, tokenize.STRING) and row == last:
            line = lines[row - 1]
            lines[row - 1] = line[:start] + _rewrite(token.string, before, after) + line[end:]
    return "\n".join(lines)


def _rewrite(literal: str, before: Values, after: Values) -> str:
    """Write a number or text again; in a text such as a query, also what stands there as a word."""
    try:
        value = ast.literal_eval(literal)
    except _NO_PYTHON:  # a text with fields
        value = None
    for name, old in before.items():
        if value == old and isinstance(value, str) == isinstance(old, str):
            return repr(after[name])
    if literal[-1] not in "\"'":
        return literal
    words = {str(old): str(after[name]) for name, old in before.items()}
    pattern = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.sub(rf"(?<![\w.])(?:{pattern})(?![\w.])", lambda found: words[found[0]], literal)
