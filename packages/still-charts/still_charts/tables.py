"""Render the data of a chart as HTML tables with the titles of its axes and legends."""

import json
import re
from collections.abc import Iterator
from html import escape

DIGITS = 6  # significant digits, as in scene.js
# Parts of a chart that are charts themselves.
_PARTS = ("layer", "hconcat", "vconcat", "concat", "spec")


def render_data(spec: dict) -> str:
    """Render one table for each data set, with the data of all states."""
    encoded, chosen = _list_encoded_fields(spec), _list_chosen_fields(spec)
    # Columns by which a reader chooses have a class, by which `choose.js` leaves rows out.
    kinds = spec.get("usermeta", {}).get("choose", {}).get("columns", {})
    titles = encoded | chosen | {field: field for field in kinds} | encoded
    # Altair names its data; inline data beside such data only places labels.
    inside = spec.get("data", {}).get("values")
    sets = spec.get("datasets") or ({"inside": inside} if isinstance(inside, list) else {})
    tables: list[str] = []
    for rows in sets.values():
        columns = [field for field in titles if rows and field in rows[0]]
        columns.sort(key=lambda field: isinstance(rows[0][field], (int, float)))  # names before numbers
        if not columns:
            continue
        classes = [f' class="choose-{kinds[column]}"' if column in kinds else "" for column in columns]
        head = "".join(
            f'<th scope="col"{kind}>{escape(titles[column])}</th>'
            for kind, column in zip(classes, columns, strict=True)
        )
        body = "".join(
            "<tr>" + "".join(f"<td>{_format(row.get(column))}</td>" for column in columns) + "</tr>"
            for row in rows
        )
        caption = "<caption>Every state</caption>" if not tables and chosen else ""
        tables.append(f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    return "".join(tables)


def _list_encodings(spec: dict) -> Iterator[dict]:
    """List the encodings of a chart and its layers in order."""
    for channel in spec.get("encoding", {}).values():
        yield from channel if isinstance(channel, list) else [channel]
    for name in _PARTS:
        parts = spec.get(name, [])
        for part in parts if isinstance(parts, list) else [parts]:
            yield from _list_encodings(part)


def _list_encoded_fields(spec: dict) -> dict[str, str]:
    """Map each encoded field to its first title."""
    titles: dict[str, str] = {}
    for encoding in _list_encodings(spec):
        if field := encoding.get("field"):
            title = encoding.get("title") or (encoding.get("axis") or {}).get("title") or ""
            titles[field] = titles.get(field) or (title if isinstance(title, str) else " ".join(title))
    return {field: title or field for field, title in titles.items()}


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
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 10**DIGITS else f"{value:.{DIGITS}g}"
    return escape(re.sub(r"^(\d{4})-01-01T00:00:00$", r"\1", str(value)))
