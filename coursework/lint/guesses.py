"""Guesses: something waits behind a box "Predict", and nothing that a reader sees before it tells
its answer.

What follows the box in its section waits under a cover (`book/exercises/guess.py`). Before it, and
in every heading, which the contents beside the page show from the start, an answer would stand in
the open.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from nbformat import NotebookNode
from still_charts.drawing import take_title

from coursework.common import list_tags, read_glued
from coursework.lint.chapter import REMOVED, Chapter, Finding
from jingjinji.charts import CHART_MIME

GUESS = re.compile(
    r"^```\{guess\} (?P<kind>\w+)\n(?P<inside>.*?)^```\s*$", re.DOTALL | re.MULTILINE
)
_ANSWER = re.compile(r"^:answer: (.+)$", re.MULTILINE)
_OPTION = re.compile(r"^- (.+)$", re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_YEAR = re.compile(r"(19|20)\d\d")
_NUMBER = re.compile(r"[\d.,−-]+")


@dataclass
class _Seen:
    """What a reader has seen at some place of a page."""

    sentences: list[str] = field(default_factory=list)
    """Headings, titles and captions: they say what was found."""
    texts: list[str] = field(default_factory=list)
    """All else, numbers as glued included."""
    names: set[str] = field(default_factory=set)
    """Names of glued numbers that stand in the text."""


def find_told(chapter: Chapter) -> Iterator[Finding]:
    """Guesses whose answer is told before them."""
    glued = read_glued(chapter.notebook.cells)
    seen = _Seen(sentences=_HEADING.findall(chapter.prose))
    for cell in chapter.notebook.cells:
        if cell.cell_type != "markdown":
            _see_code(cell, seen)
            continue
        end = 0
        for guess in GUESS.finditer(cell.source):
            _see_text(cell.source[end : guess.start()], glued, seen)
            end = guess.end()
            name = _ANSWER.findall(guess["inside"])[0].strip()
            options = _OPTION.findall(guess["inside"])
            where = _find(name, glued.get(name, name), options, seen)
            if where:
                says = (
                    f"the answer of a guess, {glued.get(name, name)!r}, is told before it: {where}"
                )
                yield chapter.note(cell, says, "Ask first, or ask something else", at=guess[0])
            if not _read_after(chapter.notebook, cell, guess.end()):
                says = "nothing in its section waits for a guess"
                yield chapter.note(
                    cell, says, "Show the answer behind it, under the same heading", guess[0]
                )
        _see_text(cell.source[end:], glued, seen)


def _see_text(text: str, glued: dict[str, str], seen: _Seen) -> None:
    seen.names |= set(re.findall(r"\{glue:text\}`([^`<]+)`", text))
    seen.texts += re.sub(
        r"\{glue:text\}`([^`<]+)`", lambda found: glued.get(found[1], ""), text
    ).splitlines()


def _see_code(cell: NotebookNode, seen: _Seen) -> None:
    if not REMOVED & list_tags(cell):
        seen.texts += cell.source.splitlines()
    if "remove-cell" in list_tags(cell) or "outputs" not in cell:
        return
    seen.sentences.append(cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", ""))
    for output in cell.outputs:
        data = output.get("data", {})
        if chart := data.get(CHART_MIME):
            seen.sentences += take_title(chart)[:2]
        elif "scrapbook" not in output.get("metadata", {}):
            seen.texts += _read_output(output).splitlines()


def _read_output(output: NotebookNode) -> str:
    """Words of a table or a print."""
    data = output.get("data", {})
    printed = output.get("text", data.get("text/plain", ""))
    return re.sub(r"<[^>]+>", " ", str(data.get("text/html", printed)))


def _read_after(notebook: NotebookNode, asking: NotebookNode, end: int) -> str:
    """Source behind a guess, code too, to the end of its section."""
    place = next(index for index, cell in enumerate(notebook.cells) if cell is asking)
    rest = asking.source[end:].partition(":::")[2]
    # A comment in code is no heading.
    behind = (
        cell.source if cell.cell_type == "markdown" else f" {cell.source}"
        for cell in notebook.cells[place + 1 :]
    )
    return re.split(r"(?m)^## ", "\n\n".join([rest, *behind]))[0].strip()


def _find(name: str, answer: str, options: list[str], seen: _Seen) -> str:
    """Find the text that tells an answer; "" if nothing does."""
    if name in seen.names:
        return f"the text has {{glue:text}}`{name}`"
    is_number = bool(_NUMBER.fullmatch(answer))
    # Small numbers and years stand everywhere by chance.
    is_rare = is_number and len(re.sub(r"\D", "", answer)) > 2 and not _YEAR.fullmatch(answer)
    texts = [*seen.sentences, *(seen.texts if is_rare else [])]
    if is_number and len(answer) < 2:
        texts = []
    others = [option for option in options if option != answer]
    for text in texts:
        is_question = text.rstrip().endswith("?")
        if (
            not is_question
            and _has(text, answer)
            and not any(_has(text, other) for other in others)
        ):
            return f"“{' '.join(text.split())}”"
    return ""


def _has(text: str, words: str) -> bool:
    return bool(re.search(rf"(?<![\w.,]){re.escape(words)}(?![.,]?\w)", text, re.IGNORECASE))
