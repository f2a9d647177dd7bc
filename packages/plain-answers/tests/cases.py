"""The cases of `cases.json` as answers of a key, and the page's script run on them."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from plain_answers import SCRIPT
from plain_answers.judging import Answer, Slip, judge
from plain_answers.sealing import seal, write

QUESTIONS = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
NODE = shutil.which("node")
# What the page's script makes of something typed, as `rate` says it of the judge.
RATE = """
const rate = (answer, typed) => {
  const { ask, values } = plainAnswers.parse(typed, answer);
  const { right, says } = ask ? { says: ask } : plainAnswers.judge(answer, values);
  return [ask ? "refused" : right ? "right" : "wrong", says];
};
"""


def rate(answer: Answer, given: object) -> tuple[str, str]:
    """The verdict of the judge, and what it says."""
    found = judge(answer, given)
    return "right" if found.right else "refused" if found.refused else "wrong", found.says


def make_answer(question: dict[str, Any]) -> Answer:
    """The key to a question of the file."""

    def label(key: Any) -> dict[str, Any]:
        return {str(i): one for i, one in enumerate(key, 1)} if isinstance(key, list) else {"": key}

    slips = []
    for gives, says in question.get("slips", {}).items():
        values = [float(one) if question["kind"] == "number" else one for one in gives.split(", ")]
        slips.append(Slip(label(values if isinstance(question["key"], list) else values[0]), says))
    within, unit = question.get("within", 0), question.get("unit", "")
    also = [label(one) for one in question.get("also", ())]
    return Answer(question["question"], label(question["key"]), within, unit, tuple(slips), also=also)


def list_cases(question: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What is typed, its verdict, and some words of what is said of it."""
    cases = [(typed, verdict, "") for verdict in ("right", "wrong") for typed in question.get(verdict, ())]
    for part, verdict in (("says", "wrong"), ("refused", "refused")):
        cases += [(typed, verdict, says) for says, all_ in question.get(part, {}).items() for typed in all_]
    return [(typed if isinstance(typed, str) else typed[0] * typed[1], *other) for typed, *other in cases]


def find_faults(question: dict[str, Any], rated: list[tuple[str, str]]) -> list[tuple[Any, ...]]:
    """The cases of a question in which a verdict, or what is said, is not that of the file."""
    return [
        (typed, verdict, says, found)
        for (typed, verdict, says), found in zip(list_cases(question), rated, strict=True)
        if found[0] != verdict or says.lower() not in found[1].lower()
    ]


def seal_question(question: dict[str, Any]) -> dict[str, Any]:
    """The answer of a question as a page holds it."""
    answer = make_answer(question)
    return write([seal(answer, "a salt")])[answer.name]


def format_script() -> str:
    """An expression for the page's script that rates what the file says is typed, by question."""
    told = [[seal_question(one), [typed for typed, *_ in list_cases(one)]] for one in QUESTIONS]
    return f"{json.dumps(told)}.map(([answer, all]) => all.map((typed) => rate(answer, typed)))"


def run_script(code: str) -> Any:
    """What an expression gives in Node, after the page's script."""
    program = f"{SCRIPT.read_text(encoding='utf-8')}\n{RATE}\nconsole.log(JSON.stringify({code}));"
    done = subprocess.run([NODE or "node", "-"], input=program, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
