"""Answer keys: published results that a notebook must reproduce before its measures may judge a claim.

A notebook prints a line such as ``key A02: 6.748950``; several numbers are separated by commas.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from typing import Any

from sealed_readings.labels import count

from jingjinji import data

LEAST = 2  # published results that a notebook reproduces
_LINE = re.compile(r"^key (\w+): *(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Key:
    """A published result, what it is of, and how far a second computation of it may be off."""

    method: str
    expected: list[float]
    within: float


def read_published() -> dict[str, Key]:
    """Every key of the course by its id."""
    with (data._folder() / "answer_keys.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {
        row["id"]: Key(row["method"], _numbers(json.loads(row["expected"])), float(row["tolerance"]))
        for row in rows
    }


def _numbers(expected: Any) -> list[float]:
    return [float(number) for number in (expected if isinstance(expected, list) else [expected])]


def find_problems(printed: str, known: dict[str, Key]) -> list[str]:
    """What is wrong with the keys that a notebook printed."""
    found, passed = [], set()
    for name, text in _LINE.findall(printed):
        if name not in known:
            found.append(f"Key {name} is not known; `python -m jingjinji.capstone keys` lists them.")
        elif wrong := _wrong(text, known[name]):
            found.append(f"Key {name} {wrong}.")
        else:
            passed.add(known[name].method)
    if len(passed) < LEAST:
        found.append(
            f"{count(len(passed), 'published result')} reproduced; {LEAST} of different measures are asked "
            "for, each in a line such as 'key A02: 6.748950'."
        )
    return found


def list_printed(printed: str, known: dict[str, Key]) -> list[str]:
    """The ids of the known keys that a notebook printed."""
    return list(dict.fromkeys(name for name, _ in _LINE.findall(printed) if name in known))


def _wrong(text: str, key: Key) -> str:
    """Why a printed value is not the published one; empty if it is."""
    try:
        given = [float(part) for part in text.strip(" []").split(",")]
    except ValueError:
        return f"is printed as {text!r}; numbers separated by commas are expected"
    if len(given) != len(key.expected):
        return f"has {len(given)} numbers; the published result has {len(key.expected)}"
    if all(abs(one - other) <= key.within for one, other in zip(given, key.expected, strict=True)):
        return ""
    shown = ", ".join(f"{number:.10g}" for number in key.expected)
    return f"came out as {text.strip()}; published is {shown}, within {key.within:g}"
