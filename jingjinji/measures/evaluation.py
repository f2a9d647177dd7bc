"""What would have happened otherwise? Synthetic control, differences, placebos and a curve of choices.

An outcome is a DataFrame: a row for each year (whole numbers, sorted), a column for each unit, no value
missing. `start` is the first year that counts as treated; at least two years lie before it, one from it
on. A ValueError says in one sentence which argument is wrong.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from jingjinji.measures._checks import listed


# Equality is left out because comparing two Series gives a Series, not true or false.
@dataclass(frozen=True, eq=False)
class SyntheticControl:
    """`weights` of the donors (they add up to 1) and the `gap`, outcome less synthetic, year by year."""

    weights: pd.Series
    gap: pd.Series
    start: int

    @property
    def effect(self) -> float:
        """The mean gap from `start` on, in the unit of the outcome."""
        return float(self.gap.loc[self.start :].mean())

    @property
    def misfit(self) -> float:
        """The root mean squared gap before `start`, in the unit of the outcome."""
        return float(np.sqrt((self.gap.loc[: self.start - 1] ** 2).mean()))

    @property
    def ratio(self) -> float:
        """The root mean squared gap from `start` on over the one before it; infinite where that is none."""
        after = float(np.sqrt((self.gap.loc[self.start :] ** 2).mean()))
        # What rounding leaves is no gap, and is another on another processor.
        return after / self.misfit if self.misfit > 1e-9 * after else np.inf


def synthetic_control(
    outcome: pd.DataFrame, treated: str, donors: Sequence[str], start: int, *, demeaned: bool = False
) -> SyntheticControl:
    """Fit donors to the outcome of a treated unit before `start` (Abadie, Diamond and Hainmueller 2010).

    The predictors are the outcomes of all years before `start`, each divided by its standard deviation
    over the units, with equal weights. The weights of the donors are the exact optimum; `pysyncon` is
    not used here because its search stops early, which can move an effect by more than a log %.

    Parameters
    ----------
    outcome : shape (years, units).
    treated : a column of `outcome`.
    donors : at least two other columns.
    start : first treated year.
    demeaned : whether each unit's mean before `start` is taken out first, so that a level that no mix of
        donors reaches costs no fit (Ferman and Pinto 2021); only changes are then compared.
    """
    from scipy.optimize import nnls  # comes with the packages of the chapters, and is needed here only

    _check(outcome, [treated, *donors], start)
    if treated in donors or len(donors) < 2:
        raise ValueError("donors must be two or more units, and the treated unit is none of them.")
    donors = list(donors)
    if demeaned:
        outcome = outcome - outcome.loc[: start - 1].mean()
    before = outcome.loc[: start - 1]
    scale = before[[treated, *donors]].std(axis=1)
    distances = before[donors].sub(before[treated], axis=0).div(scale, axis=0)
    # Weights of sum one that make |distances @ w| least are, up to their sum, the w >= 0 that make
    # |distances @ w|^2 + (1 - sum of w)^2 least: a problem of least squares that ends exactly.
    goal = np.append(np.zeros(len(before)), 1.0)
    found, _ = nnls(np.vstack([distances, np.ones(len(donors))]), goal)
    weights = pd.Series(found / found.sum(), index=donors)
    return SyntheticControl(weights, outcome[treated] - outcome[donors] @ weights, start)


def placebos(
    outcome: pd.DataFrame, donors: Sequence[str], start: int, *, demeaned: bool = False
) -> dict[str, SyntheticControl]:
    """Treat each donor as if it had been treated, with all others as its donors; inputs as above."""
    others = {donor: [other for other in donors if other != donor] for donor in donors}
    return {
        donor: synthetic_control(outcome, donor, rest, start, demeaned=demeaned)
        for donor, rest in others.items()
    }


def placebo_p(treated: float, others: Iterable[float]) -> float:
    """The share of units, the treated one included, that are at least as extreme as it is.

    With J others it cannot be below 1 / (J + 1). Ties count against the treated unit, infinite ones too.

    >>> placebo_p(5.0, [1.0, 2.0, 7.0])
    0.5
    """
    others = np.asarray(list(others), dtype=float)
    if not others.size or np.isnan([*others, treated]).any():
        raise ValueError("treated and others must be numbers, with at least one of the others.")
    # Rounding must not turn a tie into a win.
    return float((1 + (others >= treated - 1e-9).sum()) / (1 + others.size))


def injected_power(fits: dict[str, SyntheticControl], effect: float, level: float = 0.1) -> float:
    """The share of units in which an effect of this size, had it been there, would have been found.

    Each unit in turn has `effect` added to all its years from the start on, and is then compared with
    the others as they are; it counts as found if the p-value of its `ratio` is at most `level`. An
    effect that is rarely found could be there and not be seen.

    Parameters
    ----------
    fits : of untreated units, as `placebos` returns them; with J units no p-value is below 1 / J.
    effect : in the unit of the outcome.
    level : above zero, below one.

    Raises
    ------
    ValueError
        If there are fewer than three fits, or if no p-value can be as small as the level.
    """
    if len(fits) < 3 or not 1 / len(fits) <= level < 1:
        raise ValueError(f"fits must be three or more, and level from 1 / their number; got {level!r}.")
    ratios = {unit: fit.ratio for unit, fit in fits.items()}
    found = 0
    for unit, fit in fits.items():
        after = fit.gap.index >= fit.start
        moved = SyntheticControl(fit.weights, fit.gap + effect * after, fit.start)
        found += placebo_p(moved.ratio, [ratios[other] for other in fits if other != unit]) <= level
    return found / len(fits)


def event_study(outcome: pd.DataFrame, treated: Sequence[str], base_year: int) -> pd.Series:
    """The difference of means, treated less others, in each year less that of the base year.

    In a balanced panel this is the event study with effects for units and years.
    """
    if base_year not in outcome.index:
        raise ValueError(f"base_year must be one of the years of the outcome; got {base_year!r}.")
    treated = _split(outcome, treated)
    difference = outcome[treated].mean(axis=1) - outcome.drop(columns=treated).mean(axis=1)
    return difference - difference[base_year]


def difference_in_differences(outcome: pd.DataFrame, treated: Sequence[str], start: int) -> float:
    """The change of the treated mean from before `start` to after it, less that of all others.

    Answer key: Y06 (Card and Krueger 1994).
    """
    treated = _split(outcome, treated)
    change = _change(outcome, start)
    return float(change[treated].mean() - change.drop(treated).mean())


def randomisation_p(outcome: pd.DataFrame, treated: Sequence[str], start: int) -> float:
    """How many groups of units of the same size have a difference in differences at least as large?

    All groups are tried, the treated one included, so the answer is exact (Fisher 1935). It asks whether
    the treated are unusual among groups drawn at random; nobody drew the treated at random.
    """
    treated = _split(outcome, treated)
    change = _change(outcome, start).to_numpy()
    size, units = len(treated), len(change)
    groups = np.array(list(itertools.combinations(range(units), size)))
    inside = change[groups].mean(axis=1)
    effects = inside - (change.sum() - inside * size) / (units - size)
    own = difference_in_differences(outcome, treated, start)
    return float((np.abs(effects) >= abs(own) - 1e-9).mean())


def _change(outcome: pd.DataFrame, start: int) -> pd.Series:
    _check(outcome, list(outcome), start, least=1)
    return outcome.loc[start:].mean() - outcome.loc[: start - 1].mean()


def _split(outcome: pd.DataFrame, treated: Sequence[str]) -> list[str]:
    treated = list(treated)
    if not treated or not set(treated) < set(outcome):
        raise ValueError("treated must be a list of some columns of the outcome, and not of all.")
    return treated


def _check(outcome: pd.DataFrame, units: list[str], start: int, least: int = 2) -> None:
    if strangers := [unit for unit in units if unit not in outcome]:
        raise ValueError(f"outcome has no column for {listed(strangers)}.")
    if not outcome.index.is_monotonic_increasing or not outcome.index.is_unique:
        raise ValueError("outcome must have each year once, in order.")
    if (outcome.index < start).sum() < least or not (outcome.index >= start).any():
        raise ValueError(f"start must leave {least} year(s) before it and one from it on; got {start}.")
    if holes := [unit for unit in units if not np.isfinite(outcome[unit]).all()]:
        raise ValueError(f"outcome has a missing value for {listed(holes)}.")


def group_differences(change: pd.Series, controls: pd.DataFrame | None = None, size: int = 3) -> pd.Series:
    """How far the mean change of each possible group lies from what the units outside it suggest.

    Without controls that is the difference in differences of each group; with them, the mean distance
    of its units from the least squares fit of the change on the controls through all units outside it.
    No group is fitted to itself. Values are rounded to nine decimals, so that ties stay ties.

    Parameters
    ----------
    change : of each unit, in any unit of measurement.
    controls : a row for each unit of `change`, a column for each control; none if left out.
    size : units in a group, at least one.

    Returns
    -------
    Series by group, named by its units in the order of `change`, such as "a, b, c".

    >>> float(group_differences(pd.Series({"a": 1, "b": 2, "c": 4, "d": 9}), size=2)["a, b"])
    -5.0
    """
    width = 1 if controls is None else 1 + controls.shape[1]
    if not 1 <= size <= len(change) - width:
        raise ValueError(f"size must leave {width} or more units outside a group; got {size!r}.")
    x = np.ones((len(change), width))
    if controls is not None:
        x[:, 1:] = controls.loc[change.index].to_numpy(dtype=float)
    y = change.to_numpy(dtype=float)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("change and controls must be finite numbers for each unit.")
    groups = np.array(list(itertools.combinations(range(len(y)), size)))
    # The normal equations of all units less those of the group are those of the units outside it.
    inside, own = x[groups], y[groups]
    xx = x.T @ x - np.einsum("gik,gil->gkl", inside, inside)
    xy = x.T @ y - np.einsum("gik,gi->gk", inside, own)
    fitted = np.linalg.solve(xx, xy[..., None])[..., 0]
    apart = own.mean(axis=1) - np.einsum("gk,gk->g", inside.mean(axis=1), fitted)
    names = [", ".join(map(str, change.index[group])) for group in groups]
    return pd.Series(apart.round(9), index=names)
