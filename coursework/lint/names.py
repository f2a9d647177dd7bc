"""One thing, one name: ``names.csv`` has the names of the course, and the words that stood for
them.

CONTRIBUTING has the same list for authors. Chapters of the older form keep their words.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from coursework.lint import text
from coursework.lint.chapter import Chapter, Finding

TABLE = Path(__file__).with_name("names.csv")
PLACES = ("Beijing", "Tianjin", "Hebei")
_THREE = re.compile(
    r"\bthe three(?: places\b|(?=[,.;:?!]| (?:are|did|fell|grew|had|have|rose|were)\b))",
    re.IGNORECASE,
)


@cache
def read_names() -> list[dict[str, str]]:
    """Rows of the list, each with its name, what it replaces and a pattern of that."""
    return list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


def _compile(pattern: str) -> re.Pattern[str]:
    """Compile a pattern; capitals in it, as of "DiD", are meant as such."""
    return re.compile(pattern, re.NOFLAG if re.search("[A-Z]", pattern) else re.IGNORECASE)


def find_other_names(chapter: Chapter) -> Iterator[Finding]:
    """Words for which the course has another name, and the three places before they are named."""
    patterns = [(row["name"], _compile(row["pattern"])) for row in read_names() if row["pattern"]]
    for cell, words in text.list_words(chapter):
        for name, pattern in patterns:
            for found in pattern.finditer(words):
                yield chapter.note(
                    cell, f"“{found[0]}” in: {_cut(words, found)}", f"Write “{name}”", found[0]
                )
    yield from _find_unnamed(chapter)


def _cut(words: str, found: re.Match[str]) -> str:
    """The words around a find."""
    return " ".join(words[max(0, found.start() - 40) : found.end() + 40].split())


def _find_unnamed(chapter: Chapter) -> Iterator[Finding]:
    """Sections that say "the three places" before they have named them."""
    for section in list_sections(chapter):
        told = ""
        for cell, words in section:
            found = _THREE.search(words)
            if found and not all(place in told + words[: found.start()] for place in PLACES):
                says = (
                    f"“{found[0]}” before the three are named in their section:"
                    f" {_cut(words, found)}"
                )
                yield chapter.note(cell, says, "Write “Beijing, Tianjin and Hebei” first", found[0])
                break
            told += words


def list_sections(chapter: Chapter) -> Iterator[list[tuple[NotebookNode, str]]]:
    """Prose of each section, in parts with their cells; the first has what stands before any
    heading."""
    section: list[tuple[NotebookNode, str]] = []
    for cell in chapter.notebook.cells:
        for part in re.split(r"(?m)^(?=## )", cell.source) if cell.cell_type == "markdown" else []:
            if part.startswith("## "):
                yield section
                section = []
            section.append((cell, text.strip(part)))
    yield section
