"""The capstone: its example passes, each fault has its own message, and a class is marked."""

import errno
import hashlib
import re
import shutil
import zipfile
from dataclasses import MISSING, fields, replace
from pathlib import Path

import nbformat
import pytest
import yaml
from notebook_grader import gate
from notebook_grader.hand_in import plain
from notebook_grader.hand_in.plain import Refused
from notebook_grader.marks.decisions import Mark
from notebook_grader.marks.desk.command import find_stacks
from sealed_readings.folder import FolderError, format_table, read_table
from sealed_readings.rule import Reading
from sealed_readings.sheets import COLUMNS

from coursework.capstone import __main__ as checking
from coursework.capstone import marking
from coursework.course import COURSE
from coursework.lint import charts, run
from coursework.lint.chapter import Chapter
from coursework.lint.code import find_constants
from coursework.lint.numbers import find_typed
from coursework.teach import plans
from jingjinji.capstone import __main__ as anywhere
from jingjinji.capstone import begin, brief, checks, evidence, keys, rerun, sheet
from jingjinji.capstone.checks import Checked
from jingjinji.claims import VERDICT_MIME
from tests import browser as pages
from tests.chapters import contract
from tests.coursework.masters import ROOT, needs_sandbox

FOLDER = ROOT / "capstone"
EXAMPLE = FOLDER / "example"
PROJECT = marking.make_assignment()


# The examples keep what the contract asks of a chapter, where it applies


@pytest.mark.parametrize("source", contract.CAPSTONE, ids=lambda path: path.stem)
def test_outputs_code_charts_and_numbers(source):
    chapter = Chapter.load(source)
    rules = (run.find_stale, run.find_unstored, charts.find_faulty, find_typed)
    findings = [finding for rule in rules for finding in rule(chapter)]
    assert [*map(str, findings), *map(str, find_constants(chapter))] == []


SHEET = EXAMPLE / "coding" / "ours.csv"


def find_hash(sheet: Path) -> str:
    return hashlib.sha256(sheet.read_bytes()).hexdigest()


IN_SANDBOX = pytest.param(checking.main, [], marks=needs_sandbox)


@pytest.mark.parametrize(("main", "task"), [(anywhere.main, ["check"]), IN_SANDBOX])
def test_the_example_passes(main, task, capsys):
    assert main([*task, str(EXAMPLE), "--example", "--hash", find_hash(SHEET)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        *(f"ok   {part}" for part in checks.PARTS.values()),
        "8 of 8 parts passed. Cells are counted from the top, text included.",
        *("C33: true", "C38: not borne out", "C41: depends on the reading"),
    ]


# A hand-in that passes, and one fault at a time


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Ann's folder as the commands make it, with the texts of the book's example."""
    folder = tmp_path_factory.mktemp("hand_ins") / "ann"
    begin.begin(folder, ["C33", "C38", "C41"])
    article = yaml.safe_load((folder / "article.yml").read_text(encoding="utf-8"))
    article["units"] += yaml.safe_load((EXAMPLE / "article.yml").read_text(encoding="utf-8"))[
        "units"
    ]
    (folder / "article.yml").write_text(yaml.safe_dump(article), encoding="utf-8")
    # When the example's sheet was sealed, units still named years, and `asks` was no column.
    now = {(row["claim_id"], row["reading"]): row for row in read_table(EXAMPLE / "readings.csv")}
    rows = [
        row | {"coder": "me", **now[row["claim_id"], row["reading"]]} for row in read_table(SHEET)
    ]
    (folder / "coding" / "me.csv").write_text(format_table(COLUMNS, rows), encoding="utf-8")
    assert anywhere.main(["sheet", str(folder)]) == 0
    assert anywhere.main(["seal", str(folder), "--seen", "tables.csv"]) == 0
    for name in ("readings.csv", "figures.csv", "passages.csv", begin.BRIEF):
        shutil.copy(EXAMPLE / name, folder / name)
    shutil.copy(FOLDER / "example.ipynb", folder / begin.NOTEBOOK)
    sheet.collect(folder)
    return folder


@pytest.fixture
def ann(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "ann"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert re.search(old, text), (name, old)
    (folder / name).write_text(re.sub(old, new, text), encoding="utf-8")


def judge(folder: Path) -> dict[str, list[str]]:
    """Problems of a folder whose notebook shows the same when it is run again."""
    fresh = contract.read(folder / begin.NOTEBOOK)
    sha256 = find_hash(folder / "coding" / "me.csv")
    return checks.judge(folder, fresh, [], handed_in=sha256).problems


def test_a_folder_made_by_the_commands_passes_except_for_copying_the_book(made):
    copied = judge(made)
    words, lines = copied.pop("own")
    assert not any(copied.values()) and {*copied, "own"} == {*checks.PARTS}
    assert "% of the runs of six words of the brief are copied from the book's examples; " in words
    assert "% of the lines of code of the notebook are copied from the book's examples; " in lines


GUIDE = (begin.TEMPLATES / "brief_template.md").read_text(encoding="utf-8")
# Sentence, file, text and its replacement. Other faults of articles' folders: the tests of
# sealed-readings.
FAULTS = [
    (
        "row 2: the article has no claim C99; the ids run from C01",
        "claims.csv",
        "^(.*\n)C33",
        r"\1C99",
    ),
    (
        "C33 differs from the course's claims.csv; copy its row.",
        "claims.csv",
        "Beijing has a",
        "It has a",
    ),
    ("claims.csv has 1 claim; a capstone asks one question of", "claims.csv", "(?s)C38.*", ""),
    ("readings.csv: C33 c was sealed otherwise; drop that, and", "readings.csv", ",= 9,", ",= 8,"),
    (
        "C41 c was sealed and is missing; drop it by saying so",
        "readings.csv",
        "(?m)^C41,.*,c,.*\n",
        "",
    ),
    (
        "C41 e was not sealed; say in `added` why",
        "readings.csv",
        "(?m)^(C41,.*,)d(,.*\n)",
        r"\g<0>\1e\2",
    ),
    ("coding/me.csv differs from the sheet that was sealed.", "coding/me.csv", "Beijing", "Peking"),
    (
        "seals.csv must have one sheet, that of the hash handed",
        "coding/seals.csv",
        r"(?m)\Z",
        "a.csv,0,,,",
    ),
    (
        "are left without an answer; at most 1 of 3 may",
        "tables.json",
        "official stat.*s",
        "interested party",
    ),
    ("The brief gives 9.87, which the notebook does not show", "brief.md", "6.83 %", "9.87 %"),
    ("but its readings make it 'true'.", "brief.md", "C33, true", "C33, not borne out"),
    (
        "no verdict on C33; begin its paragraph with **C33, t",
        "brief.md",
        r"\*\*C33, true\.\*\*",
        "C33.",
    ),
    ("The brief names C81, which claims.csv does not have.", "brief.md", r"\(C33\)", "(C33, C81)"),
    ("There is no brief: write brief.md beside the notebook.", "brief.md", r"(?s)\A.*\Z", ""),
    ("'In one sentence' still holds the guide of the template", "brief.md", r"(?s)\A.*\Z", GUIDE),
    (
        "'../../data'; in a capstone it stays 'tables.json'.",
        "article.yml",
        " tables.json",
        " ../../data",
    ),
    (
        "date is '2023-02-30'; it must be a day of the calendar",
        "article.yml",
        "date: .*",
        "date: 2023-02-30",
    ),
    (
        "tables.json cannot be read (AttributeError: 'int'",
        "tables.json",
        r"(?s)\A.*\Z",
        '{"resources": [5]}',
    ),
    (
        "notebook.ipynb cannot be read (TypeError",
        "notebook.ipynb",
        r'"outputs": \[',
        '"outputs": 5, "x": [',
    ),
    (
        "not a valid notebook (cell 2 has an unk",
        "notebook.ipynb",
        '"cell_type": "code"',
        '"cell_type": 5',
    ),
    (
        "shows something else when it is run again: ",
        "notebook.ipynb",
        re.escape(VERDICT_MIME),
        "x/x",
    ),
]


@pytest.mark.parametrize(
    ("sentence", "file", "old", "new"), FAULTS, ids=[fault[0] for fault in FAULTS]
)
def test_a_faulty_folder_is_refused_or_has_a_finding(ann, monkeypatch, sentence, file, old, new):
    stored = contract.read(ann / begin.NOTEBOOK)
    sha256 = find_hash(ann / "coding" / "me.csv")
    monkeypatch.setattr(checking, "run_again", lambda *_: (stored, []))
    monkeypatch.setattr(gate, "call", lambda function, *arguments, seconds: function(*arguments))
    edit(ann, file, old, new)
    try:
        checked = checking.check(ann, sha256)
        problems = [problem for part in checked.problems.values() for problem in part]
    except (FolderError, Refused) as error:
        problems = [str(error)]
    assert any(sentence in problem for problem in problems) and "\n" not in "".join(problems)


def test_a_dropped_reading_stands_beside_the_label_that_was_sealed(ann):
    edit(ann, "readings.csv", "(?m)^(C41,.*,c,.*),,$", r"\1,dropped: one year is no trend,")
    label = "true (as sealed: depends on the reading)"
    problems = judge(ann)
    assert problems["seal"] == [] and f"its readings make it '{label}'." in "".join(
        problems["brief"]
    )
    edit(ann, "brief.md", "C41, depends on whether .*?\\.", f"C41, {label}.")
    assert judge(ann)["brief"] == []


def test_a_sheet_keeps_its_hash_when_it_is_packed(ann, tmp_path):
    sheet = ann / "coding" / "me.csv"
    sheet.write_bytes(b"\xef\xbb\xbf" + sheet.read_bytes().replace(b"\n", b"\r\n"))
    with zipfile.ZipFile(begin.pack(ann)) as packed:
        assert packed.read("coding/me.csv") == sheet.read_bytes()


CODE = """table = data.load("provinces")
make_verdict(folder, "C17", "It is so.", {"a": table.mean()})"""
EMPTY = dict.fromkeys((one.name for one in fields(Reading) if one.default is MISSING), "")
PLACEBO = Reading(**EMPTY | {"claim_id": "C17", "reading": "a", "way": "placebo"})
NO_PLACEBO = "There is no placebo: file a number for a reading of the way `placebo`"
NO_TABLE = "The number of C17 a is typed or comes from no loaded table; file"


@pytest.mark.parametrize(
    ("sentence", "code", "readings", "filed"),
    [
        ("", CODE, [PLACEBO], {("C17", "a")}),
        (NO_PLACEBO, CODE, [], {("C17", "a")}),
        (NO_PLACEBO, CODE, [PLACEBO], set()),
        (NO_TABLE, CODE.replace("table.mean()}", "7.77}"), [PLACEBO], {("C17", "a")}),
    ],
)
def test_a_notebook_without_evidence_is_named(sentence, code, readings, filed):
    problems = evidence.find_problems(evidence.Code(book(cell(code))), readings, filed)
    assert len(problems) == bool(sentence) and "".join(problems).startswith(sentence)


def test_the_five_commands_of_the_page_are_those_of_the_library():
    page = (FOLDER / "index.md").read_text(encoding="utf-8")
    named = re.findall(r"^python -m jingjinji\.capstone (\w+) ann", page, re.MULTILINE)
    assert named == [*anywhere.COMMANDS] and len(named) == 5


def test_the_pages_table_of_choices_is_the_examples():
    page = (FOLDER / "index.md").read_text(encoding="utf-8").replace("\N{MINUS SIGN}", "-")
    rows = re.findall(r"^\| (20\d\d) \| ([+-][\d.]+) \| ([+-][\d.]+) \|$", page, re.MULTILINE)
    cells = contract.read(FOLDER / "example.ipynb").cells
    (shown,) = [
        one.outputs[0].data["text/plain"] for one in cells if "table.round(2)" in one.source
    ]
    for year, *gains in rows:
        (line,) = [line.split() for line in shown.splitlines() if line.startswith(year)]
        assert [*map(float, gains)] == [*map(float, line[1:3])]
    assert len(rows) == 3


def test_a_new_folder_names_all_that_is_to_be_done(tmp_path, capsys):
    folder = tmp_path / "ann"
    assert anywhere.main(["new", str(folder), "C17", "C99"]) == 2
    assert capsys.readouterr().err == "no claim is called 'C99'; the ids run from C01 to C82.\n"
    assert anywhere.main(["check", str(folder)]) == 2
    assert "is not a capstone folder" in capsys.readouterr().err
    assert anywhere.main(["new", str(folder)]) == 0
    assert (
        anywhere.main(["sheet", str(folder)]) == 2
        and "has no claims to code" in capsys.readouterr().err
    )
    assert anywhere.main(["seal", str(folder), "--seen", "x"]) == 2
    assert "there is no" in capsys.readouterr().err
    assert anywhere.main(["check", str(folder)]) == 1
    report = capsys.readouterr().out
    assert "claims.csv has no claim" in report and "the date is the template's" in report
    assert report.count("still holds the guide") == len(brief.read_limits())
    listed = (folder / begin.TABLES).read_text(encoding="utf-8")
    assert "after_4th_census 2005 to 2023; " in listed and '"years": "2014, 2015"' in listed
    parts = ("folder", "seal", "runs", "keys", "evidence", "brief")
    assert all(f"fix  {checks.PARTS[part]}" in report for part in parts)
    assert anywhere.main(["new", str(folder)]) == 2
    assert "already; nothing was written" in capsys.readouterr().err


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
    "import numpy as np\na = np.sqrt(6.748)\nprint(f'key A02: {a**2}')": (
        "Key A02 is published, and its"
    ),
    "t = read('answer_keys.csv')\nprint(f'key A02: {t.mean()}')": (
        "The notebook reads the published"
    ),
}
COMPUTED_KEY = "from m import growth\nprint(f'key A02: {growth.cagr(1, 1.8, 9):.6f}')"


@pytest.mark.parametrize("line", WRONG_KEYS)
def test_a_wrong_key_is_named(line):
    wrong, count = keys.find_problems(line, KNOWN)
    assert wrong.startswith(WRONG_KEYS[line]) and count.startswith("0 published results reproduced")


@pytest.mark.parametrize("source", [COMPUTED_KEY, *TYPED_KEYS])
def test_a_key_that_was_not_computed_is_named(source):
    problems = evidence.find_key_problems(evidence.Code(book(cell(source))), ["A02"], KNOWN)
    assert len(problems) == (source in TYPED_KEYS)
    assert "".join(problems).startswith(TYPED_KEYS.get(source, ""))


# The second run


def cell(source: str, text: str = "", count: int | None = 1):
    shown = [nbformat.v4.new_output("stream", name="stdout", text=text)] if text else []
    return nbformat.v4.new_code_cell(source, outputs=shown, execution_count=count)


def book(*cells) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title"), *cells])


DIFFERS = "Cell 2 shows something else when it is run again: "
RUN_ALL = "choose 'Restart kernel and run all cells', then save."
SECOND_RUN = {
    DIFFERS + "'3' is stored, '2' came out.": [cell("print(a)", "1\n3\n")],
    DIFFERS + "0 outputs are stored, 1 came out.": [cell("print(a)")],
    f"Cell 2 was not run; {RUN_ALL}": [cell("print(a)", "1\n2\n", count=None)],
    f"The cells were not run from top to bottom; {RUN_ALL}": [
        cell("print(a)", "1\n2\n", 2),
        cell("b"),
    ],
}


@pytest.mark.parametrize("sentence", SECOND_RUN)
def test_a_second_run_that_differs_is_named(sentence):
    stored = SECOND_RUN[sentence]
    assert rerun.find_problems(book(*stored), book(cell("print(a)", "1\n2\n"), *stored[1:])) == [
        sentence
    ]


def test_a_chart_or_a_verdict_that_differs_is_named():
    def show(mime: str, value: object):
        output = nbformat.v4.new_output("display_data", data={mime: value})
        return book(nbformat.v4.new_code_cell("a", execution_count=1, outputs=[output]))

    def find(mime: str, *values: object) -> list[str]:
        return rerun.find_problems(*(show(mime, value) for value in values))

    first, rounded, other = ({"datasets": {"d": [{"x": x}]}} for x in (0.1 + 0.2, 0.3, 0.31))
    assert find(contract.CHART_MIME, first, rounded) == []
    assert find(contract.CHART_MIME, other, rounded) == [DIFFERS + "the chart differs."]
    assert "the verdict differs" in find(VERDICT_MIME, {"sentence": "1 %"}, {"sentence": "2 %"})[0]
    # Addresses of objects differ between runs, and are not compared.
    places = ("<object object at 0x7f0000000000>", "<object object at 0x7fffffffffff>")
    assert find("text/plain", *places) == []


@needs_sandbox
def test_a_notebook_stops_without_the_authors_files_and_a_network():
    sources = {
        "1 / 0": "ZeroDivisionError",
        "open('my_data.csv')": "FileNotFoundError",
        "import urllib.request as u; u.urlopen('http://example.org', timeout=5)": "URLError",
    }
    stored = book(*map(cell, sources), cell("import os; os._exit(1)"))
    fresh, remarks = checking.run_again(plain.parse(nbformat.writes(stored).encode()), {})
    problems = [
        rerun.find_problems(stored, book(again))[0].split(":")[0] for again in fresh.cells[1:4]
    ]
    assert problems == [f"Cell 2 stops with {error}" for error in sources.values()]
    assert len(remarks) == 1 and "kernel ended" in remarks[0]


# The marked briefs

RIGHT = ["true", "depends on the reading", "not borne out"]
LABELS = {
    "example/brief.md": RIGHT,
    "samples/middle.md": RIGHT,
    "samples/just_failed.md": ["true"] * 3,
}


@pytest.mark.parametrize("name", LABELS)
def test_a_marked_brief_passes_the_check_with_numbers_of_the_examples_notebook(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    shown = str([one.get("outputs", []) for one in contract.read(FOLDER / "example.ipynb").cells])
    labels = dict(zip(("C33", "C41", "C38"), LABELS[name], strict=True))
    assert brief.find_problems(text, labels, shown, []) == []
    long, same = (
        text.replace("## Sources\n", f"## Sources\n\n{s}\n") for s in ("word " * 120, "> Guide")
    )
    assert "at most 120 fit on two pages" in str(brief.find_problems(long, labels, shown, []))
    assert "still holds the guide" in str(brief.find_problems(same, labels, shown, []))
    headless = text.replace("## How sure", "How sure")
    assert brief.find_problems(headless, labels, shown, [])[0].startswith(
        "The brief must have the sections"
    )


def test_points_of_the_marked_briefs_add_up():
    page = (FOLDER / "samples.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:most|an A|the middle|just failed) \|(.*)\|$", page, re.MULTILINE)
    points = [[int(number) for number in re.findall(r"\d+", row)] for row in rows]
    assert [sum(row[:-1]) for row in points] == [row[-1] for row in points] == [100, 89, 61, 46]
    assert points[0][:-1] == [*map(int, PROJECT.list_points().values())]
    for row, part in zip(points[1:], page.split("\n## ")[1:4], strict=True):
        listed = re.findall(r"^- \*\*[\w ]+, (\d+)\.\*\*", part, re.MULTILINE)
        assert [*map(int, listed)] == row[:-1]


# Refusals, a class, and the pages


def test_submissions_that_cannot_be_checked_are_refused(made, tmp_path, monkeypatch, capsys):
    table = tmp_path / "hashes.csv"

    def run(path: Path, listed: str = "student,sha256,handed_in\n") -> str:
        table.write_text(listed, encoding="utf-8")
        hashes = ["--hashes", str(table)] if listed else []
        assert checking.main([str(path), "--unsafe", "--out", str(tmp_path / "out"), *hashes]) == 2
        return capsys.readouterr().err

    def fill_disk(folder: Path, handed_in: str, **_: object) -> Checked:
        raise OSError(errno.ENOSPC, "No space left on device")

    assert "is neither a folder nor a zip" in run(tmp_path / "none")
    (tmp_path / "class").mkdir()
    assert "holds no submission" in run(tmp_path / "class")
    shutil.copytree(made, tmp_path / "class" / "ann")
    row = f"ann,{64 * 'a'},31 May\n"
    for listed, sentence in {
        "": "Say which hashes were handed in: make capstone HASHES=table.csv, a CSV with",
        f"name;sha256;handed_in\n{row}": "hashes.csv, row 2: the column 'student' is missing.",
        f"student,sha256,handed_in\n{row}{row}": (
            "row 3: ann has a row already; keep the one that counts."
        ),
        "student,sha256,handed_in\nann,12 ab,": (
            "row 2: '12 ab' is not a hash of 64 digits from 0 to 9 and a"
        ),
    }.items():
        assert sentence in run(tmp_path / "class", listed)
    monkeypatch.setattr(checking, "check", fill_disk)
    assert run(tmp_path / "class").endswith(
        "could not be read or written: No space left on device.\n"
    )
    assert not (tmp_path / "out" / "grades.csv").exists()
    monkeypatch.setattr(checking.sandbox, "find_problem", lambda course: checking.sandbox.MISSING)
    assert checking.main([str(EXAMPLE)]) == 2
    assert capsys.readouterr().err == checking.sandbox.MISSING + "\n"


def hand_in(made: Path, place: Path) -> None:
    """Hand in what Moodle, a browser and people pack: four capstones and four other things."""
    packed = begin.pack(made)
    shutil.copytree(made, place / "ann")
    for name in ("Bo Li_12_assignsubmission_file_/bo.zip", "chen.zip", "ding.zip"):
        (place / name).parent.mkdir(exist_ok=True)
        shutil.copy(packed, place / name)
    (place / "eve").mkdir()
    (place / "eve" / "essay.docx").write_bytes(b"Dear teacher")
    (place / "hal").mkdir()
    (place / "hal" / ".DS_Store").write_bytes(b"")
    with zipfile.ZipFile(place / "fay.zip", "w") as archive:
        archive.writestr("ann/article.yml", "title: x")
    with zipfile.ZipFile(shutil.copy(packed, place / "gus.zip"), "a") as archive:
        archive.writestr(f"{300 * 'x'}.csv", "beside article.yml")
    (place / "ivy.zip").write_bytes(packed.read_bytes()[:-100])
    shutil.copytree(made, place / "jan")
    edit(place / "jan", "article.yml", "date: .*", "date: 2023-02-30")


def test_a_class_is_checked_marked_at_the_desk_and_given_back(made, tmp_path, capsys):
    place = tmp_path / "class"
    out = tmp_path / "grades" / "capstone"
    seen = []
    hand_in(made, place)
    hashes = dict.fromkeys(("ann", "Bo Li", "zoe"), (64 * "a", "31 May, 10:02"))

    def check(folder: Path, sha256: str) -> Checked:
        if "2023-02-30" in (folder / "article.yml").read_text(encoding="utf-8"):
            raise KeyError("unexpected")
        seen.append(sha256)
        return Checked({"runs": ["No end."] if len(seen) == 3 else []})

    marking.import_class(place, out, PROJECT, check, hashes)
    report = capsys.readouterr().out
    assert "4 capstones in" in report and "chen is to be sent back unread, for 1 reason" in report
    for sentence in (
        "Hashes were handed in for 2 of 4.\nNot handed in: chen, ding.\n",
        "A hash, and no capstone by this name: zoe.",
        "eve cannot be checked: no article.yml is in eve/essay.docx",
        "hal cannot be checked: only hidden files are there",
        "has 0 notebooks",
        "(OSError: File name too long); give its files short names",
        "ivy.zip is no zip that can be read",
        "(KeyError: 'unexpected'); save it again and",
    ):
        assert sentence in report
    assert (out / "report.txt").read_text(encoding="utf-8") in report
    (stack,), _ = find_stacks(
        out.parent, tmp_path, replace(COURSE, others={"capstone": lambda: PROJECT})
    )
    assert len(stack.questions) == 6 and stack.count_marked() == (0, 24)
    for line in stack.questions:
        for group in stack.group_answers(line):
            timely = {"ann", "Bo Li_12"} & group.marks.keys()
            assert ("was handed in: 31 May, 10:02." in group.answer) == bool(timely)
            assert ("make_verdict" in group.answer) == (
                line.rpartition("-")[2] in marking.OF_NOTEBOOK
            )
            stack.give(
                line, group.name, group.seen, Mark(5, "Half.", "", (), "a tutor"), {*group.marks}
            )
    assert "One claim is narrowed" in stack.questions["capstone-claim-fidelity"].samples["half"][0]
    marking.import_class(place, out, PROJECT, check, hashes)
    assert sorted(seen) == ["", "", 64 * "a", 64 * "a"]
    page = (out / "feedback" / "ann.html").read_text(encoding="utf-8")
    assert "<strong>30 of 100 points</strong>" in page and page.count("Half.") == 6
    assert all(
        f">{fact.title}</a>" in page and f"<h2>{fact.title}</h2>" in page
        for fact in PROJECT.texts.values()
    )
    assert "No end." in (out / "feedback" / "chen.html").read_text(encoding="utf-8")
    grades = (out / "grades.csv").read_text(encoding="utf-8-sig")
    assert grades.count(",30,100,0,graded,") == 4 and grades.count("not graded") == 6


def test_the_page_says_what_the_check_and_the_plan_say():
    text = (FOLDER / "index.md").read_text(encoding="utf-8")
    assert sum(PROJECT.list_points().values()) == 100
    hours = re.findall(r"\| (\d+) h \|$", text, re.MULTILINE)
    steps = plans.read_table(FOLDER.parent)["capstone"].values()
    assert sum(map(int, hours)) * 60 == sum(step["minutes"] for step in steps)
    assert find_hash(SHEET) in (FOLDER / "tables.md").read_text(encoding="utf-8")
    assert all(f"| {name} | {a} to {b} |" in text for name, (a, b) in brief.read_limits().items())
    assert "**three claims or more" in text and checks.LEAST == 3
    for page, name in {"index": "peer_review.md", "tables": "CODING.md"}.items():
        assert f'/{name}"' in (pages.HTML / "capstone" / f"{page}.html").read_text(encoding="utf-8")
    # The example's cards are of its own readings, though the course's ledger has claims of the same
    # ids.
    shown = (pages.HTML / "capstone" / "example.html").read_text(encoding="utf-8")
    row = re.search(r'<tr[^>]*id="verdict-c38-example".*?</tr>', shown, re.DOTALL)[0]
    assert ">Not borne out<" in row and "nine of ten pairs" in row
