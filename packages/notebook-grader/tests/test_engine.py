"""Grading on several machines, with real processes: no marks are lost or counted twice."""

import os
import socket
import subprocess
import sys

import attackers
import pytest
import running
import small

pytestmark = running.needs_sandbox


def start(program: str, *arguments: str, **environment: str) -> subprocess.Popen:
    """Start one of Dask's programs."""
    options = [sys.executable, "-m", f"distributed.cli.{program}", *arguments, "--no-dashboard"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(options, env={**os.environ, **environment}, stdout=quiet, stderr=quiet)


@pytest.fixture
def scheduler():
    """The address of a scheduler, and a function that starts a worker there with some resources."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = [start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port))]

    def answers() -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", port)) == 0

    def start_worker(name: str, resources: str) -> subprocess.Popen:
        options = ["--name", name, "--nthreads", "1", "--no-nanny", "--resources", resources]
        started.append(start("dask_worker", f"tcp://127.0.0.1:{port}", *options))
        return started[-1]

    running.until(answers, "the scheduler listens")
    yield f"tcp://127.0.0.1:{port}", start_worker
    for process in started:
        process.kill()
        process.wait()


def test_workers_of_the_same_version_grade_and_one_that_ends_costs_nobody_a_mark(
    assignments, tmp_path, out, scheduler
):
    address, start_worker = scheduler
    start_worker("old", "grading-0123456789ab=1")
    asked = [sys.executable, "-m", "notebook_grader", "grade", "--offer", "--workers", "1"]
    offer = subprocess.run(asked, capture_output=True, text=True).stdout.strip()
    students = {f"s{n}": small.submission(**attackers.WRONG, text=f"{n}") for n in range(4)}
    options = small.hand_in(tmp_path / "in", **students), assignments, out, "--scheduler", address
    output = running.grade_here(*options, "--wait", "3")
    assert (
        "The worker old does not offer grading-" in output
        and "waiting up to 3 seconds for one" in output
    )
    assert "no worker that can grade was there for 3 seconds" in running.read_report(out)["s0"]
    assert running.list_results(out) == {}
    first = start_worker("one", offer)
    run = running.Run(*running.make_options(*options))
    running.until(lambda: running.list_results(out), "the first worker grades")
    first.kill()
    start_worker("two", offer)
    run.end()
    points = {student: row["points"] for student, row in running.read_grades(out).items()}
    assert points == dict.fromkeys(students, "2")
