"""The command: errors in one sentence, and runs that continue where another ended."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import zipfile
from dataclasses import replace
from pathlib import Path

import attackers
import psutil
import pytest
import small
from filelock import FileLock
from notebook_grader import __main__ as command
from notebook_grader import files
from notebook_grader.marks import decisions, store
from notebook_grader.run import sandbox
from notebook_grader.tables import read_table
from running import (
    Run,
    grade_here,
    list_results,
    make_options,
    needs_sandbox,
    read_grades,
    read_report,
    until,
)

FEW_VALUES = small.FACTS | {
    "tests-1-1": replace(small.FACTS["tests-1-1"], variants=small.PARAMETERS[:2])
}
README = Path(__file__).parents[1] / "README.md"


def find_left(temporary: str) -> list[psutil.Process]:
    """Find sandboxes of these tests that still run."""
    boxes = [one for one in psutil.process_iter(["name", "cmdline"]) if one.info["name"] == "bwrap"]
    return [one for one in boxes if any(temporary in word for word in one.info["cmdline"] or ())]


@needs_sandbox
def test_a_person_marks_the_texts(assignments, tmp_path, out):
    submissions = tmp_path / "in"

    def hand_in(text: str) -> None:
        small.hand_in(submissions, ann=small.submission(**attackers.WRONG, text=text))
        grade_here(submissions, assignments, out)

    def fill(old: str, new: str) -> None:
        text = (out / "manual.csv").read_text(encoding="utf-8-sig")
        (out / "manual.csv").write_text(text.replace(old, new))

    hand_in("=An answer, with <b>HTML</b> <script>alert(1)</script>")
    assert "ann,answer-1-5,,5,,\"'=An answer" in (out / "manual.csv").read_text(
        encoding="utf-8-sig"
    )
    fill("ann,answer-1-5,,5,,", "ann,answer-1-5,4.5,5,Well put.,")
    grade_here(submissions, assignments, out)
    row = read_grades(out)["ann"]
    assert (row["points"], row["to_be_marked"], row["status"]) == ("6.5", "0", "graded")
    page = (out / "feedback" / "ann.html").read_text(encoding="utf-8")
    assert "4.5 of 5 points" in page and "Well put." in page and "alert(1)" not in page
    assert "1 student graded." in (out / "report.html").read_text(encoding="utf-8")
    assert grade_here(submissions, assignments, out).startswith("Nothing new")
    # A new answer has to be marked again; the earlier points are shown.
    hand_in("Another answer")
    assert read_grades(out)["ann"]["to_be_marked"] == "5"
    assert "changed after it was given 4.5" in (out / "manual.csv").read_text(encoding="utf-8-sig")
    # An unreadable file leaves the marks of the file before.
    (submissions / "ann" / f"{small.NAME}.ipynb").write_text("{")
    output = grade_here(submissions, assignments, out, "--strict", code=1)
    again = grade_here(submissions, assignments, out)  # without the flag it is no failure
    assert output.splitlines()[-1] == again.splitlines()[-1]
    assert output.splitlines()[-1] == f"1 could not be graded; the reasons are in {out}/report.txt."
    assert read_grades(out)["ann"]["points"] == "2"
    assert "The marks are those of the file graded before" in read_report(out)["ann"]
    fill("answer-1-5,,5", "answer-1-5,six,5")
    output = grade_here(submissions, assignments, out)
    assert "row 2: 'six' is not a number of points from 0 to 5" in output


# Refuses the system call that sets a host name, as a container does, then tries to make a sandbox.
IN_A_CONTAINER = """
import ctypes, platform, struct
from notebook_grader.run import sandbox
from notebook_grader.course import PLAIN

call = {"x86_64": 170, "aarch64": 161}[platform.machine()]
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, call), (0x06, 0, 0, 0x50001), (0x06, 0, 0, 0x7FFF0000)]
program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))

class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]

libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(Filter(len(steps), ctypes.addressof(program))), 0, 0) == 0
print(sandbox.find_problem(PLAIN))
"""


@needs_sandbox
def test_a_container_that_may_not_name_its_host_makes_sandboxes():
    done = subprocess.run([sys.executable, "-c", IN_A_CONTAINER], capture_output=True, text=True)
    assert done.stdout == "None\n", done.stdout + done.stderr


@needs_sandbox
def test_only_the_owner_reads_what_a_run_writes_also_elsewhere(assignments, tmp_path):
    """Also with `--out`, and where the folder is there already and others may look into it."""
    out = tmp_path / "elsewhere" / "week1"
    out.mkdir(parents=True, mode=0o755)
    before = os.umask(0o022)
    try:
        small.hand_in(tmp_path / "in", ann=small.submission())
        given = [
            "grade",
            str(tmp_path / "in"),
            "--assignments",
            str(assignments),
            "--out",
            str(out),
        ]
        assert command.main(given) == 0
        assert os.umask(0o022) == 0o022  # a program that calls this is left as it was
    finally:
        os.umask(before)
    written = [path for path in out.rglob("*") if not path.is_symlink()]
    assert out / "decisions.csv" in written and out / "keys" in written
    assert [path for path in written if path.stat().st_mode & 0o077] == []


@needs_sandbox
def test_one_list_a_mark_for_everybody_and_a_changed_mark_is_told(
    assignments, tmp_path, out, capsys
):
    """Late Ann hands in for Cy too, Bo an essay; what Di does is oral, and the second try of Ann is
    worse."""
    sheet = Path(__file__).parent / "samples" / "term.csv"
    submissions = tmp_path / "in"
    back = "_assignsubmission_file"
    (tmp_path / "days.csv").write_text("student;days;reason\nAnn;1,5;Ill.\nNobody;2;\n")
    small.hand_in(submissions, **{f"Ann_1{back}": small.submission(**attackers.WRONG, text="One")})
    (submissions / f"Bo_2{back}").mkdir()
    (submissions / f"Bo_2{back}" / "essay.docx").write_bytes(b"PK")

    def grade(*more: str, code: int = 0) -> str:
        return grade_here(submissions, assignments, out, *more, code=code)

    def write(row: str) -> None:
        with (out / "manual.csv").open("a", encoding="utf-8") as stream:
            stream.write(row + "\n")

    def give_back() -> list[str]:
        assert command.main(["return", "--grades", str(out.parent), "--assignment", out.name]) == 0
        return [row["Grade"] for row in read_table(out.parent / "moodle.csv")[1]]

    output = grade(
        "--list", str(sheet), "--extensions", str(tmp_path / "days.csv"), "--late-off", "10"
    )
    assert "row 3: 'Nobody' is not one of those who handed in." in output
    assert "Of the list 1 handed in nothing" in output
    assert "1 was late; late work costs 10 % a day." in output
    told = {name: (row["status"], row["late"]) for name, row in read_grades(out).items()}
    assert told.pop("Ann_1") == ("to be marked", "yes")
    assert told == {"Bo_2": ("not graded", ""), "Di_4": ("nothing handed in", "")}
    page = (out / "feedback" / "Ann_1.html").read_text(encoding="utf-8")
    assert (
        "It was 1 day late (2 days 3 hours late; extension in days: 1.5)." in page
        and "points off" in page
    )
    page = (out / "feedback" / "Bo_2.html").read_text(encoding="utf-8")
    assert f"<h1>{small.NAME}: Bo</h1>" in page and "What to do: hand in again" in page
    assert "there is no notebook, only essay.docx" in page
    for row in (
        "Ann_1,answer-1-5,5,,,",
        "Bo_2,mark,9.5,,By word of mouth.,",
        "Di_4,mark,99,,Too many.,",
    ):
        write(row)
    output = grade()
    assert "'99' is not a number of points from 0 to 16. It does not count." in output
    points = {name: row["points"] for name, row in read_grades(out).items()}
    assert points == {"Ann_1": "6.3", "Bo_2": "9.5", "Di_4": ""}
    text = (out / "manual.csv").read_text(encoding="utf-8-sig")
    assert "Di_4,mark,99,,Too many.,,," in text  # as it was written
    (out / "manual.csv").write_text(text.replace("Di_4,mark,99", "Di_4,mark,0"))
    grade()
    assert give_back() == ["6.30", "9.50", "6.30", "0.00"]
    with zipfile.ZipFile(out / "feedback-moodle.zip") as archive:
        assert sorted(name.split("_")[0] for name in archive.namelist()) == [
            "Ann",
            "Bo",
            "Cy",
            "Di",
        ]
    assert "Cy_3 is marked by the file of Ann_1." in (out / "report.txt").read_text(
        encoding="utf-8"
    )
    assert command.main(["explain", "cy", "1.5", "--grades", str(out.parent)]) == 0
    said = "Cy_3 is marked by the file that Ann_1 handed in for the group.\nAnn_1, "
    assert said in capsys.readouterr().out
    (tmp_path / "other.csv").write_text(
        "Full name,Email address\nAnn,a@x.org\nBo,b@x.org\nDi,d@x.org\n"
    )
    told = ["return", str(tmp_path / "other.csv"), "--grades", str(out.parent)]
    assert command.main(told) == 0
    told, faults = capsys.readouterr()
    assert "has no column 'Group' with groups." in faults
    assert (
        f"other.csv counts for this run alone: the next one takes {out / 'list.csv'}, its" in told
    )
    # A worse try counts, as the last does; a decision with a reason gives the returned mark back.
    worse = small.submission(**attackers.WRONG | {"choice": 'choice = "A"'}, text="One")
    shutil.rmtree(submissions / f"Ann_1{back}")
    small.hand_in(submissions, **{f"Group 7-Ann_1{back}": worse})  # who is the same person
    output = grade()
    assert sorted(read_grades(out)) == ["Ann_1", "Bo_2", "Di_4"]
    assert (
        "Marks that were returned and have changed since: Ann_1 6.3 to 4.5. Return them again"
        in output
    )
    assert read_grades(out)["Ann_1"]["points"] == "4.5"
    assert give_back()[0] == "4.50"
    assert "Ann_1, out: 6.3 points were returned before; now: 4.5." in capsys.readouterr().out
    assert "have changed since" not in grade()
    write("Ann_1,lower,1,,It was a copy.,")  # a word of an earlier version
    output = grade()
    assert "'lower' is not an exercise here" in output and "It does not count." in output
    text = (out / "manual.csv").read_text(encoding="utf-8-sig")
    (out / "manual.csv").write_text(text.replace("Ann_1,lower,1,", "Ann_1,mark,6.3,"))
    grade()
    assert give_back()[0] == "6.30"


@pytest.mark.slow
@needs_sandbox
def test_one_key_one_table(tmp_path):
    """A changed key grades everybody again, from kept files; marks of an old key are in no table.

    What that changes is told, and nobody is told to have edited what the instructor did. Of Bob's
    two hand-ins the last counts.
    """
    built = small.build(tmp_path / "built", small.source(FEW_VALUES))
    out = tmp_path / "out"
    wrong = small.submission(mean="def mean(x):\n    return 0", text=" ")
    students = {"ann": small.submission(text="ann"), "bob": wrong}
    small.hand_in(tmp_path / "in", **students)
    grade_here(tmp_path / "in", built, out)
    assert read_grades(out)["bob"]["points"] == "8"
    small.hand_in(tmp_path / "in", bob=small.submission(rate="rate = 6.0", text=" "))
    grade_here(tmp_path / "in", built, out)
    assert read_grades(out)["bob"]["points"] == "9"
    first = {result.student: result.version for result in store.read_results(out).values()}
    shutil.rmtree(tmp_path / "in" / "ann")

    def change_key(points: float, code: int = 0) -> str:
        made = small.source(FEW_VALUES)
        release = small.release()
        made.metadata["course"]["exercises"]["tests-1-1"] |= {"typed_points": points}
        for one in (made, release):
            small.find_cell(one, "given").source += f"  # {points}"
        small.build(built, made, release)
        return grade_here(tmp_path / "in", built, out, code=code)

    path = tmp_path / "in" / "bob" / f"{small.NAME}.ipynb"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])  # what was graded before counts on
    output = change_key(0.5)
    path.write_bytes(whole)
    assert "Another version of the assignment changed the points of 1: bob 9 to 7.5." in output
    assert "Edited" not in (out / "report.txt").read_text(encoding="utf-8")
    assert "brought up to date: given." in read_report(out)["bob"]
    second = {result.student: result.version for result in store.read_results(out).values()}
    assert (
        len({*second.values()}) == 1
        and second.keys() == first.keys()
        and second["ann"] != first["ann"]
    )
    assert {student: row["points"] for student, row in read_grades(out).items()} == {
        "ann": "11",
        "bob": "7.5",
    }
    shutil.rmtree(out / "submissions")
    change_key(1.5)
    rows = read_grades(out)
    assert (rows["bob"]["points"], rows["ann"]["points"], rows["ann"]["status"]) == (
        "8.5",
        "",
        "not graded",
    )
    assert read_report(out)["ann"].endswith(
        "The grader could not run it: its marks are by an earlier key."
    )


@pytest.mark.slow
@needs_sandbox
def test_interrupted_and_resumed(assignments, tmp_path, out, temporary):
    """Ctrl-C ends a run whatever its submissions do; the sandboxes of a killed run end with it."""
    students = {student: small.submission(**attackers.WRONG, text=student) for student in "abcd"}
    students["e"] = small.submission(**attackers.WRONG | {"rate": "import time\ntime.sleep(5)"})
    folder = small.hand_in(tmp_path / "in", **students)
    for count, blow in ((1, signal.SIGINT), (2, signal.SIGKILL), (4, signal.SIGTERM)):
        run = Run(*make_options(folder, assignments, out, "--workers", "1"))
        until(
            lambda: len(list_results(out)) >= count and find_left(temporary),  # noqa: B023
            "the next one runs",
        )
        run.process.send_signal(blow)
        output = run.end(-blow if blow == signal.SIGKILL else 130, within=180)
        assert blow == signal.SIGKILL or "Run the same command again to go on" in output
        until(lambda: not find_left(temporary), "its sandbox has ended too", 15)
    kept = list_results(out)
    assert len(kept) == 4
    (out / "results" / f"{files.UNFINISHED}a").write_text("{")
    grade_here(folder, assignments, out)
    assert list(out.rglob(f"{files.UNFINISHED}*")) == []
    assert {row["points"] for row in read_grades(out).values()} == {"2"}
    assert kept.items() <= list_results(out).items()


@needs_sandbox
@pytest.mark.parametrize(
    ("place", "more", "sentence"),
    [
        ("nowhere", [], "is neither a folder nor a zip"),
        ("empty", [], "holds no submission"),
        (
            "in",
            ["--assignment", "99_none"],
            "There is no assignment '99_none'; built are: 92_small.",
        ),
        ("in", ["--memory", "0"], "must be 1 or more"),
        ("in", ["--list", "wrong.csv", "--late-off", "9"], "but the worksheet's maximum is 33.00"),
        ("in", ["--out", "/usr/grades"], "lies where the sandbox can read it"),
        ("in", ["--scheduler", "tcp://127.0.0.1:1", "--wait", "1"], "127.0.0.1:1"),
    ],
)
def test_one_sentence_and_nothing_is_changed(
    assignments, tmp_path, out, place, more, sentence, monkeypatch
):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    sheet = (Path(__file__).parent / "samples" / "term.csv").read_text(encoding="utf-8")
    (tmp_path / "wrong.csv").write_text(sheet.replace("16.00", "33.00"))
    small.hand_in(tmp_path / "in", ann=small.submission())
    output = grade_here(tmp_path / place, assignments, out, *more, code=2)
    assert sentence in output and "Traceback" not in output
    kept = {path.name for path in out.iterdir()} - {".lock", ".manual.lock"}
    assert kept == {"keys", decisions.FILE} or kept == {"keys"}


def test_a_scheduler_without_its_extra_is_one_sentence(assignments, tmp_path, out, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    folder = small.hand_in(tmp_path / "in", ann=small.submission())
    output = grade_here(folder, assignments, out, "--scheduler", "tcp://127.0.0.1:1", code=2)
    assert output.strip() == "--scheduler needs Dask: pip install distributed."


def test_without_bubblewrap_nothing_runs_but_what_is_asked_for(
    assignments, tmp_path, out, monkeypatch
):
    """With --unsafe it runs, and only one run writes to a folder."""
    folder = small.hand_in(tmp_path / "in", ann=small.submission(mean="def mean(x):\n    return 0"))
    monkeypatch.setenv("PATH", str(tmp_path))
    output = grade_here(folder, assignments, tmp_path / "none", code=2)
    assert output.strip() == sandbox.MISSING and not (tmp_path / "none").exists()
    assert "It is for notebooks that you trust" in grade_here(folder, assignments, out, "--unsafe")
    assert read_grades(out)["ann"]["points"] == "8"
    with FileLock(out / ".lock"):
        output = grade_here(folder, assignments, out, "--unsafe", code=2)
    assert f"Another grading run is writing to {out}." in output


@needs_sandbox
def test_odd_files_of_one_student_cost_nobody_else_anything(assignments, tmp_path, out):
    """A carriage return, ten million digits, 43 kB of tags, a pasted picture; the list of another
    class."""

    def paste(made) -> None:
        cell = small.find_cell(made, "answer-1-5")
        cell.source = "<img src='attachment:image.png'> ![image [1]](attachment:image.png 'a')"
        cell.source += " and ![no](attachment:no.png), [x]: attachment:y"
        cell["attachments"] = {"image.png": {"image/png": "iVBORw0KGgo="}}

    tags = [{"a": 0}] * 4000
    wrong = attackers.WRONG  # which run once
    students = {
        "picture": small.changed(paste, **wrong),
        "return": small.submission(**wrong, text="Line one\rline two"),
        "tags": small.changed(lambda made: made.metadata.update(tags=tags), **wrong),
        "digits": small.changed(lambda made: made.metadata.update(x="DIGITS"), **wrong),
        "autumn": small.changed(
            lambda made: made.metadata["course"].update(assignment="92-autumn")
        ),
    }
    small.find_cell(students["tags"], "answer-1-1").metadata["tags"] = tags
    folder = small.hand_in(tmp_path / "in", **students)
    (folder / "hidden").mkdir()
    (folder / "hidden" / ".DS_Store").touch()
    path = folder / "digits" / f"{small.NAME}.ipynb"
    path.write_text(path.read_text().replace('"DIGITS"', "7" * 10**7))
    for _ in range(2):  # what the first run wrote, the second reads
        output = grade_here(folder, assignments, out)
    assert (
        "Of 92-autumn there are 1: grade the same files again with --assignment 92-autumn."
        in output
    )
    assert sorted(row["points"] for row in read_grades(out).values()) == ["", "", *["2"] * 4]
    assert "only hidden files" in (out / "feedback" / "hidden.html").read_text(encoding="utf-8")
    page = (out / "feedback" / "picture.html").read_text(encoding="utf-8")
    assert '<img src="data:image/png;base64,iVBORw0KGgo="' in page
    assert "[picture no.png]" in page and page.count("<img") == 2


# Without the modules that Windows and macOS lack.
ELSEWHERE = """
import os, sys
import psutil  # imported first, as its Linux part needs these modules
sys.modules["fcntl"] = sys.modules["resource"] = None
del os.sched_getaffinity
from notebook_grader import course, limits
from notebook_grader.assignments import fact, key
from notebook_grader.hand_in import people
from notebook_grader.marks import store
from notebook_grader.run import sandbox
from notebook_grader.grading import engine, session  # imported late by the command
from notebook_grader.__main__ import main
for task in ("grade", "mark", "return"):
    try:
        main([task, "--help"])
    except SystemExit as end:
        assert end.code == 0
sys.platform = "darwin"
sys.exit(main(["grade", "in"]))
"""


def test_elsewhere_than_on_linux_help_helps_and_grading_says_what_is_missing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ELSEWHERE],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.stderr.strip() == sandbox.NOT_LINUX and done.returncode == 2
    assert "--cell-seconds N" in done.stdout and "--port PORT" in done.stdout


@needs_sandbox
def test_the_readmes_example(assignments, tmp_path, out, monkeypatch):
    shutil.copytree(assignments, tmp_path / "assignments")
    small.hand_in(tmp_path / "submissions", ann=small.submission(**attackers.WRONG))
    monkeypatch.chdir(tmp_path)
    shutil.copytree(out / "keys", tmp_path / "grades" / "keys")
    code = textwrap.dedent(README.read_text(encoding="utf-8").split("```python")[1].split("```")[0])
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100"},
    )
    assert run.returncode == 0, run.stderr
    assert "ann,2,16,5,to be marked" in run.stdout


@needs_sandbox
def test_a_file_that_was_graded_and_replaced_is_no_new_try(assignments, tmp_path, out):
    """The platform's zip holds it still, when the teacher has graded a corrected file from a
    folder."""
    zipped = small.hand_in(
        tmp_path / "zip", ann=small.submission(rate="rate = 1.0"), bo=small.submission()
    )
    corrected = small.hand_in(tmp_path / "folder", ann=small.submission())
    grade_here(zipped, assignments, out)
    grade_here(corrected, assignments, out)
    before = read_grades(out)["ann"]["points"]
    output = grade_here(zipped, assignments, out)
    assert read_grades(out)["ann"]["points"] == before
    assert (
        "A file that was graded before and replaced is no new try: ann. --again ann takes it."
        in output
    )
    small.hand_in(zipped, ann=small.submission(parts="parts = 1"))  # a new one is
    assert "1 graded now" in grade_here(zipped, assignments, out)
    small.hand_in(zipped, ann=small.submission(rate="rate = 1.0"))
    output = grade_here(zipped, assignments, out, "--again", "ann")
    assert "no new try" not in output and read_grades(out)["ann"]["points"] == "7"
