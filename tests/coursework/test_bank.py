"""The question bank, read back by readers that know the formats and nothing of what wrote them."""

import html
import io
import re
import zipfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from lxml import etree

from coursework.bank import bank, canvas, moodle
from coursework.bank.questions import fits, list_questions
from coursework.making import bounds, variant
from coursework.making.in_page import SOLUTION
from coursework.making.master import Exercise, Master, MasterError, read
from coursework.making.seals import read_recorded
from tests.coursework.masters import ROOT, SOURCES, list_secrets

DTD = Path(__file__).with_name("ims_qtiasiv1p2p1.dtd")  # IMS Question and Test Interoperability, as published
QTI = f"{{{canvas.QTI}}}"
# What a gap of Moodle is: question/type/multianswer/questiontype.php.
GAP = re.compile(r"\{(\d+):(NUMERICAL|SHORTANSWER):([^}]*)\}")
CHOICE = re.compile(r"%(\d+)%(.+?)(?::([\d.e-]+))?#(.*)", re.DOTALL)


@cache
def list_masters() -> list[Master]:
    return [read(source.with_suffix(".ipynb")) for source in SOURCES]


@cache
def list_chapters() -> list[tuple[str, str, list]]:
    return [(master.stem, master.title, list_questions([master])) for master in list_masters()]


@cache
def write_moodle() -> bytes:
    return moodle.format_bank("A course", [(title, made) for _, title, made in list_chapters()])


@cache
def read_package() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(canvas.pack_bank(list_chapters()))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


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


def holds(condition: ET.Element, given: str) -> bool:
    """Whether what QTI states of a response is so."""
    kind, inside = condition.tag.removeprefix(QTI), condition.text or ""
    if kind in ("conditionvar", "and", "or"):
        # Several that stand side by side are ways to be right, as Canvas has it.
        return (all if kind == "and" else any)(holds(one, given) for one in condition)
    if kind == "other":
        return True
    if kind == "varequal":
        return inside.casefold() == given.casefold()
    limit = float(inside)
    try:
        return float(given) >= limit - 1e-9 if kind == "vargte" else float(given) <= limit + 1e-9
    except ValueError:
        return False


def judge_qti(item: ET.Element, given: str) -> tuple[float, str]:
    """Score and feedback of an item, by its own processing."""
    score, said = 0.0, []
    for condition in item.iter(f"{QTI}respcondition"):
        if holds(condition.find(f"{QTI}conditionvar"), given):
            score = float(condition.findtext(f"{QTI}setvar") or score)
            said += [one.get("linkrefid") for one in condition.iter(f"{QTI}displayfeedback")]
            if condition.get("continue") == "No":
                break
    texts = {one.get("ident"): "".join(one.itertext()) for one in item.iter(f"{QTI}itemfeedback")}
    return score / 100, " ".join(texts[name] for name in said)


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


def test_canvas_gives_each_answer_its_points_and_says_what_to_look_at():
    package, items = read_package(), {}
    for stem, _, _ in list_chapters():
        for item in ET.fromstring(package[f"{stem}/{stem}.xml"]).iter(f"{QTI}item"):
            items.setdefault(item.get("title").split()[0], []).append(item)
    for exercise in list_exercises():
        fields = [one for item in items[exercise.number] for one in item.iter(f"{QTI}qtimetadatafield")]
        told = [[one.findtext(f"{QTI}field{part}") for part in ("label", "entry")] for one in fields]
        points = sum(float(entry) for label, entry in told if label == "points_possible")
        assert points == pytest.approx(exercise.points, abs=0.01)
        for place, given, right, says in list_tries(exercise):
            item, typed = items[exercise.number][place], str(given)
            if exercise.choices:
                labels = {one.get("ident"): one for one in item.iter(f"{QTI}response_label")}
                typed = next(k for k, v in labels.items() if plain("".join(v.itertext())) == plain(typed))
            score, said = judge_qti(item, typed)
            assert score == right, (exercise.number, given)
            assert plain(says) in plain(said), (exercise.number, given)
            if right and not exercise.choices:
                assert plain(said) == "Right."


def test_the_package_keeps_its_schema_and_names_every_file():
    package, dtd = read_package(), etree.DTD(str(DTD))
    for stem, _, _ in list_chapters():
        bare = package[f"{stem}/{stem}.xml"].replace(f' xmlns="{canvas.QTI}"'.encode(), b"")
        assert dtd.validate(etree.fromstring(bare)), dtd.error_log.filter_from_errors()
    manifest = ET.fromstring(package["imsmanifest.xml"])
    files = {one.get("href") for one in manifest.iter(f"{{{canvas.PACKAGE}}}file")}
    assert files == package.keys() - {"imsmanifest.xml"}
    names = [one.get("identifier") for one in manifest.iter(f"{{{canvas.PACKAGE}}}resource")]
    banks = [ET.fromstring(package[f"{stem}/{stem}.xml"]) for stem, *_ in list_chapters()]
    idents = [item.get("ident") for one in banks for item in one.iter(f"{QTI}item")]
    assert len(set(names)) == len(names) and len(set(idents)) == len(idents)
    pictures = {name for name in files if name.startswith("images/")}
    used = set(re.findall(r"%24IMS-CC-FILEBASE%24/([^&\"]+)", b"".join(package.values()).decode()))
    assert pictures == used and len(pictures) >= 5


def test_no_solution_stands_in_it():
    quiz = ET.fromstring(write_moodle())
    named = {one.findtext("idnumber"): "".join(one.itertext()) for one in quiz.findall("question")}
    for exercise in list_exercises():
        given = "".join(cell.source for cell in [*exercise.provided, *exercise.question])
        given += str(exercise.facts) + SOLUTION.sub("", exercise.answer.source)
        written = html.unescape(named[f"{exercise.number}-1"])
        assert [one for one in list_secrets(exercise, given, 10) if one in written] == [], exercise.number


def test_the_same_masters_give_the_same_bytes():
    before, package = write_moodle(), canvas.pack_bank(list_chapters())
    for made in (list_masters, list_chapters, write_moodle):
        made.cache_clear()
    assert write_moodle() == before and canvas.pack_bank(list_chapters()) == package


def test_sets_of_numbers_have_their_own_answers(tmp_path):
    source = ROOT / "exercises" / "03_gdp.md"
    made = variant.run(ROOT, [source], tmp_path, bank.SEED, 0)
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
            assert [bank.choose(sets, count) for count in (1, 2, 3)] == [sets[:1], sets[1:], sets[1:]]
    with pytest.raises(MasterError, match=f"from 1 to {bank.MOST} sets"):
        bank.make(ROOT, bounds.FEWEST + 2)
