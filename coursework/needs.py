"""What a notebook needs beside Python: the course's library, with the extras that its code calls
for.

The extras weigh hundreds of megabytes, and a new Python may lack one of them. So a notebook asks
only for those of which its code has a name in `EXTRAS`.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jupytext

from coursework.common import list_code

# What a reader needs beside the library's own requirements.
JUPYTER = "jupyterlab"
# Names in the code of a notebook by which it needs an extra: packages, and functions that import
# one.
EXTRAS = {
    "breaks": ("ruptures",),
    "networks": ("networkx",),
    "space": ("esda", "libpysal"),
    "statistics": ("scipy", "statsmodels", "convergence.beta", "synthetic_control"),
    "trends": ("pymannkendall",),
}


@cache
def read_settings(root: Path) -> dict:
    """Parse ``pyproject.toml``."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def list_wheel_parts(root: Path) -> list[str]:
    """Files and folders that the library's wheel is made of."""
    settings = read_settings(root)
    project = settings["project"]
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    hook = wheel["hooks"]["custom"]
    parts = [
        *wheel["packages"],
        *hook["vendored"],
        *wheel["force-include"],
        *project["license-files"],
    ]
    return [*parts, project["readme"], "pyproject.toml", hook["path"]]


def name_wheel(root: Path) -> str:
    """File name of the library's wheel, as the build backend makes it."""
    project = read_settings(root)["project"]
    return f"{project['name']}-{project['version']}-py3-none-any.whl"


def name_package(requirement: str) -> str:
    """Name of the package in a requirement such as "scipy>=1.17"."""
    return re.split(r"[^\w.-]", requirement)[0].lower()


def list_extras(root: Path) -> dict[str, set[str]]:
    """Packages of each extra of the library, by the extra's name; none for an extra that gathers
    others."""
    project = read_settings(root)["project"]
    extras = sorted(project["optional-dependencies"].items())
    return {extra: {*map(name_package, lines)} - {project["name"]} for extra, lines in extras}


def read_extras(source: Path) -> list[str]:
    """Extras that the code of a source needs."""
    code = "\n".join(list_code(jupytext.read(source, fmt="md:myst")))
    return [
        extra for extra, names in EXTRAS.items() if re.search(rf"\b(?:{'|'.join(names)})\b", code)
    ]


@dataclass(frozen=True)
class Needs:
    """What one notebook needs."""

    install: str
    """Argument of ``pip install``: the wheel, with its extras."""
    pythons: str
    """Pythons for which all of it has wheels, as "3.11 to 3.14"."""
    requirements: str
    """Lines of a ``requirements.txt``: the library, its dependencies as the book pins them,
    Jupyter.

    A package has a line, with its marker, for each Python that has a version of its own.
    """


def find_needs(root: Path, extras: Iterable[str]) -> Needs:
    """What a notebook with these extras needs."""
    chosen = sorted(extras)
    project = read_settings(root)["project"]
    packages = set().union(*(list_extras(root)[extra] for extra in chosen))
    wheel = f"{name_wheel(root)}[{','.join(chosen)}]" if chosen else name_wheel(root)
    names = {*map(name_package, project["dependencies"]), JUPYTER, *packages}
    pins = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    newest = read_settings(root)["tool"]["course"]["newest-python"]
    limits = (newest[name] for name in {"all", *packages} & set(newest))
    last = min(limits, key=lambda version: [int(part) for part in version.split(".")])
    return Needs(
        f'"{wheel}"' if chosen else wheel,
        f"{project['requires-python'].removeprefix('>=')} to {last}",
        "\n".join([f"./{wheel}", *(pin for pin in pins if pin and name_package(pin) in names)])
        + "\n",
    )
