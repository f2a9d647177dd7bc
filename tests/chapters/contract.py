"""What a chapter must be, as functions that list what is wrong; an empty list means a clean chapter.

The page tests ask the browser; these ask the pair of source and executed notebook.
"""

import ast
import itertools
import json
import re
from pathlib import Path

import altair as alt
import jupytext
import nbformat

from jingjinji import claims
from jingjinji.capstone.units import find_axis_problems
from jingjinji.charts import CHART_MIME
from jingjinji.claims import VERDICT_MIME
from tests.chapters.typed import CONVENTIONS, numbers_in, without

CHAPTERS = Path(__file__).parents[2] / "chapters"
SOURCES = sorted(CHAPTERS.glob("[0-9][0-9]_*.md"))
CAPSTONE = [CHAPTERS.parent / "capstone" / f"{name}.md" for name in ("example", "template")]
SECTIONS = ("At a glance", "What the data cannot say", "Verdicts", "Summary", "Check yourself", "Key terms")
SECTIONS += ("Exercises", "What next", "References")
MOST_LINES, LONGEST_LINE = 20, 88  # what fits a cell of the page without scrolling
MOST_CHART_BYTES, SHORTEST_DESCRIPTION = 150_000, 60
# Numbers of a drawing, not of the region.
LAYOUT = re.compile(
    "height|width|dx|dy|fontSize|size|padding|strokeWidth|opacity|tickCount|step|angle|limit|labelLimit|offset"
    "|strokeDash|cornerRadius|domain|base"
)


def read(notebook: Path) -> nbformat.NotebookNode:
    return nbformat.read(notebook, as_version=4)


def number_of(path: Path) -> str:
    return str(int(path.name[:2]))


def code_cells(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def stored(notebook, mime: str) -> list[tuple[object, dict]]:
    """Each stored output of one type, with its cell."""
    return [
        (cell, output["data"][mime])
        for cell in code_cells(notebook)
        for output in cell.outputs
        if mime in output.get("data", {})
    ]


def pair_problems(source: Path, notebook: Path) -> list[str]:
    """Does the executed notebook hold the cells that people edited?"""
    if not notebook.exists():
        return [f"{notebook.name} is missing: run 'make notebooks'"]
    # Captions and tags are metadata, and what people edit all the same.
    wanted, held = (
        [(c.cell_type, c.source, c.metadata.get("mystnb"), c.metadata.get("tags")) for c in side.cells]
        for side in (jupytext.read(source), read(notebook))
    )
    if wanted == held:
        return []
    place = next((i for i, (w, h) in enumerate(zip(wanted, held)) if w != h), min(len(wanted), len(held)))
    return [f"{notebook.name} is older than {source.name} (cell {place}): run 'make notebooks'"]


# Tags and comments that make nbval look away from a cell, or take an error for a result.
_LOOKS_AWAY = re.compile(r"nbval[-_](?:skip|ignore|raises)|raises-exception|PYTEST_VALIDATE", re.IGNORECASE)
# Thirteen significant digits: another processor gives another last one.
_UNROUNDED = re.compile(r"(?<![\w.])-?(?=\d*\.\d)(?=[\d.]{14,})0*\.?0*[1-9]\d*\.?\d{11,}")


def output_problems(notebook) -> list[str]:
    """nbval finds nothing wrong with a notebook that stores nothing: so look for outputs first."""
    cells = code_cells(notebook)
    problems = [] if any(cell.outputs for cell in cells) else ["no cell stores an output"]
    for i, cell in enumerate(cells):
        if cell.execution_count is None:
            problems.append(f"cell {i} was not executed")
        if found := _LOOKS_AWAY.search("\n".join([*cell.metadata.get("tags", []), cell.source])):
            problems.append(f"cell {i} is kept from being compared: {found[0]}")
        for output in cell.outputs:
            if output.output_type == "error":
                problems.append(f"cell {i} stores an error: {output.ename}")
            text = output.get("text", output.get("data", {}).get("text/plain", ""))
            for number in _UNROUNDED.findall(text):
                problems.append(f"cell {i} prints {number} to the last binary digit: round what is printed")
    return problems


def _shown(value: float) -> set[str]:
    """The ways in which a description writes a number: to any digits, and a share in per cent."""
    return {f"{part:.{digits}f}" for part in (abs(value), abs(value) * 100) for digits in range(4)}


def datasets(spec: dict) -> list[list[dict]]:
    """The tables of a chart, whether Altair gathered them or a view holds its own."""
    return [*spec.get("datasets", {}).values(), *([v] if (v := spec.get("data", {}).get("values")) else [])]


def _totals(rows: list[dict]) -> set[float]:
    """What a reader adds up in a chart: rows, different names, and sums over all rows or over one name."""
    names = {key for row in rows for key, value in row.items() if isinstance(value, str)}
    measures = {key for row in rows for key, value in row.items() if isinstance(value, (int, float))}
    groups = [(name, value) for name in names for value in {row.get(name) for row in rows}]
    chosen = [rows, *([row for row in rows if row.get(name) == value] for name, value in groups)]
    counts = {float(len(part)) for part in chosen}
    counts |= {float(len({row.get(name) for row in rows})) for name in names}
    return counts | {float(sum(row.get(key) or 0 for row in part)) for part in chosen for key in measures}


def told_by(spec: dict) -> set[str]:
    """Every number, as text, that a description can take from the chart's data."""
    told: set[str] = set()
    for rows in datasets(spec):
        cells = [value for row in rows for value in row.values()]
        values = {float(value) for value in cells if isinstance(value, (int, float))} | _totals(rows)
        told |= {text for value in values for text in _shown(value)}
        told |= {number for value in cells if isinstance(value, str) for number in numbers_in(value)}
    return told


def glued(notebook) -> set[str]:
    """The numbers that the chapter glues into its text."""
    return {
        number
        for cell in code_cells(notebook)
        for output in cell.outputs
        for mime, text in output.get("data", {}).items()
        if mime.startswith("application/papermill.record/")
        for number in numbers_in(text)
    }


def states(spec: dict) -> dict[str, list]:
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


def control_problems(spec: dict) -> list[str]:
    """A chart with controls has words for each of their states, or words that hold in all of them."""
    controls, said = states(spec), spec.get("usermeta", {})
    if "hold" in said:
        agrees = sorted(said["hold"]) == sorted(controls)
        return [] if agrees else [f"holds for {said['hold']}, not {controls}"]
    if "follow" not in said:
        return [f"its words neither follow nor hold for its controls {list(controls)}"] if controls else []
    wanted = set(itertools.product(*(controls.get(name, []) for name in said["follow"]["controls"])))
    texts = {tuple(json.loads(key)): words for key, words in said["follow"]["texts"].items()}
    problems = [f"no words for the state {list(state)}" for state in sorted(wanted - set(texts), key=str)]
    problems += [f"words for {list(state)}, no state of it" for state in sorted(set(texts) - wanted, key=str)]
    if sorted(said["follow"]["controls"]) != sorted(controls):
        problems.append(f"follows {said['follow']['controls']}, its controls are {list(controls)}")
    return problems


def chart_problems(cell, spec: dict, glued: set[str] = frozenset()) -> list[str]:
    """Title, caption, alternative text, axes, size and schema of one chart.

    Every number of the alternative text must come from the chart's data or, like a correlation, which
    stands in no row, be among those that the chapter glues.
    """
    problems = []
    try:
        alt.Chart.from_dict(spec)
    except Exception as error:  # the validator has many kinds; each means one thing here
        problems.append(f"not valid Vega-Lite: {str(error)[:200]}")
    figure = cell.metadata.get("mystnb", {}).get("figure", {})
    if not figure.get("caption", "").strip() or not figure.get("name", "").startswith("fig-"):
        problems.append("no numbered caption (cell metadata mystnb.figure with name and caption)")
    title = spec.get("title", "")
    if not (title.get("text") if isinstance(title, dict) else title):
        problems.append("no title")
    description = spec.get("description", "")
    if len(description) < SHORTEST_DESCRIPTION:
        problems.append(f"alternative text of {len(description)} characters")
    written = numbers_in(without(description, CONVENTIONS))
    told = told_by(spec)
    if not written & told:
        problems.append("the alternative text holds no number of the chart's data")
    problems += [
        f"the alternative text says {number}, which neither the chart's data nor a glued number does"
        for number in sorted(written - told - glued)
    ]
    size = len(json.dumps(spec))
    if size > MOST_CHART_BYTES:
        problems.append(f"a specification of {size} bytes")
    name = figure.get("name", "a chart")
    return [f"{name}: {problem}" for problem in problems + control_problems(spec) + find_axis_problems(spec)]


def all_chart_problems(notebook) -> list[str]:
    numbers = glued(notebook)
    return [p for cell, spec in stored(notebook, CHART_MIME) for p in chart_problems(cell, spec, numbers)]


class _Literals(ast.NodeVisitor):
    """Numbers typed in a cell, except those that only lay out a drawing."""

    def __init__(self) -> None:
        self.found: set[float] = set()

    def visit_keyword(self, node: ast.keyword) -> None:
        if not LAYOUT.fullmatch(node.arg or ""):
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            self.found.add(float(node.value))


def code_problems(notebook, claim_ids: list[str]) -> list[str]:
    """Long cells, and constants that the ledger holds."""
    # Small whole numbers are also counts, indices and digits: they prove nothing.
    held = {claims.get(i).value: i for i in claim_ids if claims.get(i).value is not None}
    held = {value: i for value, i in held.items() if value != int(value) or value > 25}
    problems = []
    for i, cell in enumerate(code_cells(notebook)):
        lines = len(cell.source.splitlines())
        # What no reader sees may be long: it hands numbers to the text, all in one place.
        if lines > MOST_LINES and "remove-cell" not in cell.metadata.get("tags", []):
            problems.append(f"code cell {i} has {lines} lines")
        problems += [
            f"code cell {i} has a line of {len(line)} characters: {line.strip()[:40]}..."
            for line in cell.source.splitlines()
            if len(line) > LONGEST_LINE
        ]
        literals = _Literals()
        literals.visit(ast.parse(cell.source))
        problems += [
            f"code cell {i} types {value:g}, which is claims.get('{held[value]}').value"
            for value in sorted(literals.found & held.keys())
        ]
    return problems


def cards(notebook) -> list[dict]:
    """Every verdict that a notebook files, on a card of its own or as a row of a table."""
    shown = [filed for _, filed in stored(notebook, VERDICT_MIME)]
    return [card for filed in shown for card in filed.get("table", [filed])]


def structure_problems(notebook, claim_ids: list[str]) -> list[str]:
    """The order of a chapter, its objectives, and a card for each of its claims."""
    text = prose(notebook)
    problems = []
    if not re.search(r"^# .+: .+\?$", text, re.MULTILINE):
        problems.append("the title is not of the form '# Topic: a question?'")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    problems += [f"no section '## {name}'" for name in SECTIONS if name not in headings]
    if [name for name in headings if name in SECTIONS] != [name for name in SECTIONS if name in headings]:
        problems.append(f"the sections are not in the order {', '.join(SECTIONS)}")
    glance = re.split(r"^## ", text, flags=re.MULTILINE)[1]
    objectives = len(re.findall(r"^(?:\d+\.|[-*]) +\*\*[A-Za-z]+\*\*", glance, re.MULTILINE))
    if not 3 <= objectives <= 5:
        problems.append(
            f"{objectives} objectives under 'At a glance'; there must be 3 to 5, each '1. **verb** ...'"
        )
    listed = set(re.findall(r"claim-(c\d\d)", glance))
    carded = [card["claim"] for card in cards(notebook)]
    unlisted = [i for i in claim_ids if i.lower() not in listed]
    problems += [f"{i} belongs to this chapter but 'At a glance' does not list it" for i in unlisted]
    problems += [f"{i} has {carded.count(i)} verdict cards" for i in claim_ids if carded.count(i) != 1]
    problems += [
        f"{i} is carded but 'chapters' in data/claims.csv does not name this chapter"
        for i in set(carded) - set(claim_ids)
    ]
    if len(re.findall(r"^```\{exercise-list\} exercises/\d\d_\w+\.md$", text, re.MULTILINE)) != 1:
        problems.append("'## Exercises' must list one master's: ```{exercise-list} exercises/NN_topic.md")
    return problems


def claims_of(chapter: str) -> list[str]:
    """Ids of the claims that the ledger gives to a chapter."""
    table = claims.ledger()
    return [i for i, chapters in table["chapters"].items() if chapter in chapters.split()]
