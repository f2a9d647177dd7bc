"""Parameters of an exercise: a cell that binds names to values, and the other values that may stand
there.

As in papermill, code uses the names. Prose and captions have placeholders such as ``{{ place }}``,
which are Jinja expressions.
"""

import ast
import itertools
import json
import re
from typing import Any

import jinja2
import jinja2.meta

from coursework.common import MasterError

TAG = "parameters"
# Value of each line, by its names as they stand there: {"place, year": ("Tianjin", 2013)}.
Values = dict[str, object]
_JINJA = jinja2.Environment(
    undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True
)


def read(source: str) -> Values:
    """Parse a cell of parameters."""
    try:
        return dict(_parse_binding(line) for line in ast.parse(source).body)
    except (SyntaxError, TypeError, ValueError):
        raise MasterError(
            "a cell of parameters binds names to plain values, a line each, "
            'such as place, year = "Tianjin", 2013'
        ) from None


def _parse_binding(line: ast.stmt) -> tuple[str, object]:
    if not isinstance(line, ast.Assign) or len(line.targets) != 1:
        raise TypeError
    (target,) = line.targets
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    names = [part.id for part in parts if isinstance(part, ast.Name)]
    if len(names) < len(parts):
        raise TypeError
    return ", ".join(names), ast.literal_eval(line.value)


def write(values: Values) -> str:
    """Source of the cell that binds these values."""
    return "\n".join(f"{names} = {_parse_literal(value)}" for names, value in values.items())


def _parse_literal(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_parse_literal, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def assign_names(values: Values) -> dict[str, object]:
    """Split values by single names. A text for several names gives each a letter."""
    flat: dict[str, object] = {}
    for names, value in values.items():
        listed = names.split(", ")
        parts = (
            [value]
            if len(listed) == 1
            else list(value)
            if isinstance(value, list | tuple | str)
            else []
        )
        if len(parts) != len(listed):
            raise MasterError(
                f"{value!r} does not have as many values as there are names in '{names}'"
            )
        flat |= dict(zip(listed, parts, strict=True))
    return flat


def list_combinations(own: Values, others: dict[str, list]) -> list[Values]:
    """Every choice of one value per line, the exercise's own first."""
    listed = [[value, *others.get(names, [])] for names, value in own.items()]
    return [dict(zip(own, chosen, strict=True)) for chosen in itertools.product(*listed)]


def fill(content: Any, values: dict[str, object]) -> Any:
    """Fill the placeholders of a text, or of the texts in a list or mapping."""
    if isinstance(content, str):
        try:  # most texts have no placeholder, and compiling a template is slow
            return _JINJA.from_string(content).render(values) if "{" in content else content
        except jinja2.TemplateError as error:
            raise MasterError(f"a placeholder cannot be filled: {error}") from None
    if isinstance(content, list):
        return [fill(item, values) for item in content]
    if isinstance(content, dict):
        return {key: fill(item, values) for key, item in content.items()}
    return content


def find_placeholders(content: object) -> set[str]:
    """Names in the placeholders of a text, list or mapping."""
    if isinstance(content, str):
        return jinja2.meta.find_undeclared_variables(_JINJA.parse(content))
    parts = (
        content.values()
        if isinstance(content, dict)
        else content
        if isinstance(content, list)
        else []
    )
    return set().union(*map(find_placeholders, parts))


def find_bound(code: str) -> set[str]:
    """Names that code binds anywhere."""
    stored = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name))
    return {node.id for node in stored if isinstance(node.ctx, ast.Store)}


def find_words(code: str) -> set[str]:
    """Words of code; a query such as ``"year == @first_year"`` has names inside a string."""
    return set(re.findall(r"\w+", code))
