"""The rule of the verdicts: outcomes, and the label that follows."""

from collections import ChainMap
from math import nan

import pytest
from sealed_readings import limits, periods, rule, verdicts
from sealed_readings.labels import LABELS, say

from conftest import read_faults


def reading(letter: str = "a", **changes) -> rule.Reading:
    """A reading of the core, a number of 2022 that holds, with some changes."""
    empty = {
        name: "" for name, field in rule.Reading.__dataclass_fields__.items() if field.type is str
    }
    written = {"reading": letter, "part": "core", "kind": "number", "unit": "times", "asks": "2022"}
    result = {**at(1.81, "2022"), "low": 1.8, "high": 1.82, "standings": (rule.OFFICIAL,)}
    today = {"today": "2023-05-25"}
    return rule.Reading(
        **{**empty, **written, "holds_if": "1.75 to < 1.85", **result, **today, **changes}
    )


def at(number: float, date: str = "2022") -> dict:
    return {"number": number, "low": number, "high": number, "start": date, "end": date}


def document(*passages: str, standing: str = rule.OFFICIAL, **changes) -> dict:
    """A document of 2022, whose passages speak for or against."""
    found = tuple(rule.Passage(speaks, standing, "2022", "2022") for speaks in passages)
    return {"kind": "document", "passages": found, **changes}


FAILING = {"number": 1.9, "low": 1.85, "high": 1.9}
PARTY = {"standings": (rule.PARTY,)}
FOR_AND_PARTY = document("for")["passages"] + document("against", standing=rule.PARTY)["passages"]
# Words of rule_labels.csv.
WORDS = {
    **{
        "holds": {},
        "fails": FAILING,
        "open": {"low": 1.7},
        "unknown": at(nan),
        "none": {"kind": "none"},
    },
    **{
        "for": document("for"),
        "against": document("against", "against"),
        "both": document("for", "against"),
    },
    **{"silent": document(), "party-for": document("for", standing=rule.PARTY)},
    **{
        "repeated-for": document("for", standing=rule.REPEATED),
        "party": PARTY,
        "2019": at(1.81, "2019"),
    },
    **{"mixed": {"standings": (rule.PARTY, rule.MEASURED)}, "undated": {"start": "", "end": ""}},
    **{
        "two": {"standings": (rule.OFFICIAL, rule.MEASURED)},
        "2014-2018": {"start": "2014", "end": "2018"},
    },
    **{"brackets": {"start": "2019", "end": "2025"}, "dropped": {"added": "dropped, because"}},
    **{"rank": {"way": "placebo", "holds_if": ""}, "placebo": {"way": "placebo"}},
    **{"together": {"part": "together"}, "word": {"way": "wording"}},
    **{"by": {"asks": "by 2023"}, "computed": {"standings": (rule.COMPUTED,)}},
    **{"own": {"standings": (rule.ARTICLE,)}, "unvouched": {"standings": ("",)}},
    **{"party-against": {"kind": "document", "passages": FOR_AND_PARTY}},
    **{
        "said": {"part": "said", "way": "said"},
        "stated": {"way": "stated"},
        "come": {"way": "come-about"},
    },
}


@pytest.mark.parametrize(("words", "label", "obstacle"), read_faults("rule_labels.csv"))
def test_a_label_and_obstacles_follow_from_the_readings(words, label, obstacle):
    changes = [[WORDS[word] for word in one.split()] for one in words.split(" | ")]
    rows = [reading(a, **dict(ChainMap(*each[::-1]))) for a, each in zip("abc", changes)]
    assert rule.label_of(rows) == label
    assert rows[0].obstacle == obstacle


@pytest.mark.parametrize(
    ("added", "now", "before"),
    [
        ("after the numbers", "depends", "true"),
        ("dropped, because", "true", "depends"),
        ("reweighed, because", "corrected", "depends"),
    ],
)
def test_the_label_before_any_number_was_known(added, now, before):
    slip = {"part": "together", "way": "wording"} if added.startswith("reweighed") else {}
    rows = [reading(), reading("b", added=added, **FAILING, **slip)]
    assert (rule.label_of(rows), rule.label_of(rule.restore_sealed(rows))) == (now, before)


@pytest.mark.parametrize(("asks", "start", "end", "date"), read_faults("rule_dates.csv"))
def test_how_evidence_lies_to_the_date_asked_is_computed(asks, start, end, date):
    found = periods.compare(asks, start, end, "2023-05-25") if periods.is_asked(asks) else "refused"
    assert found == date


def test_every_label_is_in_the_table():
    assert list(LABELS) == [*verdicts.GIVEN, verdicts.UNEXAMINED]
    assert [name for name, label in LABELS.items() if not label.filed] == [verdicts.UNEXAMINED]
    assert say(verdicts.DEPENDS) == "depends on the reading"


@pytest.mark.parametrize(
    ("unit", "holds_if", "number", "low", "high", "period", "found", "threshold"),
    read_faults("rule_numbers.csv"),
)
def test_a_number_is_shown(unit, holds_if, number, low, high, period, found, threshold):
    result = {"number": float(number), "low": float(low), "high": float(high)}
    start, end = periods.find_ends(period)
    way = "" if holds_if else "placebo"
    one = reading(unit=unit, holds_if=holds_if, way=way, start=start, end=end, **result)
    assert (one.found, one.threshold) == (found, threshold)


@pytest.mark.parametrize(("text", "inside", "outside"), read_faults("limits.csv"))
def test_limits_are_exact_at_the_edge(text, inside, outside):
    holds = limits.parse(text).holds
    assert all(holds(float(number)) for number in inside.split())
    assert not any(holds(float(number)) for number in outside.split())


@pytest.mark.parametrize("text", ["", "50", "more than 50", "2 to 1", "> fifty"])
def test_a_text_without_limits_is_refused(text):
    with pytest.raises(ValueError, match="has no limits; write '> 50'"):
        limits.parse(text)
