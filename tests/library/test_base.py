"""The economic base: what must always hold, and errors that are clear."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingjinji.measures.base import economic_base
from tests.library.refused import refused

PLACE = pd.Series({"factories": 30.0, "shops": 50.0, "offices": 20.0})
NATION = pd.Series({"factories": 200.0, "shops": 600.0, "offices": 200.0})
amounts = st.floats(1, 1e6)
structures = st.lists(st.tuples(amounts, amounts, amounts), min_size=2, max_size=8).map(pd.DataFrame)


@given(structures)
def test_scale_of_the_reference_does_not_matter(table):
    place, nation = table[0], table[1]
    try:
        base = economic_base(place, nation)
    except ValueError:
        return
    pd.testing.assert_series_equal(base.basic, economic_base(place, nation * 7).basic, atol=1e-6, rtol=1e-6)
    # Basic jobs are those that would have to change industry for the place to look like the nation.
    gap = (place / place.sum() - nation / nation.sum()).abs().sum() / 2
    assert base.basic.sum() / base.total == pytest.approx(gap, rel=1e-6, abs=1e-9)


def test_labels_are_matched_and_not_positions():
    shuffled = economic_base(PLACE, NATION[["offices", "factories", "shops"]])
    assert shuffled.basic.to_dict() == economic_base(PLACE, NATION).basic.to_dict()


test_bad_input_gets_one_clear_sentence = refused(
    (lambda: economic_base([1, 2], NATION), "region must be a labelled Series; got list."),
    (
        lambda: economic_base(PLACE, NATION.drop("shops")),
        "region and reference must have the same labels",
    ),
    (lambda: economic_base(-PLACE, NATION), "region holds -30 at factories"),
    (lambda: economic_base(PLACE * 0, NATION), "region must add up to more than zero."),
    (lambda: economic_base(NATION, NATION), "region has no industry above the shares"),
)
