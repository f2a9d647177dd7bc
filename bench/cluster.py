"""Measure grading on a cluster: throughput by workers, the coordinator's own cost, and whether faults change
marks.

`make bench ONLY="scale faults"` takes some minutes; `python bench/cluster.py scale 400` takes that many
submissions.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from common import ROOT, Part, say
from distributed import LocalCluster
from grading import NAME, make_submissions

from coursework.grading import gradebook

MANY = 48
WORKERS = (1, 2, 4)
# A loop without end costs five seconds.
LIMITS = ["--cell-seconds", "5", "--seconds", "120", "--memory", "1024", "--assignment", NAME]


class _Run:
    """One `coursework grade`, running; what it prints goes to a file, so that it can be read meanwhile."""

    def __init__(self, submissions: Path, out: Path, *more: str) -> None:
        self._output = tempfile.TemporaryFile("w+")  # noqa: SIM115  (closed with this object)
        command = [
            sys.executable,
            "-m",
            "coursework",
            "grade",
            str(submissions),
            "--out",
            str(out),
            *LIMITS,
            *more,
        ]
        # A shell starts what it runs in the background deaf to Ctrl-C.
        command = ["env", "--default-signal=INT", *command]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=self._output, stderr=self._output)

    def printed(self) -> str:
        self._output.seek(0)
        return self._output.read()

    def end(self, code: int = 0) -> None:
        """Wait for the end; the bench ends with it where it fails."""
        if self.process.wait(7200) != code:
            sys.exit(f"the grader ended with {self.process.returncode}: {self.printed()}")


def _cluster(workers: int) -> LocalCluster:
    """A scheduler and workers as real processes of this machine."""
    return LocalCluster(
        workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        memory_limit=0,
        silence_logs=logging.CRITICAL,
    )


@dataclass
class _Measured:
    """One run from the moment its workers are ready: seconds on the clock and of the submissions themselves,
    and the coordinator's processor seconds and most MB of memory."""

    wall: float
    own: float
    cpu: float
    memory: float


def _measure(submissions: Path, workers: int) -> _Measured:
    with _cluster(workers) as cluster, tempfile.TemporaryDirectory() as out:
        run = _Run(submissions, Path(out), "--scheduler", cluster.scheduler_address)
        process = psutil.Process(run.process.pid)
        started, first, cpu, most = 0.0, 0.0, 0.0, 0
        while run.process.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                most = max(most, process.memory_info().rss)
                cpu = sum(process.cpu_times()[:2])
            if not started and "Grading at" in run.printed():
                started, first = time.perf_counter(), cpu
            time.sleep(0.05)
        wall = time.perf_counter() - started
        run.end()
        kept = [json.loads(path.read_text(encoding="utf-8")) for path in Path(out).glob("results/*.json")]
    return _Measured(wall, sum(result["seconds"] for result in kept), cpu - first, most / 2**20)


def measure_scale(count: int = MANY) -> Part:
    """Throughput by workers, the cluster's cost in percent of a submission, and the coordinator's memory."""
    figures, table = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        few = make_submissions(Path(folder) / "few", count // 4, hostile=True)
        many = make_submissions(Path(folder) / "many", count, hostile=True)
        say(f"scale: {count // 4} submissions, 2 workers, for the memory")
        memory = {count // 4: _measure(few, 2).memory}
        runs = {}
        for workers in WORKERS:
            say(f"scale: {count} submissions, {workers} workers")
            runs[workers] = _measure(many, workers)
    memory[count] = runs[2].memory
    alone, cores = runs[1], os.cpu_count() or 1
    for workers, run in runs.items():
        ideal = alone.wall / min(workers, cores)
        table[f"{workers} workers"] = {
            "a minute": round(count / run.wall * 60, 1),
            "of ideal, %": round(100 * ideal / run.wall),
        }
    cost = "cluster's cost, % of a submission"
    figures["seconds of one submission"] = round(alone.own / count, 2)
    figures[cost] = round(100 * (alone.wall - alone.own) / alone.own, 1)
    figures["coordinator's processor s, one subm."] = round(alone.cpu / count, 3)
    figures |= {f"coordinator's MB, {number} submissions": round(most) for number, most in memory.items()}
    return Part(figures, {cost: 10}, table=table)


def measure_faults(count: int = MANY) -> Part:
    """How many rows of the gradebook differ between a serial run and one in which everything is killed in
    turn."""
    with tempfile.TemporaryDirectory() as place, _cluster(2) as cluster:
        folder = Path(place)
        submissions = make_submissions(folder / "in", count, hostile=True)
        say(f"faults: {count} submissions, one after the other, without faults")
        _Run(submissions, folder / "serial", "--workers", "1").end()
        say(f"faults: {count} submissions on two workers; workers and runs are killed")
        out = folder / "faulty"
        given = (submissions, out, "--scheduler", cluster.scheduler_address)
        run = _Run(*given)
        for place, signal_ in enumerate((None, signal.SIGINT, None, signal.SIGKILL, None), start=1):
            while len(list(out.glob("results/*.json"))) < count * place // 6 and run.process.poll() is None:
                time.sleep(0.05)
            if signal_ is None:  # a worker; its nanny starts another
                os.kill(cluster.workers[place % 2].pid, signal.SIGKILL)
                continue
            run.process.send_signal(signal_)
            run.end(130 if signal_ == signal.SIGINT else -signal_)
            run = _Run(*given)
        run.end()
        serial, faulty = _read_rows(folder / "serial"), _read_rows(out)
    different = sorted(serial ^ faulty, key=repr)
    for row in different[:20]:
        say(f"faults: only {'without' if row in serial else 'with'} faults: {row}")
    figures = {"submissions": count, "rows of the gradebook": len(serial), "rows that differ": len(different)}
    return Part(figures, {"rows that differ": 0})


def _read_rows(out: Path) -> set[tuple]:
    with gradebook.open_tables(gradebook.default_address(out)) as tables:
        return {*tables.grades(NAME), *tables.comments(NAME)}


if __name__ == "__main__":
    measure = {"scale": measure_scale, "faults": measure_faults}[sys.argv[1]]
    part = measure(int(sys.argv[2]) if len(sys.argv) > 2 else MANY)
    print(json.dumps([part.found, part.table], indent=2))
