"""Structure and shift-share: answer keys, identities that must always hold, and errors that are clear."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingjinji import data
from jingjinji.measures import growth, shift_share
from jingjinji.measures.structure import (
    cluster_index,
    herfindahl,
    krugman_index,
    location_quotient,
    locational_gini,
)
from tests.library.answer_keys import answer_key


@pytest.mark.parametrize(
    ("key", "attribute"),
    [("G06", "index"), ("G07", "normalised"), ("G08", "equivalent_number"), ("G09", "index")],
)
def test_g06_to_g09_herfindahl(key, attribute):
    given_inputs, expected = answer_key(key)
    assert [getattr(herfindahl(**given_inputs), attribute)] == expected


@pytest.mark.parametrize("key", ["P01", "P02"])
def test_p01_and_p02_herfindahl_of_ports(key):
    given_inputs, expected = answer_key(key)
    assert [herfindahl(**given_inputs).index] == expected


@pytest.mark.parametrize("key", ["S01", "S03"])
def test_s01_and_s03_krugman_index(key):
    given_inputs, expected = answer_key(key)
    assert [krugman_index(**given_inputs)] == expected


def test_s02_location_quotient():
    key, expected = answer_key("S02")
    region = [key["part"], key["whole"] - key["part"]]
    reference = [key["reference_part"], key["reference_whole"] - key["reference_part"]]
    assert [location_quotient(region, reference)[0]] == expected


def test_s06_locational_gini():
    given_inputs, expected = answer_key("S06")
    assert [locational_gini(**given_inputs)] == expected


def test_s08_cluster_index():
    given_inputs, expected = answer_key("S08")
    region, country = ({name: pair[i] for name, pair in given_inputs.items()} for i in (0, 1))
    assert [cluster_index(**region, whole=country)] == expected


def labelled(given_inputs):
    return {name: pd.Series(values) for name, values in given_inputs.items()}


def test_h01_shift_share():
    given_inputs, expected = answer_key("H01")
    parts = shift_share.classic(**labelled(given_inputs)).sum()
    assert [parts.sum(), parts["national"], parts["mix"], parts["regional"]] == expected


def test_h02_esteban_marquillas():
    given_inputs, expected = answer_key("H02")
    parts = shift_share.esteban_marquillas(**labelled(given_inputs)).sum()
    assert [parts["competitive"] + parts["allocation"]] == expected


def cited(figure):
    return data.load("cited_figures").set_index("figure_id").loc[figure, "value"]


def test_a08_growth_of_contracts_in_the_table():
    given_inputs, expected = answer_key("A08")
    assert [cited("F166"), cited("F164")] == list(given_inputs["start"])
    assert [cited("F167"), cited("F165")] == list(given_inputs["end"])
    assert list(growth.cagr(**given_inputs)) == expected


def test_a09_cumulative_contracts_in_the_table():
    known, expected = answer_key("A09")
    figures = {"to_2020": "F005a", "in_2021": "F007", "in_2023": "F167", "in_2024": "F169a"}
    figures["from_2021_to_2024"] = "F171"
    assert {name: cited(figure) for name, figure in figures.items()} == known
    yearly = [known["in_2021"], known["in_2023"], known["in_2024"]]
    in_2022 = known["from_2021_to_2024"] - sum(yearly)
    totals = np.cumsum([known["to_2020"] + yearly[0] + in_2022, *yearly[1:]])
    assert [in_2022, *totals] == expected


amounts = st.floats(0.01, 1e5)
growth_factors = st.floats(0, 5)


def structures(count):
    rows = st.lists(st.tuples(*[amounts] * count), min_size=2, max_size=12)
    return rows.map(lambda rows: [pd.Series(column) for column in zip(*rows)])


@given(structures(2))
def test_quotients_average_to_one_with_the_shares_of_the_reference(pair):
    region, reference = pair
    weights = reference / reference.sum()
    assert location_quotient(region, reference) @ weights == pytest.approx(1)
    assert locational_gini(reference, reference) == pytest.approx(0, abs=1e-12)


@given(structures(2), st.floats(0.01, 100))
def test_krugman_is_a_distance_between_shares(pair, factor):
    one, other = pair
    index = krugman_index(one, other)
    assert 0 <= index <= 2 + 1e-12
    assert krugman_index(other, one) == pytest.approx(index)
    assert krugman_index(one * factor, other) == pytest.approx(index, abs=1e-9)
    assert krugman_index(one, one) == 0


@given(structures(3))
def test_krugman_takes_no_short_cut(three):
    one, other, between = three
    detour = krugman_index(one, between) + krugman_index(between, other)
    assert krugman_index(one, other) <= detour + 1e-12


@given(structures(1), st.integers(2, 5))
def test_splitting_every_unit_divides_the_index(single, pieces):
    (values,) = single
    split = np.repeat(values.to_numpy(), pieces) / pieces
    whole = herfindahl(values)
    assert herfindahl(split).index == pytest.approx(whole.index / pieces)
    assert -1e-12 <= whole.normalised <= 1
    assert whole.equivalent_number + 1e-9 >= 1 and whole.equivalent_number <= len(values) + 1e-9


@given(structures(3), st.lists(growth_factors, min_size=36, max_size=36))
def test_parts_add_up_whatever_the_data(three, factors):
    region, rest, _ = three
    later = region * factors[: len(region)]
    rest_later = rest * factors[12 : 12 + len(rest)]
    before, after = region + rest, later + rest_later
    change = later - region
    close = {"rtol": 1e-9, "atol": 1e-6 * before.sum()}
    parts = shift_share.classic(region, later, before, after)
    np.testing.assert_allclose(parts.sum(axis=1), change, **close)
    np.testing.assert_allclose(
        parts["national"].sum(), region.sum() * (after.sum() / before.sum() - 1), **close
    )
    finer = shift_share.esteban_marquillas(region, later, before, after)
    np.testing.assert_allclose(finer[["competitive", "allocation"]].sum(axis=1), parts["regional"], **close)
    np.testing.assert_allclose(finer.sum(axis=1), change, **close)
    others = shift_share.classic(rest, rest_later, before, after)
    np.testing.assert_allclose(parts["regional"] + others["regional"], 0, **close)


def test_an_industry_may_start_from_zero_in_the_region():
    start, end = pd.Series({"A": 0.0, "B": 10.0}), pd.Series({"A": 5.0, "B": 10.0})
    nation = pd.Series({"A": 50.0, "B": 50.0})
    parts = shift_share.classic(start, end, nation, nation)
    assert parts["regional"].to_dict() == {"A": 5, "B": 0}


def test_series_are_matched_by_label():
    region, reference = pd.Series({"A": 1, "B": 3}), pd.Series({"B": 2, "A": 2})
    assert location_quotient(region, reference).to_dict() == {"A": 0.5, "B": 1.5}
    assert krugman_index(region, reference) == 0.5


def test_cluster_index_takes_several_regions_and_is_one_for_the_whole():
    whole = {"jobs": 100, "firms": 10, "area": 40, "people": 900}
    assert cluster_index(**whole, whole=whole) == pytest.approx(1)
    two = pd.Series({"A": 1.0, "B": 2.0})
    assert list(cluster_index(two, two, two, two, whole=whole).index) == ["A", "B"]


REGION = pd.Series({"A": 60.0, "B": 40.0})


WHOLE = {"jobs": 100, "firms": 10, "area": 40, "people": 900}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: location_quotient(1, [1, 2]), "region must be a list, array or Series"),
        (lambda: location_quotient([1, 2], [0, 2]), "reference holds 0; every value must be a finite"),
        (lambda: location_quotient([-1, 2], [1, 2]), "region holds -1"),
        (lambda: location_quotient([0, 0], [1, 2]), "region must add up to more than zero"),
        (lambda: location_quotient(REGION, REGION.rename({"B": "C"})), "only one of them: B, C"),
        (lambda: krugman_index([1, 2], [1, 2, 3]), "one and other must have the same length"),
        (lambda: krugman_index([1, np.nan], [1, 2]), "one holds nan"),
        (lambda: herfindahl([5]), "values must hold two units or more"),
        (lambda: herfindahl("jobs"), "values must be a list, array or Series"),
        (lambda: locational_gini([1, 2], [1, 0]), "reference holds 0"),
        (lambda: cluster_index(0, 1, 1, 1, whole=WHOLE), "jobs holds 0"),
        (lambda: cluster_index(1, 1, 1, 1, whole={"jobs": 1}), "whole must hold jobs, firms, area, people"),
        (lambda: cluster_index(1, 1, 1, 1, whole=WHOLE | {"area": 0}), "whole['area'] holds 0"),
        (lambda: shift_share.classic([1], REGION, REGION, REGION), "start must be a labelled Series"),
        (lambda: shift_share.classic(REGION, REGION, REGION * 0, REGION), "reference_start holds 0 at A"),
        (lambda: shift_share.classic(REGION, -REGION, REGION, REGION), "end holds -60 at A"),
        (
            lambda: shift_share.esteban_marquillas(REGION * [0, 1], REGION, REGION, REGION),
            "start holds 0 at A; every value must be a finite number greater than zero",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert message in str(error.value)
