"""Tables of a lesson: a title in words, a unit, and heads that a reader understands."""

import re
from collections.abc import Iterator

from coursework.lint import text
from coursework.lint.chapter import Chapter, Finding

_UNIT = re.compile(
    r"\(.+\)|%|\b(?:for (?:each|every|[\d,]+)|number of|of (?:100|every"
    r" hundred)|per|rank|ratio|share|times"
    r"|hours|km|minutes|points|years|yuan|thousands?|millions?|billions?|tonnes)\b",
    re.IGNORECASE,
)
_RAW = re.compile(r"\w+_\w+|\b(?:True|False|NaN|None)\b")
_MARKDOWN = re.compile(r"^\|(.*)\|[ ]*\n\|(?:[ ]*:?-+:?[ ]*\|)+[ ]*$", re.MULTILINE)
FEWEST_WORDS = 2  # of a title


def find_bare(chapter: Chapter) -> Iterator[Finding]:
    """Tables without a title or a unit, and heads that are names of columns."""
    for cell, html in text.list_tables(chapter):
        heads = text.read_heads(html)
        name = f"the table {' | '.join(filter(None, heads))[:60]!r}"
        title = next(filter(None, heads), "")
        if len(title.split()) < FEWEST_WORDS:
            advice = 'End the cell with tables.show(frame, "What it shows (unit)")'
            yield chapter.note(cell, f"{name} has no title in words", advice)
        elif not _UNIT.search(" | ".join(heads)):
            yield chapter.note(
                cell, f"{name} names no unit", "Write it in the title or a head, as in 'GDP (yuan)'"
            )
        for head in filter(_RAW.search, heads):
            yield chapter.note(
                cell, f"{name}: the head {head!r} is a name of a program", "Say it in words"
            )
    for cell in chapter.notebook.cells:
        for heads in _MARKDOWN.findall(cell.source) if cell.cell_type == "markdown" else []:
            if not heads.split("|")[0].strip():
                says = f"the first head of a table is empty: {heads.strip()}"
                yield chapter.note(cell, says, "Say there what the table shows", heads)
