"""Structure: what a place is specialised in, how similar two places are, how concentrated a total
is.

An industry structure is a list, an array or a Series of n amounts, one for each industry, all in
one unit: jobs, value added, sales. Two Series are matched by label, everything else by position. A
ValueError names the argument that is wrong: a value is missing or out of range, lengths or labels
differ, or the amounts add up to zero.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from jingjinji.measures._checks import POSITIVE, ZERO_OR_MORE, Result, Values, vectors


def _structures(**arguments: tuple[Values, str]) -> list[Any]:
    """Check structures, and put Series into the same order."""
    structures = vectors(**arguments)
    for name, values in zip(arguments, structures, strict=True):
        if values.sum() == 0:
            raise ValueError(f"{name} must add up to more than zero.")
    return structures


def location_quotient(region: Values, reference: Values) -> Result:
    """Return each industry's share in the region over its share in the reference area.

    One means the same share, two means twice the share (Florence 1939; Isard 1960). The same
    formula compares a flow with what the sizes of its two ends would predict. Answer key: S02.

    Parameters
    ----------
    region : zero or more, shape (n,).
    reference : greater than zero, shape (n,), in the unit of `region`, such as the nation.

    >>> location_quotient([20, 10, 10], [100, 100, 200]).tolist()
    [2.0, 1.0, 0.5]
    """
    region, reference = _structures(region=(region, ZERO_OR_MORE), reference=(reference, POSITIVE))
    return (region / region.sum()) / (reference / reference.sum())


def krugman_index(one: Values, other: Values) -> float:
    """Return the sum over industries of the absolute gap between two structures' shares.

    Zero means identical, two means that no industry is in both (Krugman 1991). Some papers halve
    it, and finer industries raise it, so compare only values of one classification. Answer keys:
    S01, S03.

    Parameters
    ----------
    one, other : zero or more, shape (n,); their units may differ.

    >>> round(krugman_index([60, 40], [50, 50]), 4)
    0.2
    """
    one, other = _structures(one=(one, ZERO_OR_MORE), other=(other, ZERO_OR_MORE))
    return float(np.abs(one / one.sum() - other / other.sum()).sum())


@dataclass(frozen=True)
class Concentration:
    """How concentrated a total is on n units.

    `index` runs from 1 / n (all equal) to 1 (one unit has all), `normalised` from 0 to 1, and
    `equivalent_number` is the number of equally large units with the same index.
    """

    index: float
    normalised: float
    equivalent_number: float


def herfindahl(values: Values) -> Concentration:
    """Return the Herfindahl-Hirschman index, the sum of squared shares (Hirschman 1964).

    Answer keys: G06 to G09.

    Parameters
    ----------
    values : zero or more, shape (n,), one for each of two or more units.

    >>> herfindahl([75, 25])
    Concentration(index=0.625, normalised=0.25, equivalent_number=1.6)
    """
    (values,) = _structures(values=(values, ZERO_OR_MORE))
    if (count := len(values)) < 2:
        raise ValueError("values must hold two units or more.")
    index = float(((values / values.sum()) ** 2).sum())
    return Concentration(index, (index - 1 / count) / (1 - 1 / count), 1 / index)
