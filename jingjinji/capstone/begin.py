"""Begin a capstone's folder, and pack it when it is done."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import nbformat
from sealed_readings.__main__ import begin as begin_ledger
from sealed_readings.folder import ARTICLE, COLUMNS, FolderError

from jingjinji import claims, data
from jingjinji.capstone.rerun import collect_files

TABLES, NOTEBOOK, BRIEF = "tables.json", "notebook.ipynb", "brief.md"
TEMPLATES = Path(__file__).parent
_FENCE = re.compile(r"^```python\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
# What a folder of the course's own article takes over of the course's.
_OF_COURSE = ("title", "author", "publisher", "date", "claim_ids", "organizations", "units")


def begin(folder: Path, chosen: Sequence[str] = ()) -> str:
    """Write an article's folder with notebook and brief; returns what to do next.

    `chosen` are claims of the course's article; without, the folder is for another article.

    Raises
    ------
    FolderError
        If a claim is unknown, or a file would be written over.
    """
    import yaml

    ours = claims.folder()
    if odd := [name for name in chosen if name not in ours.claims]:
        first, *_, last = ours.claims
        raise FolderError(f"no claim is called {odd[0]!r}; the ids run from {first} to {last}")
    if there := [name for name in (NOTEBOOK, BRIEF) if (folder / name).exists()]:
        raise FolderError(f"{folder} has {there[0]} already; nothing was written")
    begin_ledger(folder)
    (folder / "tables").rmdir()
    (folder / TABLES).write_text(describe_tables(), encoding="utf-8")
    said = yaml.safe_load((folder / ARTICLE).read_text(encoding="utf-8"))
    said |= {"evidence": TABLES, "notebooks": ["*.ipynb"]}
    if chosen:
        said |= {name: value for name, value in asdict(ours.article).items() if name in _OF_COURSE}
        with (folder / "claims.csv").open("w", encoding="utf-8", newline="") as handle:
            table = csv.DictWriter(handle, COLUMNS["claims"], extrasaction="ignore", lineterminator="\n")
            table.writeheader()
            table.writerows(ours.claims[name] for name in chosen)
    text = yaml.safe_dump(said, sort_keys=False, allow_unicode=True)
    (folder / ARTICLE).write_text(text, encoding="utf-8")
    nbformat.write(_make_notebook(), folder / NOTEBOOK)
    (folder / BRIEF).write_text(
        (TEMPLATES / "brief_template.md").read_text(encoding="utf-8"), encoding="utf-8"
    )
    first = "" if chosen else f"fill in {ARTICLE} and claims.csv; "
    then = f"`python -m jingjinji.ledger code {folder} me` gives you a sheet for readings"
    return f"{folder} is begun: {first}{then}."


def describe_tables() -> str:
    """The names of the course's tables, with their columns, units and who vouches; not one value."""
    held = json.loads((data._folder() / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    kept = [
        {name: one[name] for name in ("name", "standing") if name in one}
        | {
            "schema": {
                "fields": [{n: f[n] for n in ("name", "unit") if n in f} for f in one["schema"]["fields"]]
            }
        }
        for one in held
        if "fields" in one.get("schema", {})
    ]
    return json.dumps({"resources": kept}, ensure_ascii=False, indent=1) + "\n"


def _make_notebook() -> nbformat.NotebookNode:
    """The template: what stands in fences is code, the rest text, a cell for each heading."""
    text = (TEMPLATES / "notebook_template.md").read_text(encoding="utf-8")
    make = (nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell)
    parts = enumerate(_FENCE.split(text))
    cells = [make[place % 2](part.strip()) for place, part in parts if part.strip()]  # type: ignore[no-untyped-call]
    for number, cell in enumerate(cells):
        cell.id = f"capstone-{number}"  # the same in each copy
    return nbformat.v4.new_notebook(cells=cells)


def pack(folder: Path) -> Path:
    """Write FOLDER.zip with tables, notebook and brief; `FolderError` where there is no such folder."""
    if not (folder / ARTICLE).is_file():
        raise FolderError(f"{folder} has no {ARTICLE}; `python -m jingjinji.capstone new` begins a folder")
    target = folder.with_name(f"{folder.resolve().name}.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.glob("*.ipynb")):
            archive.write(path, path.name)
        for name, text in collect_files(folder, folder / NOTEBOOK).items():
            archive.writestr(name, text)
    return target
