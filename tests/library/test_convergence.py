"""Convergence measures: identities and error messages."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jingjinji.measures.convergence import (
    beta,
    coefficient_of_variation,
    half_life,
    sd_of_logs,
    speed,
)
from tests.library.refused import refused

levels = st.floats(0.1, 1e5)
spans = st.floats(0.5, 50)


def places(smallest=4):
    return st.lists(levels, min_size=smallest, max_size=30).map(np.array)


@given(places(2), st.integers(2, 5), st.floats(0.01, 100))
def test_equal_weights_divide_by_n_and_the_unit_does_not_matter(values, weight, factor):
    shrink = np.sqrt((len(values) - 1) / len(values))
    weights = np.full(len(values), weight)
    sample = coefficient_of_variation(values)
    assert coefficient_of_variation(values, weights) == pytest.approx(sample * shrink, abs=1e-9)
    assert sd_of_logs(values * factor) == pytest.approx(sd_of_logs(values), abs=1e-9)


@given(places(), st.floats(-0.05, 0.2), spans, st.floats(-0.1, 0.1))
def test_beta_recovers_an_exact_process(start, true_speed, years, drift):
    assume(np.ptp(np.log(start)) > 0.1 and true_speed * years < 2)
    end = np.exp(np.log(start) * np.exp(-true_speed * years) + drift * years)
    line = beta(start, end, years)
    assert line.speed == pytest.approx(true_speed, abs=1e-6)
    assert line.slope == pytest.approx(np.expm1(-true_speed * years) / years, abs=1e-6)


START = pd.Series({"A": 10.0, "B": 20.0, "C": 40.0, "D": 80.0, "E": 90.0})
END = pd.Series({"A": 22.0, "B": 35.0, "C": 66.0, "D": 110.0, "E": 130.0})


def test_half_life_interval_is_that_of_the_slope():
    line = beta(START, END, 10)
    low, high = line.interval
    assert line.half_life_interval == (half_life(speed(low, 10)), half_life(speed(high, 10)))
    assert line.half_life_interval[0] < line.half_life < line.half_life_interval[1]
    assert half_life(0) == half_life(-0.1) == np.inf
    scattered = beta(START, END * [1, 9, 1, 9, 1], 10)
    assert scattered.half_life_interval == (0.0, np.inf)


def test_labels_are_matched_and_a_robust_variance_changes_only_the_interval():
    plain = beta(START, END[::-1], 10)
    robust = beta(START, END, 10, robust=True)
    assert robust.slope == plain.slope and robust.interval != plain.interval


test_errors = refused(
    (lambda: sd_of_logs([1]), "values must hold at least two places"),
    (lambda: speed(-0.2, 10), "slope times years must be greater than -1; got -2."),
    (lambda: beta(START, END, 0), "years holds 0"),
    (lambda: beta([1, 2], [2, 3], 9), "three places or more; got 2"),
    (lambda: beta([1, 1, 1], [1, 2, 3], 9), "start must vary"),
)
