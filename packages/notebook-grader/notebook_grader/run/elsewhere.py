"""Find texts that a student wrote outside the cells for texts, so that a marker reads them.

In Markdown cells these are all lines that were not provided; in code, anything that may be a
sentence: in a comment, in a string, or in code that is not Python. Comments of a word or two and
column names do not count.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from textwrap import indent

from nbformat import NotebookNode

from notebook_grader import gate
from notebook_grader.assignments.assignment import Assignment, digest_text
from notebook_grader.cells import is_grade, is_solution
from notebook_grader.headings import find_titles, number_sections

OWN, GIVEN, ANSWER, CODE = "a cell of its own", "a given text", "an answer", "code"
HERE = "[In the cell for the answer:]"
SECONDS = 20
SHORTEST = 60  # characters: a shorter answer may point to a text elsewhere
WORDS = 3  # so many words in code may be a sentence
_WORD = re.compile(
    r"""[\u3040-\u9fff]{2}  # words without spaces between them
    | (?<![^\s"'“‘(#*]) [^\W\d_]{2,} (?:['’-][^\W\d_]+)* (?=[^\w\s]*(?:\s|$))""",
    re.VERBOSE,
)
_PRINTS = ("print", "display")
Cells = dict[str, NotebookNode]
Named = list[tuple[str, NotebookNode]]  # cells with their grade ids; "" for a student's own
Changes = dict[str, list[str]]  # names of cells by what was done to them
_NO_PYTHON = (SyntaxError, ValueError, tokenize.TokenError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Text:
    """A student's text in one cell: the kind of the cell, and where it stands.

    `name` is the answer to which the cell belongs as a part or a copy, `title` the heading above
    it, and `named` whether it is a cell of the assignment. `sections` are the numbers of the
    headings under which it may stand.
    """

    text: str
    place: str
    title: str
    sections: tuple[int, ...]
    cell: NotebookNode
    name: str = ""
    named: bool = False

    def __str__(self) -> str:
        """The text as a marker sees it."""
        under = f", under “{self.title}”" if self.title else ""
        text = indent(self.text, "    ") if self.place == CODE else self.text
        return f"[In {self.place}{under}:]\n\n{text}"


def is_for_text(cell: NotebookNode) -> bool:
    """Whether a cell of an assignment is for a text that a person marks."""
    return cell.cell_type == "markdown" and is_solution(cell) and is_grade(cell)


def add_texts(
    named: Named,
    copies: Mapping[int, str],
    restored: Cells,
    assignment: Assignment,
    changes: Changes,
) -> None:
    """Let a marker read what was written beside the cell for a text, and elsewhere if the cell has
    none.

    `named` are the cells as they were handed in, and `copies` the names of copied ones by place,
    where the last copy is named. All copies are parts of one text. To it belong the student's own
    cells under the same heading, that is up to the next question, and what was written into the
    question, which is restored. An answer that is too short to be one may point elsewhere.
    """
    known = assignment.list_cells()
    sections = number_sections(assignment.notebook)
    texts = _collect_texts(named, copies, assignment)
    for name in (name for name, cell in known.items() if is_for_text(cell) and name in restored):
        own = [text for text in texts if text.name == name]
        beside = [text for text in texts if _is_beside(text, name, sections[name])]
        others = [text for text in texts if not _is_beside(text, name, sections[name])]
        others.sort(key=lambda text: text.place == CODE)
        chosen = beside
        if not own:
            restored[name].source = known[name].source
            chosen = [*beside, *others]
            remark = (
                "a person reads what stands elsewhere"
                if chosen
                else "no other text is in the notebook"
            )
            changes[f"Untouched cells for a text; {remark}"].append(name)
        elif sum(len(text.text.strip()) for text in own) < SHORTEST:
            chosen = [*beside, *filter(_may_be_pointed_at, others)]
        if own and len(chosen) > len(own):
            changes["Texts beside the cell for a text, read with it"].append(name)
        _show(restored[name], chosen, name)


def _is_beside(text: Text, name: str, section: int) -> bool:
    """Whether a text is of the answer `name`, or stands under its heading."""
    return text.name == name or (section in text.sections and text.place != ANSWER)


def _may_be_pointed_at(text: Text) -> bool:
    """Whether it is no part of an answer to another question."""
    return text.place in (OWN, GIVEN) or (text.place == CODE and not text.named)


def _show(cell: NotebookNode, texts: list[Text], name: str) -> None:
    """Make the source of the cell from these texts; what is its own stands as it is, and once."""
    shown = dict[str, str]()
    labelled = False
    attached = {}
    for text in texts:
        is_own = text.name == name
        says = text.text if is_own else str(text)
        if says not in shown:
            shown[says] = f"{HERE}\n\n{says}" if is_own and labelled else says
            labelled = not is_own
        attached.update(text.cell.get("attachments", {}))
    if shown:
        cell.source = "\n\n".join(shown.values())
    if attached:
        cell["attachments"] = attached


def _collect_texts(named: Named, copies: Mapping[int, str], assignment: Assignment) -> list[Text]:
    """Collect what a student wrote in each cell, in the order of the notebook."""
    known = assignment.list_cells()
    titles = find_titles(assignment.notebook)
    sections = number_sections(assignment.notebook)
    given = "\n".join(c.source for c in known.values())
    by_text = {digest: name for name, digests in assignment.given.items() for digest in digests}
    in_code = iter(_find_in_code(named, given))
    title = ""
    section = 0
    last = 0
    texts = list[Text]()
    for place, (name, cell) in enumerate(named):
        sentences = next(in_code) if cell.cell_type == "code" else None
        part = name or copies.get(place, "")
        own = part if part in known and is_for_text(known[part]) else ""
        original = part or by_text.get(digest_text(cell.source), "")
        if (
            own and sections[own] != section
        ):  # its question is elsewhere: cells above may be for either
            texts[last:] = [replace(one, sections=(section, sections[own])) for one in texts[last:]]
        title = titles.get(original, title)
        section = sections.get(original, section)
        last = len(texts) if original else last
        if own:
            kind = ANSWER
            text = cell.source
            is_written = bool(text.strip()) and text.strip() != known[own].source.strip()
        else:
            lines = "\n".join(_list_own(cell.source, given).values()).strip()
            kind = CODE if sentences is not None else GIVEN if name else OWN
            text = lines if sentences is None else sentences
            is_given = digest_text(cell.source) in by_text
            is_written = bool(re.search(r"\w", text)) and not is_given
        if is_written:
            texts.append(Text(text, kind, title, (section,), cell, own, bool(name)))
            last = len(texts) if original else last
    return texts


def _find_in_code(named: Named, given: str) -> list[str]:
    """Find what may be sentences in each cell of code."""
    code = [cell.source for _, cell in named if cell.cell_type == "code"]
    try:
        return gate.call(find_sentences, code, given, seconds=SECONDS)
    except gate.Excess:
        return code


def _list_own(source: str, given: str) -> dict[int, str]:
    """List the lines of a cell that were not provided, by number."""
    provided = {line.strip() for line in given.split("\n")} - {""}
    return {n: line for n, line in enumerate(source.split("\n"), 1) if line.strip() not in provided}


def find_sentences(code: list[str], given: str) -> list[str]:
    """Find the lines of each cell that may hold a sentence and were not provided."""
    return ["\n".join(_choose_lines(source, given)) for source in code]


def _choose_lines(source: str, given: str) -> list[str]:
    own = _list_own(source, given)
    try:
        plain = re.sub("^[%!].*", "", source, flags=re.MULTILINE)  # magics
        nodes = [*ast.walk(ast.parse(plain))]
        readline = io.StringIO(plain).readline
        comments = [t for t in tokenize.generate_tokens(readline) if t.type == tokenize.COMMENT]
    except _NO_PYTHON:
        return [*own.values()] if _may_be_sentence(own.values()) else []
    words = {token.start[0]: token.string for token in comments if token.start[0] in own}
    chosen = set(words) if _may_be_sentence(words.values()) else set()
    for node in nodes:
        prints = isinstance(node, ast.Call) and getattr(node.func, "id", "") in _PRINTS
        if isinstance(node, ast.expr) and (
            prints or isinstance(node, (ast.Constant, ast.JoinedStr))
        ):
            parts = [child.value for child in ast.walk(node) if isinstance(child, ast.Constant)]
            if _may_be_sentence(
                part for part in parts if isinstance(part, str) and part not in given
            ):
                chosen |= {*range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    return [line for number, line in own.items() if number in chosen]


def _may_be_sentence(parts: Iterable[str]) -> bool:
    return len(_WORD.findall(" ".join(parts))) >= WORDS
