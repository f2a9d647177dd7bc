"""Slides of a chapter, by nbconvert: its sections, questions and charts, and the cells that an author marks.

An author marks a cell with `slide`, the heading of a slide that shows it. A chart without a mark has a slide
under the heading of its section. The answer to a question, and the finding of a chart, come with the next key
press. Other prose goes to the speaker's notes; verdicts are left out.
"""

import re
import string
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from pathlib import Path

import nbformat
from latex2mathml.converter import convert
from nbconvert import SlidesExporter
from nbformat import NotebookNode
from pybtex.database import parse_file
from still_charts import drawing, svg, vega

from coursework import headings
from coursework.build.record import write_file
from coursework.common import MasterError, read_glued
from coursework.teach import chapter
from coursework.teach.download import Plain

FOLDER = "_build/slides"
DECK = Path(__file__).parent / "deck"
# Files of reveal.js that a deck loads: sphinx-revealjs brings them, so that nothing comes from the network.
REVEAL = ("dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js", "LICENSE")
# Charts are drawn with larger words than on a page.
_SIZES = {"labelFontSize": 13, "titleFontSize": 13}
_CONFIG = {"axis": _SIZES, "legend": _SIZES, "header": _SIZES, "text": {"fontSize": 13}}
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


def list_parts(notebook: NotebookNode, plain: Plain) -> Iterator[tuple[str, str | NotebookNode]]:
    """Cut a chapter into parts of slides, each with its kind as nbconvert calls it; "-" continues a slide."""
    title, _, notebook.cells[0].source = notebook.cells[0].source.partition("\n")
    section = ""
    yield "slide", title
    for cell in notebook.cells:
        mark, outputs = cell.metadata.get("slide", ""), cell.get("outputs", [])
        charts = [o.data[vega.CHART_MIME] for o in outputs if vega.CHART_MIME in o.get("data", {})]
        for number, spec in enumerate(charts):
            yield from _show_chart(spec, f"{cell.id}-{number}", mark or section)
            yield "notes", plain(cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", ""))
        if mark and not charts:
            yield "subslide", f"## {mark}"
            yield "-", cell if cell.cell_type == "code" else plain(cell.source)
        elif cell.cell_type == "markdown":
            end = 0
            for part in _PART.finditer(cell.source):
                yield "notes", plain(cell.source[end : part.start()])
                end, section = part.end(), part["section"] or section
                if section == headings.VERDICTS:
                    return
                if part["section"]:
                    yield "slide", f"## {section}"
                else:
                    yield from _show_box(part["title"], _OPTIONS.sub("", part["body"]), plain)
            yield "notes", plain(cell.source[end:])


def _show_chart(spec: dict, name: str, heading: str) -> Iterator[tuple[str, str]]:
    finding, _, bare = drawing.take_title(spec)
    config = bare.get("config", {})
    config |= {key: config.get(key, {}) | sizes for key, sizes in _CONFIG.items()}
    drawn = svg.draw_stills(bare | {"config": config, "background": "white"}, name, "zh-Hans")
    picture = re.sub(r"\s*\n\s*", " ", drawn.get("wide") or drawn["any"])
    label = escape(spec.get("description", ""), quote=True)
    yield "subslide", f'## {heading}\n\n<div class="chart" role="img" aria-label="{label}">{picture}</div>'
    yield "fragment", f'<p class="answer">{escape(finding)}</p>'


def _show_box(title: str, body: str, plain: Plain) -> Iterator[tuple[str, str]]:
    """A question. A guess is a poll, with its answer on the next key press; other answers go to the notes."""
    question, answers = plain(_ANSWER.sub("", _GUESS.sub("", body))).strip(), _ANSWER.findall(body)
    if title.endswith("?") or len(question) > 600:  # a sentence to write, or work for pen and paper
        yield from (("subslide", f"## {title}"), ("notes", question))
        return
    yield "subslide", f'<p class="kicker">{title}</p>\n\n{question}'
    yield "notes", " ".join(plain(answer) for _, answer in answers)
    if guess := _GUESS.search(body):
        facts = dict(re.findall(r"^:(\w+): (.+)$", guess[1], re.MULTILINE))
        options, unit = re.findall(r"^- (.+)$", guess[1], re.MULTILINE), facts.get("unit", "")
        answer = plain.numbers.get(facts["answer"], facts["answer"])
        letter = f"{string.ascii_uppercase[options.index(answer)]}. " if options else ""
        listed = "".join(f"<li>{escape(option)}</li>" for option in options)
        yield "-", f'<ol class="poll">{listed}</ol>' if options else f'<p class="poll">Guess: … {unit}</p>'
        yield "fragment", f'<p class="answer">{letter}{escape(f"{answer} {unit}".strip())}</p>'


def _set_formula(match: re.Match) -> str:
    """MathML of a formula, which needs no script."""
    made = convert((match[1] or match[2]).strip(), display="block" if match[1] else "inline")
    return f'<div class="formula">{made}</div>' if match[1] else made


def _make_cells(notebook: NotebookNode, plain: Plain) -> Iterator[NotebookNode]:
    for number, (kind, part) in enumerate(list_parts(notebook, plain)):
        text = _FORMULA.sub(_set_formula, part) if isinstance(part, str) else ""
        cell = nbformat.v4.new_markdown_cell(text, id=f"part-{number}") if isinstance(part, str) else part
        cell.metadata["slideshow"] = {"slide_type": kind}
        if cell.source.strip():
            yield cell


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
    exporter = SlidesExporter(
        template_name=DECK.name, exclude_anchor_links=True, extra_template_basedirs=[str(DECK.parent)]
    )
    for number, path in enumerate(selected, start=1):
        notebook = nbformat.read(path, as_version=4)
        plain = Plain(read_glued(notebook.cells), figures, works, chapter.describe_times(root, path.stem))
        made = nbformat.v4.new_notebook(cells=[*_make_cells(notebook, plain)])
        made.metadata["title"] = chapter.read_title(root, path.stem)
        write_file(folder / f"{path.stem}.html", exporter.from_notebook_node(made)[0])
        print(f"Slides {number} of {len(selected)}: {path.stem} made", flush=True)
    decks = {path.name: chapter.read_title(root, path.stem) for path in sorted(folder.glob("[0-9]*.html"))}
    links = "\n".join(f'<li><a href="{name}">{escape(title)}</a></li>' for name, title in decks.items())
    page = (DECK / "index.html").read_text(encoding="utf-8").replace("<!-- decks -->", links)
    write_file(folder / "index.html", page)
    return folder
