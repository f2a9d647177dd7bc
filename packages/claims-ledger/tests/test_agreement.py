"""Cohen's kappa and its interval, against published numbers and at its edges."""

from math import isnan

import pytest
from claims_ledger.agreement import kappa
from claims_ledger.records import list_labels, measure_agreement


def spread(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """Two coders' labels that give a table of agreement."""
    pairs = [(i, j) for i, row in enumerate(table) for j, times in enumerate(row) for _ in range(times)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def test_kappa_and_interval_are_the_published_ones():
    """As SAS prints them for this table, which the tests of statsmodels carry too."""
    found = kappa(*spread([[0, 4, 1], [0, 8, 0], [0, 1, 5]]))
    assert (found.value, found.low, found.high) == pytest.approx((0.4842, 0.2137, 0.7547), abs=0.00005)


def test_one_label_for_all_says_nothing_and_nothing_coded_is_refused():
    assert isnan(kappa(["a", "a"], ["a", "a"]).value)
    with pytest.raises(ValueError, match="there are 0 and 0"):
        kappa([], [])


def test_labels_follow_from_each_coders_readings(toy):
    labels = list_labels(toy)
    assert labels["ann"] == {"T-1": "supported", "T-2": "not supported", "T-3": "not testable as worded"}
    assert labels["bob"]["T-2"] == "open" and labels["settled"]["T-2"] == "not supported"
    found = measure_agreement(toy)
    assert (found["agreed"], found["of"]) == (2, 3) and found["low"] < found["kappa"] < 1
    assert [one["claim_id"] for one in found["unlike"]] == ["T-2"]
