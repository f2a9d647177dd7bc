"""Measure builds, tests, page weight and grading, each against a floor of the same run.

    make bench                    # every part
    make bench ONLY="weight"      # some parts by name

Each part is a file beside this one with a function `measure` that yields rows. Ratios can be compared
between machines, seconds cannot.
"""

import argparse
from collections.abc import Callable, Iterable

import builds
import grading
import lighthouse
import suite
import weight
from common import Row, report_progress

PARTS: dict[str, Callable[[], Iterable[Row]]] = {
    "builds": builds.measure,
    "tests": suite.measure,
    "weight": weight.measure,
    "lighthouse": lighthouse.measure,
    "grading": grading.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the book, part by part.")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    for part in parser.parse_args().only:
        report_progress(f"Measuring {part}")
        for name, value, limit, detail in PARTS[part]():
            verdict = "" if limit is None else f"{'met' if value <= limit else 'MISSED'} (at most {limit:g})"
            print(f"{name:<46}{value:>9g}   {verdict:<24}{detail}", flush=True)


if __name__ == "__main__":
    main()
