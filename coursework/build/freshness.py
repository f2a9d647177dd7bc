"""What an executed notebook was made from, as hashes in its metadata.

A clone keeps no file times, so they say nothing. A notebook's metadata holds `made_from`:

``source``
    hash of the text that people edit;
``code``
    hash of what its outputs depend on: its code cells, the library's modules that they imported and
    the tables that they read;
``library``, ``tables``
    the names of those modules and tables, as the run itself saw them.

If only `source` differs, only prose changed, and the outputs are kept. Every build calls this
module, so it imports nothing heavy.
"""

import csv
import hashlib
import json
import re
from functools import cache
from pathlib import Path

from coursework.build.record import digest, write_file
from coursework.common import list_code, read_json

DESCRIPTOR = Path("data") / "datapackage.json"
# Packages of ours that notebooks import, and where they lie.
LIBRARY = {
    "jingjinji": ".",
    "plain_answers": "packages/plain-answers",
    "sealed_readings": "packages/sealed-readings",
}
# Sources that are executed; the notebook lies beside its source.
SOURCES = (
    "chapters/[0-9]*.md",
    "exercises/[0-9][0-9]_*.md",
    "capstone/delta.md",
    "capstone/example.md",
)
# Tables whose first column is a claim. A notebook depends on the rows of claims that it names,
# unless its code matches the pattern of a cell that reads the whole table.
BY_CLAIM = {"claims.csv": r'"claims"|ledger\(', "readings.csv": r'"readings"|testable='}


def format_descriptor(folder: Path) -> str:
    """Format a package's descriptor with the current `bytes` and `hash` of each file."""
    package = read_json(folder / DESCRIPTOR.name)
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        resource |= {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def refresh_descriptor(folder: Path) -> None:
    """Update the descriptor of a package."""
    write_file(folder / DESCRIPTOR.name, format_descriptor(folder))


def list_sources(root: Path) -> list[Path]:
    """Every source that is executed, in a stable order."""
    return sorted(path for pattern in SOURCES for path in root.glob(pattern))


def digest_source(source: Path) -> str:
    """Hash of a source's text, whatever its line endings."""
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
    return {
        Path(resource["path"]).name: resource
        for resource in read_json(root / DESCRIPTOR)["resources"]
    }


@cache
def _digest_table(root: Path, file: str) -> str:
    """Hash of a table and of its entry in the descriptor."""
    path = root / "data" / file
    if not path.is_file():
        return "missing"
    described = json.dumps(_read_resources(root).get(file), sort_keys=True)
    return digest(path.read_bytes(), described)


def _digest_part(root: Path, file: str, text: str) -> str:
    """Hash of what code with this text can depend on in a table: all of it, or rows of the claims
    named."""
    path = root / "data" / file
    whole = BY_CLAIM.get(file)
    if whole is None or re.search(whole, text) or not path.is_file():
        return _digest_table(root, file)
    with path.open(encoding="utf-8", newline="") as handle:
        head, *rows = csv.reader(handle)
    return digest(json.dumps([head, [row for row in rows if row[0] in text]]))


def digest_code(root: Path, cells: list[str], library: list[str], tables: list[str]) -> str:
    """Hash of everything that outputs depend on."""
    modules = [f"{name} {_digest_module(root, name)}" for name in library]
    files = [f"{file} {_digest_part(root, file, ' '.join(cells))}" for file in tables]
    return digest(json.dumps([cells, modules, files]))


def state(root: Path, source: Path, target: Path | None = None) -> str:
    """Compare an executed notebook with its source: "fresh", "prose" (only text changed) or
    "stale".

    The notebook lies beside its source, or is `target`.
    """
    try:
        notebook = read_json(target or source.with_suffix(".ipynb"))
        made = notebook["metadata"]["made_from"]
        if made["code"] != digest_code(root, list_code(notebook), made["library"], made["tables"]):
            return "stale"
        return "fresh" if made["source"] == digest_source(source) else "prose"
    except (OSError, ValueError, KeyError, TypeError):
        return "stale"


if __name__ == "__main__":
    print(*(path.with_suffix(".ipynb") for path in list_sources(Path())))
