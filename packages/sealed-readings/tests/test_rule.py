"""The rule of the verdicts: outcomes, and the label that follows."""

from math import nan

import pytest
from sealed_readings import limits, rule
from sealed_readings.labels import LABELS, count, count_in_words, say


def reading(letter: str = "a", **changes) -> rule.Reading:
    """A reading of the core, a number that holds, with some changes."""
    empty = {name: "" for name, field in rule.Reading.__dataclass_fields__.items() if field.type == "str"}
    written = {"reading": letter, "part": "core", "kind": "number", "unit": "times"}
    result = {"number": 1.81, "low": 1.8, "high": 1.82, "date": "own", "standings": (rule.OFFICIAL,)}
    return rule.Reading(**{**empty, **written, "holds_if": "1.75 to < 1.85", **result, **changes})


def at(number: float) -> dict[str, float]:
    return {"number": number, "low": number, "high": number}


FAILING, STRADDLING = {"number": 1.9, "low": 1.85, "high": 1.9}, {"low": 1.7}
DOCUMENT, NO_READING, TOGETHER = (
    {"kind": "document", "documented": "holds"},
    {"kind": "none"},
    {"part": "together"},
)
PARTY, REPEATED = {"standings": ("interested party",)}, {"standings": ("repeated",)}


@pytest.mark.parametrize(
    ("readings", "label"),
    [
        ([{}], "supported"),
        ([{}, STRADDLING], "supported; 1 of 2 readings open"),
        ([{}, FAILING], "depends"),
        ([FAILING, STRADDLING], "not-supported; 1 of 2 readings open"),
        ([STRADDLING], "open"),
        ([at(nan)], "open"),
        ([DOCUMENT, NO_READING], "supported"),
        ([DOCUMENT | {"documented": "fails"}, FAILING], "not-supported"),
        ([NO_READING], "not-testable"),
        ([NO_READING, TOGETHER], "not-testable"),
        ([{}, TOGETHER], "supported"),
        ([{}, TOGETHER | FAILING], 'depends; "together" fails'),
        ([{}, {}, TOGETHER | STRADDLING], 'supported; "together" not tested; 1 of 3 readings open'),
        ([{}, TOGETHER | NO_READING], 'supported; "together" not tested'),
        ([FAILING, TOGETHER], "not-supported"),
        # Date and standing.
        ([{"date": "other"}], "open"),
        ([{"date": ""}], "open"),
        ([{"date": "brackets"}], "supported"),
        ([{"standings": ()}], "open"),
        ([{"standings": ("interested party", "repeated")}], "open"),
        ([{"standings": ("interested party", "measured by others")}], "supported"),
        ([DOCUMENT | PARTY | {"way": "stated"}], "supported"),
        ([DOCUMENT | REPEATED | {"way": "stated"}], "open"),
        # A dropped reading does not count.
        ([{}, FAILING | {"added": "dropped, because"}], "supported"),
    ],
)
def test_a_label_and_its_remark_follow_from_the_readings(readings, label):
    decision = rule.decide([reading(**changes) for changes in readings])
    assert "; ".join(filter(None, [decision.label, decision.remark])) == label


@pytest.mark.parametrize(
    ("added", "now", "before"),
    [("after the numbers", "depends", "supported"), ("dropped, because", "supported", "depends")],
)
def test_the_label_before_any_number_was_known(added, now, before):
    rows = [reading(), reading("b", added=added, **FAILING)]
    assert (rule.label_of(rows), rule.decide_before(rows).label) == (now, before)


@pytest.mark.parametrize(
    ("changes", "obstacle"),
    [
        ({"date": "other"}, "the evidence is of another date"),
        (PARTY, "only an interested party says so"),
        (REPEATED, "the source only repeats it"),
        ({"standings": ()}, "it is the article's own"),
        ({}, ""),
    ],
)
def test_a_reading_says_why_its_evidence_decides_nothing(changes, obstacle):
    assert reading(**changes).obstacle == obstacle


def test_every_label_of_the_rule_is_in_the_table():
    labels = [rule.SUPPORTED, rule.DEPENDS, rule.NOT_SUPPORTED, rule.UNDECIDED, rule.NOT_TESTABLE]
    assert list(LABELS) == [*labels, rule.UNEXAMINED]
    assert [name for name, label in LABELS.items() if label.filed] == labels
    assert say(rule.DEPENDS, "1 of 2 readings open") == "depends on the reading; 1 of 2 readings open"
    sentence = "3 claims hold in every reading that evidence decides (2 of them with a reading still open)"
    assert count_in_words({rule.SUPPORTED: 3}, {rule.SUPPORTED: 2}).startswith(sentence)
    assert count_in_words({rule.SUPPORTED: 1, rule.UNDECIDED: 1}, {}).startswith("1 claim holds in every")
    assert "1 is open" in count_in_words({rule.UNDECIDED: 1}, {}) and count(1, "claim") == "1 claim"


@pytest.mark.parametrize(
    ("changes", "found", "threshold"),
    [
        ({}, "1.81 (1.8 to 1.82) times", "1.75 to less than 1.85"),
        ({"unit": "percent", "holds_if": "< 0", **at(-5.5)}, "−5.5 percent", "less than 0"),
        ({"unit": "year", "holds_if": "= 2016", **at(2016)}, "2016", "2016"),
        ({"unit": "rank", "holds_if": "<= 3", **at(9)}, "rank 9", "at most 3"),
        (
            {"start": "2013", "end": "2019"},
            "1.81 (1.8 to 1.82) times, 2013 to 2019",
            "1.75 to less than 1.85",
        ),
        (
            {"number": nan, "start": "2016", "end": "2016"},
            "1.8 to 1.82 times, 2016",
            "1.75 to less than 1.85",
        ),
        # As few digits as keep the number on its side of the limits.
        ({"holds_if": ">= 50", **at(49.984)}, "49.98 times", "at least 50"),
        ({"holds_if": "> 9000", **at(8816.12)}, "8,816 times", "more than 9,000"),
    ],
)
def test_a_number_is_shown_with_interval_unit_and_period(changes, found, threshold):
    assert (reading(**changes).found, reading(**changes).threshold) == (found, threshold)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("> 50", [50.01], [50, 49]),
        (">= 21", [21], [20.9]),
        ("< 0", [-0.1], [0]),
        ("<= 3", [3], [3.1]),
        ("= 21", [21], [20, 22]),
        ("1.75 to 1.85", [1.75, 1.85], [1.74, 1.86]),
        ("1,150 to < 1,250", [1150, 1249.9], [1250]),
        ("−2 to -1", [-2, -1], [0]),
    ],
)
def test_limits_are_exact_at_the_edge(text, inside, outside):
    parsed = limits.parse(text)
    assert all(map(parsed.holds, inside)) and not any(map(parsed.holds, outside))


@pytest.mark.parametrize("text", ["", "50", "more than 50", "2 to 1", "> fifty"])
def test_a_text_without_limits_is_refused(text):
    with pytest.raises(ValueError, match="has no limits; write '> 50'"):
        limits.parse(text)
