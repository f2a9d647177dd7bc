"""Structure and shift-share: identities and error messages."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingjinji.measures import shift_share
from jingjinji.measures.structure import cluster_index, herfindahl, krugman_index, location_quotient
from tests.library.refused import refused


def structures(count):
    rows = st.lists(st.tuples(*[st.floats(0.01, 1e5)] * count), min_size=2, max_size=12)
    return rows.map(lambda rows: [pd.Series(column) for column in zip(*rows)])


@given(structures(2))
def test_quotients_average_to_one_with_the_shares_of_the_reference(pair):
    region, reference = pair
    weights = reference / reference.sum()
    assert location_quotient(region, reference) @ weights == pytest.approx(1)


@given(structures(3), st.floats(0.01, 100))
def test_krugman_is_a_distance_between_shares(three, factor):
    first, second, third = three
    index = krugman_index(first, second)
    assert 0 <= index <= 2 + 1e-12
    assert krugman_index(second, first * factor) == pytest.approx(index, abs=1e-9)
    assert krugman_index(first, first) == 0
    assert index <= krugman_index(first, third) + krugman_index(third, second) + 1e-12


@given(structures(1), st.integers(2, 5))
def test_splitting_every_unit_divides_the_index(single, pieces):
    (values,) = single
    split = np.repeat(values.to_numpy(), pieces) / pieces
    whole = herfindahl(values)
    assert herfindahl(split).index == pytest.approx(whole.index / pieces)
    assert -1e-12 <= whole.normalised <= 1
    assert whole.equivalent_number + 1e-9 >= 1 and whole.equivalent_number <= len(values) + 1e-9


@given(structures(3), st.lists(st.floats(0, 5), min_size=36, max_size=36))
def test_parts_add_up_whatever_the_data(three, factors):
    region, rest, _ = three
    later = region * factors[: len(region)]
    rest_later = rest * factors[12 : 12 + len(rest)]
    before, after = region + rest, later + rest_later
    change = later - region
    close = {"rtol": 1e-9, "atol": 1e-6 * before.sum()}
    parts = shift_share.classic(region, later, before, after)
    np.testing.assert_allclose(parts.sum(axis=1), change, **close)
    national = region.sum() * (after.sum() / before.sum() - 1)
    np.testing.assert_allclose(parts["national"].sum(), national, **close)
    others = shift_share.classic(rest, rest_later, before, after)
    np.testing.assert_allclose(parts["regional"] + others["regional"], 0, **close)


def test_an_industry_may_start_from_zero_in_the_region():
    start, end = pd.Series({"A": 0.0, "B": 10.0}), pd.Series({"A": 5.0, "B": 10.0})
    nation = pd.Series({"A": 50.0, "B": 50.0})
    parts = shift_share.classic(start, end, nation, nation)
    assert parts["regional"].to_dict() == {"A": 5, "B": 0}


WHOLE = {"jobs": 100, "firms": 10, "area": 40, "people": 900}


def test_cluster_index_takes_several_regions_and_is_one_for_the_whole():
    assert cluster_index(**WHOLE, whole=WHOLE) == pytest.approx(1)
    assert list(cluster_index(*[pd.Series({"A": 1.0, "B": 2.0})] * 4, whole=WHOLE).index) == ["A", "B"]


REGION = pd.Series({"A": 60.0, "B": 40.0})
test_errors = refused(
    (lambda: location_quotient(1, [1, 2]), "region must be a list, array or Series"),
    (lambda: location_quotient([1, 2], [0, 2]), "reference holds 0; every value must be a finite"),
    (lambda: location_quotient([0, 0], [1, 2]), "region must add up to more than zero"),
    (lambda: herfindahl([5]), "values must hold two units or more"),
    (lambda: cluster_index(1, 1, 1, 1, whole={"jobs": 1}), "whole must hold jobs, firms, area, people"),
    (lambda: cluster_index(1, 1, 1, 1, whole=WHOLE | {"area": 0}), "whole['area'] holds 0"),
    (lambda: shift_share.classic(REGION, REGION, REGION * 0, REGION), "reference_start holds 0 at A"),
)
