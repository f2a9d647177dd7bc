"""The rule of the verdicts: outcomes, and the label that follows."""

from math import nan

import pytest
from sealed_readings import limits, periods, rule
from sealed_readings.labels import LABELS, count, say


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


FAILING, STRADDLING, NO_READING = {"number": 1.9, "low": 1.85, "high": 1.9}, {"low": 1.7}, {"kind": "none"}
TOGETHER, SAID, WORD = {"part": "together"}, {"part": "said", "way": "said"}, {"way": "wording"}
PARTY, REPEATED = {"standings": ("interested party",)}, {"standings": ("repeated",)}
DROPPED, RANK = (
    {"added": "dropped, because"},
    {"way": "placebo", "holds_if": "", "unit": "rank of 31 by size"},
)
LATE = {"family": "value", "known": "2024-12"}
OF_2019, OF_2014_TO_2018 = at(1.9, "2019"), at(1.9) | {"start": "2014", "end": "2018"}


@pytest.mark.parametrize(
    ("readings", "label"),
    [
        ([{}], "supported"),
        ([{}, STRADDLING], "supported; 1 of 2 readings open"),
        ([{}, FAILING], "depends"),
        ([FAILING, STRADDLING], "open; fails in 1 of 1 that evidence decides"),
        ([FAILING, TOGETHER | STRADDLING], "not-supported; 1 of 2 readings open"),
        ([STRADDLING], "open"),
        ([at(nan)], "open"),
        ([document("for"), NO_READING], "supported"),
        ([document("against", "against"), FAILING], "not-supported"),
        ([document()], "open"),
        ([NO_READING], "not-testable"),
        ([NO_READING, TOGETHER], "not-testable"),
        ([{}, TOGETHER], "supported"),
        ([{}, TOGETHER | FAILING], 'depends; "together" fails'),
        ([{}, {}, TOGETHER | STRADDLING], 'supported; "together" not tested; 1 of 3 readings open'),
        ([{}, TOGETHER | NO_READING], 'supported; "together" not tested'),
        ([{}, TOGETHER, TOGETHER | FAILING], 'supported; "together" depends on the reading'),
        (
            [{}, TOGETHER | document("for", "against")],
            'supported; "together" is contradicted; 1 of 2 readings open',
        ),
        ([{}, document("for", "against")], "depends; reading b is contradicted; 1 of 2 readings open"),
        ([FAILING | {"asks": "by 2023"}], "open; nearest evidence, of 2022: fails in 1 of 1"),
        ([{"asks": "by 2023"}], "supported"),
        ([FAILING, TOGETHER], "not-supported"),
        # Only a slip of a word fails.
        ([{}, TOGETHER | WORD | FAILING], 'corrected; "together" fails'),
        ([{}, WORD | FAILING], "corrected; reading b fails"),
        ([{}, WORD | FAILING, FAILING], "depends; reading b fails"),
        ([STRADDLING, WORD | FAILING], "open"),
        # Whether somebody said so is another question than whether it is so.
        ([FAILING, SAID | document("for")], "not-supported; that it was said: holds"),
        ([{}, SAID | document("against")], "supported; that it was said: fails"),
        ([NO_READING, SAID | document("for", standing=rule.PARTY)], "not-testable; that it was said: holds"),
        ([document(), SAID | document()], "open; that it was said: open"),
        # Date and standing; what may not decide is the remark of an open claim.
        ([OF_2019, OF_2014_TO_2018], "open; nearest evidence, of 2014 to 2019: fails in 2 of 2"),
        ([{"start": "", "end": ""}], "open; nearest evidence, without a date: holds in 1 of 1"),
        ([{"start": "2019", "end": "2025"}], "supported"),
        ([PARTY, FAILING | PARTY], "open; told by interested parties: holds in 1 of 2"),
        ([{"standings": (rule.PARTY, rule.MEASURED)}], "open; told by interested parties: holds in 1 of 1"),
        ([{"standings": (rule.OFFICIAL, rule.MEASURED)}], "supported"),
        ([document("for", standing=rule.PARTY, way="stated")], "supported"),
        (
            [document("for", standing=rule.REPEATED, way="stated")],
            "open; repeated by others: holds in 1 of 1",
        ),
        ([document("for", "against")], "open; documents contradict each other"),
        # What stands beside decides nothing and is not open.
        ([{}, FAILING | DROPPED], "supported"),
        ([{}, RANK | at(9), FAILING | {"way": "placebo"}], "supported"),
        ([{"family": "value"}, FAILING | LATE], "supported"),
        ([LATE], "open"),
        ([{}, FAILING | LATE | {"family": "change"}], "depends"),
    ],
)
def test_a_label_and_its_remark_follow_from_the_readings(readings, label):
    decision = rule.decide([reading(letter, **changes) for letter, changes in zip("abc", readings)])
    assert "; ".join(filter(None, [decision.label, decision.remark])) == label


@pytest.mark.parametrize(
    ("added", "now", "before"),
    [
        ("after the numbers", "depends", "supported"),
        ("dropped, because", "supported", "depends"),
        ("reweighed, because", "corrected", "depends"),
    ],
)
def test_the_label_before_any_number_was_known(added, now, before):
    part = TOGETHER | WORD if added.startswith("reweighed") else {}
    rows = [reading(), reading("b", added=added, **FAILING, **part)]
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


@pytest.mark.parametrize(
    ("asks", "start", "end", "date"),
    [
        ("", "", "", "own"),
        ("2022", "", "", "other"),
        ("2014 to 2022", "2014", "2022", "own"),
        ("2014 to 2022", "2014-01", "2022-12", "own"),
        ("2014 to 2022", "2013", "2022", "other"),
        ("2022", "2022-01", "2022-01", "own"),
        ("2022-01", "2022", "2022", "own"),
        ("2022", "2019", "2024", "brackets"),
        ("2022", "2022", "2023", "other"),
        ("2022", "2021", "2021", "other"),
        ("by 2023-05-23", "2019", "2023-05", "own"),
        ("by 2023-05-23", "2023-05-23", "2024", "brackets"),
        ("by 2023-05-23", "2024", "2024", "other"),
        ("now", "2023-05-25", "2023-05-25", "own"),
        ("now", "2014", "2022", "own"),
        ("now", "2023-06", "2023-06", "other"),
        ("now", "2021", "2021", "other"),
        ("now", "2016", "2025", "brackets"),
    ],
)
def test_how_evidence_lies_to_the_date_asked_is_computed(asks, start, end, date):
    assert periods.is_asked(asks) and periods.compare(asks, start, end, "2023-05-25") == date


@pytest.mark.parametrize("asks", ["soon", "2022 to 2014", "by now", "2022-13", "to 2022", "2014-2022", "by "])
def test_a_text_without_a_date_that_is_asked_is_refused(asks):
    assert not periods.is_asked(asks)


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
    assert count(1, "claim") == "1 claim"


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
