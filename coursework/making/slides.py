"""Slides of a chapter from its own cells: one idea a slide, predictions as polls, prose as speaker notes.

nbconvert makes the pages, with reveal.js from a copy of its own, so that nothing is fetched from elsewhere.
"""

import json
import re
import shutil
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from importlib.util import find_spec
from pathlib import Path

import nbformat
from latex2mathml.converter import convert
from live_cells.frames import tidy
from nbconvert import SlidesExporter
from nbformat import NotebookNode
from pybtex.database import BibliographyData, parse_file
from sealed_readings.results import VERDICT_MIME
from still_charts import drawing, svg, vega

from coursework.making import chapter, headings, products, take_along
from coursework.making.files import MasterError, write_file
from coursework.making.reading_time import HIDES_CODE

FOLDER = "_build/slides"
DECK = Path(__file__).parent / "deck"
# What a slide holds at most: lines of code, lines of what it prints, signs of a heading.
CODE, PRINTED, HEADING = 8, 13, 120
LONG = 90  # of a formula in LaTeX: it is set smaller
# What of reveal.js a deck loads.
REVEAL = ("dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js", "LICENSE")
# Charts are drawn for a wall: larger words than on a page.
_SIZES = {"labelFontSize": 13, "titleFontSize": 13}
_CHART = {"axis": _SIZES, "legend": _SIZES, "header": _SIZES, "text": {"fontSize": 13}}

_BLOCK = re.compile(
    r"^(?P<colons>:::+)\s*\{(?P<kind>\w+)\}\s*(?P<title>[^\n]*)\n(?P<body>.*?)^(?P=colons)\s*$"
    r"|^\$\$(?P<formula>.*?)\$\$[ \t]*$|^## (?P<section>.+?)$",
    re.DOTALL | re.MULTILINE,
)
_GUESS = re.compile(r"^```\{guess\} (\w+)\n(.*?)^```\s*$", re.DOTALL | re.MULTILINE)
_INNER = re.compile(r"^(:::+)\{dropdown\}[^\n]*\n(.*?)^\1\s*$", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"(?<![\\$])\$([^$\n]+)\$")
_LEAD = re.compile(r"^\*\*([^*\n]{3,80}?)\.?\*\*", re.MULTILINE)
_END = {headings.KEY_TERMS, headings.EXERCISES, headings.REFERENCES}
_SENTENCE = re.compile(r"(?<=[.?!])\s+|(?<=[。？！])\s*(?=\S)")  # no space parts two in Chinese


@dataclass
class Slide:
    """One slide in Markdown, what its speaker says, and whether it opens a section."""

    text: str
    opens: bool = False
    notes: list[str] = field(default_factory=list)
    answer: str = ""
    """What the next press of a key shows."""


def _wrap(kind: str, text: str) -> str:
    return f'<p class="{kind}">{text}</p>'


def _lead(prose: str) -> str:
    """The last sentence of prose, where it is short enough for a heading."""
    last = _SENTENCE.split(prose.strip())[-1]
    plain = re.sub(r"[*`]", "", last).rstrip(":,")
    return plain if 12 < len(plain) <= HEADING and plain[0].isupper() and "$" not in plain else ""


class Deck:
    """The slides of one chapter."""

    def __init__(self, notebook: NotebookNode, plain: take_along.Plain, labels: dict[str, str]) -> None:
        self.plain, self.labels = plain, labels
        self.slides: list[Slide] = []
        self.section, self.said = "", ""
        # Verdicts have a slide each, and none before them.
        self.opened = {headings.VERDICTS}
        for cell in notebook.cells:
            if self.section in _END:
                break
            read = {"markdown": self._read_text, "code": self._read_code}.get(cell.cell_type)
            if read:
                read(cell)

    def _add(self, text: str, **more: object) -> None:
        self.slides.append(Slide(text, **more))  # type: ignore[arg-type]
        self.said = ""

    def _say(self, prose: str) -> None:
        """Prose is for the speaker: it goes to the slide before it."""
        if spoken := self.plain(prose.replace("```{times}\n```", "")).strip():
            self.said = spoken
            self.slides[-1].notes.append(spoken)

    def _head(self, heading: str) -> str:
        heading = heading or self.section
        kicker = _wrap("kicker", escape(self.section)) if heading != self.section else ""
        return f"{kicker}\n\n## {heading}"

    def _read_text(self, cell: NotebookNode) -> None:
        text, start = cell.source, 0
        if not self.slides:
            title, _, text = text.partition("\n")
            self._add(f"# {title.removeprefix('# ')}", opens=True)
        for found in _BLOCK.finditer(text):
            self._say_of_section(text[start : found.start()])
            start = found.end()
            if self.section in _END:
                return
            if found["section"]:
                self.section = found["section"]
                continue
            if found["formula"]:
                self._add(f"{self._head(_lead(self.said))}\n\n$${found['formula']}$$")
            else:
                self._read_box(found["kind"], found["title"], found["body"])
        self._say_of_section(text[start:])

    def _say_of_section(self, prose: str) -> None:
        """A section opens with its first sentence, the glance with the aims, what is open with its heads."""
        if self.section in _END or not prose.strip():
            return
        if self.section and self.section not in self.opened:
            self.opened.add(self.section)
            self._open(prose)
        self._say(prose)

    def _open(self, prose: str) -> None:
        plain, heading = self.plain(prose).strip(), self.section
        if self.section == headings.GLANCE:
            heading = "After this chapter you can"
            aims = re.findall(r"^\d+\. (.+?)[;.]?$", plain, re.MULTILINE)
            shown = "\n".join(f"1. {aim}" for aim in aims)
        elif self.section.startswith(headings.NOT_KNOWN):
            shown = "\n".join(f"- {lead}" for lead in _LEAD.findall(plain)[:6])
        else:
            first = _SENTENCE.split(re.sub(r"^#+ .*$", "", plain, flags=re.MULTILINE).strip())[0]
            shown = "" if len(first) > 220 or re.match(r"[-|>$<]", first) else first
        self._add(f"## {heading}\n\n{shown}", opens=True)

    def _read_box(self, kind: str, title: str, body: str) -> None:
        boxes = {headings.PREDICT: self._poll, headings.BY_HAND: self._work, headings.MODIFY: self._change}
        if kind == "sentence":
            asked = _wrap("kicker", "Write one sentence")
            self._add(
                f"{asked}\n\n## {title}", notes=[self.plain(re.sub(r"^:\w+:.*$", "", body, flags=re.M))]
            )
        elif kind == "admonition" and title in boxes:
            boxes[title](re.sub(r"\A(?::\w+:.*\n)+|^% .*\n", "", body, flags=re.MULTILINE))
        elif kind in ("admonition", "dropdown"):
            self._say(body)

    def _poll(self, body: str) -> None:
        asked = _GUESS.search(body)
        head = f"{_wrap('kicker', headings.PREDICT)}\n\n{self.plain(_GUESS.sub('', body)).strip()}"
        if not asked:
            self._add(head)
            return
        facts = dict(re.findall(r"^:(\w+): (.+)$", asked[2], re.MULTILINE))
        options = re.findall(r"^- (.+)$", asked[2], re.MULTILINE)
        told = str(self.plain.numbers.get(facts["answer"], facts["answer"]))
        if options:
            poll = f'<ol class="poll">{"".join(f"<li>{escape(option)}</li>" for option in options)}</ol>'
            letter = f"{string.ascii_uppercase[options.index(told)]}. " if told in options else ""
            answer = f"{letter}{escape(told)}"
        else:
            poll = _wrap("poll", f"Write down a number: … {facts.get('unit', '')}")
            answer = f"{escape(told)} {escape(facts.get('unit', ''))}".strip()
        notes = ["Let everybody choose before you go on; then ask two who differ for their reasons."]
        self._add(f"{head}\n\n{poll}", answer=_wrap("answer", answer), notes=notes)

    def _work(self, body: str) -> None:
        text = self.plain(body).strip()
        lines = [part for part in _SENTENCE.split(text) if part]
        if len(text) <= 420 and "|" not in text:
            self._add(f"{_wrap('kicker', headings.BY_HAND)}\n\n" + "\n\n".join(lines))
        else:
            self._add(f"{self._head(headings.BY_HAND)}\n\n{lines[0]}", notes=[text])

    def _change(self, body: str) -> None:
        answer = " ".join(text for _, text in _INNER.findall(body))
        asked = self.plain(_INNER.sub("", body)).strip()
        self._add(f"{_wrap('kicker', 'Change one line')}\n\n{asked}", notes=[self.plain(answer)])

    def _read_code(self, cell: NotebookNode) -> None:
        tags = set(cell.metadata.get("tags", []))
        if "remove-cell" in tags:
            return
        shown = "" if HIDES_CODE & tags else cell.source
        short = f"```python\n{shown}\n```" if 0 < len(shown.splitlines()) <= CODE else ""
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if chart := data.get(vega.CHART_MIME):
                caption = cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")
                self._draw(chart, caption)
            elif VERDICT_MIME in data:
                for one in data[VERDICT_MIME].get("table", [data[VERDICT_MIME]]):
                    self._judge(one)
            elif output.output_type == "stream" and output.name == "stdout":
                self._print(short, output.text)
            elif "text/html" in data and data["text/html"].count("<tr") <= PRINTED:
                table = re.sub(r"\n\s*", "", tidy(data["text/html"]))
                above = short if short.count("\n") + table.count("<tr") <= PRINTED + 3 else ""
                self._add(f'{self._head(_lead(self.said))}\n\n{above}\n\n<div class="table">{table}</div>')

    def _print(self, code: str, printed: str) -> None:
        lines = printed.rstrip().splitlines()
        if len(lines) > PRINTED or max(map(len, lines), default=0) > 80:
            return
        above = code if len(lines) + code.count("\n") <= PRINTED + 3 else ""
        if len(lines) == 1 and not above:
            # No picture of one's own, and part of what is said.
            self.slides[-1].notes.append(printed.strip())
            return
        out = f'<pre class="printed">{escape(printed.rstrip())}</pre>'
        self._add(f"{self._head(_lead(self.said))}\n\n{above}\n\n{out}")

    def _draw(self, spec: dict, caption: str) -> None:
        name = f"chart-{len(self.slides)}"
        heading, _, bare = drawing.take_title(spec)
        config = spec.get("config", {})
        larger = {key: config.get(key, {}) | sizes for key, sizes in _CHART.items()}
        drawn = svg.draw_stills(bare | {"config": config | larger, "background": "white"}, name, "zh-Hans")
        picture = re.sub(r"\s*\n\s*", " ", drawn.get("wide") or drawn["any"])
        said = escape(spec.get("description", heading), quote=True)
        shown = f'<div class="chart" role="img" aria-label="{said}">{picture}</div>'
        self._add(f"{self._head(heading)}\n\n{shown}", notes=[self.plain(caption)] if caption else [])

    def _judge(self, one: dict) -> None:
        claim, label = one["claim"], self.labels.get(one["claim"], "")
        parts = [_wrap("kicker", f"Verdict on {claim}"), f"## {one.get('statement', claim)}"]
        self._add("\n\n".join([*parts, _wrap("label", escape(label)), one["sentence"]]))

    def close(self, times: str, masters: bool) -> None:
        """The last slide says what comes after the class."""
        more = "Its exercises are on the chapter's page, and as a notebook." if masters else ""
        self._add(f"## After the class\n\n{times}\n\n{more}", opens=True)

    def list_cells(self) -> Iterator[NotebookNode]:
        """Cells with the marks by which nbconvert cuts them into slides."""
        for number, slide in enumerate(self.slides):
            kinds = [("slide" if slide.opens else "subslide", slide.text)]
            kinds += [("fragment", slide.answer)] if slide.answer else []
            kinds += [("notes", "\n\n".join(slide.notes))] if slide.notes else []
            for kind, text in kinds:
                marks = {"slideshow": {"slide_type": kind}}
                yield nbformat.v4.new_markdown_cell(set_formulas(text), id=f"{kind}-{number}", metadata=marks)


def set_formulas(text: str) -> str:
    """Markdown with its formulas as MathML, which needs no script."""
    text = re.sub(r"\$\$(.+?)\$\$", lambda found: _set(found[1], "block"), text, flags=re.DOTALL)
    return _INLINE.sub(lambda found: _set(found[1], "inline"), text).replace(r"\$", "$")


def _set(formula: str, display: str) -> str:
    made, kind = convert(formula.strip(), display=display), "long" if len(formula) > LONG else "formula"
    return made if display == "inline" else f"<div class='{kind}'>{made}</div>"


def format_deck(
    root: Path, stem: str, chapters: dict[str, NotebookNode], works: BibliographyData, labels: dict[str, str]
) -> str:
    """The slides of one of the chapters as a page that needs the folder of reveal.js beside it."""
    notebook, times = chapters[stem], chapter.describe_times(root, stem)
    figures = chapter.number_figures({name: one for name, one in chapters.items() if name[1].isdigit()})
    plain = take_along.Plain(take_along.read_glued(notebook), figures, works, times)
    deck = Deck(notebook, plain, labels)
    deck.close(times, (root / "exercises" / f"{stem}.md").exists())
    made = nbformat.v4.new_notebook(
        cells=list(deck.list_cells()), metadata={"title": chapter.read_title(root, stem)}
    )
    exporter = SlidesExporter(
        template_name=DECK.name, exclude_anchor_links=True, extra_template_basedirs=[str(DECK.parent)]
    )
    text, _ = exporter.from_notebook_node(made)
    return text


def make(root: Path, chosen: str = "") -> Path:
    """Write the slides of all chapters, or of those whose name begins so; returns their folder.

    Raises `MasterError` where there is no such chapter, or the ledger is not made.
    """
    paths = sorted((root / "chapters").glob("*.ipynb"))
    chapters = {path.stem: nbformat.read(path, as_version=4) for path in paths}
    stems = [stem for stem in chapters if stem.startswith(chosen)]
    if not stems:
        raise MasterError(f"there is no chapter {chosen!r}; chapters are named as 03 or 03_gdp")
    try:
        ledger = json.loads((root / products.LEDGERS["data"]).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MasterError("the ledger is not made: run 'make pages'") from None
    labels = {claim["claim_id"]: claim["label"] for claim in ledger["claims"]}
    works, folder = parse_file(root / "references.bib"), root / FOLDER
    found = find_spec("sphinx_revealjs")
    if not found or not found.origin:
        raise MasterError("reveal.js is missing: run 'make setup'")
    for name in REVEAL:
        target = folder / "reveal" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(found.origin).parent / "_static/revealjs" / name, target)
    for number, stem in enumerate(stems, start=1):
        write_file(folder / f"{stem}.html", format_deck(root, stem, chapters, works, labels))
        print(f"Slides {number} of {len(stems)}: {stem} made", flush=True)
    decks = sorted(path for path in folder.glob("[0-9]*.html"))
    items = "\n".join(
        f'<li><a href="{path.name}">{escape(chapter.read_title(root, path.stem))}</a></li>' for path in decks
    )
    page = (DECK / "index.html").read_text(encoding="utf-8").replace("<!-- decks -->", items)
    write_file(folder / "index.html", page)
    return folder
