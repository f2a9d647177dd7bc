"""Check whether a capstone copies one of the book's own examples."""

import re
from functools import cache
from pathlib import Path

MODELS = (
    "example.md",
    "example/brief.md",
    "samples/middle.md",
    "samples/just_failed.md",
    "delta.md",
)
RUN, MOST_TEXT = 6, 0.4  # length of a run of words; largest share of runs that may be an example's
LONG, MOST_CODE = 24, 0.5  # length of a line of code that counts; largest share of such lines


@cache
def _read_examples() -> str:
    """Return the text of the examples, from an installed wheel or beside the package."""
    in_wheel = Path(__file__).parents[1] / "_capstone"
    folder = in_wheel if in_wheel.is_dir() else Path(__file__).parents[2] / "capstone"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in MODELS)


def _split_text(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


def _split_code(text: str) -> set[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return {line for line in lines if len(line) >= LONG}


def find_problems(brief: str, code: str) -> list[str]:
    """Return which parts copy the book's examples, one sentence each; `code` is that of all
    cells."""
    problems = []
    for part, split, text, most in (
        ("runs of six words of the brief", _split_text, brief, MOST_TEXT),
        ("lines of code of the notebook", _split_code, code, MOST_CODE),
    ):
        pieces = split(text)
        models = split(_read_examples())
        if pieces and (share := len(pieces & models) / len(pieces)) > most:
            problems.append(
                f"{share:.0%} of the {part} are copied from the book's examples; "
                "hand in your own work, and name what you adopted."
            )
    return problems
