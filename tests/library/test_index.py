"""Composite indices: properties and error messages."""

import itertools

import pandas as pd
import pytest

from jingjinji.measures import index
from tests.library.refused import refused

TABLE = pd.DataFrame({"income": [10.0, 20, 30, 25], "gap": [3.0, 2, 1, 2], "trade": [1.0, 9, 2, 4]})
SIGNS = {"income": 1, "gap": -1, "trade": 1}


def test_degree_rises_with_the_level_and_takes_weights():
    table = index.coupling_coordination(pd.DataFrame([[0.1, 0.2], [0.2, 0.4]]))
    assert table["coupling"][0] == pytest.approx(table["coupling"][1])
    assert table["degree"][1] / table["degree"][0] == pytest.approx(2**0.5)
    assert index.coupling(pd.DataFrame([[0.2] * 3]), corrected=True)[0] == pytest.approx(1)
    row = pd.DataFrame([[0.2, 0.8]], columns=["a", "b"])
    assert index.coupling_coordination(row, pd.Series({"b": 3, "a": 1}))["level"][
        0
    ] == pytest.approx(0.65)


def test_means_by_hand():
    weights = pd.Series({"b": 1, "a": 3, "c": 0})
    row = pd.DataFrame({"a": [0.5], "b": [0.25], "c": [0.0]})
    assert index.aggregate(row, weights)[0] == pytest.approx(0.4375)
    assert index.aggregate(row, weights, "geometric")[0] == pytest.approx((0.5**3 * 0.25) ** 0.25)


def test_the_best_place_in_all_indicators_is_first_in_every_index():
    table = TABLE.assign(trade=[1.0, 4, 9, 4])
    weights = pd.Series([1.0, 2, 3], TABLE.columns)
    ways = itertools.product(index.SCALINGS, ("arithmetic", "geometric"))
    recipes = [
        index.Recipe(*way, "by hand", weights) for way in ways if way != ("z-score", "geometric")
    ]
    assert len(recipes) == 5
    assert {index.score(table, SIGNS, recipe).idxmax() for recipe in recipes} == {2}


test_errors = refused(
    (lambda: index.min_max(TABLE, {"income": 1}), "directions must name"),
    (lambda: index.min_max(TABLE, {**SIGNS, "gap": 2}), "1 (more is better) or -1"),
    (lambda: index.min_max(TABLE.assign(gap=1.0), SIGNS), "gap does not"),
    (lambda: index.entropy_weights(TABLE.head(1)), "two rows"),
    (lambda: index.entropy_weights(pd.DataFrame({"a": [1, 1]})), "at least one column"),
    (lambda: index.aggregate(TABLE, pd.Series(0.0, TABLE.columns)), "more than zero"),
    (lambda: index.aggregate(TABLE, pd.Series(1.0, TABLE.columns), "harmonic"), "'geometric'"),
    (lambda: index.coupling(TABLE), "share from 0 to 1"),
    (lambda: index.coupling(TABLE[["gap"]] / 3), "two columns"),
    (lambda: index.coupling(pd.DataFrame([[0.0, 0.0]])), "not defined where all systems are 0"),
)
