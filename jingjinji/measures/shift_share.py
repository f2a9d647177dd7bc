"""Shift-share: how much of a region's change is the nation's, its industries' and its own.

Both methods return one row for each industry and one column for each part, in the unit of the data.
The parts of a row add up to that industry's change, the column sums to the parts of the region's.
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
    area and G that of the whole reference area: e G, e (g - G) and e (r - g). Answer key: H01.

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
    start, end, before, after = _checked(ZERO_OR_MORE, start, end, reference_start, reference_end)
    growth, overall = after / before - 1, after.sum() / before.sum() - 1
    return pd.DataFrame(
        {
            "national": start * overall,
            "mix": start * (growth - overall),
            # Written without the region's own rate, which an industry that starts from zero has not.
            "regional": end - start * after / before,
        }
    )


def esteban_marquillas(
    start: pd.Series, end: pd.Series, reference_start: pd.Series, reference_end: pd.Series
) -> pd.DataFrame:
    """Return the classic parts with the regional one split in two (Esteban-Marquillas 1972).

    The competitive part applies the gap in growth rates, r - g, to the amount that the industry would
    have if the region had the structure of the reference area; the allocation part applies it to the
    rest, and is positive where a region has much of what it does better. Answer key: H02.

    Inputs and errors as in `classic`, but `start` must be greater than zero.

    Returns
    -------
    DataFrame of shape (n, 4) with columns `national`, `mix`, `competitive` and `allocation`.
    """
    parts = classic(start, end, reference_start, reference_end)
    start, end, before, after = _checked(POSITIVE, start, end, reference_start, reference_end)
    gap = end / start - after / before
    expected = start.sum() * before / before.sum()
    return parts[["national", "mix"]].assign(competitive=expected * gap, allocation=(start - expected) * gap)


def _checked(accepted: str, *amounts: pd.Series) -> list[pd.Series]:
    """The four arguments, checked and in the order of the first."""
    names = ("start", "end", "reference_start", "reference_end")
    rules = (accepted, ZERO_OR_MORE, POSITIVE, ZERO_OR_MORE)
    given = {name: (values, rule) for name, values, rule in zip(names, amounts, rules, strict=True)}
    for name, (values, _) in given.items():
        require_series(name, values)
    return inputs(**given)
