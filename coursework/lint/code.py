"""Code that readers can follow: removed cells compute nothing, and no number of the ledger is
typed."""

import ast
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from coursework.common import list_tags
from coursework.lint.chapter import FOLDED, REMOVED, Chapter, Finding
from jingjinji import claims

# Calls that a removed cell may make: they only format or file what was computed.
_WRITES = {
    "glue",
    "verdict",
    "verdict_table",
    "str",
    "round",
    "int",
    "format",
    "replace",
    "lower",
    "upper",
}
_WRITES |= {"len", "title", "capitalize", "join", "strip", "items"}
# Numbers of a drawing, not of the region.
_LAYOUT = re.compile(
    "height|width|dx|dy|fontSize|size|padding|strokeWidth|opacity|tickCount|step|angle|limit"
    "|labelLimit|offset|strokeDash|cornerRadius|domain|base"
)


def find_removed(chapter: Chapter) -> Iterator[Finding]:
    """Removed cells that compute: what a sentence or a verdict rests on must be visible or
    folded."""
    for cell in chapter.code:
        fault = _find_computing(ast.parse(cell.source)) if list_tags(cell) & REMOVED else ""
        if fault:
            says = f"a removed cell computes ({fault}): {_read_first_line(cell)}"
            yield chapter.note(cell, says, "Compute it in the open")


def find_mute(chapter: Chapter) -> Iterator[Finding]:
    """Folded cells that do not say what is inside; in a lesson the page says it where the author
    does not."""
    for cell in () if chapter.is_lesson else chapter.code:
        summary = cell.metadata.get("mystnb", {}).get("code_prompt_show", "")
        if list_tags(cell) & FOLDED and len(summary) < 10:
            says = f"a folded cell has no summary: {_read_first_line(cell)}"
            yield chapter.note(cell, says, "Say in mystnb.code_prompt_show what is inside")


def _read_first_line(cell: NotebookNode) -> str:
    return next((line.strip() for line in cell.source.splitlines() if line.strip()), "")[:60]


def _find_computing(tree: ast.Module) -> str:
    """The first statement or call that computes something."""
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom, ast.Assert)):
            continue
        if not isinstance(statement, ast.Expr):
            return f"line {statement.lineno} is more than handing over"
        for node in ast.walk(statement):
            if isinstance(node, ast.BinOp) and not (_is_text(node.left) or _is_text(node.right)):
                return f"arithmetic in line {node.lineno}"
            if isinstance(node, ast.Call) and _name_called(node) not in _WRITES:
                return f"{_name_called(node)}() in line {node.lineno}"
    return ""


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _name_called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "something")))


class _Literals(ast.NodeVisitor):
    """Numbers typed in a cell, except those that only lay out a drawing."""

    def __init__(self) -> None:
        self.found: set[float] = set()

    def visit_keyword(self, node: ast.keyword) -> None:
        if not _LAYOUT.fullmatch(node.arg or ""):
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            self.found.add(float(node.value))


def find_constants(chapter: Chapter) -> Iterator[Finding]:
    """Numbers typed in code that are values of the chapter's claims."""
    # Small whole numbers are also counts, indices and digits, so they prove nothing.
    values = {
        value: claim for claim in chapter.claims if (value := claims.get(claim).value) is not None
    }
    held = {value: claim for value, claim in values.items() if value != int(value) or value > 25}
    for cell in chapter.code:
        literals = _Literals()
        literals.visit(ast.parse(cell.source))
        for value in sorted(literals.found & held.keys()):
            yield chapter.note(
                cell, f"typed {value:g}", f"It is claims.get('{held[value]}').value", f"{value:g}"
            )
