"""Labels of verdicts with their rules, marks and colours, from `labels.csv`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sealed_readings.folder import read_table

TABLE = Path(__file__).with_name("labels.csv")
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='-1 -1 2 2'><path d='{}'/></svg>"


@dataclass(frozen=True)
class Label:
    """A label: the id that the rule and data use, and the words that readers see.

    `summary` is its part of the sentence that counts all claims, with "[fails|fail]" for singular and plural.
    `filed` is false for the label of claims that nobody has examined.
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
        """CSS class of elements with this label."""
        return f"verdict-{self.id}"


# By id, in the order of the table.
LABELS = {
    row["id"]: Label(**row | {"filed": row["filed"] == "true"})  # type: ignore[arg-type]
    for row in read_table(TABLE)
}


def say(label: str, remark: str = "") -> str:
    """Words of a label, by its id, with a remark."""
    return "; ".join(filter(None, [LABELS[label].words, remark]))


def say_share(share: Mapping[str, Any] | None) -> str:
    """Describe in how many choices or readings a claim holds; empty if nothing counts them."""
    if not share:
        return ""
    return "holds in {holds} of {of}; kindest: {kindest}; strictest: {strictest}".format_map(share)


def count_in_words(counts: Mapping[str, int], with_open: Mapping[str, int]) -> str:
    """Describe in a sentence how many claims have each label, and how many of these an open reading."""
    parts = []
    for label in (label for label in LABELS.values() if label.filed):
        number, left = counts.get(label.id, 0), with_open.get(label.id, 0)
        form = re.sub(r"\[(.*?)\|(.*?)\]", r"\1" if number == 1 else r"\2", label.summary)
        parts.append(form.format(number) + (f" ({left} of them with a reading still open)" if left else ""))
    return "".join(parts[:-1]) + parts[-1].replace(", ", ", and ", 1)


def count(number: int, noun: str) -> str:
    """Format a number of things: "1 claim", "3 claims"."""
    return f"{number} {noun}{'s' * (number != 1)}"


def make_variables(dark: bool) -> dict[str, str]:
    """CSS variables with the colours of labels."""
    return {f"--{label.css_class}": label.dark if dark else label.light for label in LABELS.values()}


def make_marks() -> str:
    """CSS rules with the colour and mark of each label."""
    rules = []
    for label in LABELS.values():
        address = "data:image/svg+xml," + quote(DRAWING.format(label.mark), safe=" =:/,-'")
        looks = f'--verdict: var(--{label.css_class}); --mark: url("{address}");'
        rules.append(f".{label.css_class} {{ {looks} }}\n")
    return "".join(rules)
