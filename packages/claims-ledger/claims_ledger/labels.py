"""The labels of a verdict with their rules, marks and colours, as `labels.csv` here has them."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

TABLE = Path(__file__).with_name("labels.csv")
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='-1 -1 2 2'><path d='{}'/></svg>"


def make_slug(text: str) -> str:
    """A text as it may stand in an address or a class: "Trains and ports" is "trains-and-ports"."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


@dataclass(frozen=True)
class Label:
    """One label; `summary` says how the sentence over the picture of all claims counts it,
    with "[fails|fail]" for one and for several.

    `filed` is false for the one that no claim is given: that of a claim nobody has looked at.
    """

    verdict: str
    rule: str
    filed: bool
    summary: str
    mark: str
    light: str
    dark: str

    @property
    def css_class(self) -> str:
        """The class of what carries the label."""
        return f"verdict-{make_slug(self.verdict)}"


def _read() -> tuple[Label, ...]:
    with TABLE.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    made = [Label(**row | {"filed": row["filed"] == "true"}) for row in rows]
    return tuple(sorted(made, key=lambda label: not label.filed))


# In the order of the table; the last is that of a claim without a verdict.
LABELS = _read()
VERDICTS = tuple(label.verdict for label in LABELS if label.filed)
UNEXAMINED = LABELS[-1].verdict


def count_in_words(counts: Mapping[str, int], with_open: Mapping[str, int]) -> str:
    """How many claims got each label, and how many of these have an open reading, as one sentence."""
    *parts, last = (
        _say_number(label.summary, counts.get(label.verdict, 0)) + _say_open(with_open.get(label.verdict, 0))
        for label in LABELS
        if label.filed
    )
    return "".join(parts) + last.replace(", ", ", and ", 1)


def count(number: int, noun: str) -> str:
    """So many of a thing: "1 claim", "3 claims"."""
    return f"{number} {noun}{'s' * (number != 1)}"


def _say_number(text: str, number: int) -> str:
    """A summary with its number; of "[one|many]" the form that the number takes."""
    return re.sub(r"\[(.*?)\|(.*?)\]", r"\1" if number == 1 else r"\2", text).format(number)


def _say_open(number: int) -> str:
    return f" ({number} of them with a reading still open)" if number else ""


def make_variables(dark: bool) -> dict[str, str]:
    """The variables of the style sheet, each with the colour of a label."""
    return {f"--{label.css_class}": label.dark if dark else label.light for label in LABELS}


def make_marks() -> str:
    """The rules of the style sheet that give what carries a label its colour and its mark."""
    rules = []
    for label in LABELS:
        address = "data:image/svg+xml," + quote(DRAWING.format(label.mark), safe=" =:/,-'")
        looks = f'--verdict: var(--{label.css_class}); --mark: url("{address}");'
        rules.append(f".{label.css_class} {{ {looks} }}\n")
    return "".join(rules)
