"""Parse, judge, seal and check Python values."""

import json
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_answers import checking, parsing
from plain_answers.judging import Answer, Slip, judge
from plain_answers.packages import list_absent
from plain_answers.recording import ANSWER_MIME, Recorder, make_answer, read_records, record
from plain_answers.rounding import rounded
from plain_answers.sealing import seal, write

ONES = st.one_of(st.text(), st.floats(), st.none())


@settings(deadline=None, derandomize=True)
@given(st.one_of(st.text(), st.lists(ONES), st.dictionaries(st.text(), ONES)))
def test_whatever_is_given_is_parsed_or_refused_in_a_sentence(value):
    for kind in (parsing.NUMBER, parsing.TEXT, parsing.TRUTH):
        for labels in ([""], ["1", "2"], None, parsing.ANY):
            try:
                parsing.parse(value, kind, labels)
            except parsing.Unreadable as error:
                assert str(error)


RATE = Answer(
    "1.1 rate",
    {"": 6.0},
    0.01,
    "%",
    (Slip({"": 5.66}, "Which is the hundred?", "the last is the hundred"),),
    "Count from the start.",
)


def test_the_judge_knows_misconceptions_other_values_and_labels():
    assert judge(RATE, 5.66).misconception == "the last is the hundred"
    assert judge(RATE, 5.66).sentence == "1.1 rate: Which is the hundred?"
    assert (
        judge(RATE, 7.5).says == "is off by more than 0.01 percentage points. Count from the start."
    )
    assert judge(RATE, 7.5, [{"": 7.5}]).elsewhere and not judge(RATE, 7.5).misconception
    table = Answer("1.4 parts", {"a": 3, "b": 4})
    for parts in (table, seal(table, "a salt")):
        assert judge(parts, {"b": 4.0, "a": 3}).right
        for wrong in (
            {"a": 3, "b": 5},
            {"a": True, "b": 4},
            {"a": 3},
            {"a": 3, "c": 4},
            {"": 3},
            None,
        ):
            assert not judge(parts, wrong).right


@pytest.mark.parametrize("sealed", [True, False])
def test_a_missing_answer_is_known_by_its_kind_and_not_by_its_words(monkeypatch, sealed):
    monkeypatch.setattr(parsing.Unreadable, "__str__", lambda error: "in other words")
    check = checking.Checks()
    if sealed:
        check.use(json.dumps(write([seal(RATE, "a salt")])))
    else:
        form = {"kind": parsing.NUMBER, "labels": [""]}
        check.expect(json.dumps({RATE.name: form}))
    for missing, kind in ((None, "empty"), (..., "empty"), ("six", "")):
        with pytest.raises(AssertionError, match="in other words") as error:
            check.answer(RATE.name, missing)
        assert (error.value.about, error.value.kind) == (RATE.name, kind)


@settings(deadline=None, derandomize=True)
@given(st.floats(-1e4, 1e4), st.sampled_from([1e-3, 0.05, 0.3, 7.0]), st.floats(-1.3, 1.3))
def test_a_seal_accepts_the_tolerance_and_a_tenth_of_it_at_most(right, within, share):
    answer = Answer("n", {"": rounded(right)}, within)
    given = answer.values[""] + share * within
    sealed = judge(seal(answer, "a salt"), given).right
    is_open = judge(answer, given).right
    assert sealed or not is_open
    assert is_open or not sealed or 0.99 < abs(share) < 1.11


def test_a_package_that_the_marking_machine_lacks_is_named_once(capsys, monkeypatch):
    names = {"json": json, "pytest": pytest, "given": given, "st": st, "one": 1, "print": print}
    assert list_absent(names, ["hypothesis"]) == ["pytest"]
    monkeypatch.setattr(checking, "display", lambda *_, **__: None)
    monkeypatch.setitem(sys.modules, "__main__", SimpleNamespace(**names))
    check = checking.Checks()
    check.expect(json.dumps({"1 n": {"kind": "number", "labels": [""]}}), ["hypothesis"])
    check.answer("1 n", 5)
    assert (
        "The machine that marks does not have pytest: code that uses it stops"
        in capsys.readouterr().out
    )
    check.answer("1 n", 6)
    assert capsys.readouterr().out == ""


def test_an_answer_that_its_misconception_gives_too_cannot_be_sealed():
    for values, fault in (
        ({"": 6.005}, "cannot tell this misconception"),
        ({"a": 1}, r"gives \['a'\]"),
    ):
        with pytest.raises(ValueError, match=fault):
            seal(Answer("n", {"": 6.0}, 0.01, slips=(Slip(values, "Look."),)), "a salt")
    with pytest.raises(ValueError, match="must be of one kind, not number, text"):
        Answer("n", {"a": 1, "b": "x"})


def test_what_is_sealed_is_read_again_and_shows_nothing():
    sealed = seal(RATE, "a salt")
    text = json.dumps(write([sealed]))
    assert Answer.read(json.loads(text)["1.1 rate"]) == sealed
    assert "6.0" not in text and "5.66" not in text and "the last is the hundred" not in text


def test_a_check_says_in_one_sentence_what_to_look_at():
    check = checking.Checks()
    recorder = Recorder()
    recorder.answer("3.1 n", 2.0, within=0.01, unit="%")
    recorder.slip("3.1 n", 3, "Count.", within=0.01)
    check.use(recorder.sealed())
    check.answer("3.1 n", "2 %")
    for value, says in (
        (3, "^Count.$"),
        (2.5, "^3.1 n is off by more than 0.01 percentage points"),
    ):
        with pytest.raises(AssertionError, match=says):
            check.answer("3.1 n", value)
    with pytest.raises(AssertionError, match="first run the cells at the top"):
        check.answer("9.9 unknown", 1)
    older = {
        "3.1 n": {"salt": "", "right": {"": ["0123456789abcdef"]}, "kind": "number", "slips": []}
    }
    with pytest.raises(ValueError, match="made for another edition of the library"):
        check.use(json.dumps(older))


def test_answers_are_recorded_where_the_environment_says_so_or_a_form_is_expected(monkeypatch):
    outputs = []
    check = checking.Checks(recording_if="MAKING_THE_COURSE")
    monkeypatch.setattr(checking, "display", lambda data, raw: outputs.append({"data": data}))
    check.expect(json.dumps({"1 order": {"kind": "text", "labels": None, "options": "ABCDE"}}))
    check.answer("1 order", "CEDA")
    monkeypatch.setenv("MAKING_THE_COURSE", "1")
    check.answer("1 order", ["C", "E", "D", "A"])
    check.slip("1 order", "ABCD", "Read it aloud.")
    form, made, slip = read_records([*outputs, {"data": {"text/plain": "else"}}, {}])
    assert form == {"name": "1 order", "values": dict(zip("1234", "ceda"))}
    assert outputs[0]["data"]["text/plain"] == "1 order: recorded: c, e, d, a."
    assert make_answer(made, [slip | {"name": "another"}]).slips == ()
    assert judge(make_answer(made), form["values"]).right and ANSWER_MIME in outputs[1]["data"]
    assert record("n", 0.1 + 0.2)["values"] == {"": 0.3} and slip["slip"] == "Read it aloud."


@pytest.mark.parametrize(
    ("kind", "labels", "value", "unit", "says"),
    [
        ("number", [""], "39.805", "units", "39.805 units"),
        ("number", [""], 39805, "units", "39805 units"),
        ("number", [""], "12.50 %", "%", "12.5%"),
        ("number", None, [1.5, 2, -3], "%", "1.5, 2, -3"),
        ("number", ["a", "b"], {"b": 2.5, "a": 1}, "", "a 1, b 2.5"),
        ("number", None, [*range(12)], "", "12 values, the first 0"),
        ("text", [""], "Inner  Mongolia", "", "inner mongolia"),
        ("truth value", [""], True, "", "True"),
    ],
)
def test_the_check_of_a_form_says_what_it_read(monkeypatch, kind, labels, value, unit, says):
    shown = []
    check = checking.Checks()
    monkeypatch.setattr(checking, "display", lambda data, raw: shown.append(data["text/plain"]))
    check.expect(json.dumps({"1 n": {"kind": kind, "labels": labels}}))
    check.answer("1 n", value, unit=unit)
    assert shown == [f"1 n: recorded: {says}."]
