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


def list_uses(chapter: Chapter) -> Iterator[tuple[NotebookNode | None, str]]:
    """Headings, titles of charts in each state, and sentences of verdicts that have such a word."""
    seen = set()
    texts: list[tuple[NotebookNode | None, str]] = []
    for cell in chapter.notebook.cells:
        if cell.cell_type == "markdown":
            texts += [(cell, title) for title in re.findall(r"^#+ (.+)$", cell.source, re.MULTILINE)]
    for cell, spec in list_stored(chapter.notebook, CHART_MIME):
        about = spec.get("usermeta", {})
        # What a curve of choices says of itself is counted over its choices.
        states = () if "choices" in about else about.get("follow", {}).get("texts", {}).values()
        texts += [(cell, title) for title in (take_title(spec)[0], *(title for title, _ in states))]
    texts += [(None, str(card.get("sentence", ""))) for card in list_cards(chapter.notebook)]
    for cell, text in texts:
        if text not in seen and WORDS.search(_HARMLESS.sub(" ", text)):
            seen.add(text)
            yield cell, " ".join(text.split())


def find_untried(chapter: Chapter) -> Iterator[Finding]:
    """Words of totality without a row in the table, or without the choices under which they hold."""
    table, stem = chapter.root / TABLE, chapter.source.stem
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines() if table.exists() else ())
    tried = {row["sentence"] for row in rows if row["chapter"] == stem and row["choices"].strip()}
    for cell, text in list_uses(chapter):
        if text not in tried:
            word = WORDS.search(_HARMLESS.sub(" ", text))
            says = f"“{word[0] if word else ''}” in: {text[:90]}"
            yield chapter.note(cell, says, f"Name in {TABLE} the choices under which it was tried", at=text)
