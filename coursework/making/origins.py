"""What a file follows from beside its source: the modules of ours that make it, by the import graph."""

import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import grimp

from coursework.making.files import digest_of

# The rooms that no maker may import, as the contracts in pyproject.toml say.
_ELSEWHERE = ("book", "tests")


@cache
def _build_graph(root: Path) -> grimp.ImportGraph:
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    rooms = [room for room in settings["root_packages"] if room not in _ELSEWHERE]
    return grimp.build_graph(*rooms, cache_dir=None)


def list_modules(root: Path, maker: str) -> list[str]:
    """A module and all of ours that it imports, also inside functions, with the packages that hold them."""
    names = {maker, *_build_graph(root).find_upstream_modules(maker)}
    return sorted(names | {name[:end] for name in names for end, sign in enumerate(name) if sign == "."})


def find_file(module: str) -> Path:
    """The file of a module of ours, which is not run to find it."""
    top, *rest = module.split(".")
    found = find_spec(top)
    if not found or not found.origin:
        raise ModuleNotFoundError(f"there is no package {top!r}: run 'make setup'")
    base = Path(found.origin).parent.joinpath(*rest)
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")


@cache
def digest_maker(root: Path, maker: str) -> str:
    """The hash of a module and of all that it imports of ours, with the texts that lie beside these."""
    files = [find_file(name) for name in list_modules(root, maker)]
    return digest_of(*files, *sorted({file.parent / "texts" for file in files}))
