"""The curve of choices: results known by construction, placebos, the chart and error messages."""

import json
import re

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
        return None  # no level is known
    level = 1 if control == "level" else 0
    return -10 + (4 if outcome == "GDP" else 0) + (7 if last_year < 2019 else 0) + level


CURVE = choices.run(made, MADE, holds="< 0")


def test_all_combinations_run_once_and_none_is_no_number():
    assert len(CURVE.table) == 11 and not CURVE.table[CURVE.dimensions].duplicated().any()
    (failed,) = CURVE.not_computed.to_dict("records")
    assert [*failed.values()] == ["GDP", 2018, "level"]
    assert CURVE.headline["estimate"] == -10 and CURVE.table["headline"].sum() == 1
    taken = choices.set_up(end={1: "a", 2: "b"}, headline={"end": 2})["taken"]
    assert taken.tolist() == ["rival", "headline"]
    by_hand = [-10, -9, -6, -5, -3, -3, -2, -2, 1, 1, 2]
    assert CURVE.table["estimate"].tolist() == by_hand and CURVE.table["holds"].sum() == 8


def test_the_options_that_turn_a_claim_are_found():
    assert CURVE.sentence == (
        "Below zero in 8 of 11 estimates; it turns with outcome GDP to 2018 or earlier; "
        "1 combination gives no number."
    )
    assert CURVE.turns["change"].tolist() == [f"with outcome GDP to {year}" for year in (2017, 2018)]
    assert (CURVE.turns["changes"] == 2).all() and (CURVE.turns["estimate"] > 0).all()
    shares = CURVE.by_option.set_index(["dimension", "option"])["share"]
    assert shares["outcome", "GDP per head"] == 1 and shares["last_year", 2017] == 0.5
    assert (2024 not in CURVE.by_option["option"].tolist()) and CURVE.by_option["of"].iloc[0] == 6


NUMBERS = dict.fromkeys(range(1, 7), "made")
SIX = choices.set_up(a=NUMBERS)


@pytest.mark.parametrize(
    ("estimate", "sentence"),
    [
        (lambda a, b: 1, "Grew in all 36."),
        (lambda a, b: 3 - a, "Grew in 12 of 36, only at 2 or less."),
        (lambda a, b: -1 if (a, b) == (2, 3) else 1, "35 of 36; it turns at 2 with b 3."),
        (lambda a, b: 1 if a == 3 else -1, "Grew in 6 of 36, only at 3."),
        (lambda a, b: a + b - 11, "1 of 36, only at 6 with b 6."),
        (
            lambda a, b: (a + b) % 7 - 0.5 + a / 1e3 + b / 1e4,
            "at 1 with b 6, and at 2 with b 5, and in 4 others.",
        ),
    ],
)
def test_the_sentence_reports_where_a_claim_turns(estimate, sentence):
    options = choices.set_up(a=NUMBERS, b=NUMBERS, says={"a": "at {}"})
    curve = choices.run(estimate, options, holds="> 0", claim="Grew")
    assert curve.sentence.replace("36 estimates", "36").endswith(sentence)


def test_a_headline_that_fails_is_turned_by_options_that_hold_and_rounding_errors_turn_nothing():
    curve = choices.run(lambda a: a - 1, SIX, holds=">= 2")
    assert not curve.headline["holds"] and curve.turns["change"].tolist() == [
        f"with a {a}" for a in (3, 4, 5, 6)
    ]
    curve = choices.run(lambda a: 0.1 + 0.2 if a == 1 else 0.3, SIX, holds="> 0.3")
    assert curve.sentence.startswith("Above 0.3 in none of the 1 distinct estimates (6") and curve.table[
        "a"
    ].tolist() == list(NUMBERS)


def crowd(a):
    """Return ten units: the unit of interest ranks lowest for odd options and sixth for even ones."""
    return pd.Series([-5.0 if a % 2 else 0.5, *np.arange(-4.0, 5.0)], ["ours", *"abcdefghi"])


PLACEBO = choices.run(crowd, SIX, holds="< 0", own="ours")


def test_a_placebo_ranks_the_unit_of_interest_for_each_option():
    ranks = PLACEBO.table.set_index("a")["rank"]
    assert ranks[[1, 3, 5]].tolist() == [1] * 3 and ranks[[2, 4, 6]].tolist() == [6] * 3
    assert (PLACEBO.table["units"] == 10).all()
    assert PLACEBO.placebo.loc["ours", "holding"] == 1 and PLACEBO.placebo.loc["a", "holding"] == 2
    assert PLACEBO.placebo_sentence == (
        "It holds as often (1 of 2) for 5 of 10 units, ours among them, whose rank is 1 to 6."
    )
    upwards = choices.run(crowd, SIX, holds="> 0", own="ours")
    assert upwards.table.set_index("a")["rank"].loc[1] == 10


def test_combinations_with_one_number_count_once_and_the_headline_stands_for_them():
    options = choices.set_up(a={1: "x", 2: "y", 3: "z"}, b={"m": "x", "n": "y"}, headline={"b": "n"})
    curve = choices.run(lambda a, b: a / 7 - (0.2 if b == "n" and a == 3 else 0), options, holds="> 0.25")
    assert (curve.holding, curve.distinct, len(curve.table)) == (2, 4, 6)
    assert curve.table.loc[curve.table["headline"], "distinct"].all()
    assert curve.by_option[["holding", "of"]].to_numpy().tolist() == [[0, 1], [1, 1], [1, 2], [2, 3], [1, 3]]
    assert curve.range == (1 / 7, 3 / 7)
    start = "Above 0.25 in 2 of 4 distinct estimates (6 combinations)"
    assert curve.sentence.startswith(start) and curve.sentence.endswith("only with a 2 or with a 3 with b m.")


REFUSED = {fork: f"a reason of four words against {fork}" for fork in choices.FORKS if fork[-4:] != "year"}


def test_a_gate_asks_for_each_generic_fork():
    pairs = choices.spans([2013, 2014, 2022], "every pair")
    options = choices.set_up(years=pairs, refused=REFUSED)
    assert options["option"].tolist()[:3] == ["2013 to 2014", "2013 to 2022", "2014 to 2022"]
    assert choices.run(lambda years: years[1] - years[0] + 0.5, options).table["estimate"].max() == 9.5
    curve = choices.run(lambda years: 2020.5 - years[1], options)
    assert (
        curve.sentence == "Above zero in 1 of 2 distinct estimates (3 combinations), only from 2013 to 2014."
    )
    assert curve.refused["fork"].tolist()[:2] == ["prices", "record"]


def test_what_options_share_is_said_once():
    kinds = choices.set_up(prices=dict.fromkeys(["current", "consumer", "2019 prices", "producer"], "made"))
    curve = choices.run(lambda prices: 1.5 if prices in ("current", "2019 prices") else -1.5, kinds)
    assert curve.sentence.endswith("only at current or 2019 prices.")


def test_an_option_is_added():
    options = choices.add(MADE, last_year={2012: "the reader's"})
    assert options.iloc[-1][["option", "taken", "words"]].tolist() == [2012, "rival", "to 2012"]
    assert choices.run(made, options, holds="< 0").distinct == CURVE.distinct + 4


def test_an_effect_is_rejected_if_the_rest_is_as_far_as_few_placebos():
    placebos = [*range(-19, 20)]
    low, high = choices.not_rejected(-2.0, placebos, level=0.1)
    for effect in (low, high, low - 0.5, high + 0.5):
        rest = abs(-2.0 - effect)
        share = (1 + sum(abs(one) >= rest for one in placebos)) / (len(placebos) + 1)
        assert (share > 0.1) == (low <= effect <= high)
    assert choices.not_rejected(1, [0.5])[1] == np.inf


def test_the_chart_draws_and_describes_every_distinct_estimate():
    intervals = choices.run(lambda a: {"estimate": a, "low": a - 2, "high": a + 2}, SIX, holds="> 2.5")
    clear = choices.run(lambda a: {"estimate": a, "low": a - 2, "high": a + 2}, SIX, holds="low > 0")
    assert clear.table["holds"].equals(clear.table["estimate"] > 2)
    for curve in (CURVE, PLACEBO, intervals):
        chart = curve.draw("A title", unit="log %")
        spec = json.loads(chart.to_json())
        drawn = max(spec["datasets"].values(), key=lambda rows: len(rows) * ("has" in rows[0]))
        assert len(drawn) == curve.distinct and {row["claim"] for row in drawn} == {"holds", "turns"}
        assert curve.sentence in spec["description"]
        html = render_chart(spec)
        chips = [*re.findall(r'type="radio" disabled>([^<]+)<', html)]
        assert chips[0] == f"all choices: {curve.holding} of {curve.distinct}"
        assert [chip.rpartition(": ")[2] for chip in chips[1:]] == [
            f"{one.holding} of {one.of}" for one in curve.by_option.itertuples()
        ]
        assert len(spec["usermeta"]["follow"]["texts"]) == len(chips) == 1 + len(curve.by_option)
        assert chart.to_json() == curve.draw("A title", unit="log %").to_json()
    assert PLACEBO.placebo_sentence in PLACEBO.draw("A title").description
    # Keyboard navigation reads the options of a point once.
    vega = json.dumps(vl_convert.vegalite_to_vega(json.loads(CURVE.draw("A title").to_json())))
    assert vega.count("last year: ") == 1 and vega.count("control: ") == 1


ONE = choices.set_up(a={1: "made"})
test_errors = refused(
    (choices.set_up, "name at least one dimension, such as last_year={2017: 'in all vintages'}."),
    (lambda: choices.set_up(a=[1, 2]), "a must map each option to the reason why it is reasonable."),
    (lambda: choices.set_up(a={1: " "}), "a, 1 gives no reason: ' '."),
    (lambda: choices.set_up(a={None: "why"}), "an option of a must be a text, a number or a tuple"),
    (lambda: choices.set_up(a={1: "why"}, headline={"a": 2}), "the headline's 2 is not an option of a."),
    (lambda: choices.set_up(a={1: "why"}, left_out={"b": {2: "why"}}), "b is not a dimension; there are a."),
    (lambda: choices.run(lambda a: 1, ONE, holds="high < 0"), "which estimate does not return"),
    (lambda: choices.run(lambda a: 1, ONE, holds="below 0"), "holds must be a sign and a number"),
    (lambda: choices.run(lambda a: None, ONE), "the headline's combination gives no number."),
    (lambda: choices.run(lambda a: float("x"), ONE), "could not convert string to float"),
    (lambda: choices.set_up(a={1: "as above"}), "a, 1 gives no reason: 'as above'."),
    (lambda: choices.set_up(a={1: "made"}, refused=REFUSED), "the fork first_year (each first year that the"),
    (lambda: choices.set_up(prices={1: "made"}, refused=REFUSED), "the fork prices is taken and refused"),
    (lambda: choices.set_up(a={1: "made"}, refused={"a": "why"}), "a is not a generic fork; there are"),
    (lambda: choices.set_up(years={1: "made"}, refused=REFUSED | {"cut": "no"}), "cut is refused without a"),
    (lambda: choices.add(ONE, b={1: "why"}), "b is not a dimension; there are a."),
    (lambda: choices.add(ONE, a={1: "why"}), "a has the option 1 already."),
    (lambda: choices.run(lambda a: "words", ONE), "estimate must return a number, a dictionary with"),
    (lambda: choices.run(lambda a: 1, ONE, own="ours"), "with own='ours', estimate must return a Series"),
    (lambda: choices.run(lambda a: 1, ONE).placebo, "there is no placebo: let estimate return a Series"),
)  # fmt: skip
