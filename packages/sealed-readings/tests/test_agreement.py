"""Cohen's kappa and its interval, against published numbers and at its edges."""

from math import isnan

import pytest
from sealed_readings.agreement import kappa, list_labels, measure_agreement, read_codings
from sealed_readings.folder import Folder


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


def test_a_coders_label_follows_from_the_settled_readings_that_take_its_own_over(toy):
    labels = list_labels(toy, read_codings(toy))
    assert labels["ann"] == {"T-1": "supported", "T-2": "not-supported", "T-3": "not-testable"}
    assert labels["bob"]["T-2"] == "open", "whose reading was not taken over"
    assert labels["settled"] == labels["ann"]


def test_agreement_is_measured_at_every_level_and_with_what_was_settled(toy):
    found = measure_agreement(toy)
    levels = {one["level"]: [(p["agreed"], p["of"]) for p in one["pairs"]] for one in found["levels"]}
    assert levels["testable"] == levels["family"] == [(3, 3)] * 3
    assert levels["limits of the core"] == [(1, 2), (2, 2), (1, 2)]
    assert levels["label"] == [(2, 3), (3, 3), (2, 3)]
    assert found["unlike"][0]["labels"] == ["not-supported", "open", "not-supported"]
    assert [one["who"] for one in found["levels"][0]["pairs"]][1:] == [["ann", "settled"], ["bob", "settled"]]
    assert found["coders"][0]["coder_is"] == "a clerk"
    (toy.path / "coding" / "seals.csv").unlink()
    assert measure_agreement(Folder(toy.path)) == {}
