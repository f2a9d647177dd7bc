"""The file that an exercise page fetches: with other values a solution is right and a blank is wrong."""

import base64
import json
import re

import pytest
from plain_answers.checking import Checks
from plain_answers.recording import Recorder

from coursework.masters import in_page
from coursework.masters.master import read
from tests.coursework.masters import ROOT


@pytest.fixture(scope="module")
def page() -> dict:
    return json.loads(in_page.format_page(read(ROOT / "exercises" / "03_gdp.ipynb")))


def verdict(tests: str, names: dict, sealed: str) -> str:
    """What the page says of an answer: nothing where it is right."""
    check = Checks()
    check.use(sealed)
    try:
        exec(tests, names | {"check": check})
    except AssertionError as error:
        return str(error)
    return ""


def test_with_other_values_a_solution_is_right_and_what_was_right_before_is_not(page):
    names: dict = {}
    for code in page["provided"]:
        exec(code, names)
    found = {}
    for label, exercise in page["exercises"].items():
        key = json.loads(base64.b64decode(exercise["key"]))
        now, other, recorder = dict(names), dict(names), Recorder()
        for place, code in enumerate(exercise["given"]):
            exec(code, now)
            exec(exercise["variants"][0]["cell"] if place == exercise["varies"] else code, other)
        blank = dict(other)
        exec(key["solution"], now)
        exec(key["solution"], other)
        exec(exercise["tests"], other | {"check": recorder})
        for slip in key["slips"]:
            exec(slip, other | {"check": recorder})
        sealed = recorder.sealed()
        exec(key["solution"].replace(key["shown"], ""), blank)
        said = [verdict(exercise["tests"], kind, sealed) for kind in (other, now, blank)]
        found[label] = ["right" if not text else "wrong" for text in said]
        assert key["shown"] and key["shown"] not in json.dumps(page["exercises"][label])
    assert len(found) == 6 and set(map(tuple, found.values())) == {("right", "wrong", "wrong")}, found


def test_a_question_with_other_values_names_them_and_has_no_roles(page):
    for exercise in page["exercises"].values():
        asked = [one["question"] for one in exercise["variants"]]
        assert asked and not any(re.search(r"[{}<>]|\*\w", text) for text in asked), asked
    drawn = page["exercises"]["exercise-3-7"]
    assert drawn["chart"] == "chart" and "Draw Hebei" in drawn["variants"][0]["question"]
