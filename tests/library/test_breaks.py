"""Breaks: what must always hold, and errors that are clear."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.datasets import nile
from statsmodels.regression.linear_model import OLS

from jingjinji.measures.breaks import _largest_f, break_p_value, mean_break
from tests.library.refused import refused

NILE = nile.load_pandas().data.astype({"year": int}).set_index("year")["volume"]
SHIFTED = pd.Series([1.0, 2.0, 1.0, 5.0, 6.0, 5.0], index=range(2011, 2017))
series = st.lists(st.floats(-1e3, 1e3), min_size=8, max_size=25).filter(lambda v: np.std(v) > 1e-3)


def test_statistic_is_the_f_of_a_regression_on_a_step():
    step = np.column_stack([np.ones(len(NILE)), NILE.index > 1898])
    assert mean_break(NILE).statistic == pytest.approx(OLS(NILE.to_numpy(), step).fit().fvalue)


@given(series)
def test_all_dates_at_once_give_what_ruptures_finds(values):
    values = np.array(values)
    try:
        found = mean_break(pd.Series(values)).statistic
    except ValueError:
        return
    assert _largest_f(values[None, :], 3)[0] == pytest.approx(found, rel=1e-5, abs=1e-6)


def test_dates_are_those_of_the_index():
    found = mean_break(SHIFTED)
    assert (found.last_before, found.first_after) == (2013, 2014)
    assert (found.mean_before, found.mean_after) == pytest.approx((4 / 3, 16 / 3))


def test_unit_and_origin_do_not_matter():
    assert mean_break(SHIFTED * -40 + 7).statistic == pytest.approx(mean_break(SHIFTED).statistic)


def test_p_value_is_uniform_where_nothing_breaks():
    noise = np.random.default_rng(1).standard_normal((200, 20))
    p = np.array([break_p_value(pd.Series(row), draws=199, seed=i) for i, row in enumerate(noise)])
    assert abs((p < 0.1).mean() - 0.1) < 0.06 and abs(np.median(p) - 0.5) < 0.1


def test_memory_makes_the_same_break_less_surprising():
    values = [break_p_value(SHIFTED, persistence, draws=1999) for persistence in (0, 0.5, 0.9)]
    assert values == sorted(values) and values[0] < values[-1]


def test_same_seed_same_answer():
    assert break_p_value(SHIFTED, draws=99) == break_p_value(SHIFTED, draws=99)


test_bad_input_gets_one_clear_sentence = refused(
    (lambda: mean_break([1, 2, 3]), "series must be a labelled Series; got list."),
    (lambda: mean_break(SHIFTED[:5]), "series must hold 6 values or more; it holds 5."),
    (lambda: mean_break(SHIFTED, shortest=1), "shortest must be a whole number, 2 or more; got 1."),
    (lambda: mean_break(SHIFTED.where(SHIFTED > 1)), "series holds nan at 2011"),
    (lambda: mean_break(pd.Series([1, 1, 1, 2, 2, 2])), "series must vary on at least one side"),
    (lambda: break_p_value(SHIFTED, persistence=1), "persistence must be 0 or more and below 1; got 1."),
    (lambda: break_p_value(SHIFTED, draws=0), "draws must be a whole number, 1 or more; got 0."),
)
