"""Measure the check of stored outputs: nbval over a sample of chapters, against near-empty notebooks."""

import sys
import tempfile
from pathlib import Path

import nbformat
from common import ROOT, Part, medians, say, seconds

SAMPLE = 4
NBVAL = [
    "-m",
    "pytest",
    "-q",
    "-p",
    "no:cacheprovider",
    "--nbval",
    "--nbval-current-env",
    "-n",
    "2",
    "--dist",
    "loadfile",
]


def measure() -> Part:
    every = sorted((ROOT / "chapters").glob("*.ipynb"))
    # Evenly over the book: later chapters use heavier libraries.
    sample = [every[place * (len(every) - 1) // (SAMPLE - 1)] for place in range(SAMPLE)]
    say(f"notebooks: nbval over {SAMPLE} of {len(every)}: {', '.join(path.stem for path in sample)}, twice")
    with tempfile.TemporaryDirectory() as folder:
        floor = [Path(folder) / path.name for path in sample]
        for path in floor:
            cell = nbformat.v4.new_code_cell("import altair\nimport pandas", id="imports")
            nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)

        def check(notebooks: list[Path], where: Path) -> float:
            return seconds([sys.executable, *NBVAL, *map(str, notebooks)], where, JINGJINJI_BOOK="1")

        times = medians(lambda: check(sample, ROOT), lambda: check(floor, Path(folder)), rounds=2)
    name = f"nbval of {SAMPLE} chapters / floor"
    return Part({name: round(times[0] / times[1], 2)}, {name: 1.5}, {name: times})
