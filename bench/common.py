"""Helpers that the parts of the benchmark share."""

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
# Python stores what it compiles, as on a reader's machine.
_ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}


class Row(NamedTuple):
    """A measured ratio, and the limit that it should not exceed."""

    name: str
    value: float
    limit: float
    detail: str = ""


def report_progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def clone(folder: Path) -> Path:
    """Clone this repository as it was last committed; returns the new folder."""
    subprocess.run(["git", "clone", "-q", ROOT, folder], check=True)
    return folder


def measure_cpu(command: list, folder: Path) -> float:
    """Processor seconds of a command and its children, which depend little on other work on the
    machine.

    Ends the benchmark with the command's output if the command fails.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, env=_ENVIRONMENT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(
            f"{' '.join(map(str, command))} failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}"
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
