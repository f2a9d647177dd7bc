"""All outputs show the same marks after each kind of decision."""

import csv
import io
import re
import tempfile
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest
import small
from hypothesis import given, settings
from hypothesis import strategies as st
from notebook_grader import files, tables
from notebook_grader.__main__ import main
from notebook_grader.hand_in.people import read_people
from notebook_grader.judge.cell import Cell
from notebook_grader.marks import decisions, feedback, items, manual, report, returns, store
from notebook_grader.marks.decisions import Decision
from notebook_grader.tables import TableError
from small import HELD, NAME, decide

RATE, TEXT = "tests-1-1", "answer-1-5"
LATE = decide("ann", 3.0, "", "late")
# Decisions, with the resulting points, and the points that wait for a person.
KINDS = {
    "nothing": ([], 8, 5),
    "a marker": ([decide("ann", 3.5, "Good.")], 11.5, 0),
    "an override": ([decide("ann", 4.0, "The check was wrong.", RATE)], 11, 5),
    "withdrawn": ([decide("ann", 4.0, "x", RATE), decide("ann", None, "y", RATE)], 8, 5),
    "one answer": ([decide("ann", 1.0, "Half of it.", RATE, answer="a")], 9, 5),
    "an old answer": ([decide("ann", 5.0, "Good.", read="other")], 8, 5),
    "late": ([decide("ann", 5.0), LATE], 9.1, 0),
    "an extension": ([LATE, decide("ann", 2.0, "Ill.", "extension")], 7.2, 5),
    "too late": ([decide("ann", 9.0, "", "late")], 0, 5),
    "excused": ([decide("ann", 1.0, "Ill.", "excused")], 8, 5),
}


@pytest.mark.parametrize("kind", KINDS)
def test_all_outputs_say_what_was_decided(tmp_path, kind):
    rows, points, waiting = KINDS[kind]
    folder = tmp_path / NAME
    result = small.make_result("ann", points=1)[0]
    result.cells[RATE] = Cell(1.0, 4, "rate = 5", parts={"a": 0.0, "b": 1.0}, most={"a": 2, "b": 2})
    decisions.keep_rules(tmp_path, {"late off": 10, "late days": 7})
    small.keep(folder, result).add(rows)
    results = store.read_results(folder)
    exercises = HELD.list_points()
    for _ in range(2):  # reading manual.csv back changes nothing
        table = manual.open_table(folder, results, exercises)
        assert sum(len(own) for own in table.rows.values()) == len(rows) + 7
        files.write(folder / manual.MANUAL, manual.format_manual(results, table))
    view = table.view(results["ann"])
    assert (view.points, view.waiting, view.out_of) == (points, waiting, 16)
    (row,) = csv.DictReader(
        io.StringIO(manual.format_grades(results, {"ann": view}, {}, exercises)[1:])
    )
    assert (float(row["points"]), float(row["to_be_marked"])) == (points, waiting)
    assert float(row["off"] or 0) == view.off and ("excused" in row["status"]) == (
        kind == "excused"
    )
    each = [float(row[name] or 0) for name in exercises]
    assert round(sum(each) - view.off, 2) == points
    page = feedback.render_page(small.submission(), results["ann"], view, NAME)
    assert f"<strong>{points:g} of 16 points</strong>" in page and all(
        one in page for one in view.sentences
    )
    assert f"ann: {points:g} of 16 points." in report.format_report(
        NAME, results, {"ann": view}, {}, {}
    )
    summary = items.summarise(results, {"ann": view.marks}, exercises, {})
    assert [item.mean for item in summary.items[:4]] == [p / m for p, m in zip(each, [4, 3, 2, 2])]
    final = None if waiting or kind == "excused" else points
    assert returns.read_marks(tmp_path).points == {("ann", NAME): final}
    output = io.StringIO()
    with redirect_stdout(output):
        assert main(["explain", "an", "1.1", "--grades", str(tmp_path)]) == 0
    shown = (
        f"ann, {NAME}, {RATE}: {view.marks[RATE].points:g} of 4 points, by {view.marks[RATE].by}."
    )
    assert output.getvalue().splitlines()[0] == shown
    assert all(row.reason in output.getvalue() for row in rows if row.exercise == RATE)


def test_lateness_is_one_rule_of_all_assignments(tmp_path):
    """It lies beside them, and each change of it is kept."""
    for name in ("02_region", "03_gdp"):
        small.keep(tmp_path / name, small.make_result("ann")[0]).add(
            [decide("ann", 3.0, "", "late")]
        )
    wanted = {
        None: (16 - 5, "late work costs nothing"),
        ("late off", 10): (16 - 5 - 3.3, "late work costs 10 % a day"),
        ("late most", 20): (16 - 5 - 2.2, "late work costs 10 % a day, 20 % at most"),
        ("late days", 2): (
            0,
            "late work costs 10 % a day, 20 % at most, and after 2 days it earns nothing",
        ),
    }
    for rule, (points, sentence) in wanted.items():
        decisions.keep_rules(tmp_path, dict([rule]) if rule else {})
        for name in ("02_region", "03_gdp"):
            table = decisions.open_table(tmp_path / name)
            assert table.view(small.make_result("ann")[0]).points == pytest.approx(points)
            assert decisions.describe_rules(table.rules) == sentence
    assert len(tables.read_table(tmp_path / decisions.LATENESS_FILE)[1]) == 3


def test_what_explain_cannot_find_is_one_sentence(tmp_path, capsys):
    small.keep(
        tmp_path / NAME, *(small.make_result(name)[0] for name in ("ann", "ann_1001", "anne"))
    )
    assert main(["explain", "ann", "1.1", "--grades", str(tmp_path)]) == 0  # and not ann_1001
    capsys.readouterr()
    for words, sentence in {
        ("bob", "1.1"): "'bob' has handed in nothing that was graded.",
        ("anna", "1.1"): "'anna' has handed in nothing that was graded; the nearest name is 'ann'.",
        ("an", "1.1"): "'an' could be ann, ann_1001, anne.",
        ("ann", "9.9"): "'9.9' is not an exercise of a graded assignment: 92_small.",
    }.items():
        assert main(["explain", *words, "--grades", str(tmp_path)]) == 2
        assert capsys.readouterr().err.strip() == sentence


def test_a_student_alone_is_one_page(tmp_path, capsys):
    """All assignments: late, overridden, excused, on paper, by the group's file, and nothing at
    all."""
    one, two = (small.make_result(name)[0] for name in ("Ann Lee_1", "Bo_2"))
    table = small.keep(tmp_path / "01_reading", one, two)
    table.add(
        [decide("Ann Lee_1", 3.5, "Base named."), decide("Ann Lee_1", 1.0, "Typed by hand.", RATE)]
    )
    table.add(
        [
            decide("Ann Lee_1", 2.0, "2 days late", "late"),
            decisions.decide_matter("Ann Lee_1", "returned", 11, "machine"),
        ]
    )
    decisions.keep_rules(tmp_path, {"late off": 10})
    small.keep(
        tmp_path / "02_region", small.make_result("Ann Lee_33")[0]
    )  # Moodle's number of another week
    small.keep(tmp_path / "03_gdp", two)
    files.write(
        tmp_path / "03_gdp" / store.FACTS, '{"out_of": 16, "members": {"Ann Lee_44": "Bo_2"}}'
    )
    small.keep(tmp_path / "04_gaps", two).add(
        [decide("Ann Lee_5", 9.0, "By word of mouth.", "mark")]
    )
    small.keep(tmp_path / "05_more", two).add([decide("Ann Lee_6", 1.0, "Ill.", "excused")])
    small.keep(tmp_path / "06_last", two)
    files.write(
        tmp_path / "06_last" / store.FACTS, '{"refused": {"Ann Lee_7": ["a link", "a.url"]}}'
    )
    small.keep(tmp_path / "07_none", two)
    assert main(["explain", "ann lee", "--grades", str(tmp_path)]) == 0
    said = re.sub(r"\d{4}-\d\d-\d\d", "DAY", capsys.readouterr().out)
    assert (
        said
        == """\
Ann Lee: marks in 7 assignments

01_reading: 9.2 of 16 points.
    Handed in: file (SHA-256 sha).
    It was 2 days late (2 days late).
    That takes 2.3 points off.
    In this course late work costs 10 % a day.
    By the machine: 1.2 3 of 3, 1.3 2 of 2, 1.4 2 of 2.
    1.1 1 of 4, by marker on DAY, in place of the machine's 4: Typed by hand.
    1.5 3.5 of 5, by marker on DAY: Base named.
    Returned on DAY: 11.

02_region: 11 of 16 points, and 5 wait for a person.
    Handed in: file (SHA-256 sha).
    By the machine: 1.1 4 of 4, 1.2 3 of 3, 1.3 2 of 2, 1.4 2 of 2.
    Waits for a person: 1.5.

03_gdp: 11 of 16 points, and 5 wait for a person.
    Marked by the file that Bo_2 handed in for the group.
    Handed in: file (SHA-256 sha).
    By the machine: 1.1 4 of 4, 1.2 3 of 3, 1.3 2 of 2, 1.4 2 of 2.
    Waits for a person: 1.5.

04_gaps: 9 of 16 points.
    A person gave 9 in all: By word of mouth.
    That mark is by marker, on DAY.

05_more: excused.
    Excused: Ill.

06_last: no file that could be used.
    The last file could not be used: a link.

07_none: nothing handed in.

In all 40.2 of 96 points so far, as answers wait for a person, without what is excused.
Weights, and marks that are dropped, are the platform's.
"""
    )


def test_two_of_one_name_are_named_both(tmp_path, capsys):
    for name, students in {
        "01_reading": ("Juan_1", "Juan_2"),
        "02_region": ("Juan_7", "Bo_2"),
    }.items():
        small.keep(tmp_path / name, *(small.make_result(one)[0] for one in students))
    assert main(["explain", "juan", "--grades", str(tmp_path)]) == 2
    assert capsys.readouterr().err.strip() == "'juan' could be Juan_1, Juan_2, Juan_7."
    assert main(["explain", "Juan_2", "--grades", str(tmp_path)]) == 0
    assert "02_region: nothing handed in." in capsys.readouterr().out
    assert main(["explain", "Zoe", "--grades", str(tmp_path)]) == 2
    assert "'Zoe' has handed in nothing that was graded" in capsys.readouterr().err


def test_a_table_that_is_gone_or_broken_is_named_and_nothing_is_wiped(tmp_path):
    path = tmp_path / decisions.FILE
    small.keep(tmp_path, small.make_result("ann")[0])
    whole = path.read_text(encoding="utf-8")
    for text, error, sentence in (
        ("", files.StoreError, "is gone or empty, though marks were given: put a copy back"),
        (whole.replace(",4,", ",four,", 1), TableError, "row 2: 'four' is not a number"),
        (whole.replace("points", "mark", 1), TableError, "row 2: the column 'points' is missing"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(error, match=sentence):
            decisions.open_table(tmp_path, exists=True)
        assert path.read_text(encoding="utf-8") == text


def test_what_was_said_last_is_not_said_again(tmp_path):
    table = decisions.open_table(tmp_path)
    one = Decision("ann", TEXT, "", 3.0, "Li", "Good.", (1,), "a", "key 1")
    assert table.add([one, one]) and not table.add([one])
    assert not decisions.open_table(tmp_path).add([replace(one, by="Wu", key="key 2")])


def test_table_of_an_earlier_version_is_read_and_gets_the_column_about(tmp_path):
    path = tmp_path / decisions.FILE
    path.write_text(
        "student,exercise,answer,points,by,reason\n"
        "ann,answer-1-5,,3,Li,Good.\n"
        "ann,extension,,2,Li,Ill.\n"
        "ann,returned,,11,machine,\n",
        encoding="utf-8",
    )
    table = decisions.open_table(tmp_path)
    assert [row.about for row in table.rows["ann"]] == ["answer", "lateness", "whole"]
    table.add([decide("ann", 1.0, "Ill.", "excused")])
    columns, rows = tables.read_table(path)
    assert tuple(columns) == decisions.COLUMNS
    assert [row["about"] for row in rows] == ["answer", "lateness", "whole", "whole"]
    assert rows[0]["reason"] == "Good." and rows[0]["points"] == "3"


def test_exercise_may_have_the_name_of_a_matter(tmp_path):
    result = small.make_result("ann")[0]
    named = replace(result, cells={"late": Cell(2.0, 2)})
    late = decide("ann", 3.0, "", "late")
    view = decisions.make_view(named, [*decisions.decide_by_machine(named), late])
    assert view.marks["late"].points == 2 and view.days == 3


# Texts that a student, a marker or a spreadsheet may write, but for what no file can hold.
ODD = st.sampled_from(
    [
        "=1+1",
        "'=1",
        "'",
        '"',
        '",',
        ",",
        "\r",
        "\n",
        "\r\n",
        "-1",
        "@x",
        "\t",
        "，",
        "\u202e",
        "\x85",
    ]
)
WORDS = st.lists(
    ODD | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5), max_size=5
)
TEXTS = WORDS.map("".join)


@pytest.mark.parametrize(
    "text", ["=1+1", "'quoted'", "'-x", "'=1", "-", "'-", "''-", "@", "x;=c|'!A0"]
)
def test_formulas_stay_text(text):
    escaped = tables.escape_formula(text)
    assert tables.unescape_formula(escaped) == text and not re.search("(?:^|;)[=@]", escaped)


def read_csv(text: str) -> list[list[str]]:
    """Read a table with Python's csv module, and undo the escaping of formulas."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [[tables.unescape_formula(cell) for cell in row] for row in rows]


def with_plain_ends(text: str) -> str:
    return re.sub("\r\n?", "\n", text)


@settings(max_examples=40)
@given(TEXTS, TEXTS, TEXTS)
def test_tables_come_back_whatever_stands_in_them(name, reason, text):
    """Kept tables, manual.csv and platforms' tables keep their rows, columns and texts."""
    student = f"a{name}"
    result = replace(small.make_result(student)[0], student=student)
    result.cells[TEXT] = replace(result.cells[TEXT], answer=f"b{text}")
    exercises = HELD.list_points()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        table = decisions.open_table(path)
        table.add([decide(student, 3.0, reason), *decisions.decide_by_machine(result)])
        again = decisions.open_table(path, exists=True)
        assert [*again.rows] == [with_plain_ends(student)] and len(again.last) == len(table.last)
        kept = again.rows[with_plain_ends(student)][0]
        assert (kept.points, kept.reason) == (3.0, with_plain_ends(reason))
        views = {student: table.view(result)}
        grades = read_csv(manual.format_grades({student: result}, views, {}, exercises))
        assert len(grades) == 2 and len(grades[1]) == len(grades[0])
        assert grades[1][:2] == [with_plain_ends(student), "14"]
        files.write(path / manual.MANUAL, manual.format_manual({student: result}, table))
        (row,) = tables.read_table(path / manual.MANUAL)[1]
        assert row["answer"] == with_plain_ends(f"b{text}")
        assert decisions.digest(row["answer"]) == decisions.digest(f"b{text}")
        come_in = replace(result, student=with_plain_ends(student))  # as names do
        for _ in range(2):  # reading it back changes nothing
            table = manual.open_table(path, {come_in.student: come_in}, exercises)
            mark = table.view(come_in).marks[TEXT]
            assert (mark.points, mark.comment.split()) == (3.0, reason.split())
            assert len(table.last) == len(again.last)
            files.write(
                path / manual.MANUAL, manual.format_manual({come_in.student: come_in}, table)
            )
        listed_as = re.sub(
            "[\r\n]", " ", student
        )  # a line's end there would be an open quotation mark's
        lists = {
            "moodle": [["Email address", "Last name"], ["a@x.org", listed_as]],
            "canvas": [["Student", "ID", "Section"], [listed_as, "7", "One"]],
        }
        for platform, listed in lists.items():
            files.write(path / "list.csv", tables.format_table(listed))
            people = read_people(platform, path / "list.csv")
            final = returns.Marks(
                {(student, NAME): 3.5}, most={NAME: 16}, assigned={NAME: {0: student}}
            )
            given_back = read_csv(returns.format_marks(people, final))
            assert given_back[-1][-1] == "3.5" and len({len(row) for row in given_back}) == 1
            assert len(given_back) == (3 if platform == "canvas" else 2)
            assert listed_as.strip() in given_back[-1]
