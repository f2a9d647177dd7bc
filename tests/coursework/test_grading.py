"""The grader, with real processes: what hostile submissions can do, and what marks come out."""

import copy
import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import nbformat
import psutil
import pytest
from notebook_grader import __main__ as grading
from notebook_grader import assignment, feedback, gradebook, intake, marks, sandbox, store
from notebook_grader.restore import restore

from coursework.making import needs, notebooks
from coursework.making.master import read
from tests.coursework import hostile, lab
from tests.coursework.lab import EVERYTHING, QUICK, Run, grades, make_command, needs_sandbox, results
from tests.waiting import until

ROOT = Path(__file__).parents[2]


def grade_here(submissions: Path, built: Path, out: Path, *more: str, code: int = 0) -> str:
    """The same command in this process, which has imported all; returns what it said."""
    return lab.grade_here(submissions, built, out, *QUICK, *more, code=code)


def report_lines(out: Path) -> dict[str, str]:
    lines = (out / "report.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if ": " in line)


@pytest.fixture(scope="session", autouse=True)
def temporary():
    """Where the graders of these tests, and no others, keep their sockets; short, as addresses of sockets
    are."""
    before = os.environ.get("TMPDIR")
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        os.chmod(folder, 0o1777)
        os.environ["TMPDIR"] = folder
        yield folder
    os.environ.pop("TMPDIR")
    if before:
        os.environ["TMPDIR"] = before


@pytest.fixture(scope="session")
def collection(built, tmp_path_factory):
    """The whole hostile collection, graded once: the folders of submissions and of results."""
    folder = tmp_path_factory.mktemp("submissions")
    out = tmp_path_factory.mktemp("out") / "grades"
    hostile.write_graded(folder, str(folder / "honest" / f"{hostile.NAME}.ipynb"))
    hostile.write_refused(folder)
    hostile.write(folder / "eve" / f"{hostile.NAME}.ipynb", look_around(built))
    Run(folder, built, out, *QUICK, A_SECRET="x").end()
    return folder, out


@pytest.fixture
def out(collection):
    return collection[1]


@pytest.mark.slow
@pytest.mark.xdist_group("hostile")  # graded once, not on each core
@needs_sandbox
class TestHostileCollection:
    def test_everybody_is_in_the_table_and_no_page_acts(self, out):
        for page in ("report.html", "similar.html"):
            assert "<script" not in (out / page).read_text(encoding="utf-8")
        assert set(grades(out)) == {*hostile.GRADED, "spy", "eve", *hostile.REFUSED}

    def test_points_and_report(self, out):
        rows, lines, faults = grades(out), report_lines(out), []
        for student, (_, points, waiting, sentence) in hostile.GRADED.items():
            given = rows[student]["points"], rows[student]["to_be_marked"]
            if given != (str(points), str(waiting)) or sentence not in lines[student]:
                faults.append((student, given, lines[student]))
        for student, sentence in hostile.REFUSED.items():
            if rows[student]["status"] != "not graded" or sentence not in lines[student]:
                faults.append((student, rows[student]["status"], lines[student]))
        assert faults == []

    def test_nobody_reads_a_neighbour(self, out):
        assert "asked for a file that is not there" in report_lines(out)["spy"]
        notebook = nbformat.read(out / "notebooks" / "spy.ipynb", as_version=4)
        assert [o.output_type for o in hostile.cell_of(notebook, "answer-1-1").outputs] == ["error"]

    def test_the_sandbox_shows_nothing(self, out):
        assert_sees_nothing(out)

    def test_the_same_file_twice_is_told_to_both(self, out):
        assert "same file as that of 张伟 é" in report_lines(out)["honest"]

    def test_every_graded_student_gets_feedback(self, out):
        for student in [*hostile.GRADED, "spy"]:
            page = (out / "feedback" / f"{student}.html").read_text(encoding="utf-8")
            assert "Exercise 1.2. A bug" in page
            assert not re.search(r"<script|<link|<iframe|@import|url\(|src=\"(?!data:)", page)
        assert not (out / "feedback" / "essay.html").exists()

    def test_a_second_run_does_nothing(self, collection, built):
        folder, out = collection

        def times() -> dict[Path, int]:
            return {p: p.stat().st_mtime_ns for p in out.rglob("*") if p.is_file() and p.name != ".lock"}

        before = times()
        assert grade_here(folder, built, out).startswith("Nothing new")
        assert before == times()

    def test_nothing_is_left_running(self, collection, temporary):
        assert _left(temporary) == []


def _left(temporary: str) -> list[psutil.Process]:
    """Sandboxes of these tests that still run."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == "bwrap" and any(temporary in word for word in process.cmdline()):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


LOOK = """
import json, os, socket
def can(act):
    try:
        act()
        return True
    except OSError:
        return False
secret = {secret!r}
print(json.dumps({{
    "tests": can(lambda: open(secret).read()),
    "root": can(lambda: os.listdir({root!r} + "/exercises")),
    "home": can(lambda: os.listdir("/home")),
    "passwords": can(lambda: open("/etc/passwd").read()),
    "write": [p for p in ("/mine", "/usr/mine", "/dev/mine", {root!r} + "/data/mine") if can(lambda: open(p,
    "w"))], "own": can(lambda: open("mine", "w")),
    "connect": can(lambda: socket.create_connection(("127.0.0.1", 22), 1)),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "uid": os.getuid(),
    "processes": [p for p in os.listdir("/proc") if p.isdigit()],
    "environment": sorted(os.environ),
    "files": os.listdir("/tmp"),
}}))
"""


def look_around(built: Path) -> nbformat.NotebookNode:
    """A submission that reports what it can reach."""
    secret = str(built / "source" / hostile.NAME / f"{hostile.NAME}.ipynb")
    return hostile.submission(rate=LOOK.format(secret=secret, root=str(ROOT)))


def assert_sees_nothing(out: Path) -> None:
    """What `look_around` reached is its own folder alone."""
    notebook = nbformat.read(out / "notebooks" / "eve.ipynb", as_version=4)
    seen = json.loads(hostile.cell_of(notebook, "answer-1-1").outputs[0].text)
    assert not any(seen[name] for name in ("tests", "root", "home", "passwords", "connect", "write")), seen
    assert seen["own"] and seen["interfaces"] == ["lo"] and seen["uid"] != 0
    assert len(seen["processes"]) <= 3
    assert "A_SECRET" not in seen["environment"]


def _as_user(run: list[str], home: Path) -> list[str]:
    """The same command as somebody who is not root, with this Python in reach even if it lies in root's
    home."""
    roots = os.path.expanduser("~root")
    reach = ["--perms", "0755", "--tmpfs", roots] if Path(sys.base_prefix).is_relative_to(roots) else []
    if reach:
        for folder in reversed(Path(sys.base_prefix).parents[:-2]):
            reach += ["--perms", "0755", "--dir", str(folder)]
        reach += ["--ro-bind", sys.base_prefix, sys.base_prefix]
    shown = [*EVERYTHING, *reach, "--cap-add", "ALL"]
    to_user = ["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups", "env", f"HOME={home}"]
    return [*shown, *to_user, "PYTHONDONTWRITEBYTECODE=1", *run]


@pytest.mark.slow
@needs_sandbox
def test_the_sandbox_holds_where_we_are_not_root(built):
    if os.geteuid() != 0:
        pytest.skip("we are not root anyway")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        bomb = hostile.submission(rate=hostile.FORKS)
        for student, notebook in (("eve", look_around(built)), ("bomb", bomb)):
            hostile.write(folder / "in" / student / f"{hostile.NAME}.ipynb", notebook)
        shutil.copytree(built, folder / "built")
        out = folder / "out"
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 12345, 12345)
        run = _as_user(make_command(folder / "in", folder / "built", out, *QUICK), folder)
        environment = {**os.environ, "A_SECRET": "x", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert_sees_nothing(out)
        lines, marks_of = report_lines(out), grades(out)
    assert "started 64 processes" in lines["bomb"] and marks_of["bomb"]["points"] == "0"


@pytest.mark.slow
@needs_sandbox
def test_a_machine_that_cannot_stop_a_fork_bomb_is_refused(built, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can pretend not to be root")
    hostile.write(tmp_path / "in" / "ann" / f"{hostile.NAME}.ipynb", hostile.submission())
    run = make_command(tmp_path / "in", built, tmp_path / "out", *QUICK)
    pretending = [*EVERYTHING, "--unshare-user", "--uid", "1234", *run]
    done = subprocess.run(pretending, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "a fork bomb could not be stopped" in done.stderr


@pytest.mark.slow
@needs_sandbox
def test_interrupted_and_resumed(built, tmp_path, temporary):
    """Ctrl-C ends a run whatever its submissions do; a killed one takes its sandboxes along."""
    for student in "abcd":
        hostile.write(tmp_path / "in" / student / f"{hostile.NAME}.ipynb", hostile.submission())
    sleeping = hostile.submission(rate="import time\ntime.sleep(20)")
    hostile.write(tmp_path / "in" / "e" / f"{hostile.NAME}.ipynb", sleeping)
    out = tmp_path / "out"
    for count, blow in ((1, signal.SIGINT), (2, signal.SIGKILL), (4, signal.SIGTERM)):
        run = Run(tmp_path / "in", built, out, *QUICK, "--workers", "1")
        until(lambda count=count: len(results(out)) >= count and _left(temporary), "the next one runs")
        run.process.send_signal(blow)
        told = run.end(-blow if blow == signal.SIGKILL else 130, within=60)
        assert blow == signal.SIGKILL or "Run the same command again to go on" in told
        until(lambda: not _left(temporary), "its sandbox has ended too", 15)
    kept = results(out)
    assert len(kept) == 4
    (out / "results" / f"{store.UNFINISHED}a").write_text("{")
    grade_here(tmp_path / "in", built, out)
    assert list(out.rglob(f"{store.UNFINISHED}*")) == []
    assert {row["points"] for student, row in grades(out).items() if student != "e"} == {"7"}
    assert kept.items() <= results(out).items()


@pytest.mark.slow
@needs_sandbox
def test_the_same_marks_as_nbgrader(built, tmp_path):
    """`nbgrader autograde` fills a gradebook with the same rows; but a warning costs points there only."""
    loud = hostile.submission()
    hostile.cell_of(loud, "answer-1-2").source += "\nimport sys\nprint('a warning', file=sys.stderr)"
    students = {
        "honest": hostile.submission(),
        "wrong": hostile.submission(rate="rate = 5.0", mean="def mean(x):\n    return 0"),
        "untouched": hostile.release(hostile.source()),
        "loud": loud,
    }
    for student, notebook in students.items():
        hostile.write(tmp_path / "submitted" / student / hostile.NAME / f"{hostile.NAME}.ipynb", notebook)
    shutil.copytree(built / "source", tmp_path / "source")
    (tmp_path / "nbgrader_config.py").write_text(
        "from coursework.making.notebooks import STUB, TEXT_STUB\n"
        "c = get_config()\n"
        "c.ClearSolutions.code_stub = {'python': STUB}\n"
        "c.ClearSolutions.text_stub = TEXT_STUB\n"
    )
    # nbgrader calls alembic by its name.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path}
    for step in ("generate_assignment", "autograde"):
        subprocess.run(
            [sys.executable, "-m", "nbgrader", step, hostile.NAME, "--create"],
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
        )
    grade_here(tmp_path / "submitted", built, tmp_path / "out")
    books = [tmp_path / "out" / "gradebook.db", tmp_path / "gradebook.db"]
    ours, theirs = map(_grades, books)
    assert ours == theirs and {student for student, *_ in ours} == {*students}


def _grades(book: Path) -> list[tuple]:
    with gradebook.open_tables(gradebook.parse_address(f"sqlite:///{book}")) as tables:
        return tables.list_grades(hostile.NAME)


@needs_sandbox
def test_a_person_marks_the_texts(built, tmp_path):
    submissions, out = tmp_path / "in", tmp_path / "out"
    path = submissions / "ann" / f"{hostile.NAME}.ipynb"
    hostile.write(path, hostile.submission(text="=An answer, with <b>HTML</b> <script>alert(1)</script>"))
    grade_here(submissions, built, out)
    text = (out / "manual.csv").read_text(encoding="utf-8-sig")
    assert "ann,answer-1-3,,5,,\"'=An answer" in text
    (out / "manual.csv").write_text(text.replace("ann,answer-1-3,,5,,", "ann,answer-1-3,4.5,5,Well put.,"))
    grade_here(submissions, built, out)
    row = grades(out)["ann"]
    assert (row["points"], row["to_be_marked"], row["status"]) == ("11.5", "0", "graded")
    page = (out / "feedback" / "ann.html").read_text(encoding="utf-8")
    assert "4.5 of 5 points" in page and "Well put." in page and "alert(1)" not in page
    assert "1 student graded." in (out / "report.html").read_text(encoding="utf-8")
    # A new answer is to be marked again; what was given is told.
    hostile.write(path, hostile.submission(text="Another answer"))
    grade_here(submissions, built, out)
    assert grades(out)["ann"]["to_be_marked"] == "5"
    assert "changed after it was given 4.5" in (out / "manual.csv").read_text(encoding="utf-8-sig")
    # A file that cannot be read does not cost the marks of the one before.
    path.write_text("{")
    grade_here(submissions, built, out)
    assert grades(out)["ann"]["points"] == "7"
    assert "The marks are those of the file graded before" in report_lines(out)["ann"]
    broken = (out / "manual.csv").read_text(encoding="utf-8-sig").replace("answer-1-3,,5", "answer-1-3,six,5")
    (out / "manual.csv").write_text(broken)
    told = grade_here(submissions, built, out, code=2)
    assert "row 2: 'six' is not a number of points from 0 to 5" in told


def _solved(name: str, built: Path) -> nbformat.NotebookNode:
    """The notebook of a student who solved every code exercise and wrote a text."""
    files = [built / kind / name / f"{name}.ipynb" for kind in ("source", "release")]
    source, release = (nbformat.read(path, as_version=4) for path in files)
    answers = {c.metadata.nbgrader.grade_id: c.source for c in source.cells if c.metadata.nbgrader.solution}
    for cell in release.cells:
        cell.source = answers.get(cell.metadata.nbgrader.grade_id, cell.source)
    return release


@needs_sandbox
def test_a_chapter_from_release_to_marks(tmp_path):
    """The real assignment of chapter 3: all points, none, and a check that was replaced."""
    name = "03_gdp"
    made = tmp_path / "made"
    master = read(ROOT / "exercises" / f"{name}.ipynb")
    source = notebooks.make_source(master, needs.name_wheel(ROOT))
    release = notebooks.release(source, master, needs.name_wheel(ROOT))
    hostile.lay_out(made, name, source, release)
    cheat = copy.deepcopy(release)
    first = next(c for c in cheat.cells if c.cell_type == "code" and c.metadata.nbgrader.solution)
    first.source += "\ncheck.answer = lambda *a, **k: None"
    students = {"ann": _solved(name, made), "untouched": release, "cheat": cheat}
    for student, notebook in students.items():
        hostile.write(tmp_path / "in" / student / f"{name}.ipynb", notebook)
    out = tmp_path / "out"
    Run(tmp_path / "in", made, out, "--cell-seconds", "60", "--workers", "2").end()
    rows, lines = grades(out), report_lines(out)
    by_hand = sum(exercise.points for exercise in master.exercises if exercise.by_hand)
    assert float(rows["ann"]["points"]) == master.points - by_hand, lines["ann"]
    assert float(rows["ann"]["to_be_marked"]) == by_hand
    assert rows["untouched"]["points"] == "0", lines["untouched"]
    assert rows["cheat"]["points"] == "0", lines["cheat"]
    page = (out / "feedback" / "ann.html").read_text(encoding="utf-8")
    assert all(exercise.title in html.unescape(page) for exercise in master.exercises)


class TestRefusals:
    def test_without_bubblewrap(self, built, tmp_path, monkeypatch):
        hostile.write(tmp_path / "in" / "ann" / f"{hostile.NAME}.ipynb", hostile.submission())
        monkeypatch.setenv("PATH", str(tmp_path))
        told = grade_here(tmp_path / "in", built, tmp_path / "out", code=2)
        assert told.strip() == sandbox.MISSING and not (tmp_path / "out").exists()
        unsafe = grade_here(tmp_path / "in", built, tmp_path / "out", "--unsafe")
        assert "It is for notebooks that you trust" in unsafe
        assert grades(tmp_path / "out")["ann"]["points"] == "7"

    @needs_sandbox
    @pytest.mark.parametrize(
        ("place", "more", "sentence"),
        [
            ("nowhere", [], "is neither a folder nor a zip"),
            ("empty", [], "holds no submission"),
            ("in", ["--assignment", "99_none"], "There is no assignment '99_none'; built are: 91_small."),
            ("in", ["--memory", "0"], "must be 1 or more"),
            ("in", ["--out", str(ROOT / "data")], "lies where the sandbox can read it"),
        ],
    )
    def test_one_sentence(self, built, tmp_path, place, more, sentence):
        (tmp_path / "empty").mkdir()
        hostile.write(tmp_path / "in" / "ann" / f"{hostile.NAME}.ipynb", hostile.submission())
        told = grade_here(tmp_path / place, built, tmp_path / "out", *more, code=2)
        assert sentence in told and "Traceback" not in told


def test_one_run_writes_to_a_folder(built, tmp_path, capsys):
    hostile.write(tmp_path / "in" / "ann" / f"{hostile.NAME}.ipynb", hostile.submission())
    out = tmp_path / "out"
    given = [str(tmp_path / "in"), "--assignments", str(built), "--out", str(out), "--unsafe"]
    with grading._lock(out):
        assert grading.main(given) == 2
    assert f"Another grading run is writing to {out}." in capsys.readouterr().err


def _zip(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


class TestIntake:
    def students(self, place: Path) -> list[str]:
        return [one.student for one in intake.collect(place, [hostile.NAME])]

    def test_layouts(self, tmp_path):
        whole = nbformat.writes(hostile.submission()).encode()
        name = f"{hostile.NAME}.ipynb"
        cases = {
            "plain": ([f"ann/{name}", f"bob/{name}"], ["ann", "bob"]),
            "wrapped": ([f"all/ann/{name}", f"all/bob/{name}"], ["ann", "bob"]),
            "nbgrader": ([f"ann/{hostile.NAME}/{name}"], ["ann"]),
            "flat": ([f"ann_{name}", f"bob-{name}"], ["ann", "bob"]),
            "wrapped flat": ([f"all/ann_{name}", f"all/bob_{name}"], ["ann", "bob"]),
            "one student": ([f"ann/{name}"], ["ann"]),
            "climbing out": ([f"../../ann/{name}", f"/bob/{name}"], ["ann", "bob"]),
            "rubbish": ([f"ann/{name}", f"__MACOSX/ann/._{name}", "ann/.ipynb_checkpoints/x.ipynb"], ["ann"]),
            "one accent, two spellings": ([f"Jose\u0301/{name}", f"Jos\u00e9/{name}"], ["Jos\u00e9"]),
        }
        for title, (members, students) in cases.items():
            path = _zip(tmp_path / f"{title}.zip", **dict.fromkeys(members, whole))
            assert self.students(path) == students, title

    def test_a_zip_from_chinese_windows(self, tmp_path):
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(zipfile.ZipInfo("XX/a.ipynb"), b"{}")
        data = path.read_bytes().replace(b"XX", "张".encode("gbk"))
        path.write_bytes(data)
        assert self.students(path) == ["张"]

    def test_a_zip_bomb_is_not_unpacked(self, tmp_path):
        path = _zip(tmp_path / "bomb.zip", **{"ann/a.ipynb": bytes(300 * 2**20)})
        assert path.stat().st_size < 2**20
        file = intake.choose(intake.collect(path, [])[0], hostile.NAME)
        with pytest.raises(intake.Refused, match="more than 20 MB"):
            intake.read_contents(file, 20)

    def test_the_one_named_right_is_taken(self, tmp_path):
        for name in ("draft.ipynb", f"{hostile.NAME}.ipynb"):
            hostile.write(tmp_path / "ann" / name, hostile.submission())
        chosen = intake.choose(intake.collect(tmp_path, [hostile.NAME])[0], hostile.NAME)
        assert chosen.parts[-1] == f"{hostile.NAME}.ipynb"


def test_a_cell_without_its_ids_keeps_its_place(built):
    """A renamed answer whose cell id is gone still runs before the test that was put back."""
    notebook = hostile.submission()
    for name in ("answer-1-2", "tests-1-2"):
        cell = hostile.cell_of(notebook, name)
        cell.metadata.nbgrader["grade_id"], cell["id"] = f"my-{name}", f"my-{name}"
    restore(notebook, assignment.load(hostile.NAME, built, built / "keys"))
    sources = [cell.source for cell in notebook.cells]
    assert sources.index(hostile.MEAN) < next(
        i for i, text in enumerate(sources) if "1.2 mean" in text and "answer(" in text
    )


def test_names_that_no_file_system_likes():
    assert store.make_file_name("张伟 é") == "张伟 é"
    odd = ["../../etc", "a/b", "x" * 300, ".hidden", "a\nb", "a\x1b[31m"]
    made = [store.make_file_name(name) for name in odd]
    assert len(set(made)) == len(odd)
    assert all(
        "/" not in name and "\n" not in name and not name.startswith(".") and len(name) < 200 for name in made
    )


def test_formulas_stay_text():
    assert marks.escape_formula("=1+1") == "'=1+1" and marks.unescape_formula("'=1+1") == "=1+1"
    for text in ("'quoted'", "'-x", "'=1", "-", "'-", "''-", "@"):
        assert marks.unescape_formula(marks.escape_formula(text)) == text


def test_half_a_character_is_a_question_mark_that_can_be_kept(tmp_path):
    half = nbformat.writes(hostile.submission(rate="rate = 'HALF'")).replace("HALF", r"\ud800")
    read = intake.parse(half.encode())
    assert hostile.cell_of(read, "answer-1-1").source == "rate = '?'"
    store.write(tmp_path / "kept.ipynb", nbformat.writes(read))


def test_output_is_made_harmless():
    table = '<table onclick="x()"><tr><td>1</td></tr></table>'
    shown = feedback.clean(table + '<iframe src="http://x"></iframe>')
    assert "onclick" not in shown and "iframe" not in shown and "<td>1</td>" in shown
