"""Verdicts that a notebook files."""

from math import nan

import pytest
from sealed_readings import cards
from sealed_readings.results import VERDICT_MIME


def test_a_claim_keeps_the_digits_that_the_article_prints(toy):
    claim = cards.get_claim(toy, "T-2")
    assert (claim.printed, claim.value, claim.unit, claim.caution) == ("1200", 1200, "trees", None)
    assert "T-2" in claim._repr_html_()
    with pytest.raises(ValueError, match="no claim is called 'T-9'; the ids run from T-1 to T-3"):
        cards.get_claim(toy, "T-9")


def test_a_verdict_shows_and_files_sentence_numbers_and_places(toy):
    verdict = cards.make_verdict(
        toy, "T-2", "It fails.", {"a": 1310.00012}, 2023, {"a": {"Northtown": 1310}}
    )
    bundle = verdict._repr_mimebundle_()
    assert bundle[VERDICT_MIME] == {
        "claim": "T-2",
        "statement": "Northtown has 1200 street trees.",
        "sentence": "It fails.",
        "numbers": {"a": {"number": 1310, "low": 1310, "high": 1310, "from": "2023", "to": "2023"}},
        "places": {"a": {"Northtown": 1310}},
    }
    assert "Found: 1,310 trees, 2023; to hold, 1,150 to less than 1,250." in bundle["text/plain"]
    ends = cards.make_verdict(
        toy, "T-2", "It is open.", {"a": (1200, 1300)}, {"a": ("2022", "2023-05")}
    )
    assert ends.filed["numbers"]["a"]["number"] is None
    assert "Found: 1,200 to 1,300 trees, 2022 to 2023-05;" in str(ends)
    undated = cards.make_verdict(toy, "T-2", "It fails.", {"a": 1310}, cards.UNDATED)
    assert undated.filed["numbers"]["a"]["from"] == "" and "1,310 trees; to hold" in str(undated)
    table = cards.VerdictTable((verdict, verdict))._repr_mimebundle_()[VERDICT_MIME]["table"]
    assert [each["claim"] for each in table] == ["T-2", "T-2"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"claim_id": "T-1", "numbers": {"a": (0.5, 0.6, 0.7)}},
            "'a' of T-1: the number 0.5 lies outside",
        ),
        ({"numbers": {"z": 1}}, "T-2 has no reading 'z' of the kind number; it has: a"),
        ({"numbers": {"b": 1}}, "no reading 'b' of the kind number"),
        ({"claim_id": "T-3"}, "T-3 has no reading 'a' of the kind number; it has none"),
        ({"sentence": " "}, "needs a `sentence`"),
        ({"numbers": {"a": nan}}, "nan is not a finite number"),
    ],
)
def test_only_numbers_of_readings_with_dates_are_filed(toy, wrong, message):
    right = {"claim_id": "T-2", "sentence": "No.", "numbers": {"a": 1}, "period": 2023}
    with pytest.raises(ValueError, match=message):
        cards.make_verdict(toy, **right | wrong)


@pytest.mark.parametrize(
    "period",
    [None, "soon", (), (2022,), (2022, 2013), 2019.0, {"b": 2022}, {}]
    + ["2022-13-40", "2022-02-30", "2022-13", "202", "2022-1", ("2022", "2022-00")],
)
def test_no_number_is_filed_without_a_period_of_the_calendar(toy, period):
    with pytest.raises(
        ValueError, match="must be a year such as 2022|for which no number is given"
    ):
        cards.make_verdict(toy, "T-2", "No.", {"a": 1}, period)
