"""The check of an article's folder: its problems in one sentence each, with file and row."""

import re
from collections import Counter
from collections.abc import Iterator

from sealed_readings import rule, sheets, verdicts
from sealed_readings.folder import COLUMNS, WITHOUT_TABLE, Folder, FolderError, is_address
from sealed_readings.labels import FORMER, LABELS, find_current
from sealed_readings.periods import is_after
from sealed_readings.results import KEYS, collect
from sealed_readings.rule import Reading

# Units that computations make in any field begin with these words.
DERIVED = re.compile(
    r"(percent|percentage points|rank|times|ratio|change|percentile|location quotient)\b"
    r"|(years?|degrees|index points)\b"
)
_MAIL = re.compile(r"[^\s@:]+@[^\s@:]+")
_STANDINGS = f"a table must have one of: {', '.join(rule.STANDINGS)}"


def find_problems(folder: Folder) -> list[str]:
    """Find problems in the order in which one would fix them; empty if the ledger can be built."""
    problems: list[str] = []
    for find in FINDERS:
        try:
            problems += find(folder)
        except FolderError as error:
            return [*problems, f"{error}."]
    return problems


def _find_in_verdicts(folder: Folder) -> Iterator[str]:
    """Problems of verdicts. If one claim has a verdict, every claim has one."""
    rows = list(folder.list_rows("verdicts"))
    for number, row in rows:
        at = _at(folder, "verdicts", number)
        name = row["claim_id"]
        if name not in folder.claims:
            yield f"{at}: no claim is called {name!r}."
        for sentence in verdicts.find_problems(folder.given[name], folder.by_claim.get(name, [])):
            yield f"{at}: {name}: {sentence}."
    yield from _find_twice(folder, "verdicts", "claim_id")
    if rows and (missing := sorted(folder.claims.keys() - folder.given.keys())):
        yield f"{folder.find_table('verdicts').name}: {', '.join(missing)} have no verdict."


def _at(folder: Folder, table: str, row: int) -> str:
    return f"{folder.find_table(table).name}, row {row}"


def _find_twice(folder: Folder, table: str, *columns: str) -> Iterator[str]:
    """Rows with the key of an earlier row."""
    seen: dict[str, int] = {}
    for number, row in folder.list_rows(table):
        key = " ".join(row[column] for column in columns)
        if number != (first := seen.setdefault(key, number)):
            yield f"{_at(folder, table, number)}: {key} is already in row {first}."


def _find_in_article(folder: Folder) -> Iterator[str]:
    article = folder.article
    if article.notebooks and not folder.list_notebooks():
        yield (
            f"article.yml: no notebook or file matches {' or '.join(map(repr, article.notebooks))}."
        )
    if article.address and not is_address(article.address):
        yield (
            f"article.yml: address is {article.address!r}; it must begin with http:// or https://."
        )
    if article.corrections and not (
        is_address(article.corrections) or _MAIL.fullmatch(article.corrections)
    ):
        yield (
            f"article.yml: corrections is {article.corrections!r}; it must be a mail or an https"
            " address."
        )
    for table, standing in article.standings.items():
        if standing not in rule.STANDINGS or table not in folder.evidence:
            yield f"article.yml: standings says {standing!r} of {table!r}; {_STANDINGS}."


def _find_in_claims(folder: Folder) -> Iterator[str]:
    article = folder.article
    table = "claims"
    themes = {theme for listed in article.subjects.values() for theme in listed}
    rows = list(folder.list_rows(table))
    if not rows:
        yield (
            f"{folder.find_table(table).name} has no claim; each sentence that can be checked is a"
            " row."
        )
    for number, row in rows:
        at = _at(folder, table, number)
        name = row["claim_id"]
        if not re.fullmatch(article.claim_ids, name):
            yield f"{at}: {name!r} is not an id of this article; ids match {article.claim_ids}."
        for column in ("statement", "sentence"):
            if not row[column].strip():
                yield f"{at}: {name} has no {column}."
        if themes and row["theme"] not in themes:
            yield f"{at}: no subject of article.yml has the theme {row['theme']!r}."
        if article.places and row["place"] not in article.places:
            yield (
                f"{at}: article.yml names no place {row['place']!r}; it has"
                f" {', '.join(article.places)}."
            )
        if row["value"] and not row["unit"]:
            yield f"{at}: the value {row['value']} has no unit."
    yield from _find_twice(folder, table, "claim_id")


def _find_in_figures(folder: Folder) -> Iterator[str]:
    used = {source for one in folder.readings for source in f"{one.sources} {one.also}".split()}
    standings = {
        (row["publisher"], row["standing"]) for name, row in folder.figures.items() if name in used
    }
    of_publisher = Counter(publisher for publisher, _ in standings)
    for number, row in folder.list_rows("figures"):
        at = _at(folder, "figures", number)
        name = row["figure_id"]
        for column in ("printed", "publisher", "title"):
            if not row[column].strip():
                yield f"{at}: {name} has no {column}."
        if row["standing"] not in rule.STANDINGS and (row["standing"] or name in used):
            yield (
                f"{at}: the standing {row['standing']!r} must be one of:"
                f" {', '.join(rule.STANDINGS)}."
            )
        if row["url"] and not is_address(row["url"]):
            yield f"{at}: the url {row['url']!r} must begin with http:// or https://."
        if name in used and not (row["url"].strip() or row["searched"].strip()):
            yield f"{at}: {name} has no url, and `searched` does not say when one was looked for."
        if name in used and of_publisher[row["publisher"]] > 1 and not row["note"].strip():
            yield (
                f"{at}: figures of {row['publisher']} differ in standing; `note` says why {name}"
                " has its."
            )
        if name not in used and not row["set_aside"].strip():
            yield f"{at}: no reading rests on {name}, and set_aside does not say why."
    yield from _find_twice(folder, "figures", "figure_id")


def _find_in_readings(folder: Folder) -> Iterator[str]:
    units = _list_units(folder)
    for number, one in enumerate(folder.readings, start=2):
        at = f"{_at(folder, 'readings', number)} ({one.claim_id} {one.reading})"
        for sentence in sheets.find_in_reading(folder, one):
            yield f"{at}: {sentence}."
        for sentence in _find_in_evidence(folder, one, units):
            yield f"{at}: {sentence}."
    for number, row in folder.list_rows("claims"):
        at = _at(folder, "claims", number)
        of_claim = folder.by_claim.get(row["claim_id"], [])
        for sentence in sheets.find_in_claim(of_claim):
            yield f"{at}: {row['claim_id']} {sentence}."
        if not row["check"].strip() and rule.is_testable(of_claim):
            yield f"{at}: {row['claim_id']} has no check."
    yield from _find_in_passages(folder)
    for table, key in KEYS.items():
        yield from _find_twice(folder, table, *key)
        yield from _find_in_rows(folder, table)


def _list_units(folder: Folder) -> set[str]:
    """All units that tables, figures and article.yml know."""
    units = {row["unit"] for row in folder.figures.values()} | set(folder.article.units)
    for columns in folder.evidence.values():
        for column in columns.items():
            units.update(column)
    return units


def _find_in_rows(folder: Folder, table: str) -> Iterator[str]:
    """Problems of the rows of a table about readings: reading, period and place."""
    numbers = {(one.claim_id, one.reading) for one in folder.written if one.kind == rule.NUMBER}
    places = folder.article.places
    for number, row in folder.list_rows(table):
        at = _at(folder, table, number)
        if "reading" in row and (row["claim_id"], row["reading"]) not in numbers:
            yield (
                f"{at}: {row['claim_id']} has no reading {row['reading']!r} of the kind"
                f" {rule.NUMBER}."
            )
        start = row.get("from", "")
        end = row.get("to", "")
        if bool(start) != bool(end) or is_after(start, end):
            yield f"{at}: it is from {start!r} to {end!r}; both are dates in order, or empty."
        if table == "places" and places and row["place"] not in places:
            yield f"{at}: article.yml names no place {row['place']!r}."


def _find_in_evidence(folder: Folder, one: Reading, units: set[str]) -> Iterator[str]:
    """Problems of a reading's result and sources."""
    if one.kind not in (rule.NUMBER, rule.DOCUMENT):
        return
    if one.kind == rule.NUMBER and one.unit and not _is_known(one.unit, units):
        listed = "list it under `units` in article.yml"
        yield f"no table, column or figure has the unit {one.unit!r}; {listed}"
    for source in f"{one.sources} {one.also}".split():
        if source in folder.evidence:
            if folder.find_standing(source) not in rule.STANDINGS:
                yield (
                    f"the table {source!r} has no standing in datapackage.json or article.yml;"
                    f" {_STANDINGS}"
                )
        elif source not in WITHOUT_TABLE and source not in folder.figures:
            yield f"{source!r} is not a figure, a table, or one of: {', '.join(WITHOUT_TABLE)}"
    if one.seen != rule.OPEN and not one.sources:
        yield "it is decided but names no source"
    if one.outcome == rule.OPEN and not one.beside and not (one.held_by and one.decides):
        yield "it is open but does not say who holds the evidence and what would decide"


def _is_known(unit: str, units: set[str]) -> bool:
    """Whether a table, a column's name (`cargo_million_tonnes`), a figure or the article has a
    unit."""
    words = f"_{unit.replace(' ', '_').lower()}_"
    return (
        unit in units
        or bool(DERIVED.match(unit))
        or any(words in f"_{one.lower()}_" for one in units)
    )


def _find_in_passages(folder: Folder) -> Iterator[str]:
    """Problems of passages: what they speak for, and whether the reading names their figure."""
    readings = {(one.claim_id, one.reading): one for one in folder.written}
    for number, row in folder.list_rows("passages"):
        at = _at(folder, "passages", number)
        key = (row["claim_id"], row["reading"])
        if not (one := readings.get(key)):
            yield f"{at}: {' '.join(key)} is not a reading."
        elif row["figure_id"] not in f"{one.sources} {one.also}".split():
            yield (
                f"{at}: {' '.join(key)} does not name {row['figure_id'] or 'the figure'} as a"
                " source."
            )
        elif row["speaks"] and (row["speaks"] not in rule.SPEAKS or one.kind != rule.DOCUMENT):
            accepted = (
                f"{' or '.join(rule.SPEAKS)} in a reading of the kind {rule.DOCUMENT}, empty"
                " elsewhere"
            )
            yield f"{at}: speaks is {row['speaks']!r}; it must be {accepted}."


def _find_in_record(folder: Folder) -> Iterator[str]:
    """Problems of seals, of what was filed, and of corrections."""
    yield from sheets.find_broken(folder)
    if folder.article.notebooks:
        for table, filed in collect(folder).items():
            rows = [{name: row[name] for name in COLUMNS[table]} for row in folder.read_rows(table)]
            if sorted(map(repr, rows)) != sorted(map(repr, filed)):
                name = folder.find_table(table).name
                yield f"{name} differs from what the notebooks filed; `collect` rewrites it."
    last: dict[str, tuple[str, int, str]] = {}
    for number, row in folder.list_rows("corrections"):
        for label in {row["from"], row["to"]} - LABELS.keys() - FORMER.keys():
            at = _at(folder, "corrections", number)
            yield f"{at}: no label is called {label!r}; there are {', '.join(LABELS)}."
        correction = row["date"], number, row["to"]
        last[row["claim_id"]] = max(last.get(row["claim_id"], correction), correction)
    for claim, (_, number, label) in last.items():
        if label in {**LABELS, **FORMER} and (now := folder.find_label(claim)) != find_current(
            label
        ):
            at = _at(folder, "corrections", number)
            yield f"{at}: {claim} is {now!r} now; write a line for that change."


# In the order in which one would fix their problems.
FINDERS = (
    *(_find_in_article, _find_in_claims, _find_in_figures, _find_in_readings, _find_in_verdicts),
    _find_in_record,
)
