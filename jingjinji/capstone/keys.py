"""Answer keys: published results that a notebook must reproduce before its measures may judge a
claim.

A notebook prints a line such as ``key A02: 6.748950``; several numbers are separated by commas.
"""

import json
import re
from dataclasses import dataclass

from sealed_readings.folder import read_table
from sealed_readings.labels import count

from jingjinji import data

LEAST = 2  # published results that a notebook must reproduce
_LINE = re.compile(r"^key (\w+): *(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Key:
    """A published result: its method, its numbers, and the tolerance of a second computation."""

    method: str
    expected: list[float]
    within: float


def read_published() -> dict[str, Key]:
    """Return every key of the course by its id."""
    keys = {}
    for row in read_table(data.folder() / "answer_keys.csv"):
        expected = json.loads(row["expected"])
        numbers = expected if isinstance(expected, list) else [expected]
        keys[row["id"]] = Key(row["method"], [*map(float, numbers)], float(row["tolerance"]))
    return keys


def find_problems(printed: str, known: dict[str, Key]) -> list[str]:
    """Return what is wrong with the keys that a notebook printed, one sentence each."""
    problems = []
    methods = set()
    for name, text in _LINE.findall(printed):
        if name not in known:
            problems.append(f"Key {name} is not known; the table answer_keys lists all of them.")
        elif difference := _compare(text, known[name]):
            problems.append(f"Key {name} {difference}.")
        else:
            methods.add(known[name].method)
    if len(methods) < LEAST:
        problems.append(
            f"{count(len(methods), 'published result')} reproduced; {LEAST} of different measures"
            " are required, each in a line such as 'key A02: 6.748950'."
        )
    return problems


def list_printed(printed: str, known: dict[str, Key]) -> list[str]:
    """Return the ids of the known keys that a notebook printed."""
    return list(dict.fromkeys(name for name, _ in _LINE.findall(printed) if name in known))


def _compare(text: str, key: Key) -> str:
    """Return why a printed value differs from the published one; empty if it does not."""
    try:
        numbers = [float(part) for part in text.strip(" []").split(",")]
    except ValueError:
        return f"is printed as {text!r}; numbers separated by commas are expected"
    if len(numbers) != len(key.expected):
        return f"has {len(numbers)} numbers; the published result has {len(key.expected)}"
    if all(abs(a - b) <= key.within for a, b in zip(numbers, key.expected, strict=True)):
        return ""
    published = ", ".join(f"{number:.10g}" for number in key.expected)
    return f"came out as {text.strip()}; published is {published}, within {key.within:g}"
