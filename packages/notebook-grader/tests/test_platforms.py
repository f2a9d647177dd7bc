"""Zips of Moodle and Canvas are read, and marks and feedback written in the form that they
import."""

import csv
import io
import operator
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import small
from notebook_grader import files, tables
from notebook_grader.__main__ import main
from notebook_grader.course import PLAIN
from notebook_grader.grading import session
from notebook_grader.hand_in import intake, people
from notebook_grader.limits import Limits
from notebook_grader.marks import agreement, classlist, manual, store
from notebook_grader.marks.decisions import make_view, open_table
from notebook_grader.tables import TableError
from running import pack, read_csv
from small import NAME, make_result

SAMPLES = Path(__file__).parent / "samples"
MOODLE, CANVAS, WORKSHEET = (
    (SAMPLES / f"{name}.csv").read_text(encoding="utf-8")
    for name in ("participants", "canvas", "worksheet")
)
LISTS = {"moodle": MOODLE, "canvas": CANVAS}
# Names of students' folders and files: the third waits for a person, the fourth is excused.
NAMES = {
    "moodle": ["Ann Årup_4711", "1002", "evil@example.org", "away"],
    "canvas": ["årupann_5001", "zhang", "S1003", "5004"],
}


def keep(
    folder: Path, points: dict[str, float | None], handed_in: dict[str, str] | None = None
) -> None:
    """Keep results and feedback of these students, with points for the text; None waits for a
    person."""
    kept = store.Store(folder / NAME)
    for student, given in points.items():
        result = replace(make_result(student)[0], file=(handed_in or {}).get(student, "file"))
        small.keep(folder / NAME, result).add(
            [small.decide(student, given)] if given is not None else []
        )
        kept.save(result, "{}", b"")
        files.write(kept.find_file("feedback", student, ".html"), f"For {student}")


def run(platform: str, folder: Path, text: str | None, *more: str) -> int:
    """Return the marks in a folder to the people on a list."""
    if text is not None:
        (folder / "list.csv").write_text(text, encoding="utf-8")
    return main(
        ["return", str(folder / "list.csv"), "--platform", platform, "--grades", str(folder), *more]
    )


@pytest.mark.parametrize("platform", ["moodle", "canvas"])
def test_marks_go_out_and_come_back(tmp_path, capsys, platform):
    first, other, waits, excused = NAMES[platform]
    keep(tmp_path, {first: 3.5, other: 0.0, waits: None, excused: 2.0})
    open_table(tmp_path / NAME, True).add([small.decide(excused, 1.0, "Ill.", "excused")])
    assert run(platform, tmp_path, LISTS[platform]) == 0
    assert ": marks for 2 of the " in (output := capsys.readouterr().out)
    assert "Left empty, as an answer waits for a person: 1." in output
    assert "Left empty, as the student is excused: 1." in output
    rows = read_csv(tmp_path / f"{platform}.csv")
    head = {"moodle": "Assignment: 92_small (Real)", "canvas": "92_small (77)"}[platform]
    assert rows[0][-1] == head and {len(row) for row in rows} == {len(rows[0])}
    if platform == "canvas":
        assert rows[0][:-1] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        assert rows.pop(1) == ["    Points Possible", "", "", "", "", "16"]
    assert [row[-1] for row in rows[1:5]] == ["14.5", "11", "", ""]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    # Results that grades.csv does not count are not returned.
    files.write(tmp_path / NAME / store.VERSION, "of another key")
    run(platform, tmp_path, LISTS[platform])
    assert (
        "Left out, as the marks are by an earlier key: 4. Grade again." in capsys.readouterr().out
    )
    assert "14.5" not in (tmp_path / f"{platform}.csv").read_text(encoding="utf-8")


TWINS = "First name,Last name,Email address\nAnn,Lee,a@x.org\nAnn,Lee,b@x.org\n"


@pytest.mark.parametrize(
    ("text", "students", "sentences"),
    [
        (MOODLE, ["1001", "nobody"], ["nobody is not in the list."]),
        (MOODLE, ["1001", "ann@example.org"], ["ann@example.org is the same person as 1001."]),
        (
            TWINS,
            ["Ann Lee"],
            ["Ann Lee could be more than one", "it distinguishes people of one name"],
        ),
    ],
)
def test_who_is_not_found_is_told_and_not_guessed(tmp_path, capsys, text, students, sentences):
    keep(tmp_path, dict.fromkeys(students, 1.0))
    assert run("moodle", tmp_path, text, "--strict") == 1
    assert run("moodle", tmp_path, text) == 0
    missing = capsys.readouterr().err
    assert [sentence for sentence in sentences if sentence not in missing] == []


@pytest.mark.parametrize("case", read_csv(SAMPLES / "names.csv")[1:], ids="; ".join)
def test_a_name_stands_for_nobody_else(tmp_path, case):
    """In a list without the numbers in file names; a group may stand in front of a name that is
    there."""
    listed, found, missing = (entry.split("|") if entry else [] for entry in case)
    lines = [f"{name},{place}@x.org" for place, name in enumerate(listed)]
    (tmp_path / "list.csv").write_text("\n".join(["First name,Last name,Email address", *lines]))
    read = people.read_people("moodle", tmp_path / "list.csv")
    assert read.match([*found, *missing]).keys() == {*missing}
    assert read.found == {student: place for place, student in enumerate(found)}


@pytest.mark.parametrize("case", read_csv(SAMPLES / "lists.csv")[1:], ids=operator.itemgetter(0))
def test_a_list_in_any_language_and_encoding_is_read_and_given_back_with_its_own_headings(
    tmp_path, case
):
    _, platform, encoding, worksheet, late, text = case
    (tmp_path / "list.csv").write_bytes(text.encode(encoding))
    keep(tmp_path, {"Wei Li_101": 3.5} | dict.fromkeys(STUDENTS[1:], 1.0))
    listed = classlist.open_list(tmp_path, tmp_path / NAME, tmp_path / "list.csv")
    assert "Berg" in listed.list_missing({})[-1]
    listed.match(STUDENTS)
    listed.remember()
    assert (listed.people.platform, listed.people.is_worksheet) == (platform, bool(worksheet))
    assert listed.people.found == {student: row for row, student in enumerate(STUDENTS)}
    blip = (
        "Wei Li_101: “2 blip” has a unit of time that is not known: blip; write a row into"
        " manual.csv."
    )
    assert [problem.replace("Sss - ", "") for problem in listed.problems] == [blip] * (late == "?")
    days = [row.points for row in listed.decided["Wei Li_101"]]
    assert days == ([float(late or 0)] if worksheet and late != "?" else [])
    assert main(["return", "--grades", str(tmp_path)]) == 0  # the list is remembered
    rows = read_csv(tmp_path / f"{platform}.csv")
    head = re.split("[,;\t]", text.removeprefix("sep=;\n").split("\n")[0])
    assert not worksheet or rows[0] == head
    new = {"Assignment: 92_small (Real)"} if not worksheet and "92_small" not in text else set()
    assert {*rows[0]} - {*head} == new
    given = [
        {f"{float(cell):g}" for cell in row if re.fullmatch(r"[\d.]+", cell)} for row in rows[-6:-4]
    ]
    assert "14.5" in given[0] and "12" in given[1]


def test_another_list_says_which_one_it_replaces_and_how_to_go_back(tmp_path):
    text = (SAMPLES / "term.csv").read_text(encoding="utf-8")
    folder = tmp_path / NAME
    may, june, people_ = (tmp_path / f"{name}.csv" for name in ("may", "june", "all"))
    former = folder / "list-before.csv"
    for path, content in ((may, text), (june, text.replace("2 days", "9 days")), (people_, MOODLE)):
        path.write_text(content, encoding="utf-8")
    said = (
        "The list {}.csv replaces {}.csv, and what that said of lateness and groups; to go back,"
        " give {}."
    )
    back, forth = (said.format(*names, former) for names in (("may", "june"), ("june", "may")))
    steps = [
        (may, "", 2),
        (may, "", 2),
        (None, "", 2),
        (june, forth, 9),
        (former, back, 2),
        (former, forth, 9),
    ]
    alone = (
        f"{people_} counts for this run alone: the next one takes {folder / 'list.csv'}, its"
        " worksheet."
    )
    for given, note, days in [*steps, (people_, alone, 0), (None, "", 9)]:
        listed = classlist.open_list(tmp_path, folder, given)
        listed.match(["Ann_1"])
        listed.remember()
        late = round(sum(row.points for row in listed.decided["Ann_1"]))
        assert (listed.notes, late) == ([note] * bool(note), days)


def test_a_groups_folder_makes_no_second_person_also_where_the_list_comes_later(tmp_path, loaded):
    """The zip was graded and marked without a list; marks and files move to the name that the list
    has."""
    grouped = "Team 12-Ann_1"
    out = tmp_path / NAME
    path = f"{grouped}_assignsubmission_file/a.ipynb"
    keep(tmp_path, {grouped: 3.5, "Bo_2": 1.0}, {grouped: path})
    table = open_table(out, file=agreement.SECOND)
    table.add([small.decide(grouped, 2.0)])
    files.write(
        out / manual.MANUAL, f"student,exercise,points,comment\n{grouped},tests-1-1,1,Why\n"
    )
    (tmp_path / "list.csv").write_text((SAMPLES / "term.csv").read_text(encoding="utf-8"))
    listed = classlist.open_list(tmp_path, out, tmp_path / "list.csv")
    handed_in = [
        intake.Submission(grouped, [intake.File(tuple(path.split("/")), lambda most: b"{}")])
    ]
    session.Session(PLAIN, loaded, handed_in, out, session.Options(Limits()), listed)
    assert [one.student for one in handed_in] == ["Ann_1"]
    results = store.read_results(out)
    assert [*results] == ["Ann_1", "Bo_2"]
    assert open_table(out).view(results["Ann_1"]).points == 1 + 7 + 3.5
    assert (
        {*open_table(out).rows}
        == {"Ann_1", "Bo_2"}
        == {*open_table(out, file=agreement.SECOND).rows, "Bo_2"}
    )
    assert sorted(path.stem for path in out.glob("notebooks/*")) == ["Ann_1", "Bo_2"]
    assert listed.group(results, results) == {"G": {"Ann_1"}} and listed.problems == []
    listed.groups = ""
    assert listed.group(results, results) == {"Team 12": {"Ann_1"}}


@pytest.mark.parametrize(
    ("old", "new", "more", "sentence"),
    [
        (",16.00,", ",33.00,", [], "gives up to 16 points, but the worksheet's maximum is 33.00"),
        ("2 days", "9 days", ["--groups", "Team"], "has no column 'Team' with groups."),
    ],
)
def test_a_list_that_is_refused_does_not_replace_the_good_one(
    tmp_path, capsys, old, new, more, sentence
):
    keep(tmp_path, {"Ann_1": 1.0})
    good = (SAMPLES / "term.csv").read_text(encoding="utf-8")
    assert run("moodle", tmp_path, good, "--assignment", NAME) == 0
    held = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(good.replace(old, new), encoding="utf-8")
    capsys.readouterr()
    assert main(["return", str(wrong), "--grades", str(tmp_path), "--assignment", NAME, *more]) == 2
    said, fault = capsys.readouterr()
    assert said == "" and sentence in fault
    wrong.unlink()
    assert held == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_who_handed_in_nothing_is_marked_by_a_group_of_one_file_alone(tmp_path):
    text = (
        (SAMPLES / "term.csv")
        .read_text(encoding="utf-8")
        .replace("Bo,Submitted,", "Bo,Submitted,G")
    )
    (tmp_path / "list.csv").write_text(text)
    listed = classlist.open_list(tmp_path, tmp_path / NAME, tmp_path / "list.csv")
    listed.match(["Ann_1", "Bo_2"])
    for other, missing in (("a", ["Di_4"]), ("b", ["Cy_3", "Di_4"])):
        files = {"Ann_1": "a", "Bo_2": other}.items()
        assert (
            listed.list_missing({one: store.Result(one, "", "", sha, {}) for one, sha in files})
            == missing
        )


PEOPLE = ["Wei Li", "Li Wei", "Anna Müller", "Müller Anna", "Anna Mueller", "An Berg"]
STUDENTS = [f"{name}_{number}" for number, name in enumerate(PEOPLE, start=101)]
NO_SECTION = CANVAS.replace(",Section", ",Group")


@pytest.mark.parametrize(
    ("platform", "text", "more", "sentence"),
    [
        (
            "moodle",
            "a,b\n1,2\n",
            [],
            "ID number, Username or Identifier; expected from Moodle is a ",
        ),
        ("moodle", "", [], "has no column Email address"),
        (
            "moodle",
            "A,B,C\nP 1,x,\nP 2,y,\n",
            [],
            "is a grading worksheet whose maximum cannot be told",
        ),
        ("moodle", "Email address\n", [], "lists nobody"),
        (
            "moodle",
            'Email address,Last name\n"a@x,A\nb@x,B\n',
            [],
            "line 3 or before: a quotation mark",
        ),
        (
            "moodle",
            'Email address,Last name\n"a@x,A\nb@x","B"\n',
            [],
            "'a@x,A' goes on in the next line",
        ),
        (
            "moodle",
            'Last name,Email address\n"A,a@x\nB,"b@x"\n',
            [],
            "line 3 or before: a quotation mark is",
        ),
        (
            "canvas",
            'Student,ID,Section\n"A,1,x\nB",2,x\n',
            [],
            "'A,1,x' goes on in the next line: is a",
        ),
        ("moodle", None, [], "list.csv cannot be read (No such file or directory)."),
        (
            "moodle",
            MOODLE,
            ["--assignment", "99_none"],
            "has no assignment '99_none'; it has: 92_small",
        ),
        ("moodle", MOODLE, ["--groups", "Team"], "has no column 'Team' with groups."),
        ("canvas", NO_SECTION, [], "has no column Section; expected from Canvas is an"),
        (
            "blackboard",
            MOODLE,
            [],
            "is not a platform that takes marks; known are moodle and canvas.",
        ),
    ],
)
def test_one_sentence(tmp_path, capsys, platform, text, more, sentence):
    keep(tmp_path, {"1001": 1.0})
    assert run(platform, tmp_path, text, *more) == 2
    missing = capsys.readouterr().err
    assert sentence in missing and missing.count("\n") == 1
    assert not (tmp_path / f"{platform}.csv").exists()


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_lines_end_as_any_spreadsheet_ends_them(tmp_path, end):
    """Excel for Mac saves "CSV (Macintosh)" with carriage returns alone, and line feeds inside of a
    cell."""
    lines = [
        "student;exercise;points;comment",
        'ann;answer-1-5;3,5;"Two\nlines"',
        "bo;answer-1-5;4;",
    ]
    (tmp_path / "manual.csv").write_bytes((end.join(lines) + end).encode("utf-8"))
    columns, rows = tables.read_table(tmp_path / "manual.csv")
    assert (columns, [row["points"] for row in rows]) == (lines[0].split(";"), ["3,5", "4"])
    assert rows[0]["comment"] == "Two\nlines"


def test_letters_that_could_be_of_several_encodings_are_refused(tmp_path):
    (tmp_path / "list.csv").write_bytes("Vorname,E-Mail-Adresse\nPaweł,p@x.org\n".encode("cp1250"))
    with pytest.raises(TableError, match="unknown encoding: save it as 'CSV UTF-8'"):
        people.read_people("moodle", tmp_path / "list.csv")
    (tmp_path / "list.csv").write_text(
        "Email address,Online text\na@x.org," + 2**18 * "x", encoding="utf-8"
    )
    assert people.read_people("moodle", tmp_path / "list.csv").match(["a"]) == {}


PACKED = {file: rest for file, *rest in read_csv(SAMPLES / "packed.csv")[1:]}


def test_platforms_zips_are_read(tmp_path):
    """One student for each submission; lateness and attempt are read from names."""
    found = intake.collect(pack(tmp_path / "all.zip", dict.fromkeys(PACKED, b"")), [NAME])
    files = {first.student: intake.choose(first, NAME)[0].name for first in found}
    assert files == {student: name for name, (student, *_) in PACKED.items()}
    results = {
        student: replace(make_result(student)[0], file=file) for student, file in files.items()
    }
    views = {student: make_view(result, []) for student, result in results.items()}
    table = manual.format_grades(results, views, {}, {"tests-1-1": 4.0})
    rows = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    assert [[row[name] for name in ("student", "late", "attempt")] for row in rows] == sorted(
        PACKED.values()
    )


def test_moodles_worksheet_and_feedback(tmp_path, capsys):
    files = {
        "Ann Årup_4711": "Ann Årup_4711_assignsubmission_file/92_small.ipynb",
        "张 伟": "x",
        "away": "y",
    }
    keep(tmp_path, {"Ann Årup_4711": 3.5, "张 伟": 3.5, "away": None}, files)
    assert run("moodle", tmp_path, WORKSHEET) == 0
    rows = read_csv(tmp_path / "moodle.csv")
    # Only grades change; a waiting student keeps the earlier entry.
    expected = [list(row) for row in csv.reader(io.StringIO(WORKSHEET))]
    expected[1][4] = expected[2][4] = "14.50"
    assert rows == expected
    packed = tmp_path / NAME / "feedback-moodle.zip"
    with zipfile.ZipFile(packed) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            "Ann Årup_4711_assignsubmission_file/92_small-feedback.html": "For Ann Årup_4711",
            "张 伟_4712_assignsubmission_file/92_small-feedback.html": "For 张 伟",
        }
    before = packed.read_bytes()
    run("moodle", tmp_path, WORKSHEET)
    assert packed.read_bytes() == before
    assert run("moodle", tmp_path, WORKSHEET.replace("16.00", "100.00")) == 2
    assert "set its maximum grade in Moodle to 16, then" in capsys.readouterr().err


def test_canvas_feedback_names_user_and_file(tmp_path, capsys):
    files = {"årupann_5001": "årupann_LATE_5001_88_92_small.ipynb", "zhang": "zhang/92_small.ipynb"}
    keep(tmp_path, {"årupann_5001": 3.5, "zhang": 3.5, "S1003": None}, files)
    assert run("canvas", tmp_path, CANVAS) == 0
    assert (
        "Pages that are not in it: 1; they were not handed in by Canvas" in capsys.readouterr().out
    )
    with zipfile.ZipFile(tmp_path / NAME / "feedback-canvas.zip") as archive:
        assert archive.namelist() == ["årupann_LATE_5001_88_92_small-feedback.html"]
