"""The rule of the verdicts: outcomes, and the label that follows."""

from math import nan

import pytest
from claims_ledger import rule
from claims_ledger.labels import VERDICTS, count_in_words


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
    assert list(VERDICTS) == labels
    assert count_in_words({rule.SUPPORTED: 3}).startswith("3 claims hold")


def test_a_limit_belongs_to_what_holds():
    assert rule.decide(1.75, 1.85, 1.75, 1.85) == "holds"
    assert rule.decide(1.84, 1.86, 1.75, 1.85) == "open"


def test_a_number_is_shown_with_its_interval_and_unit():
    assert reading(number_low=1.8, number_high=1.82).found == "1.81 (1.8 to 1.82) times"
    assert reading(number=-5.5, unit="percent").found == "−5.5 percent"
    assert reading(low_limit=nan).threshold == "at most 1.85"
    assert reading(number=2016, unit="year").found == "2016"
    assert reading(number=9, unit="rank").found == "rank 9"
