"""What the parts of the bench share: progress, time, and the form of a result."""

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

# As on a reader's machine: Python keeps what it has compiled.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


@dataclass
class Part:
    """What one part found: figures by name, their marks (at most; at least for scores), and seconds."""

    found: dict[str, float]
    marks: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    # Figures of which more is better.
    scores: frozenset[str] = frozenset()
    # A table to print below, by row and column.
    table: dict[str, dict[str, float | None]] = field(default_factory=dict)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def work(command: list[str], folder: Path, **environment: str) -> float:
    """Processor time of a command and of all that it starts, which other work hardly changes.

    The bench ends with the command's message where it fails.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, env=_ENVIRONMENT | environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def medians(*measures: Callable[[], float], rounds: int = 3) -> list[float]:
    """Each measure in turn, so that a machine that speeds up or slows down does so for all."""
    times = [[measure() for measure in measures] for _ in range(rounds)]
    return [statistics.median(each) for each in zip(*times)]
