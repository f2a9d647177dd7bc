"""The ledger as chapters call it: bound to the course's article."""

import pytest

from jingjinji import claims


def test_a_claim_keeps_the_digits_that_the_article_prints():
    claim = claims.get("C80")
    assert (claim.printed, claim.value, claim.unit) == ("1.8", 1.8, "times")
    assert list(claims.ledger().index) == list(claims.folder().claims)


def test_what_a_chapter_computes_must_be_what_is_recorded():
    (recorded,) = [row for row in claims.readings("C80") if row.reading == "a"]
    found = (recorded.number, *recorded.interval)
    assert claims.verdict("C80", sentence="It holds.", a=found).numbers == {"a": found}
    assert claims.verdict("C40", sentence="It is open.", a=(8816, 10000)).numbers == {"a": (8816, 10000)}
    with pytest.raises(ValueError, match="reading 'a' of C40: number_high 10000, not 9500"):
        claims.verdict("C40", sentence="It is open.", a=(8816, 9500))


def test_a_card_and_a_table_are_filed():
    said = {"found": "1.81 times", "sentence": "It holds.", "source": "A bureau"}
    assert claims.card("C80", "supported", **said)._repr_mimebundle_()[claims.VERDICT_MIME]["claim"] == "C80"
    two = [claims.verdict(name, sentence="One.") for name in ("C80", "C26")]
    assert len(claims.verdict_table(*two)._repr_mimebundle_()[claims.VERDICT_MIME]["table"]) == 2
