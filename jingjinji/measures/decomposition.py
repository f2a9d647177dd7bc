"""What part of inequality lies between groups of places, and what part within them?

`values` and `weights` are those of `jingjinji.measures.inequality`, with the same rules and errors.
`groups` names each place's group, such as its province: a list, array or Series of n labels. If it
and `values` are both Series they are matched by label. A group of one place is allowed: it has no
inequality within. Parts add up to the total, which is computed apart from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from jingjinji.measures import inequality
from jingjinji.measures._checks import ANY, POSITIVE, ZERO_OR_MORE, Values, inputs, settled

Labels: TypeAlias = Sequence | np.ndarray | pd.Series
_THEIL = {"T": inequality.theil_t, "L": inequality.theil_l}


# Equality is left out because comparing two Series gives a Series, not true or false.
@dataclass(frozen=True, eq=False)
class TheilParts:
    """`between` and `within` add up to `total`; `by_group` adds up to `within`."""

    total: float
    between: float
    within: float
    by_group: pd.Series

    @property
    def between_share(self) -> float:
        """The part between groups, from 0 to 1; not a number if there is no inequality."""
        return self.between / self.total if self.total else float("nan")


@dataclass(frozen=True)
class GiniParts:
    """`within`, `net_between` and `transvariation` (overlap) add up to `total`."""

    total: float
    within: float
    net_between: float
    transvariation: float


def theil_parts(
    values: Values, groups: Labels, weights: Values | None = None, index: str = "T"
) -> TheilParts:
    """Split Theil T or L into a part between groups and a part within them (Shorrocks 1980).

    T weights the inequality of a group by its share of the total, L by its share of the weights.
    Split by finer groups too, and the difference of both parts between is what lies between those within
    the wider ones (Akita 2003). Answer keys: G12, G17.

    Parameters
    ----------
    values, weights : as in `theil_t` or `theil_l`.
    groups : shape (n,), no label missing.
    index : "T" or "L".

    Raises
    ------
    ValueError
        If `index` is neither, a group label is missing, or for the reasons of `theil_t`.

    >>> parts = theil_parts([1, 3, 8, 8], groups=["a", "a", "b", "b"])
    >>> round(parts.between, 4), round(parts.within, 4), parts.by_group.round(4).to_dict()
    (0.1927, 0.0262, {'a': 0.0262, 'b': 0.0})
    """
    level, share, group = _grouped(values, weights, groups, index)
    means = _means(level, share, group)
    terms = _terms(level, means, level, share, index)
    by_group = pd.Series(terms).groupby(group, sort=False).sum()
    by_group.index.name = getattr(groups, "name", None) or "group"
    return TheilParts(
        total=_THEIL[index](values, weights),
        between=settled(_terms(means, np.ones_like(means), level, share, index).sum()),
        within=settled(terms.sum()),
        by_group=by_group.map(settled),
    )


def gini_parts(values: Values, groups: Labels, weights: Values | None = None) -> GiniParts:
    """Split the Gini index into within, net between and transvariation (Dagum 1997).

    Of each pair of people from different groups, the net part counts how far the one from the
    richer group is ahead; where the one from the poorer group is ahead instead, groups overlap,
    and transvariation counts it. Inputs and errors as in `theil_parts`. Answer key: D03.

    >>> parts = gini_parts([1, 4, 2, 5], groups=["a", "a", "b", "b"])
    >>> round(parts.within, 3), round(parts.net_between, 3), round(parts.transvariation, 3)
    (0.125, 0.083, 0.083)
    """
    level, share, group = _grouped(values, weights, groups)
    # Groups with the same mean still need an order, so that each pair counts once.
    means = pd.Series(_means(level, share, group)).groupby(group).first()
    place = means.rank(method="first")[group].to_numpy()
    lead = np.outer(share, share) * (level[:, None] - level)
    richer = place[:, None] > place
    ahead, behind = (np.abs(lead[richer & side]).sum() for side in (lead > 0, lead < 0))
    return GiniParts(
        total=inequality.gini(values, weights),
        within=float(np.abs(lead[place[:, None] == place]).sum() / 2),
        net_between=float(ahead - behind),
        transvariation=float(2 * behind),
    )


def _grouped(values: Values, weights: Values | None, groups: Labels, index: str = "T") -> tuple:
    """Relative levels, shares and labels of all places that have any weight."""
    if index not in _THEIL:
        raise ValueError(f"index must be 'T' or 'L'; got {index!r}.")
    level, share = inequality.relative(values, weights, POSITIVE if index == "L" else ZERO_OR_MORE)
    held = share > 0
    return level[held], share[held], _labels(groups, values)[held]


def _labels(labels: Labels, values: Values) -> np.ndarray:
    """The labels in the order of the values; as numbers they pass the checks of every argument."""
    series = labels if isinstance(labels, pd.Series) else pd.Series(list(labels), dtype=object)
    codes, known = pd.factorize(series)
    if (codes < 0).any():
        raise ValueError(f"groups has no label at {series.index[codes.argmin()]}; every place needs one.")
    codes = pd.Series(codes, index=series.index) if isinstance(labels, pd.Series) else codes
    _, codes = inputs(values=(values, ANY), groups=(codes, ANY))
    return np.asarray(known)[np.asarray(codes, dtype=int)]


def _means(level: np.ndarray, share: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The mean of each place's group."""
    places = pd.DataFrame({"level": level * share, "share": share})
    totals = places.groupby(group).transform("sum")
    return (totals["level"] / totals["share"]).to_numpy()


def _terms(
    end: np.ndarray, start: np.ndarray, level: np.ndarray, share: np.ndarray, index: str
) -> np.ndarray:
    """What each place adds to the inequality of `end` about `start`; T weights by value, L by people."""
    weight = share * level if index == "T" else -share
    terms = np.zeros_like(weight)
    held = weight != 0
    terms[held] = weight[held] * np.log(end[held] / start[held])
    return terms
