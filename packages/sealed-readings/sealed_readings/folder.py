"""An article's folder: `article.yml`, and beside it the tables of claims, readings and sources.

A table is `NAME.csv` in the folder, or the file that `article.yml` names under `tables`.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import re
import reprlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property
from math import isfinite, nan
from pathlib import Path
from typing import Any

from sealed_readings import periods, rule
from sealed_readings.labels import say
from sealed_readings.rule import Passage, Reading
from sealed_readings.verdicts import Given

ARTICLE = "article.yml"
FOUND = ("number", "low", "high")
PERIOD = {"from": "start", "to": "end"}  # columns of results.csv, and fields of a reading
OF_CLAIM = ("phrase",)  # written in a claim's first row, optional in its others
# Columns that each table must have, in the order in which `new` writes the tables.
COLUMNS: dict[str, tuple[str, ...]] = {
    "claims": (
        *(
            "claim_id",
            "theme",
            "statement",
            "sentence",
            "paragraph",
            "printed",
            "value",
            "unit",
            "period",
        ),
        *("place", "attributed_to", "check", "caution", "whole"),
    ),
    "readings": tuple(one.name for one in fields(Reading) if one.default is MISSING),
    "verdicts": tuple(one.name for one in fields(Given)),
    "figures": (
        *(
            "figure_id",
            "theme",
            "indicator",
            "place",
            "period",
            "printed",
            "unit",
            "publisher",
            "title",
        ),
        *("date_published", "url", "searched", "read_as", "standing", "note", "set_aside"),
    ),
    "passages": ("claim_id", "reading", "figure_id", "speaks", "passage", "translation", "where"),
    "results": ("claim_id", "reading", *FOUND, *PERIOD, "chapter"),
    "places": ("claim_id", "reading", "place", "number"),
    "settlements": ("claim_id", "why"),
    "corrections": ("date", "claim_id", "from", "to", "why"),
}
NEEDED = ("claims", "readings")  # tables without which there is no ledger
# Columns of numbers and of dates, whose cells may be empty.
NUMBERS = {"claims": ("value",), "results": FOUND, "places": ("number",)}
DATES = {"results": tuple(PERIOD)}
# Sources without a table, as readers see them. The calendar is the source of counted days, and
# neutral.
CALENDAR = "calendar"
WITHOUT_TABLE = {"article": "the article itself", CALENDAR: "the calendar"}
# Errors that an odd file name raises. Any other `OSError`, such as a full disk, is not the folder's
# fault.
_OF_NAMES = (
    errno.ENAMETOOLONG,
    errno.EISDIR,
    errno.ENOTDIR,
    errno.EEXIST,
    errno.EINVAL,
    errno.EILSEQ,
)
# What a value in `article.yml` must be, by the annotation of its field in `Article`.
_KINDS = {
    "str": "a text",
    "list[str]": "a list of texts",
    "dict[str, str]": "names with a text each",
    "dict[str, list[str]]": "names with a list of texts each",
}


class FolderError(ValueError):
    """A folder that cannot be read. The message is one sentence that names file and row."""


@contextmanager
def reading(what: str, advice: str) -> Iterator[None]:
    """Turn errors from odd contents into a `FolderError`; errors of the machine pass through.

    The message begins with `what` is read and ends with `advice` to the author.
    """
    try:
        yield
    except FolderError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno not in _OF_NAMES:
            raise
        text = str(getattr(error, "strerror", None) or error)
        reason = ": ".join([type(error).__name__, *text[:100].splitlines()[:1]])
        raise FolderError(f"{what} cannot be read ({reason}); {advice}") from None


@dataclass(frozen=True)
class Article:
    """The article and the settings of its ledger, from `article.yml`."""

    title: str
    author: str
    publisher: str
    date: str
    address: str = ""
    claim_ids: str = "[A-Z][0-9]+"  # a regular expression
    places: list[str] = field(default_factory=list)  # accepted places of claims; empty: any
    subjects: dict[str, list[str]] = field(
        default_factory=dict
    )  # each with the themes of its claims
    answerable: str = ""  # who answers for the ledger
    asked: str = ""  # when the publisher was asked, and what it said
    corrections: str = ""  # where readers send corrections
    units: list[str] = field(
        default_factory=list
    )  # computed units, in addition to those of the tables
    evidence: str = "tables"  # a folder of tables, or a datapackage.json that describes them
    standings: dict[str, str] = field(default_factory=dict)  # of tables that nothing else describes
    notebooks: list[str] = field(
        default_factory=list
    )  # patterns of notebooks or JSON files with verdicts
    tables: dict[str, str] = field(default_factory=dict)  # files of tables with other names


def _fits(value: object, kind: str) -> bool:
    """Whether a value from YAML, in which every scalar is a text, is of a kind in `_KINDS`."""
    if kind == "str":
        return isinstance(value, str)
    if kind == "list[str]":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    item_kind = kind.removeprefix("dict[str, ")[:-1]
    return isinstance(value, dict) and all(_fits(item, item_kind) for item in value.values())


def read_article(path: Path) -> Article:
    """Read `article.yml`; `FolderError` if something is missing, unknown or of another kind."""
    import yaml  # not needed to read claims

    try:
        # The base loader keeps every scalar as text: a place may be called 2014, and no date is
        # converted.
        values = yaml.load(read_text(path), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        at = f", line {mark.line + 1}" if mark else ""
        raise FolderError(
            f"{ARTICLE}{at}: this is not valid YAML; a line is `name: value`"
        ) from None
    known = {one.name: one for one in fields(Article)}
    if not isinstance(values, dict):
        raise FolderError(f"{ARTICLE} holds no names; it may have {', '.join(known)}")
    if unknown := sorted(map(str, values.keys() - known.keys())):
        raise FolderError(
            f"{ARTICLE} does not know {', '.join(unknown)}; it may have {', '.join(known)}"
        )
    values = {name: value for name, value in values.items() if value not in ("", "~", "null")}
    needed = [name for name, one in known.items() if one.default is one.default_factory is MISSING]
    if missing := [name for name in needed if not values.get(name)]:
        raise FolderError(f"{ARTICLE} has no {missing[0]}; it must have {', '.join(needed)}")
    for name, value in values.items():
        if not _fits(value, kind := str(known[name].type)):
            raise FolderError(
                f"{ARTICLE}: {name} is {reprlib.repr(value)}; it must be {_KINDS[kind]}"
            )
    if not periods.is_day(values["date"]):
        day = reprlib.repr(values["date"])
        raise FolderError(
            f"{ARTICLE}: date is {day}; it must be a day of the calendar, such as 2000-01-31"
        )
    try:
        re.compile(values.get("claim_ids", ""))
    except (re.error, OverflowError, RecursionError) as error:
        raise FolderError(f"{ARTICLE}: claim_ids is not a regular expression: {error}") from None
    return Article(**values)


class Folder:
    """An article's folder; its contents are read on first access."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    @cached_property
    def article(self) -> Article:
        """The article as `article.yml` describes it."""
        path = self.path / ARTICLE
        if not path.is_file():
            raise FolderError(
                f"{self.path} has no {ARTICLE}; `python -m sealed_readings new` writes one"
            )
        return read_article(path)

    def find_table(self, name: str) -> Path:
        """Path of a table, which need not exist."""
        path = self.path / f"{name}.csv"
        if path.is_file() or not (self.path / ARTICLE).is_file():
            return path
        return self.path / self.article.tables.get(name, path.name)

    def read_rows(self, name: str) -> list[dict[str, str]]:
        """Rows of a table by column; `FolderError` if it is needed and missing, or a cell is not
        valid."""
        path = self.find_table(name)
        if name in NEEDED and not path.is_file():
            raise FolderError(
                f"{self.path} has no {path.name}; its columns are {', '.join(COLUMNS[name])}"
            )
        rows = read_table(path, COLUMNS[name]) if path.is_file() else []
        checks = dict.fromkeys(NUMBERS.get(name, ()), (_is_number, "a number such as 12.5"))
        checks |= dict.fromkeys(DATES.get(name, ()), (periods.is_date, "a date such as 2016-03-10"))
        for at, row in enumerate(rows, start=2):
            for column, (is_valid, kind) in checks.items():
                if row[column] and not is_valid(row[column]):
                    found = f"{column} is {reprlib.repr(row[column])}"
                    raise FolderError(f"{path.name}, row {at}: {found}; it must be {kind}")
        return rows

    def list_rows(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Rows of a table with their numbers in the file; the header is row 1."""
        return enumerate(self.read_rows(name), start=2)

    @cached_property
    def claims(self) -> dict[str, dict[str, str]]:
        """Claims by id, in the order of the article."""
        return {row["claim_id"]: row for row in self.read_rows("claims")}

    @cached_property
    def figures(self) -> dict[str, dict[str, str]]:
        """Cited numbers and statements by id."""
        return {row["figure_id"]: row for row in self.read_rows("figures")}

    @cached_property
    def written(self) -> list[Reading]:
        """Readings as they were written, without results, in the order of the table."""
        readings = make_readings(self.read_rows("readings"))
        for number, one in enumerate(readings, start=2):
            try:
                _ = one.kind == rule.NUMBER and one.limits
            except ValueError as error:
                at = f"{self.find_table('readings').name}, row {number}"
                raise FolderError(f"{at} ({one.claim_id} {one.reading}): {error}") from None
        return readings

    @cached_property
    def readings(self) -> list[Reading]:
        """Readings with their results, passages and the standing of their sources."""
        return [
            replace(
                one,
                **self.results.get((one.claim_id, one.reading), {}),
                standings=tuple(
                    self.find_standing(name) for name in one.sources.split() if name != CALENDAR
                ),
                passages=tuple(self._find_evidence(one)),
                today=self.article.date,
            )
            for one in self.written
        ]

    def _find_evidence(self, one: Reading) -> Iterator[Passage]:
        """Passages of a reading with standing and dates: of what is told, or if asked its own."""
        for row in self.passages.get((one.claim_id, one.reading), []):
            figure = self.figures.get(row["figure_id"], dict.fromkeys(COLUMNS["figures"], ""))
            told, own = (periods.find_ends(figure[name]) for name in ("period", "date_published"))
            of_other_date = (
                own[1] and periods.compare(one.asks, *told, self.article.date) == periods.OTHER
            )
            ends = own if one.way in rule.WORD_OF_PARTY or of_other_date else told
            yield Passage(row["speaks"], figure["standing"], *ends)

    @cached_property
    def by_claim(self) -> dict[str, list[Reading]]:
        """Readings with their results, by claim."""
        return rule.group_by_claim(self.readings)

    def find_label(self, claim_id: str) -> str:
        """Id of the verdict that was given; of a claim without one, of what its readings say."""
        if claim_id in self.given:
            return self.given[claim_id].verdict
        return rule.label_of(self.by_claim.get(claim_id, []))

    def say_label(self, claim_id: str) -> str:
        """Words of the verdict that was given; of a claim without one, of what its readings say."""
        return (
            self.given[claim_id].label if claim_id in self.given else say(self.find_label(claim_id))
        )

    @cached_property
    def given(self) -> dict[str, Given]:
        """The verdicts that editors gave, by claim."""
        rows = self.read_rows("verdicts")
        return {
            row["claim_id"]: Given(**{name: row[name] for name in COLUMNS["verdicts"]})
            for row in rows
        }

    @cached_property
    def results(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Number, interval and dates that were filed, by claim and reading, as fields of
        `Reading`."""
        return {
            (row["claim_id"], row["reading"]): {
                **{name: float(row[name] or nan) for name in FOUND},
                **{field: row[name] for name, field in PERIOD.items()},
            }
            for row in self.read_rows("results")
        }

    @cached_property
    def places(self) -> dict[tuple[str, str], list[dict[str, str]]]:
        """Rows of places with their numbers, by claim and reading."""
        return self._group_rows("places")

    @cached_property
    def passages(self) -> dict[tuple[str, str], list[dict[str, str]]]:
        """Passages of documents, by claim and reading."""
        return self._group_rows("passages")

    def _group_rows(self, name: str) -> dict[tuple[str, str], list[dict[str, str]]]:
        groups: dict[tuple[str, str], list[dict[str, str]]] = {}
        for row in self.read_rows(name):
            groups.setdefault((row["claim_id"], row["reading"]), []).append(row)
        return groups

    @cached_property
    def _tables(self) -> dict[str, tuple[str, dict[str, str], dict[str, str]]]:
        """Standing, if known, units by column, and years by column, of each table of evidence by
        name."""
        name = self.article.evidence
        if (path := self.path / name).suffix != ".json":
            heads = {table.stem: _read_head(table) for table in sorted(path.glob("*.csv"))}
            return {table: ("", dict.fromkeys(head, ""), {}) for table, head in heads.items()}
        if not path.is_file():
            raise FolderError(f"{ARTICLE}: evidence is {name}, and there is no such file")
        with reading(
            name, "it lists tables and their columns as a datapackage.json of Frictionless does"
        ):
            tables = {}
            for table in json.loads(read_text(path))["resources"]:
                columns = table.get("schema", {}).get("fields", [])
                units, years = (
                    {c["name"]: c.get(key, "") for c in columns} for key in ("unit", "years")
                )
                tables[table["name"]] = table.get("standing", ""), units, years
            return tables

    @cached_property
    def evidence(self) -> dict[str, dict[str, str]]:
        """Tables on which readings may rest: columns with their units, by name."""
        return {name: columns for name, (_, columns, _) in self._tables.items() if columns}

    @cached_property
    def years(self) -> dict[str, dict[str, str]]:
        """Years in which the columns of these tables have values, where something says so, by
        name."""
        return {name: years for name, (*_, years) in self._tables.items()}

    def find_standing(self, source: str) -> str:
        """Standing of a source; empty if nothing says it, and for the calendar."""
        if source in WITHOUT_TABLE:
            return "" if source == CALENDAR else rule.ARTICLE
        if source in self.figures:
            return self.figures[source]["standing"]
        return self.article.standings.get(source) or self._tables.get(source, ("",))[0]

    def list_notebooks(self) -> list[tuple[str, Path]]:
        """Notebooks that file verdicts, in order, each with its name as seen from the pages'
        folder."""
        notebooks: dict[str, Path] = {}
        for pattern in self.article.notebooks:
            folder, _, name = pattern.rpartition("/")
            seen = re.sub(r"^(\.\./)+", "", f"{folder}/" if folder else "")
            notebooks |= {
                f"{seen}{path.stem}": path
                for path in sorted((self.path / folder).glob(name))
                if path.is_file()
            }
        return list(notebooks.items())


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def is_address(text: str) -> bool:
    """Whether a text is an http(s) address; nothing else becomes a link."""
    return bool(re.fullmatch(r"https?://[^\s<>\"]+", text, re.IGNORECASE))


def read_text(path: Path) -> str:
    """Read a UTF-8 file; `FolderError` if it has another encoding."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        how = "CSV UTF-8" if path.suffix == ".csv" else "UTF-8"
        raise FolderError(f"{path.name} is not UTF-8 text; save it as {how}") from None


@contextmanager
def _reading_csv(path: Path) -> Iterator[None]:
    try:
        yield
    except csv.Error as error:
        raise FolderError(
            f"{path.name} is not a CSV table ({error}); save it as CSV UTF-8"
        ) from None


def _read_head(path: Path) -> list[str]:
    """Read the names of a table's columns."""
    with _reading_csv(path):
        return next(csv.reader(io.StringIO(read_text(path), newline="")), [])


def read_table(path: Path, columns: Sequence[str] = ()) -> list[dict[str, str]]:
    """Read the rows of a CSV file; `FolderError` if a column is missing or a row has too few
    cells."""
    with _reading_csv(path):
        reader = csv.DictReader(io.StringIO(read_text(path), newline=""))
        rows = list(reader)
    if not reader.fieldnames:
        raise FolderError(f"{path.name} is empty; its first row has the names of its columns")
    if missing := [column for column in columns if column not in reader.fieldnames]:
        raise FolderError(
            f"{path.name} has no column {missing[0]}; it must have {', '.join(columns)}"
        )
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise FolderError(
                f"{path.name}, row {number}: it does not have as many cells as the first row"
            )
    return rows


def format_table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Format rows as CSV; missing cells are empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def format_json(content: object) -> str:
    """Format plain values as the text of a JSON file."""
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def make_readings(rows: Iterable[Mapping[str, str]]) -> list[Reading]:
    """Make readings from rows of a table; cells of `OF_CLAIM` are copied from a claim's first
    row."""
    first: dict[str, Mapping[str, str]] = {}
    readings = []
    for row in rows:
        of_claim = first.setdefault(row["claim_id"], row)
        cells = {**row, **{name: row[name] or of_claim[name] for name in OF_CLAIM}}
        values: dict[str, Any] = {name: cells.get(name, "") for name in COLUMNS["readings"]}
        readings.append(Reading(**values))
    return readings
