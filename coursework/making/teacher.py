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
from coursework.making.templates import fill

FOLDER = "exercises/pages/key"
TOC = "_build/instructor/_toc.yml"
TEACHING = "# Teaching this course\n\n```{include} ../../teaching.md\n```\n"


def _say_values(record: dict) -> str:
    """What the solution gave; of a chart how it is drawn, as what it draws, the solution shows."""
    shown = {k: v for k, v in record["values"].items() if "asks" not in record or not is_label_of_data(k)}
    written = {k: f"{v:,.6g}" if isinstance(v, float) else str(v) for k, v in shown.items()}
    return "; ".join(f"{label}: {value}" if label else value for label, value in written.items())


def _list_told(exercise: Exercise) -> list[tuple[str, str]]:
    """Misconceptions with what students are told; one can meet several checks with the same words."""
    rows = [(c.metadata["misconception"], r["slip"]) for c in exercise.slips for r in read_recorded(c)]
    rows += [(c.get("misconception", "right"), f"{k}: {c['says']}") for k, c in exercise.choices.items()]
    return list(dict.fromkeys(rows))


def format_key(master: Master) -> str:
    """The key of one chapter in Markdown."""
    return fill(
        "key.md",
        master=master,
        heading=format_heading,
        describe=describe,
        options=format_options,
        rubric=format_rubric,
        recorded=read_recorded,
        values=_say_values,
        told=_list_told,
    )


def format_exercises(root: Path, masters: list[Master]) -> str:
    """The page of all exercises by objective, made from masters and chapters."""
    listed = [
        (one, chapter.read_title(root, one.stem), chapter.read_objectives(root, one.stem)) for one in masters
    ]
    return fill("exercises.md", listed=listed)


def write_instructor_pages(root: Path, executed: list[Path]) -> None:
    """Write the teaching page, exercises by objective, keys, and the table of contents that has them."""
    masters = [read(path) for path in executed]
    written = {"plan": TEACHING, "exercises": format_exercises(root, masters)}
    written |= {master.stem: format_key(master) for master in masters}
    for name, text in written.items():
        write_file(root / FOLDER / f"{name}.md", text)
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    pages = [{"file": f"{FOLDER}/{name}"} for name in written]
    contents["parts"].append({"caption": "For instructors", "chapters": pages})
    write_file(root / TOC, yaml.safe_dump(contents, allow_unicode=True, sort_keys=False))
