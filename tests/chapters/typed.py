"""Numbers that somebody typed where a reader expects computed ones: prose, captions, chart texts, verdicts.

A number may stand in running text if a cell computed it (``{glue:text}``), or if the id of a claim or of
a cited figure stands in the same paragraph and the number is that claim's or that figure's own.
"""

import ast
import re

from jingjinji import claims, data

YEARS = r"\b(?:1[89]|20)\d\d(?:[-–](?:1[89]|20)?\d\d)?\b"
# A whole number or a decimal that stands alone: neither "C80", "4th" nor "PM2.5".
NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?!\w|[.,]\d)")
# In running text, single whole numbers are counts of things on the page, unless they are percentages.
_FIGURE = re.compile(
    r"(?<![\w.])\d[\d,]*\.\d+|(?<![\w.,])\d{1,3}(?:,\d{3})+|(?<![\w.])\d{3,}"
    r"|(?<![\w.,])\d+(?=(?:\s|-)?(?:%|per ?cent))"
)
_ID = re.compile(r"\b(?:C\d\d|F\d{3}[a-z]?)\b")

CONVENTIONS = (
    rf"{YEARS} = 100\b",  # the base of an index
    r"\b9[059](?:\.\d)? ?%(?= (?:confidence|interval|level|range|band))",
    r"(?<![\d.,])(?:0|100) ?%",  # none, and all
    r"\b(?:13 cities|31 provinces)\b",  # what the region and the country consist of
    r"\b[Cc]hapters? \d+",
    r"\b(?:CC BY(?:-\w+)?|ODbL|ODC-By) \d\.\d",  # a licence
    r"\b\d{1,2} (?=January|February|March|April|May|June|July|August|September|October|November|December)",
    r"\bGB(?:/T)? \d+",  # a national standard
    YEARS,
)
_NOT_PROSE = (
    r":{3,}\{admonition\} By hand.*?\n:{3,}",  # toy numbers, worked by hand
    r"`{3,}.*?`{3,}",
    r"\$\$.*?\$\$|\$[^$\n]+\$",
    r"\{[a-z:]+\}`[^`]*`|`[^`]*`",
    r"\]\([^)]*\)",
    r"^#+ .*$",
    r"^:{3,}.*$",
    r"^% .*$",  # a remark that no reader sees
)
# Questions to the reader suppose a percentage; nobody takes it for a measured one.
_SUPPOSED = r"^## Check yourself$.*?(?=^## |\Z)"


def without(text: str, patterns: tuple[str, ...]) -> str:
    """The text with every match of a pattern blanked; `.*?` reaches over lines, `^` starts one."""
    for pattern in patterns:
        flags = re.DOTALL | re.MULTILINE if ".*?" in pattern else re.MULTILINE
        text = re.sub(pattern, " ", text, flags=flags)
    return text


def numbers_in(text: str) -> set[str]:
    """The numbers of a text, each without its commas."""
    return {found.replace(",", "") for found in NUMBER.findall(text)}


def _own(text: str) -> set[str]:
    """The printed numbers and the values of the claims and cited figures that a text names."""
    figures = data.load("cited_figures").set_index("figure_id")
    found = set()
    for name in set(_ID.findall(text)):
        if name[0] == "C":
            claim = claims.get(name)
            printed, value = claim.printed, claim.value
        elif name in figures.index:
            printed, value = figures.loc[name, ["printed", "value"]]
        else:
            continue
        found |= numbers_in(str(printed))
        if value is not None:
            found.add(f"{value:.10g}")
    return found


def _paragraph_problems(where: str, paragraph: str) -> list[str]:
    own = _own(paragraph)
    return [
        f"typed number {number!r} in {where}: {' '.join(paragraph.split())[:90]}"
        for number in _FIGURE.findall(without(paragraph, CONVENTIONS))
        if number.replace(",", "") not in own
    ]


def in_prose(notebook) -> list[str]:
    """Figures in running text that no cell computed and no id in their paragraph vouches for."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    text = re.sub(r"\{ref\}`(C\d\d)[^`]*`", r"\1", text)
    text = re.sub(
        _SUPPOSED, lambda part: re.sub(r"\b\d+(?= ?%)", " ", part[0]), text, flags=re.DOTALL | re.MULTILINE
    )
    text = without(text, _NOT_PROSE)
    return [p for part in re.split(r"\n\s*\n", text) for p in _paragraph_problems("the prose", part)]


def in_captions(notebook) -> list[str]:
    """The same for captions, which are metadata of their cells."""
    figures = [cell.metadata.get("mystnb", {}).get("figure", {}) for cell in notebook.cells]
    return [
        problem
        for figure in figures
        for problem in _paragraph_problems(
            f"the caption of {figure.get('name')}", without(figure.get("caption", ""), _NOT_PROSE)
        )
    ]


class _Texts(ast.NodeVisitor):
    """The typed parts of the strings below a node; what stands in braces is computed."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.found.append(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        # A space stands for the computed part, so that digits beside it are seen to stand alone.
        self.found.append(" ".join(part.value for part in node.values if isinstance(part, ast.Constant)))

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)  # the key of a look-up is no text


def _typed_texts(node: ast.AST) -> list[str]:
    texts = _Texts()
    texts.visit(node)
    return texts.found


def _calls(notebook) -> list[ast.Call]:
    return [
        node
        for cell in notebook.cells
        if cell.cell_type == "code"
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call)
    ]


READINGS = {"a", "b", "c", "d"}  # what a chapter computed for each, as `claims.verdict` takes it


def _files_a_verdict(call: ast.Call, texts: list[str]) -> bool:
    """Is it `claims.verdict`, `claims.card`, or a chapter's short form, which starts with an id too?"""
    return ast.unparse(call.func).endswith(("verdict", "claims.card")) or (
        len(texts) > 1 and bool(re.fullmatch(r"C\d\d", texts[0]))
    )


def in_verdicts(notebook) -> list[str]:
    """Numbers typed in `claims.verdict(...)`, in a string or for a reading, but years and the claim's own."""
    problems = []
    for call in _calls(notebook):
        texts = [text for part in (*call.args, *call.keywords) for text in _typed_texts(part)]
        if not _files_a_verdict(call, texts):
            continue
        problems += [
            f"typed number {part.value!r} for a reading in the verdict on {texts[0]}"
            for keyword in call.keywords
            if keyword.arg in READINGS
            for part in (keyword.value.elts if isinstance(keyword.value, ast.Tuple) else [keyword.value])
            if isinstance(part, ast.Constant)
        ]
        own = _own(" ".join(texts))
        problems += [
            f"typed number {number!r} in the verdict on {texts[0]}: {text[:70]}"
            for text in texts
            for number in NUMBER.findall(without(text, CONVENTIONS))
            if number.replace(",", "") not in own
        ]
    return problems


def in_chart_texts(notebook) -> list[str]:
    """Numbers typed in a chart's `title=` or `description=`, other than years."""
    return [
        f"typed number {number!r} in a chart's {keyword.arg}: {text[:70]}"
        for call in _calls(notebook)
        if ast.unparse(call.func).endswith("properties")
        for keyword in call.keywords
        if keyword.arg in {"title", "description"}
        for text in _typed_texts(keyword.value)
        for number in NUMBER.findall(without(text, CONVENTIONS))
    ]


def problems(notebook) -> list[str]:
    """Every typed number of a chapter, with where it stands."""
    return [*in_prose(notebook), *in_captions(notebook), *in_verdicts(notebook), *in_chart_texts(notebook)]
