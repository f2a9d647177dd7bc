"""The claims ledger: what the article says, how each claim may be read, and its verdict.

Folder and cards come from the package `sealed_readings`; this module applies them to the course's
article.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd
from sealed_readings import cards
from sealed_readings.cards import Claim, Verdict, VerdictTable
from sealed_readings.folder import Folder
from sealed_readings.results import VERDICT_MIME
from sealed_readings.rule import is_testable

from jingjinji import data

__all__ = ["VERDICT_MIME", "Claim", "Verdict", "get", "ledger", "verdict", "verdict_table"]


@cache
def folder() -> Folder:
    """Return the folder of the article that the course checks."""
    return Folder(data.folder())


def ledger(*, testable: bool = False) -> pd.DataFrame:
    """Return all claims of the article, one row each, indexed by `claim_id`.

    `testable` adds a column of that name, which follows from the readings: whether a reading of the
    claim's core could be contradicted by evidence.
    """
    table = data.load("claims").set_index("claim_id")
    if testable:
        written = folder().written
        table["testable"] = [
            is_testable([r for r in written if r.claim_id == name]) for name in table.index
        ]
    return table


def get(claim_id: str) -> Claim:
    """Return the claim with this id, such as ``get("C80")``; `ValueError` if no claim has it."""
    return cards.get_claim(folder(), claim_id)


def verdict(
    claim_id: str,
    *,
    sentence: str,
    period: Any = None,
    places: Mapping[str, Mapping[str, float]] | None = None,
    **numbers: Any,
) -> Verdict:
    """File what a chapter found on a claim; its verdict stands in `data/verdicts.csv`.

    `ValueError` if the claim is unknown, the sentence is empty, a letter names no reading of the
    kind number, a number is invalid, or the period of a number is missing.

    Parameters
    ----------
    claim_id : the claim, "C01" to "C82".
    sentence : the finding in one sentence that can be read without the chapter.
    period : first and last year of the data from which the numbers were computed, such as
        ``(2014, 2019)``; one year, or a day such as "2016-03-10"; by letter if readings differ;
        "undated".
    places : by the letter of a reading, the numbers of the places that it compares.
    **numbers : by the letter of each reading of the kind "number", the number that the chapter
        computed, or
        a tuple of number, lowest and highest, or of the last two if there is no single number.
    """
    return cards.make_verdict(folder(), claim_id, sentence, numbers, period, places)


def verdict_table(*verdicts: Verdict) -> VerdictTable:
    """Show several verdicts as one compact table; each of them is filed."""
    return VerdictTable(verdicts)
