"""The rule of the verdicts: outcomes, labels, and what a chapter files."""

from math import nan

import pytest

from jingjinji import claims, data, rule


def reading(letter: str = "a", **changes) -> rule.Reading:
    """A reading of the kind number that holds, but for what is changed."""
    plain = dict.fromkeys(rule.Reading.__dataclass_fields__, "")
    limits = {"low_limit": 1.75, "high_limit": 1.85, "number": 1.81, "number_low": nan, "number_high": nan}
    own = {"reading": letter, "kind": rule.NUMBER, "unit": "times", "independent": True}
    return rule.Reading(**(plain | limits | own | changes))


FAILING, STRADDLING = {"number": 1.9}, {"number_low": 1.7, "number_high": 1.8}


@pytest.mark.parametrize(
    ("readings", "label"),
    [
        ([{}], "supported"),
        ([{}, STRADDLING], "supported"),
        ([{}, FAILING], "depends on the reading"),
        ([FAILING, STRADDLING], "not supported"),
        ([STRADDLING], "open"),
        ([{"number": nan}], "open"),
        ([{"independent": False}], "open"),
        ([{"independent": False}, FAILING], "depends on the reading"),
        ([{"kind": rule.DOCUMENT, "documented": "holds"}], "supported"),
        ([{"kind": rule.DOCUMENT, "documented": "fails"}, FAILING], "not supported"),
        ([{"kind": rule.NONE}], "not testable as worded"),
    ],
)
def test_a_label_follows_from_the_readings(readings, label):
    assert rule.label_of([reading(**changes) for changes in readings]) == label


def test_every_label_of_the_rule_stands_in_the_table():
    labels = [rule.SUPPORTED, rule.DEPENDS, rule.NOT_SUPPORTED, rule.UNDECIDED, rule.NOT_TESTABLE]
    assert list(claims.VERDICTS) == labels


def test_a_limit_belongs_to_what_holds():
    assert rule.decide(1.75, 1.85, 1.75, 1.85) == "holds"
    assert rule.decide(1.84, 1.86, 1.75, 1.85) == "open"


def test_a_number_is_shown_with_its_interval_and_unit():
    assert reading(number_low=1.8, number_high=1.82).found == "1.81 (1.8 to 1.82) times"
    assert reading(number=-5.5, unit="percent").found == "−5.5 percent"
    assert reading(low_limit=nan).threshold == "at most 1.85"
    assert reading(number=2016, unit="year").found == "2016"
    assert reading(number=9, unit="rank").found == "rank 9"


def test_a_verdict_shows_its_readings_and_files_the_sentence():
    bundle = claims.verdict("C80", sentence="It depends.")._repr_mimebundle_()
    assert bundle[claims.VERDICT_MIME]["claim"] == "C80"
    assert bundle[claims.VERDICT_MIME]["sentence"] == "It depends."
    assert "(a) holds: " in bundle["text/plain"]


def test_a_table_files_each_of_its_verdicts():
    table = claims.verdict_table(
        claims.verdict("C80", sentence="One."), claims.verdict("C26", sentence="Two.")
    )
    filed = table._repr_mimebundle_()[claims.VERDICT_MIME]["table"]
    assert [each["claim"] for each in filed] == ["C80", "C26"]


def test_what_a_chapter_computes_must_be_what_is_recorded():
    (recorded,) = [row for row in claims.readings("C80") if row.reading == "a"]
    found = (recorded.number, *recorded.interval)
    assert claims.verdict("C80", sentence="It holds.", a=found).numbers == {"a": found}
    assert claims.verdict("C40", sentence="It is open.", a=(8816, 10000)).numbers == {"a": (8816, 10000)}
    with pytest.raises(ValueError, match="reading 'a' of C40: number_high 10000, not 9500"):
        claims.verdict("C40", sentence="It is open.", a=(8816, 9500))
    with pytest.raises(ValueError, match="reading 'a' of C80: number 1.81.*, not 1.9"):
        claims.verdict("C80", sentence="It holds.", a=1.9)
    with pytest.raises(ValueError, match="no reading 'z' of the kind number"):
        claims.verdict("C80", sentence="It holds.", z=1.8)
    with pytest.raises(ValueError, match="needs a `sentence`"):
        claims.verdict("C80", sentence=" ")


def test_every_reading_is_whole():
    for row in claims.all_readings():
        name = f"{row.claim_id} {row.reading}"
        assert (row.kind == rule.NONE) == (row.reading == "-"), name
        assert bool(row.documented) == (row.kind == rule.DOCUMENT), name
        assert bool(row.against) == (row.kind != rule.NONE), name
        assert (row.kind == rule.NUMBER) == bool(row.threshold), name
        low, high = row.interval
        assert not (low > row.number or high < row.number), name
        if row.outcome in (rule.HOLDS, rule.FAILS):
            assert row.sources, f"{name} is decided and names no source"


def test_no_claim_has_a_reading_that_no_other_row_of_it_allows():
    """A claim without a reading has one row that says why, and no other."""
    rows = data.load("readings").groupby("claim_id")["reading"].agg(list)
    assert all(len(letters) == 1 for letters in rows if "-" in letters)
    assert all(letters == list("abcd")[: len(letters)] for letters in rows if "-" not in letters)
