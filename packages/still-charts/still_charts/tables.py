"""Render the data of a chart as one HTML table, headed by the titles of its axes and legends.

A layer with the rows of another, such as points at the ends of lines, adds nothing. Other layers
add their rows, with a dash where they have no value. What only places or selects marks on the
drawing has no column: positions on a map, lists, switches, and labels that repeat other columns.
"""

import json
import re
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

DIGITS = 6  # significant digits, as in scene.js
ABSENT = "–"
MINUS = "−"
# Parts of a chart that are charts themselves. Layers share their axes, other parts do not.
_PARTS = ("layer", "hconcat", "vconcat", "concat", "spec")
_POSITIONS = {"latitude", "longitude", "latitude2", "longitude2"}
_AXES = {"x": "x", "x2": "x", "y": "y", "y2": "y"}


class _Use(NamedTuple):
    """One use of a field in a chart."""

    channel: str
    panel: int
    """Number of the part of the chart whose axes it uses."""
    encoding: dict


def render_data(spec: dict) -> str:
    """Render the data of all layers and states as one table; "" if there is none to show."""
    heads = _name_columns(spec)
    sets = _list_sets(spec)
    told = [field for field in heads if _is_told(spec, field, sets)]
    rows = _join([[_take(row, told) for row in rows] for rows in sets])
    columns = [
        field for field in told if _is_filled(field, rows) and not _is_label(field, told, rows)
    ]
    columns.sort(key=lambda field: _is_numeric(field, rows))  # names before numbers
    if not columns:
        return ""
    # Columns by which a reader chooses have a class, by which `choose.js` leaves rows out.
    kinds = _get_kinds(spec)
    classes = [f' class="choose-{kinds[field]}"' if field in kinds else "" for field in columns]
    head = "".join(
        f'<th scope="col"{kind}>{escape(heads[field])}</th>'
        for kind, field in zip(classes, columns, strict=True)
    )
    body = "".join(
        "<tr>" + "".join(f"<td>{_format(row.get(field))}</td>" for field in columns) + "</tr>"
        for row in rows
    )
    caption = "<caption>Every state</caption>" if _list_chosen_fields(spec) else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _get_kinds(spec: dict) -> dict[str, str]:
    return spec.get("usermeta", {}).get("choose", {}).get("columns", {})


def _list_sets(spec: dict) -> list[list[dict]]:
    """List the data sets of a chart, the largest first; without those that only place words on
    it."""
    # Altair names its data; inline data beside such data only places labels.
    inside = spec.get("data", {}).get("values")
    sets = spec.get("datasets") or ({"inside": inside} if isinstance(inside, list) else {})
    marks: dict[str, set[str]] = {}
    for name, mark in _list_marks(spec):
        marks.setdefault(name, set()).add(mark)
    drawn = [rows for name, rows in sets.items() if marks.get(name) != {"text"}]
    return sorted(filter(None, drawn or sets.values()), key=len, reverse=True)


def _list_marks(spec: dict, above: str = "") -> Iterator[tuple[str, str]]:
    """List the marks of a chart and its parts, each with the name of its data."""
    name = (spec.get("data") or {}).get("name", above)
    if mark := spec.get("mark"):
        yield name, mark if isinstance(mark, str) else mark["type"]
    for _, part in _list_parts(spec):
        yield from _list_marks(part, name)


def _list_parts(spec: dict) -> Iterator[tuple[str, dict]]:
    """List the parts of a chart that are charts themselves, each with how they are joined."""
    for kind in _PARTS:
        parts = spec.get(kind, [])
        for part in parts if isinstance(parts, list) else [parts]:
            yield kind, part


def _take(row: dict, fields: list[str]) -> dict:
    return {field: row[field] for field in fields if row.get(field) is not None}


def _join(sets: list[list[dict]]) -> list[dict]:
    """Join data sets as rows of one table, without what a larger one has already.

    A set without numbers, such as names on a map, adds nothing to one with numbers.
    """
    counted = [
        rows for rows in sets if any(_is_numeric(field, rows) for row in rows for field in row)
    ]
    joined: list[dict] = []
    for rows in counted or sets:
        fields = tuple(dict.fromkeys(field for row in rows for field in row))
        known = {_freeze(row, fields) for row in joined}
        joined += [row for row in rows if row and _freeze(row, fields) not in known]
    return joined


def _freeze(row: dict, fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_format(row.get(field)) for field in fields)


def _list_encodings(spec: dict, panel: int = 0) -> Iterator[tuple[str, int, dict]]:
    """List the encodings of a chart and its parts in order, each with its channel and panel."""
    for channel, encoding in spec.get("encoding", {}).items():
        for one in encoding if isinstance(encoding, list) else [encoding]:
            yield channel, panel, one
    for place, (kind, part) in enumerate(_list_parts(spec), start=1):
        yield from _list_encodings(part, panel if kind == "layer" else 100 * panel + place)


def _list_uses(spec: dict) -> dict[str, list[_Use]]:
    """List the uses of each encoded field, in the order in which fields come first."""
    uses: dict[str, list[_Use]] = {}
    for channel, panel, encoding in _list_encodings(spec):
        if field := encoding.get("field"):
            uses.setdefault(field, []).append(_Use(channel, panel, encoding))
    return uses


def _read_title(encoding: dict) -> str:
    title = encoding.get("title") or (encoding.get("axis") or {}).get("title") or ""
    return title if isinstance(title, str) else " ".join(title)


def _name_columns(spec: dict) -> dict[str, str]:
    """Name the column of each field: by its own title, or by that of its axis and the field's
    name."""
    uses = _list_uses(spec)
    axes: dict[tuple[str, int], str] = {}
    for channel, panel, encoding in _list_encodings(spec):
        if channel in _AXES and (title := _read_title(encoding)):
            axes.setdefault((_AXES[channel], panel), title)
    names: dict[str, str] = {}
    for field in [*uses, *_list_chosen_fields(spec), *_get_kinds(spec)]:
        words = field.replace("_", " ")
        own = next(filter(None, (_read_title(use.encoding) for use in uses.get(field, []))), "")
        shared = [
            axes.get((_AXES.get(use.channel, ""), use.panel), "") for use in uses.get(field, [])
        ]
        axis = next(filter(None, shared), "")
        name = own or (f"{axis}: {words}" if axis else words)
        names[field] = f"{name}: {words}" if name in names.values() and field not in names else name
    return names


def _list_values(field: str, rows: list[dict]) -> list:
    return [row[field] for row in rows if row.get(field) is not None]


def _is_told(spec: dict, field: str, sets: list[list[dict]]) -> bool:
    """Whether a field says something beside the drawing."""
    values = [value for rows in sets for value in _list_values(field, rows)]
    if any(isinstance(value, list | dict) for value in values):
        return False
    if field in _get_kinds(spec) or field in _list_chosen_fields(spec):
        return True
    uses = _list_uses(spec).get(field, [])
    if {use.channel for use in uses} <= _POSITIONS:
        return False
    is_switch = all(isinstance(value, bool) for value in values)
    return not is_switch or any(_read_title(use.encoding) for use in uses)


def _is_filled(field: str, rows: list[dict]) -> bool:
    return any(value != "" for value in _list_values(field, rows))


def _is_numeric(field: str, rows: list[dict]) -> bool:
    return isinstance(next(iter(_list_values(field, rows)), None), int | float)


def _is_label(field: str, columns: list[str], rows: list[dict]) -> bool:
    """Whether a column of texts repeats another column of its rows in more words, as labels do."""
    having = [row for row in rows if row.get(field)]
    if _is_numeric(field, rows) or all(isinstance(row[field], bool) for row in having):
        return False
    return any(
        all(
            row.get(other) is not None and _format(row[other]) in _format(row[field])
            for row in having
        )
        and any(row[other] != row[field] for row in having)
        for other in columns
        if other != field
    )


def _list_chosen_fields(spec: dict) -> dict[str, str]:
    """Map the fields that controls filter by, or switch between, to their names."""
    params = [param for param in spec.get("params", []) if "bind" in param]
    if not params:
        return {}
    options = [option for param in params for option in (param["bind"] or {}).get("options", [])]
    text = json.dumps(spec, ensure_ascii=False)
    rules = " ".join(re.findall(r'"(?:filter|calculate)": "((?:[^"\\]|\\.)*)"', text))
    named = re.findall(r"datum(?:\.(\w+)|\[\\?['\"]([^'\"\\]+))", rules)
    return {field: field for field in [*(a or b for a, b in named), *map(str, options)]}


def _format(value: object) -> str:
    """Format a value as a cell shows it; 2015.0 and 2015 are the same."""
    if value is None:
        return ABSENT
    if isinstance(value, float):
        value = value or 0.0  # zero has no sign
        text = f"{value:.0f}" if abs(value) >= 10**DIGITS else f"{value:.{DIGITS}g}"
        return text.replace("-", MINUS)
    if isinstance(value, int):
        return str(value).replace("-", MINUS)
    return escape(re.sub(r"^(\d{4})-01-01T00:00:00$", r"\1", str(value)))
