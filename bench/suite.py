"""Processor time of `make test` with all of its set-up, as a multiple of running all notebooks
once."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from common import BIN, ROOT, Row, clone, measure_cpu, report_progress


def measure() -> Iterator[Row]:
    notebooks = sorted(
        path
        for folder in ("chapters", "exercises")
        for path in (ROOT / folder).glob("[0-9]*.ipynb")
    )
    command = [
        BIN / "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--nbval",
        "--nbval-current-env",
        *notebooks,
    ]
    report_progress("Running all notebooks once")
    once = measure_cpu(command, ROOT)
    with tempfile.TemporaryDirectory() as folder:
        report_progress("Running 'make test' in a new clone, which installs everything")
        whole = measure_cpu(["make", "test", "VENV=.venv"], clone(Path(folder, "course")))
    yield Row(
        "make test / all notebooks", round(whole / once, 2), 3, f"{whole:.0f} s, {once:.0f} s"
    )
