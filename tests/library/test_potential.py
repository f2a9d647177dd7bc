"""Potential and Huff shares, and what the course takes from libraries: gravity and floating catchments."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from access import Access
from access.access import weights
from hypothesis import given
from hypothesis import strategies as st

from jingjinji import data
from jingjinji.measures.potential import exponential, hansen, huff, power
from tests.library.answer_keys import answer_key

PLACES = list("ABC")
PEOPLE = pd.Series([100.0, 60.0, 30.0], index=PLACES)
MINUTES = pd.DataFrame([[0, 30, 60], [30, 0, 20], [60, 20, 0]], index=PLACES, columns=PLACES)


def test_t04_huff_shares():
    given_inputs, expected = answer_key("T04")
    centres = ["old", "new"]
    attraction = pd.Series(given_inputs["attraction"], index=centres)
    minutes = pd.DataFrame(given_inputs["minutes"], index=["Rock Creek", "Oak Hammock"], columns=centres)
    assert huff(attraction, minutes, power(2))["new"].tolist() == expected


def test_t06_reillys_law_is_a_ratio_of_two_huff_shares():
    given_inputs, expected = answer_key("T06")
    cities = ["first", "second"]
    people = pd.Series(given_inputs["people"], index=cities)
    miles = pd.DataFrame([given_inputs["miles"]], index=["town"], columns=cities)
    shares = huff(people, miles, power(2)).loc["town"]
    assert shares["first"] / shares["second"] == expected


def test_potential_by_hand():
    assert hansen(PEOPLE, MINUTES, power(1)).tolist() == pytest.approx(
        [60 / 30 + 30 / 60, 100 / 30 + 30 / 20, 100 / 60 + 60 / 20]
    )


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


@pytest.mark.parametrize(
    ("mass", "time", "message"),
    [
        (PEOPLE.to_list(), MINUTES, "mass must be a labelled Series"),
        (-PEOPLE, MINUTES, "mass holds -100 at A"),
        (PEOPLE, MINUTES.to_numpy(), "time must be a DataFrame"),
        (PEOPLE.drop("C"), MINUTES, "must name the same places; C differ"),
        (PEOPLE, MINUTES * 0, "greater than zero"),
        (PEOPLE, MINUTES.replace(30, np.nan), "greater than zero"),
    ],
)
def test_wrong_tables_are_refused_in_one_sentence(mass, time, message):
    with pytest.raises(ValueError, match=message):
        hansen(mass, time, power(1))


@pytest.mark.parametrize("decay", [power, exponential])
@pytest.mark.parametrize("parameter", [0, -1, np.inf])
def test_a_decay_must_fall(decay, parameter):
    with pytest.raises(ValueError, match="greater than zero"):
        decay(parameter)


def test_t01_gravity_by_formula():
    _, expected = answer_key("T01")
    model = "migrants ~ np.log(origin_outflow) + np.log(destination_inflow) + distance_km"
    fit = smf.glm(model, data.load("austrian_migration"), family=sm.families.Poisson()).fit()
    assert fit.params.tolist() == expected


def test_t02_gravity_by_matrix():
    _, expected = answer_key("T02")
    table = data.load("austrian_migration")
    masses = np.log(table[["origin_outflow", "destination_inflow"]])
    design = sm.add_constant(masses.assign(distance=table["distance_km"]))
    assert sm.GLM(table["migrants"], design, family=sm.families.Poisson()).fit().params.tolist() == expected


def catchment(inputs, most, weight):
    places = pd.DataFrame({"place": range(3), "people": inputs["people"], "doctors": inputs["doctors"]})
    minutes = pd.DataFrame(answer_key("T03b")[0]["minutes"])
    trips = minutes.rename_axis("start").melt(ignore_index=False, var_name="end", value_name="minutes")
    reach = Access(
        demand_df=places, demand_index="place", demand_value="people",
        supply_df=places, supply_index="place", supply_value="doctors",
        cost_df=trips.reset_index(), cost_origin="start", cost_dest="end", cost_name="minutes",
    )  # fmt: skip
    return reach.two_stage_fca(name="reach", max_cost=most, weight_fn=weight)["reach_doctors"].to_numpy()


def test_t03_supply_is_conserved():
    inputs, expected = answer_key("T03")
    assert catchment(inputs, 61, None) @ inputs["people"] == expected
    assert catchment(inputs, 61, weights.gravity(1, -1)) @ inputs["people"] == pytest.approx(135)


def test_t03b_catchment_with_weights():
    inputs, expected = answer_key("T03b")
    assert catchment(inputs, inputs["most"], weights.gravity(1, -1)).tolist() == expected
