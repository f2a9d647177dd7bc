"""All rules of the linter, and the choice of chapters."""

from collections.abc import Callable, Iterable
from pathlib import Path

from coursework.common import MasterError
from coursework.lint import answers, boxes, charts, code, numbers, parts, run, verdicts, words
from coursework.lint.chapter import Chapter, Finding

Rule = Callable[[Chapter], Iterable[Finding]]
# For preparations too.
RULES: dict[str, Rule] = {
    "stale": run.find_stale,
    "outputs": run.find_unstored,
    "tables": run.find_printed_tables,
    "charts": charts.find_faulty,
    "removed": code.find_removed,
    "folded": code.find_mute,
    "limits": parts.find_beyond,
    "words": words.find_untried,
}
# For chapters only, which have claims, exercises and boxes.
OF_CHAPTERS: dict[str, Rule] = {
    "parts": parts.find_missing,
    "needs": parts.find_needs,
    "verdicts": run.find_unanswered,
    "years": verdicts.find_other_years,
    "labels": verdicts.find_other_labels,
    "constants": code.find_constants,
    "numbers": numbers.find_typed,
    "boxes": boxes.find_wrong,
    "exercises": answers.find_unfit,
}


def lint(chapter: Chapter) -> list[Finding]:
    """Apply all rules to a chapter. Findings come in the order of their lines."""
    rules = RULES if chapter.is_preparation else RULES | OF_CHAPTERS
    findings = [finding for rule in rules.values() for finding in rule(chapter)]
    return sorted(findings, key=lambda finding: (finding.file, finding.line))


def choose(root: Path, names: list[str]) -> list[Path]:
    """Sources of chapters that are named as 03, 03_gdp or chapters/03_gdp.md; all if none is named."""
    sources = sorted((root / "chapters").glob("[0-9]*.md"))
    wanted = [Path(name).stem for name in names]
    if odd := [name for name in wanted if not any(s.stem.startswith(name) for s in sources)]:
        raise MasterError(
            f"there is no chapter {odd[0]!r}; chapters are {', '.join(s.stem for s in sources)}"
        )
    return [one for one in sources if not wanted or any(one.stem.startswith(name) for name in wanted)]
