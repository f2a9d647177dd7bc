"""A coder's sheet: written blank, checked, and sealed before anybody looks at a number.

A sheet is ``coding/NAME.csv`` in the article's folder, a row for each reading. `CODING.md` of the package is
what a coder reads.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from claims_ledger import limits, rule
from claims_ledger.families import FAMILIES, QUALIFIER, WAYS
from claims_ledger.folder import COLUMNS as COLUMNS_OF_FOLDER
from claims_ledger.folder import Folder, FolderError

FOLDER, NAMES, SEALS = "coding", "tables.csv", "seals.csv"
# What stands in a blank sheet, what the coder writes once for a claim, and what for each reading.
GIVEN = ("coder", "claim_id", "statement")
OF_CLAIM = ("paragraph", "phrase", "family")
OF_READING = ("part", "way", "reading", "says", "against", "kind", "unit", "holds_if", "would_decide", "note")
COLUMNS = (*GIVEN, *OF_CLAIM, *OF_READING)
CORE, MOST_OF_CORE = "core", 4


def write_blank(folder: Folder, coder: str) -> Path:
    """Write a blank sheet and the names of all tables with their columns and units; returns the sheet.

    Raises `FolderError` where there are no claims, or the coder has a sheet.
    """
    if not coder.isidentifier():
        raise FolderError(f"{coder!r} is no name for a coder; use letters, digits and _")
    target = folder.path / FOLDER / f"{coder}.csv"
    if target.exists():
        raise FolderError(f"{target} is there already; nothing was written")
    if not folder.claims:
        raise FolderError(f"{folder.path} has no claims to code; write them into claims.csv")
    claims = [(coder, name, row["statement"]) for name, row in folder.claims.items()]
    _write(target, [COLUMNS, *((*row, *[""] * (len(COLUMNS) - len(row))) for row in claims)])
    # Not those that say what was coded or found before.
    own = {folder.find_table(name).stem for name in COLUMNS_OF_FOLDER if name != "figures"}
    names = [
        (table, column, unit)
        for table, columns in folder.evidence.items()
        if table not in own
        for column, unit in columns.items()
    ]
    _write(target.with_name(NAMES), [("table", "column", "unit"), *names])
    return target


def _write(target: Path, rows: list[tuple[str, ...]]) -> None:
    target.parent.mkdir(exist_ok=True)
    with target.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)


def read_sheet(path: Path) -> list[dict[str, str]]:
    """The rows of a sheet; what stands once for a claim is filled in for its other rows.

    Raises `FolderError` where a column is missing.
    """
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        rows = list(reader)
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise FolderError(f"{path.name} has no column {missing[0]}; it must have {', '.join(COLUMNS)}")
    first: dict[str, dict[str, str]] = {}
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise FolderError(f"{path.name}, row {number}: it has not as many cells as the first row")
        of_claim = first.setdefault(row["claim_id"], row)
        row |= {name: row[name] or of_claim[name] for name in OF_CLAIM}
    return rows


def find_problems(folder: Folder, path: Path) -> list[str]:
    """What is wrong with a coder's sheet, one sentence each, with its row."""
    found, of_claim = [], defaultdict(list)
    for number, row in enumerate(read_sheet(path), start=2):
        at = f"{path.name}, row {number} ({row['claim_id']} {row['reading']})"
        found += [f"{at}: {sentence}." for sentence in _find_in_row(folder, row)]
        of_claim[row["claim_id"]].append(row)
    for claim in folder.claims:
        found += [f"{path.name}: {claim} {sentence}." for sentence in _find_in_claim(of_claim[claim])]
    return found


def _find_in_row(folder: Folder, row: dict[str, str]) -> Iterator[str]:
    kinds = (rule.NUMBER, rule.DOCUMENT, rule.NONE)
    if row["claim_id"] not in folder.claims:
        yield f"no claim is called {row['claim_id']!r}"
    if row["family"] not in FAMILIES:
        yield f"{row['family']!r} is no family; there are {', '.join(FAMILIES)}"
    if row["kind"] not in kinds:
        yield f"{row['kind']!r} is no kind; there are {', '.join(kinds)}"
    for column in ("part", "says"):
        if not row[column].strip():
            yield f"`{column}` is empty"
    if row["kind"] == rule.NONE:
        return
    if not re.fullmatch("[a-z]", row["reading"]):
        yield f"the reading {row['reading']!r} must be a letter"
    ways = [*WAYS, QUALIFIER]
    if row["way"] not in ways:
        yield f"{row['way']!r} is no way; there are {', '.join(ways)}"
    for column in ("against", "would_decide"):
        if not row[column].strip():
            yield f"`{column}` is empty"
    if row["kind"] == rule.NUMBER:
        if not row["unit"].strip():
            yield "its limit has no unit"
        try:
            limits.parse(row["holds_if"])
        except ValueError as error:
            yield str(error)


def _find_in_claim(rows: list[dict[str, str]]) -> Iterator[str]:
    if not rows or not any(row["kind"] for row in rows):
        yield "is not coded"
        return
    letters = [row["reading"] for row in rows if row["kind"] != rule.NONE]
    if twice := sorted({letter for letter in letters if letters.count(letter) > 1}):
        yield f"has the reading {twice[0]} twice"
    if len({row["family"] for row in rows}) > 1:
        yield "is of two families; it must be of one"
    core = [row for row in rows if row["part"] == CORE]
    if not core:
        yield f"has no row of the part {CORE}"
    if sum(row["kind"] != rule.NONE for row in core) > MOST_OF_CORE:
        yield f"has more than {MOST_OF_CORE} readings of its {CORE}"
    family = FAMILIES.get(rows[0]["family"])
    # A row of the kind none says why a way that the family needs cannot be read here.
    read = family and family.testable and any(row["kind"] != rule.NONE for row in core)
    if family and read and (missing := family.find_missing([row["way"] for row in core])):
        yield f"is of the family {family.family} and has no reading {missing[0]}"


def seal(folder: Folder, path: Path, date: str, who: str, given: str) -> str:
    """Write the hash of a finished sheet with its date, what the coder is and was given; returns the hash.

    Raises `FolderError` where the sheet is not whole, the date is none, or the sheet is sealed.
    """
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        raise FolderError(f"{date!r} is no date; write it as 2000-01-31")
    if problems := find_problems(folder, path):
        raise FolderError(f"{path.name} is not whole, {len(problems)} faults: {problems[0].rstrip('.')}")
    target = path.with_name(SEALS)
    head = ("date", "sheet", "sha256", "coder_is", "was_given")
    held = list(csv.reader(target.open(encoding="utf-8", newline=""))) if target.is_file() else [list(head)]
    if path.name in (row[1] for row in held):
        raise FolderError(f"{path.name} is sealed already")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    _write(target, [*map(tuple, held), (date, path.name, found, who, given)])
    return found


def settle(folder: Folder, coder: str) -> int:
    """Write the readings of a sealed sheet into `readings.csv`; returns how many there are.

    For an article that one person codes: nothing is left to settle. Raises `FolderError` where the sheet is
    not sealed, or there are readings already.
    """
    name, target = f"{coder}.csv", folder.find_table("readings")
    if name not in (row["sheet"] for row in read_seals(folder)):
        raise FolderError(f"{FOLDER}/{name} is not sealed; `code {folder.path} {coder} --seal DATE` does it")
    if folder.read_rows("readings"):
        raise FolderError(f"{target.name} has readings already; nothing was written")
    rows = [row | {"decides": row["would_decide"]} for row in read_sheet(folder.path / FOLDER / name)]
    columns = COLUMNS_OF_FOLDER["readings"]
    _write(target, [columns, *(tuple(row.get(column, "") for column in columns) for row in rows)])
    return len(rows)


def find_unsealed(folder: Folder) -> list[str]:
    """Readings that no sealed sheet has, and that do not say why they came later; a sentence each."""
    kept = ("claim_id", "part", "kind", "unit", "holds_if")
    paths = [folder.path / FOLDER / row["sheet"] for row in read_seals(folder)]
    if not paths:  # which `find_problems` says of the folder
        return []
    sealed = {tuple(row[k] for k in kept) for path in paths if path.is_file() for row in read_sheet(path)}
    return [
        f"readings.csv, row {number} ({row['claim_id']} {row['reading']}): no sealed sheet has it with "
        "this unit and limit; take the sealed one, or say in `added` why it came once numbers were known."
        for number, row in folder.list_rows("readings")
        if not row["added"].strip() and tuple(row[k] for k in kept) not in sealed
    ]


def read_seals(folder: Folder) -> list[dict[str, str]]:
    """The seals of a folder's sheets, in the order in which they were set; none where there are none."""
    target = folder.path / FOLDER / SEALS
    if not target.is_file():
        return []
    with target.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def find_broken_seals(folder: Folder) -> list[str]:
    """Sheets that are not as they were sealed, one sentence each."""
    at = folder.path / FOLDER
    return [
        f"{FOLDER}/{row['sheet']} is not as it was sealed."
        for row in read_seals(folder)
        if not (sheet := at / row["sheet"]).is_file()
        or hashlib.sha256(sheet.read_bytes()).hexdigest() != row["sha256"]
    ]
