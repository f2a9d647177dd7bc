"""Imports of packages that are not there, in what a student wrote.

A package that only sets a style, or that is installed above an answer out of habit, would stop the
whole cell. So its line is left out before the notebook runs, and what does not use it counts.
"""

import importlib.util
import re
import sys
from collections.abc import Sequence
from importlib.machinery import PathFinder
from pathlib import Path

from nbformat import NotebookNode

from notebook_grader.cells import is_locked

LONGEST = 50_000  # characters of a cell that is looked at
LEFT_OUT = "# Left out: "
ABSENT = (
    "The course does not have {name}: its import was left out, so that what does not use it counts"
)
INSTALLS = "Nothing is installed while a notebook is marked: that line was left out"
# One line that stands by itself; what is indented may be tried, and is left as it is.
_IMPORT = re.compile(
    r"^(?:import|from)[ \t]+(?P<name>[^\W\d]\w*)[\w.]*"
    r"(?:[ \t]+as[ \t]+\w+|[ \t]+import[ \t]+[\w,* \t]+)?[ \t]*(?:#.*)?$"
)
_EXTENSION = re.compile(r"^%(?:load|reload)_ext[ \t]+(?P<name>[^\W\d]\w*)[\w.]*[ \t]*$")
_INSTALL = re.compile(
    r"^[!%][ \t]*(?:[\w./]+[ \t]+-m[ \t]+)?(?:pip3?|conda|mamba|uv)\b.*\binstall\b"
)


def leave_out(notebook: NotebookNode, path: Sequence[Path] = ()) -> list[str]:
    """Leave such lines out of a restored notebook's own cells, in place; returns a sentence for
    each kind.

    `path` are the folders from which a notebook imports, beside Python's own.
    """
    found: dict[str, list[str]] = {}
    for place, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or is_locked(cell) or len(cell.source) > LONGEST:
            continue
        lines = cell.source.split("\n")
        for index, line in enumerate(lines):
            if fault := _find_fault(line, path):
                lines[index] = LEFT_OUT + line
                found.setdefault(fault, []).append(str(place))
        cell.source = "\n".join(lines)
    return [
        f"{fault} (cell {', '.join(dict.fromkeys(places))})." for fault, places in found.items()
    ]


def _find_fault(line: str, path: Sequence[Path]) -> str:
    """Why a line is left out; empty if it is not."""
    if _INSTALL.search(line):
        return INSTALLS
    named = _IMPORT.search(line) or _EXTENSION.search(line)
    return ABSENT.format(name=named["name"]) if named and not _is_there(named["name"], path) else ""


def _is_there(name: str, path: Sequence[Path]) -> bool:
    """Whether a notebook can import a module; nothing is imported to find out."""
    if name in sys.stdlib_module_names or PathFinder.find_spec(name, [*map(str, path)]):
        return True
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:  # of a module without a specification, such as `__main__`
        return True
