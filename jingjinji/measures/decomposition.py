"""What part of inequality lies between groups of places, and what part within them?

`values` and `weights` are those of `jingjinji.measures.inequality`, with the same rules and errors.
`groups` names each place's group, such as its province: a list, array or Series of n labels. If it
and `values` are both Series they are matched by label. A group of one place is allowed: it has no
inequality within. Parts add up to the total, which is computed separately.
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


# Without equality, since comparing two Series gives a Series, not true or false.
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


def theil_parts(
    values: Values, groups: Labels, weights: Values | None = None, index: str = "T"
) -> TheilParts:
    """Split Theil T or L into a part between groups and a part within them (Shorrocks 1980).

    T weights the inequality of a group by its share of the total, L by its share of the weights.
    For nested groups, the part between the finer groups less the part between the wider ones is the
    inequality between finer groups within the wider ones (Akita 2003). Answer keys: G12, G17.

    Parameters
    ----------
    values, weights : as in `theil_t` or `theil_l`.
    groups : shape (n,), no label missing.
    index : "T" or "L".

    >>> parts = theil_parts([1, 3, 8, 8], groups=["a", "a", "b", "b"])
    >>> round(parts.between, 4), round(parts.within, 4), parts.by_group.round(4).to_dict()
    (0.1927, 0.0262, {'a': 0.0262, 'b': 0.0})
    """
    if index not in _THEIL:
        raise ValueError(f"index must be 'T' or 'L'; got {index!r}.")
    accepted = POSITIVE if index == "L" else ZERO_OR_MORE
    level, share, group = _grouped(values, weights, groups, accepted)
    totals = pd.DataFrame({"level": level * share, "share": share}).groupby(group).transform("sum")
    means = (totals["level"] / totals["share"]).to_numpy()  # of each place's group
    weight = share * level if index == "T" else -share
    terms = _terms(level, means, weight)
    by_group = pd.Series(terms).groupby(group, sort=False).sum()
    by_group.index.name = getattr(groups, "name", None) or "group"
    return TheilParts(
        total=_THEIL[index](values, weights),
        between=settled(_terms(means, np.ones_like(means), weight).sum()),
        within=settled(terms.sum()),
        by_group=by_group.map(settled),
    )


def _grouped(
    values: Values, weights: Values | None, groups: Labels, accepted: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return relative levels, shares and group labels of all places whose weight is not zero."""
    series = groups if isinstance(groups, pd.Series) else pd.Series(list(groups), dtype=object)
    codes, labels = pd.factorize(series)
    if (codes < 0).any():
        raise ValueError(
            f"groups has no label at {series.index[codes.argmin()]}; every place needs one."
        )
    # Coded as numbers, labels are matched to the values like any other argument.
    codes = pd.Series(codes, index=series.index) if isinstance(groups, pd.Series) else codes
    _, codes = inputs(values=(values, ANY), groups=(codes, ANY))
    level, share = inequality.relative(values, weights, accepted)
    inhabited = share > 0
    return (
        level[inhabited],
        share[inhabited],
        np.asarray(labels)[np.asarray(codes, dtype=int)][inhabited],
    )


def _terms(end: np.ndarray, start: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the contribution of each place to the inequality of `end` relative to `start`."""
    terms = np.zeros_like(weight)
    counted = weight != 0
    terms[counted] = weight[counted] * np.log(end[counted] / start[counted])
    return terms
