"""Another region with another article: a ledger of one's own, and cards on its claims.

The table has the columns of `COLUMNS`, as ``ann_claims.csv`` beside ``ann.ipynb``.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from jingjinji import claims

COLUMNS = ("claim_id", "statement", "printed", "unit", "period", "place", "source", "check", "caution")


def read(path: str | Path) -> pd.DataFrame:
    """The claims of one's own article, indexed by `claim_id`; an empty cell is an empty text.

    Raises
    ------
    ValueError
        If a column is missing, an id stands twice, or a claim has no statement, source or check.
    """
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    if missing := [name for name in COLUMNS if name not in table]:
        needs = f"it needs {', '.join(COLUMNS)}"
        raise ValueError(f"{Path(path).name} has no column {', '.join(missing)}; {needs}")
    table = table.set_index("claim_id")
    if not table.index.is_unique:
        raise ValueError(f"{Path(path).name} has {table.index[table.index.duplicated()][0]} twice")
    for name in ("statement", "source", "check"):
        if empty := list(table.index[table[name].str.strip() == ""]):
            raise ValueError(f"{Path(path).name} has no {name} for {', '.join(empty)}")
    return table


def card(ledger: pd.DataFrame, claim_id: str, verdict: str, **fields: str) -> claims.Card:
    """A verdict card on a claim of one's own ledger; its fields are those of `claims.card`.

    Raises
    ------
    ValueError
        If the claim or the verdict is unknown.
    """
    if claim_id not in ledger.index:
        raise ValueError(f"no claim is called {claim_id!r}; there are {', '.join(ledger.index)}")
    if verdict not in claims.VERDICTS:
        raise ValueError(f"{verdict!r} is not a verdict; use one of: {', '.join(claims.VERDICTS)}")
    return claims.Card(claim_id, str(ledger.loc[claim_id, "statement"]), verdict, **fields)
