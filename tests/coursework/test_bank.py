"""The question bank, read back by a reader that knows Moodle's format and nothing of what wrote it."""

import html
import re
from functools import cache
from xml.etree import ElementTree as ET

import pytest

from coursework.bank import moodle
from coursework.bank.questions import fits, list_questions
from coursework.masters import bounds, variant
from coursework.masters.in_page import SOLUTION
from coursework.masters.master import Exercise, Master, MasterError, read
from coursework.masters.seals import read_recorded
from tests.coursework.masters import ROOT, SOURCES, list_secrets

# What a gap of Moodle is: question/type/multianswer/questiontype.php.
GAP = re.compile(r"\{(\d+):(NUMERICAL|SHORTANSWER):([^}]*)\}")
CHOICE = re.compile(r"%(\d+)%(.+?)(?::([\d.e-]+))?#(.*)", re.DOTALL)


@cache
def list_masters() -> list[Master]:
    return [read(source.with_suffix(".ipynb")) for source in SOURCES]


@cache
def list_chapters() -> dict[str, list]:
    return {master.title: list_questions([master]) for master in list_masters()}


@cache
def write_moodle() -> bytes:
    return moodle.format_bank("A course", list_chapters())


def plain(text: str) -> str:
    """What a reader sees of HTML or Markdown, without spaces and the signs of either."""
    return re.sub(r"[\s*`$\\()\[\]]", "", html.unescape(re.sub(r"<[^>]+>", "", text)))


def list_tries(exercise: Exercise) -> list[tuple[int, object, bool, str]]:
    """From the master: which field, what is typed or chosen, whether that is right, what is said of it."""
    if exercise.choices:
        chosen = exercise.choices.values()
        return [(0, one["text"], "misconception" not in one, one["says"]) for one in chosen]
    tries = []
    slips = [record for cell in exercise.slips for record in read_recorded(cell)]
    for place, record in enumerate(read_recorded(exercise.tests)):
        right = "".join(map(str, record["values"].values())) if exercise.lines else record["values"][""]
        tries.append((place, right, True, ""))
        if record["within"]:
            tries += [(place, right + part * record["within"], True, "") for part in (-0.95, 0.95)]
        if exercise.lines:
            tries.append((place, ", ".join(right).lower(), True, ""))
        seen = [right]
        for slip in (one for one in slips if one["name"] == record["name"]):
            wrong = "".join(map(str, slip["values"].values()))
            wrong = wrong if exercise.lines else slip["values"][""]
            if wrong not in seen:  # of two misconceptions with one answer the first speaks
                tries.append((place, wrong, False, slip["slip"]))
            seen.append(wrong)
        odd = "neither" if isinstance(right, str | bool) else 1e7 + 0.1234
        tries.append((place, odd, False, " ".join(exercise.hints)))
    return tries


def judge_moodle(question: ET.Element, place: int, given: object) -> tuple[float, str]:
    """The share of the points, and the feedback, as Moodle would: the first answer that fits."""
    kind, answers = question.get("type"), []
    if kind == "cloze":
        text = question.findtext("questiontext/text") or ""
        _, sub, inside = GAP.findall(text)[place]
        kind = {"NUMERICAL": "numerical", "SHORTANSWER": "shortanswer"}[sub]
        for part in inside.split("~"):
            share, answer, near, says = CHOICE.fullmatch(part).groups()
            answers.append((share, html.unescape(answer), near or "0", html.unescape(says)))
    else:
        for one in question.findall("answer"):
            texts = (one.findtext("text"), one.findtext("tolerance") or "0", one.findtext("feedback/text"))
            answers.append((one.get("fraction"), *texts))
    for share, answer, near, says in answers:
        if answer == "*":
            return float(share) / 100, says
        if kind == "numerical":
            same = abs(float(answer) - float(given)) <= float(near) + 1e-9
        else:
            same = plain(answer).casefold() == plain(str(given)).casefold()
        if same:
            return float(share) / 100, says
    return 0, ""


def list_exercises() -> list[Exercise]:
    return [exercise for master in list_masters() for exercise in master.exercises if fits(exercise)]


def test_what_fits_is_there_once():
    quiz = ET.fromstring(write_moodle())
    found = [one.findtext("idnumber") for one in quiz.findall("question[@type!='category']")]
    assert found == [f"{exercise.number}-1" for exercise in list_exercises()]
    assert len(found) > 90 and len(quiz.findall("question[@type='category']")) == len(found)
    of_code = {one.facts["kind"] for one in list_exercises()} & {"bug-fix", "chart making", "short text"}
    assert not of_code


def test_moodle_gives_each_answer_its_points_and_its_words():
    quiz = ET.fromstring(write_moodle())
    named = {one.findtext("idnumber"): one for one in quiz.findall("question[@type!='category']")}
    for exercise in list_exercises():
        question = named[f"{exercise.number}-1"]
        for place, given, right, says in list_tries(exercise):
            share, said = judge_moodle(question, place, given)
            assert share == right, (exercise.number, given)
            assert plain(said) == plain(says or "Right."), (exercise.number, given)


def test_no_solution_stands_in_it():
    quiz = ET.fromstring(write_moodle())
    named = {one.findtext("idnumber"): "".join(one.itertext()) for one in quiz.findall("question")}
    for exercise in list_exercises():
        given = "".join(cell.source for cell in [*exercise.provided, *exercise.question])
        given += str(exercise.facts) + SOLUTION.sub("", exercise.answer.source)
        written = html.unescape(named[f"{exercise.number}-1"])
        assert [one for one in list_secrets(exercise, given, 10) if one in written] == [], exercise.number


def test_the_same_masters_give_the_same_bytes():
    one = read(SOURCES[2].with_suffix(".ipynb"))
    first, again = (moodle.format_bank("A course", {"A chapter": list_questions([one])}) for _ in range(2))
    assert first == again


def test_sets_of_numbers_have_their_own_answers(tmp_path):
    source = ROOT / "exercises" / "03_gdp.md"
    made = variant.run(ROOT, [source], tmp_path, moodle.SEED, 0)
    questions = list_questions([read(source.with_suffix(".ipynb")), read(made[source])])
    pairs = {}
    for question in questions:
        pairs.setdefault(question.number, []).append(question)
    for exercise in read(source.with_suffix(".ipynb")).exercises:
        sets = pairs.get(exercise.number, [])
        assert len(sets) == (1 + bool(exercise.variant_cells)) * fits(exercise)
        if len(sets) == 2:
            first, second = ([one.forms for one in question.fields] for question in sets)
            assert first != second and sets[1].name.endswith("(set 2)")
    with pytest.raises(MasterError, match=f"from 1 to {moodle.MOST} sets"):
        moodle.make(ROOT, bounds.FEWEST + 2)
