"""What a notebook needs beside Python: the course's library with the extras of what its code imports.

The extras weigh hundreds of megabytes, which is much on a slow link, and each is one package more that a new
Python may lack. So a notebook asks for what its own cells import, and for what those functions of the library
import that it calls.
"""

import ast
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coursework.making.origins import find_file

LIBRARY = "jingjinji"
# What a reader needs beside the library's own needs.
JUPYTER = "jupyterlab"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


@cache
def read_settings(root: Path) -> dict:
    """What ``pyproject.toml`` says of the library and its tools."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def read_project(root: Path) -> dict:
    """What ``pyproject.toml`` says of the library."""
    return read_settings(root)["project"]


def list_wheel_parts(root: Path) -> list[str]:
    """What the library's wheel is made of."""
    project = read_project(root)
    wheel = read_settings(root)["tool"]["hatch"]["build"]["targets"]["wheel"]
    hook = wheel["hooks"]["custom"]
    parts = [
        *wheel["packages"],
        *hook["vendored"],
        *wheel.get("force-include", {}),
        *project["license-files"],
    ]
    return [*parts, project["readme"], "pyproject.toml", hook["path"]]


def name_wheel(root: Path) -> str:
    """File name of the course's library, as the build backend makes it."""
    project = read_project(root)
    return f"{project['name']}-{project['version']}-py3-none-any.whl"


def _name_package(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement)[0].lower()


def _list_extras(root: Path) -> dict[str, set[str]]:
    """The packages of each extra; an extra that only gathers others has none of its own."""
    project = read_project(root)
    return {
        extra: {name for line in lines if (name := _name_package(line)) != project["name"]}
        for extra, lines in project["optional-dependencies"].items()
    }


@dataclass(frozen=True)
class Needs:
    """What one notebook needs."""

    install: str
    """What students write after ``pip install``: the wheel, with extras where its code needs them."""
    pythons: str
    """The Pythons for which all of it has wheels, as "3.11 to 3.14"."""
    requirements: str
    """The lines of a ``requirements.txt``: the library beside it, its needs in the book's versions, Jupyter.

    A package has a line, with its marker, for each Python that has a version of its own.
    """


def find_needs(root: Path, code: list[str]) -> Needs:
    """What a notebook with these code cells needs."""
    project, imported = read_project(root), list_imports("\n".join(code))
    extras = {extra: names for extra, names in sorted(_list_extras(root).items()) if names & imported}
    packages = set().union(*extras.values())
    asked = f"{name_wheel(root)}[{','.join(extras)}]" if extras else name_wheel(root)
    names = {*map(_name_package, project["dependencies"]), JUPYTER, *packages}
    pins = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    newest = read_settings(root)["tool"]["course"]["newest-python"]
    known = (newest[name] for name in {"all", *packages} & set(newest))
    last = min(known, key=lambda one: [int(part) for part in one.split(".")])
    return Needs(
        f'"{asked}"' if extras else asked,
        f"{project['requires-python'].removeprefix('>=')} to {last}",
        "\n".join([f"./{asked}", *(pin for pin in pins if pin and _name_package(pin) in names)]) + "\n",
    )


# Imports, followed into the library

_IMPORT = re.compile(
    r"^[ \t]*(?:import ([\w.]+)(?: as \w+)?|from ([\w.]+) import (\([^)]*\)|.+))", re.MULTILINE
)
_CALL = re.compile(r"(?<![\w.])(\w+)\.(\w+)")


@cache
def _read_module(name: str) -> tuple[str, dict[str, ast.stmt]] | None:
    """A module of the library: its imports, and its functions and classes by name; None where it is none."""
    file = find_file(name)
    if not file.is_file():
        return None
    body = ast.parse(file.read_text(encoding="utf-8")).body
    outside = (node for node in body if isinstance(node, ast.Import | ast.ImportFrom))
    return "\n".join(map(ast.unparse, outside)), {getattr(node, "name", ""): node for node in body}


@cache
def _list_called(module: str, name: str) -> frozenset[str]:
    """The packages that a function of the library imports, with its module and what it calls there."""
    imports, parts = _read_module(module) or ("", {})
    waiting, seen, found = [name], set(), set()
    while waiting:
        if (one := waiting.pop()) in seen or one not in parts:
            continue
        seen.add(one)
        found |= list_imports(f"{imports}\n{ast.unparse(parts[one])}")
        waiting += [node.id for node in ast.walk(parts[one]) if isinstance(node, ast.Name)]
    return frozenset(found)


def list_imports(code: str) -> set[str]:
    """The packages that code imports, and those that the functions of the library import which it calls."""
    found: set[str] = set()
    modules: dict[str, str] = {}
    for plain, source, names in _IMPORT.findall(code):
        package = (plain or source).partition(".")[0]
        found.add(package)
        for name in re.findall(r"(\w+)(?: as \w+)?", names) if package == LIBRARY else []:
            if _read_module(f"{source}.{name}"):
                modules[name] = f"{source}.{name}"
            else:
                found |= _list_called(source, name)
    for name, called in set(_CALL.findall(code)):
        if name in modules:
            found |= _list_called(modules[name], called)
    return found
