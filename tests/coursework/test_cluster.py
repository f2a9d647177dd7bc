"""Grading on workers, with real processes: whatever fails, nobody's marks are lost or counted twice."""

from __future__ import annotations

import csv
import shutil
import signal
from pathlib import Path

import psutil
import pytest

from coursework.grading import course, gradebook
from tests.coursework import hostile
from tests.coursework.lab import ROOT, Lab, Run, results
from tests.waiting import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed"),
]
SLOW = "import time\ntime.sleep(2)\nrate = 6.0"


@pytest.fixture
def lab():
    with Lab() as made:
        yield made


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
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert {row["student"]: row["points"] for row in csv.DictReader(stream)} == {
            student: str(given) for student, given in points.items()
        }
    assert len(results(out)) == len(points)
    assert "The grader could not run it" not in (out / "report.txt").read_text(encoding="utf-8")
    with gradebook.open_tables(
        gradebook.parse_address(database or f"sqlite:///{out}/gradebook.db")
    ) as tables:
        rows = tables.grades(hostile.NAME)
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
    points = hand_in(tmp_path / "in", 4)
    other = tmp_path / "other"
    for folder in ("jingjinji", "data", "coursework"):
        shutil.copytree(ROOT / folder, other / folder)
    shutil.copy(ROOT / "requirements.txt", other)
    with (other / "data" / "claims.csv").open("a") as table:
        table.write("\n")
    lab.start_worker("old", root=other)
    lab.start_worker("bare", PATH=str(tmp_path))
    given = [tmp_path / "in", built, tmp_path / "out", "--scheduler", lab.address]
    told = Run(*given, "--wait", "60").end(2)
    bare = r"The worker bare (tcp://"
    assert bare in told and "'bwrap' is not installed" in told
    assert "The worker old (tcp://" in told and "another version of the course (other tables)" in told
    assert f"No worker at {lab.address} can grade" in told and results(tmp_path / "out") == {}
    lab.start_worker("good")
    told = Run(*given).end()
    assert bare in told and "The worker old" in told
    assert_whole(tmp_path / "out", points)


def test_workers_are_killed_until_none_is_left_and_another_comes(lab, built, tmp_path):
    points = hand_in(tmp_path / "in", 6, SLOW)
    for name in ("one", "two"):
        lab.start_worker(name)
    run = Run(tmp_path / "in", built, tmp_path / "out", "--scheduler", lab.address)
    for name in ("one", "two"):
        sandbox, *_ = until(lambda name=name: lab.sandboxes(name), "a submission runs on it")
        lab.kill_worker(name)
        ended = lambda sandbox=sandbox: not sandbox.is_running() or sandbox.status() == "zombie"  # noqa: E731
        until(ended, "its sandbox has ended too")
    until(lambda: "No worker that can grade is at" in run.said(), "the run says that it waits")
    lab.start_worker("three")
    assert "A worker is there; the grading goes on." in run.end()
    assert_whole(tmp_path / "out", points)


def test_the_scheduler_is_killed_and_restarted(lab, built, tmp_path):
    points = hand_in(tmp_path / "in", 4, SLOW)
    lab.start_worker("one")
    run = Run(tmp_path / "in", built, tmp_path / "out", "--scheduler", lab.address)
    until(lambda: results(tmp_path / "out") and lab.sandboxes("one"), "a result is there, and another runs")
    lab.kill_scheduler()
    until(lambda: "is gone; waiting up to" in run.said(), "the run says that it waits")
    # A worker ends with its scheduler; whoever started it starts it again.
    until(lambda: lab.workers["one"].poll() is not None, "the worker ends too")
    lab.start_scheduler()
    lab.start_worker("one")
    told = run.end()
    assert told.count("is gone; waiting") == told.count("The scheduler is back") == 1
    assert_whole(tmp_path / "out", points)


def test_a_scheduler_that_stays_away_loses_nothing(lab, built, tmp_path):
    points = hand_in(tmp_path / "in", 3, SLOW)
    lab.start_worker("one")
    given = [tmp_path / "in", built, tmp_path / "out"]
    run = Run(*given, "--scheduler", lab.address, "--wait", "1")
    until(lambda: results(tmp_path / "out"), "a result is there")
    lab.kill_scheduler()
    assert "91_small" in run.end(1)
    report = (tmp_path / "out" / "report.txt").read_text(encoding="utf-8")
    assert "The grader could not run it: The scheduler was away for 1 seconds." in report
    assert f"No scheduler answers at {lab.address}" in Run(*given, "--scheduler", lab.address).end(2)
    # The same command without it goes on here.
    Run(*given).end()
    assert_whole(tmp_path / "out", points)


def test_a_full_disk_on_one_worker(lab, built, tmp_path):
    points = hand_in(tmp_path / "in", 5, SLOW)
    lab.start_worker_with_small_disk("full")
    lab.start_worker("good")
    run = Run(tmp_path / "in", built, tmp_path / "out", "--scheduler", lab.address)
    until(lambda: lab.sandboxes("full"), "a submission runs on it")
    lab.fill_disk("full")
    told = run.end()
    assert (
        "The worker full (" in told and "temporary folder cannot be written (No space left on device)" in told
    )
    assert_whole(tmp_path / "out", points)


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_and_resumed(lab, built, tmp_path, blow):
    """Sandboxes on the workers end with the run, even if that is killed; the same command goes on."""
    points = hand_in(tmp_path / "in", 4, SLOW)
    hostile.write(
        tmp_path / "in" / "s0" / f"{hostile.NAME}.ipynb",
        hostile.submission(rate="import time\ntime.sleep(12)\nrate = 6.0"),
    )
    lab.start_worker("one", threads=2)
    given = [tmp_path / "in", built, tmp_path / "out", "--scheduler", lab.address]
    run = Run(*given)
    until(lambda: results(tmp_path / "out") and lab.sandboxes("one"), "a result is there, and another runs")
    run.process.send_signal(blow)
    run.end(130 if blow == signal.SIGINT else -blow)
    until(lambda: not lab.sandboxes("one"), "the sandboxes have ended", 15)
    kept = results(tmp_path / "out")
    Run(*given).end()
    assert kept.items() <= results(tmp_path / "out").items()
    assert_whole(tmp_path / "out", points)


def test_the_database_stops_during_a_run(server, built, tmp_path):
    points = hand_in(tmp_path / "in", 4)
    database = server.database()
    run = Run(tmp_path / "in", built, tmp_path / "out", "--workers", "1", "--db", database)
    until(lambda: results(tmp_path / "out"), "a result is there")
    # A run on this machine answers to nobody else.
    doors = [c for c in psutil.Process(run.process.pid).net_connections() if c.status == "LISTEN"]
    assert all(door.laddr.ip == "127.0.0.1" for door in doors), doors
    server.stop()
    until(lambda: "does not answer" in run.said(), "the run says that it waits")
    server.start()
    assert "The gradebook is back." in run.end()
    assert_whole(tmp_path / "out", points, database)


def test_the_same_submissions_in_two_runs_at_once(server, built, tmp_path):
    """Two runs with folders of their own, on one database: every submission is in it once."""
    points = hand_in(tmp_path / "in", 4)
    database = server.database()
    outs = [tmp_path / "a", tmp_path / "b"]
    for run in [Run(tmp_path / "in", built, out, "--workers", "1", "--db", database) for out in outs]:
        run.end()
    for out in outs:
        assert_whole(out, points, database)


def test_a_new_database_is_filled_from_what_is_kept(built, tmp_path):
    points = hand_in(tmp_path / "in", 2)
    given = [tmp_path / "in", built, tmp_path / "out"]
    Run(*given).end()
    kept = results(tmp_path / "out")
    (tmp_path / "out" / "gradebook.db").unlink()
    assert "0 submissions graded now" in Run(*given).end()
    assert results(tmp_path / "out") == kept
    assert_whole(tmp_path / "out", points)


def test_versions_are_compared_in_plain_words():
    ours = {
        "Python": "3.11.7",
        "pandas": "3.1.1",
        course.LIBRARY: "a",
        course.TABLES: "b",
        course.GRADER: "c",
    }
    assert course.describe_difference(ours, dict(ours)) is None
    theirs = ours | {"pandas": "3.0.0", course.GRADER: "d", course.TABLES: "e"}
    assert course.describe_difference(ours, theirs) == (
        "it has another version of the course (other tables, other grader, pandas 3.0.0 instead of 3.1.1)"
    )
    del theirs["pandas"]
    assert "pandas missing instead of 3.1.1" in course.describe_difference(ours, theirs)
