"""Convergence: is the gap between rich and poor places closing, and how fast?

Logs are natural. Values, mostly GDP per head, are matched by label if they are Series and by
position otherwise. A ValueError names the argument that is wrong: a value is missing or outside the
range that a function states, there are too few, or lengths or labels differ.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from jingjinji.measures._checks import ANY, POSITIVE, Values, checked, inputs, vectors
from jingjinji.measures.inequality import williamson


def sd_of_logs(values: Values) -> float:
    """Return the standard deviation of the logs of n values: sigma of sigma convergence.

    It has no unit and does not change when all values are multiplied by one factor. It is the
    sample figure (divided by n - 1).

    Parameters
    ----------
    values : greater than zero, shape (n,), n at least 2.

    >>> round(sd_of_logs([50, 100, 200]), 4)
    0.6931
    """
    return float(np.std(np.log(_several(values)), ddof=1))


def coefficient_of_variation(values: Values, weights: Values | None = None) -> float:
    """Return the standard deviation of n values over their mean; inputs and errors as in
    `sd_of_logs`.

    With weights, such as residents, it is Williamson's (1965) weighted coefficient. Answer key:
    V03.

    >>> coefficient_of_variation([50, 100, 150])
    0.5
    """
    several = _several(values)
    if weights is not None:
        return williamson(values, weights)
    return float(np.std(several, ddof=1)) / float(several.mean())


def _several(values: Values) -> np.ndarray:
    (values,) = vectors(values=(values, POSITIVE))
    if len(values) < 2:
        raise ValueError("values must hold at least two places; one place has no spread.")
    return np.asarray(values)


def speed(slope: float, years: float) -> float:
    """Return the speed of convergence a year: the share of the gap that closes, compounded
    continuously.

    It inverts slope = -(1 - exp(-speed * years)) / years (Barro and Sala-i-Martin 1992), which
    holds for any span; -slope alone is close to it only over a short one. A negative speed is
    divergence. `ValueError` if slope times years is -1 or less: the poorer place would have
    overtaken the richer one. Answer key: V02.

    Parameters
    ----------
    slope : change of yearly log growth for one log unit of the starting value, as `beta` estimates
        it.
    years : length of the span, greater than zero.

    >>> round(speed(slope=-0.05, years=10), 4)
    0.0693
    """
    slope, years = inputs(slope=(slope, ANY), years=(years, POSITIVE))
    if slope * years <= -1:
        raise ValueError(f"slope times years must be greater than -1; got {slope * years:g}.")
    return float(-np.log1p(slope * years) / years)


def half_life(speed: float) -> float:
    """Return the years until half of a gap is closed at this speed a year: ln 2 / speed.

    Infinite for a speed of zero or less: that gap never halves. Answer key: V02.

    >>> round(half_life(0.02), 2)
    34.66
    """
    speed = checked("speed", speed, ANY)
    return float(np.log(2) / speed) if speed > 0 else np.inf


@dataclass(frozen=True, eq=False)
class Beta:
    """A line of yearly log growth on the log of the starting value, over `places` places.

    `coefficients` has the columns estimate, low and high (the confidence interval) and the rows
    intercept and log_start; `years` is the span.
    """

    coefficients: pd.DataFrame
    places: int
    years: float

    @property
    def slope(self) -> float:
        """The beta of beta convergence, a year; below zero, poorer places grew faster."""
        return float(self.coefficients.loc["log_start", "estimate"])

    @property
    def interval(self) -> tuple[float, float]:
        """The confidence interval of the slope."""
        row = self.coefficients.loc["log_start"]
        return float(row["low"]), float(row["high"])

    @property
    def speed(self) -> float:
        """The speed of convergence a year; see the function of this name."""
        return speed(self.slope, self.years)

    @property
    def half_life(self) -> float:
        """The years until half of the gap is closed; infinite if it does not close."""
        return half_life(self.speed)

    @property
    def half_life_interval(self) -> tuple[float, float]:
        """The half-lives at the ends of the slope's interval; 0 where that end means overtaking."""
        low, high = (
            half_life(speed(slope, self.years)) if slope * self.years > -1 else 0.0
            for slope in self.interval
        )
        return low, high


def beta(start: Values, end: Values, years: float, *, robust: bool = False) -> Beta:
    """Estimate absolute beta convergence by least squares: ln(end / start) / years on ln(start).

    Intervals hold 95 % and use the t distribution with n - 2 degrees of freedom, as small samples
    require (Barro and Sala-i-Martin 1992). Answer key: V01.

    Parameters
    ----------
    start, end : greater than zero, shape (n,) with n of 3 or more, in one unit; `start` must vary.
    years : length of the span, greater than zero.
    robust : use the HC3 variance, which allows a different error variance for each place.

    >>> line = beta([50, 100, 200], [100, 150, 225], years=10)
    >>> round(line.slope, 4), round(line.half_life, 1)
    (-0.0415, 12.9)
    """
    from statsmodels.regression.linear_model import (
        OLS,
    )  # imported here because it takes a second to load

    start, end = inputs(start=(start, POSITIVE), end=(end, POSITIVE))
    years = checked("years", years, POSITIVE)
    start = start if isinstance(start, pd.Series) else pd.Series(np.atleast_1d(start))
    design = pd.DataFrame({"intercept": 1.0, "log_start": np.log(start)})
    if len(design) < 3:
        raise ValueError(f"start must hold three places or more; got {len(design)}.")
    if np.linalg.matrix_rank(design) < 2:
        raise ValueError("start must vary.")
    growth = (np.log(np.asarray(end)) - design["log_start"].to_numpy()) / years
    fit = OLS(growth, design).fit(cov_type="HC3" if robust else "nonrobust", use_t=True)
    ends = fit.conf_int()
    return Beta(
        coefficients=pd.DataFrame({"estimate": fit.params, "low": ends[0], "high": ends[1]}),
        places=len(design),
        years=years,
    )
