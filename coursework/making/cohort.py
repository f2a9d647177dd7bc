"""A cohort's own numbers: which place, year or vintage each exercise asks for this time.

An exercise's raw cell lists values under `cohort`, and its cells are written with the first of each list.
For a cohort others are drawn and put wherever the first ones stand; the master then runs anew, so that
answers, hashes and stored outputs follow from the data.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from pathlib import Path

import nbformat
import yaml
from nbformat import NotebookNode

from coursework.making.master import Exercise, Master, MasterError, facts_of
from coursework.making.seals import recorded

FOLDER = "_build/cohorts"
# As many draws as a cohort must differ from: any that a year of four terms may hold before it, and one more.
FEWEST = 5
_NAME = re.compile(r"(\d{4})(?:-(spring|summer|autumn|fall|winter|[1-4]))?(?:-([a-z0-9]+))?")
_TERMS = {"spring": 0, "summer": 1, "autumn": 2, "fall": 2, "winter": 3, "1": 0, "2": 1, "3": 2, "4": 3}


def position(cohort: str) -> tuple[int, str]:
    """Where a cohort stands in time, counted in quarters of a year, and its group.

    Raises `MasterError` where its name does not say so.
    """
    found = _NAME.fullmatch(cohort)
    if not found:
        raise MasterError(
            "COHORT is a year, with a term (spring, summer, autumn, winter, or 1 to 4) and a group if you "
            f"like, such as 2027-spring or 2027-spring-b, not {cohort!r}"
        )
    year, term, group = found.groups()
    return 4 * int(year) + _TERMS.get(term, 0), group or ""


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else [str(value)]


def _rank(*texts: object) -> str:
    return hashlib.sha256("|".join(map(str, texts)).encode()).hexdigest()


def _values(facts: dict) -> dict[str, list]:
    """The declared values by name. Those of `lines` are the letters that the lines get, as in ``BDACE``."""
    declared = dict(facts.get("cohort") or {})
    if "lines" in declared:
        declared["lines"] = [[f'"{letter}"' for letter in letters] for letters in declared["lines"]]
    return declared


def variants(facts: dict) -> list[dict[str, str]]:
    """Every combination of an exercise's values, as what to put for each word; first the master's own."""
    listed = [[_words(value) for value in values] for values in _values(facts).values()]
    first = [word for values in listed for word in values[0]]
    return [dict(zip(first, itertools.chain(*chosen))) for chosen in itertools.product(*listed)]


def draw(facts: dict, cohort: str) -> dict[str, str]:
    """What to put for each word of one exercise.

    The cohorts of a group go through all combinations but the master's own, in an order of that group and
    exercise, so two of them that are at most a year apart differ.
    """
    number, group = position(cohort)
    own, *others = variants(facts)
    if not others:
        return own
    others.sort(key=lambda words: _rank(group, facts["exercise"], *words.values()))
    return others[number % len(others)]


def _pattern(words: dict[str, str] | list[str]) -> re.Pattern:
    listed = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![\w.])(?<!\d,)(?:{listed})(?!\w|[.,]\d)")


def put(content: object, words: dict[str, str]) -> object:
    """Replace whole words in a text, or in the texts of a list or mapping."""
    if isinstance(content, str):
        return _pattern(words).sub(lambda found: words[found[0]], content) if words else content
    if isinstance(content, list):
        return [put(item, words) for item in content]
    if isinstance(content, dict):
        return {key: put(item, words) for key, item in content.items()}
    return content


def put_into(cell: NotebookNode, words: dict[str, str]) -> None:
    """Replace whole words in a cell: its source, and captions and names in its metadata."""
    cell.source = put(cell.source, words)
    for key in set(cell.metadata) - {"nbgrader"}:
        cell.metadata[key] = put(cell.metadata[key], words)


def drawn_facts(facts: dict, words: dict[str, str]) -> dict:
    """What the raw cell says once the words are put: the values that were drawn, no longer the lists."""
    kept = {key: put(value, words) for key, value in facts.items() if key not in ("cohort", "bounds")}
    if "bounds" in facts:
        kept["bounds"] = facts["bounds"]
    if words:
        kept["drawn"] = list(words.values())
    if '"A"' in words:
        lettered = {put(f'"{letter}"', words).strip('"'): line for letter, line in facts["lines"].items()}
        kept["lines"] = dict(sorted(lettered.items()))
    return kept


def drawn(notebook: NotebookNode, cohort: str) -> NotebookNode:
    """Put a cohort's values into a master that is still to run."""
    words: dict[str, str] = {}
    for cell in notebook.cells:
        if facts := facts_of(cell):
            words = draw(facts, cohort)
            cell.source = yaml.safe_dump(drawn_facts(facts, words), allow_unicode=True, sort_keys=False)
        else:
            put_into(cell, words)
    notebook.metadata["course"] = {"cohort": cohort}
    return notebook


def executed(source: Path, cohort: str, folder: Path, newest: float) -> Path:
    """The master `source` run with a cohort's values, in `folder`; run again only if older than `newest`.

    Raises `MasterError` where a cell fails with these values.
    """
    target = folder / cohort / f"{source.stem}.ipynb"
    if not target.exists() or target.stat().st_mtime < max(newest, source.stat().st_mtime):
        from coursework.making.execute import NotMade, read, run, with_stable_ids

        notebook = with_stable_ids(drawn(read(source), cohort))
        try:
            run(notebook, source.parent, f"{source.stem} for {cohort}", source.parents[1])
        except NotMade as error:
            raise MasterError(str(error)) from None
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    return target


def check(master: Master) -> None:
    """Raise `MasterError` where values are badly declared, or make an exercise degenerate."""
    found = [
        f"{master.name}.ipynb: exercise {exercise.number}: {fault}"
        for exercise in master.exercises
        for fault in _misdeclared(exercise) or out_of_bounds(exercise)
    ]
    if found:
        raise MasterError("\n".join(found))


def _misdeclared(exercise: Exercise) -> list[str]:
    declared = _values(exercise.facts)
    uneven = [n for n, values in declared.items() if len({len(_words(v)) for v in values}) != 1]
    if uneven:
        return [f"the values of {uneven[0]!r} do not all have as many words as the first"]
    found = []
    shown = [cell.source for cell in [*exercise.question, *exercise.provided]]
    shown += [str(option) for option in [*exercise.choices.values(), *exercise.lines.values()]]
    for name, values in declared.items():
        for place, text in (("question", "\n".join(shown)), ("solution", exercise.answer.source)):
            if not _pattern(_words(values[0])).search(text):
                found.append(f"the {place} does not say {values[0]!r}, the first value of {name!r}")
    if declared and len(variants(exercise.facts)) <= FEWEST:
        found.append(f"declare more values: {FEWEST} combinations besides the master's own are the fewest")
    return found


def out_of_bounds(exercise: Exercise) -> list[str]:
    """What makes an answer degenerate: outside its bounds, nearly 0, or too close to a misconception."""
    if not {"cohort", "drawn"} & set(exercise.facts):
        return []
    found = []
    slips = [record for cell in exercise.slips for record in recorded(cell)]
    for record in recorded(exercise.tests):
        name, within = record["name"], record["within"]
        values = {label: v for label, v in record["values"].items() if type(v) in (int, float)}
        if exercise.lines and list(record["values"].values()) == sorted(record["values"].values()):
            found.append(f"{name!r} leaves the lines in the order in which they stand")
        if values:
            found += _beyond(name, values, within, (exercise.facts.get("bounds") or {}).get(name))
        for slip in slips if within else []:
            if slip["name"] == name and not _apart(values, slip["values"], 2 * within):
                found.append(f"{name!r} is less than two tolerances from a misconception: {slip['slip']}")
    return found


def _beyond(name: str, values: dict[str, float], within: float, bounds: list | None) -> list[str]:
    if not bounds:
        return [f"no bounds are stated for the number {name!r}: add 'bounds: {{{name}: [lowest, highest]}}'"]
    low, high = bounds
    outside = [value for value in values.values() if not low <= value <= high]
    found = [f"{name!r} is {value:g}, outside {low:g} to {high:g}" for value in outside]
    if len(values) == 1 and abs(next(iter(values.values()))) <= 2 * within:
        found.append(f"{name!r} cannot be told from 0")
    return found


def _apart(right: dict[str, float], wrong: dict[str, float], least: float) -> bool:
    return any(abs(wrong[label] - value) >= least for label, value in right.items())
