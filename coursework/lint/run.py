"""A notebook must be what its source gives, and what a second run would give."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from coursework.build import freshness
from coursework.common import list_tags
from coursework.lint.chapter import Chapter, Finding, list_cards

AGAIN = "Run 'make notebooks'"
# Tags and comments that make nbval skip a cell, or accept an error.
_LOOKS_AWAY = re.compile(
    r"nbval[-_](?:skip|ignore|raises)|raises-exception|PYTEST_VALIDATE", re.IGNORECASE
)
# Thirteen significant digits, of which the last depends on the processor.
_UNROUNDED = re.compile(r"(?<![\w.])-?(?=\d*\.\d)(?=[\d.]{14,})0*\.?0*[1-9]\d*\.?\d{11,}")
# The end of a Series, or two lines with a gap inside: columns, which a narrow page would mix.
_COLUMNS = re.compile(r"^.*\bdtype: \w+$|^.*\S {2,}\S.*\n.*\S {2,}\S", re.MULTILINE)


def find_stale(chapter: Chapter) -> Iterator[Finding]:
    """A notebook that is older than its source, or than library and tables that it used."""
    state = freshness.state(chapter.root, chapter.source)
    if state != "fresh":
        older = (
            "text or captions"
            if state == "prose"
            else "code, or the library or tables that it uses"
        )
        name = chapter.source.with_suffix(".ipynb").name
        yield chapter.note(None, f"{name} is missing, or older than its {older}", AGAIN)


def find_unstored(chapter: Chapter) -> Iterator[Finding]:
    """Outputs that nbval does not compare, or that another processor would not give.

    nbval passes a notebook that stores nothing.
    """
    if not any(cell.outputs for cell in chapter.code):
        yield chapter.note(None, "no cell stores an output", AGAIN)
    for cell in chapter.code:
        if mark := _LOOKS_AWAY.search("\n".join([*list_tags(cell), cell.source])):
            yield chapter.note(
                cell, f"the cell is kept from being compared: {mark[0]}", "Take it away"
            )
        for output in cell.outputs:
            text = output.get("text", output.get("data", {}).get("text/plain", ""))
            for number in _UNROUNDED.findall(text):
                yield chapter.note(
                    cell, f"the cell prints {number} to the last digit", "Round what is printed"
                )


def find_text_table(cell: NotebookNode) -> str:
    """First line of a frame or Series that a cell shows as text, without table markup; or an empty
    string."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        text = output.get("text", data["text/plain"] if data.keys() == {"text/plain"} else "")
        if table := _COLUMNS.search(text):
            return table[0].splitlines()[0].strip()
    return ""


def find_printed_tables(chapter: Chapter) -> Iterator[Finding]:
    """Tables that are shown as text."""
    for cell in chapter.code:
        if line := find_text_table(cell):
            advice = (
                "End the cell with the frame: a Series .to_frame('unit'), for a caption tables.show"
            )
            yield chapter.note(cell, f"a table is shown as text: {line}", advice, at="print(")


def find_unanswered(chapter: Chapter) -> Iterator[Finding]:
    """Claims of the lesson without just one verdict, there or in its checks, and verdicts on
    others."""
    notebooks = [chapter.notebook, *([chapter.checks.notebook] if chapter.checks else [])]
    carded = [card["claim"] for notebook in notebooks for card in list_cards(notebook)]
    for claim in chapter.claims:
        if carded.count(claim) != 1:
            advice = f"File one: claims.verdict('{claim}', ...)"
            yield chapter.note(None, f"{claim} has {carded.count(claim)} verdict cards", advice)
    for claim in sorted(set(carded) - set(chapter.claims)):
        advice = "Add its number there"
        yield chapter.note(
            None, f"{claim} is carded, but its column 'chapters' has another chapter", advice
        )
    if (
        not chapter.is_lesson
        and len(
            re.findall(
                r"^```\{exercise-list\} exercises/\d\d_\w+\.md$", chapter.prose, re.MULTILINE
            )
        )
        != 1
    ):
        advice = "Add one: ```{exercise-list} exercises/NN_topic.md"
        yield chapter.note(None, "nothing, or more than one place, lists its exercises", advice)
