"""The rule of the verdicts: outcomes, and the label that follows."""

from collections import ChainMap
from math import nan

import pytest
from sealed_readings import limits, periods, rule
from sealed_readings.labels import LABELS, count, count_in_words, say

from conftest import read_faults


def reading(letter: str = "a", **changes) -> rule.Reading:
    """A reading of the core, a number of 2022 that holds, with some changes."""
    empty = {name: "" for name, field in rule.Reading.__dataclass_fields__.items() if field.type == "str"}
    written = {"reading": letter, "part": "core", "kind": "number", "unit": "times", "asks": "2022"}
    result = {**at(1.81, "2022"), "low": 1.8, "high": 1.82, "standings": (rule.OFFICIAL,)}
    today = {"today": "2023-05-25"}
    return rule.Reading(**{**empty, **written, "holds_if": "1.75 to < 1.85", **result, **today, **changes})


def at(number: float, date: str = "2022") -> dict:
    return {"number": number, "low": number, "high": number, "start": date, "end": date}


def document(*passages: str, standing: str = rule.OFFICIAL, **changes) -> dict:
    """A document of 2022, whose passages speak for or against."""
    found = tuple(rule.Passage(speaks, standing, "2022", "2022") for speaks in passages)
    return {"kind": "document", "passages": found, **changes}


FAILING = {"number": 1.9, "low": 1.85, "high": 1.9}
OF_2019 = {"start": "2019", "end": "2019"}
PARTY, REPEATED = {"standings": (rule.PARTY,)}, {"standings": (rule.REPEATED,)}
RANK = {"way": "placebo", "holds_if": "", "unit": "rank of 31 by size"}
# Words of rule_labels.csv; all others are parts, ways and families.
WORDS = {
    **{"holds": {}, "fails": FAILING, "open": {"low": 1.7}, "unknown": at(nan), "none": {"kind": "none"}},
    **{"for": document("for"), "against": document("against", "against"), "both": document("for", "against")},
    **{"silent": document(), "party-for": document("for", standing=rule.PARTY)},
    **{"repeated-for": document("for", standing=rule.REPEATED), "party": PARTY, "2019": OF_2019},
    **{"mixed": {"standings": (rule.PARTY, rule.MEASURED)}, "undated": {"start": "", "end": ""}},
    **{"two": {"standings": (rule.OFFICIAL, rule.MEASURED)}, "2014-2018": {"start": "2014", "end": "2018"}},
    **{"brackets": {"start": "2019", "end": "2025"}, "dropped": {"added": "dropped, because"}, "rank": RANK},
    **{"placebo": {"way": "placebo"}, "late": {"known": "2024-12"}, "value": {"family": "value"}},
    **{"change": {"family": "change"}, "together": {"part": "together"}, "word": {"way": "wording"}},
    **{"said": {"part": "said", "way": "said"}, "stated": {"way": "stated"}},
}


@pytest.mark.parametrize(("readings", "label"), read_faults("rule_labels.csv"))
def test_a_label_and_its_remark_follow_from_the_readings(readings, label):
    changes = [[WORDS[word] for word in one.split()] for one in readings.split(" | ")]
    decision = rule.decide(reading(a, **dict(ChainMap(*each[::-1]))) for a, each in zip("abc", changes))
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
        (OF_2019, "the evidence is of another date: 2019"),
        (PARTY, "it rests on an interested party"),
        (REPEATED, "it rests on a source that only repeats it"),
        ({"standings": (rule.ARTICLE,)}, "it rests on the article itself"),
        ({"standings": ("",)}, "it rests on a source without a standing"),
        (document("for", "against"), "documents contradict each other"),
        ({}, ""),
    ],
)
def test_a_reading_says_why_its_evidence_decides_nothing(changes, obstacle):
    assert reading(**changes).obstacle == obstacle


def test_a_party_is_not_heard_where_others_speak():
    passages = document("for")["passages"] + document("against", standing=rule.PARTY)["passages"]
    assert reading(kind="document", passages=passages).outcome == "holds"


@pytest.mark.parametrize(("asks", "start", "end", "date"), read_faults("rule_dates.csv"))
def test_how_evidence_lies_to_the_date_asked_is_computed(asks, start, end, date):
    found = periods.compare(asks, start, end, "2023-05-25") if periods.is_asked(asks) else "refused"
    assert found == date


def test_redundant_readings_are_struck_and_the_rest_goes_from_the_kindest_to_the_strictest():
    changes = [FAILING, FAILING, {"holds_if": "> 1"}, document("for"), {"holds_if": "> 1.79", **at(1.8)}]
    rows = [reading(letter, **each) for letter, each in zip("abcde", changes)]
    assert rule.find_same(rows) == {"b": "a"}
    assert [one.reading for one in rule.list_distinct(rows)] == ["d", "c", "e", "a"]


def test_every_label_of_the_rule_is_in_the_table():
    labels = [
        rule.SUPPORTED,
        rule.CORRECTED,
        rule.DEPENDS,
        rule.NOT_SUPPORTED,
        rule.UNDECIDED,
        rule.NOT_TESTABLE,
    ]
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
        ({"start": "", "end": ""}, "1.81 (1.8 to 1.82) times", "1.75 to less than 1.85"),
        ({"unit": "percent", "holds_if": "< 0", **at(-5.5, "")}, "−5.5 percent", "less than 0"),
        ({"unit": "year", "holds_if": "= 2016", **at(2016, "")}, "2016", "2016"),
        ({"unit": "rank", "holds_if": "<= 3", **at(9, "")}, "rank 9", "at most 3"),
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
        (RANK | at(9), "rank 9 of 31 by size, 2022", ""),
        # As few digits as keep the number on its side of the limits.
        ({"holds_if": ">= 50", **at(49.984, "")}, "49.98 times", "at least 50"),
        ({"holds_if": "> 9000", **at(8816.12, "")}, "8,816 times", "more than 9,000"),
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
