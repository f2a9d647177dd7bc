"""Minutes that a chapter takes, to read it and to work through it, computed from its executed
notebook.

They are those of a student: prose, code that is seen, figures and every table, with a caption or
without. Main text is everything before verdicts or key terms. Folded text takes no time to read;
what folded code draws does. Work comes on top: cells run, guesses and sentences made, lines
changed, folds opened. All seconds are assumed, and nobody was timed. No chapter has a limit.
"""

import re

from coursework import headings
from coursework.common import ROLE, list_tags

WORDS_A_MINUTE = 130  # many read in their second language
# Chinese aloud, in the first language: Trauzettel-Klosinski and Dietz (2012),
# doi.org/10.1167/iovs.11-8284
HAN_A_MINUTE = 255
CODE_LINE, CHART, TABLE, BY_HAND, RUN, FOLD = 6, 60, 30, 120, 45, 60
"""Seconds: a visible line of code, a chart, a table, a box By hand; to run a cell; for a fold."""

_ENDS = "|".join((headings.NEXT, headings.KEY_TERMS))
_END = re.compile(rf"^## (?:{_ENDS})\b.*", re.MULTILINE | re.DOTALL)
_BOX = re.compile(rf"^:::+\s*{{admonition}} {headings.BY_HAND}\b", re.MULTILINE)
# What the reader does, with its seconds: to guess, to change a line and run it, to write a
# sentence.
_WORK = [
    (rf"{{admonition}} {headings.PREDICT}\b", 120),
    (rf"{{admonition}} {headings.MODIFY}\b", 180),
]
_WORK += [(r"\{sentence\}", 240), (r"\{dropdown\}", FOLD)]
_FOLDED = re.compile(r"^(:::+)\s*\{dropdown\}.*?^\1\s*$", re.MULTILINE | re.DOTALL)
_DIRECTIVE = re.compile(
    r"^```\{[^`]*```\s*$|^\([\w-]+\)=\s*$|^:::.*$|^:[\w-]+:.*$|^% .*$", re.MULTILINE
)
_ROWS = re.compile(r"(?:^\|.*\n?)+", re.MULTILINE)
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
_HAN = re.compile(r"[\u3400-\u9fff]")
_PICTURES = ("vegalite", "image/")
HIDES_CODE = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
_HIDES_OUTPUT = {"hide-output", "hide-cell", "remove-output", "remove-cell"}


def is_visible(cell: dict) -> bool:
    """Whether a cell is code that is seen when the page opens."""
    return cell["cell_type"] == "code" and not HIDES_CODE & list_tags(cell)


def count_minutes(notebook: dict) -> tuple[int, int]:
    """Whole minutes to read the main text of an executed chapter, and more to work through it."""
    seconds = 0.0
    work = 0
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            lines = count_lines(text) if is_visible(cell) else 0
            seconds += CODE_LINE * lines + _time_outputs(cell)
            work += (
                RUN
                if is_visible(cell)
                else FOLD * bool({"hide-input", "hide-cell"} & list_tags(cell))
            )
        elif cell["cell_type"] == "markdown":
            seconds += _time_prose(main := _END.sub("", text))
            work += sum(
                cost * len(re.findall(rf"^:::+\s*{what}", main, re.M)) for what, cost in _WORK
            )
            if _END.search(text):
                break
    return round(seconds / 60), round(work / 60)


def _time_prose(text: str) -> float:
    """Seconds for the words, boxes and tables of a text."""
    boxes = len(_BOX.findall(text))
    text = _DIRECTIVE.sub("", _FOLDED.sub("", text))
    tables = len(_ROWS.findall(text))
    # A formula is read as a word; a role as the words that it shows.
    plain = _FORMULA.sub("x", ROLE.sub(r"\2", _ROWS.sub("", text)))
    others, han = _HAN.subn(" ", plain)
    # A Chinese word in a text of another language is a word of it; a Chinese text has no spaces to
    # count by.
    is_chinese = han > len(plain.split())
    words = [word for word in (others if is_chinese else plain).split() if re.search(r"\w", word)]
    minutes = len(words) / WORDS_A_MINUTE + (han / HAN_A_MINUTE if is_chinese else 0)
    return 60 * minutes + boxes * BY_HAND + tables * TABLE


def _time_outputs(cell: dict) -> int:
    """Seconds for the charts and tables that a cell shows."""
    if _HIDES_OUTPUT & list_tags(cell):
        return 0
    shown = [output.get("data", {}) for output in cell.get("outputs", [])]
    charts = sum(any(kind in mime for mime in data for kind in _PICTURES) for data in shown)
    tables = sum("<table" in "".join(data.get("text/html", "")) for data in shown)
    return CHART * charts + TABLE * tables


def count_lines(text: str) -> int:
    """Number of lines that are not empty."""
    return sum(bool(line.strip()) for line in text.splitlines())
