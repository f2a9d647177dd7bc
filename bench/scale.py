"""Measure grading on a scheduler's workers: throughput against ideal, the engine's own cost, memory.

`make bench ONLY=scale` takes 400 submissions, about an hour; `python bench/scale.py 24` takes that many.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from common import Part, say
from mixture import LIMITS, hand_in

from tests.coursework import hostile
from tests.coursework.lab import Lab, Run

MANY = 400
WORKERS = (1, 2, 4)


@dataclass
class _Measured:
    """One run from the moment its workers are ready: seconds on the clock and of the submissions themselves,
    and the coordinator's processor seconds and most MB of memory."""

    wall: float
    own: float
    cpu: float
    memory: float


def _measured(submissions: Path, built: Path, workers: int) -> _Measured:
    with Lab() as lab, tempfile.TemporaryDirectory() as out:
        for number in range(workers):
            lab.start_worker(f"w{number}")
        lab.wait_for_workers(workers)
        run = Run(submissions, built, Path(out), "--scheduler", lab.address, *LIMITS)
        wall, cpu, memory = _watched(run)
        kept = [json.loads(path.read_text(encoding="utf-8")) for path in Path(out).glob("results/*.json")]
    return _Measured(wall, sum(result["seconds"] for result in kept), cpu, memory)


def _watched(run: Run) -> tuple[float, float, float]:
    process = psutil.Process(run.process.pid)
    started, first, cpu, most = 0.0, 0.0, 0.0, 0
    while run.process.poll() is None:
        with contextlib.suppress(psutil.NoSuchProcess):
            most = max(most, process.memory_info().rss)
            cpu = sum(process.cpu_times()[:2])
        if not started and "Grading at" in run.said():
            started, first = time.perf_counter(), cpu
        time.sleep(0.05)
    wall = time.perf_counter() - started
    run.end()
    return wall, cpu - first, most / 2**20


def measure(count: int = MANY) -> Part:
    """Throughput by workers, overhead per task in percent, and memory by number of submissions."""
    cores = os.cpu_count() or 1
    figures, table = {}, {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        built = hostile.build(folder / "built")
        runs, memory = {}, {}
        for part in (count // 4, count // 2):
            say(f"scale: {part} submissions, 2 workers, for the memory")
            few = hand_in(folder / f"in{part}", part)
            memory[part] = _measured(few, built, 2).memory
        everything = hand_in(folder / "in", count)
        for workers in WORKERS:
            say(f"scale: {count} submissions, {workers} workers")
            runs[workers] = _measured(everything, built, workers)
    memory[count] = runs[2].memory
    for workers, run in runs.items():
        pace = count / run.wall * 60
        ideal = count / runs[1].wall * 60 * min(workers, cores)
        table[f"{workers} workers"] = {"a minute": round(pace, 1), "of ideal, %": round(100 * pace / ideal)}
    alone = runs[1]
    figures["seconds of one submission"] = round(alone.own / count, 2)
    figures["engine's cost, % of a submission"] = round(100 * (alone.wall - alone.own) / alone.own, 1)
    figures["coordinator's processor s, one subm."] = round(alone.cpu / count, 3)
    for number, most in memory.items():
        figures[f"coordinator's MB, {number} submissions"] = round(most)
    return Part(figures, {"engine's cost, % of a submission": 10}, table=table)


if __name__ == "__main__":
    part = measure(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
    print(json.dumps([part.found, part.table], indent=2))
