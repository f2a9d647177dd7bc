"""Inequality measures: properties and error messages."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingjinji.measures.decomposition import theil_parts
from jingjinji.measures.inequality import concentration_index, gini, theil_l, theil_t, williamson
from tests.library.refused import refused

INDICES = [gini, theil_t, theil_l, williamson]

levels = st.floats(0.01, 1e4)
people = st.floats(0.1, 1e3)
place = st.tuples(levels, people, st.sampled_from("abc"))
places, several = (st.lists(place, min_size=least, max_size=12) for least in (1, 2))


def columns(rows):
    values, weights, *groups = zip(*rows)
    return np.array(values), np.array(weights), *map(list, groups)


@given(several, st.sampled_from(INDICES), st.floats(0.01, 100), st.floats(0.01, 100))
def test_neither_units_nor_places_split_into_halves_matter(rows, index, factor, other):
    values, weights, *_ = columns(rows)
    expected = pytest.approx(index(values, weights), abs=1e-7)
    assert index(values * factor, weights * other) == expected
    assert index(np.tile(values, 2), np.tile(weights / 2, 2)) == expected


@given(st.lists(st.tuples(levels, st.integers(0, 5), people), min_size=1, max_size=12))
def test_concentration_is_the_covariance_with_the_fractional_rank(rows):
    """The formula of Kakwani, Wagstaff and van Doorslaer (1997), with mid-ranks for ties."""
    values, ranking, weights = map(np.array, zip(*rows))
    share = weights / weights.sum()
    rank = np.array([share[ranking < r].sum() + share[ranking == r].sum() / 2 for r in ranking])
    mean = share @ values
    expected = 2 * (share @ ((values - mean) * (rank - 0.5))) / mean
    index = concentration_index(values, ranking, weights)
    assert index == pytest.approx(expected, abs=1e-9)
    # It changes its sign with the ranking, and is at most the Gini index.
    assert concentration_index(values, -ranking, weights) == pytest.approx(-index, abs=1e-9)
    assert abs(index) <= gini(values, weights) + 1e-9


@given(places, st.sampled_from("TL"))
def test_theil_parts_add_up(rows, index):
    values, weights, groups = columns(rows)
    parts = theil_parts(values, groups, weights, index)
    assert parts.between + parts.within == pytest.approx(parts.total, abs=1e-9)
    assert parts.by_group.sum() == pytest.approx(parts.within, abs=1e-9)


def test_zeros_are_allowed_where_the_formula_allows_them():
    values = [0, 0, 0, 10, 10, 10]
    assert theil_t(values) == pytest.approx(np.log(2))
    assert gini(values) == pytest.approx(0.5)
    parts = theil_parts(values, ["a", "a", "a", "b", "b", "b"])
    assert [parts.between, parts.within] == pytest.approx([np.log(2), 0])
    # A place without people does not count, whatever its level.
    assert [index([7], [3]) for index in INDICES] == [0] * len(INDICES)
    assert theil_t([1, 3, 99], [1, 1, 0]) == pytest.approx(theil_t([1, 3]))


@given(levels, st.sampled_from("TL"))
def test_equal_places_have_no_inequality_in_spite_of_rounding(level, kind):
    weights = np.random.default_rng(2014).random(13)
    assert [index([level] * 13, weights) for index in INDICES] == pytest.approx(
        [0] * len(INDICES), abs=1e-7
    )
    parts = theil_parts([level] * 13, list(range(13)), weights, kind)
    assert [parts.total, parts.between, parts.within] == [0, 0, 0]
    assert np.isnan(parts.between_share)


def test_series_are_matched_by_label():
    values = pd.Series({"Beijing": 4.0, "Tianjin": 2.0, "Hebei": 1.0})
    weights = pd.Series({"Hebei": 5.0, "Tianjin": 2.0, "Beijing": 1.0})
    groups = pd.Series({"Tianjin": "city", "Hebei": "province", "Beijing": "city"}, name="kind")
    parts = theil_parts(values, groups, weights)
    assert parts.between == theil_parts([4, 2, 1], ["city", "city", "province"], [1, 2, 5]).between
    assert (
        parts.by_group.index.to_list() == ["city", "province"]
        and parts.by_group.index.name == "kind"
    )


test_errors = refused(
    (lambda: gini(3), "values must be a list, array or Series of numbers; got 3."),
    (lambda: gini([1, -2]), "values holds -2; every value must be a finite number, zero or more."),
    (
        lambda: theil_l(pd.Series({"a": 1, "b": 0})),
        "values holds 0 at b; every value must be a finite",
    ),
    (lambda: gini([1, 2], [0, 0]), "weights must add up to more than zero."),
    (lambda: williamson([0, 0]), "values must have a weighted mean greater than zero."),
    (lambda: gini([1, 2], [1]), "values and weights must have the same length; got 2 and 1."),
    (lambda: theil_parts([1, 2], ["a", None]), "groups has no label at 1; every place needs one."),
    (lambda: theil_parts([1, 2], ["a", "b"], index="t"), "index must be 'T' or 'L'; got 't'."),
    (
        lambda: theil_parts(pd.Series({"a": 1}), pd.Series({"b": "x"})),
        "found in only one of them: a, b",
    ),
)
