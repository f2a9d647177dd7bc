"""The ledger as chapters call it: bound to the course's article."""

import pytest

from jingjinji import claims


def test_a_claim_keeps_the_digits_that_the_article_prints():
    claim = claims.get("C80")
    assert (claim.printed, claim.value, claim.unit) == ("1.8", 1.8, "times")
    assert list(claims.ledger().index) == list(claims.folder().claims)


def test_what_a_chapter_computes_is_filed_for_a_reading():
    letter = next(one.reading for one in claims.readings("C80") if one.kind == "number")
    filed = claims.verdict("C80", sentence="It holds.", **{letter: (1.81, 1.8, 1.82)})
    assert filed.filed["numbers"] == {letter: [1.81, 1.8, 1.82]}
    with pytest.raises(ValueError, match="C80 has no reading 'z' of the kind number"):
        claims.verdict("C80", sentence="It is open.", z=1)


def test_testable_follows_from_the_readings():
    table = claims.ledger(testable=True)
    bare = [name for name in table.index if all(one.kind == "none" for one in claims.readings(name))]
    assert not table.loc[bare, "testable"].any() and table["testable"].any()


def test_a_table_is_filed():
    two = [claims.verdict(name, sentence="One.") for name in ("C80", "C26")]
    assert len(claims.verdict_table(*two)._repr_mimebundle_()[claims.VERDICT_MIME]["table"]) == 2
