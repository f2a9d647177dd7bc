"""The rule of the verdicts: outcomes, and the label that follows."""

from math import nan

import pytest
from sealed_readings import rule
from sealed_readings.labels import LABELS, count, count_in_words, say


def reading(letter: str = "a", **changes) -> rule.Reading:
    """A reading of the core, a number that holds, but for what is changed."""
    plain = {name: "" for name, one in rule.Reading.__dataclass_fields__.items() if one.type == "str"}
    own = {"reading": letter, "part": "core", "kind": "number", "unit": "times", "holds_if": "1.75 to < 1.85"}
    found = {"number": 1.81, "low": 1.8, "high": 1.82, "date": "own", "standings": (rule.OFFICIAL,)}
    return rule.Reading(**(plain | own | found | changes))


FAILING, STRADDLING = {"number": 1.9, "low": 1.85, "high": 1.9}, {"low": 1.7}
DOCUMENT = {"kind": "document", "documented": "holds"}
NOT_AT_HAND, REASON = {"number": nan, "low": nan, "high": nan}, {"kind": "none"}
TOGETHER = {"part": "together"}


@pytest.mark.parametrize(
    ("readings", "line"),
    [
        ([{}], "supported"),
        ([{}, STRADDLING], "supported; 1 of 2 readings open"),
        ([{}, FAILING], "depends"),
        ([FAILING, STRADDLING], "not-supported; 1 of 2 readings open"),
        ([STRADDLING], "open"),
        ([NOT_AT_HAND], "open"),
        ([DOCUMENT, REASON], "supported"),
        ([DOCUMENT | {"documented": "fails"}, FAILING], "not-supported"),
        ([REASON], "not-testable"),
        ([REASON, TOGETHER], "not-testable"),
        ([{}, TOGETHER], "supported"),
        ([{}, TOGETHER | FAILING], 'depends; "together" fails'),
        ([{}, {}, TOGETHER | STRADDLING], 'supported; "together" not tested; 1 of 3 readings open'),
        ([{}, TOGETHER | REASON], 'supported; "together" not tested'),
        ([FAILING, TOGETHER], "not-supported"),
        # Clauses on dates and standing.
        ([{"date": "other"}], "open"),
        ([{"date": ""}], "open"),
        ([{"date": "brackets"}], "supported"),
        ([{"standings": ()}], "open"),
        ([{"standings": ("interested party", "repeated")}], "open"),
        ([{"standings": ("interested party", "measured by others")}], "supported"),
        ([DOCUMENT | {"standings": ("interested party",), "way": "stated"}], "supported"),
        ([DOCUMENT | {"standings": ("repeated",), "way": "stated"}], "open"),
        # What left once numbers were known counts nothing.
        ([{}, FAILING | {"added": "dropped, because"}], "supported"),
    ],
)
def test_a_label_and_its_line_follow_from_the_readings(readings, line):
    found = rule.decide([reading(**changes) for changes in readings])
    assert "; ".join(filter(None, [found.label, found.remark])) == line


@pytest.mark.parametrize(
    ("added", "now", "before"),
    [
        ("after the numbers, because", "depends", "supported"),
        ("dropped, because", "supported", "depends"),
    ],
)
def test_the_label_without_what_came_or_left_after_the_numbers_stands_beside(added, now, before):
    rows = [reading(), reading("b", added=added, **FAILING)]
    assert (rule.label_of(rows), rule.decide_before(rows).label) == (now, before)


def test_why_evidence_decides_nothing_is_said():
    changes = ({"date": "other"}, {"standings": ("interested party",)}, {"standings": ()}, {})
    said = [
        "the evidence is of another date",
        "only an interested party says so",
        "it is the article's own",
        "",
    ]
    assert [reading(**one).obstacle for one in changes] == said


def test_every_label_of_the_rule_stands_in_the_table():
    labels = [rule.SUPPORTED, rule.DEPENDS, rule.NOT_SUPPORTED, rule.UNDECIDED, rule.NOT_TESTABLE]
    assert list(LABELS) == [*labels, rule.UNEXAMINED]
    assert [name for name, label in LABELS.items() if label.filed] == labels
    assert say(rule.DEPENDS, "1 of 2 readings open") == "depends on the reading; 1 of 2 readings open"
    said = count_in_words({rule.SUPPORTED: 3}, {rule.SUPPORTED: 2})
    assert said.startswith(
        "3 claims hold in every reading that evidence decides (2 of them with a reading still"
    )
    assert count_in_words({rule.SUPPORTED: 1, rule.UNDECIDED: 1}, {}).startswith("1 claim holds in every")
    assert "1 is open" in count_in_words({rule.UNDECIDED: 1}, {}) and count(1, "claim") == "1 claim"


def test_a_number_is_shown_with_its_interval_unit_and_as_few_digits_as_keep_its_side():
    assert reading().found == "1.81 (1.8 to 1.82) times" and reading().threshold == "1.75 to less than 1.85"
    assert reading(number=-5.5, low=-5.5, high=-5.5, unit="percent").found == "−5.5 percent"
    assert reading(number=2016, low=2016, high=2016, unit="year").found == "2016"
    assert reading(number=9, low=9, high=9, unit="rank").found == "rank 9"
    assert reading(start="2013", end="2019").found == "1.81 (1.8 to 1.82) times, 2013 to 2019"
    assert reading(start="2016-03-10", end="2016-03-10").found == "1.81 (1.8 to 1.82) times, 2016-03-10"
    assert reading(number=nan).found == "1.8 to 1.82 times"
    near = {"number": 49.984, "low": 49.984, "high": 49.984, "holds_if": ">= 50"}
    assert reading(**near).found == "49.98 times" and reading(**near).threshold == "at least 50"
    assert reading(number=8816.12, low=8816.12, high=8816.12, holds_if="> 9000").found == "8,816 times"
