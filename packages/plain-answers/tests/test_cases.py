"""One file of cases: the judge, with a key and its seal, and the page's script give the same verdicts."""

import json

import pytest
from cases import NODE, QUESTIONS, list_cases, make_answer, run_script, seal_question
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_answers.hashing import hash_text
from plain_answers.judging import judge
from plain_answers.parsing import SLIPS
from plain_answers.sealing import seal

in_node = pytest.mark.skipif(NODE is None, reason="Node.js is not here to run the page's script")


def find_faults(question: dict, given: list[tuple[str, str]]) -> list[tuple]:
    """The cases of a question in which a verdict, or what is said, is not the one of the file."""
    return [
        (typed, verdict, says, found)
        for (typed, verdict, says), found in zip(list_cases(question), given, strict=True)
        if found[0] != verdict or says.lower() not in found[1].lower()
    ]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["question"])
@pytest.mark.parametrize("is_sealed", [False, True], ids=["key", "seal"])
def test_the_judge(question, is_sealed):
    answer = seal(make_answer(question), "a salt") if is_sealed else make_answer(question)
    found = [judge(answer, typed) for typed, *_ in list_cases(question)]
    verdicts = ["right" if one.right else "refused" if one.refused else "wrong" for one in found]
    assert find_faults(question, [(v, one.sentence) for v, one in zip(verdicts, found)]) == []


@in_node
def test_the_page_s_script():
    told = [[seal_question(one), [typed for typed, *_ in list_cases(one)]] for one in QUESTIONS]
    code = f"{json.dumps(told)}.map(([answer, all]) => all.map((typed) => rate(answer, typed)))"
    given = run_script(code)
    assert [fault for one, got in zip(QUESTIONS, given) for fault in find_faults(one, got)] == []


@in_node
def test_the_page_s_script_has_the_same_words_and_hashes():
    texts = ["", "a", "12|x|s", "北京 µg/m³", "\U0001f600"]
    assert run_script("SLIPS") == [list(slip) for slip in SLIPS]
    assert run_script(f"{json.dumps(texts)}.map(hash)") == [hash_text(text) for text in texts]


TYPED = st.lists(
    st.sampled_from([*"0123456789", *" .,-+e%−。，'()\"bＢ１", " pp", "1,000", "个百分点", "\u200b"]),
    max_size=9,
).map("".join)


@in_node
@settings(deadline=None, derandomize=True, max_examples=5)
@given(st.lists(TYPED, min_size=400, max_size=400))
def test_the_two_agree_on_whatever_is_typed(typed):
    questions = [QUESTIONS[index] for index in (0, 1, 4, 6, 15)]
    answers = [seal(make_answer(one), "a salt") for one in questions]
    code = f"{json.dumps([seal_question(one) for one in questions])}.map((answer) =>"
    given = run_script(f"{code} {json.dumps(typed)}.map((typed) => rate(answer, typed)[0]))")
    for answer, verdicts in zip(answers, given):
        found = [judge(answer, text) for text in typed]
        own = ["right" if one.right else "refused" if one.refused else "wrong" for one in found]
        assert [pair for pair in zip(typed, own, verdicts) if pair[1] != pair[2]] == []
