"""A coder's sheet: written blank, checked, and sealed before anybody looks at a number.

A sheet is ``coding/NAME.csv`` in the article's folder, a row for each reading. Coders read `CODING.md`, which
lies beside this file.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from sealed_readings import limits, rule
from sealed_readings.families import FAMILIES, QUALIFIER, WAYS
from sealed_readings.folder import COLUMNS as COLUMNS_OF_FOLDER
from sealed_readings.folder import Folder, FolderError, format_table, make_readings, read_table
from sealed_readings.rule import Reading

FOLDER, NAMES, SEALS = "coding", "tables.csv", "seals.csv"
# What stands in a blank sheet, what the coder writes once for a claim, and what for each reading.
GIVEN = ("coder", "claim_id", "statement")
OF_CLAIM = ("paragraph", "phrase", "family")
OF_READING = ("part", "way", "reading", "says", "against", "kind", "unit", "holds_if", "would_decide", "note")
COLUMNS = (*GIVEN, *OF_CLAIM, *OF_READING)
SEALED = ("date", "sheet", "sha256", "coder_is", "was_given")
MOST_OF_CORE = 4
_IN_YEAR = re.compile(r",?[^,]*\b(19|20)\d\d\b[^,]*")  # the part of a unit that names a year


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
    claims = [
        {"coder": coder, "claim_id": name, "statement": row["statement"]}
        for name, row in folder.claims.items()
    ]
    # Not those that say what was coded or found before.
    own = {folder.find_table(name).stem for name in COLUMNS_OF_FOLDER if name != "figures"}
    names = [
        {"table": table, "column": column, "unit": unit}
        for table, columns in folder.evidence.items()
        if table not in own
        for column, unit in columns.items()
    ]
    target.parent.mkdir(exist_ok=True)
    _write(target, COLUMNS, claims)
    _write(target.with_name(NAMES), ("table", "column", "unit"), names)
    return target


def _write(target: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    target.write_text(format_table(columns, rows), encoding="utf-8", newline="")


def read_sheet(path: Path) -> list[Reading]:
    """The readings of a sheet, of which nothing is found yet; a blank row has no kind.

    Raises `FolderError` where a column is missing.
    """
    return make_readings(row | {"decides": row["would_decide"]} for row in read_table(path, COLUMNS))


def find_problems(folder: Folder, path: Path) -> list[str]:
    """What is wrong with a coder's sheet, one sentence each, with its row."""
    found, of_claim = [], defaultdict(list)
    for number, one in enumerate(read_sheet(path), start=2):
        at = f"{path.name}, row {number} ({one.claim_id} {one.reading})"
        found += [f"{at}: {sentence}." for sentence in find_in_reading(folder, one)]
        if one.kind in (rule.NUMBER, rule.DOCUMENT) and not one.decides.strip():
            found.append(f"{at}: `would_decide` is empty.")
        of_claim[one.claim_id].append(one)
    for claim in folder.claims:
        found += [f"{path.name}: {claim} {sentence}." for sentence in find_in_claim(of_claim[claim])]
    return found


def find_in_reading(folder: Folder, one: Reading) -> Iterator[str]:
    """What is wrong with a reading as it is written, whatever was found for it."""
    if one.claim_id not in folder.claims:
        yield f"no claim is called {one.claim_id!r}"
    if one.family not in FAMILIES:
        yield f"{one.family!r} is no family; there are {', '.join(FAMILIES)}"
    if one.kind not in rule.KINDS:
        yield f"{one.kind!r} is no kind; there are {', '.join(rule.KINDS)}"
    for column in ("part", "says") if one.kind == rule.NONE else ("part", "says", "against"):
        if not getattr(one, column).strip():
            yield f"`{column}` is empty"
    if one.kind == rule.NONE:
        return
    if not re.fullmatch("[a-z]", one.reading):
        yield f"the reading {one.reading!r} must be a letter"
    if one.way not in (*WAYS, QUALIFIER):
        yield f"{one.way!r} is no way; there are {', '.join((*WAYS, QUALIFIER))}"
    if one.kind == rule.NUMBER:
        if not one.unit.strip():
            yield "its limit has no unit"
        if _IN_YEAR.search(one.unit):
            yield f"the unit {one.unit!r} names a year; each number is filed with the period that it has"
        try:
            limits.parse(one.holds_if)
        except ValueError as error:
            yield str(error)


def find_in_claim(readings: Sequence[Reading]) -> Iterator[str]:
    """What is wrong with the readings of one claim beside each other."""
    if not any(one.kind for one in readings):
        yield "has no reading"
        return
    letters = [one.reading for one in readings if one.kind != rule.NONE]
    if twice := sorted({letter for letter in letters if letters.count(letter) > 1}):
        yield f"has the reading {twice[0]} twice"
    if len(families := {one.family for one in readings}) > 1:
        yield f"is of {len(families)} families, {' and '.join(sorted(families))}; it must be of one"
        return
    core = [one for one in readings if one.is_core]
    if not core:
        yield f"has no row of the part {rule.CORE}"
    read = [one for one in core if one.kind != rule.NONE and not one.is_dropped]
    if len(read) > MOST_OF_CORE:
        yield f"has {len(read)} readings of its {rule.CORE}; {MOST_OF_CORE} are the most"
    family = FAMILIES.get(readings[0].family)
    # A row of the kind none says why a way that the family needs cannot be read here.
    if family and family.testable and read and (missing := family.find_missing([one.way for one in core])):
        yield f"is of the family {family.family} and has no reading {missing[0]}"


def seal(folder: Folder, path: Path, date: str, who: str, given: str) -> str:
    """Write the hash of a finished sheet with its date, what the coder is and was given; returns the hash.

    Raises `FolderError` where the sheet is not whole, the date is none, or the sheet is sealed.
    """
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        raise FolderError(f"{date!r} is no date; write it as 2000-01-31")
    if problems := find_problems(folder, path):
        raise FolderError(f"{path.name} is not whole, {len(problems)} faults: {problems[0].rstrip('.')}")
    held = read_seals(folder)
    if path.name in (row["sheet"] for row in held):
        raise FolderError(f"{path.name} is sealed already")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    own = dict(zip(SEALED, (date, path.name, found, who, given), strict=True))
    _write(path.with_name(SEALS), SEALED, [*held, own])
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
    readings = read_sheet(folder.path / FOLDER / name)
    _write(target, COLUMNS_OF_FOLDER["readings"], map(asdict, readings))
    return len(readings)


def find_unsealed(folder: Folder) -> list[str]:
    """Readings that no sealed sheet has, and that do not say why they came later; a sentence each."""

    def name(one: Reading) -> tuple[str, ...]:
        # Sheets that were sealed when units still named years stay as they are.
        return one.claim_id, one.part, one.kind, _IN_YEAR.sub("", one.unit), one.holds_if

    paths = [folder.path / FOLDER / row["sheet"] for row in read_seals(folder)]
    if not paths:  # which `check.find_problems` says of the folder
        return []
    sealed = {name(one) for path in paths if path.is_file() for one in read_sheet(path)}
    return [
        f"readings.csv, row {number} ({one.claim_id} {one.reading}): no sealed sheet has it with "
        "this unit and limit; take the sealed one, or say in `added` why it came once numbers were known."
        for number, one in enumerate(folder.written, start=2)
        if not one.added.strip() and name(one) not in sealed
    ]


def read_seals(folder: Folder) -> list[dict[str, str]]:
    """The seals of a folder's sheets, in the order in which they were set; none where there are none."""
    target = folder.path / FOLDER / SEALS
    return read_table(target, SEALED) if target.is_file() else []


def find_broken_seals(folder: Folder) -> list[str]:
    """Sheets that are not as they were sealed, one sentence each."""
    at = folder.path / FOLDER
    return [
        f"{FOLDER}/{row['sheet']} is not as it was sealed."
        for row in read_seals(folder)
        if not (sheet := at / row["sheet"]).is_file()
        or hashlib.sha256(sheet.read_bytes()).hexdigest() != row["sha256"]
    ]
