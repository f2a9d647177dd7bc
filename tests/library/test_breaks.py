"""Breaks: statistical properties and error messages."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import nile
from statsmodels.regression.linear_model import OLS

from jingjinji.measures.breaks import break_p_value, mean_break
from tests.library.refused import refused

NILE = nile.load_pandas().data.astype({"year": int}).set_index("year")["volume"]
SHIFTED = pd.Series([1.0, 2.0, 1.0, 5.0, 6.0, 5.0], index=range(2011, 2017))


def test_statistic_is_the_f_of_a_regression_on_a_step():
    step = np.column_stack([np.ones(len(NILE)), NILE.index > 1898])
    assert mean_break(NILE).statistic == pytest.approx(OLS(NILE.to_numpy(), step).fit().fvalue)


def test_means_are_those_of_both_sides_and_the_unit_does_not_matter():
    shift = mean_break(SHIFTED)
    assert (shift.mean_before, shift.mean_after) == pytest.approx((4 / 3, 16 / 3))
    assert mean_break(SHIFTED * -40 + 7).statistic == pytest.approx(shift.statistic)


def test_p_value_is_uniform_without_a_break():
    noise = np.random.default_rng(1).standard_normal((200, 20))
    p = np.array([break_p_value(pd.Series(row), draws=199, seed=i) for i, row in enumerate(noise)])
    assert abs((p < 0.1).mean() - 0.1) < 0.06 and abs(np.median(p) - 0.5) < 0.1


def test_persistence_makes_the_same_break_less_surprising():
    values = [break_p_value(SHIFTED, persistence, draws=1999) for persistence in (0, 0.5, 0.9)]
    assert values == sorted(values) and values[0] < values[-1]
    assert break_p_value(SHIFTED, draws=99) == break_p_value(SHIFTED, draws=99)  # the seed is fixed


test_errors = refused(
    (lambda: mean_break(SHIFTED[:5]), "series must hold 6 values or more; it holds 5."),
    (lambda: mean_break(SHIFTED, shortest=1), "shortest must be a whole number, 2 or more; got 1."),
    (lambda: mean_break(SHIFTED.where(SHIFTED > 1)), "series holds nan at 2011"),
    (lambda: mean_break(pd.Series([1, 1, 1, 2, 2, 2])), "series must vary on at least one side"),
    (
        lambda: break_p_value(SHIFTED, persistence=1),
        "persistence must be 0 or more and below 1; got 1.",
    ),
)
