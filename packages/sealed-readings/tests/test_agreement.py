"""Cohen's kappa, against a published number and at its edges; agreement at every level."""

import pytest
from sealed_readings.agreement import kappa, measure_agreement
from sealed_readings.folder import Folder


def test_kappa_is_the_published_one():
    """As SAS prints it for this table, which the tests of statsmodels use too."""
    table = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
    pairs = [
        (i, j) for i, row in enumerate(table) for j, times in enumerate(row) for _ in range(times)
    ]
    assert kappa(pairs) == pytest.approx(0.4842, abs=0.00005)


@pytest.mark.parametrize("pairs", [[], [("a", "a")] * 2])
def test_nothing_coded_and_a_single_label_have_no_kappa(pairs):
    assert kappa(pairs) is None


def test_agreement_is_measured_at_every_level_and_with_the_settled_readings(toy):
    agreement = measure_agreement(toy)
    levels = {
        one["level"]: [(p["agreed"], p["of"]) for p in one["pairs"]] for one in agreement["levels"]
    }
    assert levels["testable"] == [(3, 3)] * 3
    assert levels["limits of the core"] == [(1, 2), (2, 2), (1, 2)]
    pairs = [pair["who"] for pair in agreement["levels"][0]["pairs"]]
    assert pairs == [["ann", "bob"], ["ann", "settled"], ["bob", "settled"]]
    assert agreement["coders"][0]["coder_is"] == "a clerk"
    assert [one["by_heart"]["rows"] for one in agreement["coders"]] == [1, 0, 1]
    (toy.path / "coding" / "seals.csv").unlink()
    assert measure_agreement(Folder(toy.path)) == {}
