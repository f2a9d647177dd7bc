"""The labels of a verdict with their rules, marks and colours, as `labels.csv` here has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sealed_readings.folder import read_table

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


# In the order of the table; the last is that of a claim without a verdict.
LABELS = tuple(
    Label(**row | {"filed": row["filed"] == "true"})  # type: ignore[arg-type]
    for row in read_table(TABLE)
)
VERDICTS = tuple(label.verdict for label in LABELS if label.filed)
UNEXAMINED = LABELS[-1].verdict


def count_in_words(counts: Mapping[str, int], with_open: Mapping[str, int]) -> str:
    """How many claims got each label, and how many of these have an open reading, as one sentence."""
    parts = []
    for label in LABELS:
        if label.filed:
            number, left = counts.get(label.verdict, 0), with_open.get(label.verdict, 0)
            # Of "[one|many]" the form that the number takes.
            form = re.sub(r"\[(.*?)\|(.*?)\]", r"\1" if number == 1 else r"\2", label.summary)
            parts.append(
                form.format(number) + (f" ({left} of them with a reading still open)" if left else "")
            )
    return "".join(parts[:-1]) + parts[-1].replace(", ", ", and ", 1)


def count(number: int, noun: str) -> str:
    """So many of a thing: "1 claim", "3 claims"."""
    return f"{number} {noun}{'s' * (number != 1)}"


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
