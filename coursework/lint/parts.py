"""What every chapter has: prerequisites, key terms, a claim."""

import re
from collections.abc import Iterator

from coursework import headings
from coursework.lint.chapter import Chapter, Finding


def find_missing(chapter: Chapter) -> Iterator[Finding]:
    """Parts that other pages rely on."""
    if not re.search(rf"^\*\*{headings.YOU_NEED}[.。]\*\*", chapter.prose, re.MULTILINE):
        advice = f"Add a line at its head: **{headings.YOU_NEED}.** ..."
        yield chapter.note(None, "it does not say what to know first", advice)
    if not re.search(rf"^## {headings.KEY_TERMS}\n\n\*\*.+\n: ", chapter.prose, re.MULTILINE):
        advice = f"Add '## {headings.KEY_TERMS}', with a list of '**term**' and ': what it means'"
        yield chapter.note(None, "it has no key terms", advice)
    if not chapter.is_lesson and not chapter.claims and "<claim-c" not in chapter.prose:
        advice = (
            "Cite one as {ref}`C80 <claim-c80>`, or add the chapter to 'chapters' in claims.csv"
        )
        yield chapter.note(None, "it neither files nor cites a claim", advice)
