"""Measure grading on the workers of a scheduler, by the commands that the teaching page names.

`make bench ONLY="scale"` takes some minutes; `python bench/cluster.py 400` takes that many submissions.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from common import BIN, ROOT, Part, say
from grading import NAME, make_submissions

MANY = 24
WORKERS = (1, 2)
# A loop without end costs five seconds.
LIMITS = ["--cell-seconds", "5", "--seconds", "120", "--memory", "1024", "--assignment", NAME]


@contextlib.contextmanager
def _start_cluster(workers: int) -> Iterator[str]:
    """A scheduler and workers as processes of this machine; yields the scheduler's address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    offer = [str(BIN / "coursework"), "grade", "--offer", "--workers", "1"]
    resources = subprocess.run(offer, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    port = address.rpartition(":")[2]
    commands = [["scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"]]
    commands += [["worker", address, "--nthreads", "1", "--no-nanny", "--resources", resources]] * workers
    quiet = subprocess.DEVNULL
    running = [
        subprocess.Popen([BIN / "dask", *one], cwd=ROOT, stdout=quiet, stderr=quiet) for one in commands
    ]
    try:
        yield address
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def _measure(submissions: Path, workers: int) -> dict[str, float]:
    """Seconds on the clock, of the submissions themselves and of the coordinator's processor, and its MB."""
    with _start_cluster(workers) as address, tempfile.TemporaryDirectory() as out:
        command = [str(BIN / "coursework"), "grade", str(submissions), "--out", out, *LIMITS]
        started = time.perf_counter()
        run = psutil.Popen([*command, "--scheduler", address], cwd=ROOT, stdout=subprocess.DEVNULL)
        processor = memory = 0.0
        while run.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                processor, memory = sum(run.cpu_times()[:2]), run.memory_info().rss / 2**20
            time.sleep(0.05)
        wall = time.perf_counter() - started
        if run.returncode:
            sys.exit(f"the grader ended with {run.returncode}")
        kept = [json.loads(path.read_text(encoding="utf-8")) for path in Path(out).glob("results/*.json")]
    own = sum(result["seconds"] for result in kept)
    return {"wall": wall, "own": own, "processor": processor, "memory": memory}


def measure(count: int = MANY) -> Part:
    """Submissions a minute by number of workers, and what a submission costs the machine that collects."""
    runs, table = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        submissions = make_submissions(Path(folder) / "in", count, hostile=True)
        for workers in WORKERS:
            say(f"scale: {count} submissions, {workers} workers")
            runs[workers] = _measure(submissions, workers)
    for workers, run in runs.items():
        ideal = runs[1]["wall"] / min(workers, os.cpu_count() or 1)
        pace, share = count / run["wall"] * 60, 100 * ideal / run["wall"]
        table[f"{workers} workers"] = {"a minute": round(pace, 1), "of ideal, %": round(share)}
    alone = runs[1]
    cost = "cluster's cost, % of a submission"
    figures = {
        "seconds of one submission": round(alone["own"] / count, 2),
        cost: round(100 * (alone["wall"] - alone["own"]) / alone["own"], 1),
        "coordinator's processor s, one subm.": round(alone["processor"] / count, 3),
        "coordinator's MB": round(alone["memory"]),
    }
    return Part(figures, {cost: 25}, table=table)


if __name__ == "__main__":
    part = measure(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
    print(json.dumps([part.found, part.table], indent=2))
