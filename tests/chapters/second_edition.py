"""What the second edition asks of a chapter and its exercises, as functions that list what is wrong."""

import ast
import builtins
import itertools
import math
import re
import symtable
from collections.abc import Iterable
from html import unescape
from pathlib import Path

from coursework.making import chapter, reading_time
from coursework.making.master import Exercise, Master
from coursework.making.seals import read_recorded
from jingjinji.charts import CHART_MIME
from jingjinji.claims import VERDICT_MIME
from tests.chapters import contract

MOST_CELLS, MOST_SEEN, MOST_LINES, WIDEST, MOST_TERMS = 30, 120, 16, 76, 10
FEWEST_EXERCISES, MOST_EXERCISES = 7, 9
REMOVED = {"remove-cell", "remove-input"}
FOLDED = {"hide-input", "hide-cell"}
# A removed cell hands names over; these only write them down.
_WRITES = {"glue", "verdict", "verdict_table", "str", "round", "int", "format", "replace", "lower", "upper"}
_WRITES |= {"len", "title", "capitalize", "join", "strip", "items"}
_TERM = re.compile(r"^\*\*[^*\n]+\*\*[^\n]*\n: ", re.MULTILINE)
_HEDGES = re.compile(
    r"\b(may|might|could|perhaps|probably|likely|unless|depends?|cannot|about|roughly|some|partly|at least"
    r"|not necessarily|only if|in part|suggests?)\b",
    re.IGNORECASE,
)
_LONGER = 1.2  # the right option over the longest wrong one: what a guesser sees at once


def tags(cell: dict) -> set[str]:
    return set(cell.metadata.get("tags", []))


def load_problems(notebook) -> list[str]:
    """Too many cells of all kinds, lines seen at once, long cells, too many terms, too long a text."""
    cells = contract.code_cells(notebook)
    seen = [(_first(cell), len(cell.source.splitlines())) for cell in reading_time.list_code_cells(cells)]
    terms = _TERM.findall(contract.prose(notebook).split("\n## Key terms", 1)[-1])
    counts = [
        (len(cells), "code cells", MOST_CELLS),
        (sum(lines for _, lines in seen), "lines of code seen when the page opens", MOST_SEEN),
        (len(terms), "key terms", MOST_TERMS),
        (reading_time.count_minutes(notebook), "minutes of reading", reading_time.LONGEST),
        *((lines, f"lines of a visible cell ({first})", MOST_LINES) for first, lines in seen),
    ]
    return [f"{count} {what}, at most {most}" for count, what, most in counts if count > most]


def width_problems(notebook) -> list[str]:
    """Lines that a phone shows only when it is scrolled, in cells that a page keeps."""
    return [
        f"a line of {len(line)} characters, at most {WIDEST}: {line.strip()[:40]}"
        for cell in contract.code_cells(notebook)
        if "remove-cell" not in tags(cell)
        for line in cell.source.splitlines()
        if len(line) > WIDEST
    ]


def _first(cell: dict) -> str:
    return next((line.strip() for line in cell.source.splitlines() if line.strip()), "")[:60]


def removed_problems(notebook) -> list[str]:
    """Removed cells that compute: what a sentence or a verdict rests on must be seen or folded."""
    return [
        f"a removed cell computes ({fault}): {_first(cell)}"
        for cell in contract.code_cells(notebook)
        if tags(cell) & REMOVED
        for fault in _computing(ast.parse(cell.source))
    ]


def _computing(tree: ast.Module) -> list[str]:
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
            elif isinstance(node, ast.Call) and _called(node) not in _WRITES:
                found.append(f"{_called(node)}() in line {node.lineno}")
    return found[:1]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", "something"))


def folded_problems(notebook) -> list[str]:
    """Folded cells without a summary of their own, and names that later cells need from a folded chart."""
    found, born = [], {}
    for cell in contract.code_cells(notebook):
        bound, used = _bound(cell.source), _used(cell.source)
        for name in sorted(used - bound):
            if born.get(name):
                found.append(f"{name!r} was born in a folded chart cell and is needed by: {_first(cell)}")
        is_chart = bool(tags(cell) & FOLDED) and any(CHART_MIME in o.get("data", {}) for o in cell.outputs)
        born |= dict.fromkeys(bound, is_chart)
        summary = cell.metadata.get("mystnb", {}).get("code_prompt_show", "")
        if tags(cell) & FOLDED and len(summary) < 10:
            found.append(f"a folded cell has no summary (mystnb.code_prompt_show): {_first(cell)}")
    return found


def _names(source: str) -> list[symtable.Symbol]:
    return symtable.symtable(source, "cell", "exec").get_symbols()


def _bound(source: str) -> set[str]:
    """The names that a cell binds for those after it."""
    return {name.get_name() for name in _names(source) if name.is_assigned() or name.is_imported()}


def _used(source: str) -> set[str]:
    """The names that a cell needs, also inside its functions, but not what these bind for themselves."""
    found, waiting = set(), [symtable.symtable(source, "cell", "exec")]
    while waiting:
        table = waiting.pop()
        inner = table.get_type() != "module"
        found |= {
            name.get_name()
            for name in table.get_symbols()
            if name.is_referenced() and (not inner or name.is_global())
        }
        waiting += table.get_children()
    return found


# Names of the languages' own kinds, which a reader of Python knows.
_KNOWN = {name for kind in (str, list, dict, set, tuple, float) for name in dir(kind)}
_KNOWN |= set(dir(builtins))


def called(notebook) -> set[str]:
    """The functions and methods that visible cells call, without those that the notebook defines."""
    found, own = set(), set()
    for cell in contract.code_cells(notebook):
        tree = ast.parse(cell.source)
        own |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        # A name that is bound, but not imported, is one that the reader has seen made.
        own |= {name.get_name() for name in _names(cell.source) if name.is_assigned()}
        if reading_time.list_code_cells([cell]):
            found |= {_called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return found - own


def _in_backquotes(notebook) -> set[str]:
    marked = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", contract.prose(notebook))
    return {word for text in marked for word in re.findall(r"\w+", text)}


def words_taught(notebook) -> set[str]:
    """The functions and methods that a text names in code, or calls in a visible cell."""
    return called(notebook) | _in_backquotes(notebook)


def untaught(notebook, before: set[str], library: set[str]) -> list[str]:
    """Names that visible cells call though nothing says what they do.

    Neither a preparation (`before`), nor the library's documentation (`library`), nor the chapter's own text.
    """
    return sorted(called(notebook) - before - library - _in_backquotes(notebook) - _KNOWN)


# What a chapter prints, and the answers that must not be among it.


_NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.(\d+))?")


def _digits(text: str) -> int:
    """How many digits of a number mean something: none before the first that is not 0."""
    return len(re.sub(r"^[-0.]*|\.|0*e.*|(?<!\.)0+$", "", text))


class Printed:
    """Every number that a chapter shows: in texts with their digits, in charts and verdicts as they are."""

    def __init__(self, notebook) -> None:
        self.exact: list[float] = []
        texts = [text.replace(",", "") for text in contract.glued(notebook)]
        for cell in contract.code_cells(notebook):
            for output in cell.outputs:
                if "remove-cell" not in tags(cell):
                    texts.append(output.get("text", ""))
                data = output.get("data", {})
                texts += [data.get(kind, "") for kind in ("text/plain", "text/html")]
                texts.append(str(data.get(VERDICT_MIME, "")))
                rows = itertools.chain(*contract.datasets(data.get(CHART_MIME, {})))
                values = itertools.chain(*(row.values() for row in rows))
                self.exact += [v for v in values if isinstance(v, float) and math.isfinite(v)]
        plain = (unescape(re.sub(r"<[^>]+>", " ", text)) for text in texts)
        found = {
            found[0].replace(",", "") for text in plain for found in _NUMBER.finditer(text.replace("−", "-"))
        }
        self.shown = [float(text) for text in found if _digits(text) >= 3]

    def holds(self, value: float, within: float) -> bool:
        """Whether a number is printed that would be accepted for this one, and not by chance."""
        if value == 0 or not math.isfinite(value):
            return False
        forms = (value, 100 * value, value / 100)
        if any(abs(shown - form) <= 1e-7 * abs(form) for form in forms for shown in self.exact):
            return True
        size = abs(value)
        near = sum(size / 1.5 <= abs(shown) <= size * 1.5 for shown in self.shown)
        by_chance = near * 2 * within / (size * (1.5 - 1 / 1.5))
        return by_chance < 0.1 and any(abs(shown - value) <= within + 1e-9 * size for shown in self.shown)


def _tells(value: object) -> bool:
    """Whether a value is none that stands everywhere, as counts, years and round numbers do."""
    if not isinstance(value, float) or (value.is_integer() and abs(value) < 10_000):
        return False
    return _digits(f"{value:.10g}") >= 3


def key_problems(printed: Printed, exercises: Iterable[Exercise]) -> list[str]:
    """Answers that stand in the chapter, so that nothing has to be found."""
    found = []
    for exercise in exercises:
        if exercise.by_hand or exercise.choices or exercise.lines:
            continue
        for record in read_recorded(exercise.tests):
            if "asks" in record:
                continue
            numbers = [value for value in record["values"].values() if _tells(value)]
            if numbers and all(printed.holds(value, record["within"]) for value in numbers):
                shown = ", ".join(f"{value:g}" for value in numbers[:3])
                found.append(
                    f"exercise {exercise.number}: {record['name']!r} ({shown}) stands in the chapter"
                )
    return found


# Exercises


def option_problems(exercises: Iterable[Exercise]) -> list[str]:
    """Right options that a guesser finds by their length, or because only they are hedged."""
    found, longest, hedged, chance = [], 0, 0, 0.0
    for exercise in exercises:
        if not exercise.choices:
            continue
        texts = {letter: str(choice["text"]) for letter, choice in exercise.choices.items()}
        (right,) = [k for k, choice in exercise.choices.items() if "misconception" not in choice]
        others = [text for letter, text in texts.items() if letter != right]
        chance += 1 / len(texts)
        longest += len(texts[right]) > max(map(len, others))
        hedged += bool(_HEDGES.search(texts[right])) and not any(map(_HEDGES.search, others))
        if len(texts[right]) > _LONGER * max(map(len, others)):
            found.append(f"exercise {exercise.number}: the right option is the longest by far")
    for count, what in ((longest, "the longest"), (hedged, "the only hedged one")):
        if count > math.ceil(chance):
            found.append(f"the right option is {what} in {count} choices, where chance gives {chance:.1f}")
    return found


def exercise_problems(root: Path, master: Master) -> list[str]:
    """Objectives that no machine marks, and kinds of exercise that every chapter must have."""
    exercises = master.exercises
    marked = {number for one in exercises if not one.by_hand for number in one.objectives}
    kinds = [one.facts["kind"] for one in exercises]
    found = [
        f"objective {number} has no exercise that is marked automatically"
        for number in sorted(set(chapter.read_objectives(root, master.stem)) - marked)
    ]
    found += [
        f"no exercise of the kind {kind!r}"
        for kind in ("chart making", "transfer", "bug-fix", "short text")
        if kind not in kinds
    ]
    if not FEWEST_EXERCISES <= len(exercises) <= MOST_EXERCISES:
        found.append(f"{len(exercises)} exercises, {FEWEST_EXERCISES} to {MOST_EXERCISES} are asked")
    found += [
        f"exercise {one.number}: a text needs samples at half and at no marks (samples: half, none)"
        for one in exercises
        if one.by_hand and set(one.samples) != {"half", "none"}
    ]
    return found + option_problems(exercises)
