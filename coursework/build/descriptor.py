"""The descriptor of the data: each column of each table is described in it."""

import csv
from collections.abc import Iterator
from pathlib import Path

from coursework.build.freshness import DESCRIPTOR
from coursework.common import read_json

NUMBERS = ("integer", "number")
# What each column has; a number has a unit too.
ASKED = ("title", "description")


def find_undescribed(folder: Path) -> Iterator[str]:
    """Find columns of a package's tables that its descriptor lacks, describes in part, or names in
    vain."""
    for resource in read_json(folder / DESCRIPTOR.name)["resources"]:
        if "schema" in resource:
            fields = {field["name"]: field for field in resource["schema"]["fields"]}
            yield from _find_in_table(folder / resource["path"], fields)


def _find_in_table(path: Path, fields: dict[str, dict]) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        columns = next(csv.reader(handle), [])
    place = f"{path.parent.name}/{path.name}"
    for column in columns:
        if column not in fields:
            parts = ", ".join(["name", "type", *ASKED])
            yield f"{place}: column {column!r} has no entry in {DESCRIPTOR}; add its {parts}."
    for name, field in fields.items():
        asked = [*ASKED, *(["unit"] if field.get("type") in NUMBERS else [])]
        missing = [part for part in asked if not field.get(part)]
        if name not in columns:
            yield (
                f"{place}: {DESCRIPTOR} describes a column {name!r}, which the table does not have."
            )
        elif missing:
            yield f"{place}: column {name!r} has no {' and '.join(missing)} in {DESCRIPTOR}."
        elif "unit" in field and field.get("type") not in NUMBERS:
            yield f"{place}: column {name!r} is no number and has a unit in {DESCRIPTOR}."
