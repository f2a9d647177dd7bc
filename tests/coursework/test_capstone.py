"""The capstone: its example passes, each fault has its own message, and a class is marked."""

import errno
import re
import shutil
import zipfile
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import nbformat
import pytest
import yaml
from notebook_grader import gate, plain
from notebook_grader.decisions import Mark
from notebook_grader.desk.command import find_stacks
from notebook_grader.plain import Refused
from sealed_readings.__main__ import main as ledger
from sealed_readings.folder import Folder, FolderError

from coursework.capstone import __main__ as checking
from coursework.capstone import marking
from coursework.course import COURSE
from coursework.lint import charts, run
from coursework.lint.chapter import Chapter
from coursework.lint.code import find_constants
from coursework.lint.numbers import find_typed
from coursework.teach import plans
from jingjinji.capstone import __main__ as anywhere
from jingjinji.capstone import begin, brief, checks, evidence, keys, rerun
from jingjinji.capstone.checks import Checked
from jingjinji.claims import VERDICT_MIME
from tests import browser as pages
from tests.chapters import contract
from tests.coursework import spoiled
from tests.coursework.masters import ROOT, needs_sandbox

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


@pytest.mark.parametrize(
    "check",
    [lambda words: anywhere.main(["check", *words]), pytest.param(checking.main, marks=needs_sandbox)],
)
def test_the_example_passes(check, capsys):
    """On the machine of who wrote it, and shut in."""
    assert check([str(EXAMPLE), "--example"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:-3] == [
        *(f"ok   {part}" for part in checks.PARTS.values()),
        "7 of 7 parts passed. Cells are counted from the top, text included.",
    ]
    assert lines[-3:] == ["C33: supported", "C38: not supported", "C41: depends on the reading"]


# A hand-in that passes, and one fault at a time


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Ann's folder, as the commands make it: begun, coded, sealed, settled, collected.

    What she writes is the book's example, so that she hands in nothing of her own.
    """
    folder = tmp_path_factory.mktemp("hand_ins") / "ann"
    begin.begin(folder, ["C33", "C38", "C41"])
    article = yaml.safe_load((folder / "article.yml").read_text(encoding="utf-8"))
    article["units"] += yaml.safe_load((EXAMPLE / "article.yml").read_text(encoding="utf-8"))["units"]
    (folder / "article.yml").write_text(yaml.safe_dump(article), encoding="utf-8")
    assert ledger(["code", str(folder), "me"]) == 0
    # As it is written today: when the example's was sealed, units still named years.
    sheet = (EXAMPLE / "coding" / "ours.csv").read_text(encoding="utf-8").replace(", 2022 against 2014", "")
    (folder / "coding" / "me.csv").write_text(re.sub("(?m)^ours,", "me,", sheet), encoding="utf-8")
    seal = ["--seal", "2027-05-01", "--is", "Ann", "--given", "tables.csv"]
    assert ledger(["code", str(folder), "me", *seal]) == 0
    assert ledger(["settle", str(folder), "me"]) == 0
    parts = ("claim_id", "reading", "says", "kind", "unit", "holds_if")
    rows = [Folder(place).list_rows("readings") for place in (folder, EXAMPLE)]
    settled, decided = ([[row[part] for part in parts] for _, row in own] for own in rows)
    assert settled == decided
    for name in ("readings.csv", "figures.csv", "passages.csv", begin.BRIEF):
        shutil.copy(EXAMPLE / name, folder / name)
    shutil.copy(FOLDER / "example.ipynb", folder / begin.NOTEBOOK)
    assert ledger(["collect", str(folder)]) == 0
    return folder


@pytest.fixture
def ann(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "ann"))


def edit(name: str, old: str, new: str):
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert re.search(old, text), (name, old)
        (folder / name).write_text(re.sub(old, new, text), encoding="utf-8")

    return change


def judge(folder: Path) -> dict[str, list[str]]:
    """What is wrong with a folder whose notebook shows the same when it is run again."""
    return checks.judge(folder, contract.read(folder / begin.NOTEBOOK), []).problems


def test_what_was_made_by_the_commands_passes_but_for_being_the_books_own(made):
    found = judge(made)
    own = found.pop("own")
    assert found == {part: [] for part in checks.PARTS if part != "own"}
    shares = ("runs of six words of the brief", "lines of code of the notebook")
    for sentence, share in zip(own, shares, strict=True):
        assert re.match(rf"\d+% of the {share} are copied from the book's examples; ", sentence)


FAULTS = {
    # No claim, or one that does not exist.
    "claims.csv, row 2: the article has no claim C99; the ids run from C01 to C82.": edit(
        "claims.csv", "^(.*\n)C33", r"\1C99"
    ),
    "C33 differs from the course's claims.csv; copy its row.": edit(
        "claims.csv", "Beijing has a", "It has a"
    ),
    "claims.csv has 1 claim; a capstone asks one question of 3 or more.": edit("claims.csv", "(?s)C38.*", ""),
    # What any article's folder is asked, whose faults the tests of sealed-readings plant: one stands for all.
    "no sealed sheet has it with this unit and limit": edit("readings.csv", ",= 9,", ",= 8,"),
    "C33, C38, C41 are left without an answer; of 3 claims at most 1 may be open": edit(
        "readings.csv", ",own,", ",other,"
    ),
    # A number of nobody.
    "The brief gives 9.87, which the notebook does not show": edit("brief.md", "6.83 %", "9.87 %"),
    # A verdict that does not follow.
    "The brief says 'not supported' of C33, but its readings make it 'supported'.": edit(
        "brief.md", "C33, supported", "C33, not supported"
    ),
    "The brief gives no verdict on C33; begin its paragraph with **C33, supported.**": edit(
        "brief.md", r"\*\*C33, supported\.\*\*", "C33."
    ),
    "The brief names C81, which claims.csv does not have.": edit("brief.md", r"\(C33\)", "(C33, C81)"),
    # A template, nothing at all, another folder's tables.
    "'In one sentence' still holds the guide of the template": lambda folder: shutil.copy(
        begin.TEMPLATES / "brief_template.md", folder / begin.BRIEF
    ),
    "There is no brief: write brief.md beside the notebook.": lambda folder: (folder / begin.BRIEF).unlink(),
    "article.yml: evidence is '../../data'; in a capstone it stays 'tables.json'.": edit(
        "article.yml", "evidence: .*", "evidence: ../../data"
    ),
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_faulty_folder_is_named(ann, sentence):
    FAULTS[sentence](ann)
    found = judge(ann)
    assert any(sentence in one for part in found.values() for one in part), found


SAID = {
    "article.yml, date: 2023-02-30": "date is '2023-02-30'; it must be a day of the calendar, such as",
    "article.yml, places: [[a]]": "places is [['a']]; it must be a list of texts",
    "article.yml, subjects: {a: 5}": "subjects is {'a': '5'}; it must be names with a list of texts each",
    "article.yml, claim_ids: '(C'": "claim_ids is not a regular expression: missing ), unterminated",
    "results.csv: empty": "results.csv is empty; its first row has the names of its columns",
    "claims.csv: latin": "claims.csv is not UTF-8 text; save it as CSV UTF-8",
    "results.csv, number: 'inf'": "results.csv, row 2: number is 'inf'; it must be a number such as 12.5.",
    "tables.json: resources": "tables.json cannot be read (AttributeError: 'int' object has no attribute",
    "cell outputs: 5": "notebook.ipynb cannot be read (TypeError: 'int' object is not iterable); open it in",
    "cell cell_type: []": "the file is not a valid notebook (cell 2 has an unknown type)",
    "data without application/vnd.verdict+json": "Cell 4 shows something else when it is run again: the text",
}


def test_a_folder_that_is_spoiled_in_any_way_gets_a_sentence(ann, monkeypatch):
    """Some 290 kinds: each is refused in one line, or has a finding."""

    def check(folder: Path) -> set[str]:
        try:
            return {one for own in checking.check(folder).problems.values() for one in own}
        except (FolderError, Refused) as error:
            return {str(error)}

    stored = contract.read(ann / begin.NOTEBOOK)
    shown = (
        next(one for one in stored.cells if any(mime in o.get("data", {}) for o in one.get("outputs", [])))
        for mime in (contract.CHART_MIME, VERDICT_MIME)
    )
    stored.cells = [*stored.cells[:2], *shown]  # title, text, a chart, a verdict
    nbformat.write(stored, ann / begin.NOTEBOOK)
    monkeypatch.setattr(checking, "run_again", lambda *_: (stored, []))
    monkeypatch.setattr(gate, "call", lambda function, *given, seconds: function(*given))
    # Most kinds leave article.yml as it is, and parsing it takes longest.
    load, parse = yaml.load, cache(partial(yaml.load, Loader=yaml.BaseLoader))
    monkeypatch.setattr(
        yaml, "load", lambda text, Loader: parse(text) if Loader is yaml.BaseLoader else load(text, Loader)
    )
    files = {path: path.read_bytes() for path in ann.rglob("*") if path.is_file()}
    whole, found = check(ann), {}
    for kind, spoil in spoiled.list_kinds():
        spoil(ann)
        found[kind] = check(ann) - whole
        for path, data in files.items():
            if not path.exists() or path.read_bytes() != data:
                path.write_bytes(data)
    assert {kind for kind, told in found.items() if not told} == spoiled.HARMLESS
    assert [told for one in found.values() for told in one if "\n" in told or len(told) > 600] == []
    for kind, sentence in SAID.items():
        assert any(sentence in one for one in found[kind]), (kind, found[kind])


CODE = """table = data.load("provinces")
curve = choices.run(table.mean, choices.set_up(a={1: "why"}))
make_verdict(folder, "C17", "It is so.", {"a": table.mean()})"""
DRAWN = "Specification curve: 8 estimates (made), sorted from 1 to 2; it holds for 5 of 10 units."
# What is said, and what stands for what in the code or the chart.
WITHOUT_EVIDENCE = {
    "There is no placebo: file a number for a reading of the way `placebo`": (" of 10 units", ""),
    "There is no curve of choices: compute one from a table": ("Specification curve: ", ""),
    "There is no curve of choices: compute one from a table with": ('data.load("provinces")', "7"),
    "The curve of choices has 4 combinations; it needs at least 8": ("8 estimates", "4 estimates"),
    "All estimates of the curve are 1; its options must change": ("to 2;", "to 1;"),
    "The number of C17 a is typed or comes from no loaded table; file": ("table.mean()}", "7.77}"),
}


@pytest.mark.parametrize("sentence", ["", *WITHOUT_EVIDENCE])
def test_a_notebook_without_evidence_is_named(sentence):
    old, new = WITHOUT_EVIDENCE.get(sentence, ("", ""))
    code = evidence.Code(book(cell(CODE.replace(old, new) if old else CODE)))
    chart = {"description": DRAWN.replace(old, new) if old else DRAWN}
    found = evidence.find_problems(code, [(1, chart)], [], set())
    assert found[0].startswith(sentence) if sentence else found == []


def test_what_is_begun_and_left_fails_kindly(tmp_path, capsys):
    folder = tmp_path / "ann"
    assert anywhere.main(["new", str(folder), "C17", "C99"]) == 2
    assert capsys.readouterr().err == "no claim is called 'C99'; the ids run from C01 to C82.\n"
    assert (
        anywhere.main(["check", str(folder)]) == 2 and "is not a capstone folder" in capsys.readouterr().err
    )
    assert anywhere.main(["new", str(folder)]) == 0 and anywhere.main(["check", str(folder)]) == 1
    told = capsys.readouterr().out
    assert "claims.csv has no claim" in told and " was not run" in told and "Traceback" not in told
    assert told.count("still holds the guide") == len(brief.read_limits())
    parts = ("folder", "runs", "keys", "evidence", "brief")
    assert all(f"mend {checks.PARTS[part]}" in told for part in parts)
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
    same = (f"<object object at {place}>\n" for place in ("0x7f0000000000", "0x7fffffffffff"))
    assert rerun.find_problems(*(book(cell("print(a)", shown)) for shown in same)) == []


def test_a_chart_or_a_verdict_that_differs_is_named():
    def shown(mime: str, value: dict):
        output = nbformat.v4.new_output("display_data", data={mime: value})
        return book(nbformat.v4.new_code_cell("a", execution_count=1, outputs=[output]))

    def chart(x: float):
        return shown(contract.CHART_MIME, {"datasets": {"d": [{"x": x}]}})

    assert rerun.find_problems(chart(0.1 + 0.2), chart(0.3)) == []
    assert rerun.find_problems(chart(0.31), chart(0.3)) == [DIFFERS + "the chart differs."]
    old, new = (shown(VERDICT_MIME, {"sentence": found}) for found in ("1 %", "2 %"))
    assert "the verdict differs" in rerun.find_problems(old, new)[0]


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
    longer = ("word " * 120, "> Guide")
    long, same = (text.replace("## Sources\n", f"## Sources\n\n{more}\n") for more in longer)
    assert "at most 120 fit on two pages" in str(brief.find_problems(long, labels, shown, []))
    assert "still holds the guide" in str(brief.find_problems(same, labels, shown, []))
    headless = text.replace("## How sure", "How sure")
    assert brief.find_problems(headless, labels, shown, [])[0].startswith("The brief must have the sections")


def test_points_of_the_marked_briefs_add_up():
    page = (FOLDER / "samples.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:most|an A|the middle|just failed) \|(.*)\|$", page, re.MULTILINE)
    points = [[int(number) for number in re.findall(r"\d+", row)] for row in rows]
    assert [sum(row[:-1]) for row in points] == [row[-1] for row in points] == [100, 89, 61, 46]
    assert points[0][:-1] == [*map(int, PROJECT.list_points().values())]
    for row, part in zip(points[1:], page.split("\n## ")[1:4], strict=True):
        given = re.findall(r"^- \*\*[\w ]+, (\d+)\.\*\*", part, re.MULTILINE)
        assert [*map(int, given)] == row[:-1]


# What is refused, a class, and the pages


def test_what_is_no_capstone_is_refused(tmp_path, capsys):
    refused = {tmp_path / "none": "is neither a folder nor a zip", tmp_path: "holds no submission"}
    for path, sentence in refused.items():
        assert checking.main([str(path), "--unsafe", "--out", str(tmp_path / "out")]) == 2
        assert sentence in capsys.readouterr().err


def hand_in(made: Path, place: Path) -> None:
    """Eleven as Moodle, a browser, people and chance pack them."""
    packed = begin.pack(made)
    shutil.copytree(made, place / "ann")
    for name in ("Bo Li_12_assignsubmission_file_/bo.zip", "chen.zip", "ding.zip"):
        (place / name).parent.mkdir(exist_ok=True)
        shutil.copy(packed, place / name)
    (place / "eve").mkdir()
    (place / "eve" / "essay.docx").write_bytes(b"Dear teacher")
    with zipfile.ZipFile(place / "fay.zip", "w") as archive:
        archive.writestr("ann/article.yml", "title: x")
    with zipfile.ZipFile(shutil.copy(packed, place / "gus.zip"), "a") as archive:
        archive.writestr(f"{300 * 'x'}.csv", "beside article.yml")
    with zipfile.ZipFile(shutil.copy(packed, place / "hal.zip"), "a") as archive:
        archive.writestr("\N{SNOWMAN}.csv", "named in UTF-8")
    whole, name = (place / "hal.zip").read_bytes(), "\N{SNOWMAN}".encode()
    first, last = whole.index(name), whole.rindex(name)  # its own head, and the directory
    for author, at in (("hal", first), ("ivy", last)):
        (place / f"{author}.zip").write_bytes(whole[:at] + b"\xff" + whole[at + 1 :])
    shutil.copytree(made, place / "jan")
    edit("article.yml", "date: .*", "date: 2023-02-30")(place / "jan")
    with zipfile.ZipFile(place / "kim.zip", "w") as archive:
        for one in ("article.yml", f"{begin.NOTEBOOK}/claims.csv", "claims.csv/claims.csv"):
            archive.writestr(one, "title: x")


def test_a_class_is_checked_marked_at_the_desk_and_given_back(made, tmp_path, capsys):
    """Nothing is checked twice, what the check says is on the page, and a mark at the desk becomes one."""
    place, out, seen = tmp_path / "class", tmp_path / "grades" / "capstone", []
    hand_in(made, place)

    def check(folder: Path) -> Checked:
        if "2023-02-30" in (folder / "article.yml").read_text(encoding="utf-8"):
            raise KeyError("what nobody thought of")
        seen.append(folder)
        faulty = ["No end."] if len(seen) == 3 else []
        return Checked({"runs": faulty})

    assert marking.import_class(place, out, PROJECT, check) == 1
    told = capsys.readouterr().out
    assert "4 capstones in" in told and "chen is to be sent back unread, for 1 reason" in told
    assert "eve cannot be checked: no article.yml is in eve/essay.docx" in told
    assert "fay cannot be checked" in told and "has 0 notebooks" in told
    for author, why in {
        "gus": "a file of it cannot be read (OSError: File name too long); give its files short names",
        "hal": "in the zip cannot be read (UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in",
        "ivy": "ivy.zip is no zip that can be read",
        "jan": "what was handed in cannot be read (KeyError: 'what nobody thought of'); save it again and",
        "kim": "a file of it cannot be read (IsADirectoryError: Is a directory); give its files short",
    }.items():
        assert re.search(rf"^{author} cannot be checked: .*{re.escape(why)}", told, re.MULTILINE), (
            author,
            told,
        )
    assert (out / "report.txt").read_text(encoding="utf-8") in told
    (stack,) = find_stacks(out.parent, tmp_path, replace(COURSE, others={"capstone": lambda: PROJECT}))
    assert len(stack.questions) == 6 and stack.count_marked() == (0, 24)
    for line in stack.questions:
        for group in stack.group_answers(line):
            assert ("make_verdict" in group.answer) == (line.rpartition("-")[2] in marking.OF_NOTEBOOK)
            mark = Mark(5, "Half.", "", (), "a tutor")
            stack.give(line, group.name, group.seen, mark, {*group.marks})
    assert "One claim is narrowed" in stack.questions["capstone-claim-fidelity"].samples["half"][0]
    assert marking.import_class(place, out, PROJECT, check) == 1 and len(seen) == 4
    page = (out / "feedback" / "ann.html").read_text(encoding="utf-8")
    assert "<strong>30 of 100 points</strong>" in page and page.count("Half.") == 6
    assert "No end." in (out / "feedback" / "chen.html").read_text(encoding="utf-8")
    grades = (out / "grades.csv").read_text(encoding="utf-8-sig")
    assert grades.count(",30,100,0,graded,") == 4 and grades.count("not graded") == 7


def test_a_fault_of_the_machine_is_no_authors(made, tmp_path, monkeypatch, capsys):
    def check(folder: Path, **_: object) -> Checked:
        raise OSError(errno.ENOSPC, "No space left on device")

    shutil.copytree(made, tmp_path / "class" / "ann")
    monkeypatch.setattr(checking, "check", check)
    assert checking.main([str(tmp_path / "class"), "--unsafe", "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr()
    assert told.err.splitlines()[-1] == "Something could not be read or written: No space left on device."
    assert not (tmp_path / "out" / "grades.csv").exists()


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
