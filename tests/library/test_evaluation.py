"""Evaluation: answer keys, designs on worlds whose effect is known, and errors that are clear."""

import itertools

import numpy as np
import pandas as pd
import pymrio
import pytest
import statsmodels.api as sm
from pysyncon import Dataprep, Synth

from jingjinji import data
from jingjinji.measures.evaluation import (
    difference_in_differences,
    event_study,
    injected_power,
    placebo_p,
    placebos,
    randomisation_p,
    specifications,
    synthetic_control,
)
from tests.library.answer_keys import answer_key

YEARS = pd.RangeIndex(2001, 2011)


@pytest.fixture(scope="module")
def world():
    """Simulated: seven units share a trend; the last is half of a and half of b, plus 2 from 2007 on."""
    rng = np.random.default_rng(2014)
    trend = np.linspace(0, 5, len(YEARS))[:, None] + rng.normal(0, 1, (len(YEARS), 6)).cumsum(axis=0)
    table = pd.DataFrame(trend, index=YEARS, columns=list("abcdef"))
    return table.assign(treated=(table["a"] + table["b"]) / 2 + 2.0 * (YEARS >= 2007))


def test_i01_leontief_inverse():
    given_inputs, expected = answer_key("I01")
    assert pymrio.calc_L(given_inputs["coefficients"]).ravel().tolist() == expected


def test_y01_and_y02_basque_country():
    fitted, weights = answer_key("Y01")
    judged, effect = answer_key("Y02")
    table = data.load("spanish_regions")
    before, sectors = range(fitted["first"], fitted["last"] + 1), range(1961, 1970, 2)
    prepared = Dataprep(
        foo=table,
        predictors=[name for name in table if name.startswith("school_")] + ["investment_ratio"],
        predictors_op="mean",
        time_predictors_prior=range(1964, 1970),
        special_predictors=[
            ("gdp_per_head", before, "mean"),
            *((name, sectors, "mean") for name in table if name.startswith("share_")),
            ("density", [1969], "mean"),
        ],
        dependent="gdp_per_head",
        unit_variable="region",
        time_variable="year",
        treatment_identifier="Basque Country",
        controls_identifier=[name for name in table["region"].unique() if name != "Basque Country"],
        time_optimize_ssr=before,
    )
    # Where the search of Nelder and Mead from equal weights ends, to three digits; it takes a minute.
    ended = [0.073, 0.120, 0.003, 0.102, 0.011, 0, 0.117, 0.063, 0.156, 0.096, 0.053, 0.002, 0.024, 0.181]
    synth = Synth()
    synth.fit(dataprep=prepared, custom_V=np.array(ended))
    assert synth.weights(round=6)[["Catalonia", "Madrid"]].tolist() == weights
    assert [synth.att(range(judged["first"], judged["last"] + 1))["att"]] == effect


def test_y03_and_y04_hong_kong():
    before, coefficients = answer_key("Y03")
    after, effect = answer_key("Y04")
    growth = data.load("quarterly_growth").pivot(index="quarter", columns="economy", values="growth")
    others = sm.add_constant(growth[["Austria", "Italy", "Korea", "Mexico", "Norway", "Singapore"]])
    fit = sm.OLS(growth["Hong Kong"][: before["quarters"]], others[: before["quarters"]]).fit()
    assert fit.params.tolist() == coefficients
    gap = (growth["Hong Kong"] - fit.predict(others))[before["quarters"] :]
    assert len(gap) == after["quarters"] and [gap.mean()] == effect


def test_y06_new_jersey():
    given_inputs, expected = answer_key("Y06")
    means = pd.DataFrame({"NJ": given_inputs["treated"], "PA": given_inputs["control"]}, index=[1, 2])
    assert [difference_in_differences(means, ["NJ"], start=2)] == expected


def test_synthetic_control_finds_what_was_put_in(world):
    fit = synthetic_control(world, "treated", list("abcdef"), 2007)
    assert fit.weights[["a", "b"]].tolist() == pytest.approx([0.5, 0.5], abs=0.01)
    assert fit.weights.sum() == pytest.approx(1) and fit.weights.min() > -1e-9
    assert fit.effect == pytest.approx(2, abs=0.02)
    assert fit.ratio == pytest.approx(np.sqrt((fit.gap.loc[2007:] ** 2).mean()) / fit.misfit)


def test_a_level_costs_a_demeaned_twin_nothing(world):
    donors, start = list("abcdef"), 2007
    own = synthetic_control(world, "treated", donors, start, demeaned=True)
    raised = synthetic_control(
        world.assign(treated=world["treated"] + 100), "treated", donors, start, demeaned=True
    )
    assert raised.gap.to_numpy() == pytest.approx(own.gap.to_numpy()) and own.effect == pytest.approx(2)
    assert own.gap.loc[: start - 1].mean() == pytest.approx(0)
    assert (
        synthetic_control(world.assign(treated=world["treated"] + 100), "treated", donors, start).misfit > 50
    )


def test_power_by_hand_and_at_its_ends(world):
    fits = placebos(world, list("abcdef"), 2007)
    ratios = [fit.ratio for fit in fits.values()]
    # Without an effect, only the most extreme unit is found at 1 in 6; with a huge one, each is.
    assert len(set(ratios)) == 6 and injected_power(fits, 0.0, level=1 / 6) == pytest.approx(1 / 6)
    assert injected_power(fits, 1e6, level=1 / 6) == 1
    found = [injected_power(fits, effect, level=1 / 3) for effect in (0, 5, 50)]
    assert found == sorted(found)


def test_placebos_never_use_the_unit_itself(world):
    others = placebos(world, list("abcd"), 2007)
    assert list(others) == list("abcd")
    assert all(list(fit.weights.index) == sorted(set("abcd") - {unit}) for unit, fit in others.items())


@pytest.mark.parametrize(("own", "p"), [(9, 1 / 4), (2, 3 / 4), (0, 1), (3, 2 / 4)])
def test_placebo_p_by_hand(own, p):
    assert placebo_p(own, [1, 2, 3]) == p


def test_differences_agree_with_each_other_and_with_a_regression(world):
    treated, start = ["treated", "c"], 2007
    effect = difference_in_differences(world, treated, start)
    path = event_study(world, treated, base_year=2006)
    assert path[2006] == 0
    assert effect == pytest.approx(path.loc[start:].mean() - path.loc[: start - 1].mean())
    rows = world.rename_axis("year").melt(ignore_index=False, var_name="unit").reset_index()
    on = (rows["unit"].isin(treated) & (rows["year"] >= start)).astype(float).rename("on")
    effects = pd.get_dummies(rows[["unit", "year"]].astype(str), drop_first=True, dtype=float)
    regressors = sm.add_constant(pd.concat([on, effects], axis=1))
    assert effect == pytest.approx(sm.OLS(rows["value"], regressors).fit().params["on"])


def test_randomisation_counts_every_group(world):
    groups = [list(group) for group in itertools.combinations(world, 2)]
    effects = {tuple(group): abs(difference_in_differences(world, group, 2007)) for group in groups}
    own = effects["a", "treated"]
    share = np.mean([effect >= own - 1e-9 for effect in effects.values()])
    assert randomisation_p(world, ["a", "treated"], 2007) == pytest.approx(share)


def test_every_combination_is_estimated_once():
    table = specifications(lambda x, y: {"estimate": x * y}, x=[1, 2, 3], y=[-1, 1])
    assert len(table) == 6 and table["estimate"].is_monotonic_increasing
    assert (table["x"] * table["y"] == table["estimate"]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda w: synthetic_control(w, "z", ["a", "b"], 2007), "outcome has no column for z."),
        (lambda w: synthetic_control(w, "a", ["a", "b"], 2007), "the treated unit is none of them"),
        (lambda w: synthetic_control(w, "a", ["b", "c"], 2002), r"start must leave 2 year\(s\) before it"),
        (lambda w: synthetic_control(w[::-1], "a", ["b", "c"], 2007), "each year once, in order"),
        (
            lambda w: synthetic_control(w.replace(w.iloc[0, 0], np.nan), "a", ["b", "c"], 2007),
            "missing value for a",
        ),
        (lambda w: difference_in_differences(w, list(w), 2007), "and not of all"),
        (lambda w: event_study(w, ["a"], 1999), "base_year must be one of the years"),
        (lambda w: placebo_p(np.nan, [1.0]), "must be finite numbers"),
        (lambda w: injected_power(placebos(w, list("abcd"), 2007), 1.0, 0.1), "level from 1 / their number"),
        (lambda w: specifications(max, x=[]), "each with at least one option"),
    ],
)
def test_bad_input_gets_one_clear_sentence(world, call, message):
    with pytest.raises(ValueError, match=message):
        call(world)
