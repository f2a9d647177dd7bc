"""The desk as a picture for the teaching page: its own template, filled with a master's sample answers."""

from __future__ import annotations

import html
import json
import re
import tempfile
from dataclasses import asdict
from pathlib import Path

from nbformat.v4 import new_notebook

from coursework.desk import pages
from coursework.desk.stack import Stack
from coursework.grading import store
from coursework.grading.assignment import Assignment
from coursework.grading.key import Key
from coursework.grading.marks import Mark

CLASS = {"Ann": "half", "Bob": "none", "Cai": "full", "Dora": "half"}
TITLE = "The desk: an answer that two students gave, its rubric, and the answers to compare with"


def draw(name: str, texts: dict[str, dict], question: str) -> str:
    """A page of the desk in a frame that acts on nothing; its students hand in the master's samples."""
    out_of = float(sum(item["points"] for item in texts[question]["rubric"]))
    assignment = Assignment(name, new_notebook(), Key("", "", (), {}), texts=texts)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for student, sample in CLASS.items():
            cell = store.Cell(None, out_of, texts[question]["samples"][sample]["text"])
            result = store.Result(student, "", "", "", {question: cell}, version=assignment.version)
            store.write(folder / "results" / f"{student}.json", json.dumps(asdict(result)))
        stack = Stack(folder, assignment)
        groups = {student: group for group in stack.groups(question) for student in group.marks}
        said = Mark(0, "Which prices, and which vintage?", "")
        stack.give(question, groups["Bob"].name, groups["Bob"].seen, said, {"Bob"})
        asked = stack.questions[question]
        half = pages.Given(tuple(range(1, len(asked.items) // 2 + 1)))
        shown = pages.Given(half.items, shown=f"{asked.sum(half.items):g}")
        page = pages.render_answer(stack, asked, groups["Ann"], pages.Look(), given=shown)
    style = f"<style>{(pages.FOLDER / 'desk.css').read_text(encoding='utf-8')}</style>"
    page = re.sub(r'<link rel="stylesheet"[^>]*>', lambda _: style, page)
    page = re.sub(r"<script[^>]*></script>", "", re.sub(r' href="[^"]*"', "", page))
    framed = html.escape(page).replace("\n", "&#10;")
    return f'<iframe style="width: 100%; height: 44rem" sandbox title="{TITLE}" srcdoc="{framed}"></iframe>\n'
