"""Evaluation: designs on simulated data whose effect is known, and error messages."""

import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from jingjinji.measures import evaluation
from tests.library.refused import refused

YEARS = pd.RangeIndex(2001, 2011)


def simulate() -> pd.DataFrame:
    """Seven units share a trend; the last is half of a and half of b, plus 2 from 2007 on."""
    rng = np.random.default_rng(2014)
    trend = np.linspace(0, 5, len(YEARS))[:, None] + rng.normal(0, 1, (len(YEARS), 6)).cumsum(
        axis=0
    )
    table = pd.DataFrame(trend, index=YEARS, columns=list("abcdef"))
    return table.assign(treated=(table["a"] + table["b"]) / 2 + np.where(YEARS >= 2007, 2.0, 0.0))


WORLD = simulate()


def test_synthetic_control_finds_what_was_put_in():
    fit = evaluation.synthetic_control(WORLD, "treated", list("abcdef"), 2007)
    assert fit.weights[["a", "b"]].tolist() == pytest.approx([0.5, 0.5], abs=0.01)
    assert fit.weights.sum() == pytest.approx(1) and fit.weights.min() > -1e-9
    assert fit.effect == pytest.approx(2, abs=0.02)
    for before, ratio in {
        1.0: 2,
        1e-13: np.inf,
        0.0: np.inf,
    }.items():  # rounding errors differ by processor
        gap = pd.Series(2.0, YEARS).where(YEARS >= 2007, before)
        assert evaluation.SyntheticControl(fit.weights, gap, 2007).ratio == pytest.approx(ratio)


def test_a_demeaned_fit_does_not_depend_on_the_level():
    unit = ("treated", list("abcdef"), 2007)
    higher = WORLD.assign(treated=WORLD["treated"] + 100)
    plain, raised = (evaluation.synthetic_control(w, *unit, demeaned=True) for w in (WORLD, higher))
    assert raised.gap.to_numpy() == pytest.approx(
        plain.gap.to_numpy()
    ) and plain.effect == pytest.approx(2)
    assert plain.gap.loc[:2006].mean() == pytest.approx(0)
    assert evaluation.synthetic_control(higher, *unit).misfit > 50


def test_placebos_never_use_the_unit_itself_and_their_p_by_hand():
    others = evaluation.placebos(WORLD, list("abcd"), 2007)
    assert all(list(others[unit].weights.index) == sorted(set("abcd") - {unit}) for unit in "abcd")
    values = {9: 1 / 4, 2: 3 / 4, 0: 1, 3: 2 / 4, np.inf: 1 / 4}
    assert {treated: evaluation.placebo_p(treated, [1, 2, 3]) for treated in values} == values
    assert evaluation.placebo_p(np.inf, [np.inf, 1]) == 2 / 3


def test_differences_agree_with_each_other_and_with_a_regression():
    treated = ["treated", "c"]
    start = 2007
    effect = evaluation.difference_in_differences(WORLD, treated, start)
    path = evaluation.event_study(WORLD, treated, base_year=2006)
    assert path[2006] == 0
    assert effect == pytest.approx(path.loc[start:].mean() - path.loc[: start - 1].mean())
    rows = WORLD.rename_axis("year").melt(ignore_index=False, var_name="unit").reset_index()
    on = (rows["unit"].isin(treated) & (rows["year"] >= start)).astype(float).rename("on")
    effects = pd.get_dummies(rows[["unit", "year"]].astype(str), drop_first=True, dtype=float)
    regressors = sm.add_constant(pd.concat([on, effects], axis=1))
    assert effect == pytest.approx(sm.OLS(rows["value"], regressors).fit().params["on"])


def test_randomisation_counts_every_group():
    pairs = itertools.combinations(WORLD, 2)
    effects = {pair: evaluation.difference_in_differences(WORLD, pair, 2007) for pair in pairs}
    as_large = [abs(effect) >= abs(effects["a", "treated"]) - 1e-9 for effect in effects.values()]
    assert evaluation.randomisation_p(WORLD, ["a", "treated"], 2007) == pytest.approx(
        np.mean(as_large)
    )


test_errors = refused(
    (
        lambda: evaluation.synthetic_control(WORLD, "z", ["a", "b"], 2007),
        "outcome has no column for z.",
    ),
    (
        lambda: evaluation.synthetic_control(WORLD, "a", ["a", "b"], 2007),
        "two or more units without the",
    ),
    (
        lambda: evaluation.synthetic_control(WORLD, "a", ["b", "c"], 2002),
        "start must leave 2 year(s) before",
    ),
    (
        lambda: evaluation.synthetic_control(WORLD[::-1], "a", ["b", "c"], 2007),
        "each year once, in order",
    ),
    (
        lambda: evaluation.synthetic_control(WORLD[WORLD > 0], "a", ["b", "c"], 2007),
        "missing value for a",
    ),
    (lambda: evaluation.difference_in_differences(WORLD, list(WORLD), 2007), "but not of all"),
    (lambda: evaluation.event_study(WORLD, ["a"], 1999), "base_year must be one of the years"),
    (
        lambda: evaluation.group_differences(WORLD.loc[2001], size=7),
        "size must be from 1 to 6; got 7.",
    ),
)


def test_group_differences_are_residuals_from_the_fit_of_the_other_units():
    rng = np.random.default_rng(0)
    change = pd.Series(rng.normal(size=8), list("abcdefgh"))
    controls = pd.DataFrame({"level": rng.normal(size=8), "mark": [0, 1] * 4}, change.index)
    differences = evaluation.group_differences(change, controls, size=2)
    rest = change.index.drop(["b", "e"])
    fit = sm.OLS(change[rest], sm.add_constant(controls.loc[rest])).fit()
    expected = fit.predict(sm.add_constant(controls, has_constant="add").loc[["b", "e"]])
    assert len(differences) == 28
    assert differences["b, e"] == pytest.approx((change[["b", "e"]] - expected).mean())


def test_an_effect_is_rejected_if_the_rest_is_as_far_as_few_placebos():
    placebos = [*range(-19, 20)]
    low, high = evaluation.not_rejected(-2.0, placebos, level=0.1)
    for effect in (low, high, low - 0.5, high + 0.5):
        rest = abs(-2.0 - effect)
        share = (1 + sum(abs(one) >= rest for one in placebos)) / (len(placebos) + 1)
        assert (share > 0.1) == (low <= effect <= high)
    assert evaluation.not_rejected(1, [0.5])[1] == np.inf
