"""What a reader of a lesson sees as words, each with its cell: prose, captions, titles of charts,
tables."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode
from still_charts.drawing import take_title

from coursework.common import ROLE, list_tags
from coursework.lint.chapter import Chapter, list_stored
from jingjinji.charts import CHART_MIME
from jingjinji.claims import VERDICT_MIME

UNSEEN = {"remove-cell", "remove-output"}

# Fences, comments, labels, formulas, citations, addresses, and options other than the one with
# words.
_NOT_WORDS = re.compile(
    r"^(?P<fence>`{3,}).*?^(?P=fence)`*[ ]*$|^% .*?$|^\([\w-]+\)=$|^:(?!not:)[\w-]+:.*?$"
    r"|\$\$.*?\$\$|\$[^$\n]+\$|\{footcite:\w\}`[^`]*`|\]\([^)\n]*\)",
    re.DOTALL | re.MULTILINE,
)
_ROLE_OR_CODE = re.compile(rf"{ROLE.pattern}|`[^`\n]*`")
_TAG = re.compile(r"<[^>]+>")
HEAD = re.compile(r"<caption>.*?</caption>|<th\b.*?</th>", re.DOTALL)


def strip(source: str) -> str:
    """Words of Markdown: the same lines, without code, formulas, addresses and names of roles."""
    kept = _NOT_WORDS.sub(lambda found: "\n" * found[0].count("\n"), source)
    return _ROLE_OR_CODE.sub(_show, kept)


def _show(found: re.Match[str]) -> str:
    """Words that a role shows as they are written; N for a number, "" for code and for titles of
    pages."""
    name = found[1]
    words = found[2]
    shows_other = name in {"doc", "numref", "ref", "eq"} and "<" not in found[0]
    if name and name.startswith("glue"):
        return "N"
    return "" if name is None or shows_other else words


def list_chart_words(chapter: Chapter) -> Iterator[tuple[NotebookNode, str]]:
    """Titles and subtitles of charts, in each state of their controls."""
    for cell, spec in list_stored(chapter.notebook, CHART_MIME):
        told = spec.get("usermeta", {}).get("follow", {}).get("texts", {}).values()
        for text in dict.fromkeys([*take_title(spec)[:2], *(title for title, _ in told)]):
            if text:
                yield cell, text


def list_tables(chapter: Chapter) -> Iterator[tuple[NotebookNode, str]]:
    """Stored tables that are seen, as HTML."""
    for cell in chapter.code:
        if list_tags(cell) & UNSEEN:
            continue
        for output in cell.outputs:
            data = output.get("data", {})
            html = "".join(data.get("text/html", ""))
            if "<table" in html and not data.keys() & {CHART_MIME, VERDICT_MIME}:
                yield cell, html


def read_heads(html: str) -> list[str]:
    """Caption and heads of a table."""
    return [" ".join(_TAG.sub(" ", head).split()) for head in HEAD.findall(html)]


def list_prose(chapter: Chapter) -> Iterator[tuple[NotebookNode, str]]:
    """Lines of prose, and captions."""
    for cell in chapter.notebook.cells:
        if cell.cell_type == "markdown":
            yield from ((cell, line) for line in strip(cell.source).splitlines() if line.strip())
        elif caption := cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", ""):
            yield cell, strip(caption)


def list_words(chapter: Chapter) -> Iterator[tuple[NotebookNode, str]]:
    """Every text of a chapter with words: prose, captions, titles of charts, heads of tables."""
    yield from list_prose(chapter)
    yield from list_chart_words(chapter)
    for cell, html in list_tables(chapter):
        yield cell, " | ".join(read_heads(html))
