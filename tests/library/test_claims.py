"""The ledger as chapters call it: bound to the course's article."""

from jingjinji import claims


def test_the_ledger_and_its_claims_are_the_articles():
    assert list(claims.ledger().index) == list(claims.folder().claims)
    assert (claims.get("C80").printed, claims.get("C80").unit) == ("1.8", "times")
    table = claims.ledger(testable=True)
    bare = [name for name in table.index if all(one.kind == "none" for one in claims.readings(name))]
    assert not table.loc[bare, "testable"].any() and table["testable"].any()


def test_what_a_chapter_computes_is_filed_for_a_reading():
    letter = next(one.reading for one in claims.readings("C80") if one.kind == "number")
    filed = claims.verdict("C80", sentence="It holds.", period=(2013, 2022), **{letter: (1.81, 1.8, 1.82)})
    number = {"number": 1.81, "low": 1.8, "high": 1.82, "from": "2013", "to": "2022"}
    assert filed.filed["numbers"] == {letter: number}
    assert len(claims.verdict_table(filed, filed)._repr_mimebundle_()[claims.VERDICT_MIME]["table"]) == 2
