"""What a chapter may ask of its reader at most: code to open, and minutes."""

from coursework.lint.chapter import FOLDED, REMOVED, Chapter, Finding, list_tags
from coursework.making import reading_time

# In per cent of its lines of code, and in minutes of reading.
MOST_FOLDED, MOST_MINUTES = 40, 45


def measure_folded(chapter: Chapter) -> int:
    """The share, in per cent, of the lines of code that a page keeps which its reader must open first."""
    kept = [cell for cell in chapter.code if not list_tags(cell) & REMOVED]
    lines = {cell.id: len(reading_time.list_lines(cell.source)) for cell in kept}
    folded = sum(lines[cell.id] for cell in kept if list_tags(cell) & FOLDED)
    return round(100 * folded / max(1, sum(lines.values())))


def find_beyond(chapter: Chapter) -> list[Finding]:
    """What is above its limit."""
    found = []
    if (folded := measure_folded(chapter)) > MOST_FOLDED:
        says = f"{folded} per cent of its lines of code are folded, at most {MOST_FOLDED}"
        found.append(chapter.note(None, says, "Open them, or cut"))
    if (minutes := reading_time.count_minutes(chapter.notebook)) > MOST_MINUTES:
        says = f"{minutes} minutes of reading, at most {MOST_MINUTES}"
        found.append(chapter.note(None, says, "Cut: fewer measures, fewer figures"))
    return found
