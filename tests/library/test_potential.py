"""Potential and Huff shares: properties and error messages."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingjinji.measures.potential import exponential, hansen, huff, power
from tests.library.refused import refused

PLACES = list("ABC")
PEOPLE = pd.Series([100.0, 60.0, 30.0], index=PLACES)
MINUTES = pd.DataFrame([[0, 30, 60], [30, 0, 20], [60, 20, 0]], index=PLACES, columns=PLACES)


def test_the_order_of_places_does_not_matter():
    turned = hansen(PEOPLE[::-1], MINUTES.loc[["C", "A", "B"], ["B", "C", "A"]], exponential(60))
    pd.testing.assert_series_equal(turned[PLACES], hansen(PEOPLE, MINUTES, exponential(60)))


@given(st.floats(0.1, 5), st.floats(0.1, 1))
def test_faster_trips_never_lower_a_potential(exponent, faster):
    decay = power(exponent)
    assert (hansen(PEOPLE, MINUTES * faster, decay) >= hansen(PEOPLE, MINUTES, decay)).all()


@given(st.floats(1, 500))
def test_shares_add_up_and_leave_the_own_place_out(scale):
    shares = huff(PEOPLE, MINUTES, exponential(scale))
    assert shares.sum(axis=1).tolist() == pytest.approx([1, 1, 1])
    assert np.diag(shares).tolist() == [0, 0, 0]


test_errors = refused(
    (lambda: hansen(PEOPLE, MINUTES.to_numpy(), power(1)), "time must be a DataFrame"),
    (lambda: hansen(PEOPLE.drop("C"), MINUTES, power(1)), "must have the same places; C differ"),
    (lambda: hansen(PEOPLE, MINUTES.replace(30, np.nan), power(1)), "greater than zero"),
    (lambda: power(0), "exponent holds 0"),
)
