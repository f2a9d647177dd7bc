"""What would have happened otherwise? Synthetic control, differences and placebos.

An outcome is a DataFrame with a row for each year (whole numbers, sorted) and a column for each
unit, without missing values. `start` is the first treated year; at least two years must lie before
it. A ValueError names the argument that does not have the form or range that a function states.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from jingjinji.measures._checks import listed


# Without equality, since comparing two Series gives a Series, not true or false.
@dataclass(frozen=True, eq=False)
class SyntheticControl:
    """`weights` of the donors, which add up to 1, and the `gap`, outcome minus synthetic, by
    year."""

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
        """The root mean squared gap from `start` on over the one before it; infinite for a perfect
        fit."""
        after = float(np.sqrt((self.gap.loc[self.start :] ** 2).mean()))
        # A gap within rounding error counts as zero, since it differs between processors.
        return after / self.misfit if self.misfit > 1e-9 * after else np.inf


def synthetic_control(
    outcome: pd.DataFrame,
    treated: str,
    donors: Sequence[str],
    start: int,
    *,
    demeaned: bool = False,
    predictors: pd.DataFrame | None = None,
    importance: Sequence[float] | None = None,
) -> SyntheticControl:
    """Fit donors to the outcome of a treated unit before `start` (Abadie, Diamond and Hainmueller
    2010).

    The weights of the donors minimise the misfit, that is, the squared gaps in the years before
    `start`; with predictors, the squared differences in these instead. They are the exact optimum.

    Parameters
    ----------
    outcome : shape (years, units).
    treated : a column of `outcome`.
    donors : at least two other columns.
    start : first treated year.
    demeaned : whether to subtract each unit's mean before `start`, so that changes are compared and
        a
        level that no mix of donors reaches does not worsen the fit (Ferman and Pinto 2021).
    predictors : shape (predictors, units), each divided by its standard deviation over the units.
    The
        outcomes before `start` as predictors give each year the same spread, so that years in which
        the units were alike count more.
    importance : weight of each predictor in the sum of squares (the diagonal of V); by default all
    equal.

    Answer keys: Y01, Y02 (Abadie and Gardeazabal 2003), with predictors and their importance.
    """
    from scipy.optimize import nnls  # imported here because only some chapters install scipy

    _check(outcome, [treated, *donors], start)
    if treated in donors or len(donors) < 2:
        raise ValueError("donors must be two or more units without the treated one.")
    donors = list(donors)
    if demeaned:
        outcome = outcome - outcome.loc[: start - 1].mean()
    fitted = outcome.loc[: start - 1]
    if predictors is not None:
        rows = predictors[[treated, *donors]]
        roots = np.sqrt(
            np.ones(len(rows)) if importance is None else np.asarray(importance, dtype=float)
        )
        if roots.shape != (len(rows),) or not np.isfinite(roots).all():
            raise ValueError("importance must hold a number from zero on for each predictor.")
        fitted = rows.mul(roots / rows.std(axis=1), axis=0)
    distances = fitted[donors].sub(fitted[treated], axis=0)
    # The weights w with sum 1 that minimise |distances @ w| are, up to their sum, the w >= 0 that
    # minimise |distances @ w|^2 + (1 - sum of w)^2, which non-negative least squares solves
    # exactly.
    distances = distances / distances.abs().max(axis=None)
    target = np.append(np.zeros(len(fitted)), 1.0)
    solution, _ = nnls(np.vstack([distances, np.ones(len(donors))]), target)
    weights = pd.Series(solution / solution.sum(), index=donors)
    return SyntheticControl(weights, outcome[treated] - outcome[donors] @ weights, start)


def placebos(
    outcome: pd.DataFrame, donors: Sequence[str], start: int, *, demeaned: bool = False
) -> dict[str, SyntheticControl]:
    """Fit each donor as if it had been treated, with all others as donors; inputs as above."""
    return {
        unit: synthetic_control(
            outcome, unit, [d for d in donors if d != unit], start, demeaned=demeaned
        )
        for unit in donors
    }


def placebo_p(treated: float, others: Iterable[float]) -> float:
    """Return the share of units, including the treated one, that are at least as extreme as it is.

    With J others it cannot be below 1 / (J + 1). Ties count against the treated unit, also infinite
    ones.

    >>> placebo_p(5.0, [1.0, 2.0, 7.0])
    0.5
    """
    others = np.asarray(list(others), dtype=float)
    if not others.size or np.isnan([*others, treated]).any():
        raise ValueError("treated and others must be numbers, with at least one of the others.")
    # The tolerance keeps ties in spite of rounding errors.
    return float((1 + (others >= treated - 1e-9).sum()) / (1 + others.size))


def not_rejected(
    estimate: float, placebos: Iterable[float], level: float = 0.05
) -> tuple[float, float]:
    """Return the smallest and the largest effect that a placebo test does not reject.

    An effect is rejected if the estimate without it is so far from zero that at most a share
    `level` of all placebos, the estimate counted among them, are as far. The limits are in the
    estimate's unit, and infinite if there are too few placebos. The interval says what power after
    the fact cannot (Hoenig and Heisey 2001).

    >>> not_rejected(-2.0, range(-19, 20), level=0.1)
    (-20.0, 16.0)
    """
    sizes = np.sort(np.abs(np.asarray(list(placebos), dtype=float)))[::-1]
    far = int(
        np.floor(level * (len(sizes) + 1) + 1e-9)
    )  # as many may be as far, the estimate among them
    limit = float(sizes[far - 1]) if 0 < far <= len(sizes) else np.inf
    return float(estimate) - limit, float(estimate) + limit


def event_study(outcome: pd.DataFrame, treated: Sequence[str], base_year: int) -> pd.Series:
    """Return the mean of the treated minus that of the others, by year, relative to the base year.

    In a balanced panel this is the event study with fixed effects for units and years.
    """
    if base_year not in outcome.index:
        raise ValueError(f"base_year must be one of the years of the outcome; got {base_year!r}.")
    treated = _split(outcome, treated)
    difference = outcome[treated].mean(axis=1) - outcome.drop(columns=treated).mean(axis=1)
    return difference - difference[base_year]


def difference_in_differences(outcome: pd.DataFrame, treated: Sequence[str], start: int) -> float:
    """Return the change of the treated mean from before `start` to after it, minus that of all
    others.

    Answer key: Y06 (Card and Krueger 1994).
    """
    treated = _split(outcome, treated)
    change = _change(outcome, start)
    return float(change[treated].mean() - change.drop(treated).mean())


def randomisation_p(outcome: pd.DataFrame, treated: Sequence[str], start: int) -> float:
    """Return the share of groups of the same size whose difference in differences is at least as
    large.

    All groups are tried, including the treated one, so the p-value is exact (Fisher 1935). It
    measures how unusual the treated are among random groups, although they were not chosen at
    random.
    """
    treated = _split(outcome, treated)
    effects = group_differences(_change(outcome, start), size=len(treated))
    effect = difference_in_differences(outcome, treated, start)
    return float((effects.abs() >= abs(effect) - 1e-9).mean())


def _change(outcome: pd.DataFrame, start: int) -> pd.Series:
    _check(outcome, list(outcome), start, least=1)
    return outcome.loc[start:].mean() - outcome.loc[: start - 1].mean()


def _split(outcome: pd.DataFrame, treated: Sequence[str]) -> list[str]:
    treated = list(treated)
    if not treated or not set(treated) < set(outcome):
        raise ValueError("treated must be a list of some columns of the outcome, but not of all.")
    return treated


def _check(outcome: pd.DataFrame, units: list[str], start: int, least: int = 2) -> None:
    if unknown := [unit for unit in units if unit not in outcome]:
        raise ValueError(f"outcome has no column for {listed(unknown)}.")
    if not outcome.index.is_monotonic_increasing or not outcome.index.is_unique:
        raise ValueError("outcome must have each year once, in order.")
    if (outcome.index < start).sum() < least or not (outcome.index >= start).any():
        raise ValueError(
            f"start must leave {least} year(s) before it and one from it on; got {start}."
        )
    if incomplete := [unit for unit in units if not np.isfinite(outcome[unit]).all()]:
        raise ValueError(f"outcome has a missing value for {listed(incomplete)}.")


def group_differences(
    change: pd.Series, controls: pd.DataFrame | None = None, size: int = 3
) -> pd.Series:
    """Return the mean change of each possible group minus what the units outside it predict.

    Without controls that is the difference in differences of each group; with them, the mean
    residual of its units from the least squares fit of the change on the controls over all units
    outside the group. Values are rounded to nine decimals, so that ties stay ties.

    Parameters
    ----------
    change : change of each unit, in any unit of measurement.
    controls : a row for each unit of `change` and a column for each control; without, none is used.
    size : number of units in a group, at least one.

    Returns
    -------
    Series labelled by group, as its units in the order of `change`, such as "a, b, c".

    >>> float(group_differences(pd.Series({"a": 1, "b": 2, "c": 4, "d": 9}), size=2)["a, b"])
    -5.0
    """
    width = 1 if controls is None else 1 + controls.shape[1]
    if not 1 <= size <= len(change) - width:
        raise ValueError(f"size must be from 1 to {len(change) - width}; got {size!r}.")
    x = np.ones((len(change), width))
    if controls is not None:
        x[:, 1:] = controls.loc[change.index].to_numpy(dtype=float)
    y = change.to_numpy(dtype=float)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("change and controls must be finite numbers for each unit.")
    groups = np.array(list(itertools.combinations(range(len(y)), size)))
    # The normal equations of the units outside are those of all units minus those of the group.
    x_group = x[groups]
    y_group = y[groups]
    xx = x.T @ x - np.einsum("gik,gil->gkl", x_group, x_group)
    xy = x.T @ y - np.einsum("gik,gi->gk", x_group, y_group)
    coefficients = np.linalg.solve(xx, xy[..., None])[..., 0]
    residuals = y_group.mean(axis=1) - np.einsum("gk,gk->g", x_group.mean(axis=1), coefficients)
    names = [", ".join(group) for group in itertools.combinations(map(str, change.index), size)]
    return pd.Series(residuals.round(9), index=names)
