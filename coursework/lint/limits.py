"""Limits of what a chapter asks of its reader: code to open, and minutes."""

from collections.abc import Iterator

from coursework.common import list_tags
from coursework.lint.chapter import FOLDED, REMOVED, Chapter, Finding
from coursework.teach import reading_time

# Per cent of its lines of code, and minutes of reading.
MOST_FOLDED, MOST_MINUTES = 40, 45


def measure_folded(chapter: Chapter) -> int:
    """Share of a page's lines of code, in per cent, that the reader must open first."""
    kept = [cell for cell in chapter.code if not list_tags(cell) & REMOVED]
    lines = [(reading_time.count_lines(cell.source), list_tags(cell) & FOLDED) for cell in kept]
    folded = sum(count for count, tags in lines if tags)
    return round(100 * folded / max(1, sum(count for count, _ in lines)))


def find_beyond(chapter: Chapter) -> Iterator[Finding]:
    """Limits that are exceeded."""
    if (folded := measure_folded(chapter)) > MOST_FOLDED:
        says = f"{folded} per cent of its lines of code are folded, at most {MOST_FOLDED}"
        yield chapter.note(None, says, "Open them, or cut")
    if (minutes := reading_time.count_minutes(chapter.notebook)) > MOST_MINUTES:
        says = f"{minutes} minutes of reading, at most {MOST_MINUTES}"
        yield chapter.note(None, says, "Cut: fewer measures, fewer figures")
