"""Shift-share: how much of a region's change is the nation's, its industries' and its own.

There is one row for each industry and one column for each part, in the unit of the data. The parts of a
row add up to that industry's change, the column sums to the parts of the region's.
The split is bookkeeping: the regional part is what is left, and no proof of competitiveness.
"""

from __future__ import annotations

import pandas as pd

from jingjinji.measures._checks import POSITIVE, ZERO_OR_MORE, inputs, require_series


def classic(
    start: pd.Series, end: pd.Series, reference_start: pd.Series, reference_end: pd.Series
) -> pd.DataFrame:
    """Return the national, mix and regional parts of a region's change by industry (Dunn 1960).

    With e the amount at the start, r its growth rate, g that of the same industry in the reference
    area and G that of the whole reference area: e G, e (g - G) and e (r - g). Answer keys: H01, H02.

    Parameters
    ----------
    start, end : zero or more, shape (n,), labelled by industry, such as value added or jobs.
    reference_start, reference_end : the same of the reference area; the first greater than zero.

    Returns
    -------
    DataFrame of shape (n, 3) with columns `national`, `mix` and `regional`.

    Raises
    ------
    ValueError
        If a value is missing or out of range, if labels differ, or if an argument is no Series.

    >>> before, after = pd.Series({"A": 10, "B": 10}), pd.Series({"A": 12, "B": 10})
    >>> nation = pd.Series({"A": 100, "B": 100})
    >>> classic(before, after, nation, pd.Series({"A": 130, "B": 90})).round(2).sum().to_dict()
    {'national': 2.0, 'mix': 0.0, 'regional': 0.0}
    """
    amounts = {"start": start, "end": end, "reference_start": reference_start, "reference_end": reference_end}
    for name, values in amounts.items():
        require_series(name, values)
    rules = (ZERO_OR_MORE, ZERO_OR_MORE, POSITIVE, ZERO_OR_MORE)
    checked = {name: (values, rule) for (name, values), rule in zip(amounts.items(), rules, strict=True)}
    start, end, before, after = inputs(**checked)
    growth, overall = after / before - 1, after.sum() / before.sum() - 1
    return pd.DataFrame(
        {
            "national": start * overall,
            "mix": start * (growth - overall),
            # Written without the region's own rate, which an industry that starts from zero has not.
            "regional": end - start * after / before,
        }
    )
