"""What tests grade with: runs, here or as processes, and a lab of a scheduler and workers."""

import contextlib
import contextvars
import csv
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

import psutil
import pytest
from distributed import Client
from notebook_grader import __main__ as grading

from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parents[2]
# Short, so that loops end soon; long enough for an import on a busy machine.
QUICK = ("--cell-seconds", "10", "--seconds", "60", "--workers", "2", "--memory", "1024")
# A sandbox that shows all there is.
EVERYTHING = ("bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev")

needs_sandbox = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")


def grades(out: Path) -> dict[str, dict[str, str]]:
    """The rows of grades.csv by student."""
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {row["student"]: row for row in csv.DictReader(stream)}


def results(out: Path) -> dict[str, int]:
    """The results that a run has kept, each with the time of its writing."""
    return {path.name: path.stat().st_mtime_ns for path in out.glob("results/*.json")}


def make_command(submissions: Path, built: Path, out: Path, *more: str) -> list[str]:
    """The command that grades these submissions."""
    folders = ["--assignments", str(built), "--out", str(out)]
    return [sys.executable, "-m", "coursework", "grade", str(submissions), *folders, *more]


class Run:
    """One `make grade`, running; what it says goes to a file, so that it can be read meanwhile."""

    def __init__(self, submissions: Path, built: Path, out: Path, *more: str, **environment: str) -> None:
        self._said = said = tempfile.TemporaryFile("w+")  # noqa: SIM115  (closed with this object)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        command = make_command(submissions, built, out, *more)
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)

    def said(self) -> str:
        """Everything that it has said so far."""
        self._said.seek(0)
        return self._said.read()

    def end(self, code: int = 0, within: float = 3600) -> str:
        """Wait for the end, with this exit code; returns what it said."""
        found = self.process.wait(within)
        assert found == code, f"exit code {found}: {self.said()}"
        return self.said()


def grade_here(submissions: Path, built: Path, out: Path, *more: str, code: int = 0) -> str:
    """The same command in this process, which has imported all; returns what it said."""
    said = io.StringIO()
    given = make_command(submissions, built, out, *more)[4:]  # behind "python -m coursework grade"
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        # Whatever event loop a test before left in this context is not the grader's.
        found = contextvars.Context().run(grading.main, given)
    assert found == code, f"exit code {found}: {said.getvalue()}"
    return said.getvalue()


class Lab:
    """A scheduler on a port of its own and the workers that were started for it; a context that ends them
    all."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self._port}"
        self._scheduler: subprocess.Popen | None = None
        self.workers: dict[str, subprocess.Popen] = {}

    def __enter__(self) -> Self:
        self.start_scheduler()
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.workers):
            self.kill_worker(name)
        self.kill_scheduler()

    def start_scheduler(self) -> None:
        """Start it, or start it again at the same address."""
        here = ["--host", "127.0.0.1", "--port", str(self._port), "--no-dashboard"]
        self._scheduler = _start("dask_scheduler", *here)
        until(self._answers, "the scheduler listens")

    def _answers(self) -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self._port)) == 0

    def kill_scheduler(self) -> None:
        """End it as a crash would."""
        self._scheduler.kill()
        self._scheduler.wait()

    def start_worker(
        self, name: str, threads: int = 1, root: Path = ROOT, inside: tuple[str, ...] = (), **environment: str
    ) -> None:
        """Start a worker with the course in `root`; `inside` is a command that runs it."""
        told = [self.address, "--name", name, "--nthreads", str(threads), "--no-nanny", "--no-dashboard"]
        self.workers[name] = _start("dask_worker", *told, root=root, inside=inside, **environment)

    def wait_for_workers(self, count: int) -> None:
        """Come back once so many workers are connected."""
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=PATIENCE)

    def start_worker_with_small_disk(self, name: str) -> None:
        """Start a worker whose temporary folder is a disk of its own, of 8 MB."""
        disk = [*EVERYTHING, "--proc", "/proc", "--cap-add", "ALL"]
        disk += ["--die-with-parent", "--perms", "1777", "--size", str(8 * 2**20), "--tmpfs", "/mnt"]
        self.start_worker(name, inside=tuple(disk), TMPDIR="/mnt")

    def fill_disk(self, name: str) -> None:
        """Fill the small disk of a worker while it works, and keep it full."""
        inside = self._processes(name)[-1]
        big = Path(f"/proc/{inside.pid}/root/mnt/big").open("wb", buffering=0)  # noqa: SIM115
        full = threading.Event()

        def fill() -> None:
            with big:
                while inside.is_running():
                    try:
                        big.write(bytes(2**12))
                    except OSError:
                        # Whoever deletes a file makes room for this one.
                        full.set()
                        time.sleep(0.002)

        threading.Thread(target=fill, daemon=True).start()
        assert full.wait(PATIENCE)

    def kill_worker(self, name: str) -> None:
        """End it as a crash would."""
        for process in self._processes(name):
            process.kill()
        self.workers.pop(name).wait()

    def _processes(self, name: str) -> list[psutil.Process]:
        """The worker's own process, after the command that runs it; not its sandboxes."""
        return [process for process, command in self._alive(name) if "distributed.cli.dask_worker" in command]

    def sandboxes(self, name: str) -> list[psutil.Process]:
        """The kernels in sandboxes that run below a worker."""
        alive = self._alive(name)
        return [process for process, command in alive if command[0] == "bwrap" and "-f" in command]

    def _alive(self, name: str) -> list[tuple[psutil.Process, list[str]]]:
        """What was started for a worker and all below it, each with its command."""
        found = []
        try:
            top = psutil.Process(self.workers[name].pid)
            for process in [top, *top.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    if command := process.cmdline():  # a zombie has none
                        found.append((process, command))
        except psutil.NoSuchProcess:
            pass
        return found


def _start(
    program: str, *arguments: str, root: Path = ROOT, inside: tuple[str, ...] = (), **environment: str
) -> subprocess.Popen:
    command = [*inside, sys.executable, "-m", f"distributed.cli.{program}", *arguments]
    quiet = subprocess.DEVNULL
    environment = {**os.environ, "PYTHONPATH": str(root), **environment}
    return subprocess.Popen(command, cwd=root, env=environment, stdout=quiet, stderr=quiet)
