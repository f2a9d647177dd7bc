"""Slides of a chapter: its questions and charts, the cells that an author marks, its verdicts in a table.

An author marks a cell with `slide`, the heading of the slide that shows it: a chart, code with its output,
a text, or the box that begins the cell. An unmarked chart is headed by its title. Answers, steps by hand and
findings of charts come with the next key press. Other prose goes to the speaker's notes.
"""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from pathlib import Path

import nbformat
from latex2mathml.converter import convert
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from pybtex.database import parse_file
from sealed_readings.labels import LABELS
from sealed_readings.results import VERDICT_MIME
from still_charts import drawing, svg, vega

from coursework import headings
from coursework.build.record import write_file
from coursework.common import MasterError, fill, read_glued
from coursework.teach import chapter
from coursework.teach.download import Plain
from jingjinji import claims

FOLDER = "_build/slides"
# Files of reveal.js that a deck loads: sphinx-revealjs brings them, so that nothing comes from the network.
REVEAL = ("dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js", "LICENSE")
OBJECTIVES = "After this chapter you can"
MOST_VERDICTS, MOST_LINES, DENSE = (
    8,
    22,
    12,
)  # on a slide; lines of code and rows, and how many are set smaller
SHAPE = 2.3  # width of a chart by its height, which fills a slide
_END = {headings.VERDICTS, headings.CHECK_YOURSELF, headings.NEXT, headings.KEY_TERMS}
_BOXES = "|".join((headings.PREDICT, headings.BY_HAND, headings.MODIFY))
_PART = re.compile(
    r"^## (?P<section>[^\n]+)$"
    rf"|^(?P<colons>:::+)\s*\{{(?:sentence\}} |admonition\}} (?=(?:{_BOXES})$))(?P<title>[^\n]*)\n"
    r"(?P<body>.*?)^(?P=colons)\s*$",
    re.DOTALL | re.MULTILINE,
)
_OPTIONS = re.compile(r"\A(?::\w+:.*\n)+|^% .*\n", re.MULTILINE)
_ANSWER = re.compile(r"^(:::+)\{dropdown\}[^\n]*\n(.*?)^\1\s*$", re.DOTALL | re.MULTILINE)
_GUESS = re.compile(r"^```\{guess\} \w+\n(.*?)^```\s*$", re.DOTALL | re.MULTILINE)
_FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$([^$\n]+)\$", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.?!。？！])\s+(?=[^a-z])")


@dataclass
class Slide:
    """A slide in HTML: what is shown at once, and answers that come one by one; notes are Markdown."""

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
        mark = cell.metadata.get("slide", "")
        bundles = [output.get("data", {}) for output in cell.get("outputs", [])]
        if charts := [data[vega.CHART_MIME] for data in bundles if vega.CHART_MIME in data]:
            slides += (_show_chart(spec, f"{cell.id}-{n}", mark, section) for n, spec in enumerate(charts))
            slides[-1].notes.append(
                plain(cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", ""))
            )
        elif mark and cell.cell_type == "code":
            slides.append(Slide(mark, section, _show_code(cell)))
        elif mark and not _PART.match(cell.source):
            slides.append(Slide(mark, section, _render(plain(cell.source))))
        elif cell.cell_type == "markdown":
            end = 0
            for part in _PART.finditer(cell.source):
                slides[-1].notes.append(plain(cell.source[end : part.start()]))
                end, section = part.end(), part["section"] or section
                if section in _END:
                    return slides
                if part["title"]:
                    slides.append(_show_box(part["title"], _OPTIONS.sub("", part["body"]), mark, plain))
                    mark = ""
            slides[-1].notes.append(plain(cell.source[end:]))
    return slides


def _show_chart(spec: dict, name: str, mark: str, section: str) -> Slide:
    """A chart that fills its slide: drawn again in another width, unless its shape is its own."""
    finding, _, bare = drawing.take_title(spec)
    bare["background"] = "white"
    stills = svg.draw_stills(bare, name, "zh-Hans")
    if "wide" in stills:
        width = round(SHAPE * float(svg.read_height(stills["wide"])))
        bare |= {"width": width, "autosize": {"type": "fit-x", "contains": "padding"}}
        stills = svg.draw_stills(bare, name, "zh-Hans")
    picture = re.sub(r"\s*\n\s*", " ", stills["any"])
    wide, high = (re.findall(rf'\b{side}="([\d.]+)"', picture)[0] for side in ("width", "height"))
    label = escape(spec.get("description", ""), quote=True)
    shown = f'<div class="chart" role="img" aria-label="{label}" style="--wide: {wide}; --high: {high}">'
    return Slide(mark or finding, section, f"{shown}{picture}</div>", [escape(finding)] if mark else [])


def _show_code(cell: NotebookNode) -> str:
    """The output of a cell, below its code where both fit."""
    bundles = [output.get("data", {"text/plain": output.get("text", "")}) for output in cell.outputs]
    printed = [f'<pre class="printed">{escape(data.get("text/plain", ""))}</pre>' for data in bundles]
    shown = "".join(data.get("text/html", text) for data, text in zip(bundles, printed, strict=True))
    lines, length = shown.count("<tr") + shown.count("\n") // 8, cell.source.count("\n") + 3
    if lines + length <= MOST_LINES:
        shown, lines = _render(f"```python\n{cell.source}\n```") + shown, lines + length
    return f'<div class="output{" dense" if lines > DENSE else ""}">{shown}</div>'


def _show_box(title: str, body: str, mark: str, plain: Plain) -> Slide:
    """A question: a guess with its choices, work by hand with its steps, a sentence with a sample."""
    question = plain(_ANSWER.sub("", _GUESS.sub("", body))).strip()
    answers = [_render(plain(answer)) for _, answer in _ANSWER.findall(body)]
    if title == headings.BY_HAND:
        question, _, rest = re.sub(r"(?<=[.:?])\s", "\0", question, count=1).partition("\0")
        return Slide(mark or title, title, _render(question), [*map(_render, filter(None, rest.split("\n")))])
    if not (guess := _GUESS.search(body)):
        sample = title not in {headings.PREDICT, headings.MODIFY}
        shown, answers = ("", [_render(question)]) if sample else (_render(question), answers)
        return Slide(mark or title, "" if sample else title, shown, answers)
    facts = dict(re.findall(r"^:(\w+): (.+)$", guess[1], re.MULTILINE))
    options, unit = re.findall(r"^- (.+)$", guess[1], re.MULTILINE), facts.get("unit", "")
    answer = plain.numbers.get(facts["answer"], facts["answer"])
    letter = f"{string.ascii_uppercase[options.index(answer)]}. " if options else ""
    listed = "".join(f"<li>{escape(option)}</li>" for option in options)
    poll = f'<ol class="poll">{listed}</ol>' if options else f'<p class="poll">Guess: … {unit}</p>'
    answered = letter + escape(f"{answer} {unit}".strip())
    return Slide(mark or title, title, _render(question) + poll, [answered, *answers])


def list_verdicts(notebook: NotebookNode) -> Iterator[Slide]:
    """Verdicts of a chapter as tables: claim, label, and the first sentence of what was found."""
    bundles = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    filed = [data[VERDICT_MIME] for data in bundles if VERDICT_MIME in data]
    rows = [row for one in filed for row in one.get("table", [one])]
    tables = -(-len(rows) // MOST_VERDICTS)
    for number in range(tables):
        body = ""
        for row in rows[len(rows) * number // tables : len(rows) * (number + 1) // tables]:
            label = LABELS[claims.folder().find_label(row["claim"])].words
            found = _SENTENCE.split(row["sentence"])[0]
            cells = f"**{row['claim']}** {row['statement']}", f"**{label}**", found
            body += f"<tr><td>{'<td>'.join(map(_render, cells))}"
        table = f'<table class="verdicts" style="--signs: {len(body)}">{body}</table>'
        yield Slide(headings.VERDICTS + (f", {number + 1} of {tables}" if number else ""), shown=table)


def _set_formula(match: re.Match) -> str:
    """MathML of a formula, which needs no script."""
    made = convert((match[1] or match[2]).strip(), display="block" if match[1] else "inline")
    return f'<div class="formula">{made}</div>' if match[1] else made


def _render(text: str) -> str:
    """HTML of Markdown with formulas."""
    return markdown2html(_FORMULA.sub(_set_formula, text)).strip()


def make(root: Path, chosen: str = "") -> Path:
    """Write the slides of all chapters, or of those whose name begins with `chosen`. Returns their folder.

    Raises `MasterError` if there is no such chapter.
    """
    paths, folder = sorted((root / "chapters").glob("*.ipynb")), root / FOLDER
    if not (selected := [path for path in paths if path.stem.startswith(chosen)]):
        raise MasterError(f"there is no chapter {chosen!r}; chapters are named as 03 or 03_gdp")
    for name in REVEAL:
        content = (files("sphinx_revealjs") / "_static/revealjs" / name).read_bytes()
        write_file(folder / "reveal" / name, content)
    works = parse_file(root / "references.bib")
    figures = chapter.number_figures(path for path in paths if path.stem[1].isdigit())
    for number, path in enumerate(selected, start=1):
        notebook = nbformat.read(path, as_version=4)
        plain = Plain(read_glued(notebook.cells), figures, works, chapter.describe_times(root, path.stem))
        first, *slides = [*list_slides(notebook, plain), *list_verdicts(notebook)]
        if objectives := chapter.read_objectives(root, path.stem):
            listed = "\n".join(f"1. {sentence}" for sentence in objectives.values())
            slides.insert(0, Slide(OBJECTIVES, shown=_render(listed)))
        page = fill("teach/deck/slides.html", title=first, slides=slides, render=_render)
        write_file(folder / f"{path.stem}.html", page)
        print(f"Slides {number} of {len(selected)}: {path.stem} made", flush=True)
    decks = {path.name: chapter.read_title(root, path.stem) for path in sorted(folder.glob("[0-9]*.html"))}
    write_file(folder / "index.html", fill("teach/deck/index.html", decks=decks))
    return folder
