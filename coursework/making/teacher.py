"""The instructor's pages: how to teach, the exercises by objective, and a key for each chapter."""

from pathlib import Path

import yaml
from plain_answers.charted import is_label_of_data

from coursework.making import chapter
from coursework.making.files import write_file
from coursework.making.master import Exercise, Master, read
from coursework.making.notebooks import format_heading, format_options, format_rubric
from coursework.making.page import describe
from coursework.making.seals import read_recorded
from coursework.making.term import join_table

FOLDER = "exercises/pages/key"
TOC = "_build/instructor/_toc.yml"
TEACHING = "# Teaching this course\n\n```{include} ../../teaching.md\n```\n"


def _number(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def _list_answers(exercise: Exercise) -> str:
    """What the solution gave, by name, with unit and tolerance."""
    lines = []
    for record in read_recorded(exercise.tests):
        # Of a chart the key says how it is drawn; what it draws, the solution shows.
        listed = [
            (k, v) for k, v in record["values"].items() if "asks" not in record or not is_label_of_data(k)
        ]
        values = [f"{label}: {_number(v)}" if label else _number(v) for label, v in listed]
        tolerance = f" (within {record['within']:g})" if record["within"] else ""
        lines.append(f"- `{record['name']}`: {'; '.join(values)} {record['unit']}{tolerance}".rstrip())
    return "**Answer**\n\n" + "\n".join(lines)


def _list_misconceptions(exercise: Exercise) -> str:
    rows = [(c.metadata["misconception"], r["slip"]) for c in exercise.slips for r in read_recorded(c)]
    rows += [(c.get("misconception", "right"), f"{k}: {c['says']}") for k, c in exercise.choices.items()]
    if not rows:
        return "**Misconceptions**: " + "; ".join(exercise.misconceptions)
    # One slip can meet several checks with the same words.
    return "**Misconceptions and what students are told**\n\n" + "\n".join(
        f"- *{m}*. {says}" for m, says in dict.fromkeys(rows)
    )


def _format_block(language: str, text: str) -> str:
    return f"````{language}\n{text}\n````"


def _format_exercise(exercise: Exercise) -> str:
    question = "\n\n".join(cell.source for cell in exercise.question)
    values = _format_block("python", exercise.parameters.source) if exercise.parameters else ""
    parts = [format_heading(exercise), describe(exercise), question, values, format_options(exercise)]
    if exercise.by_hand:
        parts += [f"**Rubric**\n\n{format_rubric(exercise)}", f"**Model answer**\n\n{exercise.answer.source}"]
        parts += [
            f"**An answer for {marks} marks**\n\n> {sample['text']}\n\n{sample['why']}"
            for marks, sample in exercise.samples.items()
        ]
    else:
        parts += [_list_answers(exercise), "**Solution**", _format_block("python", exercise.answer.source)]
        parts += ["**Tests**", _format_block("python", exercise.tests.source)]
    return "\n\n".join(part for part in [*parts, _list_misconceptions(exercise)] if part)


def format_key(master: Master) -> str:
    """The key of one chapter in Markdown."""
    source = f"/_build/assignments/source/{master.name}/{master.name}.ipynb"
    head = (
        f"# Key: {master.title}\n\n{master.points} points, {master.minutes} minutes. "
        f"{{download}}`The notebook with solutions <{source}>` runs from the top."
    )
    return "\n\n".join([head, *(_format_exercise(exercise) for exercise in master.exercises)]) + "\n"


def _format_overview(root: Path, master: Master) -> str:
    goals = "\n".join(f"{n}. {text}" for n, text in chapter.read_objectives(root, master.stem).items())
    rows = [
        (
            ", ".join(map(str, e.objectives)),
            f"{e.number} {e.title}",
            e.facts["kind"],
            e.facts["level"],
            e.points,
        )
        + (e.facts["minutes"], "person" if e.by_hand else "tests", "; ".join(e.misconceptions))
        for e in master.exercises
    ]
    totals = (f"**{len(rows)} exercises**", "", "", f"**{master.points}**", f"**{master.minutes}**", "", "")
    marks = ("Kind", "Level", "Points", "Minutes", "Marked by", "Misconceptions it catches")
    table = join_table(("Objective", "Exercise", *marks), [*rows, ("", *totals)])
    name = f"{{doc}}`{chapter.read_title(root, master.stem)} </chapters/{master.stem}>`"
    return f"## Chapter {master.chapter}\n\n{name}\n\n{goals}\n\n{table}"


def format_exercises(root: Path, masters: list[Master]) -> str:
    """The page of all exercises by objective, made from masters and chapters."""
    opening = (
        "# Exercises by objective\n\nMade from their masters, with the misconceptions that each catches."
    )
    return "\n\n".join([opening, *(_format_overview(root, master) for master in masters)]) + "\n"


def write_instructor_pages(root: Path, executed: list[Path]) -> None:
    """Write the teaching page, exercises by objective, keys, and the table of contents that has them."""
    masters = [read(path) for path in executed]
    write_file(root / FOLDER / "plan.md", TEACHING)
    write_file(root / FOLDER / "exercises.md", format_exercises(root, masters))
    for master in masters:
        write_file(root / FOLDER / f"{master.stem}.md", format_key(master))
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    names = ("plan", "exercises", *(master.stem for master in masters))
    pages = [{"file": f"{FOLDER}/{name}"} for name in names]
    contents["parts"].append({"caption": "For instructors", "chapters": pages})
    write_file(root / TOC, yaml.safe_dump(contents, allow_unicode=True, sort_keys=False))
