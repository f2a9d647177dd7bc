"""Shift-share: the national, the industries' and the regional part of a region's change.

Results have one row for each industry and one column for each part, in the unit of the data. The
parts of a row add up to that industry's change, and each column to that part of the region's
change. The split is bookkeeping: the regional part is a residual and does not prove
competitiveness. A ValueError names an argument that is not a Series, misses a value, is out of
range, or has other labels.
"""

import pandas as pd

from jingjinji.measures._checks import POSITIVE, ZERO_OR_MORE, labelled


def classic(
    start: pd.Series, end: pd.Series, reference_start: pd.Series, reference_end: pd.Series
) -> pd.DataFrame:
    """Return the national, mix and regional parts of a region's change by industry (Dunn 1960).

    With e the amount at the start, r its growth rate, g that of the same industry in the reference
    area and G that of the whole reference area: e G, e (g - G) and e (r - g). Answer keys: H01,
    H02.

    Parameters
    ----------
    start, end : zero or more, shape (n,), labelled by industry, such as value added or jobs.
    reference_start, reference_end : the same of the reference area; the first greater than zero.

    Returns
    -------
    DataFrame of shape (n, 3) with columns `national`, `mix` and `regional`.

    >>> before, after = pd.Series({"A": 10, "B": 10}), pd.Series({"A": 12, "B": 10})
    >>> nation = pd.Series({"A": 100, "B": 100})
    >>> classic(before, after, nation, pd.Series({"A": 130, "B": 90})).round(2).sum().to_dict()
    {'national': 2.0, 'mix': 0.0, 'regional': 0.0}
    """
    start, end, before, after = labelled(
        start=(start, ZERO_OR_MORE),
        end=(end, ZERO_OR_MORE),
        reference_start=(reference_start, POSITIVE),
        reference_end=(reference_end, ZERO_OR_MORE),
    )
    growth = after / before - 1
    overall = after.sum() / before.sum() - 1
    return pd.DataFrame(
        {
            "national": start * overall,
            "mix": start * (growth - overall),
            # Without the region's growth rate, which is undefined for an industry that starts from
            # zero.
            "regional": end - start * after / before,
        }
    )
