"""An article folder: `article.yml`, and the tables of claims, readings and sources beside it.

A table is `NAME.csv` in the folder, or the file that `article.yml` names under `tables`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, field, fields
from functools import cached_property
from math import nan
from pathlib import Path
from typing import Any

from claims_ledger.rule import Reading

ARTICLE = "article.yml"
READING = tuple(name for name in Reading.__dataclass_fields__ if name != "documented")
# The tables of a folder with the columns that each must have, in the order that `new` writes them.
COLUMNS: dict[str, tuple[str, ...]] = {
    "claims": (
        *("claim_id", "theme", "statement", "printed", "value", "unit", "period", "place"),
        *("attributed_to", "check", "caution"),
    ),
    "readings": (*READING[:12], "outcome", *READING[12:]),
    "figures": (
        *("figure_id", "theme", "indicator", "place", "period", "printed", "unit", "publisher", "title"),
        *("date_published", "url", "read_as", "note", "set_aside"),
    ),
    "codings": ("coder", *READING[:12], "outcome", "sources", "note"),
    "settlements": ("claim_id", "why"),
    "corrections": ("date", "claim_id", "from", "to", "why"),
    "places": ("claim_id", "reading", "place", "number"),
}
NEEDED = ("claims", "readings", "codings")  # without them there is no ledger
# Sources that are no table: the article itself, and a calendar on which days are counted.
WITHOUT_TABLE = ("article", "calendar")


class FolderError(ValueError):
    """A folder that cannot be read; its text is one sentence that names file and row."""


@dataclass(frozen=True)
class Article:
    """What `article.yml` says of the article, and of what is particular to its ledger."""

    title: str
    author: str
    publisher: str
    date: str
    address: str = ""
    claim_ids: str = "[A-Z][0-9]+"  # a regular expression
    places: list[str] = field(default_factory=list)  # all that its claims are about; empty: any
    subjects: dict[str, list[str]] = field(default_factory=dict)  # each with the themes of its claims
    organizations: list[str] = field(default_factory=list)  # of those whom it quotes
    corrections: str = ""  # where readers send them
    units: list[str] = field(default_factory=list)  # that computations make, beside those of the tables
    evidence: str = "tables"  # a folder of tables, or a datapackage.json that describes them
    notebooks: list[str] = field(default_factory=list)  # patterns of those that file verdicts
    tables: dict[str, str] = field(default_factory=dict)  # files with other names than the tables'


class Folder:
    """An article's folder; what it holds is read when first asked for."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    @cached_property
    def article(self) -> Article:
        """The article, as `article.yml` describes it."""
        import yaml  # who only reads claims needs no YAML

        path = self.path / ARTICLE
        if not path.is_file():
            raise FolderError(f"{self.path} has no {ARTICLE}; `python -m claims_ledger new` writes one")
        try:
            said = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            where = getattr(error, "problem_mark", None)
            at = f", line {where.line + 1}" if where else ""
            raise FolderError(f"{ARTICLE}{at}: this is no YAML; a line is `name: value`") from None
        known = {one.name: one for one in fields(Article)}
        if not isinstance(said, dict) or (odd := sorted(map(str, said.keys() - known.keys()))):
            odd_said = f"does not know {', '.join(odd)}" if isinstance(said, dict) else "holds no names"
            raise FolderError(f"{ARTICLE} {odd_said}; it may have {', '.join(known)}")
        said = {name: value for name, value in said.items() if value is not None}
        needed = [n for n, one in known.items() if one.default is one.default_factory is MISSING]
        if missing := [name for name in needed if not said.get(name)]:
            raise FolderError(f"{ARTICLE} has no {missing[0]}; it must have {', '.join(needed)}")
        for name, value in said.items():
            wanted = {"str": str, "list": list, "dict": dict}[str(known[name].type).partition("[")[0]]
            if wanted is str:
                said[name] = str(value)
            elif not isinstance(value, wanted):
                kind = "a list" if wanted is list else "names with values"
                raise FolderError(f"{ARTICLE}: {name} is {value!r}; it must be {kind}")
        return Article(**said)

    def find_table(self, name: str) -> Path:
        """The file of a table, whether it is there or not."""
        path = self.path / f"{name}.csv"
        if path.is_file() or not (self.path / ARTICLE).is_file():
            return path
        return self.path / self.article.tables.get(name, path.name)

    def read_rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a table, each by its columns, an empty text where a cell is empty.

        Raises
        ------
        FolderError
            If a column is missing, or a needed table is.
        """
        path = self.find_table(name)
        if not path.is_file():
            if name in NEEDED:
                raise FolderError(
                    f"{self.path} has no {path.name}; its columns are {', '.join(COLUMNS[name])}"
                )
            return []
        return self._read_file(path, name)

    def _read_file(self, path: Path, name: str) -> list[dict[str, str]]:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            rows = list(reader)
        if missing := [column for column in COLUMNS[name] if column not in (reader.fieldnames or ())]:
            raise FolderError(
                f"{path.name} has no column {missing[0]}; it must have {', '.join(COLUMNS[name])}"
            )
        for number, row in enumerate(rows, start=2):
            if None in row or None in row.values():
                raise FolderError(f"{path.name}, row {number}: it has not as many cells as the first row")
        return rows

    @cached_property
    def claims(self) -> dict[str, dict[str, str]]:
        """What the article says, a row each by its id, in the order of the article."""
        return {row["claim_id"]: row for row in self.read_rows("claims")}

    @cached_property
    def figures(self) -> dict[str, dict[str, str]]:
        """Single numbers and statements that somebody printed, by their id."""
        return {row["figure_id"]: row for row in self.read_rows("figures")}

    @cached_property
    def readings(self) -> list[Reading]:
        """Every reading of every claim, in the order of the table."""
        return [self._make_reading("readings", number, row) for number, row in self.list_rows("readings")]

    def list_rows(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows of a table with their number in the file, where the first is that of the columns."""
        return enumerate(self.read_rows(name), start=2)

    def _make_reading(self, table: str, number: int, row: dict[str, str]) -> Reading:
        values: dict[str, Any] = {"documented": row["outcome"]}
        for one in fields(Reading):
            text = row.get(one.name, "")
            if one.type == "float":
                values[one.name] = self.parse_number(table, number, one.name, text)
            elif one.type == "bool":
                values[one.name] = text == "true"
            else:
                values.setdefault(one.name, text)
        return Reading(**values)

    def parse_number(self, table: str, number: int, column: str, text: str) -> float:
        """The number in a cell, NaN where it is empty; `FolderError` where it holds something else."""
        try:
            return float(text) if text else nan
        except ValueError:
            where = f"{self.find_table(table).name}, row {number}"
            raise FolderError(f"{where}: {column} is {text!r}; it must be a number such as 12.5") from None

    @cached_property
    def by_place(self) -> dict[tuple[str, str], list[tuple[str, float]]]:
        """The numbers of single places, by claim and reading."""
        found: dict[tuple[str, str], list[tuple[str, float]]] = {}
        for number, row in self.list_rows("places"):
            value = self.parse_number("places", number, "number", row["number"])
            found.setdefault((row["claim_id"], row["reading"]), []).append((row["place"], value))
        return found

    @cached_property
    def evidence(self) -> dict[str, dict[str, str]]:
        """The tables on which readings may rest: their columns, each with its unit where one is known."""
        path = self.path / self.article.evidence
        if path.suffix != ".json":
            return {table.stem: dict.fromkeys(_read_head(table), "") for table in sorted(path.glob("*.csv"))}
        if not path.is_file():
            raise FolderError(f"{ARTICLE}: evidence is {self.article.evidence}, and there is no such file")
        described = json.loads(path.read_text(encoding="utf-8"))["resources"]
        return {
            one["name"]: {f["name"]: f.get("unit", "") for f in one["schema"]["fields"]}
            for one in described
            if "fields" in one.get("schema", {})
        }

    def list_notebooks(self) -> list[tuple[str, Path]]:
        """The notebooks that file verdicts, in order, each with its name seen from where the pages are."""
        found = []
        for pattern in self.article.notebooks:
            folder, _, name = pattern.rpartition("/")
            seen = re.sub(r"^(\.\./)+", "", f"{folder}/" if folder else "")
            found += [(f"{seen}{path.stem}", path) for path in sorted((self.path / folder).glob(name))]
        return list(dict.fromkeys(found))


def _read_head(table: Path) -> list[str]:
    with table.open(encoding="utf-8-sig", newline="") as handle:
        return next(csv.reader(handle), [])
