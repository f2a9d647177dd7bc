"""Measure builds, tests, page weight and grading, each against a floor of the same run.

    make bench                    # every part
    make bench ONLY="grading"     # some parts by name

Each part is a file beside this one with a function `measure` that yields rows. Ratios can be
compared between machines, seconds cannot.
"""

import argparse

import builds
import grading
import suite
import weight
from common import report_progress

PARTS = {
    "builds": builds.measure,
    "tests": suite.measure,
    "weight": weight.measure,
    "grading": grading.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the book, part by part.")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    for part in parser.parse_args().only:
        report_progress(f"Measuring {part}")
        for name, value, limit, detail in PARTS[part]():
            verdict = "met" if value <= limit else "MISSED"
            print(f"{name:<40}{value:>6g}   {verdict} (at most {limit:g})   {detail}", flush=True)


if __name__ == "__main__":
    main()
