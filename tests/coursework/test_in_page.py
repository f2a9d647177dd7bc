"""The file that an exercise page fetches: with other values a solution is right and a blank is wrong."""

import base64
import json
import re

from plain_answers.checking import Checks
from plain_answers.recording import Recorder

from coursework.masters import in_page
from coursework.masters.master import read
from tests.coursework.masters import ROOT


def is_right(tests: str, names: dict, sealed: str) -> bool:
    check = Checks()
    check.use(sealed)
    try:
        exec(tests, names | {"check": check})
    except AssertionError:
        return False
    return True


def test_with_other_values_a_solution_is_right_and_what_was_right_before_is_not():
    page = json.loads(in_page.format_page(read(ROOT / "exercises" / "03_gdp.ipynb")))
    names: dict = {}
    for code in page["provided"]:
        exec(code, names)
    results = {}
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
        results[label] = tuple(is_right(exercise["tests"], answer, sealed) for answer in (other, now, blank))
        assert key["shown"] and key["shown"] not in json.dumps(exercise)
        asked = [one["question"] for one in exercise["variants"]]
        assert asked and not any(re.search(r"[{}<>]|\*\w", text) for text in asked), asked
    assert len(results) == 6 and set(results.values()) == {(True, False, False)}, results
    drawn = page["exercises"]["exercise-3-7"]
    assert drawn["chart"] == "chart" and "Draw Hebei" in drawn["variants"][0]["question"]
