"""What an Altair chart draws, as plain values that can be checked: mark, encodings and rows.

Two charts are the same answer if they put the same columns on the same channels with the same mark, and draw
the same rows. Title, colours, size, order of rows, further layers and further channels may differ.
"""

from __future__ import annotations

import itertools
import math
import numbers
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from plain_answers.parsing import LONGEST, Plain, Unreadable, Values

CHART = "chart"
"""The kind of an answer that is a chart."""
MOST_VALUES = 3000
"""Single values that a chart may draw and still be checked."""

Flat = dict[str, Plain]
# The channels that say what is drawn where; a tooltip or an order says nothing of it.
_CHANNELS = ["x", "y", "x2", "y2", "color", "size", "shape", "row", "column", "facet", "theta"]
_CHANNELS += ["longitude", "latitude"]
_SAME_CHANNEL = {"fill": "color", "stroke": "color"}
_SAME_MARK = {"circle": "point", "square": "point", "trail": "line", "tick": "point"}
_MARKS = {mark: f"{mark}s" for mark in ("line", "point", "bar", "area", "rule")} | {"rect": "cells"}
# What pandas calls what a chart may make of several rows.
_AGGREGATES = {name: name for name in ("mean", "sum", "median", "min", "max")}
_AGGREGATES |= {"count": "size", "distinct": "nunique"}
_KINDS = {"quantitative": "a quantity", "temporal": "a point in time", "ordinal": "an order or a name"}
_ROW = re.compile(r"row (\d+) (\w+)")
# A year as a text, or as its first day.
_YEAR = re.compile(r"(\d{4})(-01-01(T00:00:00(\.0+)?)?)?")


def is_chart(value: object) -> bool:
    """Whether a value is a chart of Altair; a notebook that never imported Altair has none."""
    altair = sys.modules.get("altair")
    return altair is not None and isinstance(value, altair.TopLevelMixin)


def is_label_of_data(label: str) -> bool:
    """Whether a label names something of the rows that are drawn, not of the way in which they are."""
    return label == "rows" or bool(_ROW.fullmatch(label))


def channels(labels: list[str]) -> list[str]:
    """The channels that the labels of an answer speak of."""
    return [name for name in _CHANNELS if name in labels]


def read(value: object, labels: list[str] | None = None, asks: Mapping[str, str] | None = None) -> Flat:
    """What a chart draws, by label.

    Parameters
    ----------
    value
        A chart of Altair, or what this function made of one.
    labels
        Only the channels that these speak of; all channels without them.
    asks
        What the question says should be drawn: of several layers the one with its `mark` counts.

    Raises
    ------
    Unreadable
        Where it is no chart, or one that cannot be checked; the message says what to do.
    """
    if value is ... or value is None:
        raise Unreadable("has no value yet: bind your chart to this name, run that cell, then this one")
    if isinstance(value, Mapping) and "mark" in value:
        head, rows = _taken_apart(value)
    elif is_chart(value):
        head, rows = _one_view(value, dict(asks or {}))
    else:
        raise Unreadable(
            f"is a {type(value).__name__}; a chart of Altair is expected, as in alt.Chart(table)"
        )
    kept = [name for name in _CHANNELS if name in head and (labels is None or name in labels)]
    return _flat(head, rows, kept)


def check_types(values: Values, types: Mapping[str, str]) -> None:
    """Raise `Unreadable` where a channel takes what it shows for something else than the question means."""
    for name, wanted in types.items():
        if name in values and values[f"{name} type"] != wanted:
            raise Unreadable(_describe_type(values, name))


def _describe_type(given: Values, name: str) -> str:
    kind = _KINDS.get(str(given[f"{name} type"]), "something else")
    return f"takes `{given[name]}` on {name} for {kind}; look at its type"


def exact(values: Values) -> list[str]:
    """The channels that show whole numbers only, such as years, in which no tolerance helps."""
    found: dict[str, bool] = {}
    for label, value in values.items():
        if part := _ROW.fullmatch(label):
            whole = not isinstance(value, float) or value.is_integer()
            found[part[2]] = found.get(part[2], True) and whole
    return [name for name, whole in found.items() if whole]


def is_exact(label: str, exact_channels: Sequence[str]) -> bool:
    """Whether the value of a label must be met without a tolerance."""
    part = _ROW.fullmatch(label)
    return part is None or part[2] in exact_channels


def difference(
    wanted: list[str], given: Values, same: Callable[[str], bool], asks: Mapping[str, str], within: str = ""
) -> str | None:
    """The first thing that a chart draws otherwise than asked, as the end of a sentence; None if nothing.

    Parameters
    ----------
    wanted
        The labels of the right answer.
    given
        What was drawn, read with these labels.
    same
        Whether what was drawn under a label is right.
    asks
        What the question itself says of mark and channels, which a sentence may repeat.
    within
        The tolerance in words.
    """
    if not same("mark"):
        asked = f"asks for {_name_mark(asks['mark'])}" if "mark" in asks else "asks for another mark"
        return f"draws {_name_mark(given['mark'])}; the question {asked}"
    for name in channels(wanted):
        asked = _repeat_question(asks, name)
        if name not in given:
            return f"has nothing on {name}; {asked} there"
        if not same(name):
            return f"shows `{given[name]}` on {name}; {asked}"
        if not same(f"{name} type"):
            return _describe_type(given, name)
    fault = _describe_rows(wanted, given, same, within)
    # The mean of single rows is what they are: how a number was found counts where it is another one.
    for name in channels(wanted) if fault else ():
        if not same(f"{name} aggregate"):
            how = given[f"{name} aggregate"]
            told = "as it stands" if how == "none" else f"as the {how} of several rows"
            return f"shows `{given[name]}` on {name} {told}; {_repeat_question(asks, name)}, one value a mark"
    return fault


def _repeat_question(asks: Mapping[str, str], name: str) -> str:
    return f"the question asks for `{asks[name]}`" if name in asks else "look again at the question"


def _describe_rows(wanted: list[str], given: Values, same: Callable[[str], bool], within: str) -> str | None:
    if not same("rows"):
        count = given["rows"]
        return f"draws {count} rows, which is not what is asked: look at which belong in it, and which do not"
    parts = sorted((int(part[1]), part[2]) for label in wanted if (part := _ROW.fullmatch(label)))
    for number, name in parts:
        if not same(f"row {number} {name}"):
            where = _describe_row(given, number, name)
            return f"is drawn as asked, but not what the data give{within}: look at {where}"
    return None


def _name_mark(mark: Plain) -> str:
    return _MARKS.get(str(mark), f"marks of the kind {mark}")


def _describe_row(given: Values, row: int, channel: str) -> str:
    """Where a row stands, by what it shows on other channels."""
    others = [
        f"{given[name]} {value:g}" if isinstance(value, (int, float)) else str(value)
        for name in channels(list(given))
        if name != channel and (value := given[f"row {row} {name}"]) is not None
    ]
    return f"`{given[channel]}`" + (f" for {', '.join(others)}" if others else "")


def _taken_apart(flat: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    rows: dict[int, dict[str, Any]] = {}
    for label, value in flat.items():
        if part := _ROW.fullmatch(str(label)):
            rows.setdefault(int(part[1]), {})[part[2]] = value
    head = {str(label): v for label, v in flat.items() if not is_label_of_data(str(label))}
    return head, list(rows.values())


def _flat(head: dict[str, Any], rows: list[dict[str, Any]], kept: list[str]) -> Flat:
    found: Flat = {"mark": head["mark"]}
    for name in kept:
        found |= {label: head.get(label, "none") for label in (name, f"{name} type", f"{name} aggregate")}
    shown = [tuple(_plain(row.get(name)) for name in kept) for row in rows]
    # Names and years order the rows: a number that is off by a digit must not change the order.
    whole = [
        all(isinstance(value, str) or float(value).is_integer() for value in column)
        for column in zip(*shown, strict=True)
    ]
    first = sorted(range(len(kept)), key=lambda index: not whole[index] if shown else 0)
    listed = sorted(dict.fromkeys(shown), key=lambda row: [_rank(row[index]) for index in first])
    if len(listed) * len(kept) > MOST_VALUES:
        raise Unreadable(
            f"draws {len(listed)} rows, more than can be checked: is it the table that is asked for?"
        )
    found["rows"] = len(listed)
    for number, row in enumerate(listed, start=1):
        found |= {f"row {number} {name}": value for name, value in zip(kept, row, strict=True)}
    return found


def _rank(value: Plain) -> tuple[Any, ...]:
    return (1, 0.0, value) if isinstance(value, str) else (0, float(f"{float(value):.6g}"), "")


def _plain(value: object) -> Plain:
    if isinstance(value, bool) or value is None:
        return "missing" if value is None else str(value)
    if isinstance(value, numbers.Real):
        return "missing" if math.isnan(value) else float(value)
    return str(value)[:LONGEST]


def _one_view(chart: object, asks: dict[str, str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The view that answers a question, of all that a chart is made of."""
    transformers = sys.modules["altair"].data_transformers
    try:
        # Whatever the notebook set: rows inside the chart, and all of them.
        with transformers.enable("default", max_rows=None):
            spec = cast(Any, chart).to_dict()
    except Exception as error:  # a column that is not there, and more: each has a class of its own
        raise Unreadable(f"cannot be drawn: {str(error).strip().splitlines()[0][:200]}") from None
    views = list(_views(spec, {}, spec.get("datasets", {})))
    if not views:
        raise Unreadable("has no mark: say how the rows are drawn, as in alt.Chart(table).mark_line()")
    mark = _SAME_MARK.get(asks.get("mark", ""), asks.get("mark"))
    asked = set(asks) - {"mark"}
    # max takes the first of equals: the layer that was written first.
    view = max(views, key=lambda one: (one["mark"] == mark, len(asked & set(one["encoding"]))))
    if view["transform"]:
        raise Unreadable(
            f"changes its rows while it draws ({view['transform']}), which cannot be checked: "
            "do it in pandas, and draw the result"
        )
    if view["rows"] is None:
        raise Unreadable("draws a file, which cannot be checked: read it into a table, and draw that")
    rows = _rows(view["rows"], view["encoding"])
    head: dict[str, Plain] = {"mark": view["mark"]}
    for name, one in view["encoding"].items():
        head |= {name: one["field"], f"{name} type": one["type"], f"{name} aggregate": one["aggregate"]}
    for name, other in (("x", "y"), ("y", "x")):
        kind = str(head.get(f"{name} type"))
        if name in head and head.get(f"{other} type") == "quantitative" and _number_years(rows, name, kind):
            head[f"{name} type"] = "quantitative"
    return head, rows


def _number_years(rows: list[dict[str, Any]], name: str, kind: str) -> bool:
    """Whether an axis draws numbers as a quantity would; years as names, texts or days become numbers."""
    column = [row.get(name) for row in rows]
    years = [_YEAR.fullmatch(value) if isinstance(value, str) else None for value in column]
    if rows and all(years):
        column = [int(year[1]) for year in years if year]
    elif kind != "ordinal" or not all(isinstance(value, numbers.Real) for value in column):
        return False
    shown = sorted({float(cast(Any, value)) for value in column})
    steps = {after - before for before, after in itertools.pairwise(shown)}
    # A name has its place whatever its number: where numbers are uneven, names draw another picture.
    if kind == "ordinal" and (len(steps) > 1 or not all(value.is_integer() for value in shown)):
        return False
    for row, value in zip(rows, column, strict=True):
        row[name] = value
    return True


def _views(spec: dict[str, Any], above: dict[str, Any], datasets: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every single view of a specification, with what it has from those around it."""
    held = dict(above)
    if "data" in spec:
        data = spec["data"]
        held["rows"] = datasets.get(data["name"], []) if "name" in data else data.get("values")
    held["transform"] = [*above.get("transform", []), *spec.get("transform", [])]
    facets = spec.get("facet")
    around = {} if not isinstance(facets, dict) else {"facet": facets} if "field" in facets else facets
    held["encoding"] = {**above.get("encoding", {}), **around, **spec.get("encoding", {})}
    parts = [spec["spec"]] if "spec" in spec else []
    for kind in ("layer", "hconcat", "vconcat", "concat"):
        parts += spec.get(kind, [])
    for part in parts:
        yield from _views(part, held, datasets)
    if not parts and "mark" in spec:
        mark = spec["mark"] if isinstance(spec["mark"], str) else spec["mark"]["type"]
        rows = held.get("rows", [])
        yield {
            "mark": _SAME_MARK.get(mark, mark),
            "encoding": _encodings(held["encoding"]),
            "transform": ", ".join(sorted({key for step in held["transform"] for key in step} - {"as"})),
            "rows": rows if isinstance(rows, list) else None,
        }


def _encodings(encoding: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {}
    for channel, said in encoding.items():
        name = _SAME_CHANNEL.get(channel, channel)
        if name not in _CHANNELS or not isinstance(said, dict):
            continue
        held = said if "field" in said or "aggregate" in said else said.get("condition")
        if not isinstance(held, dict) or not {"field", "aggregate"} & set(held):
            continue
        field = str(held.get("field", "rows"))
        for change in ("bin", "timeUnit"):
            field = f"{change} of {field}" if held.get(change) else field
        kind = str(said.get("type", held.get("type", "ordinal")))
        found[name] = {
            "field": field,
            # What is named and what is ordered looks alike where both are given their places.
            "type": "ordinal" if kind == "nominal" else kind,
            "aggregate": str(held.get("aggregate", "none")).replace("average", "mean"),
            "column": held.get("field"),
        }
    return found


def _rows(rows: list[dict[str, Any]], encoding: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What each mark shows on each channel."""
    shown = [{name: row.get(one["column"]) for name, one in encoding.items()} for row in rows]
    groups = [name for name, one in encoding.items() if one["aggregate"] == "none"]
    if len(groups) == len(encoding):
        return shown
    summed = {name: one["aggregate"] for name, one in encoding.items() if name not in groups}
    if unknown := set(summed.values()) - set(_AGGREGATES):
        how = unknown.pop()
        raise Unreadable(f"shows the {how} of several rows, which cannot be checked: do it in pandas")
    import pandas as pd  # only here: it takes a second and more

    table = pd.DataFrame(shown)
    parts = table.groupby(groups, dropna=False, sort=True) if groups else [((), table)]
    return [
        dict(zip(groups, values, strict=True))
        | {name: part[name].agg(_AGGREGATES[how]) for name, how in summed.items()}
        for values, part in parts
    ]
