"""An article folder: `article.yml`, and the tables of claims, readings and sources beside it.

A table is `NAME.csv` in the folder, or the file that `article.yml` names under `tables`.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import re
import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from math import isfinite, nan
from pathlib import Path
from typing import Any

from sealed_readings import rule
from sealed_readings.rule import Reading

ARTICLE = "article.yml"
# The fields of a reading that stand in readings.csv, one of them as a column of another name.
_CELL = {"documented": "outcome"}
_CELLS = tuple(one.name for one in fields(Reading) if one.default is MISSING)
FOUND = ("number", "low", "high")
PERIOD = {"from": "start", "to": "end"}  # columns of results.csv, and fields of a reading
OF_CLAIM = ("phrase", "family")  # they stand in a claim's first row, and may be empty in the others
# The tables of a folder with the columns that each must have, in the order that `new` writes them.
COLUMNS: dict[str, tuple[str, ...]] = {
    "claims": (
        *("claim_id", "theme", "statement", "sentence", "paragraph", "printed", "value", "unit", "period"),
        *("place", "attributed_to", "check", "caution"),
    ),
    "readings": tuple(_CELL.get(name, name) for name in _CELLS),
    "figures": (
        *("figure_id", "theme", "indicator", "place", "period", "printed", "unit", "publisher", "title"),
        *("date_published", "url", "searched", "read_as", "standing", "note", "set_aside"),
    ),
    "passages": ("claim_id", "reading", "figure_id", "passage", "translation", "where"),
    "results": ("claim_id", "reading", *FOUND, *PERIOD, "chapter"),
    "places": ("claim_id", "reading", "place", "number"),
    "settlements": ("claim_id", "why"),
    "corrections": ("date", "claim_id", "from", "to", "why"),
}
NEEDED = ("claims", "readings")  # without them there is no ledger
# Sources that are no table, as a reader sees them; on a calendar days are counted.
WITHOUT_TABLE = {"article": "the article itself", "calendar": "the calendar"}


# What the odd name of a file raises. Any other `OSError`, such as of a full disk, is the machine's fault.
_OF_NAMES = (errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.EINVAL, errno.EILSEQ)
# What was filed for a reading, by claim and letter: the fields of `Reading` that `FOUND` and `PERIOD` name.
Results = dict[tuple[str, str], dict[str, Any]]


class FolderError(ValueError):
    """A folder that cannot be read; its text is one sentence that names file and row."""


@contextmanager
def reading(what: str, advice: str) -> Iterator[None]:
    """Whatever odd contents raise becomes a `FolderError`; faults of the machine stay what they are.

    `what` is being read and begins its sentence; `advice` to the author ends it.
    """
    try:
        yield
    except FolderError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno not in _OF_NAMES:
            raise
        text = str(getattr(error, "strerror", None) or error)
        said = ": ".join([type(error).__name__, *text[:100].splitlines()[:1]])
        raise FolderError(f"{what} cannot be read ({said}); {advice}") from None


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
            raise FolderError(f"{self.path} has no {ARTICLE}; `python -m sealed_readings new` writes one")
        try:
            # Every value as the text that it is: 2014 is the name of a place as much as 2023-02-30 is no day.
            said = yaml.load(read_text(path), Loader=yaml.BaseLoader)
        except (yaml.YAMLError, RecursionError) as error:
            where = getattr(error, "problem_mark", None)
            at = f", line {where.line + 1}" if where else ""
            raise FolderError(f"{ARTICLE}{at}: this is no YAML; a line is `name: value`") from None
        known = {one.name: one for one in fields(Article)}
        if not isinstance(said, dict) or (odd := sorted(map(str, said.keys() - known.keys()))):
            odd_said = f"does not know {', '.join(odd)}" if isinstance(said, dict) else "holds no names"
            raise FolderError(f"{ARTICLE} {odd_said}; it may have {', '.join(known)}")
        said = {name: value for name, value in said.items() if value not in ("", "~", "null")}
        needed = [n for n, one in known.items() if one.default is one.default_factory is MISSING]
        if missing := [name for name in needed if not said.get(name)]:
            raise FolderError(f"{ARTICLE} has no {missing[0]}; it must have {', '.join(needed)}")
        for name, value in said.items():
            kind, fits = _KINDS[str(known[name].type)]
            if not fits(value):
                raise FolderError(f"{ARTICLE}: {name} is {reprlib.repr(value)}; it must be {kind}")
        try:
            date.fromisoformat(said["date"] if re.fullmatch(r"\d{4}-\d\d-\d\d", said["date"]) else "")
        except ValueError:
            told = f"{reprlib.repr(said['date'])}; it must be a day that there is, such as 2000-01-31"
            raise FolderError(f"{ARTICLE}: date is {told}") from None
        try:
            re.compile(said.get("claim_ids", ""))
        except (re.error, OverflowError, RecursionError) as error:
            raise FolderError(f"{ARTICLE}: claim_ids is no regular expression: {error}") from None
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
        if path.is_file():
            return read_table(path, COLUMNS[name])
        if name in NEEDED:
            raise FolderError(f"{self.path} has no {path.name}; its columns are {', '.join(COLUMNS[name])}")
        return []

    @cached_property
    def claims(self) -> dict[str, dict[str, str]]:
        """What the article says, a row each by its id, in the order of the article."""
        return {row["claim_id"]: row for row in self.read_rows("claims")}

    @cached_property
    def figures(self) -> dict[str, dict[str, str]]:
        """Single numbers and statements that somebody printed, by their id."""
        return {row["figure_id"]: row for row in self.read_rows("figures")}

    @cached_property
    def written(self) -> list[Reading]:
        """Every reading as it was written, without what was found, in the order of the table."""
        found = make_readings(self.read_rows("readings"))
        for number, one in enumerate(found, start=2):
            try:
                _ = one.kind == rule.NUMBER and one.limits
            except ValueError as error:
                at = f"{self.find_table('readings').name}, row {number}"
                raise FolderError(f"{at} ({one.claim_id} {one.reading}): {error}") from None
        return found

    @cached_property
    def readings(self) -> list[Reading]:
        """Every reading with the number that was filed for it, and with the standing of its sources."""
        return self.fill(self.results)

    def fill(self, results: Results) -> list[Reading]:
        """Every reading with what was filed for it, by claim and letter."""
        return [
            replace(
                one,
                **results.get((one.claim_id, one.reading), {}),
                standings=tuple(filter(None, map(self.find_standing, one.sources.split()))),
            )
            for one in self.written
        ]

    @cached_property
    def results(self) -> Results:
        """Number, lowest, highest and period that notebooks filed, by claim and reading."""
        return {
            (row["claim_id"], row["reading"]): {
                **{name: self.parse_number("results", at, name, row[name]) for name in FOUND},
                **{field: row[name] for name, field in PERIOD.items()},
            }
            for at, row in self.list_rows("results")
        }

    def find_standing(self, source: str) -> str:
        """Who vouches for a source: one of `rule.STANDINGS`, empty for the article itself and a calendar."""
        if source in WITHOUT_TABLE:
            return ""
        figure = self.figures.get(source)
        return figure["standing"] if figure else self._standings.get(source, rule.OFFICIAL)

    def list_rows(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows of a table with their number in the file, where the first is that of the columns."""
        return enumerate(self.read_rows(name), start=2)

    def parse_number(self, table: str, number: int, column: str, text: str) -> float:
        """The number in a cell, NaN where it is empty; `FolderError` where it holds something else."""
        try:
            if not text or isfinite(found := float(text)):
                return found if text else nan
        except ValueError:
            pass
        at = f"{self.find_table(table).name}, row {number}"
        raise FolderError(f"{at}: {column} is {reprlib.repr(text)}; it must be a number such as 12.5")

    @cached_property
    def by_place(self) -> dict[tuple[str, str], list[tuple[str, float]]]:
        """The numbers of single places, by claim and reading."""
        found: dict[tuple[str, str], list[tuple[str, float]]] = {}
        for number, row in self.list_rows("places"):
            value = self.parse_number("places", number, "number", row["number"])
            found.setdefault((row["claim_id"], row["reading"]), []).append((row["place"], value))
        return found

    @cached_property
    def passages(self) -> dict[tuple[str, str], list[dict[str, str]]]:
        """The words of documents, by claim and reading."""
        found: dict[tuple[str, str], list[dict[str, str]]] = {}
        for row in self.read_rows("passages"):
            found.setdefault((row["claim_id"], row["reading"]), []).append(row)
        return found

    @cached_property
    def evidence(self) -> dict[str, dict[str, str]]:
        """The tables on which readings may rest: their columns, each with its unit where one is known."""
        path = self.path / self.article.evidence
        if path.suffix != ".json":
            return {table.stem: dict.fromkeys(_read_head(table), "") for table in sorted(path.glob("*.csv"))}
        return {name: columns for name, _, columns in self._resources if columns}

    @cached_property
    def _resources(self) -> list[tuple[str, str, dict[str, str]]]:
        """The tables of a descriptor: each one's name, who vouches for it, its columns with their units."""
        name = self.article.evidence
        if (path := self.path / name).suffix != ".json":
            return []
        if not path.is_file():
            raise FolderError(f"{ARTICLE}: evidence is {name}, and there is no such file")
        with reading(name, "it lists tables and their columns as a datapackage.json of Frictionless does"):
            found = json.loads(read_text(path))["resources"]
            fields_of = [one.get("schema", {}).get("fields", []) for one in found]
            columns = [{f["name"]: f.get("unit", "") for f in own} for own in fields_of]
            return [(r["name"], r.get("standing", ""), c) for r, c in zip(found, columns, strict=True)]

    @cached_property
    def _standings(self) -> dict[str, str]:
        """Those of tables, where a descriptor says one."""
        return {name: standing for name, standing, _ in self._resources if standing}

    def list_notebooks(self) -> list[tuple[str, Path]]:
        """The notebooks that file verdicts, in order, each with its name seen from where the pages are."""
        found = []
        for pattern in self.article.notebooks:
            folder, _, name = pattern.rpartition("/")
            seen = re.sub(r"^(\.\./)+", "", f"{folder}/" if folder else "")
            found += [(f"{seen}{path.stem}", path) for path in sorted((self.path / folder).glob(name))]
        return list(dict.fromkeys(found))


def read_text(path: Path) -> str:
    """The text of a file. Raises `FolderError` where it is in another encoding than UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        how = "CSV UTF-8" if path.suffix == ".csv" else "UTF-8"
        raise FolderError(f"{path.name} is no text in UTF-8; save it as {how}") from None


def read_table(path: Path, columns: Sequence[str] = ()) -> list[dict[str, str]]:
    """The rows of a CSV file; `FolderError` where one of the columns is missing, or a row is not whole."""
    try:
        reader = csv.DictReader(io.StringIO(read_text(path), newline=""))
        rows = list(reader)
    except csv.Error as error:
        raise FolderError(f"{path.name} is no table ({error}); save it as CSV UTF-8") from None
    if not reader.fieldnames:
        raise FolderError(f"{path.name} is empty; its first row has the names of its columns")
    if missing := [column for column in columns if column not in reader.fieldnames]:
        raise FolderError(f"{path.name} has no column {missing[0]}; it must have {', '.join(columns)}")
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise FolderError(f"{path.name}, row {number}: it has not as many cells as the first row")
    return rows


def format_table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows as the text of a CSV file; a cell that a row has not is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def make_readings(rows: Iterable[Mapping[str, str]]) -> list[Reading]:
    """The readings of a table's rows; what stands once for a claim is filled in for its other rows."""
    first: dict[str, Mapping[str, str]] = {}
    found = []
    for row in rows:
        of_claim = first.setdefault(row["claim_id"], row)
        filled = {**row, **{name: row[name] or of_claim[name] for name in OF_CLAIM}}
        cells: dict[str, Any] = {name: filled.get(_CELL.get(name, name), "") for name in _CELLS}
        found.append(Reading(**cells))
    return found


def _read_head(table: Path) -> list[str]:
    return next(csv.reader(io.StringIO(read_text(table), newline="")), [])


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _has(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, dict) and all(map(fits, value.values()))


# What a value of `article.yml` must be, by the annotation of its field in `Article`.
_KINDS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "str": ("a text", _is_text),
    "list[str]": ("a list of texts", _is_list),
    "dict[str, str]": ("names with a text each", _has(_is_text)),
    "dict[str, list[str]]": ("names with a list of texts each", _has(_is_list)),
}
