"""The curve of choices: results known by construction, placebos, the chart and error messages."""

import json

import numpy as np
import pandas as pd
import pytest
import vl_convert
from still_charts.shared import render_chart

from jingjinji import choices
from tests.library.refused import refused

MADE = choices.set_up(
    outcome={"GDP per head": "what a resident has", "GDP": "the plan moves residents"},
    last_year={2023: "the longest", 2017: "in all vintages", 2018: "before the census"},
    control={"none": "as it is", "level": "the rich fall back"},
    left_out={"last_year": {2024: "one vintage only"}},
)


def made(outcome, last_year, control):
    """Return a number that is below zero except for years before 2019 with GDP."""
    if outcome == "GDP" and control == "level" and last_year == 2018:
        raise ValueError("no level is known.")
    level = 1 if control == "level" else 0
    return -10 + (4 if outcome == "GDP" else 0) + (7 if last_year < 2019 else 0) + level


CURVE = choices.run(made, MADE, holds="< 0")


def test_options_are_the_headline_rivals_or_left_out():
    years = MADE[MADE["dimension"] == "last_year"].set_index("option")["taken"]
    assert years.to_dict() == {2023: "headline", 2017: "rival", 2018: "rival", 2024: "left out"}
    other = choices.set_up(end={1: "a", 2: "b"}, headline={"end": 2})
    assert other["taken"].tolist() == ["rival", "headline"]


def test_all_combinations_run_once_and_failures_have_a_reason():
    assert len(CURVE.table) == 11 and not CURVE.table[CURVE.dimensions].duplicated().any()
    (failed,) = CURVE.not_computed.to_dict("records")
    assert [*failed.values()] == ["GDP", 2018, "level", "no level is known."]
    assert CURVE.headline["estimate"] == -10 and CURVE.table["headline"].sum() == 1
    by_hand = [-10, -9, -6, -5, -3, -3, -2, -2, 1, 1, 2]
    assert CURVE.table["estimate"].tolist() == by_hand and CURVE.table["holds"].sum() == 8


def test_the_options_that_turn_a_claim_are_found():
    assert CURVE.sentence == (
        "Holds in 8 of 11 specifications; turns where the outcome is GDP and the last year is 2018 or "
        "earlier; 1 more cannot be computed."
    )
    assert CURVE.turns["change"].tolist() == [f"outcome GDP and last year {year}" for year in (2017, 2018)]
    assert (CURVE.turns["changes"] == 2).all() and (CURVE.turns["estimate"] > 0).all()
    shares = CURVE.by_option.set_index(["dimension", "option"])["share"]
    assert shares["outcome", "GDP per head"] == 1 and shares["last_year", 2017] == 0.5
    assert (2024 not in CURVE.by_option["option"].tolist()) and CURVE.by_option["of"].iloc[0] == 6


NUMBERS = dict.fromkeys(range(1, 7), "made")
SIX = choices.set_up(a=NUMBERS)


@pytest.mark.parametrize(
    ("estimate", "sentence"),
    [
        (lambda a, b: 1, "Holds in all 36."),
        (lambda a, b: 3 - a, "Holds in 12 of 36; turns where the a is 3 or more."),
        (lambda a, b: -1 if (a, b) == (2, 3) else 1, "35 of 36; turns where the a is 2 and the b is 3."),
        (lambda a, b: 1 if a == 3 else -1, "Holds in 6 of 36; turns where the a is not 3."),
        (lambda a, b: a + b - 11, "1 of 36; turns where the a is 5 or less and where the b is 5 or less."),
        (lambda a, b: (a + b) % 7 - 0.5, "b is 6 and where the a is 2 and the b is 5 and in 4 others."),
    ],
)
def test_the_sentence_reports_where_a_claim_turns(estimate, sentence):
    curve = choices.run(estimate, choices.set_up(a=NUMBERS, b=NUMBERS), holds="> 0")
    assert curve.sentence.replace("36 specifications", "36").endswith(sentence)


def test_a_headline_that_fails_is_turned_by_options_that_hold_and_rounding_errors_turn_nothing():
    curve = choices.run(lambda a: a - 1, SIX, holds=">= 2")
    assert not curve.headline["holds"] and curve.turns["change"].tolist() == ["a 3", "a 4", "a 5", "a 6"]
    curve = choices.run(lambda a: 0.1 + 0.2 if a == 1 else 0.3, SIX, holds="> 0.3")
    assert curve.sentence.startswith("Holds in none") and curve.table["a"].tolist() == list(NUMBERS)


def crowd(a):
    """Return ten units: the unit of interest ranks lowest for odd options and sixth for even ones."""
    return pd.Series([-5.0 if a % 2 else 0.5, *np.arange(-4.0, 5.0)], ["ours", *"abcdefghi"])


PLACEBO = choices.run(crowd, SIX, holds="< 0", own="ours")


def test_a_placebo_ranks_the_unit_of_interest_for_each_option():
    ranks = PLACEBO.table.set_index("a")["rank"]
    assert ranks[[1, 3, 5]].tolist() == [1] * 3 and ranks[[2, 4, 6]].tolist() == [6] * 3
    assert (PLACEBO.table["units"] == 10).all()
    assert PLACEBO.placebo.loc["ours", "holding"] == 3 and PLACEBO.placebo.loc["a", "holding"] == 6
    assert PLACEBO.placebo_sentence == (
        "It holds as often (3 of 6) for 5 of 10 units, ours among them, whose rank is 1 to 6."
    )
    upwards = choices.run(crowd, SIX, holds="> 0", own="ours")
    assert upwards.table.set_index("a")["rank"].loc[1] == 10


def test_the_chart_draws_and_describes_every_estimate():
    intervals = choices.run(lambda a: {"estimate": a, "low": a - 2, "high": a + 2}, SIX, holds="> 2.5")
    for curve in (CURVE, PLACEBO, intervals):
        chart = curve.draw("A title", unit="log %")
        spec = json.loads(chart.to_json())
        drawn = max(spec["datasets"].values(), key=len)
        assert len(drawn) == len(curve.table) and {row["claim"] for row in drawn} == {"holds", "turns"}
        assert curve.sentence in spec["description"]
        html = render_chart(spec)
        assert all(f">{option}<" in html for option in curve.by_option["option"])
        assert chart.to_json() == curve.draw("A title", unit="log %").to_json()
    assert PLACEBO.placebo_sentence in PLACEBO.draw("A title").description
    # Keyboard navigation reads the options of a point once.
    vega = json.dumps(vl_convert.vegalite_to_vega(json.loads(CURVE.draw("A title").to_json())))
    assert vega.count("last year: ") == 1 and vega.count("control: ") == 1


ONE = choices.set_up(a={1: "made"})
test_errors = refused(
    (choices.set_up, "name at least one dimension, such as last_year={2017: 'in all vintages'}."),
    (lambda: choices.set_up(a=[1, 2]), "a must map each option to the reason why it is reasonable."),
    (lambda: choices.set_up(a={1: " "}), "a gives no reason for 1."),
    (lambda: choices.set_up(a={None: "why"}), "an option of a must be a text or a number; got None."),
    (lambda: choices.set_up(a={1: "why"}, headline={"a": 2}), "the headline's 2 is not an option of a."),
    (lambda: choices.set_up(a={1: "why"}, left_out={"b": {2: "why"}}), "b is not a dimension; there are a."),
    (lambda: choices.run(lambda a: 1, ONE, holds="below 0"), "holds must be a sign and a number"),
    (lambda: choices.run(lambda a: float("x"), ONE), "the headline itself cannot be computed: could not"),
    (lambda: choices.run(lambda a: "words", ONE), "estimate must return a number, or a dictionary with"),
    (lambda: choices.run(lambda a: 1, ONE, own="ours"), "with own='ours', estimate must return a Series"),
    (lambda: choices.run(lambda a: 1, ONE).placebo, "there is no placebo: let estimate return a Series"),
)  # fmt: skip
