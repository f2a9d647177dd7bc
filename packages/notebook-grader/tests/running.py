"""Run the grader, in this process or another, and read its files."""

import contextlib
import contextvars
import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import pytest
from notebook_grader import __main__ as command
from notebook_grader.tables import read_table

# Short, so that endless loops end soon; long enough for imports on a busy machine.
QUICK = ("--cell-seconds", "10", "--seconds", "60", "--workers", "2", "--memory", "1024")
# A sandbox with access to everything.
EVERYTHING = ("bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev")
needs_sandbox = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
T = TypeVar("T")


def until(condition: Callable[[], T], what: str, seconds: float = 180) -> T:
    """Wait until a condition is true, and return its value."""
    end = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < end, f"waited {seconds} s for this: {what}"
        time.sleep(0.05)
    return result


def pack(path: T, members: Mapping[str, bytes], way: int = zipfile.ZIP_DEFLATED) -> T:
    """Write a zip of these members to a path or stream, and return it."""
    with zipfile.ZipFile(path, "w", way) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def read_csv(path: Path) -> list[list[str]]:
    """Read the rows of a table, with its header."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def read_grades(out: Path) -> dict[str, dict[str, str]]:
    """Read the rows of grades.csv by student."""
    return {row["student"]: row for row in read_table(out / "grades.csv")[1]}


def read_report(out: Path) -> dict[str, str]:
    """Read the lines of report.txt by student."""
    lines = (out / "report.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def list_results(out: Path) -> dict[str, int]:
    """List the kept results with their modification times."""
    return {path.name: path.stat().st_mtime_ns for path in out.glob("results/*.json")}


def make_options(submissions: Path, assignments: Path, out: Path, *more: str) -> list[str]:
    """Make the command line that grades these submissions."""
    return [
        "grade",
        str(submissions),
        "--assignments",
        str(assignments),
        "--out",
        str(out),
        *QUICK,
        *more,
    ]


class Run:
    """A run as a process; its output goes to a file, as its own processes would hold a pipe
    open."""

    def __init__(self, *options: str, before: tuple[str, ...] = (), **environment: str) -> None:
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115  (closed with this object)
        command_line = [*before, sys.executable, "-m", "notebook_grader", *options]
        environment = {**os.environ, **environment}
        self.process = subprocess.Popen(
            command_line, env=environment, stdout=self._said, stderr=self._said
        )

    def end(self, code: int = 0, within: float = 3600) -> str:
        """Wait for the end, with this exit code; returns the output."""
        result = self.process.wait(within)
        self._said.seek(0)
        said = self._said.read()
        assert result == code, f"exit code {result}: {said}"
        return said


def grade_here(submissions: Path, assignments: Path, out: Path, *more: str, code: int = 0) -> str:
    """Run in this process, where everything is imported; returns the output."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        # A separate context, without the event loop of an earlier test.
        command_line = make_options(submissions, assignments, out, *more)
        result = contextvars.Context().run(command.main, command_line)
    assert result == code, f"exit code {result}: {said.getvalue()}"
    return said.getvalue()
