"""A sandbox is starved if other programs have the processor, not if its own children have it."""

import os
import subprocess
import sys

import psutil
import pytest
from notebook_grader.limits import Limits
from notebook_grader.run import watchdog as watchdogs
from running import until

# The watched process starts the notebook's process, as bubblewrap does.
OUTSIDE = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
LOOP = "while True: pass"
CHILDREN = """
import os, signal, time
signal.signal(signal.SIGCHLD, {})
for _ in range(3):
    if os.fork() == 0:
        while True:
            if os.fork() == 0:
                end = time.process_time() + {}
                while time.process_time() < end: pass
                os._exit(0)
            try: os.wait()
            except ChildProcessError: pass
os.nice(19)
while True: pass"""
KINDS = {
    "kept from it by others": (LOOP, 20, True),
    "children that are waited for": (CHILDREN.format("signal.SIG_DFL", 0.05), 0, False),
    "children that nobody waits for": (CHILDREN.format("signal.SIG_IGN", 0.05), 0, False),
    "children that are gone at once": (CHILDREN.format("signal.SIG_IGN", 0.002), 0, False),
}


def start(*code: str) -> subprocess.Popen:
    """Start a program in its own session, on a processor that all of them share."""
    core = min(os.sched_getaffinity(0))
    return subprocess.Popen(
        [sys.executable, "-c", *code],
        start_new_session=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )


@pytest.mark.parametrize(("code", "others", "starved"), KINDS.values(), ids=KINDS)
def test_starved_is_who_had_no_processor_and_not_who_gave_it_on(
    tmp_path, monkeypatch, code, others, starved
):
    monkeypatch.setattr(watchdogs, "SOCKETS", 10**9)  # without a sandbox those of the machine count
    limits = Limits(cell_seconds=1, seconds=5, files=10**9, open_files=10**6, processes=1000)
    busy = [start(LOOP) for _ in range(others)]
    watched = start(OUTSIDE, code)
    try:
        until(psutil.Process(watched.pid).children, "it begins")
        with watchdogs.Watchdog(watched.pid, tmp_path, limits, patience=2) as watchdog:
            until(lambda: watchdog.reason, "it took too long")
    finally:
        for process in busy:
            process.kill()
            process.wait()
    watched.wait()
    assert watchdog.reason == "ran longer than 5 seconds in all" and watchdog.starved == starved
