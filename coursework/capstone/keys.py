"""Answer keys: published results that a notebook must reproduce before its measures may judge a claim.

A notebook prints a line such as ``key A02: 6.748950``; several numbers are separated by commas.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

from coursework.capstone.cards import find_chapter

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "data" / "answer_keys.csv"
_LINE = re.compile(r"^key (\w+): *(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Key:
    """A published result and how far a second computation of it may be off."""

    expected: list[float]
    within: float


def read_published() -> dict[str, Key]:
    """Every key of the course by its id."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row["id"]: Key(_numbers(json.loads(row["expected"])), float(row["tolerance"])) for row in rows}


def _numbers(expected: object) -> list[float]:
    return [float(number) for number in (expected if isinstance(expected, list) else [expected])]


def find_keys(chapter: str) -> list[str]:
    """The ids of the keys that a chapter names; none where it has none."""
    sources = (ROOT / "chapters").glob(f"{int(chapter):02d}_*.md") if chapter.isdigit() else ()
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    return [key for key in read_published() if re.search(rf"\b{key}\b", text)]


def find_problems(printed: str, chosen: list[str]) -> list[str]:
    """What is wrong with the keys that a notebook printed, given the claims that it treats."""
    known, passed, found = read_published(), set(), []
    for name, text in _LINE.findall(printed):
        if name not in known:
            found.append(f"Key {name} is none of this course; chapters name theirs beside 'Answer key'.")
        elif wrong := _wrong(text, known[name]):
            found.append(f"Key {name} {wrong}.")
        else:
            passed.add(name)
    if not chosen and not passed:
        found.append("No key is reproduced; print one for each chapter, as in 'key A02: 6.748950'.")
    for chapter in dict.fromkeys(find_chapter(claim) for claim in chosen):
        wanted = find_keys(chapter)
        if wanted and not passed & set(wanted):
            claims = ", ".join(claim for claim in chosen if find_chapter(claim) == chapter)
            found.append(
                f"No key of chapter {chapter} is reproduced, from which {claims} is taken; print one, as in "
                f"'key {wanted[0]}: ...' ({', '.join(wanted)})."
            )
    return found


def _wrong(text: str, key: Key) -> str:
    """Why a printed value is not the published one; empty if it is."""
    try:
        given = [float(part) for part in text.strip(" []").split(",")]
    except ValueError:
        return f"is printed as {text!r}; numbers separated by commas are expected"
    if len(given) != len(key.expected):
        return f"has {len(given)} numbers; the published result has {len(key.expected)}"
    if all(abs(one - other) <= key.within for one, other in zip(given, key.expected)):
        return ""
    shown = ", ".join(f"{number:.10g}" for number in key.expected)
    return f"came out as {text.strip()}; published is {shown}, within {key.within:g}"
