"""The question bank, read back by a reader that knows Moodle's format and nothing of what wrote
it."""

import html
import re
from functools import cache
from xml.etree import ElementTree as ET

import pytest

from coursework.bank import moodle
from coursework.bank.questions import fits, list_questions
from coursework.masters import bounds, variant
from coursework.masters.master import SOLUTION, Exercise, Master, MasterError, read
from coursework.masters.seals import read_recorded
from tests.coursework.masters import ROOT, SOURCES, list_secrets

# A gap in the format of Moodle: question/type/multianswer/questiontype.php.
GAP = re.compile(r"\{(\d+):(NUMERICAL|SHORTANSWER):([^}]*)\}")
CHOICE = re.compile(r"%(\d+)%(.+?)(?::([\d.e-]+))?#(.*)", re.DOTALL)


@cache
def list_masters() -> list[Master]:
    return [read(source.with_suffix(".ipynb")) for source in SOURCES]


@cache
def list_quiz() -> list[ET.Element]:
    """Questions and categories of the bank as Moodle reads them."""
    bank = moodle.format_bank(
        "A course", {master.title: list_questions([master]) for master in list_masters()}
    )
    return ET.fromstring(bank).findall("question")


def plain(text: str) -> str:
    """Strip HTML, Markdown and spaces from a text."""
    return re.sub(r"[\s*`$\\()\[\]]", "", html.unescape(re.sub(r"<[^>]+>", "", text)))


def list_tries(exercise: Exercise) -> list[tuple[int, object, bool, str]]:
    """List tries from the master: field, answer, whether it is right, and feedback."""
    if exercise.choices:
        chosen = exercise.choices.values()
        return [(0, one["text"], "misconception" not in one, one["says"]) for one in chosen]
    tries = []
    slips = [record for cell in exercise.slips for record in read_recorded(cell)]
    for place, record in enumerate(read_recorded(exercise.tests)):
        right = (
            "".join(map(str, record["values"].values())) if exercise.lines else record["values"][""]
        )
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
        odd = "neither" if isinstance(right, str | bool) else 13_572_468.1234
        tries.append((place, odd, False, " ".join(exercise.hints)))
    return tries


def judge_moodle(question: ET.Element, place: int, typed: object) -> tuple[float, str]:
    """Return share of the points and feedback as Moodle would: those of the first answer that
    fits."""
    kind = question.get("type")
    answers = []
    if kind == "cloze":
        text = question.findtext("questiontext/text") or ""
        _, sub, inside = GAP.findall(text)[place]
        kind = {"NUMERICAL": "numerical", "SHORTANSWER": "shortanswer"}[sub]
        for part in inside.split("~"):
            share, answer, near, feedback = CHOICE.fullmatch(part).groups()
            answers.append((share, html.unescape(answer), near or "0", html.unescape(feedback)))
    else:
        for one in question.findall("answer"):
            texts = (
                one.findtext("text"),
                one.findtext("tolerance") or "0",
                one.findtext("feedback/text"),
            )
            answers.append((one.get("fraction"), *texts))
    for share, answer, near, feedback in answers:
        if answer == "*":
            return float(share) / 100, feedback
        if kind == "numerical":
            same = abs(float(answer) - float(typed)) <= float(near) + 1e-9
        else:
            same = plain(answer).casefold() == plain(str(typed)).casefold()
        if same:
            return float(share) / 100, feedback
    return 0, ""


def list_exercises() -> list[Exercise]:
    return [
        exercise for master in list_masters() for exercise in master.exercises if fits(exercise)
    ]


def test_each_exercise_that_fits_is_there_once_and_no_solution():
    written = {
        one.findtext("idnumber"): html.unescape("".join(one.itertext())) for one in list_quiz()
    }
    numbers = [one.findtext("idnumber") for one in list_quiz() if one.get("type") != "category"]
    assert numbers == [f"{exercise.number}-1" for exercise in list_exercises()]
    assert len(numbers) > 80 and len(list_quiz()) == 2 * len(numbers)
    kinds = {exercise.facts["kind"] for exercise in list_exercises()}
    assert not kinds & {"bug-fix", "chart making", "short text"}
    for exercise in list_exercises():
        shown = "".join(cell.source for cell in [*exercise.provided, *exercise.question])
        shown += str(exercise.facts) + SOLUTION.sub("", exercise.answer.source)
        secrets = list_secrets(exercise, shown, 10)
        assert [secret for secret in secrets if secret in written[f"{exercise.number}-1"]] == [], (
            exercise.number
        )


def test_what_is_marked_is_in_no_bank():
    """A quiz that says "Right" would give the assignment's answers away."""
    marked = [
        exercise for master in list_masters() for exercise in master.exercises if exercise.marked
    ]
    assert marked and not any(map(fits, marked))


def test_a_cohorts_values_are_those_that_its_notebooks_have():
    (path,) = ROOT.glob("exercises/04_*.ipynb")
    taken = moodle.list_taken(read(path), "2027-spring")
    varied = [one for one in read(path).exercises if one.variant_cells]
    assert varied and all(taken[one.number] != one.values for one in varied)
    assert moodle.list_taken(read(path), "") == {}


def test_moodle_gives_each_answer_its_points_and_its_feedback():
    named = {one.findtext("idnumber"): one for one in list_quiz() if one.get("type") != "category"}
    for exercise in list_exercises():
        for place, answer, right, message in list_tries(exercise):
            share, feedback = judge_moodle(named[f"{exercise.number}-1"], place, answer)
            assert share == right, (exercise.number, answer)
            assert plain(feedback) == plain(message or "Right."), (exercise.number, answer)


def test_sets_of_numbers_have_their_own_answers(tmp_path):
    source = ROOT / "exercises" / "04_vintages.md"
    made = variant.run(ROOT, [source], tmp_path, moodle.SEED, 0)
    questions = list_questions([read(source.with_suffix(".ipynb")), read(made[source])])
    for exercise in read(source.with_suffix(".ipynb")).exercises:
        sets = [question for question in questions if question.number == exercise.number]
        assert len(sets) == (1 + bool(exercise.variant_cells)) * fits(exercise)
        if len(sets) == 2:
            first, second = ([field.forms for field in question.fields] for question in sets)
            assert first != second and sets[1].name.endswith("(set 2)")
    # A cohort's values are left out, here those of the second set.
    taken = {one.number: one.values for one in read(made[source]).exercises}
    avoided = list_questions([read(source.with_suffix(".ipynb")), read(made[source])], taken)
    assert {one.name for one in questions} - {one.name for one in avoided} == {
        one.name for one in questions if one.set == 2
    }
    with pytest.raises(MasterError, match=f"from 1 to {moodle.MOST} sets"):
        moodle.make(ROOT, bounds.FEWEST + 2)
