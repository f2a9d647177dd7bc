"""The instructor's pages: how to teach, the exercises by objective, and a key for each chapter."""

from pathlib import Path

import yaml
from plain_answers.charted import is_label_of_data

from coursework.build.record import write_file
from coursework.common import fill
from coursework.masters.master import Exercise, Master, read
from coursework.masters.notebooks import format_heading, format_options, format_rubric
from coursework.masters.page import describe
from coursework.masters.seals import read_recorded
from coursework.teach import chapter

FOLDER = "exercises/pages/key"
TOC = "_build/instructor/_toc.yml"
TEACHING = "# Teaching this course\n\n```{include} ../../teaching.md\n```\n"


def _format_values(record: dict) -> str:
    """Values of the solution. Of a chart, only how it is drawn, as the solution shows what it
    draws."""
    shown = {
        k: v for k, v in record["values"].items() if "asks" not in record or not is_label_of_data(k)
    }
    written = {k: f"{v:,.6g}" if isinstance(v, float) else str(v) for k, v in shown.items()}
    return "; ".join(f"{label}: {value}" if label else value for label, value in written.items())


def _list_feedback(exercise: Exercise) -> list[tuple[str, str]]:
    """Misconceptions with their messages, without repetition: one can meet several checks."""
    rows = [
        (c.metadata["misconception"], r["slip"]) for c in exercise.slips for r in read_recorded(c)
    ]
    rows += [
        (c.get("misconception", "right"), f"{k}: {c['says']}") for k, c in exercise.choices.items()
    ]
    return list(dict.fromkeys(rows))


def format_key(master: Master) -> str:
    """Render the key of one chapter as Markdown."""
    return fill(
        "key.md",
        master=master,
        heading=format_heading,
        describe=describe,
        options=format_options,
        rubric=format_rubric,
        recorded=read_recorded,
        values=_format_values,
        told=_list_feedback,
    )


def write_instructor_pages(root: Path, executed: list[Path]) -> None:
    """Write teaching page, exercises by objective, keys, and a table of contents with these
    pages."""
    masters = [read(path) for path in executed]
    stems = [master.stem for master in masters]
    objectives = [
        (chapter.read_title(root, stem), chapter.read_objectives(root, stem)) for stem in stems
    ]
    listed = [(master, *pair) for master, pair in zip(masters, objectives)]
    written = {"plan": TEACHING, "exercises": fill("exercises.md", listed=listed)}
    written |= {master.stem: format_key(master) for master in masters}
    for name, text in written.items():
        write_file(root / FOLDER / f"{name}.md", text)
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    pages = [{"file": f"{FOLDER}/{name}"} for name in written]
    contents["parts"].append({"caption": "For instructors", "chapters": pages})
    write_file(root / TOC, yaml.safe_dump(contents, allow_unicode=True, sort_keys=False))
