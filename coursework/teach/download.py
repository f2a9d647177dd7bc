"""Download of each chapter: a zip with a plain notebook, the course's library, requirements and a
readme.

What only the book's renderer reads becomes what any notebook shows: admonitions become quotations,
references their text, citations authors and year with a list at the end. A paragraph with numbers
that cells above it compute becomes a folded cell, so that they follow the code. A number that the
text has before it is computed stays as it is in the book.
"""

import ast
import re
from functools import cache
from pathlib import Path

import nbformat
from live_cells import zips
from nbformat import NotebookNode
from pybtex.backends.markdown import Backend
from pybtex.database import BibliographyData, parse_file
from pybtex.style.formatting.plain import Style

from coursework.common import KERNEL, ROLE, fill, list_tags, read_glued
from coursework.needs import Needs

NUMBERS = """\
from IPython.display import Markdown

# The numbers of the text, which follow the code: each is set where it is computed.
text_numbers = {}"""
EXERCISES = "The exercises have a notebook of their own, on the lesson's page of exercises."
# Labels of boxes that have no title, as book/lessons/forms.py shows them.
LABELS = {
    "decides": "The choice that decides",
    "answer": "What we can say",
    "key-ideas": "Key ideas",
}
NOT_SAY = "What we may not say"
# myst-parser would find these, but its inline tokens have no positions, so the prose around them
# could not be kept as it is.
_COLONS = re.compile(
    r"^(:::+)[ ]*\{(admonition|dropdown|sentence|glance|work|decides|answer|key-ideas)\}["
    r" ]*([^\n]*)\n"
    r"((?::[\w-]+:[^\n]*\n)*)(.*?)^\1[ ]*$",
    re.DOTALL | re.MULTILINE,
)
# Comments, link targets, and the field of a guess, which only a page has.
_DROPPED = re.compile(
    r"^% [^\n]*\n|^\([\w-]+\)=\n|^```\{guess\}.*?^```\n", re.DOTALL | re.MULTILINE
)
_NOT = re.compile(r"^:not: (.*)$", re.MULTILINE)
_FENCE = re.compile(
    r"^```\{(exercise-list|doors|footbibliography|times)\}.*?^```$", re.DOTALL | re.MULTILINE
)
_DEFINITION = re.compile(r"^(\S.*)\n: +(.*)$", re.MULTILINE)
_GLUE = re.compile(r"\bglue\(")
_NUMBER = re.compile(r"\{glue:text\}`([^`<]+)`")


def simplify_code(cell: NotebookNode) -> str:
    """Code of a cell for readers: numbers for the text go into a dictionary.

    In a cell that the book removes, asserts guard the book's sentences, so they go.
    """
    removed = {"remove-cell", "remove-input"} & list_tags(cell)
    lines = cell.source.splitlines()
    for statement in reversed(ast.parse(cell.source).body):
        if removed and isinstance(statement, ast.Assert):
            lines[statement.lineno - 1 : statement.end_lineno] = []
        elif isinstance(statement, ast.ImportFrom) and "glue" in {
            name.name for name in statement.names
        }:
            statement.names = [name for name in statement.names if name.name != "glue"]
            rest = [ast.unparse(statement)] if statement.names else []
            lines[statement.lineno - 1 : statement.end_lineno] = rest
    return _GLUE.sub("text_numbers.update(", "\n".join(lines)).strip()


class Plain:
    """Turn the Markdown of one chapter into Markdown that any notebook shows."""

    def __init__(
        self, numbers: dict[str, str], figures: dict[str, str], works: BibliographyData, times: str
    ) -> None:
        self.numbers = numbers
        self.figures = figures
        self.works = works
        self.times = f"**Time.** {times}"
        self.cited: list[str] = []

    def __call__(self, text: str) -> str:
        text = _COLONS.sub(self._replace_block, _DROPPED.sub("", text))
        text = _DEFINITION.sub(r"- \1: \2", ROLE.sub(self._replace_role, text))
        return _FENCE.sub(self._replace_fence, text)

    def _replace_fence(self, match: re.Match) -> str:
        if match[1] == "footbibliography":
            works = _load_style().format_bibliography(self.works, self.cited)
            return "\n".join(f"- {work.text.render(Backend())}" for work in works)
        return EXERCISES if match[1] in ("exercise-list", "doors") else self.times

    def _replace_block(self, match: re.Match) -> str:
        kind = match[2]
        title = LABELS.get(match[2], match[3])
        body = _COLONS.sub(self._replace_block, match[5].strip() + "\n").strip()
        if kind == "work":
            return body
        if kind == "glance":
            return f"{body}\n\n{self.times}"
        if kind in ("dropdown", "sentence"):
            return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
        if unsaid := _NOT.search(match[4]):
            body += f"\n\n**{NOT_SAY}**\n\n{unsaid[1]}"
        # Without an empty line, the text after the box would be a line of its last paragraph.
        return (
            "\n".join(f"> {line}".rstrip() for line in [f"**{title}**", "", *body.splitlines()])
            + "\n"
        )

    def _replace_role(self, match: re.Match) -> str:
        role = match[1]
        text = match[2]
        if role.startswith("footcite:"):
            return self._format_citation(text.split(","), in_text=role.endswith("t"))
        return (
            self.numbers[text]
            if role == "glue:text"
            else self.figures[text]
            if role == "numref"
            else text
        )

    def _format_citation(self, keys: list[str], *, in_text: bool) -> str:
        works = []
        for key in map(str.strip, keys):
            entry = self.works.entries[key]
            self.cited += [] if key in self.cited else [key]
            people = entry.persons.get("author") or entry.persons.get("editor") or []
            names = [
                re.sub(r"[{}]", "", " ".join([*one.prelast_names, *one.last_names]))
                for one in people
            ]
            who = " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
            who = f"{names[0]} et al." if len(names) > 3 else who or entry.fields.get("title", key)
            works.append((who, entry.fields.get("year", "no year")))
        if in_text:
            return "; ".join(f"{who} ({year})" for who, year in works)
        return "(" + "; ".join(f"{who}, {year}" for who, year in works) + ")"


def _make_prose(cell: NotebookNode, plain: Plain, known: set[str]) -> NotebookNode:
    """A cell of text; if all its numbers are `known` by then, as code that shows the text with
    them."""
    text = plain(cell.source)
    names = set(_NUMBER.findall(cell.source))
    if not names or names - known:
        return nbformat.v4.new_markdown_cell(text, id=cell.id)
    numbers = plain.numbers
    plain.numbers = {name: f"\0{name}\0" for name in names}
    marked = plain(cell.source)
    plain.numbers = numbers
    code = re.sub("\0(.*?)\0", r"{text_numbers['\1']}", re.sub(r"([{}])", r"\1\1", marked))
    shown = nbformat.v4.new_output("execute_result", {"text/markdown": text}, execution_count=None)
    folded = {"jupyter": {"source_hidden": True}}
    return nbformat.v4.new_code_cell(
        f'Markdown(rf"""{code}""")', id=cell.id, metadata=folded, outputs=[shown]
    )


def make_notebook(notebook: NotebookNode, plain: Plain, how_to: str) -> NotebookNode:
    """Make the notebook that readers run, with figures' captions below them."""
    cells: list[NotebookNode] = []
    known: set[str] = set()
    for cell in map(NotebookNode, notebook.cells):
        if cell.cell_type == "markdown" and not cells:
            title, _, rest = plain(cell.source).partition("\n")
            cells.append(nbformat.v4.new_markdown_cell(f"{title}\n\n{how_to}\n{rest}", id=cell.id))
            cells.append(nbformat.v4.new_code_cell(NUMBERS, id="numbers"))
        elif cell.cell_type == "markdown":
            cells.append(_make_prose(cell, plain, known))
        elif cell.cell_type == "code":
            figure = cell.metadata.get("mystnb", {}).get("figure")
            known |= read_glued([cell]).keys()
            cell.source = simplify_code(cell)
            cell.metadata = {}
            cell.outputs = []
            cell.execution_count = None
            cells += [cell] if cell.source else []
            if figure:
                caption = plain(f"*{plain.figures[figure['name']]}.* {figure['caption'].strip()}")
                cells.append(
                    nbformat.v4.new_markdown_cell(caption, id=f"caption-{figure['name']}"[:64])
                )
    return nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}}
    )


def format_chapter(
    source: Path, figures: dict[str, str], works: Path, times: str, needed: Needs
) -> str:
    """Make the notebook of a download from an executed one.

    `figures` are the numbers of all figures by name, `works` is the book's bibliography, `times` a
    sentence with the chapter's minutes.
    """
    notebook = nbformat.read(source, as_version=4)
    plain = Plain(read_glued(notebook.cells), figures, _read_works(works), times)
    how_to = fill("download.md", name=source.stem, pythons=needed.pythons)
    return nbformat.writes(make_notebook(notebook, plain, how_to)) + "\n"


def bundle(name: str, notebook: str, wheel: Path, needed: Needs) -> bytes:
    """Pack all that a chapter needs; the same bytes every time."""
    files = {
        "README.txt": f"{fill('download.txt', name=name, pythons=needed.pythons)}\n".encode(),
        f"{name}.ipynb": notebook.encode(),
        "requirements.txt": needed.requirements.encode(),
        wheel.name: wheel.read_bytes(),
    }
    return zips.pack((f"{name}/{file}", inside) for file, inside in files.items())


_read_works = cache(parse_file)
# Each style looks through the metadata of every installed package.
_load_style = cache(Style)
