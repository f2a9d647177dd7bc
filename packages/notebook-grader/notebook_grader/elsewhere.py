"""Find texts that a student wrote outside the cells for texts, so that a marker reads them.

In Markdown cells these are all lines that were not provided; in code, anything that may be a sentence: in a
comment, in a string, or in code that is not Python. Comments of a word or two and column names do not count.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import indent

from nbformat import NotebookNode

from notebook_grader import gate
from notebook_grader.assignment import Assignment, digest_text
from notebook_grader.cells import is_grade, is_solution
from notebook_grader.pages import find_titles

OWN, GIVEN, ANSWER, CODE = "a cell of its own", "a given text", "an answer", "code"
SECONDS = 20
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
    """A student's text in one cell, the kind of the cell, and the heading above it."""

    text: str
    place: str
    title: str = ""

    def __str__(self) -> str:
        """The text as a marker sees it."""
        under = f", under “{self.title}”" if self.title else ""
        text = indent(self.text, "    ") if self.place == CODE else self.text
        return f"[In {self.place}{under}:]\n\n{text}"


def is_for_text(cell: NotebookNode) -> bool:
    """Whether a cell of an assignment is for a text that a person marks."""
    return cell.cell_type == "markdown" and is_solution(cell) and is_grade(cell)


def add_texts(named: Named, restored: Cells, assignment: Assignment, changes: Changes) -> None:
    """Where the cell for a text is untouched, insert what was written elsewhere, for a marker to read.

    `named` are the cells as they were handed in. What was written into the question of an answer, which is
    restored, is added to the answer.
    """
    known = assignment.list_cells()
    answers = [name for name, cell in known.items() if is_for_text(cell)]
    given = "\n".join(cell.source for cell in known.values())
    left = ["\n".join(_list_own(cell.source, given).values()).strip() for _, cell in named]
    code = [cell.source for _, cell in named if cell.cell_type == "code"]
    titles = find_titles(assignment.notebook)
    try:
        in_code = iter(gate.call(find_sentences, code, given, seconds=SECONDS))
    except gate.Excess:
        in_code = iter(code)
    title, texts = "", list[Text]()
    for (name, cell), text in zip(named, left, strict=True):
        title, place = titles.get(name, title), GIVEN if name in known else OWN
        if cell.cell_type == "code":
            place, sentences = CODE, next(in_code)
            text = text if name in answers else sentences
        place = ANSWER if name in answers else place
        if re.search(r"\w", text) and digest_text(cell.source) not in assignment.given.get(name, ()):
            texts.append(Text(text, place, title))
    texts.sort(key=lambda text: text.place == CODE)
    for name in (name for name in answers if name in restored):
        cell, original = restored[name], known[name].source
        in_question = [text for text in texts if text.place == GIVEN and text.title == titles.get(name)]
        if cell.source.strip() in ("", original.strip()):
            pictures = [other.get("attachments", {}) for _, other in named]
            cell["attachments"] = {file: bundle for held in pictures for file, bundle in held.items()}
            cell.source = "\n\n".join(map(str, texts)) or original
            remark = "a person reads what stands elsewhere" if texts else "no other text is in the notebook"
            changes[f"Untouched cells for a text; {remark}"].append(name)
        elif in_question:
            cell.source = "\n\n".join(map(str, [cell.source, *in_question]))
            changes["Texts in a question, read with the answer"].append(name)


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
        nodes, readline = [*ast.walk(ast.parse(plain))], io.StringIO(plain).readline
        comments = [t for t in tokenize.generate_tokens(readline) if t.type == tokenize.COMMENT]
    except _NO_PYTHON:
        return [*own.values()] if _may_be_sentence(own.values()) else []
    words = {token.start[0]: token.string for token in comments if token.start[0] in own}
    chosen = set(words) if _may_be_sentence(words.values()) else set()
    for node in nodes:
        prints = isinstance(node, ast.Call) and getattr(node.func, "id", "") in _PRINTS
        if isinstance(node, ast.expr) and (prints or isinstance(node, (ast.Constant, ast.JoinedStr))):
            parts = [child.value for child in ast.walk(node) if isinstance(child, ast.Constant)]
            if _may_be_sentence(part for part in parts if isinstance(part, str) and part not in given):
                chosen |= {*range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    return [line for number, line in own.items() if number in chosen]


def _may_be_sentence(parts: Iterable[str]) -> bool:
    return len(_WORD.findall(" ".join(parts))) >= WORDS
