"""What an executed notebook was made from, as hashes that it carries: stale is what no longer fits them.

A clone keeps no file times, so times say nothing. A notebook's metadata holds `made_from`:

``source``
    hash of the text that people edit;
``code``
    hash of what its outputs follow from: its code cells, the library's modules that they imported and the
    tables that they read;
``library``, ``tables``
    the names of those modules and tables, as the run itself saw them.

If `source` alone differs, only prose changed, and the outputs may stay. This module reads files and hashes
them and imports nothing heavy, as every build asks it.
"""

import csv
import hashlib
import json
import re
from functools import cache
from pathlib import Path

DESCRIPTOR = Path("data") / "datapackage.json"
# What notebooks import of ours, and where it lies: the library, and the packages that it stands on.
LIBRARY = {
    "jingjinji": ".",
    "plain_answers": "packages/plain-answers",
    "sealed_readings": "packages/sealed-readings",
}
# The pairs of a source that people edit and the notebook that a run makes of it.
SOURCES = ("chapters/[0-9]*.md", "exercises/[0-9][0-9]_*.md", "capstone/delta.md", "capstone/example.md")
# Tables whose first column is a claim, and how a cell names one whole: other rows concern no chapter.
BY_CLAIM = {"claims.csv": r'"claims"|ledger\(', "readings.csv": r'"readings"|testable='}


def list_sources(root: Path) -> list[Path]:
    """Every source that is executed, in a stable order."""
    return sorted(path for pattern in SOURCES for path in root.glob(pattern))


def digest(*parts: bytes | str) -> str:
    """A short hash of texts, in which it counts where each ends."""
    sum_ = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        sum_.update(len(raw).to_bytes(8, "big") + raw)
    return sum_.hexdigest()[:16]


def digest_source(source: Path) -> str:
    """The hash of a source's text, whatever ends its lines."""
    return digest(source.read_text(encoding="utf-8"))


@cache
def _digest_module(root: Path, name: str) -> str:
    base = root.joinpath(LIBRARY[name.partition(".")[0]], *name.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return digest(path.read_bytes())
    return "missing"


@cache
def _read_resources(root: Path) -> dict[str, dict]:
    package = json.loads((root / DESCRIPTOR).read_text(encoding="utf-8"))
    return {Path(resource["path"]).name: resource for resource in package["resources"]}


@cache
def _digest_table(root: Path, file: str) -> str:
    """A table is its file and what the descriptor says of it; the rest of the descriptor does not count."""
    path = root / "data" / file
    if not path.is_file():
        return "missing"
    described = json.dumps(_read_resources(root).get(file), sort_keys=True)
    return digest(path.read_bytes(), described)


def _digest_part(root: Path, file: str, text: str) -> str:
    """Of a table with rows by claim only those that the cells name; a cell that reads it whole, needs all."""
    path, whole = root / "data" / file, BY_CLAIM.get(file)
    if whole is None or re.search(whole, text) or not path.is_file():
        return _digest_table(root, file)
    with path.open(encoding="utf-8", newline="") as handle:
        head, *rows = csv.reader(handle)
    return digest(json.dumps([head, [row for row in rows if row[0] in text]]))


def digest_code(root: Path, cells: list[str], library: list[str], tables: list[str]) -> str:
    """The hash of everything that outputs follow from."""
    modules = [f"{name} {_digest_module(root, name)}" for name in library]
    files = [f"{file} {_digest_part(root, file, ' '.join(cells))}" for file in tables]
    return digest(json.dumps([cells, modules, files]))


def state(root: Path, source: Path, target: Path | None = None) -> str:
    """Whether the executed notebook fits its source: "fresh", "prose" (only text changed) or "stale".

    The notebook lies beside its source, or is `target`.
    """
    try:
        notebook = json.loads((target or source.with_suffix(".ipynb")).read_text(encoding="utf-8"))
        made = notebook["metadata"]["made_from"]
        if made["code"] != digest_code(root, list_code(notebook), made["library"], made["tables"]):
            return "stale"
        return "fresh" if made["source"] == digest_source(source) else "prose"
    except (OSError, ValueError, KeyError, TypeError):
        return "stale"


def list_code(notebook: dict) -> list[str]:
    """The sources of a notebook's code cells."""
    cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    return [c["source"] if isinstance(c["source"], str) else "".join(c["source"]) for c in cells]


def read_code(notebook: Path) -> list[str]:
    """The sources of the code cells of a notebook's file."""
    return list_code(json.loads(notebook.read_text(encoding="utf-8")))


if __name__ == "__main__":
    print(*(path.with_suffix(".ipynb") for path in list_sources(Path())))
