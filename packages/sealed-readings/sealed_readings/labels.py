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


@dataclass(frozen=True)
class Label:
    """One label: the id that the rule and all data have, and the words that a reader sees.

    `summary` says how the sentence over the picture of all claims counts it, with "[fails|fail]" for one and
    for several. `filed` is false for the one that no claim is given: that of a claim nobody has looked at.
    """

    id: str
    words: str
    rule: str
    filed: bool
    summary: str
    mark: str
    light: str
    dark: str

    @property
    def css_class(self) -> str:
        """The class of what carries the label."""
        return f"verdict-{self.id}"


# By their ids, in the order of the table.
LABELS = {
    row["id"]: Label(**row | {"filed": row["filed"] == "true"})  # type: ignore[arg-type]
    for row in read_table(TABLE)
}


def say(label: str, remark: str = "") -> str:
    """A label, by its id, in the words of the table, with the remark that stands beside it."""
    return "; ".join(filter(None, [LABELS[label].words, remark]))


def count_in_words(counts: Mapping[str, int], with_open: Mapping[str, int]) -> str:
    """How many claims got each label, and how many of these have an open reading, as one sentence."""
    parts = []
    for label in LABELS.values():
        if label.filed:
            number, left = counts.get(label.id, 0), with_open.get(label.id, 0)
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
    return {f"--{label.css_class}": label.dark if dark else label.light for label in LABELS.values()}


def make_marks() -> str:
    """The rules of the style sheet that give what carries a label its colour and its mark."""
    rules = []
    for label in LABELS.values():
        address = "data:image/svg+xml," + quote(DRAWING.format(label.mark), safe=" =:/,-'")
        looks = f'--verdict: var(--{label.css_class}); --mark: url("{address}");'
        rules.append(f".{label.css_class} {{ {looks} }}\n")
    return "".join(rules)
