"""Measure the book, part by part, where time counts as ratios to something of the same run.

    make bench                    # every part
    make bench ONLY="weight"      # one or more parts by name

prints tables and writes _build/bench.json. Each part is a file beside this one with a function `measure`
that returns a `common.Part`. Ratios travel between machines; seconds do not.
"""

import argparse
import json
import time
from collections.abc import Callable

import builds
import grading
import lab
import lighthouse
import weight
from common import ROOT, Part, say

PARTS: dict[str, Callable[[], Part]] = {
    "builds": builds.measure,
    "weight": weight.measure,
    "lab": lab.measure,
    "lighthouse": lighthouse.measure,
    "grading": grading.measure,
}


def print_part(part: Part) -> None:
    for name, value in part.found.items():
        mark = part.marks.get(name)
        met = mark is None or (value >= mark if name in part.scores else value <= mark)
        sign = "≥" if name in part.scores else "≤"
        wanted = "–" if mark is None else f"{sign} {mark:g}"
        verdict = "" if mark is None else "met" if met else "MISSED"
        spent = part.seconds.get(name.removesuffix(" / floor"), part.seconds.get(name, []))
        print(f"{name:<40}{value:>9}{wanted:>9}   {verdict:<7}{', '.join(f'{t:.2f}' for t in spent)}")
    if part.table:
        columns = list(dict.fromkeys(column for row in part.table.values() for column in row))
        print(f"\n{'':<34}" + "".join(f"{column:>17}" for column in columns))
        for name, row in part.table.items():
            values = ["–" if row.get(column) is None else row[column] for column in columns]
            print(f"{name:<34}" + "".join(f"{value:>17}" for value in values))
    print(flush=True)


def main() -> None:
    told = f"these parts: {', '.join(PARTS)} (default: all)"
    parser = argparse.ArgumentParser(description="Measure the book, part by part.")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=told)
    chosen = parser.parse_args().only
    target = ROOT / "_build" / "bench.json"
    report = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    print(f"{'measure':<40}{'found':>9}{'mark':>9}   {'':<7}seconds (ours, theirs)")
    for place, name in enumerate(chosen, start=1):
        say(f"[{place} of {len(chosen)}] {name}")
        started = time.perf_counter()
        part = PARTS[name]()
        say(f"[{place} of {len(chosen)}] {name}: {time.perf_counter() - started:.0f} s")
        print_part(part)
        report[name] = {
            "found": part.found,
            "marks": part.marks,
            "seconds": part.seconds,
            "table": part.table,
        }
        # After each part, so that an interrupted run keeps what it has.
        target.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    say(f"written: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
