"""Charts: title, caption, alternative text, units and colours, in each state of their controls.

What only the drawing shows, such as labels that touch, is checked on the page
(`tests/pages/checks.py`).
"""

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import altair as alt
from nbformat import NotebookNode
from still_charts.drawing import take_title

from coursework.common import read_glued
from coursework.lint.chapter import Chapter, Finding, list_stored
from coursework.lint.numbers import CONVENTIONS, find_numbers, remove
from jingjinji.capstone.units import find_axis_problems, split_panels
from jingjinji.charts import CATEGORY_COLOURS, CHART_MIME, PLACES

MOST_BYTES, SHORTEST_DESCRIPTION = 150_000, 60
PLACE_COLOURS = dict(zip(CATEGORY_COLOURS, PLACES, strict=False))
# A title that stands alone has a subject, and more words than a label.
FEWEST_WORDS = 4
_LEAD = r"(?:after|before|by|from|in|of|on|since|until|with|without)(?:\W+[\w'’%.]+){1,4}?\W+"
_NO_SUBJECT = re.compile(
    rf"^(?:{_LEAD})?(?:it|he|she|they|theirs|ours)\b"
    r"|^(?:begun|behind|closer|farther|further)\b"
    r"|\bthe (?:two|three)(?=[,.;:]|$| (?:are|buy|did|fell|gained|grew|had|have|lost|rose|were)\b)",
    re.IGNORECASE,
)
SCORE = re.compile(r"\b\d+ (?:in|of|out of) (?:the |its )?\d+\b")


def list_tables(spec: dict) -> list[list[dict]]:
    """Tables of a chart, in its datasets or in the view itself."""
    return [
        *spec.get("datasets", {}).values(),
        *([v] if (v := spec.get("data", {}).get("values")) else []),
    ]


def _format(value: float) -> set[str]:
    """Spellings of a number that a description may use: rounded to any precision, or as a
    percentage."""
    return {f"{part:.{digits}f}" for part in (abs(value), abs(value) * 100) for digits in range(4)}


def _sum_up(rows: list[dict]) -> set[float]:
    """Numbers that a reader can derive: counts of rows and names, and sums over all rows or over
    one name."""
    names = {key for row in rows for key, value in row.items() if isinstance(value, str)}
    measures = {
        key for row in rows for key, value in row.items() if isinstance(value, (int, float))
    }
    groups = [(name, value) for name in names for value in {row.get(name) for row in rows}]
    chosen = [rows, *([row for row in rows if row.get(name) == value] for name, value in groups)]
    counts = {float(len(part)) for part in chosen}
    counts |= {float(len({row.get(name) for row in rows})) for name in names}
    measures -= names
    return counts | {
        float(sum(row.get(key) or 0 for row in part)) for part in chosen for key in measures
    }


def list_told(spec: dict) -> set[str]:
    """Numbers, as text, that a description can take from the chart's data."""
    numbers: set[str] = set()
    for rows in list_tables(spec):
        cells = [value for row in rows for value in row.values()]
        values = {float(value) for value in cells if isinstance(value, (int, float))} | _sum_up(
            rows
        )
        numbers |= {text for value in values for text in _format(value)}
        numbers |= {
            number for value in cells if isinstance(value, str) for number in find_numbers(value)
        }
    labels = [
        label
        for param in spec.get("params", [])
        for label in param.get("bind", {}).get("labels", [])
    ]
    return numbers.union(*map(find_numbers, labels))


def list_glued(notebook: NotebookNode) -> set[str]:
    """Numbers that a chapter glues into its text."""
    return {number for text in read_glued(notebook.cells).values() for number in find_numbers(text)}


def list_states(spec: dict) -> dict[str, list]:
    """Controls of a chart, each with every value that a reader can choose."""
    states = {}
    for param in spec.get("params", []):
        if not isinstance(bind := param.get("bind"), dict):
            continue
        if bind["input"] == "range":
            steps = round((bind["max"] - bind["min"]) / bind["step"])
            # A browser writes 1.0 as 1.
            values = (round(bind["min"] + step * bind["step"], 10) for step in range(steps + 1))
            states[param["name"]] = [int(v) if v == int(v) else v for v in values]
        else:
            states[param["name"]] = bind["options"]
    return states


def list_unsaid_states(spec: dict) -> list[str]:
    """Faults in the words of a chart with controls, which must hold in all states, or follow
    each."""
    controls = list_states(spec)
    words = spec.get("usermeta", {})
    if "hold" in words:
        agrees = sorted(words["hold"]) == sorted(controls)
        return [] if agrees else [f"its words hold for {words['hold']}, not {list(controls)}"]
    if "follow" not in words:
        return (
            [f"its words neither follow nor hold for its controls {list(controls)}"]
            if controls
            else []
        )
    wanted = set(
        itertools.product(*(controls.get(name, []) for name in words["follow"]["controls"]))
    )
    texts = {tuple(json.loads(key)) for key in words["follow"]["texts"]}
    problems = [
        f"no words for the state {list(state)}" for state in sorted(wanted - texts, key=str)
    ]
    problems += [
        f"words for {list(state)}, no state of it" for state in sorted(texts - wanted, key=str)
    ]
    if sorted(words["follow"]["controls"]) != sorted(controls):
        problems.append(f"follows {words['follow']['controls']}, its controls are {list(controls)}")
    return problems


def list_titles(spec: dict) -> list[str]:
    """Titles of a chart, in each state of its controls."""
    told = spec.get("usermeta", {}).get("follow", {}).get("texts", {}).values()
    return [take_title(spec)[0], *(title for title, _ in told)]


def _list_colours(part: Any) -> Iterator[tuple[str, str]]:
    """Texts of a specification, colours among them, each with the value to which a scale gives
    it."""
    if isinstance(part, list):
        yield from itertools.chain.from_iterable(map(_list_colours, part))
    elif isinstance(part, dict):
        if isinstance(part.get("domain"), list) and isinstance(given := part.get("range"), list):
            yield from zip(map(str, given), map(str, part["domain"]), strict=False)
            part = {name: inner for name, inner in part.items() if name != "range"}
        yield from _list_colours(
            [inner for name, inner in part.items() if name not in ("config", "datasets")]
        )
    else:
        yield str(part), ""


def list_styles(spec: dict) -> Iterator[str]:
    """What the style of charts in CONTRIBUTING.md forbids and a specification shows."""
    titles = list_titles(spec)
    yield from (
        f"a score is no title, count below it: {title}" for title in titles if SCORE.search(title)
    )
    about = " ".join([*titles, spec.get("description", "")])
    for colour, value in dict.fromkeys(_list_colours(spec)):
        if (place := PLACE_COLOURS.get(colour)) and place not in (value or about):
            yield f"the colour of {place} stands for {value or 'something else'}"
    for channel, panel in itertools.product(("x", "y"), split_panels(spec)):
        axes = [view["encoding"][channel] for view in panel if channel in view.get("encoding", {})]
        axes = [axis for axis in axes if "field" in axis and axis.get("axis", "") is not None]
        told = [
            given["title"]
            for one in axes
            for given in (one, one.get("axis") or {})
            if "title" in given
        ]
        for title in filter(None, told or [axis["field"] for axis in axes]):
            if re.fullmatch(r"(?i)year|place|province|city|\w+_\w+", title) or (
                not told and title.islower()
            ):
                yield (
                    f"the {channel} axis is called {title!r}: say it in words; years and places"
                    " need none"
                )


def _list_faults(cell: NotebookNode, spec: dict, glued: set[str]) -> Iterator[str]:
    """Faults of a chart. Numbers of its alternative text must come from its data, or be glued."""
    try:
        alt.TopLevelSpec.validate({**spec, "datasets": {}})  # the schema says nothing about rows
    except Exception as error:  # the validator raises many types
        yield f"not valid Vega-Lite: {str(error)[:200]}"
    figure = cell.metadata.get("mystnb", {}).get("figure", {})
    if not figure.get("caption", "").strip() or not figure.get("name", "").startswith("fig-"):
        yield "no numbered caption (cell metadata mystnb.figure with name and caption)"
    if not take_title(spec)[0]:
        yield "no title that states the finding"
    description = spec.get("description", "")
    if len(description) < SHORTEST_DESCRIPTION:
        yield (
            f"alternative text of {len(description)} characters; say what is seen, with its numbers"
        )
    written = find_numbers(remove(description, CONVENTIONS))
    known = list_told(spec)
    if not written & known:
        yield "the alternative text holds no number of the chart's data"
    for number in sorted(written - known - glued):
        yield (
            f"the alternative text says {number}, which neither the chart's data nor a glued number"
            " does"
        )
    if (size := len(json.dumps(spec))) > MOST_BYTES:
        yield f"a specification of {size} bytes; hand the chart fewer rows"
    yield from list_unsaid_states(spec)
    yield from find_axis_problems(spec)
    yield from list_styles(spec)


def find_faulty(chapter: Chapter) -> Iterator[Finding]:
    """Charts that lack what readers need who do not see them, or do not know the unit."""
    glued = list_glued(chapter.notebook)
    for cell, spec in list_stored(chapter.notebook, CHART_MIME):
        name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name", "a chart")
        for fault in _list_faults(cell, spec, glued):
            yield chapter.note(cell, f"{name}: {fault}")


def find_without_subject(chapter: Chapter) -> Iterator[Finding]:
    """Titles of charts that say nothing alone, as far as a program sees it."""
    for cell, spec in list_stored(chapter.notebook, CHART_MIME):
        for title in dict.fromkeys(list_titles(spec)):
            found = _NO_SUBJECT.search(title)
            if found or 0 < len(title.split()) < FEWEST_WORDS:
                says = f"a title without a subject{f' (“{found[0]}”)' if found else ''}: {title}"
                yield chapter.note(cell, says, "Name who or what, so that it can be printed alone")
