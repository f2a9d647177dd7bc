"""Whether a capstone is one of the book's own examples, handed in as somebody's work."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

MODELS = ("example.md", "example/brief.md", "samples/middle.md", "samples/just_failed.md", "delta.md")
RUN, MOST_TEXT = 6, 0.4  # words in a row; the share of such runs that may be a model's
LONG, MOST_CODE = 24, 0.5  # signs of a line that says something; the share of such lines


@cache
def _read() -> str:
    """The examples: inside an installed wheel, else beside the package."""
    inside = Path(__file__).parents[1] / "_capstone"
    folder = inside if inside.is_dir() else Path(__file__).parents[2] / "capstone"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in MODELS)


def _split_text(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def _split_code(text: str) -> set[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return {line for line in lines if len(line) >= LONG}


def find_problems(brief: str, code: str) -> list[str]:
    """What is taken from the book's examples, a sentence each; `code` is that of all cells."""
    told = (
        ("brief", "runs of six words", _split_text(brief), _split_text(_read()), MOST_TEXT),
        ("notebook", "lines of code", _split_code(code), _split_code(_read()), MOST_CODE),
    )
    return [
        f"{len(own & theirs) / len(own):.0%} of the {what} of the {part} are the book's own example's; "
        "hand in your own work, and name what you took over."
        for part, what, own, theirs, most in told
        if own and len(own & theirs) / len(own) > most
    ]
