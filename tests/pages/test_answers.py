"""What a page says of an answer is what a notebook says: the judge and the page's script, on every one."""

import base64
import json
import re
import runpy
from types import SimpleNamespace

import pytest
from plain_answers.judging import Answer, Slip

from coursework.making.master import read
from coursework.making.seals import read_recorded
from tests import browser
from tests.pages import built

CASES = SimpleNamespace(
    **runpy.run_path(str(built.ROOT / "packages" / "plain-answers" / "tests" / "cases.py"))
)
PAGE = "exercises/pages/03_gdp.html"
WORDS = ("", " ", "about 12", "12,5", "1e999", "x" * 2000, "12 parsecs", "nan", "－１２", "Not yet")


def _list_questions() -> dict[str, tuple[Answer, dict]]:
    """Every number and word that a page asks for: its key, from the master, and what the page holds of it."""
    found = {}
    for source in sorted((built.ROOT / "exercises").glob("[0-9][0-9]_*.ipynb")):
        html = built.html(f"exercises/pages/{source.stem}.html")
        packed = [json.loads(base64.b64decode(text)) for text in re.findall(r'data-check="([^"]+)"', html)]
        checks = {check["name"]: check for check in packed if check["form"] in ("number", "text")}
        for exercise in read(source).exercises:
            slips = [record for cell in exercise.slips for record in read_recorded(cell)]
            for one in read_recorded(exercise.tests) if exercise.tests else []:
                known = [Slip(slip["values"], slip["slip"]) for slip in slips if slip["name"] == one["name"]]
                if one["name"] in checks:
                    key = Answer(one["name"], one["values"], one["within"], one["unit"], known)
                    found[key.name] = key, checks[key.name]
    return found


def _list_typed(key: Answer) -> list[str]:
    """What a student may type: what is right in many forms, what misconceptions give, and what is neither."""
    right, within, unit = key.values[""], key.within, key.unit
    slips = [str(slip.values[""]) for slip in key.slips]
    if isinstance(right, str):
        forms = ("{}", "{}.", "({})", "“{}”", " {}。", "「{}」", "{}!", "{}x", "not {}", "[{}]", "{}, {}")
        return [form.format(word, word) for word in (right, right.upper()) for form in forms] + slips
    near = [right + share * within for share in (-0.99, -0.5, 0, 0.5, 0.99, 1.2, -1.2, 3)]
    numbers = [*near, *(right * times for times in (-1, 100, 0.01, -100, 10, 0.1, 1000)), 0, right + 1]
    plain = [f"{number:.10g}" for number in numbers]
    forms = f"{{}}.|{{}} {unit}|{{}}{unit}.|{{}}%|{{}} pp|“{{}}”|({{}})| {{}} |{{}}。|+{{}}|{{}} km|{{:,}}"
    written = [form.format(right) for form in forms.split("|")]
    signs = (("-", "−"), (".", ","), ("-.0123456789", "－．０１２３４５６７８９"))
    others = (str(right).translate(str.maketrans(*pair)) for pair in signs)
    return [*plain, *written, written[-1].replace(",", " "), *others, *slips]


@pytest.fixture
def script(at_desk, home):
    """Evaluates an expression in the page's own script."""
    page = browser.open_page(at_desk, home, PAGE).page
    return lambda code: page.evaluate(f"() => {{ {CASES.RATE} return {code}; }}")


def test_the_page_s_own_script_passes_the_cases(script):
    rated = script(CASES.format_script())
    assert [fault for one, got in zip(CASES.QUESTIONS, rated) for fault in CASES.find_faults(one, got)] == []


def test_every_number_and_word_is_judged_as_in_a_notebook(script):
    questions = _list_questions()
    kinds = [key.kind for key, _ in questions.values()]
    assert (kinds.count("text"), kinds.count("number")) >= (16, 139)
    typed = {name: [*_list_typed(key), *WORDS] for name, (key, _) in questions.items()}
    told = [[check, typed[name]] for name, (_, check) in questions.items()]
    rated = script(f"{json.dumps(told)}.map(([answer, all]) => all.map((typed) => rate(answer, typed)))")
    found = []
    for (name, (key, check)), of_page in zip(questions.items(), rated):
        fields = {field: value for field, value in check.items() if field not in ("form", "hints")}
        for text, (verdict, says) in zip(typed[name], of_page):
            notebook, marked = CASES.rate(Answer.read(fields), text), CASES.rate(key, text)
            same_words = verdict == "right" or says.lower().rstrip(".") in notebook[1].lower()
            if not verdict == notebook[0] == marked[0] or not same_words:
                found.append((name, text, (verdict, says), notebook, marked))
        assert [verdict for verdict, _ in of_page].count("right") >= 7, name
    assert found == []
