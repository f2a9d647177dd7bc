"""The economic base: which jobs of a place serve others, and how many jobs stand on each of them.

A structure is a Series of n amounts, one for each industry, all in one unit: jobs or value added.
A ValueError says in one sentence which argument is wrong: a value is missing or out of range, labels
differ, amounts add up to zero, or nothing is left for the base.
"""

from dataclasses import dataclass

import pandas as pd

from jingjinji.measures._checks import POSITIVE, ZERO_OR_MORE, inputs, require_series


# Equality is left out because comparing two Series gives a Series, not true or false.
@dataclass(frozen=True, eq=False)
class EconomicBase:
    """The `basic` amount of each industry, and the `total` of all amounts, in the unit that was given."""

    basic: pd.Series
    total: float

    @property
    def multiplier(self) -> float:
        """Total over basic: an average, not what one more basic job would add (North 1955)."""
        return self.total / float(self.basic.sum())


def economic_base(region: pd.Series, reference: pd.Series) -> EconomicBase:
    """Count as basic what exceeds the reference area's share (Isard 1960; Isserman 1977).

    In industry i that is max(0, e_i - e E_i / E), with e for the region and E for the reference area:
    the location-quotient method. It counts net specialisation, so it misses exports of an industry
    that the region also imports. Finer industries give a larger base.

    Parameters
    ----------
    region : zero or more, shape (n,), labelled by industry.
    reference : greater than zero, shape (n,), with the same labels and in the same unit.

    >>> base = economic_base(pd.Series({"A": 60, "B": 40}), pd.Series({"A": 40, "B": 60}))
    >>> base.basic.to_dict(), base.multiplier
    ({'A': 20.0, 'B': 0.0}, 5.0)
    """
    require_series("region", region)
    require_series("reference", reference)
    region, reference = inputs(region=(region, ZERO_OR_MORE), reference=(reference, POSITIVE))
    needed = reference / reference.sum()
    total = float(region.sum())
    if not total:
        raise ValueError("region must add up to more than zero.")
    basic = (region - needed * total).clip(lower=0)
    # Rounding leaves traces where the region has just the shares that it needs.
    if basic.sum() < total * 1e-12:
        raise ValueError("region has no industry above the shares of the reference, so it has no base.")
    return EconomicBase(basic, total)
