"""How far two coders agree: Cohen's kappa with its interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import nan, sqrt

NORMAL = 1.959963984540054  # standard errors to each side of an interval of 95 %


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa with an interval of 95 %; all NaN where chance alone would give full agreement."""

    value: float
    low: float
    high: float


def kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> Kappa:
    """Cohen's kappa of two coders' labels: how far they agree beyond what chance would bring.

    Cohen (1960); the standard error for large samples is that of Fleiss, Cohen and Everitt (1969).

    Raises
    ------
    ValueError
        If nothing was coded, or the two have not coded equally many.

    Examples
    --------
    >>> kappa(["yes", "yes", "no", "no"], ["yes", "no", "no", "no"]).value
    0.5
    """
    if not first or len(first) != len(second):
        raise ValueError(
            f"two coders must have coded the same things; there are {len(first)} and {len(second)}"
        )
    number = len(first)
    pairs, ones, others = Counter(zip(first, second, strict=True)), Counter(first), Counter(second)
    agreed = sum(times for (one, other), times in pairs.items() if one == other) / number
    chance = sum(ones[label] * others[label] for label in ones) / number**2
    if chance == 1:
        return Kappa(nan, nan, nan)
    value = (agreed - chance) / (1 - chance)
    spread = -((value - chance * (1 - value)) ** 2)
    for (one, other), times in pairs.items():
        share = times / number
        if one == other:
            spread += share * (1 - (ones[one] + others[one]) / number * (1 - value)) ** 2
        else:
            spread += share * ((others[one] + ones[other]) / number * (1 - value)) ** 2
    error = sqrt(max(spread, 0) / number) / (1 - chance)
    return Kappa(value, value - NORMAL * error, min(1.0, value + NORMAL * error))
