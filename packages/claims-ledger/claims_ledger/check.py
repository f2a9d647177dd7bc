"""The check of an article's folder: what is wrong with it, one sentence each, with file and row."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from math import isnan

from claims_ledger import rule
from claims_ledger.families import FAMILIES
from claims_ledger.folder import WITHOUT_TABLE, Folder, FolderError
from claims_ledger.labels import UNEXAMINED
from claims_ledger.records import list_labels
from claims_ledger.rule import Reading
from claims_ledger.sheets import find_broken_seals

# What computations make in any field; a unit may begin with one of these.
DERIVED: tuple[str, ...] = (
    "percent",
    "percentage points",
    "rank",
    "times",
    "ratio",
    "change",
    "percentile",
    "location quotient",
)
DERIVED += ("year", "years", "degrees", "index points")
SAME_NUMBER = 3  # claims answered with one and the same number are no accident


def find_problems(folder: Folder) -> list[str]:
    """What is wrong with a folder, in the order in which one would mend it; empty where it can be built."""
    found: list[str] = []
    for find in (_find_in_article, _find_in_claims, _find_in_figures, _find_in_readings, _find_in_record):
        try:
            found += find(folder)
        except FolderError as error:
            return [*found, f"{error}."]
    return found


def _at(folder: Folder, table: str, row: int) -> str:
    return f"{folder.find_table(table).name}, row {row}"


def _find_twice(folder: Folder, table: str, *columns: str) -> Iterator[str]:
    """Rows whose key an earlier row has."""
    seen: dict[tuple[str, ...], int] = {}
    for number, row in folder.list_rows(table):
        key = tuple(row[column] for column in columns)
        if key in seen:
            yield f"{_at(folder, table, number)}: {' '.join(key)} stands in row {seen[key]} already."
        seen.setdefault(key, number)


def _find_in_article(folder: Folder) -> Iterator[str]:
    try:
        re.compile(folder.article.claim_ids)
    except re.error as error:
        yield f"article.yml: claim_ids is no regular expression: {error}."
    for name in folder.article.notebooks:
        if not any(True for _ in folder.list_notebooks()):
            yield f"article.yml: no notebook fits {name!r}."


def _find_in_claims(folder: Folder) -> Iterator[str]:
    article, table = folder.article, "claims"
    themes = {theme for listed in article.subjects.values() for theme in listed}
    rows = list(folder.list_rows(table))
    if not rows:
        yield f"{folder.find_table(table).name} has no claim; each sentence that can be checked is a row."
    for number, row in rows:
        at, name = _at(folder, table, number), row["claim_id"]
        if not re.fullmatch(article.claim_ids, name):
            yield f"{at}: {name!r} is no id of this article; ids fit {article.claim_ids}."
        for column in ("statement", "check"):
            if not row[column].strip():
                yield f"{at}: {name} has no {column}."
        if themes and row["theme"] not in themes:
            yield f"{at}: no subject of article.yml has the theme {row['theme']!r}."
        if article.places and row["place"] not in article.places:
            yield f"{at}: article.yml names no place {row['place']!r}; it has {', '.join(article.places)}."
        if not isnan(folder.parse_number(table, number, "value", row["value"])) and not row["unit"]:
            yield f"{at}: the value {row['value']} has no unit."
    yield from _find_twice(folder, table, "claim_id")


def _find_in_figures(folder: Folder) -> Iterator[str]:
    used = {source for reading in folder.readings for source in reading.sources.split()}
    for number, row in folder.list_rows("figures"):
        at = _at(folder, "figures", number)
        for column in ("printed", "publisher", "title"):
            if not row[column].strip():
                yield f"{at}: {row['figure_id']} has no {column}."
        if row["figure_id"] not in used and not row["set_aside"].strip():
            yield f"{at}: no reading rests on {row['figure_id']}, and set_aside does not say why."
    yield from _find_twice(folder, "figures", "figure_id")


def _find_in_readings(folder: Folder) -> Iterator[str]:
    units = _list_units(folder)
    of_claim: dict[str, list[Reading]] = defaultdict(list)
    for (number, row), reading in zip(folder.list_rows("readings"), folder.readings, strict=True):
        at = f"{_at(folder, 'readings', number)} ({reading.claim_id} {reading.reading})"
        for sentence in _find_in_reading(folder, reading, row["independent"], units):
            yield f"{at}: {sentence}."
        of_claim[reading.claim_id].append(reading)
    yield from _find_twice(folder, "readings", "claim_id", "reading")
    for number, row in folder.list_rows("claims"):
        for sentence in _find_in_claim(row["claim_id"], of_claim[row["claim_id"]]):
            yield f"{_at(folder, 'claims', number)}: {sentence}."
    yield from _find_one_number(folder)
    yield from _find_twice(folder, "places", "claim_id", "reading", "place")
    known = {(one.claim_id, one.reading) for one in folder.readings}
    for number, row in folder.list_rows("places"):
        if (row["claim_id"], row["reading"]) not in known:
            yield f"{_at(folder, 'places', number)}: {row['claim_id']} has no reading {row['reading']!r}."
        if folder.article.places and row["place"] not in folder.article.places:
            yield f"{_at(folder, 'places', number)}: article.yml names no place {row['place']!r}."


def _find_in_reading(
    folder: Folder, one: Reading, independent: str, units: Callable[[str], bool]
) -> Iterator[str]:
    kinds, outcomes = (rule.NUMBER, rule.DOCUMENT, rule.NONE), (rule.HOLDS, rule.FAILS, rule.OPEN)
    if one.claim_id not in folder.claims:
        yield f"no claim is called {one.claim_id!r}"
    if one.family not in FAMILIES:
        yield f"{one.family!r} is no family; there are {', '.join(FAMILIES)}"
    if independent not in ("true", "false"):
        yield f"independent is {independent!r}; it must be true or false"
    if not one.says.strip():
        yield "it does not say how the claim is read"
    if one.kind not in kinds:
        yield f"{one.kind!r} is no kind; there are {', '.join(kinds)}"
    if one.kind == rule.NONE or one.kind not in kinds:
        return
    if not one.against.strip():
        yield "it does not say what would count against it"
    if one.kind == rule.NUMBER:
        yield from _find_in_number(one, units)
    elif one.documented not in outcomes:
        yield f"outcome is {one.documented!r}; a document decides {', '.join(outcomes)}"
    if one.kind == rule.DOCUMENT and one.documented not in outcomes:
        return
    for source in one.sources.split():
        if source not in WITHOUT_TABLE and source not in folder.figures and source not in folder.evidence:
            yield f"{source!r} is no figure, no table, and none of {', '.join(WITHOUT_TABLE)}"
    if one.outcome != rule.OPEN and not one.sources:
        yield "it is decided and names no source"
    if one.outcome == rule.OPEN and not (one.held_by and one.decides):
        yield "it is open and does not say who holds the evidence and what would decide"


def _find_in_number(one: Reading, units: Callable[[str], bool]) -> Iterator[str]:
    if isnan(one.low_limit) and isnan(one.high_limit):
        yield "a number needs a limit, beyond which the reading fails"
    elif not one.unit:
        yield "its limit has no unit"
    elif not units(one.unit):
        yield f"no table and no figure has the unit {one.unit!r}, and article.yml does not list it"
    if one.low_limit > one.high_limit:
        yield f"the lower limit {one.low_limit:g} is above the upper, {one.high_limit:g}"
    low, high = one.interval
    if low > high or low > one.number or high < one.number:
        yield f"the number {one.number:g} lies outside its interval, {low:g} to {high:g}"


def _list_units(folder: Folder) -> Callable[[str], bool]:
    """Whether a unit is one that a table or a figure has, or that computations make."""
    known = {unit for columns in folder.evidence.values() for unit in columns.values()}
    known |= {row["unit"] for row in folder.figures.values()} | set(folder.article.units)
    begins = re.compile(rf"(?:{'|'.join(DERIVED)})\b")
    return lambda unit: unit in known or bool(begins.match(unit))


def _find_in_claim(name: str, readings: list[Reading]) -> Iterator[str]:
    if not readings:
        yield f"{name} has no reading"
        return
    if len(families := {one.family for one in readings}) > 1:
        yield f"{name} is of {len(families)} families, {' and '.join(sorted(families))}; it must be of one"
    elif readings[0].family in FAMILIES:
        family, bare = FAMILIES[readings[0].family], [one for one in readings if one.kind == rule.NONE]
        if bare and len(readings) > 1:
            yield f"{name} has a row of the kind none beside readings"
        elif not family.testable and not bare:
            yield f"{name} has a reading, and a {family.family} has none: {family.readings}"
        elif not bare and len(readings) < family.least:
            yield f"{name} has {len(readings)} reading; the family {family.family} needs {family.least}"


def _find_one_number(folder: Folder) -> Iterator[str]:
    """One number for all claims: nobody finds that."""
    found = {(one.claim_id, one.number) for one in folder.readings if not isnan(one.number)}
    claims, numbers = {claim for claim, _ in found}, {number for _, number in found}
    if len(claims) >= SAME_NUMBER and len(numbers) == 1:
        name = folder.find_table("readings").name
        yield f"{name}: all {len(claims)} claims with a number have the same, {numbers.pop():g}."


def _find_in_record(folder: Folder) -> Iterable[str]:
    labels, found = list_labels(folder), find_broken_seals(folder)
    settled, coders = labels.pop("settled"), list(labels)
    sheets = folder.find_table("codings").name
    if not coders:
        return [f"{sheets} has no row: readings are written by coders, before a number is looked at."]
    for coder, (number, row) in ((c, one) for c in coders for one in folder.list_rows("claims")):
        if row["claim_id"] not in labels[coder]:
            found.append(
                f"{sheets}: coder {coder} has not coded {row['claim_id']} ({_at(folder, 'claims', number)})."
            )
    said = Counter(row["claim_id"] for row in folder.read_rows("settlements"))
    for claim in folder.claims:
        unlike = len({settled.get(claim, UNEXAMINED), *(labels[c].get(claim, "") for c in coders)}) > 1
        if unlike and not said[claim]:
            found.append(f"settlements.csv must say why the labels of {claim} differ.")
    last = {r["claim_id"]: (n, r["to"]) for n, r in sorted(folder.list_rows("corrections"), key=_by_date)}
    for claim, (number, label) in last.items():
        if settled.get(claim) != label:
            at = _at(folder, "corrections", number)
            found.append(
                f"{at}: {claim} is {settled.get(claim, UNEXAMINED)!r} now; write a line for that change."
            )
    return found


def _by_date(line: tuple[int, dict[str, str]]) -> tuple[str, int]:
    return line[1]["date"], line[0]
