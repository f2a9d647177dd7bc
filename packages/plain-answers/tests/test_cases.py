"""One file of cases: the judge, with a key and its seal, and the page's script give the same
verdicts."""

import json

import pytest
from cases import QUESTIONS, find_faults, list_cases, make_answer, rate, run_script, seal_question
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_answers.hashing import hash_text
from plain_answers.parsing import SLIPS
from plain_answers.sealing import pack, seal


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["question"])
@pytest.mark.parametrize("is_sealed", [False, True], ids=["key", "seal"])
def test_the_judge(question, is_sealed):
    answer = seal(make_answer(question), "a salt") if is_sealed else make_answer(question)
    assert find_faults(question, [rate(answer, typed) for typed, *_ in list_cases(question)]) == []


def test_the_page_s_script():
    every = [[seal_question(one), [typed for typed, *_ in list_cases(one)]] for one in QUESTIONS]
    rated = run_script(
        f"{json.dumps(every)}.map(([answer, all]) => all.map((typed) => rate(answer, typed)))"
    )
    assert [fault for pair in zip(QUESTIONS, rated) for fault in find_faults(*pair)] == []


def test_the_page_s_script_has_the_same_words_and_hashes():
    texts = ["", "a", "12|x|s", "北京 µg/m³", "\U0001f600"]
    assert run_script("plainAnswers.SLIPS") == [list(slip) for slip in SLIPS]
    assert run_script(f"{json.dumps(texts)}.map(plainAnswers.hash)") == [
        hash_text(text) for text in texts
    ]
    assert run_script(f"plainAnswers.unpack('{pack(texts)}')") == texts and "12" not in pack(texts)


TYPED = st.lists(
    st.sampled_from(
        [*"0123456789 .,-+e%−。，'()\"bＢ１AC:\n\u200b", "1,000", "个百分点", "->", " is ", " C "]
    ),
    max_size=9,
).map("".join)


@settings(deadline=None, derandomize=True, max_examples=5)
@given(st.lists(TYPED, min_size=400, max_size=400))
def test_the_two_agree_on_whatever_is_typed(typed):
    questions = [QUESTIONS[index] for index in (0, 1, 4, 6, 15, 19, 23)]
    rated = run_script(
        f"{json.dumps([seal_question(question) for question in questions])}.map((answer) =>"
        f" {json.dumps(typed)}.map((typed) => rate(answer, typed)[0]))"
    )
    for question, verdicts in zip(questions, rated):
        answer = seal(make_answer(question), "a salt")
        judged = [rate(answer, text)[0] for text in typed]
        assert [trio for trio in zip(typed, judged, verdicts) if trio[1] != trio[2]] == []
