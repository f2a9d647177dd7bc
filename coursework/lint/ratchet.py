"""What chapters do not meet yet: each has the number of today in ``ratchet.toml``, and it may only fall."""

import tomllib
from pathlib import Path

from coursework.lint import words
from coursework.lint.chapter import FOLDED, REMOVED, Chapter, Finding, list_tags
from coursework.making import reading_time

TABLE = Path(__file__).with_name("ratchet.toml")
# What is asked for in the end: of its lines of code two fifths folded, 45 minutes, every such word tried.
LIMITS = {"folded": 40, "minutes": 45, "untried": 0}
SAYS = {
    "folded": ("{} per cent of its lines of code are folded", "Open them, or cut"),
    "minutes": ("{} minutes of reading", "Cut: fewer measures, fewer figures"),
    "untried": ("{} words of totality whose rivals are not named", f"Name them in {words.TABLE}"),
}


def measure_folded(chapter: Chapter) -> int:
    """The share, in per cent, of the lines of code that a page keeps which its reader must open first."""
    kept = [cell for cell in chapter.code if not list_tags(cell) & REMOVED]
    lines = {cell.id: len(reading_time.list_lines(cell.source)) for cell in kept}
    folded = sum(lines[cell.id] for cell in kept if list_tags(cell) & FOLDED)
    return round(100 * folded / max(1, sum(lines.values())))


def measure(chapter: Chapter) -> dict[str, int]:
    """Today's numbers of a chapter, by the name of their limit."""
    untried = sum(1 for _ in words.find_untried(chapter))
    minutes = reading_time.count_minutes(chapter.notebook)
    return {"folded": measure_folded(chapter), "minutes": minutes, "untried": untried}


def read_held() -> dict[str, dict[str, int]]:
    """What each chapter may have at most, where that is more than is asked for in the end."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}


def find_risen(chapter: Chapter) -> list[Finding]:
    """Numbers that are above their limit, and above what the chapter had."""
    held = read_held().get(chapter.source.stem, {})
    found = []
    for name, value in measure(chapter).items():
        if value > (most := max(LIMITS[name], held.get(name, 0))):
            says, advice = SAYS[name]
            found.append(chapter.note(None, f"{says.format(value)}, at most {most}", advice))
    return found


def lower(chapters: list[Chapter]) -> None:
    """Write down what has fallen; a number never rises here."""
    held = read_held()
    for chapter in chapters:
        old = held.get(chapter.source.stem, {})
        today = {name: min(value, old.get(name, value)) for name, value in measure(chapter).items()}
        held[chapter.source.stem] = {name: value for name, value in today.items() if value > LIMITS[name]}
    rows = [
        f'"{stem}" = {{{", ".join(f"{name} = {value}" for name, value in numbers.items())}}}'
        for stem, numbers in sorted(held.items())
        if numbers
    ]
    head = "# Written by 'coursework lint --lower': what a chapter has above the limits of ratchet.py.\n"
    TABLE.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
