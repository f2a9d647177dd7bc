"""All rules of the linter, and the choice of chapters."""

from collections.abc import Callable, Iterable
from pathlib import Path

from coursework.common import MasterError
from coursework.lint import (
    answers,
    boxes,
    charts,
    code,
    guesses,
    lessons,
    names,
    numbers,
    parts,
    run,
    tables,
    verdicts,
)
from coursework.lint.chapter import Chapter, Finding

Rule = Callable[[Chapter], Iterable[Finding]]
# For preparations and checks too.
RULES: dict[str, Rule] = {
    "stale": run.find_stale,
    "outputs": run.find_unstored,
    "tables": run.find_printed_tables,
    "charts": charts.find_faulty,
    "removed": code.find_removed,
    "folded": code.find_mute,
    "guesses": guesses.find_told,
}
# For chapters only, which have claims, exercises and boxes.
OF_CHAPTERS: dict[str, Rule] = {
    "parts": parts.find_missing,
    "verdicts": run.find_unanswered,
    "years": verdicts.find_other_years,
    "labels": verdicts.find_other_labels,
    "constants": code.find_constants,
    "numbers": numbers.find_typed,
    "boxes": boxes.find_wrong,
    "exercises": answers.find_unfit,
}
# Those of them that fit the checks of a lesson, which have no exercises and boxes of their own;
# their claims are the lesson's.
OF_CHECKS = ("years", "labels", "constants", "numbers")
# For lessons of the newer form and their checks: what a reader stumbles over.
OF_LESSONS: dict[str, Rule] = {
    "names": names.find_other_names,
    "bare tables": tables.find_bare,
    "subjects": charts.find_without_subject,
}
# For these lessons alone.
OF_LESSONS_ONLY: dict[str, Rule] = {
    "form": lessons.find_missing_parts,
    "deck": lessons.find_unfit_deck,
    "answer": lessons.find_loose_answers,
    "codes": lessons.find_codes,
    "objectives": lessons.find_unexplained,
}
ALL = RULES | OF_CHAPTERS | OF_LESSONS | OF_LESSONS_ONLY


def list_rules(chapter: Chapter) -> dict[str, Rule]:
    """Rules for a chapter, by their names."""
    rules = dict(RULES)
    if chapter.is_checks:
        rules |= {name: OF_CHAPTERS[name] for name in OF_CHECKS}
    elif not chapter.is_preparation:
        rules |= OF_CHAPTERS
    if chapter.is_lesson:
        rules |= OF_LESSONS
    if chapter.is_lesson and not chapter.is_checks:
        rules |= OF_LESSONS_ONLY
    return rules


def lint(chapter: Chapter) -> list[Finding]:
    """Apply the rules for a chapter. Findings come in the order of their lines."""
    findings = [finding for rule in list_rules(chapter).values() for finding in rule(chapter)]
    return sorted(findings, key=lambda finding: (finding.file, finding.line))


def choose(root: Path, names: list[str]) -> list[Path]:
    """Sources of chapters, named as 04, 04_vintages or chapters/04_vintages.md; all if none is
    named."""
    sources = sorted((root / "chapters").glob("[0-9]*.md"))
    wanted = [Path(name).stem for name in names]
    if odd := [name for name in wanted if not any(s.stem.startswith(name) for s in sources)]:
        raise MasterError(
            f"there is no chapter {odd[0]!r}; chapters are {', '.join(s.stem for s in sources)}"
        )
    return [
        one for one in sources if not wanted or any(one.stem.startswith(name) for name in wanted)
    ]
