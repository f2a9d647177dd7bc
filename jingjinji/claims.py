"""The claims ledger: what the article says, how each claim may be read, and the verdict that follows.

The rule and the cards come from the package `sealed_readings`; this module applies them to the course's
article.
"""

from collections.abc import Mapping
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any

import pandas as pd
from sealed_readings import cards
from sealed_readings.cards import Claim, Verdict, VerdictTable
from sealed_readings.folder import Folder
from sealed_readings.limits import Limits, parse
from sealed_readings.results import VERDICT_MIME, round_recorded
from sealed_readings.rule import is_testable

from jingjinji import data

if TYPE_CHECKING:
    from jingjinji.curve import SpecificationCurve

CONTRARY = "contrary"  # of a curve of choices that asks the contrary of a claim
__all__ = ["VERDICT_MIME", "Claim", "Verdict", "get", "ledger", "verdict", "verdict_table"]


@cache
def folder() -> Folder:
    """Return the folder of the article that the course checks."""
    return Folder(data.folder())


def ledger(*, testable: bool = False) -> pd.DataFrame:
    """Return all claims of the article, one row each, indexed by `claim_id`.

    `testable` adds a column of that name, which follows from the readings: whether a reading of the claim's
    core could be contradicted by evidence.
    """
    table = data.load("claims").set_index("claim_id")
    if testable:
        written = folder().written
        table["testable"] = [is_testable([r for r in written if r.claim_id == name]) for name in table.index]
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
    share: "SpecificationCurve | tuple[SpecificationCurve, str] | None" = None,
    known: Any = None,
    **numbers: Any,
) -> Verdict:
    """File what a chapter found on a claim; the label follows in the ledger, from `data/readings.csv`.

    `ValueError` if the claim is unknown, the sentence is empty, a letter names no reading of the kind number,
    a number is invalid, or the period of a number is missing.

    Parameters
    ----------
    claim_id : the claim, "C01" to "C82".
    sentence : the finding in one sentence that can be read without the chapter.
    period : first and last year of the data from which the numbers were computed, such as
        ``(2014, 2019)``; one year, or a day such as "2016-03-10"; by letter if readings differ; "undated".
    places : by the letter of a reading, the numbers of the places that it compares.
    share : the chapter's curve of choices on the claim, of which the ledger shows in how many distinct
        estimates it holds, with the kindest and the strictest choices. A tuple of curve and letter takes
        the limits of that reading, and ``(curve, CONTRARY)`` is for a curve that asks the contrary.
    known : the day or year since which the numbers are known, such as the day on which their vintage was
        published; by letter if readings differ; none if the article could know them.
    **numbers : by the letter of each reading of the kind "number", the number that the chapter computed, or
        a tuple of number, lowest and highest, or of the last two if there is no single number.
    """
    counted = None
    if share is not None:
        curve, how = share if isinstance(share, tuple) else (share, "")
        written = {one.reading: one for one in cards.list_readings(folder(), claim_id)}
        limits = written[how].limits if how in written else parse(curve.claim)
        counted = _count_share(curve, limits, how == CONTRARY)
    return cards.make_verdict(folder(), claim_id, sentence, numbers, period, places, counted, known)


def _count_share(curve: "SpecificationCurve", limits: Limits, contrary: bool) -> dict[str, Any]:
    """Count the estimates of a curve that differ in recorded digits; the kindest and strictest in words."""
    table = curve.table.assign(estimate=curve.table["estimate"].map(round_recorded))
    ends = [end for end in (limits.low, limits.high) if isfinite(end)]
    # The farther from the middle of two limits or, with one, to its wrong side, the stricter.
    far = table["estimate"] * (-1 if isfinite(limits.low) else 1)
    if len(ends) == 2:
        far = (table["estimate"] - sum(ends) / 2).abs()
    within = [limits.holds(number) for number in table["estimate"].unique()]
    labels = (far.idxmax(), far.idxmin()) if contrary else (far.idxmin(), far.idxmax())
    kindest, strictest = (
        "; ".join(f"{name.replace('_', ' ')}: {table.loc[label, name]}" for name in curve.dimensions)
        for label in labels
    )
    holding = within.count(not contrary)
    return {"holds": holding, "of": len(within), "kindest": kindest, "strictest": strictest}


def verdict_table(*verdicts: Verdict) -> VerdictTable:
    """Show several verdicts as one compact table; each of them is filed."""
    return VerdictTable(verdicts)
