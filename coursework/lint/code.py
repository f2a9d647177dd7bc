"""Code that readers can follow: what is removed computes nothing, what is called is taught, a line fits."""

import ast
import builtins
import re
import symtable
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from inspect import isfunction
from pathlib import Path
from pkgutil import walk_packages

from nbformat import NotebookNode

import jingjinji
from coursework.lint.chapter import FOLDED, REMOVED, Chapter, Finding, list_code_cells, list_tags
from coursework.lint.chapter import read_first_line as first
from coursework.making import reading_time
from jingjinji import claims
from jingjinji.charts import CHART_MIME

WIDEST = 76
# A removed cell hands names over; these only write them down.
_WRITES = {"glue", "verdict", "verdict_table", "str", "round", "int", "format", "replace", "lower", "upper"}
_WRITES |= {"len", "title", "capitalize", "join", "strip", "items"}
# Numbers of a drawing, not of the region.
_LAYOUT = re.compile(
    "height|width|dx|dy|fontSize|size|padding|strokeWidth|opacity|tickCount|step|angle|limit|labelLimit|offset"
    "|strokeDash|cornerRadius|domain|base"
)
# Names of the language's own kinds, which a reader of Python knows.
_KNOWN = {name for kind in (str, list, dict, set, tuple, float) for name in dir(kind)} | set(dir(builtins))


def find_wide(chapter: Chapter) -> Iterator[Finding]:
    """Lines that a phone shows only when it is scrolled, in cells that a page keeps."""
    for cell in chapter.code:
        for line in cell.source.splitlines() if "remove-cell" not in list_tags(cell) else []:
            if len(line) > WIDEST:
                says = f"a line of {len(line)} characters, at most {WIDEST}: {line.strip()[:40]}"
                yield chapter.note(cell, says, "Break it", at=line)


def find_removed(chapter: Chapter) -> Iterator[Finding]:
    """Removed cells that compute: what a sentence or a verdict rests on must be seen or folded."""
    for cell in chapter.code:
        for fault in _list_computing(ast.parse(cell.source)) if list_tags(cell) & REMOVED else []:
            yield chapter.note(
                cell, f"a removed cell computes ({fault}): {first(cell)}", "Compute it in the open"
            )


def _list_computing(tree: ast.Module) -> list[str]:
    found = []
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom, ast.Assert)):
            continue
        if not isinstance(statement, ast.Expr):
            found.append(f"line {statement.lineno} is more than handing over")
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.BinOp) and not (_is_text(node.left) or _is_text(node.right)):
                found.append(f"arithmetic in line {node.lineno}")
            elif isinstance(node, ast.Call) and _name_called(node) not in _WRITES:
                found.append(f"{_name_called(node)}() in line {node.lineno}")
    return found[:1]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _name_called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "something")))


def find_folded(chapter: Chapter) -> Iterator[Finding]:
    """Folded cells without a summary of their own, and names that later cells need from a folded chart."""
    born: dict[str, bool] = {}
    for cell in chapter.code:
        bound, used = _list_bound(cell.source), _list_used(cell.source)
        for name in sorted(used - bound):
            if born.get(name):
                says = f"{name!r} was born in a folded chart cell and is needed by: {first(cell)}"
                yield chapter.note(cell, says, "Make it in a cell that is seen", at=name)
        is_folded = bool(list_tags(cell) & FOLDED)
        is_chart = is_folded and any(CHART_MIME in o.get("data", {}) for o in cell.outputs)
        born |= dict.fromkeys(bound, is_chart)
        if is_folded and len(cell.metadata.get("mystnb", {}).get("code_prompt_show", "")) < 10:
            advice = "Say in mystnb.code_prompt_show what is inside"
            yield chapter.note(cell, f"a folded cell has no summary: {first(cell)}", advice)


def _list_bound(source: str) -> set[str]:
    """The names that a cell binds for those after it."""
    symbols = symtable.symtable(source, "cell", "exec").get_symbols()
    return {name.get_name() for name in symbols if name.is_assigned() or name.is_imported()}


def _list_used(source: str) -> set[str]:
    """The names that a cell needs, also inside its functions, but not what these bind for themselves."""
    found, waiting = set(), [symtable.symtable(source, "cell", "exec")]
    while waiting:
        table = waiting.pop()
        inner = table.get_type() != "module"
        symbols = (name for name in table.get_symbols() if name.is_referenced())
        found |= {name.get_name() for name in symbols if not inner or name.is_global()}
        waiting += table.get_children()
    return found


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


def find_constants(chapter: Chapter, ids: Iterable[str] | None = None) -> Iterator[Finding]:
    """Numbers typed in code that the ledger holds for the chapter's claims, or for these."""
    # Small whole numbers are also counts, indices and digits: they prove nothing.
    values = {value: one for one in ids or chapter.claims if (value := claims.get(one).value) is not None}
    held = {value: claim for value, claim in values.items() if value != int(value) or value > 25}
    for cell in chapter.code:
        literals = _Literals()
        literals.visit(ast.parse(cell.source))
        for value in sorted(literals.found & held.keys()):
            yield chapter.note(
                cell, f"typed {value:g}", f"It is claims.get('{held[value]}').value", f"{value:g}"
            )


def list_called(notebook: NotebookNode) -> set[str]:
    """The functions and methods that visible cells call, without those that the notebook defines."""
    found, own = set(), set()
    for cell in list_code_cells(notebook):
        tree = ast.parse(cell.source)
        own |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        # A name that is bound, but not imported, is one that the reader has seen made.
        symbols = symtable.symtable(cell.source, "cell", "exec").get_symbols()
        own |= {name.get_name() for name in symbols if name.is_assigned()}
        if reading_time.list_code_cells([cell]):
            found |= {_name_called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return found - own


def list_quoted(prose: str) -> set[str]:
    """The words of a text in backquotes."""
    marked = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose)
    return {word for text in marked for word in re.findall(r"\w+", text)}


@cache
def list_taught(root: Path) -> frozenset[str]:
    """What a preparation names in code or calls in a visible cell, and the library, which has docs."""
    preparations = [Chapter.load(path) for path in sorted((root / "chapters").glob("0[a-z]_*.md"))]
    before = set().union(*(list_called(one.notebook) | list_quoted(one.prose) for one in preparations))
    modules = [import_module(one.name) for one in walk_packages(jingjinji.__path__, "jingjinji.")]
    return frozenset(
        before | {name for module in modules for name, o in vars(module).items() if isfunction(o)}
    )


def find_untaught(chapter: Chapter, taught: frozenset[str] | None = None) -> Iterator[Finding]:
    """Visible calls that neither a preparation, the library nor the chapter's own text explains."""
    taught = list_taught(chapter.root) if taught is None else taught
    unknown = list_called(chapter.notebook) - taught - list_quoted(chapter.prose) - _KNOWN
    for name in sorted(unknown):
        cell = next((cell for cell in chapter.code if f"{name}(" in cell.source), None)
        yield chapter.note(
            cell, f"nothing says what {name}() does", "Say it in the text, in backquotes", f"{name}("
        )
