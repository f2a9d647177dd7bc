"""Slides of a lesson: who asks, the toy, the words, the questions, the charts, the answer, the
verdicts.

The opening, the beginning of a section with steps by hand, the key terms where the text first has
them, and the boxes at the end become slides without a mark. An author marks a cell with `slide`,
the heading of the slide that shows it: a chart, a text, the box that begins the cell, or the output
of code (after the code, if `code` is true). An unmarked chart is headed by its title, a reader's
sentence by its question. Answers come with the next key press, and so do steps by hand, findings of
charts, verdicts. Other prose goes to the speaker's notes. `deck` has the looks.
"""

import json
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html import escape
from importlib.resources import files
from itertools import accumulate
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
from coursework.teach.download import LABELS as BOXES
from coursework.teach.download import NOT_SAY, Plain
from jingjinji import claims

FOLDER = "_build/slides"
OPENING, OBJECTIVES = "Who asks?", "After this lesson you can"  # headings of the first slides
EXAMPLE = "An example"  # heading of a toy whose section is called as an earlier slide
OF_OPENING, OF_TOY, BESIDE_TABLE = 150, 110, 90  # words of the text that a slide holds
# Files of reveal.js that a deck loads: sphinx-revealjs brings them, so that nothing comes from the
# network.
REVEAL = ("dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js", "LICENSE")
# A chart is drawn so low that its words are read from the last row, and so wide that it fills its
# slide.
LOW, SHAPE, FIT = 370, 2.3, {"type": "fit-x", "contains": "padding"}
MAP = {
    "width": 700,
    "autosize": "pad",
}  # The height of a map is its own, so its words grow instead.
KEYS = {"orient": "left", "direction": "vertical", "columns": 1, "titleLimit": 300}
_SMALL = re.compile(r'(?<=ontSize": )1[1-3]\b')
_END = {headings.NEXT, headings.KEY_TERMS}
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
_SECTION, _HEADING = re.compile(r"^(?=## )", re.MULTILINE), re.compile(r"## ([^\n]+)\n")
# Targets, comments and directives, which are no sentences.
_NO_PROSE = re.compile(r"\([\w-]+\)=|%|:::|```|\{")
_TERM = re.compile(r"^\*\*(.+?)\*\* · (.+?) · .*\n: +(.*)$", re.MULTILINE)
_CLOSING = re.compile(
    r"^:::+\{(decides|answer|key-ideas)\}[^\n]*\n((?::[\w-]+:[^\n]*\n)*)(.*?)^:::+\s*$",
    re.DOTALL | re.MULTILINE,
)
_STEP = re.compile(r"(?:^\|.*\n?)+|^[^|\n].*$", re.MULTILINE)  # a table, or a line of text
_SENTENCE = re.compile(r"(?<=[.?!。？！])\s+(?=[^a-z])")


@dataclass
class Slide:
    """A slide in Markdown: what is shown at once, answers that come one by one, and the speaker's
    notes."""

    heading: str
    kicker: str = ""
    shown: str = ""
    answers: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def list_slides(notebook: NotebookNode, plain: Plain) -> list[Slide]:
    """Slides of an executed chapter up to its verdicts."""
    show = _Show(notebook, plain)
    for cell in notebook.cells:
        if not show.take(cell):
            break
    return show.slides + list_ending(notebook, plain)


class _Show:
    """The slides of the cells so far, and the section in which the last of them stands."""

    def __init__(self, notebook: NotebookNode, plain: Plain) -> None:
        first = notebook.cells[0]
        title, _, first.source = first.source.partition("\n")
        self.slides = [Slide(title.removeprefix("# "))]
        self._section = ""
        self._plain = plain
        opening, glance, _ = first.source.partition(":::{glance}")
        if glance:
            self.slides.append(Slide(OPENING, shown=plain(shorten(opening, OF_OPENING))))
        self._words = Words(notebook, plain)
        self._toys = find_toys(notebook)

    def take(self, cell: NotebookNode) -> bool:
        """Add the slides of a cell; returns whether more follow."""
        mark = cell.metadata.get("slide", "")
        bundles = _read_outputs(cell)
        if charts := [data[vega.CHART_MIME] for data in bundles if vega.CHART_MIME in data]:
            self._take_charts(cell, mark, charts)
        elif mark and cell.cell_type == "code":
            parts = [f"```python\n{cell.source}\n```"] if cell.metadata.get("code") else []
            parts.append("\n\n".join(map(_show_output, bundles)))
            self.slides.append(Slide(mark, self._section, parts[0], parts[1:]))
        elif mark and not _PART.match(cell.source):
            self._words.take(cell.source)  # the slide itself has them
            self.slides.append(Slide(mark, self._section, self._plain(cell.source)))
        elif cell.cell_type == "markdown":
            return self._take_text(cell.source, mark)
        return True

    def _take_charts(self, cell: NotebookNode, mark: str, charts: list[dict]) -> None:
        for number, spec in enumerate(charts):
            self.slides.append(_show_chart(spec, f"{cell.id}-{number}", mark, self._section))
        caption = cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")
        self.slides[-1].notes.append(self._plain(caption))

    def _take_text(self, text: str, mark: str) -> bool:
        """Add the slides of a text: its sections' toys, boxes and new words."""
        end = 0
        for part in _PART.finditer(text):
            self._take_notes(text[end : part.start()])
            end = part.end()
            self._section = part["section"] or self._section
            if self._section in _END:
                return False
            if part["section"] in self._toys:
                known = {slide.heading for slide in self.slides}
                heading = EXAMPLE if self._section in known else self._section
                toy = self._plain(self._toys[self._section])
                self.slides.append(Slide(heading, shown=toy))
            if part["title"]:
                self.slides.append(_show_box(part["title"], part["body"], mark, self._plain))
                mark = ""
        self._take_notes(text[end:])
        return True

    def _take_notes(self, text: str) -> None:
        self.slides[-1].notes.append(self._plain(text))
        self.slides += self._words.explain(text, self._section)


def shorten(text: str, most: int) -> str:
    """The first sentences of a text, a line each in the source, and its first table: what fits on a
    slide."""
    blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if not _NO_PROSE.match(block)]
    tables = [block for block in blocks if block.startswith("|")][:1]
    left = min(most, BESIDE_TABLE) if tables else most
    kept = []
    for block in blocks:
        if block in tables:
            kept.append(block)
        elif left > 0 and not block.startswith("|"):
            lines = _take_lines(block, left)
            left = (
                left - len(" ".join(lines).split()) if len(lines) == len(block.splitlines()) else 0
            )
            kept.append("\n".join(lines))
    return "\n\n".join(filter(None, kept))


def _take_lines(block: str, most: int) -> list[str]:
    """The lines of a paragraph up to a number of words; a formula stays whole."""
    lines = block.splitlines()
    if "$$" in block:
        return lines
    counts = accumulate(len(line.split()) for line in lines)
    return [line for line, count in zip(lines, counts, strict=True) if count <= most]


def find_toys(notebook: NotebookNode) -> dict[str, str]:
    """What a slide shows of each section with steps by hand: the first sentences, up to code or a
    box."""
    texts: dict[str, str] = {}
    with_steps = set()
    section = ""
    is_open = False
    for cell in notebook.cells:
        is_open = is_open and cell.cell_type == "markdown"
        for part in _SECTION.split(cell.source) if cell.cell_type == "markdown" else ():
            if heading := _HEADING.match(part):
                section = heading[1]
                is_open = True
            prose, box, _ = part.removeprefix(f"## {section}\n").partition(":::{admonition}")
            if is_open:
                texts[section] = f"{texts.get(section, '')}\n\n{prose}"
            is_open = is_open and not box
            if f":::{{admonition}} {headings.BY_HAND}" in part:
                with_steps.add(section)
    return {name: shorten(texts[name], OF_TOY) for name in with_steps if texts[name].strip()}


class Words:
    """The key terms of a lesson, each explained on a slide after the text that first has it."""

    def __init__(self, notebook: NotebookNode, plain: Plain) -> None:
        text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        _, _, end = text.partition(f"## {headings.KEY_TERMS}\n")
        self.left = {term: (chinese, plain(means)) for term, chinese, means in _TERM.findall(end)}

    def take(self, text: str) -> dict[str, tuple[str, str]]:
        """Take the terms out that a text has in bold; returns them with their Chinese and what they
        mean."""
        found = [term for term in self.left if re.search(rf"\*\*{re.escape(term)}\w*\*\*", text)]
        return {term: self.left.pop(term) for term in found}

    def explain(self, text: str, section: str) -> Iterator[Slide]:
        """Make a slide of the terms that a text has for the first time."""
        taken = self.take(text)
        if len(taken) == 1:
            ((term, (chinese, means)),) = taken.items()
            yield Slide(f"{term} · {chinese}", section, means)
        elif taken:
            explained = [
                f"**{term} · {chinese}**\n\n{means}" for term, (chinese, means) in taken.items()
            ]
            yield Slide("New words: " + ", ".join(taken), section, "\n\n".join(explained))


def list_ending(notebook: NotebookNode, plain: Plain) -> list[Slide]:
    """The boxes at the end of a lesson: what decides, what we can say and may not say, key
    ideas."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    slides = []
    for kind, options, body in _CLOSING.findall(text):
        unsaid = [
            f"**{NOT_SAY}.** {line}" for line in re.findall(r"^:not: (.*)$", options, re.MULTILINE)
        ]
        slides.append(Slide(BOXES[kind], "", plain(body), [plain(line) for line in unsaid]))
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
    return [
        output.get("data", {"text/plain": output.get("text")}) for output in cell.get("outputs", [])
    ]


def _show_output(data: dict) -> str:
    """A table, or what was printed, without the empty lines that end HTML in Markdown."""
    printed = f'<pre class="printed">{escape(data["text/plain"])}</pre>'
    return " ".join(data.get("text/html", "").split()) or printed


def _show_box(title: str, body: str, mark: str, plain: Plain) -> Slide:
    """A question: a guess with its choices, a change with its answer, steps by hand, a sentence by
    lines."""
    question = plain(_ANSWER.sub("", _GUESS.sub("", body))).strip()
    lines = [*map(str.strip, _STEP.findall(question))]
    if title == headings.BY_HAND:
        return Slide(mark or title, title, lines[0], lines[1:])
    if title not in {headings.PREDICT, headings.MODIFY}:
        return Slide(title, answers=lines)
    answers = [plain(answer) for _, answer in _ANSWER.findall(body)]
    if guess := _GUESS.search(body):
        facts = dict(re.findall(r"^:(\w+): (.+)$", guess[1], re.MULTILINE))
        options = re.findall(r"^- (.+)$", guess[1], re.MULTILINE)
        unit = facts.get("unit", "")
        answer = plain.numbers.get(facts["answer"], facts["answer"])
        letter = f"{string.ascii_uppercase[options.index(answer)]}. " if options else ""
        answers.insert(0, f"**{letter}{answer} {unit}".rstrip() + "**")
        listed = "".join(f"<li>{escape(option)}" for option in options)
        poll = (
            f'<ol class="poll">{listed}</ol>' if options else f'<p class="poll">Guess: … {unit}</p>'
        )
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
    """Write the slides of the chapters whose name begins with `chosen`, a `MasterError` if there
    are none."""
    folder = root / FOLDER
    paths = [path for path in sorted((root / "chapters").glob("*.ipynb")) if not is_checks(path)]
    if not (selected := [path for path in paths if path.stem.startswith(chosen)]):
        raise MasterError(
            f"there is no chapter {chosen!r}; chapters are named as 04 or 04_vintages"
        )
    for name in REVEAL:
        content = (files("sphinx_revealjs") / "_static/revealjs" / name).read_bytes()
        write_file(folder / "reveal" / name, content)
    course = yaml.load((root / "CITATION.cff").read_text("utf-8"), LOADER)
    deck = partial(fill, "teach/deck/slides.html", course=course, render=_render)
    works = parse_file(root / "references.bib")
    figures = chapter.number_figures(source.with_suffix(".ipynb") for source in list_numbered(root))
    for number, path in enumerate(selected, start=1):
        notebook = nbformat.read(path, as_version=4)
        plain = Plain(
            read_glued(notebook.cells), figures, works, chapter.describe_times(root, path.stem)
        )
        slides = list_slides(notebook, plain)
        verdicts = [*list_verdicts(notebook)]
        if goals := chapter.read_objectives(root, path.stem).values():
            listed = "\n".join(f"{n}. {goal}" for n, goal in enumerate(goals, start=1))
            slides.insert(1 + (slides[1].heading == OPENING), Slide(OBJECTIVES, shown=listed))
        page = deck(name=path.stem, slides=slides, verdicts=verdicts)
        write_file(folder / f"{path.stem}.html", page)
        print(f"Slides {number} of {len(selected)}: {path.stem} made", flush=True)
    decks = {
        path.name: chapter.read_title(root, path.stem)
        for path in sorted(folder.glob("[0-9]*.html"))
    }
    write_file(folder / "index.html", fill("teach/deck/index.html", decks=decks))
    return folder
