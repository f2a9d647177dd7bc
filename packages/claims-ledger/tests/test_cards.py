"""What a notebook files: verdicts that follow from readings, and cards whose label is their author's."""

from math import nan

import pytest
from claims_ledger import cards
from claims_ledger.results import VERDICT_MIME

GOOD = {"found": "1,310 trees", "sentence": "The register has more.", "source": "Office of Parks"}


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
    assert ends.numbers == {"a": (None, 1200, 1300)} and "Found: 1,200 to 1,300 trees" in str(ends)
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


@pytest.mark.parametrize(
    ("label", "changes", "said"),
    [
        ("true", {}, "is not a verdict; use one of"),
        ("supported", {"found": " "}, "needs both `found` and `sentence`"),
        ("depends on the reading", {}, "names no `condition`"),
        ("supported", {"source": ""}, "needs a `source`"),
    ],
)
def test_a_card_that_lacks_what_its_label_needs_is_refused(toy, label, changes, said):
    with pytest.raises(ValueError, match=said):
        cards.make_card(toy, "T-2", label, **GOOD | changes)


FILED = {"claim": "T-2", "statement": "Northtown has 1200 street trees.", "verdict": "not supported", **GOOD}
FILED |= {"range": "1,310 trees", "condition": "A later register.", "vintage": "February 2024"}
STATED = {"T-1": "Rents rose in Northtown.", "T-2": "Northtown has 1200 street trees."}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"verdict": "true"}, "`verdict` is 'true'; it must say supported, depends on"),
        ({"range": ""}, "`range` is empty; it must say what the answer could be"),
        ({"found": "9 % " * 40}, "`found` has 160 characters; it must say what was found, in at most 120"),
        ({"found": 9}, "`found` is not a text; it must say"),
        ({"claim": "claim 10"}, "The card on claim 10: `claim` is 'claim 10'; it must say the id"),
        ({"claim": "T-9"}, "The card on T-9: no claim has this id; they run from T-1 to T-2."),
        ({"statement": "All is well."}, "the statement is not the ledger's"),
        ({"mood": "good"}, "it has a field that no card has: mood."),
    ],
)
def test_a_faulty_card_is_named(changes, sentence):
    (found,) = cards.find_card_problems(FILED | changes, STATED)
    assert sentence in found and found.count(". ") == 0


def test_a_good_card_passes_and_a_missing_field_is_named(toy):
    assert cards.find_card_problems(FILED, STATED) == []
    assert "Found: 1,310 trees" in str(cards.make_card(toy, "T-2", "not supported", **GOOD))
    less = {name: value for name, value in FILED.items() if name != "source"}
    assert cards.find_card_problems(less, STATED) == [
        "The card on T-2: `source` is missing; it must say who published the figures."
    ]
