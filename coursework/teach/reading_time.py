"""Minutes that a chapter takes to read, computed from its executed notebook.

Main text is everything before the verdicts. Folded text takes no time; what folded code draws does.
"""

import re

from coursework import headings
from coursework.common import ROLE, list_tags

WORDS_A_MINUTE = 130  # many read in their second language
# Chinese aloud, in the first language: Trauzettel-Klosinski and Dietz (2012), doi.org/10.1167/iovs.11-8284
HAN_A_MINUTE = 255
CODE_LINE, PICTURE, BOX = 5, 60, 120
"""Seconds for a visible line of code with its output, a chart, map or captioned table, and a box in which the
reader works."""

_END = re.compile(rf"^## (?:{headings.VERDICTS}|{headings.NEXT})\b.*", re.MULTILINE | re.DOTALL)
_BOX = re.compile(rf"^:::+\s*{{admonition}} (?:{headings.PREDICT}|{headings.BY_HAND})\b", re.MULTILINE)
_FOLDED = re.compile(r"^(:::+)\s*\{dropdown\}.*?^\1\s*$", re.MULTILINE | re.DOTALL)
_DIRECTIVE = re.compile(r"^```\{[^`]*```\s*$|^\([\w-]+\)=\s*$|^:::.*$|^:[\w-]+:.*$|^% .*$", re.MULTILINE)
_TABLE = re.compile(r"(?:^\|.*\n?)+", re.MULTILINE)
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
_HAN = re.compile(r"[\u3400-\u9fff]")
_PICTURES = ("vegalite", "image/")
HIDES_CODE = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
_HIDES_OUTPUT = {"hide-output", "hide-cell", "remove-output", "remove-cell"}


def is_visible(cell: dict) -> bool:
    """Whether a cell is code that is seen when the page opens."""
    return cell["cell_type"] == "code" and not HIDES_CODE & list_tags(cell)


def count_minutes(notebook: dict) -> int:
    """Whole minutes for the main text of an executed chapter."""
    seconds = 0.0
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            lines = count_lines(text) if is_visible(cell) else 0
            seconds += CODE_LINE * lines + PICTURE * _count_pictures(cell)
        elif cell["cell_type"] == "markdown":
            seconds += _time_prose(_END.sub("", text))
            if _END.search(text):
                break
    return round(seconds / 60)


def _time_prose(text: str) -> float:
    """Seconds for the words, boxes and tables of a text."""
    boxes = len(_BOX.findall(text))
    text = _DIRECTIVE.sub("", _FOLDED.sub("", text))
    tables = len(_TABLE.findall(text))
    # A formula is read as a word; a role as the words that it shows.
    plain = _FORMULA.sub("x", ROLE.sub(r"\2", _TABLE.sub("", text)))
    others, han = _HAN.subn(" ", plain)
    # A Chinese word in a text of another language is a word of it; a Chinese text has no spaces to count by.
    is_chinese = han > len(plain.split())
    words = [word for word in (others if is_chinese else plain).split() if re.search(r"\w", word)]
    minutes = len(words) / WORDS_A_MINUTE + (han / HAN_A_MINUTE if is_chinese else 0)
    return 60 * minutes + boxes * BOX + tables * PICTURE


def _count_pictures(cell: dict) -> int:
    if _HIDES_OUTPUT & list_tags(cell):
        return 0
    shown = (output.get("data", {}) for output in cell.get("outputs", []))
    return sum(
        "<caption>" in "".join(data.get("text/html", ""))
        or any(kind in mime for mime in data for kind in _PICTURES)
        for data in shown
    )


def count_lines(text: str) -> int:
    """Number of lines that are not empty."""
    return sum(bool(line.strip()) for line in text.splitlines())
