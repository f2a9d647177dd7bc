"""Begin the folder of a capstone, and pack it for handing in."""

import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat
from sealed_readings.__main__ import begin as begin_ledger
from sealed_readings.cards import get_claim
from sealed_readings.folder import ARTICLE, COLUMNS, FolderError, format_table

from jingjinji import claims, data
from jingjinji.capstone import sheet
from jingjinji.capstone.rerun import collect_files

TABLES, NOTEBOOK, BRIEF = "tables.json", "notebook.ipynb", "brief.md"
TEMPLATES = Path(__file__).parent
UNDATED = "2000-01-31"  # date in a folder that was begun without ids
_FENCE = re.compile(r"^```python\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_OF_COURSE = (
    "title",
    "author",
    "publisher",
    "date",
    "claim_ids",
    "units",
)  # copied from article.yml


def begin(folder: Path, chosen: Sequence[str] = ()) -> str:
    """Write an article folder with notebook and brief; returns the next step as a sentence.

    `chosen` are ids of the course's claims; without any, the folder is for another article.
    """
    import yaml

    course = claims.folder()
    for name in chosen:
        get_claim(course, name)  # which refuses an unknown one
    if existing := [name for name in (NOTEBOOK, BRIEF) if (folder / name).exists()]:
        raise FolderError(f"{folder} has {existing[0]} already; nothing was written")
    begin_ledger(folder)
    (folder / "tables").rmdir()
    article = yaml.safe_load((folder / ARTICLE).read_text(encoding="utf-8"))
    article |= {"evidence": TABLES, "notebooks": ["*.ipynb"]}
    texts = {
        TABLES: describe_tables(),
        BRIEF: (TEMPLATES / "brief_template.md").read_text(encoding="utf-8"),
    }
    if chosen:
        article |= {
            name: value for name, value in asdict(course.article).items() if name in _OF_COURSE
        }
        texts["claims.csv"] = format_table(
            COLUMNS["claims"], [course.claims[name] for name in chosen]
        )
    texts[ARTICLE] = yaml.safe_dump(article, sort_keys=False, allow_unicode=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    nbformat.write(_make_notebook(), folder / NOTEBOOK)
    if chosen:
        return f"{folder} is ready: {sheet.write_blank(folder)}"
    return (
        f"{folder} is ready: fill in {ARTICLE}, above all its date, and claims.csv; "
        f"then `python -m jingjinji.capstone sheet {folder}` writes the blank sheet."
    )


def describe_tables() -> str:
    """Return the course's tables as JSON: names, columns, units, years and standing, but no
    values."""
    tables = json.loads((data.folder() / "datapackage.json").read_text(encoding="utf-8"))[
        "resources"
    ]
    described = []
    for table in tables:
        if columns := table.get("schema", {}).get("fields"):
            years = _find_years(table["name"])
            fields = [
                {"years": years.get(one["name"], "")} | _select(one, "name", "unit")
                for one in columns
            ]
            described.append(_select(table, "name", "standing") | {"schema": {"fields": fields}})
    return json.dumps({"resources": described}, ensure_ascii=False, indent=1) + "\n"


def _select(entry: dict, *names: str) -> dict:
    return {name: entry[name] for name in names if name in entry}


def _find_years(name: str) -> dict[str, str]:
    """Years in which each column of a table has values, and each indicator or vintage has rows."""
    table = data.load(name)
    if not (dated := [column for column in ("year", "date", "month") if column in table]):
        return {}
    years = table[dated[0]].astype(str).str[:4].astype(int)
    spans = {column: _say_years(years[table[column].notna()]) for column in table}
    for column in {"indicator", "vintage"} & {*table}:
        spans[column] = "; ".join(
            f"{part} {_say_years(of)}" for part, of in years.groupby(table[column])
        )
    return spans


def _say_years(years: Iterable[int]) -> str:
    if len(listed := sorted({*years})) < 5:
        return ", ".join(map(str, listed))
    return f"{listed[0]} to {listed[-1]}" + ", with gaps" * (len(listed) <= listed[-1] - listed[0])


def _make_notebook() -> nbformat.NotebookNode:
    """Make the template notebook: fenced code becomes code cells, the text between them Markdown
    cells."""
    parts = _FENCE.split((TEMPLATES / "notebook_template.md").read_text(encoding="utf-8"))
    make: tuple[Any, Any] = (nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell)
    cells = [make[place % 2](part.strip()) for place, part in enumerate(parts) if part.strip()]
    for number, cell in enumerate(cells):
        cell.id = f"capstone-{number}"  # equal in all copies
    return nbformat.v4.new_notebook(cells=cells)


def pack(folder: Path) -> Path:
    """Write FOLDER.zip with tables, notebook and brief; `FolderError` if it is not an article
    folder."""
    if not (folder / ARTICLE).is_file():
        raise FolderError(
            f"{folder} has no {ARTICLE}; `python -m jingjinji.capstone new` begins a folder"
        )
    target = folder.with_name(f"{folder.resolve().name}.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        # Files go in byte by byte, since a sealed sheet has its hash only so.
        notebooks = [path.name for path in sorted(folder.glob("*.ipynb"))]
        for name in [*notebooks, *collect_files(folder, folder / NOTEBOOK)]:
            archive.write(folder / name, name)
    return target
