"""What a student gets back: the executed notebook with points, as one HTML file that needs nothing else."""

import re
from pathlib import Path

import nh3
from markupsafe import Markup
from nbconvert.filters import Highlight2HTML, ansi2html, markdown2html
from nbformat import NotebookNode
from nbgrader import utils

from notebook_grader import pages
from notebook_grader.assignment import get_grade_id
from notebook_grader.marks import Mark, count_points, format_number
from notebook_grader.store import Result

_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "small", "span"),
    *("strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}


def _keep_own_pictures(tag: str, attribute: str, value: str) -> str | None:
    """Leave out the address of a picture that is not in the page itself."""
    return None if (tag, attribute) == ("img", "src") and not value.startswith("data:image/") else value


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    # What stands inside these is no text for a reader.
    clean_content_tags={"script", "style"},
    attributes={
        "*": {"title"},
        "a": {"href"},
        "img": {"src", "alt"},
        "th": {"scope", "colspan", "rowspan"},
        "td": {"colspan", "rowspan"},
    },
    attribute_filter=_keep_own_pictures,
    # Other classes could look like what the page itself says.
    allowed_classes={"table": {"dataframe"}},
    url_schemes={"http", "https", "mailto", "data"},
    link_rel=None,
)
LONGEST_LINE = 300
PLAIN = 2000  # characters of an answer on a page that could not be made otherwise
_highlight = Highlight2HTML(pygments_lexer="python3")


def render_page(
    notebook: NotebookNode, result: Result, marks: dict[str, Mark], assignment: str, plain: bool = False
) -> str:
    """The feedback on one executed notebook; where `plain` is set, texts stand as they were written."""
    if plain:
        notebook = _restore_texts(notebook)
    titles = pages.find_titles(notebook)
    given, waiting, out_of = count_points(result, marks)
    return pages.render(
        "feedback.html.j2",
        pages.make_digest(result, marks),
        assignment=assignment,
        student=result.student.encode("utf-8", "replace").decode(),
        given=given,
        out_of=out_of,
        waiting=waiting,
        remarks=result.remarks,
        rows=[
            {
                "name": name,
                "title": titles.get(name, name),
                "points": format_number(mark.points) or "to be marked",
                "out_of": f"{result.cells[name].out_of:g}",
            }
            for name, mark in marks.items()
        ],
        cells=[_render_cell(cell, result, marks) for cell in notebook.cells],
    )


def _restore_texts(notebook: NotebookNode) -> NotebookNode:
    """The notebook with the beginnings of its texts as code, and what the judge says as its outputs."""
    for cell in notebook.cells:
        if not utils.is_locked(cell):
            cell.cell_type, cell.source = "code", cell.source[:PLAIN]
        if not utils.is_grade(cell) or utils.is_solution(cell):
            cell.outputs = []
    return notebook


def is_current(path: Path, result: Result, marks: dict[str, Mark]) -> bool:
    """Whether a feedback file was made from this result and these marks."""
    return pages.is_made_from(path, pages.make_digest(result, marks))


def _render_cell(cell: NotebookNode, result: Result, marks: dict[str, Mark]) -> dict:
    name = get_grade_id(cell)
    kind = "tests" if utils.is_grade(cell) else "answer" if utils.is_solution(cell) else "other"
    label = {"answer": "Your answer", "tests": "The tests", "other": ""}[kind]
    if kind == "tests" and utils.is_solution(cell):
        label = "Your answer"
    if name in marks:
        mark, out_of = marks[name], result.cells[name].out_of
        label += ": to be marked" if mark.points is None else f": {mark.points:g} of {out_of:g} points"
        label += f" (items {', '.join(map(str, mark.items))} of the list of points)" if mark.items else ""
    if cell.cell_type == "code":
        body = Markup(_highlight("\n".join(map(_shorten, cell.source.splitlines()))))
        if kind == "other":
            body = Markup("<details><summary>Code</summary>{}</details>").format(body)
    else:
        body = _render_markdown(cell.source)
    return {
        "name": name if name in marks else None,
        "kind": kind,
        "label": label,
        "body": body,
        "outputs": [shown for output in cell.get("outputs", []) if (shown := _render_output(output))],
        "comment": marks[name].comment if name in marks else "",
    }


def _shorten(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + " ..."


def clean(text: str) -> Markup:
    """HTML without anything that acts or looks elsewhere."""
    return Markup(_CLEANER.clean(text))


def _render_markdown(text: str) -> Markup:
    return clean(markdown2html(text))


def _render_output(output: NotebookNode) -> Markup | None:
    if output.output_type == "stream":
        return Markup("<pre>{}</pre>").format(Markup(ansi2html(output.text)))
    if output.output_type == "error":
        return Markup("<pre>{}</pre>").format(Markup(ansi2html("\n".join(output.traceback))))
    data = output.data
    html = data.get("text/html", "")
    if html and "<script" not in html:
        return clean(html)
    for kind in ("image/png", "image/jpeg"):
        if kind in data and re.fullmatch(r"[A-Za-z0-9+/=\s]*", data[kind]):
            picture = Markup('<img alt="A picture that the cell displayed" src="data:{};base64,{}">')
            return picture.format(kind, data[kind])
    # A chart would need a script; its text says what it is.
    return Markup("<pre>{}</pre>").format(data["text/plain"]) if data.get("text/plain") else None
