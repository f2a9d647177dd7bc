"""Structure and shift-share: what the answer keys do not cover, and error messages."""

import pandas as pd

from jingjinji.measures import shift_share
from jingjinji.measures.structure import herfindahl, location_quotient
from tests.library.refused import refused


def test_an_industry_may_start_from_zero_in_the_region():
    start = pd.Series({"A": 0.0, "B": 10.0})
    end = pd.Series({"A": 5.0, "B": 10.0})
    nation = pd.Series({"A": 50.0, "B": 50.0})
    parts = shift_share.classic(start, end, nation, nation)
    assert parts.sum(axis=1).to_dict() == parts["regional"].to_dict() == {"A": 5, "B": 0}


REGION = pd.Series({"A": 60.0, "B": 40.0})
test_errors = refused(
    (lambda: location_quotient(1, [1, 2]), "region must be a list, array or Series"),
    (lambda: location_quotient([1, 2], [0, 2]), "reference holds 0; every value must be a finite"),
    (lambda: location_quotient([0, 0], [1, 2]), "region must add up to more than zero"),
    (lambda: herfindahl([5]), "values must hold two units or more"),
    (
        lambda: shift_share.classic(REGION, REGION, REGION * 0, REGION),
        "reference_start holds 0 at A",
    ),
)
