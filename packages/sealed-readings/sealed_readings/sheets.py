"""Coders' sheets: written blank, checked, and sealed before anybody looks at a number.

A sheet is ``coding/NAME.csv`` in the article's folder, a row for each reading. `CODING.md` beside
this file explains it to coders.
"""

import hashlib
import re
import reprlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sealed_readings import folder as folders
from sealed_readings import periods, rule
from sealed_readings.folder import Folder, FolderError, format_table, make_readings, read_table
from sealed_readings.rule import Reading

FOLDER, NAMES, SEALS = "coding", "tables.csv", "seals.csv"
# The first three are filled in a blank sheet; the coder fills the next two once for a claim.
COLUMNS = (
    *(
        "coder",
        "claim_id",
        "statement",
        "paragraph",
        "phrase",
        "part",
        "way",
        "reading",
        "says",
    ),
    *("against", "kind", "unit", "holds_if", "asks", "would_decide", "by_heart", "note"),
)
LATER = ("asks", "by_heart")  # columns that sheets of earlier editions lack
SEALED = ("sheet", "sha256", "coder_is", "was_given", "witness")
SETTLED = "settled"  # the name of a sheet that settles several coders' sheets begins so
# In a note, where a sheet has no column for what its coder knew.
_BY_HEART = re.compile(r"by heart|known to me|\bI (?:know|remember)\b")
MOST_OF_CORE = 4
Key = tuple[str | None, ...]
_YEAR = re.compile(r"\b(19|20)\d\d\b")


def check_coder(coder: object) -> None:
    """Raise `FolderError` unless a coder's sheet can have this name."""
    others = [Path(name).stem for name in (SEALS, NAMES)]
    # argparse makes a list of two dashes.
    if not (isinstance(coder, str) and re.fullmatch(r"\w{1,99}", coder) and coder.isidentifier()):
        raise FolderError(
            f"{reprlib.repr(coder)} is not a valid name for a coder; use letters, digits and _"
        )
    if coder.casefold() in others:
        raise FolderError(
            f"{coder} cannot be a coder's name, as {SEALS} and {NAMES} are other files there"
        )


def write_blank(folder: Folder, coder: str) -> Path:
    """Write a blank sheet and a list of all tables with columns and units; returns the path of the
    sheet.

    Raises `FolderError` if there are no claims, or the coder has a sheet.
    """
    check_coder(coder)
    sheet = folder.path / FOLDER / f"{coder}.csv"
    if sheet.exists():
        raise FolderError(f"{sheet} already exists; nothing was written")
    if not folder.claims:
        raise FolderError(f"{folder.path} has no claims to code; write them into claims.csv")
    claims = [
        {"coder": coder, "claim_id": name, "statement": row["statement"]}
        for name, row in folder.claims.items()
    ]
    # Without tables that say what was coded or found before.
    hidden = {folder.find_table(name).stem for name in folders.COLUMNS if name != "figures"}
    names = [
        {
            "table": table,
            "column": column,
            "unit": unit,
            "years": folder.years[table].get(column, ""),
        }
        for table, columns in folder.evidence.items()
        if table not in hidden
        for column, unit in columns.items()
    ]
    sheet.parent.mkdir(exist_ok=True)
    _write(sheet, COLUMNS, claims)
    _write(sheet.with_name(NAMES), ("table", "column", "unit", "years"), names)
    return sheet


def _write(path: Path, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    path.write_text(format_table(columns, rows), encoding="utf-8", newline="")


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a sheet's rows; those of `LATER` may be missing."""
    return read_table(path, [column for column in COLUMNS if column not in LATER])


def read_sheet(path: Path) -> list[Reading]:
    """Read a sheet's readings, without outcomes; a blank row has no kind."""
    return make_readings(row | {"decides": row["would_decide"]} for row in read_rows(path))


def find_problems(folder: Folder, path: Path) -> list[str]:
    """Find problems of a coder's sheet, one sentence each, with the row."""
    problems = []
    of_claim = defaultdict(list)
    for number, one in enumerate(read_sheet(path), start=2):
        at = f"{path.name}, row {number} ({one.claim_id} {one.reading})"
        problems += [f"{at}: {sentence}." for sentence in find_in_reading(folder, one)]
        if one.kind in (rule.NUMBER, rule.DOCUMENT) and not one.decides.strip():
            problems.append(f"{at}: `would_decide` is empty.")
        of_claim[one.claim_id].append(one)
    # Later sheets may take up some claims again.
    for claim in of_claim if [*read_settled(folder)] else folder.claims:
        problems += [
            f"{path.name}: {claim} {sentence}." for sentence in find_in_claim(of_claim[claim])
        ]
    return problems


def find_in_reading(folder: Folder, one: Reading) -> Iterator[str]:
    """Find problems of a reading as it is written, regardless of its result."""
    if one.claim_id not in folder.claims:
        yield f"no claim is called {one.claim_id!r}"
    if one.kind not in rule.KINDS:
        yield f"{one.kind!r} is not a kind; there are {', '.join(rule.KINDS)}"
    asked = ("part", "says") if one.kind == rule.NONE else ("part", "says", "against")
    for column in asked:
        if not getattr(one, column).strip():
            yield f"`{column}` is empty"
    if one.kind == rule.NONE:
        return
    if not re.fullmatch("[a-z]", one.reading):
        yield f"the reading {one.reading!r} must be a letter"
    if (one.part == rule.SAID) != (one.way == rule.SAID):
        yield f"part is {one.part!r} and way {one.way!r}; both are {rule.SAID} if one is"
    if not periods.is_asked(one.asks):
        yield f"asks is {one.asks!r}; it must be {periods.ASKS}"
    if one.kind == rule.NUMBER:
        yield from _find_in_limit(one)


def _find_in_limit(one: Reading) -> Iterator[str]:
    """Find problems of the limit from which a reading's number holds."""
    if not one.unit.strip():
        yield "its limit has no unit"
    if _YEAR.search(one.unit):
        filed = "each number is filed with the period that it has"
        yield f"the unit {one.unit!r} names a year; {filed}"
    try:
        _ = one.limits
    except ValueError as error:
        yield str(error)


def find_in_claim(readings: Sequence[Reading]) -> Iterator[str]:
    """Find problems between the readings of one claim."""
    if not any(one.kind for one in readings):
        yield "has no reading"
        return
    letters = [one.reading for one in readings if one.kind != rule.NONE]
    if twice := sorted({letter for letter in letters if letters.count(letter) > 1}):
        yield f"has the reading {twice[0]} twice"
    core = [one for one in readings if one.is_core]
    if not core:
        yield f"has no row of the part {rule.CORE}"
    read = [one for one in core if one.kind != rule.NONE and not one.is_dropped]
    if len(read) > MOST_OF_CORE:
        yield f"has {len(read)} readings of its {rule.CORE}; {MOST_OF_CORE} are the most"


def seal(folder: Folder, path: Path, coder_is: str, was_given: str, witness: str) -> str:
    """Write the hash of a finished sheet with what is known of the coder; returns the hash.

    `witness` says where hash or sheet were handed in, for a hash alone proves no order. Raises
    `FolderError` if the sheet has problems or is already sealed.
    """
    if problems := find_problems(folder, path):
        raise FolderError(
            f"{path.name} has {len(problems)} problems, such as: {problems[0].rstrip('.')}"
        )
    seals = read_seals(folder)
    if path.name in (row["sheet"] for row in seals):
        raise FolderError(f"{path.name} is already sealed")
    digest = _hash(path)
    row = dict(zip(SEALED, (path.name, digest, coder_is, was_given, witness), strict=True))
    _write(path.with_name(SEALS), SEALED, [*seals, row])
    return digest


def settle(folder: Folder, coder: str) -> int:
    """Write the readings of a sealed sheet into `readings.csv`; returns their number.

    For articles with one coder, where there is nothing to settle. Tables that would decide become
    sources. Raises `FolderError` if the sheet is not sealed, or there are readings already.
    """
    name = f"{coder}.csv"
    table = folder.find_table("readings")
    if name not in (row["sheet"] for row in read_seals(folder)):
        raise FolderError(
            f"{FOLDER}/{name} is not sealed; `code {folder.path} {coder} --seal` does it"
        )
    if folder.read_rows("readings"):
        raise FolderError(f"{table.name} has readings already; nothing was written")
    readings = [
        asdict(one)
        | {"sources": " ".join(word for word in one.decides.split() if word in folder.evidence)}
        for one in read_sheet(folder.path / FOLDER / name)
    ]
    _write(table, folders.COLUMNS["readings"], readings)
    return len(readings)


def _get_key(one: Reading, asks: str | None) -> Key:
    """What is sealed of a reading, without the unit if its sheet has no `asks`: it still named
    years."""
    unit = "" if asks is None else one.unit
    return one.claim_id, one.part, one.way, one.kind, unit, one.holds_if, asks


def list_sealed(folder: Folder) -> list[Path]:
    """Sealed sheets that are in the folder, in the order in which they were sealed."""
    paths = (folder.path / FOLDER / row["sheet"] for row in read_seals(folder))
    return [path for path in paths if path.is_file()]


def read_settled(folder: Folder) -> Iterator[tuple[Reading, Key]]:
    """Settled readings with what is sealed of each; of several settled sheets the last that has a
    claim.

    A single sealed sheet settles itself.
    """
    sealed = list_sealed(folder)
    settled = [path for path in sealed if path.stem.startswith(SETTLED)]
    paths = settled or (sealed if len(sealed) == 1 else [])
    last = {one.claim_id: path for path in paths for one in read_sheet(path)}
    for path in paths:
        for one, row in zip(read_sheet(path), read_rows(path), strict=True):
            if last[one.claim_id] == path:
                yield one, _get_key(one, row.get("asks"))


def find_broken(folder: Folder) -> Iterator[str]:
    """Find sheets that changed, and settled readings that readings.csv neither has nor drops."""
    for row in (seals := read_seals(folder)):
        path = folder.path / FOLDER / row["sheet"]
        if not path.is_file() or _hash(path) != row["sha256"]:
            yield f"{FOLDER}/{path.name} differs from the sheet that was sealed."
    if not seals:
        yield (
            f"{FOLDER}/ has no sealed sheet; coders write readings before anybody looks at a"
            " number."
        )
    settled = list(read_settled(folder))
    if len(seals) > 1 and not settled:
        yield (
            f"{FOLDER}/ has {len(seals)} sealed sheets, and none whose name begins with {SETTLED}."
        )
    sealed = {
        (one.claim_id, one.reading): (one, key) for one, key in settled if one.kind != rule.NONE
    }
    written = {(one.claim_id, one.reading): one for one in folder.written if one.kind != rule.NONE}
    for letter in dict.fromkeys([*sealed, *written]) if sealed else ():
        at = f"readings.csv: {' '.join(letter)}"
        now = written.get(letter)
        if letter not in sealed:
            if now and not now.added.strip():
                yield f"{at} was not sealed; say in `added` why it came once numbers were known."
            continue
        one, key = sealed[letter]
        if not now:
            yield f"{at} was sealed and is missing; drop it by saying so in `added`."
            continue
        way = one.way if now.added.startswith(rule.REWEIGHED) else now.way
        is_told = not now.added or now.added.startswith((rule.DROPPED, rule.REWEIGHED))
        if not is_told or key != _get_key(
            replace(now, way=way), None if key[-1] is None else now.asks
        ):
            yield (
                f"{at} was sealed otherwise; drop that, and give a changed one another letter and"
                " `added`."
            )


def read_seals(folder: Folder) -> list[dict[str, str]]:
    """Seals of a folder's sheets in the order in which they were set; empty if there are none."""
    path = folder.path / FOLDER / SEALS
    rows = read_table(path, SEALED) if path.is_file() else []
    if odd := [row["sheet"] for row in rows if not re.fullmatch(r"\w{1,99}\.csv", row["sheet"])]:
        raise FolderError(
            f"{SEALS}: {reprlib.repr(odd[0])} is not a sheet beside it, such as ann.csv"
        )
    return rows


def list_coders(folder: Folder) -> list[dict[str, Any]]:
    """Seals, each with the number of rows, and of claims, of which the coder knew something by
    heart."""
    coders: list[dict[str, Any]] = []
    for seal in read_seals(folder):
        rows = read_rows(folder.path / FOLDER / seal["sheet"])
        known = [r["claim_id"] for r in rows if r.get("by_heart", _BY_HEART.search(r["note"]))]
        coders.append(seal | {"by_heart": {"rows": len(known), "claims": len({*known})}})
    return coders


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
