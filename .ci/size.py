"""Hold the code to the sizes that pyproject.toml sets: statements of each folder, lines of a
function, signs of a line.

`make lint` runs it: ``python .ci/size.py``. Statements are counted in the syntax tree, so that
neither packing lines nor breaking them changes the count; lines of a function are those without
its docstring, so that nobody explains less to make one fit. Lines are measured here, in scripts and
styles too, since Ruff lets those pass that end in a comment for a checker, and Prettier breaks no
text.
"""

import ast
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
CODE = ("*.py", "*.js", "*.cjs", "*.css")


def list_files() -> list[Path]:
    """Every file of code or style of the repository, also one that is not committed yet."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *CODE]
    names = subprocess.check_output(command, text=True).splitlines()
    return sorted({path for path in map(Path, names) if path.is_file()})


def count_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function from its name on, without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is None:
        return lines
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1)


def count_statements(tree: ast.AST) -> int:
    """Statements, without docstrings and other texts that stand alone."""
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    return sum(not _is_text(node) for node in statements)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def find_long(path: Path, tree: ast.AST, most: int) -> Iterator[str]:
    """A sentence for each function that is too long."""
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS) and (lines := count_lines(node)) > most:
            yield (
                f"{path}:{node.lineno}: {node.name} has {lines} lines, at most {most} are allowed:"
                " split it into functions of one job."
            )


def find_wide(path: Path, text: str, most: int) -> Iterator[str]:
    """A sentence for each line that is too long."""
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > most:
            yield f"{path}:{number}: the line has {len(line)} signs, at most {most} are allowed."


def find_over(counts: Counter[str], limits: Mapping[str, int]) -> Iterator[str]:
    """A sentence for each folder that is over its limit, or has none."""
    for room, count in sorted(counts.items()):
        if room not in limits:
            yield f"{room} has no limit in pyproject.toml: add it to [tool.course.statements]."
        elif count > limits[room]:
            yield (
                f"{room} has {count} statements, at most {limits[room]} are allowed: remove code,"
                " or raise the limit in pyproject.toml in a commit that says what it is for."
            )


def main() -> int:
    """Print what is too large; returns 1 if anything is."""
    tools = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]
    settings = tools["course"]
    limits = settings["statements"]
    problems = []
    counts = Counter[str]()
    for path in list_files():
        text = path.read_text(encoding="utf-8")
        problems += find_wide(path, text, tools["ruff"]["line-length"])
        if path.suffix != ".py":
            continue
        tree = ast.parse(text)
        room = next((room for room in limits if path.is_relative_to(room)), path.parts[0])
        counts[room] += count_statements(tree)
        if "tests" not in path.parts:
            problems += find_long(path, tree, settings["function-lines"])
    problems += find_over(counts, limits)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
