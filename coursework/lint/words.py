"""Words of totality, such as "every" or "only", which another choice may make false.

``chapters/totality.csv`` has a row for each use: chapter, the sentence as it stands, and the choices under
which it was tried and held.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode
from still_charts.drawing import take_title

from coursework.lint.chapter import Chapter, Finding, list_cards, list_stored
from jingjinji.charts import CHART_MIME

TABLE = Path("chapters") / "totality.csv"
WORDS = re.compile(
    r"\b(every|all|none|only|most|first|last|at least|no other|no(?= (?:province|city|chapter|plan)\b))\b",
    re.IGNORECASE,
)
# Places in a list of steps, ordinals of plans, and statements about the page claim nothing.
_HARMLESS = re.compile(
    r"\b(?:at first|first of all|the (?:first|last) (?:of|year|two|three|four|five|ten|decade|census)\b"
    r"|not all|if only|all (?:in all|the same)|most of)",
    re.IGNORECASE,
)


def _list_titles(spec: dict) -> Iterator[str]:
    yield take_title(spec)[0]
    for words in spec.get("usermeta", {}).get("follow", {}).get("texts", {}).values():
        yield words[0] if isinstance(words, list) else str(words)


def list_uses(chapter: Chapter) -> Iterator[tuple[NotebookNode | None, str]]:
    """Headings, titles of charts in each state, and sentences of verdicts that have such a word."""
    seen = set()
    texts: list[tuple[NotebookNode | None, str]] = []
    for cell in chapter.notebook.cells:
        if cell.cell_type == "markdown":
            texts += [(cell, title) for title in re.findall(r"^#+ (.+)$", cell.source, re.MULTILINE)]
    for cell, spec in list_stored(chapter.notebook, CHART_MIME):
        texts += [(cell, title) for title in _list_titles(spec)]
    texts += [(None, str(card.get("sentence", ""))) for card in list_cards(chapter.notebook)]
    for cell, text in texts:
        if text not in seen and WORDS.search(_HARMLESS.sub(" ", text)):
            seen.add(text)
            yield cell, " ".join(text.split())


def read_named(root: Path, stem: str) -> dict[str, str]:
    """Sentences of a chapter that were tried, each with the choices under which it holds."""
    if not (root / TABLE).exists():
        return {}
    with (root / TABLE).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["chapter"] == stem]
    return {row["sentence"]: row["choices"].strip() for row in rows}


def find_untried(chapter: Chapter) -> Iterator[Finding]:
    """Words of totality without a row in the table."""
    named = read_named(chapter.root, chapter.source.stem)
    for cell, text in list_uses(chapter):
        if not named.get(text):
            word = WORDS.search(_HARMLESS.sub(" ", text))
            says = f"“{word[0] if word else ''}” in: {text[:90]}"
            yield chapter.note(cell, says, f"Name in {TABLE} the choices under which it was tried", at=text)
