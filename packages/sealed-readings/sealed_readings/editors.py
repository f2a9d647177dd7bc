"""Verdicts of others, given from sentence and evidence, and how far they agree with the printed.

They stand in ``coding/``: in ``editors.csv`` those of editors who did not see the verdict, in
``third_editor.csv`` those of a third who settled where they parted from it, and in ``desk.csv``
those of an outside desk on some of the claims, once that was settled.
"""

from itertools import combinations
from typing import Any

from sealed_readings.agreement import compare
from sealed_readings.folder import Folder, FolderError, read_table
from sealed_readings.labels import find_current
from sealed_readings.verdicts import GIVEN, say_verdict

EDITORS, DESK, THIRD = "editors.csv", "desk.csv", "third_editor.csv"
OF_READER = ("editor", "claim_id", "verdict", "second_verdict", "why")
COLUMNS = {
    EDITORS: OF_READER,
    DESK: OF_READER,
    THIRD: ("claim_id", "printed", "verdict", "as_far", "depends_on", "corrected", "why"),
}
PRINTED, AT_FIRST, BEFORE = "printed", "printed before a third settled", "the edition before"
Verdicts = dict[str, str]  # by claim


def read_coded(folder: Folder, table: str) -> list[dict[str, str]]:
    """Rows of a table of `COLUMNS`; empty if there is none. `FolderError` if a row has no known
    claim or verdict."""
    path = folder.path / "coding" / table
    rows = read_table(path, COLUMNS[table]) if path.is_file() else []
    for number, row in enumerate(rows, start=2):
        if row["claim_id"] not in folder.claims:
            raise FolderError(f"{table}, row {number}: no claim is called {row['claim_id']!r}")
        for verdict in (row["verdict"], row.get("printed", row["verdict"])):
            if verdict not in GIVEN:
                given = ", ".join(GIVEN)
                raise FolderError(
                    f"{table}, row {number}: {verdict!r} is no verdict; there are {given}"
                )
    return rows


def find_before(folder: Folder) -> Verdicts:
    """The verdicts of the edition before: without the corrections of the last day."""
    verdicts = {name: folder.find_label(name) for name in folder.claims}
    rows = folder.read_rows("corrections")
    last = max((row["date"] for row in rows), default="")
    for row in reversed(rows):
        if row["date"] == last:
            verdicts[row["claim_id"]] = find_current(row["from"])
    return verdicts


def measure_editors(folder: Folder) -> dict[str, Any]:
    """How often others agree with what is printed and with each other, and this edition with the
    one before.

    Editors are compared with what was printed when they gave their verdicts (`pairs`), and with
    what is printed since a third settled (`since`). `parted` are the claims on which one of them
    differs from what they were compared with first. "As far as could be checked", and the second
    verdict of an aim, are not compared.
    """
    if not folder.given:
        return {}
    printed = {name: given.verdict for name, given in folder.given.items()}
    third = read_coded(folder, THIRD)
    at_first = printed | {row["claim_id"]: row["printed"] for row in third}
    editors, desk = (_group(read_coded(folder, table)) for table in (EDITORS, DESK))
    first = AT_FIRST if third else PRINTED
    return {
        "pairs": [*_compare_each(editors, first, at_first), *_compare_two(editors)],
        "since": _compare_each(editors, PRINTED, printed) if third else [],
        "settled": len(third),
        "kept": sum(row["printed"] == row["verdict"] for row in third),
        "before": compare((BEFORE, PRINTED), find_before(folder), printed),
        "parted": _list_parted(editors, at_first),
        "desk": [*_compare_each(desk, PRINTED, printed), *_compare_two(desk)],
        "desk_parted": _list_parted(desk, printed),
    }


def list_others(folder: Folder, table: str = EDITORS) -> dict[str, list[dict[str, str]]]:
    """What others gave for each claim, in words, with the reason."""
    others: dict[str, list[dict[str, str]]] = {}
    for row in read_coded(folder, table):
        one = {"editor": row["editor"], "label": say_verdict(row["verdict"]), "why": row["why"]}
        others.setdefault(row["claim_id"], []).append(one)
    return others


def list_settled(folder: Folder) -> dict[str, dict[str, str]]:
    """What was printed before a third settled, what the third gave, and why, by claim."""
    return {
        row["claim_id"]: {
            "printed": say_verdict(row["printed"]),
            "label": say_verdict(row["verdict"], row["as_far"], row["depends_on"]),
            "why": row["why"],
        }
        for row in read_coded(folder, THIRD)
    }


def _group(rows: list[dict[str, str]]) -> dict[str, Verdicts]:
    by_reader: dict[str, Verdicts] = {}
    for row in rows:
        by_reader.setdefault(row["editor"], {})[row["claim_id"]] = row["verdict"]
    return by_reader


def _list_parted(by_reader: dict[str, Verdicts], printed: Verdicts) -> list[str]:
    """Claims on which a reader gave another verdict."""
    return [
        claim
        for claim in printed
        if any(given.get(claim, printed[claim]) != printed[claim] for given in by_reader.values())
    ]


def _compare_each(by_reader: dict[str, Verdicts], name: str, printed: Verdicts) -> list[Any]:
    return [compare((reader, name), given, printed) for reader, given in by_reader.items()]


def _compare_two(by_reader: dict[str, Verdicts]) -> list[Any]:
    return [compare((a, b), by_reader[a], by_reader[b]) for a, b in combinations(by_reader, 2)]
