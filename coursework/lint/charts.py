"""Charts: title, caption, alternative text and units, in each state that a control can give them."""

import itertools
import json
from collections.abc import Iterator

import altair as alt
from nbformat import NotebookNode

from coursework.lint.chapter import Chapter, Finding, list_code_cells, list_stored
from coursework.lint.numbers import CONVENTIONS, find_numbers, remove
from jingjinji.capstone.units import find_axis_problems
from jingjinji.charts import CHART_MIME

MOST_BYTES, SHORTEST_DESCRIPTION = 150_000, 60


def list_tables(spec: dict) -> list[list[dict]]:
    """The tables of a chart, whether Altair gathered them or a view holds its own."""
    return [*spec.get("datasets", {}).values(), *([v] if (v := spec.get("data", {}).get("values")) else [])]


def _format(value: float) -> set[str]:
    """The ways in which a description writes a number: to any digits, and a share in per cent."""
    return {f"{part:.{digits}f}" for part in (abs(value), abs(value) * 100) for digits in range(4)}


def _sum_up(rows: list[dict]) -> set[float]:
    """What a reader adds up in a chart: rows, different names, and sums over all rows or over one name."""
    names = {key for row in rows for key, value in row.items() if isinstance(value, str)}
    measures = {key for row in rows for key, value in row.items() if isinstance(value, (int, float))}
    groups = [(name, value) for name in names for value in {row.get(name) for row in rows}]
    chosen = [rows, *([row for row in rows if row.get(name) == value] for name, value in groups)]
    counts = {float(len(part)) for part in chosen}
    counts |= {float(len({row.get(name) for row in rows})) for name in names}
    return counts | {float(sum(row.get(key) or 0 for row in part)) for part in chosen for key in measures}


def list_told(spec: dict) -> set[str]:
    """Every number, as text, that a description can take from the chart's data."""
    told: set[str] = set()
    for rows in list_tables(spec):
        cells = [value for row in rows for value in row.values()]
        values = {float(value) for value in cells if isinstance(value, (int, float))} | _sum_up(rows)
        told |= {text for value in values for text in _format(value)}
        told |= {number for value in cells if isinstance(value, str) for number in find_numbers(value)}
    return told


def list_glued(notebook: NotebookNode) -> set[str]:
    """The numbers that a chapter glues into its text."""
    return {
        number
        for cell in list_code_cells(notebook)
        for output in cell.outputs
        for mime, text in output.get("data", {}).items()
        if mime.startswith("application/papermill.record/")
        for number in find_numbers(text)
    }


def list_states(spec: dict) -> dict[str, list]:
    """The controls of a chart, each with every value that a reader can give it."""
    found = {}
    for param in spec.get("params", []):
        if not isinstance(bind := param.get("bind"), dict):
            continue
        if bind["input"] == "range":
            steps = round((bind["max"] - bind["min"]) / bind["step"])
            # As a browser writes numbers, where 1.0 is 1.
            values = (round(bind["min"] + step * bind["step"], 10) for step in range(steps + 1))
            found[param["name"]] = [int(v) if v == int(v) else v for v in values]
        else:
            found[param["name"]] = bind["options"]
    return found


def list_unsaid_states(spec: dict) -> list[str]:
    """What is wrong with the words of a chart with controls: they hold in all states, or follow each."""
    controls, said = list_states(spec), spec.get("usermeta", {})
    if "hold" in said:
        agrees = sorted(said["hold"]) == sorted(controls)
        return [] if agrees else [f"its words hold for {said['hold']}, not {list(controls)}"]
    if "follow" not in said:
        return [f"its words neither follow nor hold for its controls {list(controls)}"] if controls else []
    wanted = set(itertools.product(*(controls.get(name, []) for name in said["follow"]["controls"])))
    texts = {tuple(json.loads(key)): words for key, words in said["follow"]["texts"].items()}
    problems = [f"no words for the state {list(state)}" for state in sorted(wanted - set(texts), key=str)]
    problems += [f"words for {list(state)}, no state of it" for state in sorted(set(texts) - wanted, key=str)]
    if sorted(said["follow"]["controls"]) != sorted(controls):
        problems.append(f"follows {said['follow']['controls']}, its controls are {list(controls)}")
    return problems


def _list_faults(cell: NotebookNode, spec: dict, glued: set[str]) -> Iterator[str]:
    """What is wrong with a chart. A number of its alternative text comes from its data, or is glued."""
    try:
        alt.TopLevelSpec.validate({**spec, "datasets": {}})  # rows are data, of which no schema says anything
    except Exception as error:  # the validator has many kinds; each means one thing here
        yield f"not valid Vega-Lite: {str(error)[:200]}"
    figure = cell.metadata.get("mystnb", {}).get("figure", {})
    if not figure.get("caption", "").strip() or not figure.get("name", "").startswith("fig-"):
        yield "no numbered caption (cell metadata mystnb.figure with name and caption)"
    title = spec.get("title", "")
    if not (title.get("text") if isinstance(title, dict) else title):
        yield "no title that states the finding"
    description = spec.get("description", "")
    if len(description) < SHORTEST_DESCRIPTION:
        yield f"alternative text of {len(description)} characters; say what is seen, with its numbers"
    written, told = find_numbers(remove(description, CONVENTIONS)), list_told(spec)
    if not written & told:
        yield "the alternative text holds no number of the chart's data"
    for number in sorted(written - told - glued):
        yield f"the alternative text says {number}, which neither the chart's data nor a glued number does"
    if (size := len(json.dumps(spec))) > MOST_BYTES:
        yield f"a specification of {size} bytes; hand the chart fewer rows"
    yield from list_unsaid_states(spec)
    yield from find_axis_problems(spec)


def find_faulty(chapter: Chapter) -> Iterator[Finding]:
    """Charts that lack what a reader who does not see them, or does not know the unit, needs."""
    glued = list_glued(chapter.notebook)
    for cell, spec in list_stored(chapter.notebook, CHART_MIME):
        name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name", "a chart")
        for fault in _list_faults(cell, spec, glued):
            yield chapter.note(cell, f"{name}: {fault}")
