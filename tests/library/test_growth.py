"""Growth measures: identities and error messages."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingjinji.measures import growth
from tests.library.refused import refused

levels = st.floats(0.01, 1e6)
positive_intervals = st.tuples(levels, levels).map(
    lambda ends: growth.Interval(min(ends), max(ends))
)


@given(st.lists(st.tuples(levels, levels), min_size=1, max_size=20))
def test_a_contribution_is_share_times_growth_and_all_add_up(parts):
    start, end = (pd.Series(side) for side in zip(*parts))
    change = growth.contributions(start, end)
    growth_of_parts = growth.percent_change(start, end)
    np.testing.assert_allclose(change.parts, start / start.sum() * growth_of_parts, atol=1e-9)
    assert change.total == pytest.approx(growth.percent_change(start.sum(), end.sum()))


@given(st.lists(st.floats(50, 200), min_size=1, max_size=30), st.data())
def test_chain_keeps_its_indices_for_any_base_year_and_order(values, data):
    indices = pd.Series(values, index=range(1990, 1990 + len(values)))
    base_year = data.draw(st.integers(1989, 1989 + len(values)))
    base_value = data.draw(levels)
    chained = growth.chain(indices, base_year, base_value)
    assert chained[base_year] == pytest.approx(base_value)
    np.testing.assert_allclose((chained / chained.shift() * 100).dropna(), indices)
    scale = chained / growth.chain(indices, base_year=1989)
    np.testing.assert_allclose(scale, scale.iloc[0])
    pd.testing.assert_series_equal(growth.chain(indices[::-1], base_year, base_value), chained)


@given(st.integers(-(10**9), 10**9), st.integers(0, 4), st.booleans())
def test_rounding_interval_surrounds_the_printed_value(units, decimals, separated):
    value = units / 10**decimals
    interval = growth.rounding_interval(f"{value:{',' if separated else ''}.{decimals}f}")
    assert interval.contains(value)
    assert interval.width == pytest.approx(10**-decimals, abs=1e-6)
    assert interval.low + interval.high == pytest.approx(2 * value)
    assert growth.rounding_interval(" \N{MINUS SIGN}3 ") == growth.Interval(-3.5, -2.5)


@given(positive_intervals, positive_intervals, st.floats(0, 1), st.floats(0, 1))
def test_quotient_contains_every_quotient_of_members(top, bottom, top_place, bottom_place):
    numerator = min(top.low + top_place * top.width, top.high)
    denominator = min(bottom.low + bottom_place * bottom.width, bottom.high)
    assert (top / bottom).contains(numerator / denominator)


def test_result_has_the_type_of_the_arguments():
    assert isinstance(growth.ratio(2, 3), float)
    assert isinstance(growth.ratio([2, 4], 3), np.ndarray)
    by_place = growth.percent_change(pd.Series({"B": 20, "A": 10}), pd.Series({"A": 10, "B": 30}))
    pd.testing.assert_series_equal(by_place, pd.Series({"B": 50.0, "A": 0.0}))
    duplicated = pd.Series(
        [10, 20], index=["A", "A"]
    )  # allowed if both Series have the same labels
    assert list(growth.percent_change(duplicated, duplicated * 2)) == [100, 100]


A_AND_B = pd.Series({"A": 1.0, "B": 2.0})
INDICES = pd.Series({2014: 110.0, 2015: 105.0})
test_errors = refused(
    (lambda: growth.ratio(0, 1), "start holds 0; every value must be a finite number greater"),
    (
        lambda: growth.ratio(1, -1),
        "end holds -1; every value must be a finite number, zero or more",
    ),
    (lambda: growth.percent_change(A_AND_B, A_AND_B.replace(2.0, np.nan)), "end holds nan at B"),
    (lambda: growth.percent_change([1, 2], [1, 2, 3]), "start and end must have the same length"),
    (lambda: growth.percent_change(A_AND_B, A_AND_B.rename({"B": "C"})), "only one of them: B, C"),
    (
        lambda: growth.ratio(pd.Series([1, 2, 3], [*"AAB"]), pd.Series([1, 2, 3], [*"ABB"])),
        "each label once",
    ),
    (lambda: growth.ratio("ten", 1), "start must be a number, or a list"),
    (lambda: growth.cagr(1, 2, 0), "periods holds 0"),
    (lambda: growth.contributions(A_AND_B - 1.5, A_AND_B), "start must add up to more than zero"),
    (lambda: growth.chain(INDICES.rename({2015: 2017}), 2014), "there is none for 2015, 2016"),
    (lambda: growth.chain(INDICES.rename({2015: 2014}), 2014), "whole-number years, each once"),
    (lambda: growth.chain(INDICES, 2012), "base_year must be from 2013 to 2015; got 2012"),
    (lambda: growth.Interval(2, 1), "the lower one first; got 2, 1"),
    (lambda: growth.Interval(1, 2) / growth.Interval(0, 1), "Only intervals above zero"),
    (lambda: growth.rounding_interval("1,8"), "such as '1.8' or '-12,345'; got '1,8'"),
)
