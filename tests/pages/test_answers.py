"""Test that pages and notebooks judge every answer of the course alike."""

import base64
import functools
import json
import re
import runpy
from types import SimpleNamespace

import pytest
from plain_answers.judging import Answer
from plain_answers.recording import make_answer

from coursework.masters.master import Exercise, read
from coursework.masters.seals import read_recorded
from tests import browser
from tests.pages import built

CASES = SimpleNamespace(
    **runpy.run_path(str(built.ROOT / "packages" / "plain-answers" / "tests" / "cases.py"))
)
PAGE = "exercises/pages/03_gdp.html"
WORDS = ("", "about 12", "12,5", "nan", "Not yet")


@functools.cache
def _list_questions(*forms: str) -> dict[str, tuple[Answer, dict, Exercise]]:
    """Questions of these forms on pages: the key from the master, what the page holds, the exercise."""
    questions = {}
    for source in sorted((built.ROOT / "exercises").glob("[0-9][0-9]_*.ipynb")):
        html = built.html(f"exercises/pages/{source.stem}.html")
        packed = [json.loads(base64.b64decode(text)) for text in re.findall(r'data-check="([^"]+)"', html)]
        checks = {check["name"]: check for check in packed if check["form"] in forms}
        for exercise in read(source).exercises:
            slips = [record for cell in exercise.slips for record in read_recorded(cell)]
            for record in read_recorded(exercise.tests) if exercise.tests else []:
                if record["name"] in checks:
                    key = make_answer(record, slips, accepted=exercise.accepted)
                    questions[key.name] = key, checks[key.name], exercise
    return questions


def _list_typed(key: Answer) -> list[str]:
    """Type the right answer, those of misconceptions, and wrong ones. The cases hold the forms of each."""
    right, within = key.values[""], key.within
    typed = [str(values[""]) for values in (*(slip.values for slip in key.slips), *key.also)]
    if isinstance(right, str):
        return [*typed, right, f"({right.upper()}).", f"{right}x", f"not {right}", f"{right}, {right}"]
    near = [right + share * within for share in (-0.99, 0, 0.5, 1.2, -1.2, 3)]
    slips = [right * factor for factor in (-1, 100, 0.01, -100, 10, 0.1, 1000)]
    typed += [f"{number:.10g}" for number in (*near, *slips, 0, right + 1)]
    return [*typed, f"{right} {key.unit}", f"{right:,}".replace("-", "−"), f"{right} km"]


@pytest.fixture
def script(at_desk, home):
    """Evaluate an expression in the page's script."""
    page = browser.open_page(at_desk, home, PAGE).page
    return lambda code: page.evaluate(f"() => {{ {CASES.RATE} return {code}; }}")


def test_every_number_and_word_is_judged_as_in_a_notebook(script):
    questions = _list_questions("number", "text")
    kinds = [key.kind for key, *_ in questions.values()]
    assert (kinds.count("text"), kinds.count("number")) >= (15, 139)
    typed = {name: [*_list_typed(key), *WORDS] for name, (key, *_) in questions.items()}
    asked = [[check, typed[name]] for name, (_, check, _) in questions.items()]
    rated = script(f"{json.dumps(asked)}.map(([answer, all]) => all.map((typed) => rate(answer, typed)))")
    differing = []
    for (name, (key, check, _)), by_page in zip(questions.items(), rated):
        sealed = Answer.read({field: check[field] for field in check.keys() - {"form", "hints"}})
        for text, (verdict, says) in zip(typed[name], by_page):
            notebook, marked = CASES.rate(sealed, text), CASES.rate(key, text)
            same_words = verdict == "right" or says.lower().rstrip(".") in notebook[1].lower()
            if not verdict == notebook[0] == marked[0] or not same_words:
                differing.append((name, text, (verdict, says), notebook, marked))
        assert [verdict for verdict, _ in by_page].count("right") >= 2, name
    assert differing == []


def test_every_choice_and_order_is_judged_as_the_master_has_it(script):
    """One option is right, each has its own words, and so has each known wrong order."""
    questions = _list_questions("choice", "order")
    assert len(questions) >= 20
    answers, wanted = [], []
    for key, check, exercise in questions.values():
        if exercise.choices:
            assert check["says"] == {letter: option["says"] for letter, option in exercise.choices.items()}
        wrong = [({"": k}, "") for k, option in exercise.choices.items() if "misconception" in option]
        wrong += [(slip.values, slip.says) for slip in key.slips]
        answers += [[check, values] for values, _ in [(key.values, ""), *wrong]]
        wanted += [(True, ""), *((False, words) for _, words in wrong)]
    judged = script(
        f"{json.dumps(answers)}.map(([check, values]) => plainAnswers.judge(check, values))"
        '.map(({ right, says }) => [right, says ?? ""])'
    )
    for answer, (right, says), (is_right, words) in zip(answers, judged, wanted):
        assert right == is_right and words in says, answer


def test_a_choice_and_an_order_are_answered_on_the_page(at):
    page, questions = at("exercises/pages/01_reading.html"), _list_questions("choice", "order")
    choice, order = page.locator(".self-check-choice").first, page.locator(".self-check-order").first
    for letter, option in questions["1.1 choice"][2].choices.items():
        choice.locator(f"input[value={letter}]").check()
        verdict = ".is-wrong" if "misconception" in option else ".is-right"
        choice.locator(verdict).filter(has_text=option["says"]).wait_for()
    lines, letters = order.locator(".lines li"), [*questions["1.5 order"][0].values.values()]
    for target, letter in enumerate(letters):
        now = [line.get_attribute("data-letter") for line in lines.all()]
        for _ in range(now.index(letter) - target):
            order.get_by_role("button", name=f"Move line {letter} up").click()
    order.get_by_role("button", name="Check the order").click()
    order.locator(".is-wrong").filter(has_text=f"The answer has {len(letters)} lines").wait_for()
    for line in lines.all()[len(letters) :]:
        order.get_by_role("button", name=f"Leave out line {line.get_attribute('data-letter')}").click()
    order.get_by_role("button", name="Check the order").click()
    order.locator(".is-right").wait_for()
