"""Many submissions for the bench of the grader: mostly honest, every fourth hostile in one way or another."""

from __future__ import annotations

import copy
from pathlib import Path

from common import ROOT  # noqa: F401  (puts the tests on the path)

from tests.coursework import hostile

# Those that end soon: the others only measure a time limit.
KINDS = [
    "memory bomb",
    "100 MB of output",
    "endless loop",
    "crash",
    "writes outside",
    "function replaced",
    "network",
    "segmentation fault",
    "edited tests",
    "system exit",
    "fills the disk",
    "tests swallowed",
    "deleted tests",
    "asserts stripped",
]
FILE = f"{hostile.NAME}.ipynb"
# A loop without end costs five seconds.
LIMITS = ["--cell-seconds", "5", "--seconds", "120", "--memory", "1024"]


def hand_in(folder: Path, count: int, seconds: int = 0) -> Path:
    """That many submissions to the small assignment of the tests; two of them are the same, byte for byte.

    Honest ones take so many seconds longer than they have to.
    """
    for number in range(count):
        kind = (
            KINDS[number // 4 % len(KINDS)] if number % 4 == 3 else "wrong" if number % 8 == 0 else "honest"
        )
        notebook = copy.deepcopy(hostile.GRADED[kind][0])
        if kind == "honest":
            hostile.cell_of(notebook, "answer-1-1").source += f"\nimport time\ntime.sleep({seconds})"
        hostile.cell_of(notebook, "answer-1-3").source = f"Answer {number}"
        hostile.write(folder / f"s{number:05} {kind}" / FILE, notebook)
    first, *_, last = sorted(folder.glob("* honest"))
    (last / FILE).write_bytes((first / FILE).read_bytes())
    return folder
