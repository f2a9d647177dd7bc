"""Test that pages judge every answer of the course as its master has it.

That what readers type is read and judged as in a notebook, `plain-answers` tests.
"""

import base64
import functools
import json
import re

from plain_answers.judging import Answer
from plain_answers.recording import make_answer

from coursework.masters.master import Exercise, read
from coursework.masters.seals import read_recorded
from tests.pages import built


@functools.cache
def _list_questions(*forms: str) -> dict[str, tuple[Answer, dict, Exercise]]:
    """Questions of these forms on pages: the key from the master, what the page holds, the
    exercise."""
    questions = {}
    for source in sorted((built.ROOT / "exercises").glob("[0-9][0-9]_*.ipynb")):
        html = built.html(f"exercises/pages/{source.stem}.html")
        packed = [
            json.loads(base64.b64decode(text)) for text in re.findall(r'data-check="([^"]+)"', html)
        ]
        checks = {check["name"]: check for check in packed if check["form"] in forms}
        for exercise in read(source).exercises:
            slips = [record for cell in exercise.slips for record in read_recorded(cell)]
            for record in read_recorded(exercise.tests) if exercise.tests else []:
                if record["name"] in checks:
                    key = make_answer(record, slips, accepted=exercise.accepted)
                    questions[key.name] = key, checks[key.name], exercise
    return questions


def test_every_answer_is_judged_as_the_master_has_it(at):
    """What is right is, to its tolerance; each other choice and each misconception has its own
    words."""
    questions = _list_questions("number", "text", "choice", "order")
    kinds = [check["form"] for _, check, _ in questions.values()]
    assert (
        kinds.count("text") >= 10 and kinds.count("number") >= 139 and kinds.count("choice") >= 10
    )
    answers = []
    wanted = []
    for key, check, exercise in questions.values():
        if exercise.choices:
            assert check["says"] == {
                letter: option["says"] for letter, option in exercise.choices.items()
            }
        wrong = [
            ({"": k}, "") for k, option in exercise.choices.items() if "misconception" in option
        ]
        wrong += [(slip.values, slip.says) for slip in key.slips]
        near = [{"": key.values[""] + share * key.within} for share in (-0.99, 0.99) if key.within]
        right = [key.values, *key.also, *near]
        answers += [[check, values] for values in [*right, *(values for values, _ in wrong)]]
        wanted += [*((True, "") for _ in right), *((False, words) for _, words in wrong)]
    judged = at("exercises/pages/04_vintages.html").evaluate(
        f"() => {json.dumps(answers)}.map(([check, values]) => plainAnswers.judge(check, values))"
        '.map(({ right, says }) => [right, says ?? ""])'
    )
    for answer, (right, says), (is_right, words) in zip(answers, judged, wanted, strict=True):
        assert right == is_right and words in says, answer


def test_a_choice_and_an_order_are_answered_on_the_page(at):
    page = at("exercises/pages/01_reading.html")
    questions = _list_questions("choice", "order")
    choice = page.locator(".self-check-choice").first
    order = page.locator(".self-check-order").first
    for letter, option in questions["1.1 choice"][2].choices.items():
        choice.locator(f"input[value={letter}]").check()
        verdict = ".is-wrong" if "misconception" in option else ".is-right"
        choice.locator(verdict).filter(has_text=option["says"]).wait_for()
    lines = order.locator(".lines li")
    letters = [*questions["1.5 order"][0].values.values()]
    for target, letter in enumerate(letters):
        now = [line.get_attribute("data-letter") for line in lines.all()]
        for _ in range(now.index(letter) - target):
            order.get_by_role("button", name=f"Move line {letter} up").click()
    order.get_by_role("button", name="Check the order").click()
    order.locator(".is-wrong").filter(has_text=f"The answer has {len(letters)} lines").wait_for()
    for line in lines.all()[len(letters) :]:
        order.get_by_role(
            "button", name=f"Leave out line {line.get_attribute('data-letter')}"
        ).click()
    order.get_by_role("button", name="Check the order").click()
    order.locator(".is-right").wait_for()
