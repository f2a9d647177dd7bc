"""What a chapter must be, as functions that list what is wrong; an empty list means a clean chapter.

The page tests ask the browser; these ask the pair of source and executed notebook.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import altair as alt
import jupytext
import nbformat

from jingjinji import claims
from jingjinji.charts import CHART_MIME
from jingjinji.claims import VERDICT_MIME

CHAPTERS = Path(__file__).parents[1] / "chapters"
SECTIONS = (
    "At a glance",
    "What the data cannot say",
    "Verdicts",
    "Summary",
    "Check yourself",
    "Key terms",
    "Exercises",
    "What next",
    "References",
)
MOST_LINES, LONGEST_LINE = 20, 88  # what fits a cell of the page without scrolling
MOST_CHART_BYTES, SHORTEST_DESCRIPTION = 150_000, 60
# Numbers of a drawing, not of the region.
LAYOUT = {
    "height",
    "width",
    "dx",
    "dy",
    "fontSize",
    "size",
    "padding",
    "strokeWidth",
    "opacity",
    "tickCount",
    "step",
    "angle",
    "limit",
    "labelLimit",
    "offset",
    "strokeDash",
    "cornerRadius",
    "domain",
    "base",
}


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


def output_problems(notebook) -> list[str]:
    """nbval finds nothing wrong with a notebook that stores nothing: so look for outputs first."""
    cells = code_cells(notebook)
    problems = [f"cell {i} was not executed" for i, cell in enumerate(cells) if cell.execution_count is None]
    if not any(cell.outputs for cell in cells):
        problems.append("no cell stores an output")
    problems += [
        f"cell {i} stores an error: {output.ename}"
        for i, cell in enumerate(cells)
        for output in cell.outputs
        if output.output_type == "error"
    ]
    return problems


def _numbers_in(text: str) -> set[str]:
    return {found.replace(",", "") for found in re.findall(r"\d[\d,]*\.?\d*", text)}


def _shown(value: float) -> set[str]:
    """The ways in which prose writes a number."""
    return {
        f"{part:.{digits}f}"
        for part in (abs(value), abs(value) * 100, abs(value) / 1e4, abs(value) / 1e3, abs(value) / 10)
        for digits in range(4)
    }


def _datasets(spec: dict) -> list[dict]:
    rows = [row for data in spec.get("datasets", {}).values() for row in data]
    return rows + [row for row in spec.get("data", {}).get("values", []) if isinstance(row, dict)]


def _units(spec: dict) -> list[dict]:
    """A chart's single views: itself, or its layers."""
    return [view for part in spec["layer"] for view in _units(part)] if "layer" in spec else [spec]


def _axis_problems(spec: dict) -> list[str]:
    problems = []
    for channel in ("x", "y"):
        definitions = [
            view["encoding"][channel] for view in _units(spec) if channel in view.get("encoding", {})
        ]
        quantities = [d for d in definitions if d.get("type") == "quantitative" and "field" in d]
        if not quantities or all(d.get("axis", "") is None for d in quantities):
            continue
        titles = {d.get("title") or (d.get("axis") or {}).get("title") for d in quantities} - {None}
        if not any(re.search(r"\(.+\)|%|[Yy]ear$|^Number of|^Share", title) for title in map(str, titles)):
            problems.append(f"the {channel} axis names no unit (titles: {sorted(map(str, titles))})")
    return problems


def chart_problems(cell, spec: dict) -> list[str]:
    """Title, caption, alternative text, axes, size and schema of one chart."""
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
    values = [v for row in _datasets(spec) for v in row.values() if isinstance(v, (int, float))]
    written = _numbers_in(description) - {str(year) for year in range(1900, 2100)}
    if not written & {text for value in values for text in _shown(value)}:
        problems.append("the alternative text holds no number of the chart's data")
    size = len(json.dumps(spec))
    if size > MOST_CHART_BYTES:
        problems.append(f"a specification of {size} bytes")
    name = figure.get("name", "a chart")
    return [f"{name}: {problem}" for problem in problems + _axis_problems(spec)]


def all_chart_problems(notebook) -> list[str]:
    return [p for cell, spec in stored(notebook, CHART_MIME) for p in chart_problems(cell, spec)]


class _Literals(ast.NodeVisitor):
    """Numbers typed in a cell, except those that only lay out a drawing."""

    def __init__(self) -> None:
        self.found: set[float] = set()

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in LAYOUT:
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
        if lines > MOST_LINES:
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


_NOT_PROSE = (
    r":{3,}\{admonition\} By hand.*?\n:{3,}",  # toy numbers, worked by hand
    r"`{3,}.*?`{3,}",
    r"\$\$.*?\$\$|\$[^$\n]+\$",
    r"\{[a-z:]+\}`[^`]*`|`[^`]*`",
    r"\]\([^)]*\)",
    r"^\*[^*\n]*(?:points|minutes)[^*\n]*\*$",  # an exercise's metadata
    r"^#+ .*$",
    r"^:{3,}.*$",
    r"\b(?:1[89]|20)\d\d(?:[-–](?:1[89]|20)?\d\d)?\b",  # years
)
# Decimals, and whole numbers of three digits or more: smaller ones are counts of things on the page.
_TYPED = re.compile(r"(?<![\w.])\d[\d,]*\.\d+|(?<![\w.,])\d{1,3}(?:,\d{3})+|(?<![\w.])\d{3,}")


def typed_numbers(notebook) -> list[str]:
    """Figures in running text that no cell computed and no claim id vouches for."""
    # A claim id vouches for the article's number in its own paragraph, so it survives the clean-up.
    text = re.sub(r"\{ref\}`C\d\d[^`]*`|\bC\d\d\b", "claim-id", prose(notebook))
    for pattern in _NOT_PROSE:
        text = re.sub(
            pattern, " ", text, flags=re.DOTALL | re.MULTILINE if ".*?" in pattern else re.MULTILINE
        )
    return [
        f"typed number {found!r} in: {' '.join(paragraph.split())[:90]}"
        for paragraph in re.split(r"\n\s*\n", text)
        if "claim-id" not in paragraph
        for found in _TYPED.findall(paragraph)
    ]


def structure_problems(notebook, claim_ids: list[str]) -> list[str]:
    """The order of a chapter, its objectives, and a card for each of its claims."""
    text = prose(notebook)
    problems = []
    if not re.search(r"^# .+: .+\?$", text, re.MULTILINE):
        problems.append("the title is not of the form '# Topic: a question?'")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    places = [headings.index(name) if name in headings else None for name in SECTIONS]
    problems += [f"no section '## {n}'" for n, place in zip(SECTIONS, places) if place is None]
    known = [place for place in places if place is not None]
    if known != sorted(known):
        problems.append(f"the sections are not in the order {', '.join(SECTIONS)}")
    glance = re.split(r"^## ", text, flags=re.MULTILINE)[1]
    objectives = len(re.findall(r"^(?:\d+\.|[-*]) +\*\*[A-Za-z]+\*\*", glance, re.MULTILINE))
    if not 3 <= objectives <= 5:
        problems.append(
            f"{objectives} objectives under 'At a glance'; there must be 3 to 5, each '1. **verb** ...'"
        )
    listed = set(re.findall(r"claim-(c\d\d)", glance))
    carded = [filed["claim"] for _, filed in stored(notebook, VERDICT_MIME)]
    problems += [
        f"{i} belongs to this chapter but 'At a glance' does not list it"
        for i in claim_ids
        if i.lower() not in listed
    ]
    problems += [f"{i} has {carded.count(i)} verdict cards" for i in claim_ids if carded.count(i) != 1]
    problems += [f"{i} is carded but is not a claim of this chapter" for i in set(carded) - set(claim_ids)]
    if len(re.findall(r"^```\{exercise-list\} exercises/\d\d_\w+\.md$", text, re.MULTILINE)) != 1:
        problems.append("'## Exercises' must list those of one master: ```{exercise-list} exercises/NN_topic.md")
    return problems


def claims_of(chapter: str) -> list[str]:
    """Ids of the claims that the ledger gives to a chapter."""
    table = claims.ledger()
    return [i for i, chapters in table["chapters"].items() if chapter in chapters.split()]
