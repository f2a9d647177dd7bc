"""The claims ledger: what the article says, and the verdicts that chapters file on it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import Any

import pandas as pd

from jingjinji import data

# The labels, and what a card with each must name, stand in one table: data/verdicts.csv.
_LABELS = data.load("verdicts").set_index("verdict").loc[lambda table: table["filed"]]
VERDICTS = tuple(_LABELS.index)
VERDICT_MIME = "application/vnd.verdict+json"


@dataclass(frozen=True)
class Claim:
    """One sentence of the article that can be asked for evidence.

    `printed` is the number as the article prints it (its digits say how exact it claims to be),
    `value` the same as a float in `unit`; both are None where the article names no number.
    """

    claim_id: str
    statement: str
    theme: str
    printed: str | None
    value: float | None
    unit: str | None
    period: str | None
    place: str | None
    attributed_to: str | None
    check: str
    caution: str

    def _repr_html_(self) -> str:
        who = (
            f' <span class="claim-source">({escape(self.attributed_to)})</span>' if self.attributed_to else ""
        )
        return f'<p class="claim"><strong>{self.claim_id}</strong> {escape(self.statement)}{who}</p>'

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.statement}"


@dataclass(frozen=True)
class Verdict:
    """What a chapter found about one claim; shown as a card and collected by the ledger page."""

    claim: str
    statement: str
    verdict: str
    found: str
    sentence: str
    range: str
    condition: str
    source: str
    vintage: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {VERDICT_MIME: asdict(self), "text/plain": str(self)}

    def __str__(self) -> str:
        lines = [f"{self.claim} · {self.verdict}", self.statement, f"Found: {self.found}"]
        labelled = {
            "Range": self.range,
            "Condition": self.condition,
            "Source": self.source,
            "Vintage": self.vintage,
        }
        lines += [self.sentence] + [f"{name}: {text}" for name, text in labelled.items() if text]
        return "\n".join(lines)


def ledger() -> pd.DataFrame:
    """All claims of the article, one row each, indexed by `claim_id`."""
    return data.load("claims").set_index("claim_id")


def get(claim_id: str) -> Claim:
    """The claim with this id, such as ``get("C80")``.

    Raises
    ------
    ValueError
        If no claim has this id.
    """
    table = ledger()
    if claim_id not in table.index:
        first, last = table.index[0], table.index[-1]
        raise ValueError(f"no claim is called {claim_id!r}; the ids run from {first} to {last}")
    row = table.loc[claim_id]
    kept: dict[str, Any] = {
        name: None if pd.isna(row[name]) else row[name]
        for name in Claim.__dataclass_fields__
        if name != "claim_id"
    }
    return Claim(claim_id=claim_id, **kept)


def verdict(
    claim_id: str,
    verdict: str,
    *,
    found: str,
    sentence: str,
    range: str = "",
    condition: str = "",
    source: str = "",
    vintage: str = "",
) -> Verdict:
    """File a verdict on one claim.

    Parameters
    ----------
    claim_id : the claim, "C01" to "C82".
    verdict : one of `VERDICTS`.
    found : the number that the chapter found, with its unit, made from a computed value.
    sentence : the finding in one sentence that can be read without the chapter.
    range : what the number could be (rounding, vintages, definitions), with its unit.
    condition : what must be granted; required where the verdict depends on something.
    source, vintage : the table or publisher behind the number, and its vintage.

    Raises
    ------
    ValueError
        If the id or the verdict is unknown, or the verdict lacks what it needs.
    """
    claim = get(claim_id)
    if verdict not in VERDICTS:
        raise ValueError(f"{verdict!r} is not a verdict; use one of: {', '.join(VERDICTS)}")
    if not found.strip() or not sentence.strip():
        raise ValueError(f"the verdict on {claim_id} needs both `found` and `sentence`")
    if _LABELS.loc[verdict, "needs_condition"] and not condition.strip():
        raise ValueError(f"the verdict on {claim_id} names no `condition`, though it depends on one")
    if _LABELS.loc[verdict, "needs_source"] and not source.strip():
        raise ValueError(f"the verdict on {claim_id} needs a `source` for what was found")
    return Verdict(claim_id, claim.statement, verdict, found, sentence, range, condition, source, vintage)
