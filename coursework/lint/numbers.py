"""Typed numbers where a reader expects computed ones: prose, captions, chart texts, verdicts.

Running text may have a number that a cell computed (``{glue:text}``), or that belongs to a claim or
a cited figure whose id is in the same paragraph. From a cell with the metadata ``toy``, which a
line
``+++ {"toy": true}`` opens, to the end of its section numbers are made up.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

from nbformat import NotebookNode

from coursework import headings
from coursework.lint.chapter import Chapter, Finding
from jingjinji import claims, data

YEARS = r"\b(?:1[89]|20)\d\d(?:[-–](?:1[89]|20)?\d\d)?\b"
# A whole number or a decimal that stands alone: neither "C80", "4th" nor "PM2.5".
NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?!\w|[.,]\d)")
# In running text, short whole numbers are counts of things on the page, unless they are
# percentages.
_FIGURE = re.compile(
    r"(?<![\w.])\d[\d,]*\.\d+|(?<![\w.,])\d{1,3}(?:,\d{3})+|(?<![\w.])\d{3,}"
    r"|(?<![\w.,])\d+(?=(?:\s|-)?(?:%|per ?cent))"
)
_ID = re.compile(r"\b(?:C\d\d|F\d{3}[a-z]?)\b")

CONVENTIONS = (
    rf"{YEARS} = 100\b",  # the base of an index
    r"\b9[059](?:\.\d)? ?%(?= (?:confidence|interval|level|range|band))",
    r"(?<![\d.,])(?:0|100) ?%",  # none, and all
    r"\b(?:13 cities|31 provinces)\b",  # parts of the region and of the country
    r"\b[Cc]hapters? \d+",
    r"\b(?:CC BY(?:-\w+)?|ODbL|ODC-By) \d\.\d",  # a licence
    (
        r"\b\d{1,2}"
        r" (?=January|February|March|April|May|June|July|August"
        r"|September|October|November|December)"
    ),
    r"\bGB(?:/T)? \d+",  # a national standard
    r"\b\d{4}-\d\d-\d\d\b",  # a day
    YEARS,
)
_NOT_PROSE = (
    rf":{{3,}}{{admonition}} {headings.BY_HAND}.*?\n:{{3,}}",  # toy numbers, worked by hand
    r"`{3,}.*?`{3,}",
    r"\$\$.*?\$\$|\$[^$\n]+\$",
    r"\{[a-z:]+\}`[^`]*`|`[^`]*`",
    r"\]\([^)]*\)",
    r"^#+ .*$",
    r"^:{3,}.*$",
    r"^% .*$",  # a comment
)
READINGS = {*"abcdefghijklmnopqrstuvwxyz"}  # arguments of `claims.verdict`
GLUE = (
    "Glue it from the cell that computes it, or name the claim or cited figure whose number it is"
)


def remove(text: str, patterns: tuple[str, ...]) -> str:
    """Blank every match of the patterns; those with `.*?` span lines."""
    for pattern in patterns:
        flags = re.DOTALL | re.MULTILINE if ".*?" in pattern else re.MULTILINE
        text = re.sub(pattern, " ", text, flags=flags)
    return text


def find_numbers(text: str) -> set[str]:
    """Numbers of a text, without their commas."""
    return {number.replace(",", "") for number in NUMBER.findall(text)}


@cache
def _read_cited() -> dict[str, tuple[str, float]]:
    table = data.load("cited_figures")
    return dict(zip(table["figure_id"], zip(table["printed"], table["value"])))


def _list_cited(text: str) -> set[str]:
    """Printed numbers and values of the claims and cited figures that a text names."""
    cited = _read_cited()
    numbers = set()
    for name in set(_ID.findall(text)):
        if name[0] == "C":
            claim = claims.get(name)
            printed = claim.printed
            value = claim.value
        elif name in cited:
            printed, value = cited[name]
        else:
            continue
        numbers |= find_numbers(str(printed))
        if value is not None:
            numbers.add(f"{value:.10g}")
    return numbers


def _find(
    chapter: Chapter,
    cell: NotebookNode,
    text: str,
    where: str,
    pattern: re.Pattern[str] = NUMBER,
    advice: str = GLUE,
) -> Iterator[Finding]:
    """Numbers of a text that belong neither to a convention nor to an id that the text names."""
    cited = _list_cited(text)
    for number in pattern.findall(remove(text, CONVENTIONS)):
        if number.replace(",", "") not in cited:
            says = f"typed number {number!r} in {where}: {' '.join(text.split())[:70]}"
            yield chapter.note(cell, says, advice, at=number)


def find_in_prose(chapter: Chapter) -> Iterator[Finding]:
    """Numbers in running text that no cell computed and that belong to no id in their paragraph."""
    is_toy = False
    for cell in chapter.notebook.cells:
        for part in re.split(r"(?m)^(?=## )", cell.source) if cell.cell_type == "markdown" else []:
            if part.startswith("## "):
                is_toy = False
            is_toy = is_toy or bool(cell.metadata.get("toy"))
            if is_toy:
                continue
            text = re.sub(r"\{ref\}`(C\d\d)[^`]*`", r"\1", part)
            for paragraph in re.split(r"\n\s*\n", remove(text, _NOT_PROSE)):
                yield from _find(chapter, cell, paragraph, "the prose", _FIGURE)


def find_in_captions(chapter: Chapter) -> Iterator[Finding]:
    """The same for captions, which are cell metadata."""
    for cell in chapter.notebook.cells:
        figure = cell.metadata.get("mystnb", {}).get("figure", {})
        text = remove(figure.get("caption", ""), _NOT_PROSE)
        yield from _find(chapter, cell, text, f"the caption of {figure.get('name')}", _FIGURE)


def _list_texts(node: ast.AST) -> list[str]:
    """Typed parts of the strings below a node; what stands in braces is computed."""
    if isinstance(node, ast.Subscript):  # the key of a look-up is not a text
        return _list_texts(node.value)
    if isinstance(node, ast.JoinedStr):
        # A space replaces the computed part, so that digits beside it stand alone.
        return [" ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))]
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    return [text for child in ast.iter_child_nodes(node) for text in _list_texts(child)]


def _list_calls(chapter: Chapter) -> Iterator[tuple[NotebookNode, ast.Call]]:
    for cell in chapter.code:
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call):
                yield cell, node


def _files_a_verdict(call: ast.Call, texts: list[str]) -> bool:
    """Whether it calls `claims.verdict`, or a chapter's short form, whose first argument is an id
    too."""
    return ast.unparse(call.func).endswith("verdict") or (
        len(texts) > 1 and bool(re.fullmatch(r"C\d\d", texts[0]))
    )


def find_in_verdicts(chapter: Chapter) -> Iterator[Finding]:
    """Numbers typed in `claims.verdict(...)`, in a string or for a reading, except years and the
    claim's."""
    for cell, call in _list_calls(chapter):
        texts = [text for node in (*call.args, *call.keywords) for text in _list_texts(node)]
        if not _files_a_verdict(call, texts):
            continue
        for keyword in call.keywords if texts else []:
            value = keyword.value
            for part in value.elts if isinstance(value, ast.Tuple) else [value]:
                if keyword.arg in READINGS and isinstance(part, ast.Constant):
                    says = f"typed number {part.value!r} for a reading in the verdict on {texts[0]}"
                    yield chapter.note(
                        cell, says, "Hand over what the cell computed", at=str(part.value)
                    )
        # Ids are in one text, and numbers of theirs may be in another.
        yield from _find(
            chapter, cell, " | ".join(texts), f"the verdict on {texts[0] if texts else ''}"
        )


def find_in_chart_texts(chapter: Chapter) -> Iterator[Finding]:
    """Numbers typed in a chart's `title=` or `description=`, except years."""
    advice = "Compute it from the chart's data"
    for cell, call in _list_calls(chapter):
        chosen = [keyword for keyword in call.keywords if keyword.arg in ("title", "description")]
        for keyword in chosen if ast.unparse(call.func).endswith("properties") else []:
            for text in _list_texts(keyword.value):
                yield from _find(chapter, cell, text, f"a chart's {keyword.arg}", advice=advice)


def find_typed(chapter: Chapter) -> Iterator[Finding]:
    """Every typed number of a chapter."""
    for find in (find_in_prose, find_in_captions, find_in_verdicts, find_in_chart_texts):
        yield from find(chapter)
