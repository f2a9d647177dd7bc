"""Measure grading on a cluster: throughput by workers, the coordinator's own cost with a model of many cores,
and whether faults change marks.

`make bench ONLY="scale faults"` takes some minutes; `python bench/cluster.py scale 400` takes that many
submissions.
"""

import contextlib
import hashlib
import io
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import dask
import psutil
from common import ROOT, Part, say
from distributed import LocalCluster
from grading import KEYS, NAME, make_submissions
from notebook_grader import (
    assignment,
    cluster,
    feedback,
    grade,
    gradebook,
    intake,
    marks,
    rendering,
    report_page,
    session,
    similar_page,
    store,
    worker,
)
from notebook_grader.limits import Limits

MANY = 48
WORKERS = (1, 2, 4)
ANSWERED = (250, 1000)
# Workers make feedback in a process of their own, which Dask's nannies do not allow by themselves.
dask.config.set({"distributed.worker.daemon": False})
# A loop without end costs five seconds.
LIMITS = ["--cell-seconds", "5", "--seconds", "120", "--memory", "1024", "--assignment", NAME]


class _Run:
    """One `coursework grade`, running; what it prints goes to a file, so that it can be read meanwhile."""

    def __init__(self, submissions: Path, out: Path, *more: str) -> None:
        self._output = tempfile.TemporaryFile("w+")  # noqa: SIM115  (closed with this object)
        command = [sys.executable, "-m", "coursework", "grade", str(submissions), "--out", str(out)]
        command += [*LIMITS, *more]
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
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        memory_limit=0,
        silence_logs=logging.CRITICAL,
    )


@dataclass
class _Measured:
    """One run from the moment its workers are ready: seconds on the clock, of the submissions themselves, and
    of the coordinator's processor."""

    wall: float
    own: float
    cpu: float


def _measure(submissions: Path, workers: int) -> _Measured:
    with _cluster(workers) as place, tempfile.TemporaryDirectory() as out:
        run = _Run(submissions, Path(out), "--scheduler", place.scheduler_address)
        process = psutil.Process(run.process.pid)
        started, first, cpu = 0.0, 0.0, 0.0
        while run.process.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                cpu = sum(process.cpu_times()[:2])
            if not started and "Grading at" in run.printed():
                started, first = time.perf_counter(), cpu
            time.sleep(0.05)
        wall = time.perf_counter() - started
        run.end()
        kept = [json.loads(path.read_text(encoding="utf-8")) for path in Path(out).glob("results/*.json")]
    return _Measured(wall, sum(result["seconds"] for result in kept), cpu - first)


def measure_coordinator(count: int) -> list[float]:
    """Processor seconds and seconds a submission, and MB in the end, where workers answer at once.

    Scheduler and workers are in its process, so it has more to do than where they are elsewhere. The pages on
    the class, which are made once in the end, are left out.
    """
    with tempfile.TemporaryDirectory() as place, contextlib.redirect_stdout(io.StringIO()):
        folder = Path(place)
        submissions = make_submissions(folder / "in", count)
        plan = session.make_plan(submissions, NAME, assignment.BUILT, KEYS, Limits(), unsafe=False)
        file = intake.choose(plan.submissions[0], NAME)
        data = intake.read_contents(file, plan.limits.notebook)
        result, notebook = grade.grade("one", file.name, data, plan.assignment, plan.limits)
        page = rendering.make_page(notebook, result, marks.combine_marks(result, {}), NAME)

        def answer(student: str, file: str, data: bytes, *_: object) -> tuple[store.Result, str]:
            key = store.make_key(data, plan.assignment.version, plan.limits, unsafe=False)
            own = {"student": student, "sha256": hashlib.sha256(data).hexdigest(), "key": key}
            cells = {name: replace(cell) for name, cell in result.cells.items()}
            return replace(result, cells=cells, **own), notebook

        worker.grade = answer
        rendering.make_page = lambda *_: page
        feedback.is_current = lambda *_: True
        report_page.write = similar_page.write = lambda *_: False
        options, database = cluster.Options(threads=8), gradebook.make_default_address(folder)
        started, first = time.perf_counter(), time.process_time()
        if session.run(plan, folder / "out", options, database):
            sys.exit("the grader failed on a submission of its own bench")
        own, spent = time.process_time() - first, time.perf_counter() - started
    return [own / count, spent / count, psutil.Process().memory_info().rss / 2**20]


def _measure_coordinator(count: int) -> list[float]:
    say(f"scale: {count} submissions, answered at once")
    command = [sys.executable, __file__, "coordinator", str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def measure_scale(count: int = MANY) -> Part:
    """Throughput by workers, what a coordinator can take at most, and a model of many cores from both."""
    table, runs = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        submissions = make_submissions(Path(folder) / "in", count, hostile=True)
        for workers in WORKERS:
            say(f"scale: {count} submissions, {workers} workers")
            runs[workers] = _measure(submissions, workers)
    own, seconds, memory = zip(*map(_measure_coordinator, ANSWERED), strict=True)
    alone, cores = runs[1], os.cpu_count() or 1
    for workers, run in runs.items():
        ideal = alone.wall / min(workers, cores)
        table[f"{workers} workers"] = {
            "a minute": round(count / run.wall * 60, 1),
            "of ideal, %": round(100 * ideal / run.wall),
        }
    one, busy = alone.wall / count, own[-1]
    for many in (16, 32, 64):
        table[f"model: 10,000 on {many} cores"] = {
            "a minute": round(60 / max(one / many, busy)),
            "minutes": round(10_000 * max(one / many, busy) / 60),
            "coordinator, %": round(100 * many * busy / one),
        }
    cost, most = "cluster's cost, % of a submission", "cores that a coordinator keeps busy"
    grown = "coordinator's MB, 1,000 more subm."
    figures = {
        "seconds of one submission": round(alone.own / count, 2),
        cost: round(100 * (alone.wall - alone.own) / alone.own, 1),
        "coordinator's processor s, one subm.": round(alone.cpu / count, 3),
        "the same, answered at once": round(busy, 3),
        "its seconds on the clock": round(seconds[-1], 3),
        most: round(one / busy),
        grown: round((memory[1] - memory[0]) / (ANSWERED[1] - ANSWERED[0]) * 1000, 1),
    }
    return Part(figures, {cost: 10, most: 64, grown: 10}, scores=frozenset({most}), table=table)


def measure_faults(count: int = MANY) -> Part:
    """How many rows of the gradebook differ between a serial run and one in which everything is killed in
    turn."""
    with tempfile.TemporaryDirectory() as place, _cluster(2) as machines:
        folder = Path(place)
        submissions = make_submissions(folder / "in", count, hostile=True)
        say(f"faults: {count} submissions, one after the other, without faults")
        _Run(submissions, folder / "serial", "--workers", "1").end()
        say(f"faults: {count} submissions on two workers; workers and runs are killed")
        out = folder / "faulty"
        given = (submissions, out, "--scheduler", machines.scheduler_address)
        run = _Run(*given)
        for place, signal_ in enumerate((None, signal.SIGINT, None, signal.SIGKILL, None), start=1):
            while len(list(out.glob("results/*.json"))) < count * place // 6 and run.process.poll() is None:
                time.sleep(0.05)
            if signal_ is None:  # a worker; its nanny starts another
                os.kill(machines.workers[place % 2].pid, signal.SIGKILL)
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
    with gradebook.open_tables(gradebook.make_default_address(out)) as tables:
        return {*tables.list_grades(NAME), *tables.list_comments(NAME)}


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else MANY
    if sys.argv[1] == "coordinator":
        print(json.dumps(measure_coordinator(count)))
    else:
        part = {"scale": measure_scale, "faults": measure_faults}[sys.argv[1]](count)
        print(json.dumps([part.found, part.table], indent=2))
