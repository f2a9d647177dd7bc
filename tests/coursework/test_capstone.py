"""The capstone: its example passes; every way to fail fails with its own sentence; a class is marked."""

import os
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from claims_ledger import sheets
from claims_ledger.__main__ import main as ledger
from claims_ledger.folder import Folder
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
from jingjinji.capstone import __main__ as anywhere
from jingjinji.capstone import begin, brief, checks, evidence, keys, models, rerun, units
from jingjinji.capstone.checks import Checked
from jingjinji.claims import VERDICT_MIME
from tests import browser as pages
from tests.chapters import contract
from tests.coursework.graded import needs_sandbox

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "capstone"
EXAMPLE = FOLDER / "example"
PROJECT = marking.make_assignment()


# The examples keep what the contract asks of a chapter, where it applies


@pytest.mark.parametrize("source", contract.CAPSTONE, ids=lambda path: path.stem)
def test_outputs_code_charts_and_numbers(source):
    given = Chapter.load(source)
    rules = (run.find_stale, run.find_unstored, charts.find_faulty, find_typed)
    found = [finding for rule in rules for finding in rule(given)]
    assert [*map(str, found), *map(str, find_constants(given, [*Folder(EXAMPLE).claims]))] == []


@needs_sandbox
def test_the_example_passes(capsys):
    assert checking.main([str(EXAMPLE), "--example"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:-3] == [
        *(f"ok   {part}" for part in checks.PARTS.values()),
        "7 of 7 parts passed. Cells are counted from the top, text included.",
    ]
    assert lines[-3:] == ["C33: supported", "C38: not supported", "C41: depends on the reading"]


# A hand-in that passes, and one fault at a time

ROWS = """\
me,C17,,2,8 percent,value,core,measured,a,Residents of the three over those of all provinces in 2022.,\
Another share.,number,percent,7.5 to < 8.5,province_population,
me,C78,,9,10 trillion,value,core,measured,a,GDP of the three in 2022 as first published.,\
Another sum.,number,100m yuan,"95,000 to < 105,000",province_gdp_vintages,
me,C80,,9,1.8 times,value,core,measured,a,GDP of 2022 over that of 2013 at current prices as known then.,\
Another ratio.,number,times,1.75 to < 1.85,province_gdp_vintages,
me,C80,,,,,core,measured,b,In prices of 2013.,Another ratio.,number,times,1.75 to < 1.85,\
province_gdp_vintages national_prices,
"""
CELLS = (
    """from claims_ledger.cards import VerdictTable, make_verdict
from claims_ledger.folder import Folder
from jingjinji import choices, data
from jingjinji.measures import growth

folder = Folder(".")
three = ["Beijing", "Tianjin", "Hebei"]
people = data.load("province_population").pivot(index="year", columns="province", values="population_10k")
gdp = data.load("province_gdp_vintages").pivot(
    index=["vintage", "year"], columns="province", values="gdp_100m_yuan")
prices = 1 + data.load("national_prices").set_index("year")["deflator_change_pct"] / 100""",
    """print(f"key A02: {growth.cagr(1, 1.8, 9):.6f}")
print(f"key A11: {growth.ratio(20, 100) * 60:.6f}")""",
    """residents = people.loc[2022, three].sum() / people.loc[2022].sum() * 100
vintage = "after_4th_census_2022_first_published"
total = gdp.loc[(vintage, 2022)][three].sum()


def times(name, base, price):
    row, old = gdp.loc[(name, 2022)], gdp.loc[(name, base)]
    joined = row.drop(three) / old.drop(three)
    joined["the three"] = row[three].sum() / old[three].sum()
    return joined / (1 if price == "current" else prices.loc[base + 1:2022].prod())


options = choices.set_up(
    name={vintage: "known then", "after_5th_census": "known now"},
    base={2013: "the article's", 2014: "the plan's"}, price={"current": "as printed", "2013": "real"})
curve = choices.run(times, options, holds=">= 1.75", own="the three")
print(curve.sentence, curve.placebo_sentence, sep="\\n")
curve.draw("Times", unit="GDP of 2022 over that of the base (times)", number=".2f")""",
    """current = times(vintage, 2013, "current")["the three"]
real = times(vintage, 2013, "2013")["the three"]
print(f"{residents:.2f} % {total:.0f} {current:.3f} {real:.3f}")
VerdictTable((
    make_verdict(folder, "C17", f"It is {residents:.2f} %.", {"a": residents}),
    make_verdict(folder, "C78", f"It is {total:.0f}.", {"a": total}),
    make_verdict(folder, "C80", f"It is {current:.2f} times, or {real:.2f}.", {"a": current, "b": real}),
))""",
)
BRIEF = """# How large is it?

*Ann.*

## In one sentence

By people, output and growth the cluster is what the article prints, if prices are left in.

## The claims

{ids}: of the people of China about eight in a hundred live there, its GDP was ten trillion yuan, and it
was almost twice that of nine years before. We measure each by tables of provinces.

## What we found

**C17, {people}.** Of all residents of 31 provinces {residents} % lived in the three at the end of the
year, by the figures that were revised after the last census of people, which counts who lives in a place
for half a year.

**C78, supported.** Added up, the GDP of the three was {total} in hundred million yuan, as first
published, so the printed sum is right to the trillion, which is all that its one digit promises to a
reader.

**C80, depends on the reading.** At current prices it is {current} times, and in prices of the first year
{real}.

## How sure we are

The placebo asks the same of each other province. The curve has eight combinations of vintage, base and
price, and price is what turns it: with prices taken out none of them prints as the article has it.
Rounding matters little.

## Compared with another place

Other provinces, on the same definition, in the same years and vintages, are the placebo above; many of
them grew by more, and a province is no cluster.

## What would change the verdicts

A recount of people, such as another census, would change the first, another vintage of output the
second, and a text that says at which prices the third.

## Sources

National Bureau of Statistics of China: residents after the last census; output by province in two
vintages; the nation's prices. All numbers: the notebook in this folder, run from top to bottom.
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Ann's folder, as the commands make it: begun, coded, sealed, settled, run, collected, written."""
    folder = tmp_path_factory.mktemp("hand_ins") / "ann"
    begin.begin(folder, ["C17", "C78", "C80"])
    assert ledger(["code", str(folder), "me"]) == 0
    (folder / "coding/me.csv").write_text(f"{','.join(sheets.COLUMNS)}\n{ROWS}", encoding="utf-8")
    assert (
        ledger(["code", str(folder), "me", "--seal", "2027-05-01", "--is", "Ann", "--given", "tables.csv"])
        == 0
    )
    assert ledger(["settle", str(folder), "me"]) == 0
    readings = pd.read_csv(folder / "readings.csv", dtype=str, keep_default_na=False)
    readings = readings.assign(sources=readings["decides"], date="own")
    readings.to_csv(folder / "readings.csv", index=False)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    client = NotebookClient(
        notebook,
        timeout=240,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute(env={name: value for name, value in os.environ.items() if name != "JINGJINJI_BOOK"})
    nbformat.write(notebook, folder / begin.NOTEBOOK)
    assert ledger(["collect", str(folder)]) == 0
    values = rerun.collect_printed(notebook).splitlines()[-1].split()
    numbers = {"residents": values[0], "total": values[2], "current": values[3], "real": values[4]}
    text = BRIEF.format(ids="C17, C78, C80", people="supported", **numbers)
    (folder / begin.BRIEF).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def ann(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "ann"))


@pytest.fixture(scope="module")
def fresh(made) -> nbformat.NotebookNode:
    """Ann's notebook run again, on her own machine."""
    notebook = made / begin.NOTEBOOK
    return rerun.run_here(rerun.read(notebook), rerun.collect_files(made, notebook))


def edit(name: str, old: str, new: str):
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert re.search(old, text), (name, old)
        (folder / name).write_text(re.sub(old, new, text), encoding="utf-8")

    return change


def copy_example(folder: Path) -> None:
    shutil.copy(EXAMPLE / "brief.md", folder / begin.BRIEF)


def test_what_was_made_by_the_commands_passes(made, fresh):
    assert checks.judge(made, fresh, []).problems == {part: [] for part in checks.PARTS}


FAULTS = {
    # No claim, or one that does not exist.
    "claims.csv, row 2: the article has no claim C99; the ids run from C01 to C82.": edit(
        "claims.csv", "^(.*\n)C17", r"\1C99"
    ),
    "C78 does not say what the course's claims.csv says": edit("claims.csv", "10 trillion", "11 trillion"),
    "claims.csv has 1 claim; a capstone asks one question of 3 or more.": edit("claims.csv", "(?s)C78.*", ""),
    # Nothing read, nothing sealed.
    "coding/ has no sealed sheet": edit("coding/seals.csv", "(?s)(?<=given\n).*", ""),
    "coding/me.csv is not as it was sealed.": edit("coding/me.csv", "Another sum", "No sum"),
    "no sealed sheet has it with this unit and limit": edit("readings.csv", "7.5 to < 8.5", "7 to < 9"),
    "has the unit 'bananas'": edit("readings.csv", ",times,", ",bananas,"),
    "C17, C78, C80 are left without an answer; of 3 claims at most 1 may be open": edit(
        "readings.csv", ",own,", ",other,"
    ),
    # Numbers of nobody.
    "results.csv is not what the notebooks filed": edit(
        "results.csv", "(?m)^C17,a,.*$", "C17,a,8,8,8,notebook"
    ),
    "The brief gives 9.87, which the notebook does not show": edit("brief.md", r"(\d\.\d+) %", "9.87 %"),
    # A verdict that does not follow.
    "The brief says 'not supported' of C17, but its readings make it 'supported'.": edit(
        "brief.md", "C17, supported", "C17, not supported"
    ),
    "The brief gives no verdict on C78; begin its paragraph with **C78, supported.**": edit(
        "brief.md", r"\*\*C78, supported\.\*\*", "C78."
    ),
    "The brief names C81, which claims.csv has not.": edit(
        "brief.md", "C17, C78, C80:", "C17, C78, C80, C81:"
    ),
    # A template, nothing at all, somebody else's.
    "'In one sentence' still holds the guide of the template": lambda folder: shutil.copy(
        begin.TEMPLATES / "brief_template.md", folder / begin.BRIEF
    ),
    "There is no brief: write brief.md beside the notebook.": lambda folder: (folder / begin.BRIEF).unlink(),
    "100% of the runs of six words of the brief are the book's own example's": copy_example,
    "article.yml: evidence is '../../data'; in a capstone it stays 'tables.json'.": edit(
        "article.yml", "evidence: .*", "evidence: ../../data"
    ),
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_faulty_folder_is_named(ann, fresh, sentence):
    FAULTS[sentence](ann)
    found = checks.judge(ann, fresh, []).problems
    assert any(sentence in one for part in found.values() for one in part), found


NO_CURVE = "There is no curve of choices: compute one from a table"
OF_CODE = {
    "There is no placebo: file a number for a reading of the way `placebo`": (
        "own=.*?\\)",
        "own=None)",
        " It holds as often .*? units,",
    ),
    NO_CURVE: ("choices.run", "print", "Specification curve: "),
    "The curve of choices has 4 combinations; 8 are the fewest": ("", "", r"(?<=curve: )8"),
    "All estimates of the curve are 1.50; its options must change": ("", "", r"(?<=sorted from ).*?(?=;)"),
    "The number of C17 a is typed or comes from no loaded table; file": (
        r'\{"a": residents\}',
        '{"a": 7.77}',
        "",
    ),
    "Key A02 is typed": ("growth.cagr\\(1, 1.8, 9\\)", "6.748950", ""),
    "1 published result reproduced; 2 of": ("", "", "key A11.*?\n"),
}


@pytest.mark.parametrize("sentence", OF_CODE)
def test_a_notebook_without_evidence_is_named(made, fresh, sentence):
    old, new, shown = OF_CODE[sentence]
    changed = nbformat.from_dict(fresh)
    instead = "4" if "curve: )8" in shown else "1.50 to 1.50" if "sorted" in shown else ""
    for cell in changed.cells:
        cell.source = re.sub(old, new, cell.source) if old else cell.source
        for output in cell.outputs:
            for chart in [
                v for v in output.get("data", {}).values() if isinstance(v, dict) and "description" in v
            ]:
                chart["description"] = re.sub(shown or "$.", instead, chart["description"])
            if output.output_type == "stream":
                output.text = re.sub(shown or "$.", instead, output.text)
    found = checks.judge(made, changed, []).problems
    assert any(sentence in one for one in found["evidence"] + found["keys"]), found


def test_the_examples_own_code_is_known():
    code = "\n".join(one.source for one in contract.read(FOLDER / "example.ipynb").cells)
    (found,) = models.find_problems("", code)
    assert "of the lines of code of the notebook are the book's own example's" in found


def test_what_is_begun_and_left_fails_kindly(tmp_path, capsys):
    folder = tmp_path / "ann"
    assert anywhere.main(["new", str(folder), "C17", "C99"]) == 2
    assert capsys.readouterr().err == "no claim is called 'C99'; the ids run from C01 to C82.\n"
    assert anywhere.main(["check", str(folder)]) == 2 and "is no capstone's folder" in capsys.readouterr().err
    assert anywhere.main(["new", str(folder)]) == 0 and anywhere.main(["check", str(folder)]) == 1
    told = capsys.readouterr().out
    assert "claims.csv has no claim" in told and " was not run" in told and "Traceback" not in told
    assert told.count("still holds the guide") == len(brief.read_limits())
    assert all(
        f"mend {checks.PARTS[part]}" in told for part in ("folder", "runs", "keys", "evidence", "brief")
    )
    assert (
        anywhere.main(["new", str(folder)]) == 2 and "already; nothing was written" in capsys.readouterr().err
    )


# Keys


KNOWN = keys.read_published()
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
    assert found[0].startswith(WRONG_KEYS[line]) and found[1].startswith("0 published results reproduced")


@pytest.mark.parametrize("source", TYPED_KEYS)
def test_a_key_that_was_not_computed_is_named(source):
    (found,) = evidence.find_key_problems(evidence.Code(book(cell(source))), ["A02"], KNOWN)
    assert found.startswith(TYPED_KEYS[source])
    assert evidence.find_key_problems(evidence.Code(book(cell(COMPUTED_KEY))), ["A02"], KNOWN) == []


def test_an_axis_without_unit_is_named():
    def axis(title: str) -> dict:
        return {"mark": "bar", "encoding": {"y": {"field": "gdp", "type": "quantitative", "title": title}}}

    assert units.find_problems([(3, axis("GDP (100m yuan)"))]) == []
    (found,) = units.find_problems([(3, axis("GDP"))])
    assert found.startswith("The chart of cell 3: the y axis names no unit")


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


def test_a_chart_or_a_verdict_that_differs_is_named():
    def shown(mime: str, value: dict):
        output = nbformat.v4.new_output("display_data", data={mime: value})
        return book(nbformat.v4.new_code_cell("a", execution_count=1, outputs=[output]))

    def chart(x: float):
        return shown(contract.CHART_MIME, {"datasets": {"d": [{"x": x}]}})

    assert rerun.find_problems(chart(0.1 + 0.2), chart(0.3)) == []
    assert rerun.find_problems(chart(0.31), chart(0.3)) == [DIFFERS + "the chart is another one."]
    old, new = (shown(VERDICT_MIME, {"sentence": found}) for found in ("1 %", "2 %"))
    assert "the verdict is another one" in rerun.find_problems(old, new)[0]


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


# The marked briefs


LABELS = {
    "example/brief.md": ["supported", "depends on the reading", "not supported"],
    "samples/middle.md": ["supported", "depends on the reading", "not supported"],
    "samples/just_failed.md": ["supported"] * 3,
}


@pytest.mark.parametrize("name", LABELS)
def test_a_marked_brief_passes_the_check_with_numbers_of_the_examples_notebook(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    shown = str([one.get("outputs", []) for one in contract.read(FOLDER / "example.ipynb").cells])
    labels = dict(zip(("C33", "C41", "C38"), LABELS[name], strict=True))
    assert brief.find_problems(text, labels, shown, []) == []
    long, same = (
        re.sub(r"## Sources\n", f"## Sources\n\n{said}\n", text) for said in ("word " * 120, "> Guide")
    )
    assert "at most 120 fit on two pages" in str(brief.find_problems(long, labels, shown, []))
    assert "still holds the guide" in str(brief.find_problems(same, labels, shown, []))
    headless = text.replace("## How sure", "How sure")
    assert brief.find_problems(headless, labels, shown, [])[0].startswith("The brief must have the sections")


def test_points_of_the_marked_briefs_add_up_and_what_a_marker_reads_is_counted():
    page = (FOLDER / "samples.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:most|an A|the middle|just failed) \|(.*)\|$", page, re.MULTILINE)
    points = [[int(number) for number in re.findall(r"\d+", row)] for row in rows]
    assert [sum(row[:-1]) for row in points] == [row[-1] for row in points] == [100, 89, 61, 46]
    assert points[0][:-1] == [*map(int, PROJECT.list_points().values())]
    for row, part in zip(points[1:], page.split("\n## ")[1:4], strict=True):
        assert [int(found) for found in re.findall(r"^- \*\*[\w ]+, (\d+)\.\*\*", part, re.MULTILINE)] == row[
            :-1
        ]
    cells = rerun.list_code_cells(contract.read(FOLDER / "example.ipynb"))
    lines = sum(bool(line.strip()) for _, one in cells for line in one.source.splitlines())
    readings = len(Folder(EXAMPLE).readings)
    told = (ROOT / "exercises" / "teaching.md").read_text(encoding="utf-8")
    for name in LABELS:
        text = (FOLDER / name).read_text(encoding="utf-8")
        words = sum(section.words for section in brief.split_sections(text))
        minutes = round(words / 200 + readings / 2 + lines / 15 + 9)
        assert f"| {words} | {readings} | {lines} | {minutes} |" in told


# What is refused, a class, and the pages


def test_what_is_no_capstone_is_refused(tmp_path, capsys):
    for path, sentence in (
        (tmp_path / "none", "is neither a folder nor a zip"),
        (tmp_path, "holds no submission"),
    ):
        assert checking.main([str(path), "--unsafe", "--out", str(tmp_path / "out")]) == 2
        assert sentence in capsys.readouterr().err


def hand_in(made: Path, place: Path) -> None:
    """Six as Moodle, a browser and people pack them."""
    place.mkdir()
    packed = begin.pack(made)
    shutil.copytree(made, place / "ann")
    for name in ("Bo Li_12_assignsubmission_file_/bo.zip", "chen.zip", "ding.zip"):
        (place / name).parent.mkdir(exist_ok=True)
        shutil.copy(packed, place / name)
    (place / "eve").mkdir()
    (place / "eve" / "essay.docx").write_bytes(b"Dear teacher")
    with zipfile.ZipFile(place / "fay.zip", "w") as archive:
        archive.writestr("ann/article.yml", "title: x")


def test_a_class_is_checked_marked_at_the_desk_and_given_back(made, tmp_path, capsys):
    """Nothing is checked twice, what the check says is on the page, and a mark at the desk becomes one."""
    place, out, seen = tmp_path / "class", tmp_path / "grades" / "capstone", []
    hand_in(made, place)

    def check(folder: Path) -> Checked:
        seen.append(folder)
        faulty = ["No end."] if len(seen) == 3 else []
        return Checked({"runs": faulty})

    assert marking.take_in(place, out, PROJECT, check) == 1
    told = capsys.readouterr().out
    assert "4 capstones in" in told and "chen is to be sent back unread, for 1 reason" in told
    assert "eve cannot be checked: no article.yml is in eve/essay.docx" in told
    assert "fay cannot be checked" in told and "has 0 notebooks" in told
    (stack,) = find_stacks(out.parent, tmp_path, replace(COURSE, others={"capstone": lambda: PROJECT}))
    assert len(stack.questions) == 6 and stack.count_marked() == (0, 24)
    for line in stack.questions:
        for group in stack.group_answers(line):
            assert ("make_verdict" in group.answer) == (line.rpartition("-")[2] in marking.OF_NOTEBOOK)
            mark = Mark(5, "Half.", "", (), "a tutor")
            stack.give(line, group.name, group.seen, mark, {*group.marks})
    assert "One claim is narrowed" in stack.questions["capstone-claim-fidelity"].samples["half"][0]
    assert marking.take_in(place, out, PROJECT, check) == 1 and len(seen) == 4
    page = (out / "feedback" / "ann.html").read_text(encoding="utf-8")
    assert "<strong>30 of 100 points</strong>" in page and page.count("Half.") == 6
    assert "No end." in (out / "feedback" / "chen.html").read_text(encoding="utf-8")
    grades = (out / "grades.csv").read_text(encoding="utf-8-sig")
    assert grades.count(",30,100,0,graded,") == 4 and grades.count("not graded") == 2


def test_without_a_sandbox_nothing_is_run(monkeypatch, capsys):
    monkeypatch.setattr(checking.sandbox, "find_problem", lambda course: checking.sandbox.MISSING)
    assert checking.main([str(EXAMPLE)]) == 2
    assert capsys.readouterr().err == checking.sandbox.MISSING + "\n"


def test_the_page_says_what_the_check_and_the_plan_say():
    text = (FOLDER / "index.md").read_text(encoding="utf-8")
    assert sum(PROJECT.list_points().values()) == 100
    hours = re.findall(r"\| (\d+) h \|$", text, re.MULTILINE)
    assert sum(map(int, hours)) * 60 == plans.CAPSTONE_MINUTES
    assert "**three claims or more" in text and checks.LEAST == 3
    assert f"of {['seven', 'eight', 'nine'][evidence.COMBINATIONS - 7]} combinations or more" in text
    html = (pages.HTML / "capstone" / "index.html").read_text(encoding="utf-8")
    offered = set(re.findall(r'href="\.\./_downloads/[0-9a-f]+/([^"]+)"', html))
    assert offered >= {"CODING.md", "peer_review.md"}
    # The example's cards are of its own readings, though the course's ledger has claims of the same ids.
    shown = (pages.HTML / "capstone" / "example.html").read_text(encoding="utf-8")
    row = re.search(r'<tr[^>]*id="verdict-c38-example".*?</tr>', shown, re.DOTALL)[0]
    assert ">not supported<" in row and "nine of ten pairs" in row
