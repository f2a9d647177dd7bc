"""Feedback for a student: the executed notebook with points, as one self-contained HTML file.

Pages are rendered in processes with limits. One that takes too much time or memory is rendered in a
plain form.
"""

import json
import re
from collections.abc import Mapping
from urllib.parse import unquote

import nh3
from markupsafe import Markup
from nbconvert.filters import Highlight2HTML, ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from notebook_grader import files, gate, headings
from notebook_grader.cells import get_grade_id, is_grade, is_locked, is_solution
from notebook_grader.hand_in.platforms import split_student
from notebook_grader.judge.cell import LEFT_OUT
from notebook_grader.marks import pages, store
from notebook_grader.marks.decisions import View
from notebook_grader.marks.store import Result, Store
from notebook_grader.tables import format_number

Refusals = Mapping[str, list[str]]
Views = Mapping[str, View]
UNUSABLE = "The file that was handed in last could not be used: {}."
WHAT_NOW = (
    "What to do: hand in again, in the same place, what the assignment asks for. "
    "If you cannot, tell who marks: a mark can be given without it."
)
SECONDS = 20  # limit for one page
LONGEST_LINE = 300
# Most characters of one text or output, and of all together. Rendering time of crafted Markdown and
# HTML grows with the square of their length.
TEXT, TEXTS = 20_000, 100_000
OUTPUT, OUTPUTS, LEAST = 40_000, 400_000, 100
LINES = 1000  # of one text or output, as an endless list of short lines is a page without an end
PLAIN = 2000  # characters of an answer on a page in plain form
_TAGS = """a abbr b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol
p pre s small span strong sub sup table tbody td tfoot th thead tr u ul"""
_PICTURE = re.compile(r"[A-Za-z0-9+/=\s]*")
PICTURES = 20_000_000  # characters of all pictures in one text, however often it shows them
_KINDS = "image/(?:png|jpeg|gif|webp)"  # pictures that are no documents
_OWN = re.compile(f"data:{_KINDS};base64,")
_highlight = Highlight2HTML(pygments_lexer="python3")


def _check_address(tag: str, attribute: str, value: str) -> str | None:
    """Drop the address of a picture that is not in the page itself, and of a link that is not
    elsewhere."""
    allowed = {("img", "src"): _OWN, ("a", "href"): re.compile("https?://|mailto:|#")}.get(
        (tag, attribute)
    )
    return value if allowed is None or allowed.match(value) else None


_CLEANER = nh3.Cleaner(
    tags={*_TAGS.split()},
    clean_content_tags={"script", "style"},  # their content is not text for a reader
    attributes={
        "*": {"title"},
        "a": {"href"},
        "img": {"src", "alt"},
        "th": {"scope", "colspan", "rowspan"},
        "td": {"colspan", "rowspan"},
    },
    attribute_filter=_check_address,
    allowed_classes={"table": {"dataframe"}},  # others could imitate the page itself
    url_schemes={"http", "https", "mailto", "data"},
    link_rel=None,
)


def make_page(notebook: NotebookNode, result: Result, view: View, assignment: str) -> str:
    """Make the feedback page of an executed notebook."""
    arguments = notebook, result, view, assignment
    try:
        return gate.call(render_page, *arguments, seconds=SECONDS)
    except Exception:  # an answer may fail to render in many ways, or take too long
        return gate.call(render_page, *arguments, True, seconds=SECONDS)


def render_page(
    notebook: NotebookNode, result: Result, view: View, name: str, plain: bool = False
) -> str:
    """Render the feedback page of an executed notebook; `plain` leaves texts unrendered."""
    for cell in notebook.cells if plain else ():
        if not is_locked(cell):
            cell.cell_type = "code"
            cell.source = cell.source[:PLAIN]
        if not is_grade(cell) or is_solution(cell):
            cell.outputs = []
    shorten(notebook)
    titles = headings.find_titles(notebook)
    rows = []
    for cell, mark in view.marks.items():
        points = format_number(mark.points) or "to be marked"
        rows.append((cell, titles.get(cell, cell), points, result.cells[cell].out_of))
    return pages.render(
        "feedback",
        pages.make_digest(result, view),
        assignment=name,
        student=_name(result.student),
        view=view,
        remarks=[*view.sentences, *result.remarks],
        rows=rows,
        cells=[_render_cell(cell, result, view) for cell in notebook.cells],
    )


def _name(student: str) -> str:
    """A student's name as a page shows it, without the platform's number."""
    return split_student(student)[0].encode("utf-8", "replace").decode()


def shorten(notebook: NotebookNode) -> None:
    """Shorten long texts and outputs of the student."""
    texts = TEXTS
    outputs = OUTPUTS

    def cut(text: str, most: int) -> str:
        most = max(most, 0)
        shown = "".join(text[:most].splitlines(keepends=True)[:LINES])
        return text if shown == text else shown + LEFT_OUT

    for cell in notebook.cells:
        if not is_locked(cell):
            cell.source = cut(cell.source, min(TEXT, texts))
            texts -= len(cell.source)
        if is_grade(cell) and not is_solution(cell):
            continue  # the verdict
        kept = []
        for output in cell.get("outputs", []) if outputs > 0 else ():
            room = min(OUTPUT, outputs)
            if output.output_type == "stream":
                output.text = cut(output.text, room)
            elif output.output_type == "error":
                output.traceback = cut("\n".join(output.traceback), room).split("\n")
            else:
                output.data = {
                    mime: cut(text, room) if mime == "text/plain" else text
                    for mime, text in output.data.items()
                    if mime != "text/html" or len(text) <= room
                }
            outputs -= max(LEAST, _measure(output))
            kept.append(output)
        if "outputs" in cell:
            cell.outputs = kept


def _measure(output: NotebookNode) -> int:
    """Count the characters that a page shows of an output; pictures are cheap to show."""
    shown = [output.get("text", ""), *output.get("traceback", [])]
    data = output.get("data", {})
    return sum(map(len, [*shown, data.get("text/html", ""), data.get("text/plain", "")]))


def write_others(
    kept: Store, refused: Refusals, views: Views, graded: Mapping, name: str, **facts: object
) -> bool:
    """Write the pages of those without a notebook that was graded, and what other commands need to
    know.

    `refused` says why a student's file could not be used, and its name. Returns whether a file
    changed.
    """
    facts |= {"refused": refused}
    changed = files.write(
        kept.folder / store.FACTS, json.dumps(facts, ensure_ascii=False, indent=1)
    )
    for student in {*refused, *views} - {*graded}:
        view = views.get(student)
        why = refused.get(student, [])[:1]
        remarks = [*map(UNUSABLE.format, why), *(view.sentences if view else [WHAT_NOW])]
        shown = {"student": _name(student), "assignment": name, "view": view}
        page = pages.render("feedback", "", remarks=remarks, rows=[], cells=[], **shown)
        changed |= files.write(kept.find_file("feedback", student, ".html"), page)
    return changed


def write(kept: Store, result: Result, view: View, assignment: str) -> bool:
    """Write a student's page unless it is up to date; returns whether it was written."""
    path = kept.find_file("feedback", result.student, ".html")
    if pages.is_made_from(path, pages.make_digest(result, view)):
        return False
    return files.write(
        path, make_page(kept.read_notebook(result.student), result, view, assignment)
    )


def _render_cell(cell: NotebookNode, result: Result, view: View) -> dict:
    name = get_grade_id(cell)
    marks = view.marks
    kind = "tests" if is_grade(cell) else "answer" if is_solution(cell) else "other"
    label = "Your answer" if is_solution(cell) else "The tests" if kind == "tests" else ""
    if name in marks:
        mark = marks[name]
        out_of = result.cells[name].out_of
        machine = result.cells[name].points
        label += (
            ": to be marked" if mark.points is None else f": {mark.points:g} of {out_of:g} points"
        )
        label += (
            f" (items {', '.join(map(str, mark.items))} of the list of points)"
            if mark.items
            else ""
        )
        label += f" (the machine gave {machine:g})" if machine not in (None, mark.points) else ""
    if cell.cell_type == "code":
        lines = [
            f"{ln[:LONGEST_LINE]} ..." if ln[LONGEST_LINE:] else ln
            for ln in cell.source.splitlines()
        ]
        body = Markup(_highlight("\n".join(lines)))
        if kind == "other":
            body = Markup("<details><summary>Code</summary>{}</details>").format(body)
    else:
        body = render_markdown(show_attached(cell.source, cell.get("attachments", {})))
    return {
        "name": name if name in marks else None,
        "kind": kind,
        "label": label,
        "body": body,
        "outputs": [
            shown for output in cell.get("outputs", []) if (shown := render_output(output))
        ],
        "comment": marks[name].comment if name in marks else "",
    }


def show_attached(text: str, attached: Mapping[str, Mapping[str, str]]) -> str:
    """Embed pasted pictures in a text, whatever their alternative text; name those that are
    missing."""
    left = PICTURES

    def show(match: re.Match) -> str:
        nonlocal left
        bundle = attached.get(unquote(match[1]), {})
        mime, data = next(((m, d) for m, d in bundle.items() if re.fullmatch(_KINDS, m)), ("", ""))
        left -= len(data)
        known = mime and left > 0 and _PICTURE.fullmatch(data)
        return f"(data:{mime};base64,{data.strip()})" if known else f"[picture {match[1]}]"

    # A tag is how its size is set.
    text = re.sub(
        r"""<img[^<>]{1,300}attachment:([^<>\s"']+)[^<>]{0,300}>""", r"![](attachment:\1)", text
    )
    text = re.sub(r"\(<?attachment:([^)\s>]{1,300})(?:[> ][^)\n]{0,300})?\)", show, text)
    return text.replace("attachment:", "picture ")  # nbconvert ends at one that it misses


def render_markdown(text: str, escape: bool = False) -> Markup:
    """Render Markdown without what could run or load; tags in it are shown as they are if
    `escape`."""
    renderer = IPythonRenderer(escape=escape, exclude_anchor_links=True)
    return clean(MarkdownWithMath(renderer=renderer).render(text))


def clean(text: str) -> Markup:
    """Sanitise HTML: no scripts, no external resources."""
    return Markup(_CLEANER.clean(text))


def render_output(output: NotebookNode) -> Markup | None:
    """Render what a cell displayed, as far as it needs no script; None if nothing is left."""
    if output.output_type in ("stream", "error"):
        text = output.text if output.output_type == "stream" else "\n".join(output.traceback)
        return Markup("<pre>{}</pre>").format(Markup(ansi2html(text)))
    data = output.data
    html = data.get("text/html", "")
    if html and "<script" not in html:
        return clean(html)
    for kind in ("image/png", "image/jpeg"):
        if kind in data and _PICTURE.fullmatch(data[kind]):
            picture = Markup(
                '<img alt="A picture that the cell displayed" src="data:{};base64,{}">'
            )
            return picture.format(kind, data[kind])
    # A chart would need a script; show its text instead.
    return Markup("<pre>{}</pre>").format(data["text/plain"]) if data.get("text/plain") else None
