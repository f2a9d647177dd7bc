"""The form of a lesson: deck, parts, the answer, codes in its text, terms in its objectives."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from coursework.common import LOADER, ROLE, read_glued
from coursework.lint import text
from coursework.lint.chapter import Chapter, Finding
from coursework.lint.charts import SCORE
from coursework.lint.numbers import NUMBER, YEARS
from coursework.teach import chapter as announced
from coursework.teach import reading_time

MOST_WORDS, MOST_NUMBERS, MOST_SENTENCES = 35, 2, 2
MOST_TERMS, LONGEST_METHOD = 5, 8
LONGEST_DECK = 18
PARTS = {
    "glance": ":::{glance}",
    "answer": ":::{answer}",
    "key-ideas": ":::{key-ideas}",
    "doors": "```{doors}",
}
_ANSWER = re.compile(
    r"^(:{3,})\{answer\}[^\n]*\n((?::[\w-]+:[^\n]*\n)*)(.*?)^\1[ ]*$", re.MULTILINE | re.DOTALL
)
_TERM = re.compile(r"^\*\*(.+?)\*\* · .+ · .+\n: ", re.MULTILINE)
_CODE = re.compile(r"\b(?:C\d\d|[FV]\d\d\d?[a-z]?)\b|\b[a-z]+(?:_[a-z]+)+\b|\bchapter-\w+")


def find_missing_parts(chapter: Chapter) -> Iterator[Finding]:
    """Parts that a lesson has once, and cells that are open although they are no method."""
    for name, opening in PARTS.items():
        count = len(re.findall(rf"^{re.escape(opening)}", chapter.prose, re.MULTILINE))
        if count != 1:
            yield chapter.note(
                None, f"it has {count} parts {name!r}", f"A lesson has one: {opening} ..."
            )
    if (count := len(_TERM.findall(chapter.prose))) > MOST_TERMS:
        yield chapter.note(
            None, f"it has {count} key terms, at most {MOST_TERMS}", "Let another lesson have them"
        )
    for cell in filter(reading_time.is_visible, chapter.code):
        if (lines := reading_time.count_lines(cell.source)) > LONGEST_METHOD:
            says = f"an open cell of {lines} lines, where a method has at most {LONGEST_METHOD}"
            yield chapter.note(cell, says, "Fold preparation and drawing (hide-input), or split it")


def find_unfit_deck(chapter: Chapter) -> Iterator[Finding]:
    """A deck that is missing or too long: the line under the title, from the metadata."""
    words = str(chapter.notebook.metadata.get("deck", "")).split()
    advice = 'Say in its metadata what it is about: deck: "..."'
    if not words:
        yield chapter.note(None, "it has no deck, the line under its title", advice)
    if len(words) > LONGEST_DECK:
        yield chapter.note(
            None, f"its deck has {len(words)} words, at most {LONGEST_DECK}", "Say less"
        )


def find_loose_answers(chapter: Chapter) -> Iterator[Finding]:
    """Answers that are long, full of numbers, a score, or silent on what one may not say."""
    glued = read_glued(chapter.notebook.cells)
    for cell in chapter.notebook.cells:
        for _, options, body in (
            _ANSWER.findall(cell.source) if cell.cell_type == "markdown" else []
        ):
            said = ROLE.sub(lambda role: glued.get(role[2], role[2]), body)
            for fault in _list_faults(said, options):
                yield chapter.note(
                    cell, f"the answer {fault}", "Say less; the rest stands in the checks", body
                )


def _list_faults(said: str, options: str) -> Iterator[str]:
    words = [word for word in said.split() if re.search(r"\w", word)]
    numbers = NUMBER.findall(re.sub(YEARS, " ", said))
    sentences = re.findall(r"[.!?。](?=\s|$)", said.strip())
    if len(words) > MOST_WORDS:
        yield f"has {len(words)} words, at most {MOST_WORDS}"
    if len(numbers) > MOST_NUMBERS:
        yield f"has {len(numbers)} numbers ({', '.join(numbers)}), at most {MOST_NUMBERS}"
    if len(sentences) > MOST_SENTENCES:
        yield f"has {len(sentences)} sentences, at most {MOST_SENTENCES}"
    if found := SCORE.search(said):
        yield f"counts estimates ({found[0]})"
    if ":not:" not in options:
        yield "does not say what one may not write (:not:)"


def find_codes(chapter: Chapter) -> Iterator[Finding]:
    """Codes such as C80, and names of columns, where a noun belongs."""
    for cell, words in (*text.list_prose(chapter), *text.list_chart_words(chapter)):
        for code in dict.fromkeys(_CODE.findall(words)):
            advice = "Say what it is, as in {ref}`the article's two thirds <claim-c68>`"
            yield chapter.note(
                cell, f"the code {code} in: {' '.join(words.split())[:70]}", advice, code
            )


def find_unexplained(chapter: Chapter) -> Iterator[Finding]:
    """Objectives that use a key term which no earlier lesson explains."""
    explained = set(_read_everyday(chapter.root))
    later = set[str]()
    for source in sorted((chapter.root / "chapters").glob("[0-9]*.md")):
        terms = set(_TERM.findall(source.read_text(encoding="utf-8")))
        is_earlier = not source.stem[:2].isdigit() or source.stem[:2] < chapter.source.stem[:2]
        (explained if is_earlier else later).update(terms)
    for number, objective in announced.read_objectives(chapter.root, chapter.source.stem).items():
        for term in sorted(later - explained):
            if re.search(
                rf"\b{re.escape(term.removeprefix('to '))}(?:e?s)?\b", objective, re.IGNORECASE
            ):
                says = f"objective {number} uses “{term}”, which no earlier lesson explains"
                yield chapter.note(None, says, "Say it in words that the reader has")


def _read_everyday(root: Path) -> list[str]:
    """Key terms that are plain English too, as the book's settings list them."""
    settings = yaml.load((root / "_config.yml").read_text(encoding="utf-8"), LOADER)
    return settings["sphinx"]["config"]["key_terms"]["everyday"]
