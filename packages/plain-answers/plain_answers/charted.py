"""Read what an Altair chart draws as plain values that can be checked: mark, encodings and rows.

Two charts are the same answer if they put the same columns on the same channels with the same mark,
and draw the same rows. Title, colours, size, order of rows, further layers and further channels may
differ, as may rows without a place, such as those of an empty year.

A highlight stands in layers of its own, and so does a comparison that was not asked for. So a chart
is read twice where it has several layers alike: by the first of them, and by all.
"""

import contextlib
import itertools
import math
import numbers
import re
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from plain_answers.parsing import EMPTY, LONGEST, Plain, Unreadable, Values

CHART = "chart"
"""The kind of an answer that is a chart."""
MOST_VALUES = 3000
"""Largest number of values in a chart that is checked."""
ALL_LAYERS = "rows of all layers"
"""Label of the number of rows in all layers that are like the first one."""
# Rounding may let rows change places, by so many at most.
REACH = 40

# Channels that place or mark data; tooltip, order and the like do not count.
_CHANNELS = ["x", "y", "x2", "y2", "color", "size", "shape", "row", "column", "facet", "theta"]
_CHANNELS += ["longitude", "latitude"]
# A row that has nothing on one of these is not drawn.
_PLACES = {"x", "y", "x2", "y2", "theta", "longitude", "latitude"}
_SAME_CHANNEL = {"fill": "color", "stroke": "color"}
_SAME_MARK = {"circle": "point", "square": "point", "trail": "line", "tick": "point"}
_MARKS = {mark: f"{mark}s" for mark in ("line", "point", "bar", "area", "rule")}
_MARKS |= {"rect": "cells", "geoshape": "outlines"}
# Aggregates of a chart, as functions of the values that are not missing.
_AGGREGATES: dict[str, Callable[[list[Any]], float]] = {
    "mean": statistics.fmean,
    "sum": math.fsum,
    "median": statistics.median,
    "min": min,
    "max": max,
    "distinct": lambda values: len(set(values)),
}
_KINDS = {
    "quantitative": "a quantity",
    "temporal": "a point in time",
    "ordinal": "an order or a name",
}
_ROW = re.compile(r"row (\d+) (\w+)")
MISSING = "missing"  # what stands for an empty value
# A year, or its first day.
_YEAR = re.compile(r"(\d{4})(-01-01(T00:00:00(\.0+)?)?)?")
_DAY = re.compile(r"\d{4}-01-01.*")


def is_chart(value: object) -> bool:
    """Whether a value is an Altair chart; False where Altair was never imported."""
    altair = sys.modules.get("altair")
    return altair is not None and isinstance(value, altair.TopLevelMixin)


def is_label_of_data(label: str) -> bool:
    """Whether a label belongs to the drawn rows, not to mark or encodings."""
    return label in ("rows", ALL_LAYERS) or bool(_ROW.fullmatch(label))


def channels(labels: list[str]) -> list[str]:
    """List the channels among the labels of an answer."""
    return [name for name in _CHANNELS if name in labels]


def list_quantities(values: Values) -> list[list[str]]:
    """List the labels of drawn numbers, by each channel that shows a quantity."""
    names = [name for name in channels(list(values)) if values[f"{name} type"] == "quantitative"]
    rows = {label: part[2] for label in values if (part := _ROW.fullmatch(label))}
    numbers = [label for label in rows if isinstance(values[label], (int, float))]
    return [[label for label in numbers if rows[label] == name] for name in names]


def read(
    value: object,
    labels: list[str] | None = None,
    asks: Mapping[str, str] | None = None,
    exact_channels: Sequence[str] | None = None,
) -> Values:
    """Read the values that an Altair chart, or a recorded one, draws, by label.

    Channels are those among `labels`, if given. `asks` has the mark and channels that the question
    asks for, which select one of several layers. Rows are sorted by `exact_channels` first, if
    given, since rounding cannot change their order. Behind the rows of the layer stand those of the
    layers that are like it; their sum is the value of `ALL_LAYERS`. Raises `Unreadable`, whose
    message says what to do.
    """
    if value is ... or value is None:
        says = "has no value yet: bind your chart to this name, run that cell, then this one"
        raise Unreadable(says, EMPTY)
    if isinstance(value, Mapping) and not value.keys().isdisjoint(("encoding", "layer")):
        with contextlib.suppress(Exception):  # Altair raises errors of many classes
            value = sys.modules["altair"].Chart.from_dict(value)  # of what `to_dict` gave
    if isinstance(value, Mapping) and "mark" in value:
        head, rows, further = _split_recorded(value)
    elif is_chart(value):
        head, rows, further = _read_view(value, dict(asks or {}))
    else:
        expected = "a chart of Altair is expected, as in alt.Chart(table)"
        raise Unreadable(f"is a {type(value).__name__}; {expected}")
    kept = [name for name in _CHANNELS if name in head and (labels is None or name in labels)]
    return _flatten(head, [rows, further], kept, exact_channels)


def list_readings(values: Values) -> list[Values]:
    """List what values of `read` mean: the first layer and, if there are more like it, all
    together."""
    first = int(values["rows"])
    every = int(values.get(ALL_LAYERS, 0))
    head = {label: value for label, value in values.items() if not is_label_of_data(label)}
    numbers_of_rows = {label: int(part[1]) for label in values if (part := _ROW.fullmatch(label))}
    readings: list[Values] = []
    for count in [first, every] if every > first else [first]:
        rows = {
            label: values[label] for label, number in numbers_of_rows.items() if number <= count
        }
        readings.append({**head, "rows": count, **rows})
    return readings


def describe(values: Values) -> str:
    """Say what was read from a chart: "28 points", "lines through 28 points"."""
    mark = str(values["mark"])
    count = int(values["rows"])
    points = f"{count} point{'s' * (count != 1)}"
    if mark in ("line", "area"):
        said = f"{_MARKS[mark]} through {points}"
    elif mark in _MARKS:
        said = f"{count} {_MARKS[mark] if count != 1 else _MARKS[mark].removesuffix('s')}"
    else:
        said = f"{count} marks of the kind {mark}"
    every = int(values.get(ALL_LAYERS, 0))
    return f"{said}, with the layers like it {every}" if every > count else said


def check_form(values: Values, asks: Mapping[str, str], types: Mapping[str, str]) -> None:
    """Raise `Unreadable` if mark, columns or types are not those that the question states or
    expects."""
    expected = {**asks, **{f"{name} type": kind for name, kind in types.items()}}

    def is_same(label: str, _: str = "") -> bool:
        wanted = expected.get(label, "")
        return (
            not wanted or _SAME_MARK.get(wanted, wanted).lower() == str(values.get(label)).lower()
        )

    known = [name for name in types if name in asks or name in values]
    if fault := difference(known, values, is_same, asks):
        raise Unreadable(fault)


def exact(values: Values) -> list[str]:
    """List the channels of whole numbers, such as years, for which a tolerance makes no sense."""
    is_whole: dict[str, bool] = {}
    for label, value in values.items():
        if part := _ROW.fullmatch(label):
            whole = not isinstance(value, float) or value.is_integer()
            is_whole[part[2]] = is_whole.get(part[2], True) and whole
    return [name for name, whole in is_whole.items() if whole]


def is_exact(label: str, exact_channels: Sequence[str]) -> bool:
    """Whether the value of a label is compared without a tolerance."""
    part = _ROW.fullmatch(label)
    return part is None or part[2] in exact_channels


def difference(
    labels: list[str],
    drawn: Values,
    is_equal: Callable[[str, str], bool],
    asks: Mapping[str, str],
    within: str = "",
) -> str | None:
    """Describe the first difference from the right chart as the end of a sentence; None if there is
    none.

    `labels` are those of the right answer, with which the values `drawn` were read; `is_equal`
    tells whether the drawn value of a label is the right one of another. The sentence may repeat
    what the question `asks`; `within` is the tolerance in words.
    """

    def same(label: str) -> bool:
        return is_equal(label, label)

    fault = _describe_marks(labels, drawn, same, asks)
    if fault:
        return fault
    fault = _describe_rows(labels, drawn, is_equal, within)
    if not fault:
        return None
    # The mean of single rows equals the rows: an aggregate only matters where the rows differ.
    return _describe_aggregate(labels, drawn, same, asks) or fault


def _describe_marks(
    labels: list[str], drawn: Values, same: Callable[[str], bool], asks: Mapping[str, str]
) -> str | None:
    """Describe the first difference of mark and channels."""
    if not same("mark"):
        asked = (
            f"asks for {_name_mark(asks['mark'])}" if "mark" in asks else "asks for another mark"
        )
        return f"draws {_name_mark(drawn['mark'])}; the question {asked}"
    for name in channels(labels):
        asked = _repeat_question(asks, name)
        if name not in drawn:
            return f"has nothing on {name}; {asked} there"
        if not same(name):
            return f"shows `{drawn[name]}` on {name}; {asked}"
        if not same(f"{name} type"):
            kind = _KINDS.get(str(drawn[f"{name} type"]), "something else")
            return f"takes `{drawn[name]}` on {name} for {kind}; look at its type"
    return None


def _describe_aggregate(
    labels: list[str], drawn: Values, same: Callable[[str], bool], asks: Mapping[str, str]
) -> str | None:
    """Describe the first channel that joins several rows, or joins none, unlike the right one."""
    for name in channels(labels):
        if not same(f"{name} aggregate"):
            aggregate = drawn[f"{name} aggregate"]
            how = "as it stands" if aggregate == "none" else f"as the {aggregate} of several rows"
            return (
                f"shows `{drawn[name]}` on {name} {how}; {_repeat_question(asks, name)}, one value"
                " a mark"
            )
    return None


def _repeat_question(asks: Mapping[str, str], name: str) -> str:
    return f"the question asks for `{asks[name]}`" if name in asks else "look again at the question"


def _describe_rows(
    labels: list[str], drawn: Values, is_equal: Callable[[str, str], bool], within: str
) -> str | None:
    """Describe the first row without a partner in the other chart.

    Rows need not stand in the same order, nor be as many: rounding lets some change places or fall
    together.
    """
    parts = [part for label in labels if (part := _ROW.fullmatch(label))]
    count = int(drawn["rows"])
    wanted = max((int(part[1]) for part in parts), default=0)
    names = list(dict.fromkeys(part[2] for part in parts))

    def find_fault(row: int, right: int) -> str | None:
        """The first channel on which a drawn row is not a right one."""
        return next((n for n in names if not is_equal(f"row {row} {n}", f"row {right} {n}")), None)

    def has_partner(row: int, most: int, drawn_first: bool) -> bool:
        near = sorted(
            range(max(1, row - REACH), min(most, row + REACH) + 1), key=lambda n: abs(n - row)
        )
        return any(
            find_fault(*((row, other) if drawn_first else (other, row))) is None for other in near
        )

    if not wanted:
        return None if is_equal("rows", "rows") else _describe_count(count)
    alone = next((row for row in range(1, count + 1) if not has_partner(row, wanted, True)), None)
    if alone is None and all(has_partner(right, count, False) for right in range(1, wanted + 1)):
        return None
    if count != wanted or alone is None:
        return _describe_count(count)
    where = _describe_row(drawn, alone, find_fault(alone, alone) or names[-1])
    return f"is drawn as asked, but not what the data give{within}: look at {where}"


def _describe_count(count: int) -> str:
    return (
        f"draws {count} rows, which is not what is asked: look at which belong in it, and which"
        " do not"
    )


def _name_mark(mark: Plain) -> str:
    return _MARKS.get(str(mark), f"marks of the kind {mark}")


def _describe_row(drawn: Values, row: int, channel: str) -> str:
    """Identify a row by its values on the other channels."""
    others = [
        f"{drawn[name]} {value:g}" if isinstance(value, (int, float)) else str(value)
        for name in channels(list(drawn))
        if name != channel and (value := drawn[f"row {row} {name}"]) is not None
    ]
    return f"`{drawn[channel]}`" + (f" for {', '.join(others)}" if others else "")


Rows = list[dict[str, Any]]


def _split_recorded(recorded: Mapping[str, Any]) -> tuple[dict[str, Any], Rows, Rows]:
    """Split a recorded chart into its head, the rows of its layer, and those of the layers like
    it."""
    rows: dict[int, dict[str, Any]] = {}
    for label, value in recorded.items():
        if part := _ROW.fullmatch(str(label)):
            rows.setdefault(int(part[1]), {})[part[2]] = value
    head = {str(label): v for label, v in recorded.items() if not is_label_of_data(str(label))}
    first = recorded.get("rows") if ALL_LAYERS in recorded else len(rows)
    most = first if isinstance(first, (int, float)) else len(rows)
    own = [row for number, row in rows.items() if number <= most]
    return head, own, [row for number, row in rows.items() if number > most]


def _flatten(
    head: dict[str, Any],
    layers: Sequence[Rows],
    kept: list[str],
    exact_channels: Sequence[str] | None,
) -> Values:
    values: dict[str, Plain] = {"mark": head["mark"]}
    for name in kept:
        values |= {
            label: head.get(label, "none") for label in (name, f"{name} type", f"{name} aggregate")
        }
    own, further = (_list_shown(rows, kept) for rows in layers)
    drawn = set(own)
    further = [row for row in further if row not in drawn]
    if len(own) * len(kept) > MOST_VALUES:
        raise Unreadable(
            f"draws {len(own)} rows, more than can be checked: is it the table that is asked for?"
        )
    values["rows"] = len(own)
    if further and (len(own) + len(further)) * len(kept) <= MOST_VALUES:
        values[ALL_LAYERS] = len(own) + len(further)
    else:
        further = []
    order = _order_channels(own, kept, exact_channels)
    listed = _sort(own, order) + _sort(further, order)
    for number, row in enumerate(listed, start=1):
        values |= {f"row {number} {name}": value for name, value in zip(kept, row, strict=True)}
    return values


def _list_shown(rows: Rows, kept: list[str]) -> list[tuple[Plain, ...]]:
    """List what rows show on channels, each once, without rows that have no place."""
    shown = dict.fromkeys(tuple(_plain(row.get(name)) for name in kept) for row in rows)
    places = [index for index, name in enumerate(kept) if name in _PLACES]
    return [row for row in shown if not any(row[index] == MISSING for index in places)]


def _order_channels(
    shown: list[tuple[Plain, ...]], kept: list[str], exact_channels: Sequence[str] | None
) -> list[int]:
    """Order channels for sorting: names and whole numbers first, as a decimal may be off."""
    if exact_channels is not None:
        return sorted(range(len(kept)), key=lambda index: kept[index] not in exact_channels)
    whole = [
        all(isinstance(value, str) or float(value).is_integer() for value in column)
        for column in zip(*shown, strict=True)
    ]
    return sorted(range(len(kept)), key=lambda index: not whole[index] if shown else 0)


def _sort(shown: list[tuple[Plain, ...]], order: list[int]) -> list[tuple[Plain, ...]]:
    return sorted(shown, key=lambda row: [_rank(row[index]) for index in order])


def _rank(value: Plain) -> tuple[Any, ...]:
    return (1, 0.0, value) if isinstance(value, str) else (0, float(f"{float(value):.6g}"), "")


def _plain(value: object) -> Plain:
    if value is None or (isinstance(value, numbers.Real) and math.isnan(value)):
        return MISSING
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return float(value)
    return str(value)[:LONGEST]


def _read_view(chart: object, asks: dict[str, str]) -> tuple[dict[str, Any], Rows, Rows]:
    """Read the view of a chart that answers the question: mark and encodings, its rows, and further
    rows of the views that are like it."""
    spec = _specify(chart)
    views = list(_list_views(spec, {}, spec.get("datasets", {})))
    if not views:
        raise Unreadable(
            "has no mark: say how the rows are drawn, as in alt.Chart(table).mark_line()"
        )
    mark = _SAME_MARK.get(asks.get("mark", ""), asks.get("mark"))
    # Of equal views the first, which was written first.
    view = max(
        views, key=lambda view: (view["mark"] == mark, len(asks.keys() & view["encoding"].keys()))
    )
    alike = [other for other in views if other is not view and _is_alike(other, view, asks)]
    view["rows"] = _join_rows(view, views)
    _check_rows(view)
    _name_years(view)
    rows = _aggregate(view["rows"], view["encoding"])
    every = [row for other in (view, *alike) for row in other["rows"]]
    further = _aggregate(every, view["encoding"]) if alike else []
    head = _make_head(view)
    _take_years_for_numbers(head, rows, further)
    return head, rows, further


def _specify(chart: object) -> dict[str, Any]:
    """The specification of a chart, with all rows inside, whatever the notebook set."""
    transformers = sys.modules["altair"].data_transformers
    try:
        with transformers.enable("default", max_rows=None):
            return cast(Any, chart).to_dict()
    except Exception as error:  # Altair raises errors of many classes, as for a missing column
        raise Unreadable(f"cannot be drawn: {str(error).strip().splitlines()[0][:200]}") from None


def _check_rows(view: dict[str, Any]) -> None:
    """Raise `Unreadable` for rows that are changed while they are drawn, or are not here."""
    if view["transform"]:
        raise Unreadable(
            f"changes its rows while it draws ({view['transform']}), which cannot be checked: "
            "do it in pandas, and draw the result"
        )
    if not isinstance(view["rows"], list):
        raise Unreadable(
            "draws a file, which cannot be checked: read it into a table, and draw that"
        )


def _name_years(view: dict[str, Any]) -> None:
    """Call the year of a column that holds first days of years by the column's name."""
    for encoding in view["encoding"].values():
        days = (str(row.get(encoding["column"])) for row in view["rows"])
        if encoding["label"] == f"year of {encoding['column']}" and all(map(_DAY.fullmatch, days)):
            encoding["label"] = encoding["column"]


def _make_head(view: dict[str, Any]) -> dict[str, Plain]:
    """Mark and encodings of a view, by label."""
    head: dict[str, Plain] = {"mark": view["mark"]}
    for name, encoding in view["encoding"].items():
        head[name] = encoding["label"]
        for key in ("type", "aggregate"):
            head[f"{name} {key}"] = encoding[key]
    return head


def _take_years_for_numbers(head: dict[str, Plain], rows: Rows, further: Rows) -> None:
    """Where a quantity is drawn over years, count their axis as one of numbers."""
    for name, other in (("x", "y"), ("y", "x")):
        if name not in head or head.get(f"{other} type") != "quantitative":
            continue
        kind = str(head[f"{name} type"])
        if _number_years(rows, name, kind):
            head[f"{name} type"] = "quantitative"
            _number_years(further, name, kind)


def _is_alike(other: dict[str, Any], view: dict[str, Any], asks: Mapping[str, str]) -> bool:
    """Whether another view shows the same columns on the channels that the question asks for.

    A grey layer has on `detail` what the coloured one has on `color`.
    """
    if other["mark"] != view["mark"] or other["transform"] or not isinstance(other["rows"], list):
        return False
    return all(
        other["encoding"].get(name) == encoding
        or (name not in other["encoding"] and encoding["column"] in other["detail"])
        for name, encoding in view["encoding"].items()
        if name in asks
    )


def _join_rows(view: dict[str, Any], views: list[dict[str, Any]]) -> Any:
    """The rows of a view or, where each of several like views draws one of the names on a channel,
    of all."""
    alike = [
        other for other in views if all(other[part] == view[part] for part in ("mark", "encoding"))
    ]
    if all(isinstance(other["rows"], list) and not other["transform"] for other in alike):
        for name in (
            one["column"] for one in view["encoding"].values() if one["type"] == "ordinal"
        ):
            if all(len({str(row.get(name)) for row in other["rows"]}) == 1 for other in alike):
                return [row for other in alike for row in other["rows"]]
    return view["rows"]


def _number_years(rows: list[dict[str, Any]], name: str, kind: str) -> bool:
    """Whether an axis looks like one of quantities; years as names, texts or days become
    numbers."""
    column = [row.get(name) for row in rows]
    years = [_YEAR.fullmatch(value) if isinstance(value, str) else None for value in column]
    if rows and all(years):
        column = [int(year[1]) for year in years if year]
    elif kind != "ordinal" or not all(isinstance(value, numbers.Real) for value in column):
        return False
    shown = sorted({float(cast(Any, value)) for value in column})
    steps = {after - before for before, after in itertools.pairwise(shown)}
    # Names are evenly spaced: the picture is that of a quantity only where the numbers are, too.
    if kind == "ordinal" and (len(steps) > 1 or not all(value.is_integer() for value in shown)):
        return False
    for row, value in zip(rows, column, strict=True):
        row[name] = value
    return True


def _list_views(
    spec: dict[str, Any], above: dict[str, Any], datasets: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """List the single views of a specification, with what they inherit from the views around
    them."""
    rows = above.get("rows", [])
    if data := spec.get("data"):
        rows = data.get("values", datasets.get(data.get("name")))
    facets = spec.get("facet", {})
    facets = {"facet": facets} if "field" in facets else facets
    own = {
        "rows": rows,
        "transform": [*above.get("transform", []), *spec.get("transform", [])],
        "encoding": above.get("encoding", {}) | facets | spec.get("encoding", {}),
    }
    parts = [spec["spec"]] if "spec" in spec else []
    for kind in ("layer", "hconcat", "vconcat", "concat"):
        parts += spec.get(kind, [])
    for part in parts:
        yield from _list_views(part, own, datasets)
    if not parts and "mark" in spec:
        mark = spec["mark"] if isinstance(spec["mark"], str) else spec["mark"]["type"]
        yield {"mark": _SAME_MARK.get(mark, mark), **_follow_steps(own, datasets)}


def _follow_steps(own: dict[str, Any], datasets: dict[str, Any]) -> dict[str, Any]:
    """Encodings, rows and changes of a view, after its steps that join a table and outlines."""
    rows = own["rows"]
    encoding = own["encoding"]
    outlines: dict[str, str] = {}
    changes: set[str] = set()
    for step in own["transform"]:
        source = step.get("from", {})
        if "lookup" in step and "fields" not in source:
            # Each row of a table fetches its outline.
            outlines[str(step.get("as"))] = str(step["lookup"])
        elif "fields" in source and isinstance(rows, Mapping):
            # Each outline fetches its row of a table.
            table = source.get("data", {})
            rows = table.get("values", datasets.get(table.get("name")))
            encoding = encoding | {"shape": {"field": source["key"], "type": "nominal"}}
        else:
            changes |= step.keys() - {"as"}
    return {
        "encoding": _read_encodings(encoding, outlines),
        "detail": _list_details(encoding),
        "transform": ", ".join(sorted(changes)),
        "rows": rows,
    }


def _list_details(encoding: dict[str, Any]) -> list[str]:
    """List the columns by which a view is parted without a colour."""
    details = encoding.get("detail", [])
    listed = details if isinstance(details, list) else [details]
    return [str(one["field"]) for one in listed if isinstance(one, dict) and "field" in one]


def _read_encodings(
    encoding: dict[str, Any], outlines: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Read the columns on the channels; an outline counts as the column by which it was fetched."""
    encodings = {}
    for channel, definition in encoding.items():
        name = _SAME_CHANNEL.get(channel, channel)
        if name not in _CHANNELS or not isinstance(definition, dict):
            continue
        source = (
            definition
            if definition.keys() & {"field", "aggregate"}
            else definition.get("condition")
        )
        if not isinstance(source, dict) or not source.keys() & {"field", "aggregate"}:
            continue
        column = source.get("field")
        kind = str(definition.get("type", source.get("type", "ordinal")))
        if fetched := outlines.get(str(column)):
            column = fetched
            kind = "ordinal"
        if isinstance(column, dict):
            raise Unreadable(
                "repeats a view over columns, which cannot be checked: make one long table"
            )
        label = f"bin of {column}" if source.get("bin") else str(column or "rows")
        label = f"{unit} of {label}" if (unit := source.get("timeUnit")) else label
        encodings[name] = {
            "label": label,
            # Both draw the same picture.
            "type": "ordinal" if kind == "nominal" else kind,
            "aggregate": str(source.get("aggregate", "none")).replace("average", "mean"),
            "column": column,
        }
    return encodings


def _aggregate(
    rows: list[dict[str, Any]], encodings: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """List the values of each mark by channel; aggregates are computed as Vega-Lite does."""
    shown = [
        {name: row.get(encoding["column"]) for name, encoding in encodings.items()} for row in rows
    ]
    aggregates = {
        name: one["aggregate"] for name, one in encodings.items() if one["aggregate"] != "none"
    }
    if not aggregates:
        return shown
    if odd := set(aggregates.values()) - {*_AGGREGATES, "count"}:
        raise Unreadable(
            f"shows the {odd.pop()} of several rows, which cannot be checked: do it in pandas"
        )
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in shown:
        groups.setdefault(
            tuple(row[name] for name in encodings if name not in aggregates), []
        ).append(row)
    for group in groups.values():
        for name, how in aggregates.items():
            present = [row[name] for row in group if row[name] is not None]
            if present or how in ("count", "sum", "distinct"):
                group[0][name] = len(group) if how == "count" else _AGGREGATES[how](present)
    return [group[0] for group in groups.values()]
