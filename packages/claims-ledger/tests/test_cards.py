"""What a notebook files: verdicts that follow from readings, and cards whose label is their author's."""

from math import nan

import pytest
from claims_ledger import cards
from claims_ledger.records import VERDICT_MIME, list_claims

GOOD = {"found": "1,310 trees", "sentence": "The register has more.", "source": "Office of Parks"}


def test_a_claim_keeps_the_digits_that_the_article_prints(toy):
    claim = cards.get_claim(toy, "T-2")
    assert (claim.printed, claim.value, claim.unit, claim.caution) == ("1200", 1200, "trees", None)
    assert "T-2" in claim._repr_html_()
    with pytest.raises(ValueError, match="no claim is called 'T-9'; the ids run from T-1 to T-3"):
        cards.get_claim(toy, "T-9")


def test_a_verdict_shows_its_readings_and_files_the_sentence(toy):
    verdict = cards.make_verdict(toy, "T-2", "It fails.", {"a": 1310})
    bundle = verdict._repr_mimebundle_()
    assert bundle[VERDICT_MIME]["sentence"] == "It fails." and bundle[VERDICT_MIME]["computed"] == ["a"]
    assert "T-2 · not supported" in bundle["text/plain"] and "(a) fails: " in bundle["text/plain"]
    assert "It names no measure." in str(cards.make_verdict(toy, "T-3", "None.", {}))
    table = cards.VerdictTable((verdict, verdict))._repr_mimebundle_()[VERDICT_MIME]["table"]
    assert [each["claim"] for each in table] == ["T-2", "T-2"]


@pytest.mark.parametrize(
    ("claim", "sentence", "numbers", "said"),
    [
        ("T-1", "It rose.", {"a": (0.5, 0.4, 0.7)}, "reading 'a' of T-1: number_high 0.6, not 0.7"),
        ("T-2", "No.", {"a": 1311}, "reading 'a' of T-2: number 1310, not 1311"),
        ("T-2", "No.", {"z": 1}, "no reading 'z' of the kind number"),
        ("T-2", " ", {}, "needs a `sentence`"),
        ("T-2", "No.", {"a": nan}, "not nan"),
    ],
)
def test_what_is_computed_must_be_what_is_recorded(toy, claim, sentence, numbers, said):
    with pytest.raises(ValueError, match=said):
        cards.make_verdict(toy, claim, sentence, numbers)


def test_a_filed_sentence_stands_on_its_claim(toy):
    claims = {claim["claim_id"]: claim for claim in list_claims(toy)}
    assert claims["T-2"]["pages"] == ["trees"] and claims["T-1"]["sentence"] == ""


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
