"""The claims ledger: what the article says, how each claim may be read, and the verdict that follows.

The rule and the cards are of the package `sealed_readings`; here they are bound to the course's article.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd
from sealed_readings import cards
from sealed_readings.cards import Claim, Verdict, VerdictTable
from sealed_readings.folder import Folder
from sealed_readings.results import VERDICT_MIME
from sealed_readings.rule import Reading, is_testable, label_of

from jingjinji import data

__all__ = [
    "VERDICT_MIME",
    "Claim",
    "Reading",
    "Verdict",
    "get",
    "label_of",
    "ledger",
    "readings",
    "verdict",
    "verdict_table",
]


@cache
def folder() -> Folder:
    """The folder of the article that the course checks."""
    return Folder(data._folder())


def ledger(*, testable: bool = False) -> pd.DataFrame:
    """All claims of the article, one row each, indexed by `claim_id`.

    `testable` adds a column of that name, which follows from the readings: whether the claim's core has one
    that evidence could contradict.
    """
    table = data.load("claims").set_index("claim_id")
    if testable:
        read = {name: [one for one in folder().written if one.claim_id == name] for name in table.index}
        table["testable"] = [is_testable(read[name]) for name in table.index]
    return table


def get(claim_id: str) -> Claim:
    """The claim with this id, such as ``get("C80")``; `ValueError` if no claim has it."""
    return cards.get_claim(folder(), claim_id)


def readings(claim_id: str) -> tuple[Reading, ...]:
    """How the claim may be read, each reading of its core or of a qualifier with its limits and sources.

    A row of the kind "none" says why there is no reading. `ValueError` if no claim has this id.
    """
    return cards.list_readings(folder(), claim_id)


def verdict(
    claim_id: str,
    *,
    sentence: str,
    period: Any = None,
    places: Mapping[str, Mapping[str, float]] | None = None,
    **numbers: Any,
) -> Verdict:
    """File what a chapter found on one claim; the label follows in the ledger, from `data/readings.csv`.

    Parameters
    ----------
    claim_id : the claim, "C01" to "C82".
    sentence : the finding in one sentence that can be read without the chapter.
    period : when the numbers were measured, as first and last year of what they were computed from, such as
        ``(2014, 2019)``; one year, or a day as "2016-03-10"; by letter where readings differ; "undated".
    places : for a reading, by its letter, the number of each place that it compares.
    **numbers : for each reading of the kind "number" what the chapter computed, by the reading's letter:
        a number, or a tuple of number, lowest and highest; of the last two where no one number stands out.

    Raises
    ------
    ValueError
        If the claim is unknown, the sentence empty, a letter that of no reading of the kind number, or a
        number none, or a number's period missing.
    """
    return cards.make_verdict(folder(), claim_id, sentence, numbers, period, places)


def verdict_table(*verdicts: Verdict) -> VerdictTable:
    """Show several verdicts as one compact table; each of them is filed."""
    return VerdictTable(verdicts)
