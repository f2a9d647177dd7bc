"""The capstone: its example keeps the contract and passes; every way to fail fails with its own sentence."""

import copy
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from claims_ledger.records import list_verdicts
from nbclient import NotebookClient
from notebook_grader import plain
from notebook_grader.decisions import Mark
from notebook_grader.desk.command import find_stacks

from coursework.capstone import __main__ as checking
from coursework.capstone import marking
from coursework.course import COURSE
from coursework.lint import charts, run
from coursework.lint.chapter import Chapter
from coursework.lint.code import find_constants
from coursework.lint.numbers import find_typed
from coursework.making import plans
from jingjinji import claims
from jingjinji.capstone import __main__ as anywhere
from jingjinji.capstone import brief, cards, checks, evidence, keys, own, rerun, units
from jingjinji.claims import VERDICT_MIME
from tests import browser as pages
from tests.chapters import contract
from tests.coursework.graded import needs_sandbox

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "capstone"
EXAMPLE, TEMPLATE = FOLDER / "example.ipynb", FOLDER / "template.ipynb"


def filed(notebook: Path) -> list[dict]:
    return contract.cards(contract.read(notebook))


@pytest.fixture
def five():
    """The cards of the example, moved to claims that anybody may choose."""
    made = copy.deepcopy(filed(EXAMPLE))
    for card, claim in zip(made, ("C10", "C17", "C34", "C48", "C80"), strict=True):
        card["claim"], card["statement"] = claim, claims.get(claim).statement
    return made


# The example keeps what the contract asks of a chapter, where it applies


@pytest.mark.parametrize("source", contract.CAPSTONE, ids=lambda path: path.stem)
def test_outputs_code_charts_and_numbers(source):
    given = Chapter.load(source)
    rules = (run.find_stale, run.find_unstored, charts.find_faulty, find_typed)
    found = [finding for rule in rules for finding in rule(given)]
    assert [*map(str, found), *map(str, find_constants(given, list(cards.RESERVED)))] == []


def test_chapters_judge_every_claim_and_the_example_those_that_are_kept_for_it():
    notebooks = [path.with_suffix(".ipynb") for path in contract.SOURCES]
    judged = {card["claim"] for path in notebooks for card in filed(path)}
    assert sorted(set(claims.ledger().index) - judged) == []
    ours, derived = (
        {card["claim"]: card["verdict"] for card in filed(EXAMPLE)},
        list_verdicts(claims.folder()),
    )
    assert sorted(ours) == list(cards.RESERVED)
    assert {claim: label for claim, label in ours.items() if derived[claim]["verdict"] != label} == {}
    text = contract.prose(contract.read(EXAMPLE))
    assert all(f"claim-{claim.lower()}" in text for claim in cards.RESERVED)


@needs_sandbox
def test_the_example_passes():
    told = [sys.executable, "-m", "coursework.capstone", str(EXAMPLE), "--example"]
    done = subprocess.run(told, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "".join(f"ok   {part}\n" for part in checks.PARTS.values()) + (
        "6 of 6 parts passed. Cells are counted from the top, text included.\n"
    )


@needs_sandbox
def test_a_notebook_from_an_ordinary_jupyter_passes(tmp_path):
    """There charts are stored as pages with an id drawn by lot, and not as the book stores them."""
    plain = {name: value for name, value in os.environ.items() if name != "JINGJINJI_BOOK"}
    notebook = contract.read(EXAMPLE)
    NotebookClient(notebook, timeout=120, extra_arguments=["--log-level=ERROR"]).execute(env=plain)
    assert any("vegaEmbed" in html for _, html in contract.stored(notebook, "text/html"))
    nbformat.write(notebook, tmp_path / "ann.ipynb")
    shutil.copy(FOLDER / "example_brief.md", tmp_path / "ann_brief.md")
    assert checking.check(tmp_path / "ann.ipynb", example=True) == {part: [] for part in checks.PARTS}


@needs_sandbox
def test_the_work_on_another_article_passes():
    assert checking.check(FOLDER / "elsewhere.ipynb") == {part: [] for part in checks.PARTS}


def test_a_faulty_ledger_is_named(tmp_path):
    good = (FOLDER / "elsewhere_claims.csv").read_text(encoding="utf-8")
    for text, sentence in (
        (good.replace("caution", "mood", 1), "has no column caution"),
        (good.replace("P02,", "P01,", 1), "has P01 twice"),
        (good.replace("Name a measure of flows and one of efficiency.", ""), "has no check for P05"),
    ):
        (tmp_path / "ann_claims.csv").write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=sentence):
            own.read(tmp_path / "ann_claims.csv")


# The template


@needs_sandbox
def test_the_untouched_template_fails_kindly(tmp_path, capsys):
    shutil.copy(TEMPLATE, tmp_path / "ann.ipynb")
    assert checking.main([str(tmp_path / "ann.ipynb")]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "ok   The notebook runs again and shows the same",
        f"mend {checks.PARTS['cards']}",
        "     - No verdict card is filed; a capstone has 5: "
        "end the notebook with claims.card(...) for each of your claims.",
        f"mend {checks.PARTS['keys']}",
        "     - 1 published results are reproduced; 3 of different measures are asked for, each in a line "
        "such as 'key A02: 6.748950'.",
        f"mend {checks.PARTS['evidence']}",
        "     - No verdict card is complete, so no evidence can be looked for.",
        "mend Axes and numbers have units",
        "     - The notebook has no chart; show at least one comparison as a chart made with Altair.",
        "mend The brief has its sections and lengths, and the notebook's numbers",
        "     - There is no brief: put ann_brief.md beside the notebook.",
        "1 of 6 parts passed. Cells are counted from the top, text included.",
    ]


def test_the_untouched_brief_fails_section_by_section_and_the_template_lists_what_may_be_chosen():
    found = brief.find_problems(brief.TEMPLATE.read_text(encoding="utf-8"), [], "", {})
    assert len(found) == len(brief.read_limits())
    assert all("still holds the guide" in sentence for sentence in found)
    listed = set(re.findall(r"\bC\d\d\b", rerun.collect_printed(contract.read(TEMPLATE))))
    assert listed == set(claims.ledger().index) - set(cards.RESERVED)


# Cards


def test_a_faulty_card_is_named(five):
    assert cards.find_problems(five) == []
    five[2] |= {"range": ""}
    del five[0]["source"]
    assert cards.find_problems(five) == [
        "The card on C10: `source` is missing; it must say who published the figures.",
        "The card on C34: `range` is empty; it must say what the answer could be: by another vintage or "
        "definition, and by rounding or sampling.",
    ]


def card_on(card: dict, claim: str) -> dict:
    return card | {"claim": claim, "statement": claims.get(claim).statement}


ONE_CHAPTER = ("C58", "C59", "C60", "C61", "C62")
SETS = {
    "4 verdict cards are filed; a capstone has 5, one for each": lambda five: five[:4],
    "6 verdict cards are filed": lambda five: [*five, card_on(five[0], "C50")],
    "C10 has more than one card": lambda five: [*five[:4], five[0]],
    "C77 is kept for the example; choose another.": lambda five: [*five[:4], card_on(five[4], "C77")],
    "The claims come from chapter 14; take them from at least 3 chapters": lambda five: list(
        map(card_on, five, ONE_CHAPTER)
    ),
}


@pytest.mark.parametrize("sentence", SETS)
def test_a_faulty_set_is_named(five, sentence):
    (found,) = cards.find_problems(SETS[sentence](five))
    assert sentence in found


# Keys


KNOWN = keys.read_published()


def test_keys_pass():
    printed = "key A02: 6.749\nkey A11: 300\nkey V02: 0.00810328, 85.539\n"
    assert keys.find_problems(printed, KNOWN) == []
    (few,) = keys.find_problems(printed.replace("V02", "A02").replace(", 85.539", ""), KNOWN)[1:]
    assert few.startswith("2 published results are reproduced")


WRONG_KEYS = {
    "key A02: 6.8": "Key A02 came out as 6.8; published is 6.748, within 0.001.",
    "key A02: 6.749, 1": "Key A02 has 2 numbers; the published result has 1.",
    "key A02: about": "Key A02 is printed as 'about'; numbers separated by commas are expected.",
    "key X99: 1": "Key X99 is not known",
}
TYPED_KEYS = {
    "print('key A02: 6.748950')": "Key A02 is typed",
    "a = 6.74895\nprint(f'key A02: {a}')": "Key A02 is typed",
    "import numpy as np\na = np.sqrt(6.748)\nprint(f'key A02: {a**2}')": "Key A02 is published, and its",
    "t = read('answer_keys.csv')\nprint(f'key A02: {t.mean()}')": "The notebook reads the published",
}
COMPUTED_KEY = "from m import growth\nprint(f'key A02: {growth.cagr(1, 1.8, 9):.6f}')"


@pytest.mark.parametrize("line", WRONG_KEYS)
def test_a_wrong_key_is_named(line):
    found = keys.find_problems(line, KNOWN)
    assert found[0].startswith(WRONG_KEYS[line]) and found[1].startswith("0 published results")


@pytest.mark.parametrize("source", TYPED_KEYS)
def test_a_key_that_was_not_computed_is_named(source):
    (found,) = evidence.find_key_problems(evidence.Code(book(cell(source))), ["A02"], KNOWN)
    assert found.startswith(TYPED_KEYS[source])
    assert evidence.find_key_problems(evidence.Code(book(cell(COMPUTED_KEY))), ["A02"], KNOWN) == []


# Evidence


FIVE = ("C10", "C17", "C34", "C48", "C80")
CODE = """
from jingjinji import data
table = data.load('province_gdp_vintages')
a, b = table['gdp'].agg(['min', 'max'])
chart(table)
for claim in five:
    print(f'two {claim}: fourth {a}, fifth {b} %')
    claims.card(claim, found=f'{a} %', range=f'{a} to {b} % in two vintages')
print(f'compare C80: one {a}, other {b} %')
"""
PRINTED = (
    "".join(f"two {c}: fourth 6.3, fifth 6.1 %\n" for c in FIVE[:3]) + "compare C80: one 6.3, other 7.0 %\n"
)
CHART = {"datasets": {"d": [{"x": number} for number in range(5)]}}


def sought(five: list[dict], code: str = CODE, printed: str = PRINTED, chart: dict = CHART) -> list[str]:
    """What is missing of a notebook of one cell that filed five cards, each with a range of its own."""
    for number, card in enumerate(five):
        card["range"] = card["range"] or f"{number} to 9 % by two vintages"
        card["found"] = card["found"] if card["verdict"] in evidence.WITHOUT_ANSWER else f"{number} %"
    return evidence.find_problems(evidence.Code(book(cell(code))), printed, five, {2: chart})


TABLE = "table['gdp'].agg(['min', 'max'])"
MISSING = {
    "C10, C17, C34, C48, C80 are left without an answer": (
        lambda five: [card | {"verdict": "not testable as worded"} for card in five],
        {},
    ),
    "`range` has 1 words": (lambda five: [five[0] | {"range": "none"}, *five[1:]], {}),
    "`condition` has 1": (lambda five: [five[0] | {"condition": "none none"}, *five[1:]], {}),
    "5 cards have the same `condition`": (
        lambda five: [card | {"condition": five[0]["condition"]} for card in five],
        {},
    ),
    "2 claims are answered by two": (list, {"printed": PRINTED[33:]}),
    "Nothing is compared": (list, {"printed": PRINTED[: PRINTED.index("compare")]}),
    "tell them apart": (list, {"printed": PRINTED + "two C48: a 6.3, a 6.1 %\n"}),
    "names no unit": (list, {"printed": PRINTED + "two C48: one 6.3, other 6.1\n"}),
    "come from no loaded table": (list, {"code": CODE.replace(TABLE, "6.3, 6.1")}),
    "`found` is typed": (list, {"code": CODE.replace("f'{a} %'", "'6.3 %'")}),
    "No chart shows": (list, {"chart": {"data": {"values": [{"x": 1}, {"x": 2}]}}}),
    "No chart": (list, {"code": CODE.replace("chart(table)", "").replace("data.load", "make")}),
}


@pytest.mark.parametrize("sentence", MISSING)
def test_missing_evidence_is_named(five, sentence):
    assert sought(copy.deepcopy(five)) == []
    change, given = MISSING[sentence]
    assert any(sentence in found for found in sought(change(five), **given))


EMPTY = """
import altair as alt, pandas as pd
from jingjinji import claims
print("key A02: 6.748"); print("key A11: 300"); print("key A01: 66.5")
alt.Chart(pd.DataFrame({"a": [1, 2]})).mark_bar().encode(x="a:Q", y=alt.Y("a:Q", title="GDP (%)"))
"""
NO_CARD = """claims.card("{}", "not testable as worded", found="No number can settle it", sentence="None.",
    range="none", condition="none", source="none", vintage="none")"""


def test_empty_work_passes_no_part_but_the_run(tmp_path, capsys):
    """Of an attacker: five cards without content, typed keys, a chart of two numbers, a brief of one word."""
    notebook = book(cell(EMPTY), *(cell(NO_CARD.format(claim)) for claim in FIVE))
    NotebookClient(notebook, timeout=120, extra_arguments=["--log-level=ERROR"]).execute()
    nbformat.write(notebook, tmp_path / "ann.ipynb")
    text = "".join(f"## {title}\n\nNone. {' '.join(FIVE)}\n\n" for title in brief.read_limits())
    (tmp_path / "ann_brief.md").write_text(text, encoding="utf-8")
    assert anywhere.main([str(tmp_path / "ann.ipynb")]) == 1
    told = capsys.readouterr().out
    passed = [line for line in told.splitlines() if line.startswith("ok ")]
    assert set(passed) <= {f"ok   {checks.PARTS[part]}" for part in ("runs", "cards", "units")}
    assert all(f"mend {checks.PARTS[part]}" in told for part in ("keys", "evidence", "brief"))


# Units


def axis(title: str) -> dict:
    return {"mark": "bar", "encoding": {"y": {"field": "gdp", "type": "quantitative", "title": title}}}


def test_a_number_or_an_axis_without_unit_is_named(five):
    five[0]["found"] = "1.81 times, up by 81 %; Beijing 42, Hebei 42 billion yuan from 2013 to 2022"
    five[1]["found"] = "no number"
    assert units.find_problems({3: axis("GDP (100m yuan)")}, five) == []
    (found,) = units.find_problems({3: axis("GDP")}, five)
    assert found.startswith("The chart of cell 3: the y axis names no unit")
    for five[3]["found"] in ("1.81", "1.81 times; 42 and 16", "from 42 to 16.", "a share of 8.3 in 2022"):
        (found,) = units.find_problems({3: axis("GDP (yuan)")}, five)
        assert found.startswith("The card on C48: a number in `found` has no unit")


# The second run


def cell(source: str, text: str = "", count: int | None = 1):
    shown = [nbformat.v4.new_output("stream", name="stdout", text=text)] if text else []
    return nbformat.v4.new_code_cell(source, outputs=shown, execution_count=count)


def book(*cells) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title"), *cells])


DIFFERS = "Cell 2 shows something else when it is run again: "
RUN_ALL = "choose 'Restart kernel and run all cells', then save."
OTHERWISE = {
    DIFFERS + "'3' is stored, '2' came out.": [cell("print(a)", "1\n3\n")],
    DIFFERS + "0 outputs are stored, 1 came out.": [cell("print(a)")],
    f"Cell 2 was not run; {RUN_ALL}": [cell("print(a)", "1\n2\n", count=None)],
    f"The cells were not run from top to bottom; {RUN_ALL}": [
        cell("print(a)", "1\n2\n", count=2),
        cell("print(b)", count=1),
    ],
}


@pytest.mark.parametrize("sentence", OTHERWISE)
def test_a_second_run_that_differs_is_named(sentence):
    held = OTHERWISE[sentence]
    assert rerun.find_problems(book(*held), book(cell("print(a)", "1\n2\n"), *held[1:])) == [sentence]
    same = [
        book(cell("print(a)", f"<object object at {place}>\n"))
        for place in ("0x7f0000000000", "0x7fffffffffff")
    ]
    assert rerun.find_problems(*same) == []


def test_a_chart_or_a_card_that_differs_is_named():
    def shown(mime: str, value: dict):
        output = nbformat.v4.new_output("display_data", data={mime: value})
        return book(nbformat.v4.new_code_cell("a", execution_count=1, outputs=[output]))

    def chart(x: float):
        return shown(contract.CHART_MIME, {"datasets": {"d": [{"x": x}]}})

    assert rerun.find_problems(chart(0.1 + 0.2), chart(0.3)) == []
    assert rerun.find_problems(chart(0.31), chart(0.3)) == [DIFFERS + "the chart is another one."]
    old, new = (shown(VERDICT_MIME, {"found": found}) for found in ("1 %", "2 %"))
    assert "the verdict card is another one" in rerun.find_problems(old, new)[0]


@needs_sandbox
def test_what_a_sandbox_does_not_give_stops_the_notebook():
    """Somebody else's machine has neither the author's files nor, here, a network."""
    held = book(
        cell("1 / 0"),
        cell("open('my_data.csv')"),
        cell("import urllib.request as u; u.urlopen('http://example.org', timeout=5)"),
        cell("import os; os._exit(1)"),
    )
    fresh, remarks = checking.run_again(plain.parse(nbformat.writes(held).encode()), {})
    found = [rerun.find_problems(held, book(one))[0] for one in fresh.cells[1:4]]
    kinds = ("ZeroDivisionError", "FileNotFoundError", "URLError")
    assert [sentence.split(":")[0] for sentence in found] == [f"Cell 2 stops with {kind}" for kind in kinds]
    assert len(remarks) == 1 and "kernel ended" in remarks[0]


# The brief


BRIEF = (FOLDER / "example_brief.md").read_text(encoding="utf-8")
SHOWN = str([c.get("outputs", []) for c in contract.read(EXAMPLE).cells])


FAULTY_BRIEFS = {
    "The brief must have the sections": ("## How sure we are", "How sure we are"),
    "at most 120 fit on two pages": ("## Sources\n", "## Sources\n\n" + "word " * 120),
    "'In one sentence' is empty": (r"(?s)(?<=## In one sentence\n).*?(?=##)", "\n"),
    "still holds the guide": ("## Sources\n", "## Sources\n\n> At most 120 words.\n"),
    "The brief does not name C33": ("C33", "one more"),
    "The brief gives 9.8, which the notebook does not show": ("9.3 %", "9.8 %"),
}


@pytest.mark.parametrize("sentence", FAULTY_BRIEFS)
def test_a_faulty_brief_is_named_and_that_of_the_example_fits_two_pages(sentence):
    assert brief.find_problems(BRIEF, list(cards.RESERVED), SHOWN, {}) == []
    assert sum(section.words for section in brief.split_sections(BRIEF)) <= 900
    changed = re.sub(*FAULTY_BRIEFS[sentence], BRIEF)
    (found,) = brief.find_problems(changed, list(cards.RESERVED), SHOWN, {})
    assert sentence in found


# What is refused, and the pages


REFUSED = {
    None: "there is no file",
    "Dear teacher": "the file is not a notebook",
    '{"cells": [': "damaged or cut off",
}


@pytest.mark.parametrize("content", REFUSED)
def test_what_is_no_notebook_is_refused(tmp_path, capsys, content):
    if content is not None:
        (tmp_path / "ann.ipynb").write_text(content, encoding="utf-8")
    assert checking.main([str(tmp_path / "ann.ipynb"), "--unsafe"]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("ann.ipynb cannot be checked: ") and REFUSED[content] in told.err
    assert told.out == ""


def test_a_class_is_checked_marked_and_given_back(tmp_path):
    """What the check says is on the page, a row of the table becomes a mark, and nothing is checked twice."""
    out, project, seen = tmp_path / "out", marking.make_assignment(ROOT / "capstone" / "samples.md"), []
    (tmp_path / "ann.ipynb").write_text(nbformat.writes(book(cell("1 + 1"))))
    assert sum(project.list_points().values()) == 100
    for _ in range(2):
        assert not marking.take_in(tmp_path, out, project, lambda p: seen.append(p) or {"runs": ["No end."]})
        (desk,) = find_stacks(tmp_path, tmp_path, replace(COURSE, others={out.name: lambda: project}))
        assert {"Claim fidelity", "Method"} < {one.title for one in desk.questions.values()}
        assert all([*one.samples] == ["full", "half", "none"] for one in desk.questions.values())
        for name in desk.questions:
            (group,) = desk.group_answers(name)
            desk.give(name, group.name, group.seen, Mark(5.0, "Half.", "", (), "Li"), {"ann"})
    page = (out / "feedback" / "ann.html").read_text(encoding="utf-8")
    assert "<strong>30 of 100 points</strong>" in page and "No end." in page and page.count("Half.") == 6
    assert ",30,100,0,graded," in (out / "grades.csv").read_text(encoding="utf-8-sig") and len(seen) == 1


def test_without_a_sandbox_nothing_is_run(monkeypatch, capsys):
    monkeypatch.setattr(checking.sandbox, "find_problem", lambda course: checking.sandbox.MISSING)
    assert checking.main([str(EXAMPLE)]) == 2
    assert capsys.readouterr().err == checking.sandbox.MISSING + "\n"


def test_the_page_says_what_the_check_and_the_plan_say():
    text = (FOLDER / "index.md").read_text(encoding="utf-8")
    points = re.findall(r"^\| \*\*.+?\*\* \| (\d+) \|", text, re.MULTILINE)
    assert [int(number) for number in points] == [20, 25, 20, 15, 10, 10]
    hours = re.findall(r"\| (\d+) h \|$", text, re.MULTILINE)
    assert sum(map(int, hours)) * 60 == plans.CAPSTONE_MINUTES
    assert f"**five claims from at least {['two', 'three'][cards.CHAPTERS - 2]} chapters**" in text
    kept = text[text.index("Five are kept") :].split("\n\n")[0]
    assert re.findall(r"`(C\d\d) <", kept) == list(cards.RESERVED)
    html = (pages.HTML / "capstone" / "index.html").read_text(encoding="utf-8")
    offered = set(re.findall(r'href="\.\./_downloads/[0-9a-f]+/([^"]+)"', html))
    assert offered >= {"template.ipynb", "brief_template.md", "peer_review.md", "card.schema.json"}
