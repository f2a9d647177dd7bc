"""Verdicts of other editors, given from sentence and evidence, and how far they agree with what is
printed.

They stand in ``coding/editors.csv``, a row for each editor and claim, of editors who did not see
the verdict.
"""

from itertools import combinations
from typing import Any

from sealed_readings.agreement import kappa
from sealed_readings.folder import Folder, FolderError, read_table
from sealed_readings.labels import find_current
from sealed_readings.verdicts import GIVEN, say_verdict

TABLE = "editors.csv"
COLUMNS = ("editor", "claim_id", "verdict", "second_verdict", "why")
PRINTED, BEFORE = "printed", "the edition before"


def read_editors(folder: Folder) -> list[dict[str, str]]:
    """Rows of the table; empty if there is none. `FolderError` if a row has no known claim or
    verdict."""
    path = folder.path / "coding" / TABLE
    rows = read_table(path, COLUMNS) if path.is_file() else []
    for number, row in enumerate(rows, start=2):
        if row["claim_id"] not in folder.claims:
            raise FolderError(f"{TABLE}, row {number}: no claim is called {row['claim_id']!r}")
        if row["verdict"] not in GIVEN:
            given = ", ".join(GIVEN)
            raise FolderError(
                f"{TABLE}, row {number}: {row['verdict']!r} is no verdict; there are {given}"
            )
    return rows


def find_before(folder: Folder) -> dict[str, str]:
    """The verdicts of the edition before: without the corrections of the last day."""
    verdicts = {name: folder.find_label(name) for name in folder.claims}
    rows = folder.read_rows("corrections")
    last = max((row["date"] for row in rows), default="")
    for row in reversed(rows):
        if row["date"] == last:
            verdicts[row["claim_id"]] = find_current(row["from"])
    return verdicts


def measure_editors(folder: Folder) -> dict[str, Any]:
    """How often editors agree with what is printed and with each other, and this edition with the
    one before.

    `parted` are the claims on which an editor differs from what is printed, each with what the
    editors gave. "As far as could be checked", and the second verdict of an aim, are not compared.
    """
    if not folder.given:
        return {}
    printed = {name: given.verdict for name, given in folder.given.items()}
    by_editor: dict[str, dict[str, str]] = {}
    for row in read_editors(folder):
        by_editor.setdefault(row["editor"], {})[row["claim_id"]] = row["verdict"]
    pairs = [_compare(name, PRINTED, verdicts, printed) for name, verdicts in by_editor.items()]
    pairs += [_compare(a, b, by_editor[a], by_editor[b]) for a, b in combinations(by_editor, 2)]
    return {
        "pairs": pairs,
        "before": _compare(BEFORE, PRINTED, find_before(folder), printed),
        "parted": [name for name in printed if _list_given(by_editor, name) - {printed[name]}],
    }


def list_others(folder: Folder) -> dict[str, list[dict[str, str]]]:
    """What other editors gave for each claim, in words, with the reason."""
    others: dict[str, list[dict[str, str]]] = {}
    for row in read_editors(folder):
        one = {"editor": row["editor"], "label": say_verdict(row["verdict"]), "why": row["why"]}
        others.setdefault(row["claim_id"], []).append(one)
    return others


def _list_given(by_editor: dict[str, dict[str, str]], claim_id: str) -> set[str]:
    return {verdicts[claim_id] for verdicts in by_editor.values() if claim_id in verdicts}


def _compare(one: str, other: str, a: dict[str, str], b: dict[str, str]) -> dict[str, Any]:
    both = [(a[name], b[name]) for name in a if name in b]
    value = kappa(both)
    counts = {"who": [one, other], "agreed": sum(x == y for x, y in both), "of": len(both)}
    return {**counts, "kappa": None if value is None else round(value, 2)}
