"""Grading on workers, with real processes: whatever fails, nobody's marks are lost or counted twice."""

import multiprocessing
import shutil
import signal
from pathlib import Path

import psutil
import pytest
from notebook_grader import course, gradebook, worker

from tests.coursework import hostile
from tests.coursework.lab import ROOT, Lab, Run, grade_here, grades, needs_sandbox, results
from tests.waiting import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("cluster"),  # one scheduler for all
    needs_sandbox,
]
SLOW = "import time\ntime.sleep(1)\nrate = 6.0"


@pytest.fixture(scope="module")
def shared():
    with Lab() as made:
        yield made


@pytest.fixture
def lab(shared):
    """The one scheduler of these tests, without workers."""
    yield shared
    for name in list(shared.workers):
        shared.kill_worker(name)


def hand_in(folder: Path, count: int, rate: str = "rate = 6.0") -> dict[str, int]:
    """That many submissions, every other with one exercise wrong; returns everybody's points."""
    points = {}
    for number in range(count):
        student = f"s{number}"
        right = number % 2 == 0
        notebook = hostile.submission(
            rate=rate, mean=hostile.MEAN if right else "mean = None", text=f"Answer {number}"
        )
        hostile.write(folder / student / f"{hostile.NAME}.ipynb", notebook)
        points[student] = 7 if right else 4
    return points


def assert_whole(out: Path, points: dict[str, int], database: str | None = None) -> None:
    """The table, the kept results and the gradebook hold everybody once, with these points."""
    given = {student: row["points"] for student, row in grades(out).items()}
    assert given == {student: str(number) for student, number in points.items()}
    assert len(results(out)) == len(points)
    assert "The grader could not run it" not in (out / "report.txt").read_text(encoding="utf-8")
    address = gradebook.parse_address(database or f"sqlite:///{out}/gradebook.db")
    with gradebook.open_tables(address) as tables:
        rows = tables.list_grades(hostile.NAME)
    assert rows == [
        (student, *row)
        for student, given in sorted(points.items())
        for row in (
            ("answer-1-3", None, None, True),
            ("tests-1-1", 4.0, None, False),
            ("tests-1-2", float(given - 4), None, False),
        )
    ]


def test_unfit_workers_are_refused_by_name(lab, built, tmp_path):
    """One without bubblewrap and one with another version of the course; alone, they make a run end at
    once."""
    points = hand_in(tmp_path / "in", 2)
    other = tmp_path / "other"
    for folder in ("jingjinji", "data", "coursework"):
        shutil.copytree(ROOT / folder, other / folder)
    shutil.copy(ROOT / "requirements.txt", other)
    with (other / "data" / "claims.csv").open("a") as table:
        table.write("\n")
    lab.start_worker("old", root=other)
    lab.start_worker("bare", PATH=str(tmp_path))
    lab.wait_for_workers(2)
    given = [tmp_path / "in", built, tmp_path / "out", "--scheduler", lab.address]
    told = grade_here(*given, "--wait", "60", code=2)
    bare = r"The worker bare (tcp://"
    assert bare in told and "'bwrap' is not installed" in told
    assert "The worker old (tcp://" in told and "another version of the course (other tables)" in told
    assert f"No worker at {lab.address} can grade" in told and results(tmp_path / "out") == {}
    lab.start_worker("good")
    lab.wait_for_workers(3)
    told = grade_here(*given)
    assert bare in told and "The worker old" in told
    assert_whole(tmp_path / "out", points)


def test_whatever_ends_during_a_run_costs_nobody_a_mark(lab, built, tmp_path):
    """A full disk, workers that are killed until none is left, and a killed scheduler, in one run."""
    points, out = hand_in(tmp_path / "in", 7, SLOW), tmp_path / "out"
    lab.start_worker_with_small_disk("full")
    lab.start_worker("one")
    run = Run(tmp_path / "in", built, out, "--scheduler", lab.address)
    until(lambda: lab.sandboxes("full"), "a submission runs on it")
    lab.fill_disk("full")
    full = "temporary folder cannot be written (No space left on device)"
    until(lambda: "The worker full (" in run.said() and full in run.said(), "it is refused by name")
    sandbox, *_ = until(lambda: lab.sandboxes("one"), "a submission runs on the other")
    lab.kill_worker("one")
    ended = lambda: not sandbox.is_running() or sandbox.status() == "zombie"  # noqa: E731
    until(ended, "its sandbox has ended too")
    until(lambda: "No worker that can grade is at" in run.said(), "the run says that it waits")
    lab.start_worker("two")
    until(lambda: "A worker is there; the grading goes on." in run.said(), "the run goes on")
    before = results(out)
    until(lambda: results(out) != before and lab.sandboxes("two"), "a result is there, and another runs")
    lab.kill_scheduler()
    until(lambda: "is gone; waiting up to" in run.said(), "the run says that it waits")
    # A worker ends with its scheduler; whoever started it starts it again.
    until(lambda: lab.workers["two"].poll() is not None, "the worker ends too")
    lab.start_scheduler()
    lab.start_worker("two")
    told = run.end()
    assert told.count("is gone; waiting") == told.count("The scheduler is back") == 1
    assert_whole(out, points)


def test_interrupted_killed_left_alone_and_resumed(lab, built, tmp_path):
    """Sandboxes on the workers end with the run, even if that is killed; the same command goes on."""
    points, out = hand_in(tmp_path / "in", 8, SLOW), tmp_path / "out"
    hostile.write(
        tmp_path / "in" / "s0" / f"{hostile.NAME}.ipynb",
        hostile.submission(rate="import time\ntime.sleep(12)\nrate = 6.0"),
    )
    lab.start_worker("one", threads=2)
    given = [tmp_path / "in", built, out, "--scheduler", lab.address]
    kept = {}
    for blow in (signal.SIGINT, signal.SIGKILL, None):
        run = Run(*given, *([] if blow else ["--wait", "1"]))
        until(lambda: results(out) != kept and lab.sandboxes("one"), "a result is there, and another runs")  # noqa: B023
        if blow:
            run.process.send_signal(blow)
            run.end(130 if blow == signal.SIGINT else -blow)
            until(lambda: not lab.sandboxes("one"), "the sandboxes have ended", 11)
        else:
            lab.kill_scheduler()
            assert hostile.NAME in run.end(1)
        assert kept.items() <= results(out).items()
        kept = results(out)
    report = (out / "report.txt").read_text(encoding="utf-8")
    assert "The grader could not run it: The scheduler was away for 1 seconds." in report
    assert f"No scheduler answers at {lab.address}" in grade_here(*given, code=2)
    lab.start_scheduler()
    # The same command without it goes on here.
    grade_here(*given[:3])
    assert kept.items() <= results(out).items()
    assert_whole(out, points)


def test_a_database_that_stops_under_two_runs_at_once_and_a_new_one(server, built, tmp_path):
    """Two runs with folders of their own, on one database: every submission is in it once."""
    points = hand_in(tmp_path / "in", 4)
    database = server.database()
    outs = [tmp_path / "a", tmp_path / "b"]
    runs = [Run(tmp_path / "in", built, out, "--workers", "1", "--db", database) for out in outs]
    until(lambda: all(map(results, outs)), "both have a result")
    # A run on this machine answers to nobody else.
    doors = [c for c in psutil.Process(runs[0].process.pid).net_connections() if c.status == "LISTEN"]
    assert all(door.laddr.ip == "127.0.0.1" for door in doors), doors
    server.stop()
    until(lambda: all("does not answer" in run.said() for run in runs), "both say that they wait")
    server.start()
    for run, out in zip(runs, outs, strict=True):
        assert "The gradebook is back." in run.end()
        assert_whole(out, points, database)
    kept, other = results(outs[0]), server.database()
    grade_here(tmp_path / "in", built, outs[0], "--db", other)
    assert results(outs[0]) == kept
    assert_whole(outs[0], points, other)


def test_a_worker_that_may_start_no_process_is_refused(monkeypatch):
    monkeypatch.setitem(multiprocessing.current_process()._config, "daemon", True)
    problem = worker.Requirements(course.read_version(), unsafe=True).find_problem()
    assert "DASK_DISTRIBUTED__WORKER__DAEMON=False" in problem


def test_versions_are_compared_in_plain_words():
    ours = {"Python": "3.11.7", "pandas": "3.1.1"} | dict(zip(course.FILES, "abc"))
    assert course.describe_difference(ours, dict(ours)) is None
    theirs = ours | {"pandas": "3.0.0", course.GRADER: "d", course.TABLES: "e"}
    assert course.describe_difference(ours, theirs) == (
        "it has another version of the course (other tables, other grader, pandas 3.0.0 instead of 3.1.1)"
    )
    del theirs["pandas"]
    assert "pandas missing instead of 3.1.1" in course.describe_difference(ours, theirs)
