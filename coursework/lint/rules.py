"""All rules of a chapter, and the chapters that they are asked of."""

from collections.abc import Callable, Iterable
from pathlib import Path

from coursework.lint import answers, boxes, charts, code, limits, numbers, run, words
from coursework.lint.chapter import Chapter, Finding
from coursework.making.files import MasterError

Rule = Callable[[Chapter], Iterable[Finding]]
# What can be false in a preparation too.
RULES: dict[str, Rule] = {
    "stale": run.find_stale,
    "outputs": run.find_unstored,
    "tables": run.find_printed_tables,
    "charts": charts.find_faulty,
    "removed": code.find_removed,
    "folded": code.find_mute,
    "limits": limits.find_beyond,
    "words": words.find_untried,
}
# What only a chapter has: claims, exercises, boxes.
OF_CHAPTERS: dict[str, Rule] = {
    "verdicts": run.find_unanswered,
    "constants": code.find_constants,
    "numbers": numbers.find_typed,
    "boxes": boxes.find_wrong,
    "exercises": answers.find_unfit,
}


def lint(chapter: Chapter) -> list[Finding]:
    """All that is wrong with a chapter, from its top to its end."""
    rules = RULES if chapter.is_preparation else RULES | OF_CHAPTERS
    found = [finding for rule in rules.values() for finding in rule(chapter)]
    return sorted(found, key=lambda one: (one.file, one.line))


def choose(root: Path, names: list[str]) -> list[Path]:
    """The sources that names such as 03, 03_gdp or chapters/03_gdp.md mean; all for none.

    Raises `MasterError` for a name of no chapter.
    """
    sources = sorted((root / "chapters").glob("[0-9]*.md"))
    wanted = [Path(name).stem for name in names]
    if odd := [name for name in wanted if not any(s.stem.startswith(name) for s in sources)]:
        raise MasterError(
            f"there is no chapter {odd[0]!r}; chapters are {', '.join(s.stem for s in sources)}"
        )
    return [one for one in sources if not wanted or any(one.stem.startswith(name) for name in wanted)]
