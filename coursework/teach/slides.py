"""Slides of a chapter: its questions and charts, the cells that an author marks, its verdicts in a table.

An author marks a cell with `slide`, the heading of the slide that shows it: a chart, a text, the box that
begins the cell, or the output of code (after the code, if `code` is true). An unmarked chart is headed by its
title, a reader's sentence by its question. Answers come with the next key press, and so do steps by hand,
findings of charts, verdicts. Other prose goes to the speaker's notes. `deck` has the looks.
"""

import json
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html import escape
from importlib.resources import files
from pathlib import Path

import nbformat
import yaml
from latex2mathml.converter import convert
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from pybtex.database import parse_file
from sealed_readings.results import VERDICT_MIME
from still_charts import drawing, svg, vega

from coursework import headings
from coursework.build.record import write_file
from coursework.common import LOADER, MasterError, fill, is_checks, list_numbered, read_glued
from coursework.teach import chapter
from coursework.teach.download import Plain
from jingjinji import claims

FOLDER = "_build/slides"
# Files of reveal.js that a deck loads: sphinx-revealjs brings them, so that nothing comes from the network.
REVEAL = ("dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js", "LICENSE")
# A chart is drawn so low that its words are read from the last row, and so wide that it fills its slide.
LOW, SHAPE, FIT = 370, 2.3, {"type": "fit-x", "contains": "padding"}
MAP = {"width": 700, "autosize": "pad"}  # The height of a map is its own, so its words grow instead.
KEYS = {"orient": "left", "direction": "vertical", "columns": 1, "titleLimit": 300}
_SMALL = re.compile(r'(?<=ontSize": )1[1-3]\b')
_END = {headings.VERDICTS, headings.NEXT, headings.KEY_TERMS}
_BOXES = "|".join((headings.PREDICT, headings.BY_HAND, headings.MODIFY))
_PART = re.compile(
    r"^## (?P<section>[^\n]+)$"
    rf"|^(?P<colons>:::+)\s*\{{(?:sentence\}} |admonition\}} (?=(?:{_BOXES})$))(?P<title>[^\n]*)\n"
    r"(?::\w+:[^\n]*\n)*(?P<body>.*?)^(?P=colons)\s*$",
    re.DOTALL | re.MULTILINE,
)
_ANSWER = re.compile(r"^(:::+)\{dropdown\}[^\n]*\n(.*?)^\1\s*$", re.DOTALL | re.MULTILINE)
_GUESS = re.compile(r"^```\{guess\} \w+\n(.*?)^```\s*$", re.DOTALL | re.MULTILINE)
_FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$([^$\n]+)\$", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.?!。？！])\s+(?=[^a-z])")


@dataclass
class Slide:
    """A slide in Markdown: what is shown at once, answers that come one by one, and the speaker's notes."""

    heading: str
    kicker: str = ""
    shown: str = ""
    answers: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def list_slides(notebook: NotebookNode, plain: Plain) -> list[Slide]:
    """Slides of an executed chapter up to its verdicts."""
    title, _, notebook.cells[0].source = notebook.cells[0].source.partition("\n")
    slides, section = [Slide(title.removeprefix("# "))], ""
    for cell in notebook.cells:
        mark, bundles = cell.metadata.get("slide", ""), _read_outputs(cell)
        if charts := [data[vega.CHART_MIME] for data in bundles if vega.CHART_MIME in data]:
            slides += (_show_chart(spec, f"{cell.id}-{n}", mark, section) for n, spec in enumerate(charts))
            caption = cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")
            slides[-1].notes.append(plain(caption))
        elif mark and cell.cell_type == "code":
            parts = [f"```python\n{cell.source}\n```"] if cell.metadata.get("code") else []
            parts.append("\n\n".join(map(_show_output, bundles)))
            slides.append(Slide(mark, section, parts[0], parts[1:]))
        elif mark and not _PART.match(cell.source):
            slides.append(Slide(mark, section, plain(cell.source)))
        elif cell.cell_type == "markdown":
            end = 0
            for part in _PART.finditer(cell.source):
                slides[-1].notes.append(plain(cell.source[end : part.start()]))
                end, section = part.end(), part["section"] or section
                if section in _END:
                    return slides
                if part["title"]:
                    slides.append(_show_box(part["title"], part["body"], mark, plain))
                    mark = ""
            slides[-1].notes.append(plain(cell.source[end:]))
    return slides


def _show_chart(spec: dict, name: str, mark: str, section: str) -> Slide:
    """A chart that fills its slide, and its finding once the class has looked at it."""
    finding, subtitle, bare = drawing.take_title(spec)
    stills = svg.draw_stills(bare, name, "zh-Hans")
    if "any" in stills:
        bare = json.loads(_SMALL.sub("16", json.dumps(bare))) | MAP
        bare["config"]["legend"] |= KEYS
    else:
        excess = max(0, (high := float(svg.read_height(stills["wide"]))) - LOW)
        bare |= {"height": bare.get("height", 300) - excess} if excess else {}
        bare |= {"width": SHAPE * (high - excess), "autosize": FIT}
        bare["config"]["axis"]["labelSeparation"] = 1
    bare["config"]["legend"]["columnPadding"] = 30
    picture = svg.draw_stills(bare | {"background": "white"}, name, "zh-Hans")["any"]
    label = escape(spec.get("description", ""), quote=True)
    shown = f'<div class="chart" role="img" aria-label="{label}">{" ".join(picture.split())}</div>'
    return Slide(mark or finding, subtitle or section, shown, [f"**{finding}**"] if mark else [])


def _read_outputs(cell: NotebookNode) -> list[dict]:
    """What a cell shows, each in its forms by MIME type."""
    return [output.get("data", {"text/plain": output.get("text")}) for output in cell.get("outputs", [])]


def _show_output(data: dict) -> str:
    """A table, or what was printed, without the empty lines that end HTML in Markdown."""
    printed = f'<pre class="printed">{escape(data["text/plain"])}</pre>'
    return " ".join(data.get("text/html", "").split()) or printed


def _show_box(title: str, body: str, mark: str, plain: Plain) -> Slide:
    """A question: a guess with its choices, a change with its answer, steps by hand, a sentence by lines."""
    question = plain(_ANSWER.sub("", _GUESS.sub("", body))).strip()
    lines = [*filter(None, question.split("\n"))]
    if title == headings.BY_HAND:
        return Slide(mark or title, title, lines[0], lines[1:])
    if title not in {headings.PREDICT, headings.MODIFY}:
        return Slide(title, answers=lines)
    answers = [plain(answer) for _, answer in _ANSWER.findall(body)]
    if guess := _GUESS.search(body):
        facts = dict(re.findall(r"^:(\w+): (.+)$", guess[1], re.MULTILINE))
        options, unit = re.findall(r"^- (.+)$", guess[1], re.MULTILINE), facts.get("unit", "")
        answer = plain.numbers.get(facts["answer"], facts["answer"])
        letter = f"{string.ascii_uppercase[options.index(answer)]}. " if options else ""
        answers.insert(0, f"**{letter}{answer} {unit}".rstrip() + "**")
        listed = "".join(f"<li>{escape(option)}" for option in options)
        poll = f'<ol class="poll">{listed}</ol>' if options else f'<p class="poll">Guess: … {unit}</p>'
        question += f"\n\n{poll}"
    return Slide(mark or title, title, question, answers)


def list_verdicts(notebook: NotebookNode) -> Iterator[tuple[str, str, str]]:
    """Claim, label, and the first sentence of what was found, of each verdict of a chapter."""
    bundles = [data for cell in notebook.cells for data in _read_outputs(cell)]
    filed = [data[VERDICT_MIME] for data in bundles if VERDICT_MIME in data]
    for row in (row for one in filed for row in one.get("table", [one])):
        label = claims.folder().say_label(row["claim"])
        yield f"**{row['claim']}** {row['statement']}", label, _SENTENCE.split(row["sentence"])[0]


def _render(text: str) -> str:
    """HTML of Markdown, with formulas as MathML, which needs no script."""

    def set_formula(found: re.Match) -> str:
        return convert(found[1] or found[2], display="block" if found[1] else "inline")

    return markdown2html(_FORMULA.sub(set_formula, text))


def make(root: Path, chosen: str = "") -> Path:
    """Write the slides of the chapters whose name begins with `chosen`, a `MasterError` if there are none."""
    folder = root / FOLDER
    paths = [path for path in sorted((root / "chapters").glob("*.ipynb")) if not is_checks(path)]
    if not (selected := [path for path in paths if path.stem.startswith(chosen)]):
        raise MasterError(f"there is no chapter {chosen!r}; chapters are named as 04 or 04_vintages")
    for name in REVEAL:
        content = (files("sphinx_revealjs") / "_static/revealjs" / name).read_bytes()
        write_file(folder / "reveal" / name, content)
    course = yaml.load((root / "CITATION.cff").read_text("utf-8"), LOADER)
    deck = partial(fill, "teach/deck/slides.html", course=course, render=_render)
    works = parse_file(root / "references.bib")
    figures = chapter.number_figures(source.with_suffix(".ipynb") for source in list_numbered(root))
    for number, path in enumerate(selected, start=1):
        notebook = nbformat.read(path, as_version=4)
        plain = Plain(read_glued(notebook.cells), figures, works, chapter.describe_times(root, path.stem))
        slides, verdicts = list_slides(notebook, plain), [*list_verdicts(notebook)]
        goals = chapter.read_objectives(root, path.stem).values()
        page = deck(name=path.stem, objectives=goals, slides=slides, verdicts=verdicts)
        write_file(folder / f"{path.stem}.html", page)
        print(f"Slides {number} of {len(selected)}: {path.stem} made", flush=True)
    decks = {path.name: chapter.read_title(root, path.stem) for path in sorted(folder.glob("[0-9]*.html"))}
    write_file(folder / "index.html", fill("teach/deck/index.html", decks=decks))
    return folder
