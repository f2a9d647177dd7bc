"""What a notebook files: verdicts that follow from readings."""

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
    verdict = cards.make_verdict(toy, "T-2", "It fails.", {"a": 1310.00012}, {"a": {"Northtown": 1310}})
    bundle = verdict._repr_mimebundle_()
    filed = bundle[VERDICT_MIME]
    assert filed["sentence"] == "It fails." and filed["numbers"] == {"a": [1310, 1310, 1310]}
    assert filed["places"] == {"a": {"Northtown": 1310}}
    assert "Found: 1,310 trees; to hold, 1,150 to less than 1,250." in bundle["text/plain"]
    ends = cards.make_verdict(toy, "T-2", "It is open.", {"a": (1200, 1300)})
    assert ends.filed["numbers"] == {"a": [None, 1200, 1300]} and "Found: 1,200 to 1,300 trees" in str(ends)
    table = cards.VerdictTable((verdict, verdict))._repr_mimebundle_()[VERDICT_MIME]["table"]
    assert [each["claim"] for each in table] == ["T-2", "T-2"]


@pytest.mark.parametrize(
    ("claim", "sentence", "numbers", "said"),
    [
        (
            "T-1",
            "It rose.",
            {"a": (0.5, 0.6, 0.7)},
            "reading 'a' of T-1: the number 0.5 lies outside its inter",
        ),
        ("T-2", "No.", {"z": 1}, "T-2 has no reading 'z' of the kind number; it has: a"),
        ("T-2", "No.", {"b": 1}, "no reading 'b' of the kind number"),
        ("T-3", "No.", {"a": 1}, "T-3 has no reading 'a' of the kind number; it has none"),
        ("T-2", " ", {}, "needs a `sentence`"),
        ("T-2", "No.", {"a": nan}, "nan is no number"),
    ],
)
def test_what_is_filed_must_be_a_number_of_a_reading(toy, claim, sentence, numbers, said):
    with pytest.raises(ValueError, match=said):
        cards.make_verdict(toy, claim, sentence, numbers)
